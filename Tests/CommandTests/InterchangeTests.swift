import Files
import StrictJSON
import TestSupport
import Testing

/// `pretrain --architecture`, `export` and `import`, and what an imported model can do.
@Suite struct InterchangeTests {
  private let directory = TemporaryDirectory()

  private func run(_ line: String) throws -> CommandResult {
    try shell("cd \(directory.path); $swiftlet \(line)")
  }

  private func succeed(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let result = try run("\(line) -q")
    #expect(result.status == 0, "\(line): \(result.errors)", sourceLocation: sourceLocation)
  }

  @Test func `a model with capped logits is generated from and resumed, and not exported`() throws {
    try succeed("corpus synthesize --megabytes 0.2 --examples 50 --out st")
    try succeed("tokenizer train st/stories.jsonl --vocab-size 400 --out tok.json")
    let options =
      "--tokenizer tok.json --steps 4 --batch-size 2 --layers 1 --width 32 --heads 2 --ffn 48 "
      + "--context 64 --sample-every 0 --logit-soft-cap 5"
    try succeed("pretrain --corpus st/stories.jsonl \(options) --run capped")
    #expect(try run("generate --run capped Once --max-tokens 3 -q").text.hasPrefix("Once"))
    let other = try run("pretrain --run capped --resume --logit-soft-cap 6")
    #expect(other.status == 1)
    #expect(other.errors.contains("was made with --logit-soft-cap 5.0"))
    // What follows is tuned and exported with the same cap.
    try succeed(
      "finetune --base capped --data st/questions.jsonl --run tuned --steps 1 --batch-size 2")
    for name in ["capped", "tuned"] {
      let exported = try run("export --run \(name) --format huggingface --out model")
      #expect(exported.status == 1)
      #expect(exported.errors.hasPrefix("error: the model caps its logits at 5.0, which"))
      #expect(!FileSystem.exists(directory["model"]))
    }
    let tiny = try run("pretrain --corpus st --tokenizer tok.json --run y --logit-soft-cap 0.5")
    #expect(tiny.status == 64 && tiny.errors.contains("soft-cap of logits must be from 1 to 1000"))
  }

  @Test(arguments: ["llama", "qwen2", "gpt2"])
  func `an imported model is generated from, scored, tuned, distilled, merged and exported`(
    architecture: String
  ) throws {
    try succeed("corpus synthesize --megabytes 0.2 --examples 200 --out st")
    try succeed("tokenizer train st/stories.jsonl --vocab-size 400 --out tok.json")
    let extents = "--layers 1 --width 32 --heads 2 --ffn 48 --context 256"
    let options = "--tokenizer tok.json --steps 3 --batch-size 2 \(extents) --sample-every 0"
    try succeed(
      "pretrain --corpus st/stories.jsonl \(options) --architecture \(architecture) --run own")
    try succeed("export --run own --format huggingface --out model")
    #expect(!FileSystem.exists(directory["model/generation_config.json"]))
    try directory.write("{\"eos_token_id\": 0, \"top_k\": 7}", to: "model/generation_config.json")
    let imported = try run("import model --run outside --json")
    #expect(imported.status == 0)
    let report = try imported.json()
    #expect(report["architecture"]?.string == architecture)
    #expect(report["element_types"] == ["F32"])
    #expect(imported.errors.contains("next: swiftlet generate --run outside TEXT"))

    func text(_ name: String) throws -> String {
      let result = try run("generate --run \(name) Once --temperature 0 --max-tokens 9 -q")
      #expect(result.status == 0)
      return result.text
    }
    let first = try text("own")
    #expect(first.hasPrefix("Once"))
    #expect(try text("outside") == first)
    try succeed("evaluate --run outside --corpus st/stories.jsonl")
    for method in ["lora", "dora", "full"] {
      try succeed(
        "finetune --base outside --data st/questions.jsonl --run \(method) --method \(method) "
          + "--steps 2 --batch-size 4")
      let answer = try run("chat --run \(method) --max-tokens 3 <<< 'What is this?'")
      #expect(answer.status == 0, "\(answer.errors)")
      try succeed("export --run \(method) --format huggingface --out \(method)-model")
      // transformers is to stop where the tuned model does: at <|im_end|>, too.
      let generation = try JSONValue(
        parsing: FileSystem.readFile(directory["\(method)-model/generation_config.json"]))
      #expect(generation["eos_token_id"] == [0, 2] && generation["top_k"] == 7)
    }
    for method in ["lora", "dora"] {
      try succeed("merge --adapter \(method) --run \(method)-merged")
      try succeed("export --run \(method) --format peft --out \(method)-adapter")
      try succeed("merge --adapter \(method)-adapter --base outside --run \(method)-again")
      let weights = "model.safetensors"
      let merged = try FileSystem.readFile(
        directory["\(method)-merged/step-000002/\(weights)"])
      #expect(
        try FileSystem.readFile(directory["\(method)-again/step-000000/\(weights)"]) == merged)
      #expect(try FileSystem.readFile(directory["\(method)-model/\(weights)"]) == merged)
    }
    let whole = try run("export --run full --format peft --out x")
    expectFailure(
      whole, "step 2 of full is a whole model, and no adapter",
      hint: "export it with --format huggingface")
    try succeed(
      "distill --teacher outside --student nano --corpus st/stories.jsonl --steps 2 "
        + "--batch-size 2 --run student")
    // Settings of a run, its architecture among them, are a recipe.
    let again = try run(
      "pretrain --config own --corpus own/tokens --tokenizer own/tokenizer.json "
        + "--run twin -q")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try text("twin") == first)
  }

  @Test func `a base whose weights are not numbers is refused, and not trained on`() throws {
    try succeed("corpus synthesize --megabytes 0.2 --examples 50 --out st")
    try succeed("tokenizer train st/stories.jsonl --vocab-size 400 --out tok.json")
    let extents = "--layers 1 --width 32 --heads 2 --ffn 48 --context 256"
    try succeed(
      "pretrain --corpus st/stories.jsonl --tokenizer tok.json --steps 1 --batch-size 2 "
        + "--sample-every 0 \(extents) --run own")
    try succeed("export --run own --format huggingface --out model")
    var bytes = try FileSystem.readFile(directory["model/model.safetensors"])
    // The last of its numbers, in float32.
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    try AtomicFile.write(bytes, to: directory["model/model.safetensors"])
    try succeed("import model --run outside")
    let pair = ##"{"prompt":"p","completion":"a","chosen":"a","rejected":"b"}"##
    try directory.write("\(pair)\n\(pair)\n", to: "d.jsonl")
    for (data, options) in [
      ("answers", "--method lora"), ("pairs", "--objective dpo --method full"),
    ] {
      let result = try run(
        "finetune --base outside --data d.jsonl \(options) --steps 1 --batch-size 2 "
          + "--run r-\(data) -q")
      #expect(result.status == 1)
      #expect(
        result.errors.hasPrefix("error: what the base outside computes are not finite numbers\n"),
        "\(result.errors)")
    }
  }

  @Test func `what is not supported is refused by name`() throws {
    try directory.write("{\"model_type\": \"mamba\"}", to: "model/config.json")
    let result = try run("import model --run r")
    #expect(result.status == 1)
    #expect(
      result.errors.contains(
        "model/config.json: model_type is \"mamba\"; known are llama, qwen2, qwen3, gpt2"))
    #expect(!FileSystem.exists(directory["r"]))
  }
}
