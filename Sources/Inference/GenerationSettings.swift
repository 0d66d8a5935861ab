/// How text is generated.
public struct GenerationSettings: Sendable, Equatable {
  /// How each token is chosen.
  public var sampler: Sampler
  /// The most tokens to make.
  public var maximumTokens: Int
  /// Texts that end the generation, and are not part of the result.
  public var stop: [String]

  /// Settings with the given sampler and bounds.
  public init(sampler: Sampler = Sampler(), maximumTokens: Int, stop: [String] = []) {
    self.sampler = sampler
    self.maximumTokens = maximumTokens
    self.stop = stop
  }

  /// Checks the settings.
  /// - Throws: ``InferenceError`` naming the one that has no meaning.
  public func validate() throws {
    try sampler.validate()
    guard maximumTokens >= 1 else {
      throw InferenceError(
        "the number of tokens must be at least 1, not \(maximumTokens)",
        hint: "leave it out for the default")
    }
    guard !stop.contains(where: \.isEmpty) else {
      throw InferenceError("a stop string is empty", hint: "leave it out")
    }
  }
}
