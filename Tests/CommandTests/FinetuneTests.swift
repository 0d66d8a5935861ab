import Files
import StrictJSON
import TestSupport
import Testing

/// `finetune`, `distill`, `sample`, `chat` and `merge`, as a user runs them.
@Suite struct FinetuneTests {
  private let base: PretrainedBase
  private var directory: TemporaryDirectory { base.directory }

  init() throws { base = try PretrainedBase() }

  private func run(_ line: String) throws -> CommandResult { try base.run(line) }

  private func succeed(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let result = try run("\(line) -q")
    #expect(result.status == 0, "\(line): \(result.errors)", sourceLocation: sourceLocation)
  }

  private let short = "--steps 6 --batch-size 4 --evaluate-every 3 --checkpoint-every 3"

  @Test func `from a base to answers, and to one model`() throws {
    let tuned = try run(
      "finetune --base base --data st/questions.jsonl --run lora --rank 4 \(short)")
    #expect(tuned.status == 0 && tuned.text == "")
    #expect(tuned.errors.contains("st/questions.jsonl: "))
    #expect(tuned.errors.contains(" examples, messages\n"))
    #expect(tuned.errors.contains("% of them supervised"))
    #expect(tuned.errors.contains("lora: "))
    #expect(tuned.errors.contains("next: swiftlet chat --run lora"))
    let again = try run("finetune --run lora --resume")
    #expect(again.status == 0 && again.errors.hasPrefix("the run lora is finished"))
    let answers = try run("chat --run lora --max-tokens 5 <<< 'What is this?'")
    // Also from elsewhere, where the base's name does not lead to it, nor is it beside the run.
    let elsewhere = try shell(
      """
      cd \(directory.path) && mkdir deep && cp -r lora deep/lora && cd / \
      && $swiftlet generate --run \(directory["deep/lora"].dropFirst()) Once --max-tokens 1 -q
      """)
    #expect(elsewhere.status == 0, "\(elsewhere.errors)")
    #expect(answers.status == 0 && answers.text.hasSuffix("\n") && answers.errors == "")
    let merged = try run("merge --adapter lora --run merged --json")
    #expect(merged.status == 0)
    let report = try merged.json()
    // Seven projections, and the embedding with its new tokens.
    #expect(report["changed_weights"] == 8)
    #expect((report["greatest_difference"]?.number ?? 1) < 1e-3)
    let alone = try run(
      "export --run lora --format peft --out files -q; $swiftlet merge --adapter files --run no")
    expectFailure(
      alone, "files is an adapter by itself, and no run that knows its base",
      hint: "name the run that it adapts with --base")
    let known = try run("merge --adapter lora --base base --run again")
    #expect(known.status == 1 && known.errors.contains("lora is a run, which knows its base"))
    for name in ["lora", "merged"] {
      let text = try run("generate --run \(name) 'Once' --temperature 0 --max-tokens 9 -q")
      #expect(text.status == 0 && text.text.hasPrefix("Once"))
    }
    let score = try run(
      "evaluate --run merged --task questions --data st/heldout/questions.jsonl --json -q")
    #expect(score.status == 0)
    let values = try score.json()
    let count = try #require(values["count"]?.integer)
    #expect(count > 30 && values["accuracy"]?.number != nil)
    #expect(values["confidence_interval"]?.array?.count == 2)
    let twice = try run("merge --adapter merged --run other")
    expectFailure(
      twice, "step 6 of merged is a whole model, and no adapter", hint: "it can be used as it is")
  }

