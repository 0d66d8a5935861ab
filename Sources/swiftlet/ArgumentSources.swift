import ArgumentParser
import Files

/// Where settings come from: the command line, else the environment, else `--config FILE`.
struct ArgumentSources {
  /// The arguments with what the environment and the recipe add to them.
  private(set) var arguments: [String]
  /// The variable or the line of a recipe that an option was taken from.
  private var origins: [String: String] = [:]

  private static let notSettings: Set = ["config", "from", "print-config", "help", "version"]

  /// Options of which one replaces the others.
  private static let alternatives: Set = ["steps", "tokens", "epochs"]

  /// Looks around.
  /// - Parameter environment: The value of a variable.
  /// - Throws: ``CommandError`` for a recipe with settings that the command does not have.
  init(_ arguments: [String], environment: (String) -> String?) throws {
    self.arguments = arguments
    let (type, path, rest) = CommandTree.command(in: arguments)
    guard type.configuration.subcommands.isEmpty,
      !rest.contains(where: { ["-h", "--help", "--version"].contains($0) })
    else { return }
    let options = CommandTree.options(of: type)
    var given = CommandTree.values(in: rest, options)
    var added: [String] = []
    for option in options where given[option.name] == nil {
      let variable = "SWIFTLET_" + option.name.uppercased().replacing("-", with: "_")
      guard let value = environment(variable), !value.isEmpty else { continue }
      if Self.isReplaced(option.name, by: given) { continue }
      added += try Self.arguments(option, [value], variable)
      origins[option.name] = variable
      given[option.name] = value
    }
    if options.contains(where: { $0.name == "config" }), let file = given["config"] ?? given["from"]
    {
      let settings = options.filter { !Self.notSettings.contains($0.name) }
      for entry in try Recipe(reading: file).entries {
        guard let option = settings.first(where: { $0.name == entry.name }) else {
          throw Self.unknown(entry, settings, path.joined(separator: " "))
        }
        if entry.values.isEmpty || Self.isReplaced(option.name, by: given) { continue }
        guard !entry.isList || option.isRepeating else {
          throw CommandError(
            "\(entry.place): \(option.name) takes one value, and \(entry.values.count) are given",
            hint: "write it without brackets")
        }
        added += try Self.arguments(option, entry.values, entry.place)
        origins[option.name] = entry.place
      }
    }
    self.arguments = Array(path.dropFirst()) + added + rest
  }

  /// Names the source of the option that an error speaks of.
  func located(_ sentence: String) -> String {
    // A misspelled option is nobody's but the command line's, whatever else the sentence names.
    if sentence.hasPrefix("Unknown option") { return sentence }
    for (name, origin) in origins.sorted(by: { $0.key.utf8.count > $1.key.utf8.count })
    where sentence.contains("--\(name)") {
      return "\(origin): \(sentence)"
    }
    return sentence
  }

  private static func isReplaced(_ name: String, by given: [String: String]) -> Bool {
    given[name] != nil
      || alternatives.contains(name) && alternatives.contains { given[$0] != nil }
  }

  private static func arguments(
    _ option: CommandTree.Option, _ values: [String], _ origin: String
  ) throws -> [String] {
    if option.takesValue { return values.map { "--\(option.name)=\($0)" } }
    switch values.last?.lowercased() {
    case "1", "true", "yes", "on": return ["--\(option.name)"]
    case "0", "false", "no", "off": return []
    default:
      throw CommandError(
        "\(origin): \(option.name) is either true or false, not "
          + FileError.printable(values.last ?? ""), hint: "choose one")
    }
  }

  private static func unknown(
    _ entry: Recipe.Entry, _ options: [CommandTree.Option], _ command: String
  ) -> CommandError {
    let meant = Suggestion.nearest(to: entry.name, among: options.map(\.name))
    return CommandError(
      "\(entry.place): unknown setting '\(FileError.printable(entry.name))'."
        + (meant.map { " Did you mean '\($0)'?" } ?? ""),
      hint: "settings have the names of the options that `\(command) --help` lists")
  }
}
