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
    // The help's headings become sections. Prose and the texts of options are filled by roff: columns are
    // never reached. Examples begin far to the left, so that what fits the help fits the page.
    var kind = Kind.prose
    var isExample = false
    func setExample(_ isNext: Bool) {
      if isExample != isNext { roff += isNext ? [".nf", ".in 2n"] : [".in", ".fi"] }
      isExample = isNext
    }
    for line in Swiftlet.helpMessage(for: command, columns: 10_000).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      var line = line
      if let (heading, rest) = section(line) {
        setExample(false)
        roff.append(".SH \(heading)")
        kind = Kind(heading: heading)
        line = rest
      }
      switch kind {
      case _ where line.isEmpty: roff.append(isExample ? "" : ".PP")
      case .prose:
        setExample(line.first == " ")
        roff.append(escaped(isExample ? line.dropFirst(2) : line))
      case .usage: roff += [escaped(line.drop { $0 == " " }), ".br"]
      case .list: roff += item(line)
      }
    }
    setExample(false)
    roff += surroundings(path)
    return roff.joined(separator: "\n") + "\n"
  }

  /// What every page ends with.
  private static func surroundings(_ path: [String]) -> [String] {
    var roff = [".SH ENVIRONMENT"]
    roff += [
      ("SWIFTLET_…", "Any option, in capitals: SWIFTLET_THREADS=2 stands for --threads 2."),
      ("NO_COLOR", "Turns colours off where it is not empty; FORCE_COLOR turns them on."),
    ].flatMap(entry)
    roff.append(".SH EXIT STATUS")
    roff += [
      ("0", "Done."), ("1", "Something you can mend; the error says what."),
      ("2", "A bug, or the machine."), ("64", "Wrong usage."), ("130", "After Ctrl-C."),
      ("143", "After SIGTERM."), ("129", "After the end of the terminal."),
    ].flatMap(entry)
    return path.count == 1 ? roff : roff + [".SH SEE ALSO", ".BR swiftlet (1)"]
  }

  private static func entry(_ name: String, _ text: String) -> [String] {
    [".TP", "\\fB\(escaped(name))\\fR", escaped(text)]
  }

  /// What the lines of a section are.
  private enum Kind {
    case prose, usage, list

    init(heading: String) {
      self = heading == "DESCRIPTION" ? .prose : heading == "SYNOPSIS" ? .usage : .list
    }
  }

  /// `  --name <value>    What it does.`, or more of what the option above does.
  private static func item(_ line: Substring) -> [String] {
    let text = line.drop { $0 == " " }
    if line.count - text.count > 2 || text.hasPrefix("See ") { return [escaped(text)] }
    let gap = text.firstRange(of: "  ")
    let (name, rest) = (
      text[..<(gap?.lowerBound ?? text.endIndex)], text[(gap?.upperBound ?? text.endIndex)...]
    )
    return [".TP", "\\fB\(escaped(name))\\fR"]
      + (rest.isEmpty ? [] : [escaped(rest.drop { $0 == " " })])
  }

  /// `USAGE: swiftlet …` as the heading and what follows it.
  private static func section(_ line: Substring) -> (heading: String, rest: Substring)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let heading = line[..<colon]
    guard !heading.isEmpty, heading.allSatisfy({ $0.isUppercase || $0 == " " }),
      heading.first != " "
    else { return nil }
    let names = ["OVERVIEW": "DESCRIPTION", "USAGE": "SYNOPSIS"]
    return (
      names[String(heading)] ?? String(heading),
      line[line.index(after: colon)...].drop { $0 == " " }
    )
  }

  /// Text as roff reads it.
  private static func escaped(_ text: some StringProtocol) -> String {
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
