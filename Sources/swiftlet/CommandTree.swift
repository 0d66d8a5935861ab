import ArgumentParser
import StrictJSON

/// The commands and their options as the parser knows them.
enum CommandTree {
  /// An option or flag.
  struct Option {
    /// Its long name, without dashes.
    let name: String
    /// Whether a value follows it.
    let takesValue: Bool
    /// Whether it can be given several times.
    let isRepeating: Bool
  }

  /// The command that `arguments` begin with, its words, and the arguments that follow.
  static func command(
    in arguments: [String]
  ) -> (type: any ParsableCommand.Type, path: [String], rest: ArraySlice<String>) {
    var type: any ParsableCommand.Type = Swiftlet.self
    var path = ["swiftlet"]
    var rest = arguments[...]
    while let word = rest.first,
      let next = type.configuration.subcommands.first(where: { $0._commandName == word })
    {
      type = next
      path.append(word)
      rest = rest.dropFirst()
    }
    return (type, path, rest)
  }

  /// The options of a command, as ArgumentParser describes them to programs.
  static func options(of command: any ParsableCommand.Type) -> [Option] {
    let description = try? JSONValue(parsing: Array(command._dumpHelp().utf8))
    let arguments = description?["command"]?["arguments"]?.array ?? []
    return arguments.flatMap { argument in
      let kind = argument["kind"]?.string
      guard kind == "option" || kind == "flag" else { return [Option]() }
      return (argument["names"]?.array ?? []).compactMap { name in
        guard name["kind"] == "long", let text = name["name"]?.string else { return nil }
        return Option(
          name: text, takesValue: kind == "option",
          isRepeating: argument["isRepeating"]?.bool ?? false)
      }
    }
  }

  /// Refuses a word that is no command or, under `help`, no topic, with what was meant.
  static func checkNames(in arguments: [String]) throws {
    let isHelp = arguments.first == "help"
    let (type, path, rest) = command(in: isHelp ? Array(arguments.dropFirst()) : arguments)
    let parts = type.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    guard let word = rest.first, !parts.isEmpty, !word.hasPrefix("-"), word != "help" else {
      return
    }
    let names = parts.map { $0._commandName }
    let meant = Suggestion.nearest(to: word, among: names)
    let command = path.joined(separator: " ")
    try require(false, hint: "`\(command) --help` lists the commands") {
      "Unknown command '\(word)'." + (meant.map { " Did you mean '\($0)'?" } ?? "")
    }
  }

  /// Refuses `--option=` without a value: the parser would take the next argument for it.
  static func checkValues(in arguments: [String]) throws {
    let (type, _, rest) = command(in: arguments)
    let options = options(of: type)
    for argument in rest.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = argument.dropFirst(2).dropLast()
      guard argument.last == "=", options.contains(where: { $0.name == name && $0.takesValue })
      else { continue }
      try require(false, hint: leaveOut) { "--\(name) needs a value." }
    }
  }

  /// The options that are given, with their last values; flags have none.
  static func values(in arguments: ArraySlice<String>, _ options: [Option]) -> [String: String] {
    var values: [String: String] = [:]
    var awaited: String?
    for argument in arguments {
      if let name = awaited {
        values[name] = argument
        awaited = nil
      } else if argument == "--" {
        break
      } else if argument.hasPrefix("--") {
        let parts = argument.dropFirst(2).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        values[name] = parts.count > 1 ? String(parts[1]) : ""
        let option = options.first { $0.name == name }
        awaited = option?.takesValue == true && parts.count == 1 ? name : nil
      }
    }
    return values
  }

  /// The first option in `arguments` that their command does not have, in one sentence that says
  /// what was meant.
  static func unknownOption(in arguments: [String]) -> String? {
    let (type, _, rest) = command(in: arguments)
    let options = options(of: type)
    var isValue = false
    for argument in rest {
      if isValue {
        isValue = false
        continue
      }
      if argument == "--" { return nil }
      guard argument.hasPrefix("--") else { continue }
      let name = String(argument.dropFirst(2).prefix { $0 != "=" })
      if let option = options.first(where: { $0.name == name }) {
        isValue = option.takesValue && !argument.contains("=")
      } else if name != "help", name != "version" {
        let meant = Suggestion.nearest(to: name, among: options.map(\.name))
        return "Unknown option '--\(name)'." + (meant.map { " Did you mean '--\($0)'?" } ?? "")
      }
    }
    return nil
  }
}