  @Test func `a full fine-tuning gives a model of its own`() throws {
    let tuned = try run(
      "finetune --base base --data st/topics.jsonl --method full --run full \(short) -q")
    #expect(tuned.status == 0 && tuned.errors == "")
    let next = try run(
      "finetune --base full --data st/questions.jsonl --run lora --targets attention "
        + "--replay 0.2 --corpus st/stories.jsonl --epochs 0.1 --batch-size 4 -q")
    // A question may be longer than this base's context.
    let complaints = next.errors.split(separator: "\n").filter { !$0.contains("lost a part") }
    #expect(next.status == 0 && complaints.isEmpty, "\(next.errors)")

    for command in [
      "sample --run full --data st/questions.jsonl --n 1 --out ./st/questions.jsonl",
      "evaluate --run full --task questions --data st/questions.jsonl --answers st/../st/questions.jsonl",
    ] {
      let refused = try run(command)
      #expect(refused.status == 1, "\(command)")
      #expect(refused.errors.contains("would replace st/questions.jsonl, which is to be read"))
    }

    let same =
      "--base full --corpus st/stories.jsonl --epochs 0.1 --method lora "
      + "--targets q_proj,q_proj,k_proj,v_proj,o_proj"
    let again = try run("finetune --run lora --resume \(same)")
    #expect(again.status == 0 && again.errors.contains("the run lora is finished"))
    for (option, complaint) in [
      ("--method full", "the run was made with --method lora, and goes on with it, not with full"),
      ("--epochs 9", "goes on with them: --epochs asks for "),
      ("--base base", "the run began from full, and not from step "),
      ("--corpus st/heldout", "the text is not what the run lora replays"),
    ] {
      let refused = try run("finetune --run lora --resume \(option)")
      #expect(refused.status == 1 && refused.errors.contains(complaint), "\(refused.errors)")
    }
  }

