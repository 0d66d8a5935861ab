import StrictJSON

/// The fields of a `config.json`, read key by key.
struct ConfigurationFields {
  let json: JSONValue
  /// Names the file in errors.
  let path: String

  func error(_ reason: String) -> ModelConfigurationError {
    ModelConfigurationError(
      description: "\(path): \(reason)",
      hint: "Llama, Qwen2, Qwen3 and GPT-2 are supported as transformers writes them")
  }

  private func present(_ key: String) -> JSONValue? {
    json[key].flatMap { $0 == .null ? nil : $0 }
  }

  func integer(_ key: String) throws -> Int {
    guard let value = json[key]?.integer else { throw error("\(key) must be an integer") }
    return value
  }

  /// `nil` where the key is missing or null.
  func optionalInteger(_ key: String) throws -> Int? {
    try present(key) == nil ? nil : integer(key)
  }

  func number(_ key: String, default fallback: Double) throws -> Double {
    guard let value = json[key] else { return fallback }
    guard let number = value.number else { throw error("\(key) must be a number") }
    return number
  }

  func flag(_ key: String, default fallback: Bool = false) throws -> Bool {
    guard let value = present(key) else { return fallback }
    guard let flag = value.bool else { throw error("\(key) must be true or false") }
    return flag
  }

  /// Refuses a key whose value is none of `allowed`; one that is missing or null is allowed.
  func refuse(_ key: String, unless allowed: JSONValue...) throws {
    guard let value = present(key), !allowed.contains(value) else { return }
    throw error("\(key) \(shown(value)) is not supported")
  }

  private func shown(_ value: JSONValue) -> String {
    let text = String(decoding: value.serialized(), as: UTF8.self)
    return text.unicodeScalars.count > 100 ? "of this kind" : text
  }

  /// `eos_token_id`, a number or several; none where that is the begin token alone.
  func endTokens() throws -> [Int] {
    guard let value = present("eos_token_id") else { return [] }
    let all = value.array ?? [value]
    let ids = all.compactMap(\.integer)
    guard ids.count == all.count, ids.count <= 64 else {
      throw error("eos_token_id must be an integer or a list of them")
    }
    return try ids.count == 1 && ids[0] == optionalInteger("bos_token_id") ? [] : ids
  }

  // MARK: Rotary positions

  /// The base, and how frequencies are changed: `rope_parameters`, or what versions of
  /// `transformers` before 5 wrote, `rope_theta` and `rope_scaling`, which comes first there too.
  func rotary(context: Int) throws -> (base: Double, scaling: RotaryScaling?) {
    let (key, rope) =
      present("rope_scaling").map { ("rope_scaling", $0) }
      ?? ("rope_parameters", present("rope_parameters") ?? [:])
    guard let members = rope.object else { throw error("\(key) must be an object") }
    let inside = ConfigurationFields(json: rope, path: "\(path): \(key)")
    let outside = try number("rope_theta", default: 10_000)
    let base = try inside.number("rope_theta", default: outside)
    try inside.refuse("partial_rotary_factor", unless: 1, 1.0)
    let type = inside.present("rope_type") ?? inside.present("type")
    if type == nil || type == "default" {
      let known = ["rope_theta", "rope_type", "type", "partial_rotary_factor"]
      if let other = members.first(where: { !known.contains($0.name) && $0.value != .null }) {
        throw error("\(key) has \(other.name) and no rope_type, which is not supported")
      }
      return (base, nil)
    }
    let factor = try inside.required("factor")
    func original() throws -> Int {
      try optionalInteger("original_max_position_embeddings")
        ?? inside.optionalInteger("original_max_position_embeddings") ?? context
    }
    switch type?.string {
    case "linear": return (base, .linear(factor: factor))
    case "dynamic": return (base, .dynamic(factor: factor))
    case "llama3":
      return (
        base,
        .llama3(
          factor: factor, low: try inside.required("low_freq_factor"),
          high: try inside.required("high_freq_factor"), originalContext: try original())
      )
    case "yarn":
      return (base, .yarn(try inside.yarn(factor: factor, originalContext: try original())))
    default: throw error("rope_type \(shown(type ?? .null)) is not supported")
    }
  }

  func required(_ key: String) throws -> Double {
    guard let value = json[key]?.number else { throw error("\(key) must be a number") }
    return value
  }

  private func yarn(factor: Double, originalContext: Int) throws -> RotaryScaling.YaRN {
    func optional(_ key: String) throws -> Double? {
      try present(key) == nil ? nil : required(key)
    }
    var attention = try optional("attention_factor")
    if attention == nil, let one = try optional("mscale"), one != 0,
      let other = try optional("mscale_all_dim"), other != 0
    {
      attention =
        RotaryScaling.YaRN.attentionFactor(factor: factor, multiplier: one)
        / RotaryScaling.YaRN.attentionFactor(factor: factor, multiplier: other)
    }
    return RotaryScaling.YaRN(
      factor: factor, originalContext: originalContext, fast: try optional("beta_fast") ?? 32,
      slow: try optional("beta_slow") ?? 1, truncates: try flag("truncate", default: true),
      attentionFactor: attention)
  }
}
