// Continues a text with the model of a run, as `swiftlet generate` does.
//   swift run -c release generate-text RUN "Once upon a time"
import Foundation
import Inference
import Runs
import TensorCore

guard CommandLine.arguments.count == 3 else {
  print("usage: generate-text RUN TEXT")
  exit(64)
}
let run = try OpenedRun(path: CommandLine.arguments[1], on: Device())
let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
let settings = GenerationSettings(sampler: Sampler(temperature: 0.7, seed: 1), maximumTokens: 100)
print(CommandLine.arguments[2], terminator: "")
_ = generator.generate(CommandLine.arguments[2], settings) { part in
  print(part, terminator: "")
  fflush(nil)
}
print()
