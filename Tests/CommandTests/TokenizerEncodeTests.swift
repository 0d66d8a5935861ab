import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// `tokenizer encode`, `decode` and `benchmark`.
@Suite struct TokenizerEncodeTests {
  private let commands = TokenizerCommands()
  private var directory: TemporaryDirectory { commands.directory }

  @Test func `a whole text comes back exactly`() throws {
    let tokenizer = try commands.train()
    for text in [
      TokenizerCommands.text, "", "\n", "a\n\nb\n", "\r\n x\r\n", "\u{0}é\u{FEFF}", "<|endoftext|>",
    ] {
      let ids = try commands.encode(tokenizer, text, "--whole")
      #expect(ids.last == "\n")
      #expect(try commands.decode(tokenizer, ids).output == Array(text.utf8))
    }
  }

  @Test func `each line becomes a line of ids`() throws {
    let tokenizer = try commands.train()
    let lines = try commands.encode(tokenizer, "the cat\n\n sat").split(
      separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 4)
    #expect(lines[1] == "" && lines[3] == "")
    #expect(try commands.decode(tokenizer, String(lines[0])).text == "the cat")
    #expect(try commands.decode(tokenizer, String(lines[2])).text == " sat")
    #expect(try commands.encode(tokenizer, "") == "")
    #expect(try commands.encode(tokenizer, "the cat\n") == String(lines[0]) + "\n")
  }

