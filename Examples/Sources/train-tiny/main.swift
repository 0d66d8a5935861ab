// Trains a tiny Transformer on a few sentences until it knows them, and lets it write.
//   swift run -c release train-tiny
import Inference
import LanguageModel
import TensorCore
import Tokenization
import Training

let text = """
  The fox ran home. The fox slept well. The bird flew home. The bird sang well.

  """
let steps = 60
let context = 32

var trainer = BytePairTrainer(vocabularySize: 280)
trainer.add(Array(text.utf8))
let tokenizer = try trainer.train()
let begin = Int32(tokenizer.endOfText!)
let ids = [begin] + tokenizer.encode(String(repeating: text, count: 20)).map { Int32($0) }

let configuration = ModelConfiguration(
  vocabularySize: tokenizer.vocabularySize, layers: 2, width: 64, heads: 2, feedForwardWidth: 128,
  contextLength: context)
let device = Device()
let model = Transformer(configuration, seed: 1, on: device)
let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
var training = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
let schedule = LearningRateSchedule(
  shape: .cosine, peak: 5e-3, floor: 0.1, warmupSteps: 5, totalSteps: steps)

for step in 0..<steps {
  // Eight windows of the text; the first begins where the text does.
  let starts = (0..<8).map { (step * 8 + $0) * 13 % (ids.count - context - 1) }
  let batch = TokenBatch(
    inputs: starts.flatMap { ids[$0..<$0 + context] },
    targets: starts.flatMap { ids[$0 + 1...$0 + context] },
    lengths: Array(repeating: context, count: starts.count))
  let report = training.run([batch], learningRate: schedule.rate(at: step))
  if step % 10 == 9 { print("step \(step + 1): loss \(report.loss)") }
}
let generator = try Generator(model: model, tokenizer: tokenizer)
print(generator.generate("The fox", GenerationSettings(maximumTokens: 24)).text)