  @Test func `preferences are learned and measured`() throws {
    let tuned = try run(
      "finetune --base base --data st/preferences.jsonl --objective dpo --run dpo --rank 4 \(short)"
    )
    #expect(tuned.status == 0)
    #expect(tuned.errors.contains(" pairs of answers\n"))
    #expect(tuned.errors.contains("accuracy "))
    let again = try run("finetune --run dpo --data st/preferences.jsonl --resume")
    #expect(again.status == 0 && again.errors.contains("the run dpo is finished"))
    for (option, complaint) in [
      ("--beta 0.3", "the run was made with --beta 0.1, and goes on with it, not with 0.3"),
      ("--objective answers", "the run was made with --objective dpo, and goes on with it"),
    ] {
      let refused = try run("finetune --run dpo --resume \(option)")
      #expect(refused.status == 1 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    #expect(tuned.errors.contains(" steps of 4 pairs: "))
    let pairs = try run(
      "evaluate --run dpo --task preferences --data st/heldout/preferences.jsonl --json -q")
    #expect(try pairs.json()["chance"] == 0.5)
  }

  @Test func `a student is distilled, and goes on from a run`() throws {
    let common = "--corpus st/stories.jsonl --steps 3 --batch-size 2 --sample-every 0"
    let new = try run("distill --teacher base --student nano --run new \(common)")
    #expect(new.status == 0 && new.errors.contains("a student of "))
    let again = try run("distill --run new --resume")
    #expect(again.status == 0 && again.errors.hasPrefix("the run new is finished"))
    // As a script that makes or goes on with it.
    let same = try run("distill --teacher base --student nano --run new \(common) --resume")
    #expect(same.status == 0 && same.errors.hasPrefix("the run new is finished"), "\(same.errors)")
    for (options, complaint) in [
      (
        "--student micro",
        "the run was made with --student nano, and goes on with it, not with micro"
      ),
      ("--student base", "the student of new began with random weights"),
      ("--corpus st/heldout", "the corpus has changed since the run new was created"),
      ("--teacher new", "the run new learns from step "),
      ("--hard-weight 0.5", "the run was made with --hard-weight 0.0"),
    ] {
      let refused = try run("distill --run new --resume \(options)")
      #expect(refused.status == 1 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    #expect(try run("inspect new").text.contains("\n  teachers.0.run                base\n"))
    let old = try run(
      "distill --teacher new --student base --context 9 --run old \(common)")
    #expect(old.status == 64)
    let longer = try run(
      "distill --teacher new --student base --run old --loss jsd --hard-weight 0.5 \(common)")
    expectFailure(longer, "the student sees 512 tokens, and the teacher only 256")
    let reversed = try run(
      "distill --teacher base --student base --run same --loss reverse-kl \(common) -q")
    #expect(reversed.status == 0 && reversed.errors == "")
    let own = try run(
      "distill --teacher base --teacher base --student nano --on-policy 0.5 --run own \(common) -q")
    #expect(own.status == 0 && own.errors == "")
    #expect(
      try run("tokenizer encode st/stories.jsonl --tokenizer base/tokenizer.json --out sh -q")
        .status == 0)
    let beside = try run(
      "distill --teacher base --student base --corpus sh --validation st --run x")
    #expect(beside.status == 1 && beside.errors.contains("sh holds token shards, with validation"))
    let comparison = try run("runs base new --compare").text
    #expect(comparison.contains("\nlayers ") && comparison.contains("\nwidth "), "\(comparison)")
    #expect(try run("inspect same --json").json()["settings"]?["preset"] == "nano")
    let outside = try run(
      "export --run base --format huggingface --out hf -q && $swiftlet import hf --run outside -q && "
        + "$swiftlet distill --teacher base --student outside --run of-outside \(common) -q")
    #expect(outside.status == 0, "\(outside.errors)")
    #expect(try run("inspect of-outside --json").json()["settings"]?["preset"] == .null)
    let few = String(repeating: "a short text\n", count: 9)
    try AtomicFile.write(Array(few.utf8), to: directory["short.txt"])
    let short = try run(
      "distill --teacher base --student base --corpus short.txt --run s")
    #expect(short.status == 1 && short.errors.contains("is shorter than the context"))
    #expect(!FileSystem.exists(directory["s"]))
    let other = try run("distill --run same --resume --student nano")
    #expect(other.errors.contains("goes on with it, not with nano"), "\(other.errors)")
    #expect(try run("distill --run same --resume --student base").status == 0)
    let none = try run("distill --teacher base --student big --run none \(common)")
    expectFailure(none, "there is no preset and no run big")
  }

  @Test func `answers are learned from a teacher, too`() throws {
    try succeed(
      "finetune --base base --data st/questions.jsonl --run master --method full \(short)")
    let common = "finetune --base base --data st/questions.jsonl --run taught \(short)"
    let taught = try run("\(common) --teacher master --temperature 2")
    #expect(taught.status == 0, "\(taught.errors)")
    #expect(taught.errors.contains("\na teacher: step 6 of master\n"))
    let metrics = try String(
      decoding: FileSystem.readFile(directory["taught/metrics.jsonl"]), as: UTF8.self)
    #expect(metrics.contains("\"divergence\":") && metrics.contains("\"text_loss\":"))
    let settings = try run("inspect taught --json").json()["settings"]
    #expect(settings?["distillation"]?["hard_weight"]?.number == 0.5)
    #expect(settings?["distillation"]?["temperature"]?.number == 2)
    #expect(!taught.errors.contains("chat template"))
    try succeed(
      "\(common.replacing("taught", with: "two")) --teacher master --teacher base --resume")
    #expect(try run("inspect two --json").json()["settings"]?["teachers"]?.array?.count == 2)
    let template =
      "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"
    let foreign = try run(
      "export --run master --format huggingface --out hf -q && cd hf && "
        + "echo '{\"bos_token\":\"<|endoftext|>\",\"chat_template\":\"\(template)\"}' > tokenizer_config.json && "
        + "cd .. && $swiftlet import hf --run foreign -q && "
        + "$swiftlet \(common.replacing("taught", with: "third")) --teacher foreign -q")
    #expect(
      foreign.status == 0
        && foreign.errors.contains("the teacher foreign has another chat template than --base"),
      "\(foreign.errors)")
    // As a script that makes or goes on with it.
    let again = try run("\(common) --teacher master --temperature 2 --hard-weight 0.5 --resume")
    #expect(again.status == 0 && again.errors.contains("the run taught is finished"))
    try succeed("finetune --base base --data st/questions.jsonl --run alone \(short)")
    for (line, complaint) in [
      ("--run taught --resume --teacher base", "the run taught learns from step 6 of master\n"),
      ("--run taught --resume --teacher master --teacher master", "learns from step 6 of master\n"),
      ("--run taught --resume --teacher master --teacher-checkpoint 3", "learns from step 6 of"),
      ("--run taught --resume --temperature 3", "the run was made with --temperature 2.0"),
      ("--run alone --resume --teacher master", "the run alone has no teacher\n"),
      ("--run alone --resume --loss jsd", "the run alone has no teacher, and --loss is for one"),
      ("--base base --data st/questions.jsonl --run x --teacher alone", "alone is an adapter"),
    ] {
      let refused = try run("finetune \(line)")
      #expect(refused.status == 1 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    for (options, complaint) in [
      ("--loss jsd", "--loss is for a teacher"),
      ("--teacher master --objective dpo", "--teacher goes with answers, and not with pairs"),
      ("--teacher master --jsd-beta 0.1", "--jsd-beta is for --loss jsd"),
      ("--teacher-checkpoint 3", "--teacher-checkpoint needs --teacher"),
      ("--teacher master --hard-weight 2", "--hard-weight must be from 0 to 1, not 2"),
    ] {
      let refused = try run(
        "finetune --base base --data st/questions.jsonl --run x \(options)")
      #expect(refused.status == 64 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    #expect(!FileSystem.exists(directory["x"]))
  }

  @Test func `a model writes data, and a command says what is kept`() throws {
    #expect(try shell("cd \(directory.path); head -8 st/questions.jsonl > few.jsonl").status == 0)
    let some = "sample --run base --data few.jsonl --n 2 --max-tokens 1500"
    let all = try run("\(some) --out all.jsonl")
    #expect(all.status == 0 && all.text == "")
    #expect(all.errors.contains("next: swiftlet finetune --base RUN --data all.jsonl"))
    // Line n gets n modulo 7; of each question at most one answer is kept.
    let scorer = "cat -n | awk '{ print $1 % 7 }'"
    try AtomicFile.write(Array((scorer + "\n").utf8), to: directory["scorer"])
    let best = try run("\(some) --score 'sh scorer' --minimum 1 --out best.jsonl --json -q")
    #expect(best.status == 0, "\(best.errors)")
    let report = try best.json()
    let kept = try #require(report["kept"]?.integer)
    let samples = try #require(report["samples"]?.integer)
    #expect(samples + (report["cut_off"]?.integer ?? 0) == 16 && (1...8).contains(kept))
    func lines(_ name: String) throws -> [JSONValue] {
      try FileSystem.readFile(directory[name]).split(separator: 0x0A).map {
        try JSONValue(parsing: Array($0))
      }
    }
    // The same samples as without a scorer; what is kept are the best of them.
    let written = try lines("all.jsonl").map { $0["messages"]?.array ?? [] }
    #expect(written.count == samples)
    var expected: [(messages: [JSONValue], score: Int)] = []
    for (index, messages) in written.enumerated() {
      let score = (index + 1) % 7
      if let last = expected.last, last.messages.dropLast() == messages.dropLast() {
        if score > last.score { expected[expected.count - 1] = (messages, score) }
      } else {
        expected.append((messages, score))
      }
    }
    expected.removeAll { $0.score < 1 }
    let chosen = try lines("best.jsonl")
    #expect(chosen.map { $0["messages"]?.array } == expected.map(\.messages))
    #expect(chosen.map { $0["score"]?.number } == expected.map { Double($0.score) })
    #expect(chosen.count == kept)
    let texts = try run("sample --run base --n 5 --max-tokens 3000 --out texts.jsonl --json -q")
    let count = try #require(texts.json()["kept"]?.integer)
    #expect(try lines("texts.jsonl").compactMap { $0["text"]?.string }.count == count)
    let next = try run("finetune --base base --data best.jsonl --run next \(short) -q")
    #expect(next.status == 0, "\(next.errors)")

    let failing = "sample --run base --data few.jsonl --max-tokens 1500 --out x -q --score"
    expectFailure(
      try run("\(failing) 'exit 3'"), "--score failed: its exit code is 3")
    let silent = try run("\(failing) true")
    #expect(silent.status == 1 && silent.errors.hasPrefix("error: --score printed 0 lines for "))
    let endless = try run("\(failing) 'while :; do echo 1; done'")
    #expect(endless.errors.hasPrefix("error: --score prints far more than a number for each"))
    let words = try run("\(failing) \"sed 's/.*/good/'\"")
    #expect(
      words.errors.hasPrefix("error: --score printed \"good\" for sample 1, which is no number"))
    #expect(!FileSystem.exists(directory["x"]))
  }