  @Test func `ids can be had as JSON`() throws {
    let tokenizer = try commands.train()
    let plain = try commands.encode(tokenizer, "the cat\n\nmat\n")
    let json = try commands.encode(tokenizer, "the cat\n\nmat\n", "--json")
    let rebuilt = try json.split(separator: "\n").map { line in
      try JSONValue(parsing: Array(line.utf8)).array?.compactMap(\.integer).map(String.init)
        .joined(separator: " ")
    }
    #expect(
      rebuilt
        == plain.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map(String.init))
  }

  @Test func `the bytes that each id stands for can be had as JSON`() throws {
    let tokenizer = try commands.train()
    for (text, whole) in [("the cat\n\nmat 猫", false), ("the cat\n\nmat 猫\n", true)] {
      let options = whole ? ["--whole"] : []
      let plain = try commands.encode(
        tokenizer, text, (options + ["--json"]).joined(separator: " "))
      let objects = try commands.encode(
        tokenizer, text, (options + ["--offsets"]).joined(separator: " "))
      let lines =
        whole ? [text[...]] : text.split(separator: "\n", omittingEmptySubsequences: false)
      let ids = try plain.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      let records = try objects.split(separator: "\n").map {
        try JSONValue(parsing: Array($0.utf8))
      }
      #expect(records.map { $0["ids"] } == ids && records.count == lines.count)
      for (line, record) in zip(lines, records) {
        var end = 0
        for offset in record["offsets"]?.array ?? [] {
          let place = (offset.array ?? []).compactMap(\.integer)
          #expect(place.count == 2 && place[0] == end && place[1] > end)
          end = place.last ?? 0
        }
        #expect(end == line.utf8.count)
        #expect(record["offsets"]?.array?.count == record["ids"]?.array?.count)
      }
    }
    #expect(
      try commands.encode(tokenizer, "<|im_end|>\n", "--allow-special --offsets")
        == "{\"ids\":[2],\"offsets\":[[0,10]]}\n")
  }

  @Test func `what encode prints, decode reads`() throws {
    let tokenizer = try commands.train()
    let result = try shell(
      "printf 'the cat\\n\\nmat' | $swiftlet tokenizer encode --json --tokenizer \(tokenizer) - "
        + "| $swiftlet tokenizer decode --tokenizer \(tokenizer)")
    #expect(result.status == 0 && result.errors == "")
    #expect(result.text == "the catmat")
    let spans = try shell(
      "printf 'the cat\\n\\nmat' | $swiftlet tokenizer encode --offsets --tokenizer \(tokenizer) - "
        + "| $swiftlet tokenizer decode --tokenizer \(tokenizer)")
    #expect(spans.status == 0 && spans.text == "the catmat", "\(spans.errors)")
    let unknown = try commands.decode(tokenizer, #"{"ids":[1,99999]}"#)
    #expect(
      unknown.status == 1 && unknown.errors.contains("line 1 of standard input holds the id 99999,")
    )
    let cut = try commands.decode(tokenizer, #"{"ids":[1,"#)
    #expect(cut.status == 1 && cut.errors.contains("line 1 of standard input is no JSON object"))
  }

  @Test func `token shards are not taken for text`() throws {
    let tokenizer = try commands.train()
    let stories = try directory.write(
      String(repeating: TokenizerCommands.text, count: 40), to: "long.txt")
    let shards = directory["shards"]
    let encoding = try shell(
      "$swiftlet tokenizer encode --tokenizer \(tokenizer) \(stories) --out \(shards)")
    #expect(encoding.status == 0, "\(encoding.errors)")
    let hint =
      "name the text that it was made of; `pretrain --corpus` takes directories of token shards"
    for command in ["corpus stats", "tokenizer train --out \(directory["t2"])"] {
      expectFailure(
        try shell("$swiftlet \(command) \(shards)"), "\(shards) holds token shards, not text",
        hint: hint)
      expectFailure(
        try shell("$swiftlet \(command) \(shards)/train-00000.tokens"),
        "\(shards)/train-00000.tokens is a token shard, not text", hint: hint)
    }
  }

  @Test func `text becomes a special token only where that is allowed`() throws {
    let tokenizer = try commands.train()
    #expect(try commands.encode(tokenizer, "<|endoftext|>\n", "--allow-special") == "0\n")
    let ids = try commands.encode(tokenizer, "<|endoftext|>\n").split(separator: " ")
    #expect(ids.count > 3)
    #expect(!ids.contains("0"))
    #expect(try commands.decode(tokenizer, "0 1 2").output == [])
  }

  @Test func `a reader that has enough is no error`() throws {
    let tokenizer = try commands.train()
    // More than a pipe holds.
    let result = try shell(
      """
      yes the cat | head -c 1000000 | $swiftlet tokenizer encode --tokenizer \(tokenizer) | head -1
      exit ${PIPESTATUS[2]}
      """)
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(try result.text == commands.encode(tokenizer, "the cat\n"))
  }

  @Test func `ids may stand in any white space`() throws {
    let tokenizer = try commands.train()
    let ids = try commands.encode(tokenizer, "the cat sat", "--whole")
    let spread = ids.split(separator: " ").joined(separator: "\n\t  ")
    #expect(try commands.decode(tokenizer, spread).text == "the cat sat")
  }

  @Test(arguments: [
    ("5 x7\n", "line 1 of standard input holds \"x7\", which is not a token id"),
    ("5\n-3\n", "line 2 of standard input holds \"-3\", which is not a token id"),
    (
      "5\n\n300\n",
      "line 3 of standard input holds the id 300, and the tokenizer has ids from 0 to 299"
    ),
    (
      "99999999999999999999999",
      "line 1 of standard input holds the id 99999999999999999999999, and the tokenizer has ids "
        + "from 0 to 299"
    ),
  ])
  func `ids that are none are refused`(_ ids: String, _ sentence: String) throws {
    expectFailure(try commands.decode(commands.train(), ids), sentence)
  }

  @Test func `token shards are written, and replaced`() throws {
    let tokenizer = try commands.train()
    let stories = (0..<200).map { "{\"text\": \"Story \($0): the cat sat.\"}\n" }.joined()
    let file = try directory.write(stories, to: "stories.jsonl")
    for _ in 0..<2 {
      let result = try swiftlet(
        "tokenizer", "encode", "--tokenizer", tokenizer, file, "--out", directory["shards"],
        "--threads", "2")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.text == "")
      #expect(result.errors.contains("wrote \(directory["shards"]): "))
    }
    let manifest = try JSONValue(
      parsing: FileSystem.readFile(directory["shards"] + "/manifest.json"))
    let bytes = ["train", "validation"].compactMap { manifest[$0]?["bytes"]?.integer }
    #expect(bytes.count == 2 && !bytes.contains(0))
    #expect(
      bytes.reduce(0, +) == (0..<200).reduce(0) { $0 + "Story \($1): the cat sat.".utf8.count })
  }

  @Test func `ids whose brackets do not match are refused`() throws {
    let tokenizer = try commands.train()
    for text in ["[1, 2\n", "1, 2]\n", "[[[1]]]\n"] {
      let result = try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: text)
      #expect(result.status == 1 && result.errors.contains("brackets"), "\(text)")
    }
    let array = try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: "[4,\n5]\n")
    #expect(array.status == 0)
  }

  @Test func `the benchmark counts the same tokens as encoding does`() throws {
    let tokenizer = try commands.train()
    let text = try directory.write(
      String(repeating: TokenizerCommands.text, count: 200), to: "long.txt")
    let report = try swiftlet(
      "tokenizer", "benchmark", "--tokenizer", tokenizer, text, "--json"
    ).json()
    let ids = try commands.encode(
      tokenizer, String(repeating: TokenizerCommands.text, count: 200), "--whole")
    #expect(report["tokens"]?.integer == ids.split(separator: " ").count)
    #expect(report["encode_mb_per_second"]?.number ?? 0 > 0)
  }

  // MARK: Bad input

  @Test func `standard input may be any bytes, and decoding gives them back`() throws {
    let tokenizer = try commands.train()
    for options in ["--whole", ""] {
      let result = try shell(
        """
        printf 'caf\\xff\\xc3( \\xe2\\x82' | $swiftlet tokenizer encode --tokenizer \(tokenizer) \(options) \\
          | $swiftlet tokenizer decode --tokenizer \(tokenizer)
        """)
      #expect(result.status == 0 && result.errors == "")
      #expect(result.output.starts(with: Array("caf".utf8) + [0xFF, 0xC3, 0x28, 0x20, 0xE2, 0x82]))
    }
  }

  @Test func `an interrupt of training or encoding leaves what was there`() throws {
    let tokenizer = try commands.train()
    let before = try FileSystem.readFile(tokenizer)
    // A pipe that goes on for as long as it is read.
    let endless = "yes the cat sat on the mat and $RANDOM cats ate fish"
    for command in [
      "train - --out \(tokenizer)",
      "encode - --tokenizer \(tokenizer) --out \(directory["shards"])",
    ] {
      let result = try shell(
        """
        cd \(directory.path); mkfifo pipe; \(endless) > pipe & feeder=$!
        $swiftlet tokenizer \(command) < pipe 2> /dev/null & job=$!
        sleep 0.7; kill -INT $job; wait $job; echo $?; kill $feeder 2> /dev/null; rm pipe
        """)
      #expect(result.text == "130\n", "\(command)")
    }
    #expect(try FileSystem.readFile(tokenizer) == before)
    #expect(
      Set(try FileSystem.contents(ofDirectory: directory.path))
        == ["text.txt", "tokenizer.json", "tokenizer_config.json"])
  }

  @Test func `a tokenizer file that is none is refused`() throws {
    let path = try directory.write("{\"model\": ", to: "t.json")
    let result = try swiftlet("tokenizer", "encode", "--tokenizer", path, input: "x\n")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error: \(path) is invalid JSON at byte 10: "))
    let other = try directory.write("{\"model\": {\"type\": \"Unigram\"}}", to: "t.json")
    #expect(
      try swiftlet("tokenizer", "decode", "--tokenizer", other, input: "1").errors.hasPrefix(
        "error: \(path) cannot be used as tokenizer.json: "))
    expectFailure(
      try swiftlet("tokenizer", "decode", "--tokenizer", directory.path, input: "1"),
      "cannot read \(directory.path): is a directory", hint: "name a file, not a directory")
  }
}
