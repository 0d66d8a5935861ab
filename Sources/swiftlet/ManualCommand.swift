import ArgumentParser
import Files

/// `manual`: man pages made of the help texts. Installing runs it; it is not shown.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Write the man pages into a directory.", shouldDisplay: false)

  @Argument(help: "Directory to write to.")
  var directory: String

  func run() throws {
    try FileSystem.createDirectory(directory)
    for (name, page) in Self.pages {
      try AtomicFile.write(Array(page.utf8), to: "\(directory)/\(name).1")
    }
  }

  /// The page of every command that is shown, by its name with dashes.
  static var pages: [(name: String, text: String)] { pages(of: Swiftlet.self, above: []) }

  private static func pages(
    of command: any ParsableCommand.Type, above: [String]
  ) -> [(name: String, text: String)] {
    guard command.configuration.shouldDisplay else { return [] }
    let path = above + [command._commandName]
    var pages = [(path.joined(separator: "-"), page(of: command, path))]
    for part in command.configuration.subcommands { pages += Self.pages(of: part, above: path) }
    return pages
  }

  private static func page(of command: any ParsableCommand.Type, _ path: [String]) -> String {
    let title = path.joined(separator: "-")
    var roff = [
      ".TH \(escaped(title.uppercased())) 1 \"\" \"swiftlet \(Swiftlet.version)\"",
      ".SH NAME", "\(escaped(title)) \\- \(escaped(command.configuration.abstract))",
    ]
    // The help's headings become sections; its columns are kept.
    var isOpen = false
    for line in Swiftlet.helpMessage(for: command, columns: 78).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if let (heading, rest) = section(line) {
        if isOpen { roff.append(".fi") }
        roff += [".SH \(heading)", ".nf"]
        isOpen = true
        if !rest.isEmpty { roff.append(escaped(rest)) }
      } else if isOpen {
        roff.append(escaped(String(line)))
      }
    }
    if isOpen { roff.append(".fi") }
    return roff.joined(separator: "\n") + "\n"
  }

  /// `USAGE: swiftlet …` as the heading and what follows it.
  private static func section(_ line: Substring) -> (heading: String, rest: String)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let heading = line[..<colon]
    guard !heading.isEmpty, heading.allSatisfy({ $0.isUppercase || $0 == " " }),
      heading.first != " "
    else { return nil }
    let names = ["OVERVIEW": "DESCRIPTION", "USAGE": "SYNOPSIS"]
    return (
      names[String(heading)] ?? String(heading),
      String(line[line.index(after: colon)...].drop { $0 == " " })
    )
  }

  /// Text as roff reads it.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      default: escaped.append(character)
      }
    }
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