  @Test(arguments: ["", "--data many.jsonl", "--data many.jsonl --score cat"])
  func `an interrupt leaves the samples that are finished`(_ options: String) throws {
    let line = #"{"prompt":"a"}"# + "\n"
    try AtomicFile.write(
      Array(String(repeating: line, count: 50).utf8), to: directory["many.jsonl"])
    let result = try shell(
      "cd \(directory.path); $swiftlet sample --run base \(options) --n \(options.isEmpty ? 100_000 : 100) --temperature 9 "
        + "--max-tokens 200 --out some.jsonl -q & sleep 4; kill -INT $!; wait $!; exit $?")
    #expect(result.status == 130)
    let name = options.contains("--score") ? "some.jsonl.unscored" : "some.jsonl"
    let lines = try FileSystem.readFile(directory[name]).split(separator: 0x0A)
    for line in lines {
      let value = try JSONValue(parsing: Array(line))
      #expect(value[options.isEmpty ? "text" : "messages"] != nil)
    }
    let count = "\(lines.count) line\(lines.count == 1 ? "" : "s")"
    // Numbers of lines from a thousand on have commas, too.
    let errors = result.errors.filter { $0 != "," }
    #expect(errors.contains("stopped: what is finished \(count) is in \(name)\n"))
    #expect(!lines.isEmpty && lines.count < 100_000)
  }

