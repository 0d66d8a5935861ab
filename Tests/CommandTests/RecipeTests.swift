import Files
import StrictJSON
import TestSupport
import Testing

/// Settings from `--config`, from the environment, and which of them win.
@Suite struct RecipeTests {
  private let directory = TemporaryDirectory()

  /// What `pretrain --print-config` prints.
  private func printed(_ options: String, _ variables: [String: String] = [:]) throws -> String {
    let assignments = variables.map { "\($0.key)=\($0.value) " }.joined()
    let result = try shell("\(assignments)$swiftlet pretrain --print-config \(options)")
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    return result.text
  }

  private func refused(_ recipe: String) throws -> CommandResult {
    let path = try directory.write(recipe, to: "recipe.yaml")
    return try swiftlet("pretrain", "--config", path, "--run", directory["run"])
  }

  @Test func `settings are printed as a recipe that gives the same settings`() throws {
    for options in [
      "", "--steps 30 --preset mini --untied",
      "--logit-soft-cap 15.5 --checkpoint-activations --cross-documents --z-loss 1e-4 --zero-init "
        + "--dropout 0.25 --batch-warmup-steps 30",
      "--corpus 'a b.jsonl' - true '#' --tokenizer T.json --tokens 5000 --heads 2 --head-size 32 "
        + "--separator=--- --field 'a: b' --run yes --threads 2 --strict --optimizer adamw",
    ] {
      let recipe = try printed(options)
      let path = try directory.write(recipe, to: "recipe.yaml")
      #expect(try printed("--config \(path)") == recipe)
    }
    // Each rule has a rate of its own.
    #expect(try printed("--preset micro --optimizer adamw").contains("\nlearning-rate: 0.001\n"))
    let recipe = try printed("--steps 400 --preset micro")
    for line in [
      "preset: micro", "layers: 6", "kv-heads: 6", "steps: 400", "warmup-steps: 20",
      "learning-rate: 0.006", "optimizer: muon", "untied: false", "precision: float32",
    ] {
      #expect(recipe.contains("\n\(line)\n") || recipe.hasPrefix("\(line)\n"), "\(line)")
    }
  }

  @Test func `options win over the environment, and that over the recipe`() throws {
    let path = try directory.write(
      "layers: 2\nwidth: 32\nheads: 2\nsteps: 10\ncorpus:\n  - a\n  - b\nstrict: true\n"
        + "ffn: ~\nuntied: no\n", to: "recipe.yaml")
    let text = try printed(
      "--config \(path) --layers 5", ["SWIFTLET_LAYERS": "4", "SWIFTLET_WIDTH": "64"])
    #expect(text.hasPrefix("corpus: [a, b]\n"))
    for line in ["layers: 5", "width: 64", "heads: 2", "steps: 10", "strict: true", "ffn: 384"] {
      #expect(text.contains("\n\(line)\n"), "\(line)")
    }
    let other = try printed("--config \(path) --epochs 3 --corpus c")
    #expect(other.hasPrefix("corpus: [c]\n"))
    #expect(other.contains("\nepochs: 3.0\n") && !other.contains("\nsteps: "))
    #expect(try printed("", ["SWIFTLET_CONFIG": path]).contains("\nlayers: 2\n"))
    #expect(try printed("", ["SWIFTLET_UNTIED": "1"]).contains("\nuntied: true\n"))
    #expect(try printed("", ["SWIFTLET_UNTIED": "0"]).contains("\nuntied: false\n"))
  }

  @Test func `the environment holds for every command, and is named in errors`() throws {
    let result = try shell("SWIFTLET_THREADS=0 $swiftlet doctor")
    expectFailure(
      result, "SWIFTLET_THREADS: --threads must be from 1 to 1024, not 0", status: 64)
    // A slip on the command line is not the environment's.
    let slip = try shell("SWIFTLET_THREADS=1 $swiftlet doctor --thread 1")
    #expect(slip.status == 64 && slip.errors.hasPrefix("error: Unknown option '--thread'"))
    let flag = try shell("SWIFTLET_JSON=maybe $swiftlet doctor")
    expectFailure(
      flag, "SWIFTLET_JSON: json is either true or false, not maybe", hint: "choose one")
    let json = try shell("SWIFTLET_JSON=1 SWIFTLET_THREADS=2 $swiftlet doctor")
    #expect(try json.json()["threads"] == 2)
    #expect(try shell("SWIFTLET_THREADS=0 $swiftlet doctor --threads 1").status == 0)
  }

