import ContentHashing
public import Corpus
public import Tokenization

extension FinetuningData {
  /// Encodes pairs of answers, the chosen before the rejected. A pair that is longer than the context is
  /// left out and counted in ``cutExamples``: cut differently, its two halves could not be compared.
  /// One with an answer of which the template leaves nothing is counted in ``emptyExamples``.
  ///
  /// - Parameters:
  ///   - files: What to train on.
  ///   - validation: What to measure on; where there is none, 1 in 20 of the pairs.
  ///   - template: Writes the conversations.
  ///   - context: Tokens that the model reads at once.
  /// - Throws: ``TrainingError`` if nothing is left to train on; `ChatTemplateError` where the template
  ///   refuses all of it.
  public init(
    preferences files: [PreferenceFile], validation: [PreferenceFile] = [],
    template: ChatTemplate, context: Int
  ) throws {
    var left = LeftOut()
    func encode(_ files: [PreferenceFile]) throws -> [[EncodedExample]] {
      try files.flatMap(\.pairs).compactMap { pair in
        let made = try left.noting {
          try [pair.chosen, pair.rejected].flatMap { answer in
            try EncodedExample.all(
              of: .conversation(pair.messages + [Message(.assistant, answer)]), template,
              context: context)
          }
        }
        guard let both = made else { return nil }
        if both.count < 2 {
          left.empty += 1
        } else if both.contains(where: \.isCut) {
          left.cut += 1
        } else {
          return both
        }
        return nil
      }
    }
    let (train, held) = (try encode(files), try encode(validation))
    try self.init(
      groups: train, validation: held, left: left,
      hash: Self.hash(files.map(\.hash), validation.map(\.hash)), context: context)
  }
}
