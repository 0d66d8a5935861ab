import TestSupport
import Testing

/// A directory with the story world's data in `st`, a tokenizer, and a run of four steps named `base`.
struct PretrainedBase {
  let directory = TemporaryDirectory()

  init() throws {
    let setup = try shell(
      """
      cd \(directory.path) && $swiftlet corpus synthesize --megabytes 0.2 --examples 200 -q --out st \
      && $swiftlet tokenizer train st/stories.jsonl --vocab-size 400 --out tok.json -q \
      && $swiftlet pretrain --corpus st/stories.jsonl --tokenizer tok.json --steps 4 --batch-size 2 \
        --layers 1 --width 32 --heads 2 --ffn 48 --context 512 --sample-every 0 --run base -q
      """)
    try #require(setup.status == 0, "\(setup.errors)")
  }

  func run(_ line: String) throws -> CommandResult {
    try shell("cd \(directory.path); $swiftlet \(line)")
  }
}