  @Test func `a run is a recipe for the same run`() throws {
    let text = String(repeating: "The cat sat on the mat, and the hen ate the hat.\n", count: 200)
    let corpus = try directory.write(text, to: "text.txt")
    let tokenizer = directory["tokenizer.json"]
    #expect(
      try swiftlet("tokenizer", "train", corpus, "--vocab-size", "280", "--out", tokenizer)
        .status == 0)
    let common = "--corpus \(corpus) --tokenizer \(tokenizer)"
    let first = try shell(
      "$swiftlet pretrain \(common) --run \(directory["first"]) --layers 1 --width 32 --heads 2 "
        + "--kv-heads 1 --head-size 8 --ffn 48 --context 16 --steps 4 --optimizer muon --seed 7 "
        + "--untied --learning-rate 0.002")
    #expect(first.status == 0, "\(first.errors)")
    let stored =
      "--corpus \(directory["first/tokens"]) --tokenizer \(directory["first/tokenizer.json"])"
    for (name, recipe, text) in [
      ("second", "first", stored), ("third", "first/run.json", common), ("fourth", "first", ""),
    ] {
      let result = try shell(
        "$swiftlet pretrain \(text) --config \(directory[recipe]) --run \(directory[name])")
      #expect(result.status == 0, "\(result.errors)")
      for file in ["run.json", "step-000004/model.safetensors"] {
        #expect(
          try FileSystem.readFile(directory["\(name)/\(file)"])
            == FileSystem.readFile(directory["first/\(file)"]))
      }
    }
  }

  @Test(arguments: [
    (
      "preset: nano\nlaers: 3\n", 1, ":2: unknown setting 'laers'. Did you mean 'layers'?",
      "settings have the names of the options that `swiftlet pretrain --help` lists"
    ),
    ("zzzzzz: 3\n", 1, ":1: unknown setting 'zzzzzz'.", nil),
    ("config: other.yaml\n", 1, ":1: unknown setting 'config'.", nil),
    (
      "steps: 0\ncorpus: c\ntokenizer: t\n", 64, ":1: --steps must be from 1 to 4294967296, not 0",
      "leave it out for the default"
    ),
    ("layers: two\n", 64, ":1: The value 'two' is invalid for '--layers <n>'", nil),
    ("layers: [1, 2]\n", 1, ":1: layers takes one value, and 2 are given", nil),
    ("strict: perhaps\n", 1, ":1: strict is either true or false, not perhaps", "choose one"),
    (
      "model:\n  layers: 2\n", 1, ":1: model is neither a value nor a list of values",
      "recipes are flat: one setting a line"
    ),
    ("steps: 1\nseed: 1\nsteps: 2\n", 1, ":1: invalid YAML: steps is given twice", nil),
    ("steps: [1\n", 1, ":2: invalid YAML: did not find expected ',' or ']'", nil),
    ("just words", 1, " is not a recipe: it does not consist of settings", nil),
  ])
  func `a recipe with mistakes is refused by line`(
    _ recipe: String, _ status: Int, _ sentence: String, _ hint: String?
  ) throws {
    let result = try refused(recipe)
    #expect(result.status == Int32(status))
    #expect(
      result.errors.hasPrefix("error: \(directory["recipe.yaml"])\(sentence)\n"),
      "\(result.errors)")
    if let hint { #expect(result.errors.contains("\nhint: \(hint)\n"), "\(result.errors)") }
    #expect(!FileSystem.exists(directory["run"]))
  }

  @Test func `hostile recipes are refused`() throws {
    // Each alias stands for nine of the one before.
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (before, name) in zip("abcdefghijklmno", "bcdefghijklmnop") {
      let list = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
      bomb += "\(name): &\(name) [\(list)]\n"
    }
    for recipe in [
      bomb, String(repeating: "[", count: 500_000), String(repeating: "a: ", count: 100_000),
      "\u{0}\u{1}", "!!binary x: y", "? [a, b]\n: c", "steps: !!int \"1e9\"\n", "<<: *x",
    ] {
      let result = try refused(recipe)
      #expect(result.status == 1 || result.status == 64, "\(result.errors)")
      #expect(result.errors.hasPrefix("error: "))
    }
  }
}
