import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerTests {
  private let directory = TemporaryDirectory()
  private static let text = """
    The cat sat on the mat. The cat ate the fish, and the cat was happy.
    Die Katze saß auf der Matte; 猫が魚を食べた。 🎉
    """

  private func train(_ arguments: String = "--vocab-size 300") throws -> String {
    let file = try directory.write(Self.text, to: "text.txt")
    let path = directory["tokenizer.json"]
    let result = try shell("$swiftlet tokenizer train \(file) \(arguments) --out \(path)")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "")
    #expect(result.errors.contains("wrote \(path): "))
    #expect(result.errors.contains("next: swiftlet pretrain "))
    return path
  }

  private func encode(_ tokenizer: String, _ input: String, _ arguments: String...) throws -> String
  {
    let text = try directory.write(input, to: "input")
    let options = arguments.joined(separator: " ")
    let result = try shell(
      "$swiftlet tokenizer encode --tokenizer \(tokenizer) \(options) < \(text)")
    #expect(result.status == 0)
    #expect(result.errors == "")
    return result.text
  }

  private func decode(_ tokenizer: String, _ ids: String) throws -> CommandResult {
    try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: ids)
  }

  @Test func `special tokens come first, then bytes, then merges`() throws {
    let json = try JSONValue(parsing: FileSystem.readFile(train()))
    let vocabulary = try #require(json["model"]?["vocab"]?.object)
    #expect(vocabulary.count == 300)
    #expect(
      json["added_tokens"]?.array?.map { $0["content"]?.string } == [
        "<|endoftext|>", "<|im_start|>", "<|im_end|>",
      ])
  }

  @Test func `options reach the file`() throws {
    let path = try train(
      "--vocab-size 270 --pre-tokenizer gpt4 --normalization nfc --special '<a>' --special '<b>'")
    let json = try JSONValue(parsing: FileSystem.readFile(path))
    #expect(json["added_tokens"]?.array?.map { $0["content"]?.string } == ["<a>", "<b>"])
    #expect(json["normalizer"]?["type"] == "NFC")
    #expect(json["pre_tokenizer"]?["type"] == "Sequence")
  }

  @Test func `a whole text comes back exactly`() throws {
    let tokenizer = try train()
    for text in [Self.text, "", "\n", "a\n\nb\n", "\r\n x\r\n", "\u{0}é\u{FEFF}", "<|endoftext|>"] {
      let ids = try encode(tokenizer, text, "--whole")
      #expect(ids.last == "\n")
      #expect(try decode(tokenizer, ids).output == Array(text.utf8))
    }
  }

  @Test func `each line becomes a line of ids`() throws {
    let tokenizer = try train()
    let lines = try encode(tokenizer, "the cat\n\n sat").split(
      separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 4)
    #expect(lines[1] == "" && lines[3] == "")
    #expect(try decode(tokenizer, String(lines[0])).text == "the cat")
    #expect(try decode(tokenizer, String(lines[2])).text == " sat")
    #expect(try encode(tokenizer, "") == "")
    #expect(try encode(tokenizer, "the cat\n") == String(lines[0]) + "\n")
  }

  @Test func `ids can be had as JSON`() throws {
    let tokenizer = try train()
    let plain = try encode(tokenizer, "the cat\n\nmat\n")
    let json = try encode(tokenizer, "the cat\n\nmat\n", "--json")
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
    let tokenizer = try train()
    for (text, whole) in [("the cat\n\nmat 猫", false), ("the cat\n\nmat 猫\n", true)] {
      let options = whole ? ["--whole"] : []
      let plain = try encode(tokenizer, text, (options + ["--json"]).joined(separator: " "))
      let objects = try encode(tokenizer, text, (options + ["--offsets"]).joined(separator: " "))
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
      try encode(tokenizer, "<|im_end|>\n", "--allow-special --offsets")
        == "{\"ids\":[2],\"offsets\":[[0,10]]}\n")
  }

  @Test func `training says where text becomes a special token`() throws {
    let file = try directory.write(
      String(repeating: "the cat ", count: 30) + String(repeating: "dog ", count: 5),
      to: "text.txt")
    let path = directory["tokenizer.json"]
    let result = try shell(
      "$swiftlet tokenizer train \(file) --vocab-size 264 --special 'Ġthe' --special '<x>' --out \(path)"
    )
    #expect(result.status == 0)
    #expect(
      result.errors.contains("the special token Ġthe is spelled like a token that was learned"))
    #expect(!result.errors.contains("<x> is spelled"))
    let ids = try encode(path, "cat the cat\n")
    #expect(try decode(path, ids).text == "cat the cat")
    #expect(ids.split(separator: " ").contains("0"))
  }

  @Test func `other files of tokenizers are told how to be converted`() throws {
    for (name, text, command) in [
      ("merges.txt", "#version: 0.2\nt h\n", "convert vocab.json --merges merges.txt"),
      ("vocab.json", "{\"!\":0,\"a\":1}", "convert vocab.json --merges merges.txt"),
      ("t.tiktoken", "IQ== 0\nIg== 1\n", "convert FILE.tiktoken --pre-tokenizer NAME"),
    ] {
      let path = try directory.write(text, to: name)
      let result = try swiftlet("tokenizer", "inspect", path)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("hint: ") && result.errors.contains(command), "\(result.errors)")
    }
  }

  @Test func `a bound to memory bounds words, lines and files`() throws {
    let word = String(repeating: "abcdefghij", count: 5_000_000)
    let path = directory["tokenizer.json"]
    let plain = try directory.write(word + " some other words", to: "solid.txt")
    let json = try directory.write("{\"text\":\"\(word)\"}\n", to: "solid.jsonl")
    let train =
      "$swiftlet tokenizer train --vocab-size 259 --memory 128MB -q --out \(path) --threads 2"
    let solid = try shell("\(train) \(plain)")
    #expect(solid.status == 0)
    expectFailure(
      try shell("\(train) \(json)"), "\(json):1: the line is longer than 4000000 bytes",
      hint: "cut it into several documents, or read the file as --format plain")
  }

  @Test func `what encode prints, decode reads`() throws {
    let tokenizer = try train()
    let result = try shell(
      "printf 'the cat\\n\\nmat' | $swiftlet tokenizer encode --json --tokenizer \(tokenizer) - "
        + "| $swiftlet tokenizer decode --tokenizer \(tokenizer)")
    #expect(result.status == 0 && result.errors == "")
    #expect(result.text == "the catmat")
    let spans = try shell(
      "printf 'the cat\\n\\nmat' | $swiftlet tokenizer encode --offsets --tokenizer \(tokenizer) - "
        + "| $swiftlet tokenizer decode --tokenizer \(tokenizer)")
    #expect(spans.status == 0 && spans.text == "the catmat", "\(spans.errors)")
    let unknown = try decode(tokenizer, #"{"ids":[1,99999]}"#)
    #expect(unknown.status == 1 && unknown.errors.contains("line 1 of standard input holds the id 99999,"))
    let cut = try decode(tokenizer, #"{"ids":[1,"#)
    #expect(cut.status == 1 && cut.errors.contains("line 1 of standard input is no JSON object"))
  }

  @Test func `token shards are not taken for text`() throws {
    let tokenizer = try train()
    let stories = try directory.write(String(repeating: Self.text, count: 40), to: "long.txt")
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
    let tokenizer = try train()
    #expect(try encode(tokenizer, "<|endoftext|>\n", "--allow-special") == "0\n")
    let ids = try encode(tokenizer, "<|endoftext|>\n").split(separator: " ")
    #expect(ids.count > 3)
    #expect(!ids.contains("0"))
    #expect(try decode(tokenizer, "0 1 2").output == [])
  }

  @Test func `a reader that has enough is no error`() throws {
    let tokenizer = try train()
    // More than a pipe holds.
    let result = try shell(
      """
      yes the cat | head -c 1000000 | $swiftlet tokenizer encode --tokenizer \(tokenizer) | head -1
      exit ${PIPESTATUS[2]}
      """)
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(try result.text == encode(tokenizer, "the cat\n"))
  }

  @Test func `ids may stand in any white space`() throws {
    let tokenizer = try train()
    let ids = try encode(tokenizer, "the cat sat", "--whole")
    let spread = ids.split(separator: " ").joined(separator: "\n\t  ")
    #expect(try decode(tokenizer, spread).text == "the cat sat")
  }

  @Test(arguments: [
    ("5 x7", "line 1 of standard input holds \"x7\", which is not a token id"),
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
    expectFailure(try decode(train(), ids), sentence)
  }

  @Test func `token shards are written, and replaced`() throws {
    let tokenizer = try train()
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

  @Test func `inspecting shows what it consists of and how a text is cut`() throws {
    let tokenizer = try train()
    let text = try directory.write(Self.text, to: "text.txt")
    let report = try swiftlet("tokenizer", "inspect", tokenizer, text, "--json").json()
    #expect(report["vocabulary_size"]?.integer == 300)
    #expect(report["unreachable_tokens"]?.integer == 0)
    #expect(report["bytes"]?.integer == Self.text.utf8.count)
    #expect(report["kinds"]?["latin"]?["bytes"]?.integer ?? 0 > 50)
    let shown = try swiftlet("tokenizer", "inspect", tokenizer, "--text", "the\ncat\u{7}")
    #expect(shown.status == 0)
    let lines = shown.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && !lines[0].contains("\u{1B}"))
    #expect(lines[0].filter { $0 != "|" } == "the⏎cat<7>")
    #expect(
      try swiftlet(
        "tokenizer", "inspect", tokenizer, "--text", "a", environment: ["FORCE_COLOR": "1"]
      ).text.contains("\u{1B}["))
    #expect(try swiftlet("tokenizer", "inspect", tokenizer, text).text.contains("latin"))
    #expect(report["first_unused"]?.array?.first == "!" && !Self.text.contains("!"))
    let uncut = try train("--vocab-size 300 --pre-tokenizer none")
    let mixed = try directory.write("Words of the text 12 小猫 ", to: "mixed.txt")
    let kinds = try swiftlet("tokenizer", "inspect", uncut, mixed, "--json").json()["kinds"]
    #expect(kinds?["numbers"]?["bytes"] == 2 && kinds?["han"]?["bytes"] == 6)
    #expect(kinds?["latin"]?["bytes"]?.integer ?? 0 > 10)
  }

  @Test func `where two tokenizers differ is shown`() throws {
    let first = try train("--vocab-size 300")
    let second = directory["small.json"]
    let text = try directory.write(Self.text, to: "text.txt")
    #expect(
      try swiftlet("tokenizer", "train", text, "--vocab-size", "265", "--out", second).status == 0)
    let report = try swiftlet("tokenizer", "compare", first, second, text, "--json").json()
    #expect(report["same_ids"] == false && report["differing_documents"] == 1)
    #expect(report["first_difference"]?["document"] == 1)
    let tokens = try #require(report["first_difference"]?["tokens"]?.array)
    #expect(tokens.count == 2 && tokens[0].array?[0]["id"] != tokens[1].array?[0]["id"])
    let shown = try swiftlet("tokenizer", "compare", first, second, text).text
    #expect(shown.contains("the ids differ in 1 of 1 document\nfirst at byte "), "\(shown)")
  }

  @Test func `ids whose brackets do not match are refused`() throws {
    let tokenizer = try train()
    for text in ["[1, 2\n", "1, 2]\n", "[[[1]]]\n"] {
      let result = try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: text)
      #expect(result.status == 1 && result.errors.contains("brackets"), "\(text)")
    }
    let array = try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: "[4,\n5]\n")
    #expect(array.status == 0)
  }

  @Test func `two tokenizers are compared, and files converted there and back`() throws {
    let first = try train("--vocab-size 300 --special '<|endoftext|>' --pre-tokenizer gpt4")
    let text = try directory.write(Self.text, to: "text.txt")
    let (tiktoken, second) = (directory["t.tiktoken"], directory["second.json"])
    let there = try swiftlet("tokenizer", "convert", first, "--out", tiktoken)
    #expect(there.status == 0, "\(there.errors)")
    #expect(
      there.errors.contains(
        "convert \(tiktoken) --pre-tokenizer gpt4 --special '<|endoftext|>=0' --out tokenizer.json"),
      "\(there.errors)")
    let back = try swiftlet(
      "tokenizer", "convert", tiktoken, "--pre-tokenizer", "gpt4", "--out", second)
    #expect(back.status == 0, "\(back.errors)")
    let report = try swiftlet("tokenizer", "compare", first, second, text, "--json").json()
    // The special token comes first in both.
    #expect(report["same_ids"] == true)
    #expect(report["tokenizers"]?.array?.count == 2)
    #expect(
      report["tokenizers"]?.array?[0]["tokens"] == report["tokenizers"]?.array?[1]["tokens"])
    let plain = try swiftlet("tokenizer", "compare", first, first, text).text
    #expect(plain.contains("the ids are the same"))

    let merges = directory["merges.txt"]
    #expect(try swiftlet("tokenizer", "convert", first, "--out", merges).status == 0)
    let third = directory["third.json"]
    let again = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", merges, "--pre-tokenizer",
      "gpt4", "--out", third)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try FileSystem.readFile(third) == FileSystem.readFile(first))
    expectFailure(
      try swiftlet(
        "tokenizer", "convert", text + ".tiktoken", "--pre-tokenizer", "gpt2", "--out", third),
      "cannot read \(text).tiktoken: no such file or directory")
    let unnamed = try swiftlet("tokenizer", "convert", tiktoken, "--out", third)
    #expect(unnamed.status == 64 && unnamed.errors.contains("does not say how text is cut"))
    #expect(unnamed.errors.contains("gpt4 for cl100k_base"))

    // Special tokens behind a gap.
    let placed = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", merges, "--special",
      "<|endoftext|>", "--special", "<a=b>=310", "--special", "<c>=x", "--out", third)
    #expect(placed.status == 0, "\(placed.errors)")
    let read = try Tokenizer(json: FileSystem.readFile(third))
    #expect(read.specialTokens.map(\.id) == [0, 310, 311])
    #expect(read.specialTokens.map(\.content) == ["<|endoftext|>", "<a=b>", "<c>=x"])

    // Merges of nothing, and wrong ones.
    let empty = try directory.write("#version: 0.2\n", to: "empty.txt")
    let lone = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", empty, "--out", third)
    #expect(lone.status == 0)
    #expect(lone.errors.contains("no merge reaches 43 of the 300 tokens"), "\(lone.errors)")
    let wrong = try directory.write("#version: 0.2\n\nqq q\n", to: "wrong.txt")
    expectFailure(
      try swiftlet(
        "tokenizer", "convert", directory["vocab.json"], "--merges", wrong, "--out", third),
      "\(wrong): merges.txt: line 3 needs the token \"qq\", which the vocabulary does not have")
  }

  @Test func `converting changes no configuration that is there`() throws {
    let first = try train("--vocab-size 300")
    try FileSystem.createDirectory(directory["other"])
    let out = directory["other/tokenizer.json"], beside = directory["other/tokenizer_config.json"]
    try FileSystem.createDirectory(directory["source"])
    let source = directory["source/tokenizer.json"]
    let made = try swiftlet("tokenizer", "convert", first, "--out", source)
    #expect(made.status == 0 && made.errors.contains("source/tokenizer_config.json beside it"))
    #expect(try swiftlet("tokenizer", "convert", source, "--out", out).status == 0)
    // What says the same may be written again, anything else may not.
    #expect(try swiftlet("tokenizer", "convert", source, "--out", out).status == 0)
    let own = try directory.write("{\"eos_token\":\"<mine>\"}", to: "other/tokenizer_config.json")
    #expect(own == beside)
    let before = try FileSystem.readFile(out)
    expectFailure(
      try swiftlet("tokenizer", "convert", source, "--out", out),
      "\(beside) is there and says something else")
    #expect(try FileSystem.readFile(out) == before)
    #expect(try FileSystem.readFile(beside) == Array("{\"eos_token\":\"<mine>\"}".utf8))
    // A saved fine-tune, of a name that has no configuration.
    let text = String(decoding: try FileSystem.readFile(source), as: UTF8.self)
    let tuned = try directory.write(
      text.replacing("\"padding\":null", with: "\"padding\":{\"strategy\":\"BatchLongest\"}"),
      to: "tuned.json")
    let kept = try swiftlet("tokenizer", "convert", tuned, "--out", out)
    #expect(kept.status == 0 && kept.errors.contains("the tokenizer.json sets padding"))
    #expect(kept.errors.contains("other/tokenizer_config.json stays as it was"))
  }

  @Test func `options of training reach the trainer`() throws {
    let long = try JSONValue(
      parsing: FileSystem.readFile(train("--vocab-size 268 --max-token-length 3 --threads 2")))
    let pairs = try #require(long["model"]?["merges"]?.array)
    #expect(pairs.allSatisfy { ($0.array ?? []).reduce(0) { $0 + ($1.string?.count ?? 0) } < 3 })
    let text = try directory.write("ab ab cd", to: "few.txt")
    let few = try swiftlet(
      "tokenizer", "train", text, "--min-frequency", "2", "--out", directory["o.json"])
    #expect(few.status == 0)
    #expect(few.errors.contains("no more pairs to merge: 260 tokens, not 4,096"), "\(few.errors)")
    #expect(try Tokenizer(json: FileSystem.readFile(directory["o.json"])).vocabularySize == 260)
    let lines = try train("--lines --memory 200MB --vocab-size 280")
    #expect(try Tokenizer(json: FileSystem.readFile(lines)).vocabularySize == 280)
    let wrong = try swiftlet("tokenizer", "train", text, "--memory", "2", "--out", "x")
    #expect(wrong.status == 64)
  }

  @Test func `the benchmark counts the same tokens as encoding does`() throws {
    let tokenizer = try train()
    let text = try directory.write(String(repeating: Self.text, count: 200), to: "long.txt")
    let report = try swiftlet(
      "tokenizer", "benchmark", "--tokenizer", tokenizer, text, "--json"
    ).json()
    let ids = try encode(tokenizer, String(repeating: Self.text, count: 200), "--whole")
    #expect(report["tokens"]?.integer == ids.split(separator: " ").count)
    #expect(report["encode_mb_per_second"]?.number ?? 0 > 0)
  }

  // MARK: Bad input

  @Test(arguments: [
    ([0x20, 0x0A, 0x09, 0x0A], "", "the corpus FILE is empty: it holds only white space")
  ])
  func `a corpus that cannot be used is refused`(
    _ bytes: [UInt8], _ arguments: String, _ sentence: String
  ) throws {
    let (file, out) = (directory["bad.txt"], directory["out.json"])
    try AtomicFile.write(bytes, to: file)
    let result = try shell("$swiftlet tokenizer train \(file) \(arguments) --out \(out)")
    expectFailure(result, sentence.replacing("FILE", with: file))
    #expect(!FileSystem.exists(out))
  }

  @Test func `a corpus must be there`() throws {
    expectFailure(
      try swiftlet("tokenizer", "train", "/nonexistent/a.txt", "--out", directory["out.json"]),
      "cannot read /nonexistent/a.txt: no such file or directory", hint: "check the path")
  }

  @Test func `binary files are refused, and invalid text counted or refused`() throws {
    var random = SystemRandomNumberGenerator()
    let noise = [0, 0xFF, 0] + (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
    try AtomicFile.write(noise, to: directory["noise.bin"])
    let binary = try swiftlet(
      "tokenizer", "train", directory["noise.bin"], "--vocab-size", "300", "--out",
      directory["out.json"])
    #expect(binary.status == 1)
    #expect(binary.errors.contains("binary"))
    #expect(!FileSystem.exists(directory["out.json"]))

    try AtomicFile.write(
      Array("the cat ".utf8) + [0xFF] + Array(" the cat".utf8), to: directory["x"])
    let counted = try swiftlet(
      "tokenizer", "train", directory["x"], "--vocab-size", "260", "--out", directory["out.json"])
    #expect(counted.status == 0)
    #expect(
      counted.errors.hasPrefix(
        "warning: 1 invalid UTF-8 sequence was replaced by U+FFFD; --strict refuses them\n"))
    let strict = try swiftlet(
      "tokenizer", "train", directory["x"], "--vocab-size", "260", "--strict", "--out",
      directory["out2.json"])
    #expect(strict.status == 1)
    #expect(strict.errors.contains("UTF-8"))
    #expect(!FileSystem.exists(directory["out2.json"]))
  }

  @Test func `a directory that is not there is named before the work`() throws {
    expectFailure(
      try swiftlet("tokenizer", "train", "/nonexistent/a.txt", "--out", directory["no/t.json"]),
      "cannot write \(directory["no/t.json"]): no such file or directory", hint: "check the path")
  }

  @Test func `standard input may be any bytes, and decoding gives them back`() throws {
    let tokenizer = try train()
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
    let tokenizer = try train()
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

  @Test func `a tokenizer_config.json is written beside a tokenizer.json, and others' are kept`()
    throws
  {
    let tokenizer = try train()
    let file = directory["tokenizer_config.json"]
    let written = try JSONValue(parsing: FileSystem.readFile(file))
    #expect(written["eos_token"] == "<|im_end|>" && written["bos_token"] == "<|endoftext|>")
    #expect(written["chat_template"]?.string?.contains("<|im_start|>") == true)
    // What is broken there is named, and nothing else is.
    try AtomicFile.write(Array("{".utf8), to: file)
    let broken = try swiftlet("tokenizer", "encode", "--tokenizer", tokenizer, input: "x")
    #expect(broken.status == 1 && broken.errors.hasPrefix("error: \(file) is invalid JSON"))
    let other = directory["other.json"]
    #expect(try shell("cp \(tokenizer) \(other)").status == 0)
    #expect(try swiftlet("tokenizer", "encode", "--tokenizer", other, input: "x").status == 0)
    // A file of the name that converting did not read stays.
    #expect(
      try swiftlet("tokenizer", "convert", other, "--out", tokenizer).status == 0)
    #expect(try FileSystem.readFile(file) == Array("{".utf8))
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
