import Files
import TestSupport
import Testing

/// Files and directories of all names that a file system takes, in the commands that take paths.
@Suite struct NameTests {
  private let directory = TemporaryDirectory()

  /// Runs a line in the directory, with `$name` set.
  private func line(_ line: String, _ name: String) throws -> CommandResult {
    let quoted = "'" + name.replacing("'", with: "'\\''") + "'"
    return try shell("cd \(directory.path) && name=\(quoted) && \(line)")
  }

  @Test(arguments: [
    "two  words", "line\nfeed", "故事 é", "it's", "\u{1B}[2Ja\\n", "$(touch made)`", "-dash",
    "*?[a]", "a\"b", String(repeating: "長", count: 80),
  ])
  func `any name will do, and is shown on one line`(_ name: String) throws {
    let text = try line(
      "mkdir -p ./\"$name\" && for i in {1..300}; do echo \"the cat sat on the mat and had $i hats\"; "
        + "done > ./\"$name/$name.txt\"", name)
    #expect(text.status == 0, "\(text.errors)")
    for command in [
      "corpus stats \"./$name\"", "corpus stats -- \"$name\"/\"$name.txt\"",
      "tokenizer train \"./$name\" --vocab-size 280 --out=\"$name/tokenizer.json\"",
      "tokenizer inspect -- \"$name/tokenizer.json\"",
      "tokenizer encode \"./$name/$name.txt\" --tokenizer=\"$name/tokenizer.json\" "
        + "--out=\"$name.tokens\"",
      "pretrain --corpus=\"$name.tokens\" --tokenizer=\"$name/tokenizer.json\" --run=\"$name.run\" "
        + "--layers 1 --width 32 --heads 2 --ffn 32 --context 16 --steps 2 --batch-size 2",
      "generate --run=\"$name.run\" --max-tokens 3 the", "inspect -- \"$name.run\"",
      "inspect -- \"$name.run/step-000002/model.safetensors\"", "runs -- \"$name.run\"",
      "evaluate --run=\"$name.run\" --corpus=\"$name/$name.txt\"",
      "export --format huggingface --run=\"$name.run\" --out=\"$name.out\"",
      "import --run=\"$name.again\" -- \"$name.out\"",
      "report --out=\"$name.html\" -- \"$name.run\"",
    ] {
      let result = try line("$swiftlet \(command)", name)
      #expect(result.status == 0, "\(command): \(result.errors)")
      let shown = result.errors + result.text
      #expect(!shown.contains("\u{1B}[2J") && !shown.contains("line\nfeed"), "\(command): \(shown)")
      try expectNext(result, name, command)
    }
    // What is wrong is said of the name, on one line.
    for command in [
      "corpus stats -- \"$name/none\"", "generate --run=\"$name.none\" x",
      "tokenizer encode --tokenizer=\"$name/$name.txt\" < /dev/null",
      "inspect -- \"$name/$name.txt\"", "import --run=\"$name.x\" -- \"$name\"",
      "pretrain --config=\"$name/$name.txt\"",
      "export --format huggingface --run=\"$name.run\" --out=\"$name\"",
    ] {
      let result = try line("$swiftlet \(command)", name)
      #expect(result.status == 1, "\(command): \(result.errors)")
      let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 3 && lines[0].hasPrefix("error: "), "\(command): \(result.errors)")
      #expect(!result.errors.contains("\u{1B}[2J"))
    }
    #expect(!FileSystem.exists(directory["made"]))
  }

  /// What is advised next must reach the same files from a shell.
  private func expectNext(_ result: CommandResult, _ name: String, _ command: String) throws {
    guard let next = result.errors.split(separator: "\n").last(where: { $0.hasPrefix("next: ") })
    else { return }
    let script = try directory.write(
      "set -- \(next.dropFirst(6))\nprintf '%s\\0' \"$@\"\n", to: "s")
    let words = try shell("bash \(script)").text.split(separator: "\0").map(String.init)
    let paths = words.filter { $0.contains(name) }
    #expect(!paths.isEmpty, "\(command): \(next)")
    for path in paths {
      #expect(!path.hasPrefix("-"), "\(next)")
      #expect(FileSystem.exists(directory[path]), "\(next)")
    }
  }

  @Test func `a directory with a name that is no text is refused`() throws {
    let result = try shell(
      "cd \(directory.path) && mkdir d && echo a > d/a.txt && echo b > $'d/b\\xff\\n.txt' && "
        + "$swiftlet corpus stats d")
    expectFailure(
      result, "cannot list d: the name b\u{FFFD}\\n.txt in it is not valid UTF-8",
      hint: "rename or remove that file")
  }
}