  @Test func `what the template refuses is left out, or ends a strict reading`() throws {
    #expect(try shell("cp -r \(directory["base"]) \(directory["own"])").status == 0)
    let template = """
      {% if messages[0].role != 'user' %}{{ raise_exception('begin with a question') }}{% endif %}\
      {% for m in messages %}{{ m.role ~ ':' ~ m.content ~ eos_token }}{% endfor %}\
      {% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}
      """
    let configuration: JSONValue = [
      "eos_token": "<|im_end|>", "chat_template": .string(template),
    ]
    try AtomicFile.write(
      configuration.serialized(), to: directory["own/tokenizer_config.json"])
    let odd =
      #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},"#
      + #"{"role":"assistant","content":"a"}]}"# + "\n"
    let plain = #"{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}"#
    try AtomicFile.write(Array((odd + plain + "\n" + odd).utf8), to: directory["some.jsonl"])
    try AtomicFile.write(Array(odd.utf8), to: directory["odd.jsonl"])
    let result = try run("finetune --base own --data some.jsonl --preview")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("2 examples left out, which the chat template refuses"))
    #expect(result.errors.contains("begin with a question"))
    for line in ["some.jsonl --strict", "odd.jsonl"] {
      let result = try run("finetune --base own --data \(line) --preview")
      #expect(result.status == 1)
      #expect(result.errors.contains("error: the chat template"), "\(result.errors)")
    }
  }

  @Test func `a base without tokens for conversations gets a template without any`() throws {
    try FileSystem.createDirectory(directory["plain"])
    try succeed(
      "tokenizer train st/stories.jsonl --vocab-size 300 --special '<|endoftext|>' "
        + "--out plain/tokenizer.json")
    try succeed(
      "pretrain --corpus st/stories.jsonl --tokenizer plain/tokenizer.json --run bare --steps 2 "
        + "--layers 1 --width 32 --heads 2 --ffn 48 --context 64 --batch-size 2 --sample-every 0")
    // As models from outside have it: a configuration that says nothing of conversations.
    try AtomicFile.write(
      (["eos_token": "<|endoftext|>"] as JSONValue).serialized(),
      to: directory["bare/tokenizer_config.json"])
    let preview = try run("finetune --base bare --data st/questions.jsonl --preview")
    #expect(preview.text.contains("<|assistant|>\n⟦"), "\(preview.errors)")
    #expect(preview.text.contains("<|endoftext|>⟧"))
    try succeed("finetune --base bare --data st/questions.jsonl --run tuned \(short)")
    let written = try JSONValue(
      parsing: FileSystem.readFile(directory["tuned/tokenizer_config.json"]))
    #expect(written["chat_template"]?.string?.contains("<|assistant|>") == true)
    #expect(written["bos_token"] == "<|endoftext|>")
    // What was said grows beyond the context.
    let long = String(repeating: "Who is it? ", count: 20)
    let chat = try run("chat --run tuned --max-tokens 2 <<< $'Who?\\n\(long)\\n\(long)'")
    #expect(chat.status == 0, "\(chat.errors)")
    #expect(chat.errors.matches(of: /the conversation is longer than/).count == 1)
  }

  @Test func `a preview shows what is learned, and makes nothing`() throws {
    let result = try run("finetune --base base --data st/questions.jsonl --preview")
    #expect(result.status == 0)
    #expect(result.text.contains("<|im_start|>assistant\n⟦"))
    #expect(result.text.contains("<|im_end|>⟧"))
  }

  @Test func `the base's own template decides how conversations are written and learned`() throws {
    #expect(try shell("cp -r \(directory["base"]) \(directory["own"])").status == 0)
    let template = """
      {% for m in messages %}{{ m.role | upper ~ ':\\n' ~ m.content ~ eos_token }}{% endfor %}\
      {% if add_generation_prompt %}{{ 'ASSISTANT:\\n' }}{% endif %}
      """
    let configuration: JSONValue = [
      "eos_token": "<|im_end|>", "chat_template": .string(template),
    ]
    try AtomicFile.write(
      configuration.serialized(), to: directory["own/tokenizer_config.json"])
    let result = try run("finetune --base own --data st/questions.jsonl --preview")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("ASSISTANT:\n⟦"), "\(result.text)")
    #expect(result.text.contains("<|im_end|>⟧") && !result.text.contains("<|im_start|>"))
    try AtomicFile.write(
      (["chat_template": "a\n{% macro x() %}"] as JSONValue).serialized(),
      to: directory["own/tokenizer_config.json"])
    expectFailure(
      try run("finetune --base own --data st/questions.jsonl --preview"),
      "the chat template's line 2: the tag macro is not supported",
      hint: "rewrite the chat_template in tokenizer_config.json without it")
  }

  @Test func `what cannot be used is named`() throws {
    try AtomicFile.write(Array("{\"text\":\"a\"}\nx\n".utf8), to: directory["bad.jsonl"])
    let strict = try run("finetune --base base --data bad.jsonl --strict --run r")
    #expect(strict.status == 1 && strict.errors.hasPrefix("error: bad.jsonl:2: it is "))
    let none = try run("finetune --base nothing --data bad.jsonl --run r")
    #expect(none.status == 1 && none.errors.hasPrefix("error: there is no run at nothing\n"))
    let rank = try run("finetune --base base --data bad.jsonl --rank 0 --run r")
    #expect(rank.status == 64 && rank.errors.contains("the rank must be from 1 to 4096, not 0"))
    #expect(!FileSystem.exists(directory["r"]))
  }
}

