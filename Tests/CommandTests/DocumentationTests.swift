import Files
import Foundation
import Testing

/// What the Markdown of this project names is there: files, sections, types, commands and options.
@Suite struct DocumentationTests {
  /// The directory that holds `Package.swift`.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Markdown, by its path from the root.
  static let pages: [String] = {
    let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let prefix = root.path + "/"
    var pages: [String] = []
    while let url = walk?.nextObject() as? URL {
      let path = url.path.replacing(prefix, with: "", maxReplacements: 1)
      if [".build", "checkpoints/", "corpora/"].contains(where: { path.hasPrefix($0) })
        || path.contains("/.build")
      {
        if url.hasDirectoryPath { walk?.skipDescendants() }
      } else if path.hasSuffix(".md") {
        pages.append(path)
      }
    }
    return pages.sorted()
  }()

  /// Those that say what is, not what was.
  static let present = pages.filter { !$0.hasSuffix("LOG.md") && !$0.hasSuffix("CHANGELOG.md") }

  private func text(_ page: String) throws -> String {
    String(decoding: try FileSystem.readFile(Self.root.path + "/" + page), as: UTF8.self)
  }

  /// The anchors that a page's headings make.
  private func anchors(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
          .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
          .replacing(" ", with: "-")
      })
  }

  @Test func `the pages are found`() {
    #expect(Self.pages.count >= 12)
    #expect(Self.pages.contains("Documentation/Tour.md"))
  }

  @Test(arguments: pages) func `links lead somewhere`(_ page: String) throws {
    let directory = URL(filePath: page, relativeTo: Self.root).deletingLastPathComponent()
    for match in try text(page).matches(of: /\]\(([^)\s]+)\)/) {
      let link = String(match.1)
      if link.hasPrefix("http") { continue }
      let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
      let target = parts[0].isEmpty ? page : directory.appending(path: parts[0]).relativePath
      let path =
        parts[0].isEmpty
        ? Self.root.path + "/" + page
        : directory.appending(path: parts[0]).standardizedFileURL.path
      #expect(FileManager.default.fileExists(atPath: path), "\(page) links to \(link)")
      if parts.count > 1 {
        let heading = anchors(String(decoding: try FileSystem.readFile(path), as: UTF8.self))
        #expect(heading.contains(parts[1]), "\(page) links to \(link) in \(target)")
      }
    }
  }

  /// Inline code, without what stands in fenced blocks.
  private func spans(_ text: String) -> [String] {
    let parts = text.components(separatedBy: "```")
    let prose = parts.indices.filter { $0 % 2 == 0 }.map { parts[$0] }.joined(separator: "\n")
    return prose.matches(of: /`([^`]+)`/).map {
      String($0.1).replacing(/\s*\n[> ]*/, with: " ")
    }
  }

  @Test(arguments: present) func `files and types that are named exist`(_ page: String) throws {
    let folders = ["Sources/", "Tests/", "Documentation/", "Benchmarks/", "Examples/", ".ci/"]
    for span in try spans(text(page)) {
      if folders.contains(where: { span.hasPrefix($0) }), !span.contains(" ") {
        #expect(
          FileManager.default.fileExists(atPath: Self.root.path + "/" + span),
          "\(page) names \(span)")
      }
      if span.wholeMatch(of: /[A-Z][a-z]+[A-Za-z0-9]*[A-Z][A-Za-z0-9]*(\.swift)?/) != nil,
        !Self.others.contains(span)
      {
        #expect(try Self.names.get().contains(span), "\(page) names \(span)")
      }
    }
  }

  /// Names of other projects.
  private static let others: Set = ["AutoTokenizer", "AutoModelForCausalLM", "OpenBLAS", "HashSet"]

  /// Everything that the sources declare or are called.
  private static let names = Result {
    var names: Set<String> = []
    let walk = FileManager.default.enumerator(
      at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
    let tests = FileManager.default.enumerator(
      at: root.appending(path: "Tests"), includingPropertiesForKeys: nil)
    for walk in [walk, tests] {
      while let url = walk?.nextObject() as? URL {
        names.insert(url.lastPathComponent)
        guard url.pathExtension == "swift" else { continue }
        let text = String(decoding: try FileSystem.readFile(url.path), as: UTF8.self)
        names.insert(url.deletingPathExtension().lastPathComponent)
        for match in text.matches(of: /(?:struct|class|enum|protocol|actor|typealias) +(\w+)/) {
          names.insert(String(match.1))
        }
      }
    }
    for url in try FileManager.default.contentsOfDirectory(
      at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
    {
      names.insert(url.lastPathComponent)
    }
    let package = String(
      decoding: try FileSystem.readFile(root.path + "/Package.swift"), as: UTF8.self)
    for match in package.matches(of: /"(\w+)"/) { names.insert(String(match.1)) }
    return names
  }

  /// `swiftlet …` in fenced blocks, lines joined where they continue, and in inline code.
  private func commands(_ text: String) -> [[String]] {
    let parts = text.components(separatedBy: "```")
    let lines = parts.indices.filter { $0 % 2 == 1 }.flatMap { index in
      parts[index].replacing(/\\\n[> ]*/, with: " ").components(separatedBy: "\n")
    }
    return (lines + spans(text)).compactMap { line in
      guard let match = line.firstMatch(of: /(?:^|[>(] ?|\| )\s*swiftlet ([a-z].*)/) else {
        return nil
      }
      return match.1.split(whereSeparator: { " |;`".contains($0) }).map(String.init)
    }
  }

  @Test func `commands that are shown exist, and so do their options`() throws {
    var helps: [[String]: String] = [:]
    func help(_ path: [String]) throws -> String {
      if let known = helps[path] { return known }
      let line = (["$swiftlet"] + path + ["--help"]).joined(separator: " ")
      let result = try shell(line)
      helps[path] = result.status == 0 ? result.text : ""
      return helps[path] ?? ""
    }
    var count = 0
    for page in Self.present {
      for words in try commands(text(page)) {
        count += 1
        var path = [words[0]]
        #expect(try help(path) != "", "\(page) shows `swiftlet \(words[0])`")
        if words.count > 1, try help(path).contains("SUBCOMMANDS:") {
          path.append(words[1])
          #expect(try help(path) != "", "\(page) shows `swiftlet \(path.joined(separator: " "))`")
        }
        for word in words where word.hasPrefix("--") && word.count > 2 {
          let option = word.prefix { $0 != "=" }
          #expect(
            try help(path).contains(option),
            "\(page) shows `swiftlet \(path.joined(separator: " ")) \(option)`")
        }
      }
    }
    #expect(count > 30)
  }
}
