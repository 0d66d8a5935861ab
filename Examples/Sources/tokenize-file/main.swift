// Trains a tokenizer on a file, and shows how it cuts the file's first words.
//   swift run tokenize-file FILE
import Foundation
import Tokenization

guard CommandLine.arguments.count == 2,
  let data = FileManager.default.contents(atPath: CommandLine.arguments[1])
else {
  print("usage: tokenize-file FILE")
  exit(64)
}
let text = [UInt8](data)
var trainer = BytePairTrainer(vocabularySize: 1_000)
trainer.add(text)
let tokenizer = try trainer.train()

let ids = tokenizer.encode(text)
print("\(text.count) bytes are \(ids.count) tokens of \(tokenizer.vocabularySize)")
print(
  tokenizer.spans(of: text).prefix(12).map { span in
    "\(span.id) \(String(decoding: text[span.range], as: UTF8.self).debugDescription)"
  }.joined(separator: "\n"))
print("decoding gives the bytes back: \(tokenizer.decode(ids) == text)")