/// What is refused before anything is read.
@Suite struct FinetuneUsageTests {
  @Test(arguments: ["finetune", "distill", "merge", "chat"])
  func `help fits 80 columns`(command: String) throws {
    let result = try swiftlet(command, "--help")
    #expect(result.status == 0 && result.text.contains("\n  swiftlet \(command) "))
    for line in result.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: [
    ("finetune --data d --run r", "--base is missing"),
    ("finetune --run nowhere --resume", "there is no run at nowhere to go on with"),
    ("finetune --base b --run r", "--data is missing"),
    ("finetune --base b --data d", "--run is missing"),
    (
      "finetune --base b --data d --run r --method full --rank 4",
      "--rank, --alpha, their patterns, --targets, --rslora and --lora-plus are for adapters"
    ),
    ("finetune --base b --data d --run r --targets x_proj", "\"x_proj\" is no target"),
    (
      "finetune --base b --data d --run r --steps 3 --epochs 1",
      "only one of --steps and --epochs can say how long to train"
    ),
    (
      "finetune --base b --data d --run r --beta 1",
      "--beta, --label-smoothing and --chosen-weight are for dpo, ipo and orpo"
    ),
    (
      "finetune --base b --data d --run r --objective orpo --chosen-weight 1",
      "--chosen-weight is for dpo and ipo: orpo has the chosen answer's loss already"
    ),
    ("finetune --base b --data d --run r --replay 0.1", "--replay and --corpus belong together"),
    (
      "finetune --base b --data d --run r --resume --replay 0.1",
      "--replay and --corpus belong together"
    ),
    (
      "finetune --base b --data d --run r --objective dpo --replay 0.1 --corpus c",
      "--replay goes with answers, and not with pairs of them"
    ),
    (
      "finetune --base b --data d --run r --method full --dropout 1",
      "--dropout must be from 0 to below 1, not 1.0"
    ),
    (
      "pretrain --corpus c --tokenizer t --run r --dropout 0.99999999",
      "--dropout must be from 0 to below 1, not 0.99999999"
    ),
    (
      "pretrain --corpus c --tokenizer t --run r --z-loss 2",
      "--z-loss must be from 0 to 1, not 2.0"
    ),
  ])
  func `arguments without a meaning are refused`(arguments: String, sentence: String) throws {
    let result = try shell("$swiftlet \(arguments)")
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("error: \(sentence)\n"), "\(result.errors)")
  }
}
