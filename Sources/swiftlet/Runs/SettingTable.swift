import LanguageModel
import Runs
import StrictJSON

/// The extents and the settings of runs side by side, nested ones under names with points.
struct SettingTable {
  /// A setting and its value in each run, `–` where it has none.
  let rows: [(name: String, values: [String])]

  init(_ runs: [(record: RunRecord, configuration: ModelConfiguration?)]) {
    let flat = runs.map { run in
      Self.flat(Self.extents(of: run.configuration) + run.record.settings)
    }
    var names: [String] = []
    for settings in flat {
      for setting in settings where !names.contains(setting.name) { names.append(setting.name) }
    }
    rows = names.map { name in
      (name, flat.map { $0.first { $0.name == name }?.value ?? "–" })
    }
  }

  /// A model's extents, as settings are written.
  static func extents(of configuration: ModelConfiguration?) -> [JSONMember] {
    configuration.map(RecipeText.extents(of:))?.map { name, value in
      JSONMember(
        name: name.replacing("-", with: "_"),
        value: Int(value).map { .integer($0) } ?? Double(value).map { .number($0) }
          ?? Bool(value).map { .bool($0) } ?? .string(value))
    } ?? []
  }

  /// Settings and their values, nested ones under names with points.
  static func flat(_ members: [JSONMember], prefix: String = "")
    -> [(name: String, value: String)]
  {
    members.flatMap { member -> [(name: String, value: String)] in
      if let object = member.value.object {
        return flat(object, prefix: prefix + member.name + ".")
      }
      // Such as teachers.
      if let items = member.value.array, items.contains(where: { $0.object != nil }) {
        let numbered = items.enumerated().map {
          JSONMember(name: "\($0.offset)", value: $0.element)
        }
        return flat(numbered, prefix: prefix + member.name + ".")
      }
      let value =
        member.value.string ?? String(decoding: member.value.serialized(), as: UTF8.self)
      return [(prefix + member.name, value)]
    }
  }
}
