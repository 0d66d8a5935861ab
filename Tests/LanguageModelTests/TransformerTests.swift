import LanguageModel
import TensorCore
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ModelConfiguration.Block {
  /// As GPT-2 has it.
  fileprivate static var learned: Self {
    var block = Self()
    (block.norm, block.positions, block.feedForward) = (.layer, .learned, .gelu(.tanh))
    (block.attentionBias, block.hasFeedForwardBias, block.normsHeads) = (.all, true, false)
    return block
  }
}

@Suite struct TransformerTests {
  private let configuration = ModelConfiguration(
    vocabularySize: 90, layers: 2, width: 24, heads: 4, keyValueHeads: 2, headSize: 8,
    feedForwardWidth: 40, contextLength: 128)

  private func ids(_ count: Int, stream: UInt64 = 0) -> [Int32] {
    let source = RandomSource(seed: 8, stream: stream)
    return (0..<count).map { Int32(source.uniform(at: UInt64($0)) * 90) }
  }

  /// The states that `body` computes, and the gradients of all parameters for one upstream gradient.
  private func pass(
    _ model: Transformer, _ body: (Tape) -> Variable
  ) -> (states: [Float], gradients: [[Float]]) {
    let tape = Tape(on: model.device)
    let states = body(tape)
    var gradients = Gradients(of: model.parameters, on: model.device)
    let upstream = Tensor(
      (0..<states.shape.count).map { Float($0 % 7) - 3 }, states.shape, on: model.device)
    tape.backward([(states, upstream)], into: &gradients)
    return (
      states.tensor.elements, (0..<model.parameters.count).map { gradients[$0]?.elements ?? [] }
    )
  }

  @Test func `a token changes nothing before it`() {
    let model = Transformer(configuration, seed: 1, on: Device(threadCount: 2))
    func hidden(_ ids: [Int32]) -> [Float] {
      model.hidden(ids, lengths: [100], on: Tape(on: model.device, isRecording: false))
        .tensor.elements
    }
    var changed = ids(100)
    changed[70] = (changed[70] + 1) % 90
    let (a, b) = (hidden(ids(100)), hidden(changed))
    #expect(a[..<(70 * 24)] == b[..<(70 * 24)])
    #expect(a[(70 * 24)..<(71 * 24)] != b[(70 * 24)..<(71 * 24)])
    #expect(a[(99 * 24)...] != b[(99 * 24)...])
  }

  @Test func `sequences laid end to end do not see each other`() {
    let model = Transformer(configuration, seed: 1, on: Device(threadCount: 2))
    let tape = Tape(on: model.device, isRecording: false)
    let (a, b) = (ids(64, stream: 1), ids(64, stream: 2))
    let both = model.hidden(a + b, lengths: [64, 64], on: tape).tensor.elements
    let other = model.hidden(b + b, lengths: [64, 64], on: tape).tensor.elements
    #expect(both[(64 * 24)...] == other[(64 * 24)...])
    #expect(both[..<(64 * 24)] != other[..<(64 * 24)])
  }

  @Test(arguments: [ModelConfiguration.Block(), .learned])
  func `states of some places are those of all, and so are gradients`(
    block: ModelConfiguration.Block
  ) {
    var configuration = configuration
    configuration.block = block
    let device = Device(threadCount: 2)
    let model = Transformer(configuration, seed: 3, on: device)
    let places = Array(stride(from: 3, to: 120, by: 5)) + [126, 127]
    let lengths = [100, 28]
    let some = pass(model) { model.hidden(ids(128), lengths: lengths, at: places, on: $0) }
    let all = pass(model) { tape in
      tape.rows(places, of: model.hidden(ids(128), lengths: lengths, on: tape))
    }
    #expect(some.states == all.states)
    for (mine, theirs) in zip(some.gradients, all.gradients) {
      let scale = theirs.map(abs).max() ?? 0
      #expect(zip(mine, theirs).allSatisfy { abs($0 - $1) <= 2e-6 * scale })
    }
    #expect(model.hidden(ids(5), lengths: [5], at: [], on: Tape(on: device)).shape == [0, 24])
  }

  /// The upstream gradient is the same for each row in both, and zero where a shared one is repeated.
  @Test(
    arguments: [ModelConfiguration.Block(), .learned], Precision.allCases.filter(\.isSupported))
  func `what sequences share is computed once, as if each had it`(
    block: ModelConfiguration.Block, precision: Precision
  ) {
    var configuration = configuration
    configuration.block = block
    configuration.contextLength = 512
    let device = Device(threadCount: 2, precision: precision)
    let model = Transformer(configuration, seed: 3, on: device)
    let lengths = [400, 150, 1, 10, 5, 7], shared = [0, 300, 399, 0, 10, 0]
    let tokens = ids(lengths.reduce(0, +))
    // What each begins with, and its own rows.
    let parts = [
      (0..<0, 0..<400), (0..<300, 400..<550), (0..<399, 550..<551), (0..<0, 551..<561),
      (551..<561, 561..<566), (0..<0, 566..<573),
    ]
    let repeated = parts.flatMap { tokens[$0.0] + tokens[$0.1] }
    var own: [Int] = [], begin = 0
    for (prefix, rows) in parts {
      own += begin + prefix.count..<begin + prefix.count + rows.count
      begin += prefix.count + rows.count
    }
    // Buffers that are used again hold no numbers.
    let poison = Transformer(configuration, on: device) { _, tensor in
      Array(repeating: Float.nan, count: tensor.shape.count).withUnsafeBytes {
        tensor.copyBytes(from: $0)
      }
    }
    _ = poison.hidden(tokens, lengths: lengths, shared: shared, on: Tape(on: device))
    let once = pass(model) { model.hidden(tokens, lengths: lengths, shared: shared, on: $0) }
    let often = pass(model) { tape in
      let all = parts.map { $0.0.count + $0.1.count }
      return tape.rows(own, of: model.hidden(repeated, lengths: all, on: tape))
    }
    #expect(once.states.count == often.states.count)
    #expect(zip(once.states, often.states).allSatisfy(==))
    // Keys' biases change nothing: their gradients are what rounding leaves of zero.
    let greatest = often.gradients.joined().map(abs).max() ?? 0
    let tolerance: Float = precision == .float32 ? 3e-6 : 2e-2
    for (mine, theirs) in zip(once.gradients, often.gradients) {
      let scale = max(theirs.map(abs).max() ?? 0, 1e-2 * greatest)
      #expect(mine.count == theirs.count)
      #expect(zip(mine, theirs).allSatisfy { abs($0 - $1) <= tolerance * scale })
    }
    let places = Array(stride(from: 3, to: 570, by: 13)) + [572]
    let some = model.hidden(
      tokens, lengths: lengths, shared: shared, at: places,
      on: Tape(on: device, isRecording: false)
    ).tensor.elements
    let expected = places.flatMap { once.states[$0 * 24..<($0 + 1) * 24] }
    let distance: Float = precision == .float32 ? 0 : 5e-2
    #expect(some.count == expected.count)
    #expect(zip(some, expected).allSatisfy { abs($0 - $1) <= distance })
  }

  @Test func `gradients are the same bits on any number of threads`() {
    func gradients(threads: Int) -> [[Float]] {
      let device = Device(threadCount: threads)
      let model = Transformer(configuration, seed: 2, on: device)
      var gradients = Gradients(of: model.parameters, on: device)
      let loss = NextToken().accumulate(
        TokenBatch(
          inputs: ids(700), targets: ids(700, stream: 1),
          lengths: [100, 128, 128, 44, 128, 128, 44]),
        of: model, scale: 1 / 700, into: &gradients)
      return [[Float(loss)]]
        + model.parameters.specifications.indices.map {
          gradients[$0]?.elements ?? []
        }
    }
    let one = gradients(threads: 1)
    #expect(one.allSatisfy { !$0.isEmpty })
    for threads in [2, 3] { #expect(gradients(threads: threads) == one) }
  }

  @Test(arguments: [false, true])
  func `capped logits are c tanh(x / c) of the model's own, wherever they come from`(
    tiesEmbedding: Bool
  ) throws {
    let device = Device(threadCount: 2)
    func model(cap: Float?) -> Transformer {
      var configuration = configuration
      (configuration.logitSoftCap, configuration.tiesEmbedding) = (cap, tiesEmbedding)
      return Transformer(configuration, seed: 2, on: device)
    }
    func logits(_ model: Transformer) -> [Double] {
      let tape = Tape(on: device, isRecording: false)
      let hidden = model.hidden(ids(20), lengths: [20], on: tape)
      return tape.logits(hidden, model.head(on: tape)).elements.map(Double.init)
    }
    let free = logits(model(cap: nil)), capped = logits(model(cap: 1))
    #expect(free.contains { abs($0) > 0.2 })
    for (x, y) in zip(free, capped) { #expect(abs(y - tanh(x)) < 1e-6) }
    // The loss is of the capped ones.
    let targets = ids(20, stream: 1)
    var gradients = Gradients(of: model(cap: 1).parameters, on: device)
    let loss = NextToken().accumulate(
      TokenBatch(inputs: ids(20), targets: targets, lengths: [20]), of: model(cap: 1),
      scale: 1, into: &gradients)
    let expected = targets.enumerated().reduce(0.0) { sum, next in
      let row = capped[next.offset * 90..<(next.offset + 1) * 90]
      return sum + log(row.reduce(0) { $0 + exp($1) }) - row[row.startIndex + Int(next.element)]
    }
    #expect(abs(loss / expected - 1) < 1e-5)
  }

  /// Also where an adapter drops values, which must be the same ones both times.
  @Test(arguments: Precision.allCases.filter(\.isSupported), [false, true])
  func `checkpointed activations change no bit`(_ precision: Precision, isAdapted: Bool) {
    func gradients(checkpoints: Bool) -> [[Float]] {
      let watch = OperationWatch(.time)
      let device = Device(
        threadCount: 2, precision: precision, checkpointsActivations: checkpoints, watch: watch)
      defer { #expect(watch.times.contains { $0.name == "recomputed" } == checkpoints) }
      var model = Transformer(configuration, seed: 2, on: device)
      if isAdapted {
        let settings = AdapterConfiguration(rank: 4, alpha: 8, dropout: 0.3, tokens: [1])
        model = Transformer(model, adapter: Adapter(settings, of: model, seed: 4))
      }
      var gradients = Gradients(of: model.trained, on: device)
      var losses: [Float] = []
      for batch in 0..<2 as Range<UInt64> {
        losses.append(
          Float(
            NextToken().accumulate(
              TokenBatch(
                inputs: ids(300, stream: batch), targets: ids(300, stream: 2 + batch),
                lengths: [100, 128, 72],
                dropout: Dropout(RandomSource(seed: 5, stream: batch), residualRate: 0.1)),
              of: model, scale: 1 / 600, into: &gradients)))
      }
      return [losses]
        + model.trained.specifications.indices.map { gradients[$0]?.elements ?? [] }
    }
    let kept = gradients(checkpoints: false)
    #expect(kept.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) })
    #expect(gradients(checkpoints: true) == kept)
  }

  /// An element is zero where what the embedding and all four halves of the two layers add is dropped.
  @Test(arguments: [Float(0), 0.3, 0.5])
  func `embeddings and what both halves of layers add are dropped independently`(rate: Float) {
    let configuration = ModelConfiguration(
      vocabularySize: 90, layers: 2, width: 64, heads: 4, feedForwardWidth: 40, contextLength: 128)
    let model = Transformer(configuration, seed: 3, on: Device(threadCount: 2))
    let dropout = Dropout(RandomSource(seed: 4), residualRate: rate)
    let hidden = model.hidden(
      ids(384), lengths: [128, 128, 128], dropout: dropout,
      on: Tape(on: model.device, isRecording: false)
    ).tensor.elements
    let share = Double(hidden.count { $0 == 0 }) / Double(hidden.count)
    let expected = pow(Double(rate), 5)
    #expect(
      abs(share - expected) <= 5 * (expected * (1 - expected) / Double(hidden.count)).squareRoot())
  }

  /// The slope along the gradient is the gradient's squared norm, for layers of both kinds.
  @Test(arguments: [ModelConfiguration.Block(), .learned])
  func `gradients are of what was kept`(block: ModelConfiguration.Block) throws {
    let device = Device(threadCount: 2)
    let configuration = ModelConfiguration(
      vocabularySize: 90, layers: 2, width: 24, heads: 4, feedForwardWidth: 40, contextLength: 128,
      block: block)
    let batch = TokenBatch(
      inputs: ids(200), targets: ids(200, stream: 1), lengths: [100, 100],
      dropout: Dropout(RandomSource(seed: 6), residualRate: 0.3))
    let model = Transformer(configuration, seed: 2, on: device)
    var gradients = Gradients(of: model.parameters, on: device)
    _ = NextToken().accumulate(batch, of: model, scale: 1, into: &gradients)
    let slopes = try model.parameters.specifications.indices.map {
      try #require(gradients[$0]).elements
    }
    let squared = slopes.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
    func loss(_ distance: Double) -> Double {
      let moved = Transformer(configuration, seed: 2, on: device)
      for (index, slope) in slopes.enumerated() {
        let tensor = moved.parameters.tensor(index)
        let values = zip(tensor.elements, slope).map { $0 + Float(distance) * $1 }
        values.withUnsafeBytes { tensor.copyBytes(from: $0) }
      }
      var ignored = Gradients(of: moved.parameters, on: device)
      return NextToken().accumulate(batch, of: moved, scale: 1, into: &ignored)
    }
    let distance = 0.3 / squared
    let slope = (loss(distance) - loss(-distance)) / (2 * distance)
    #expect(abs(slope / squared - 1) < 1e-3)
  }

  @Test func `one batch of 16 equals 16 of one, on ragged targets`() {
    func run(_ size: Int, tied: Bool, isRagged: Bool) -> ([Double], [Float]) {
      let device = Device(threadCount: 2)
      var configuration = configuration
      configuration.tiesEmbedding = tied
      let model = Transformer(configuration, seed: 3, on: device)
      let batches = stride(from: 0, to: 16, by: size).map { begin in
        let rows = begin..<begin + size
        return TokenBatch(
          inputs: rows.flatMap { ids(128, stream: UInt64($0)) },
          targets: rows.flatMap { row in
            // Row r supervises 8 r targets; the first row none at all.
            ids(128, stream: 100 + UInt64(row)).enumerated().map {
              !isRagged || $0 < 8 * row ? $1 : -100
            }
          }, lengths: Array(repeating: 128, count: size))
      }
      let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
      var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
      let reports = (0..<3).map { _ in step.run(batches, learningRate: 1e-3) }
      return (
        reports.map(\.loss) + reports.map(\.gradientNorm),
        model.parameters.specifications.indices.flatMap { model.parameters.tensor($0).elements }
      )
    }
    let (whole, weights) = run(16, tied: true, isRagged: true)
    for size in [1, 2, 4] {
      let (parts, others) = run(size, tied: true, isRagged: true)
      for (a, b) in zip(whole, parts) { #expect(abs(a / b - 1) < 1e-6) }
      #expect(zip(weights, others).allSatisfy { abs($0 - $1) < 2e-5 })
    }
    // Sums go on from where the last micro-batch ended (norms': in tiles of 64 rows), so any cut gives
    // the same bits where no tile is cut; but a tied embedding is added to from both its ends, in an
    // order that the cut decides.
    let untied = run(16, tied: false, isRagged: false).1
    for size in [1, 2, 4, 8] {
      let isSame = run(size, tied: false, isRagged: false).1 == untied
      #expect(isSame, "micro-batches of \(size)")
    }
  }

  @Test func `a step without supervised tokens changes nothing`() {
    let device = Device(threadCount: 2)
    let model = Transformer(configuration, seed: 3, on: device)
    let before = model.parameters.specifications.indices.map {
      model.parameters.tensor($0).elements
    }
    let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
    var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
    let batch = TokenBatch(
      inputs: ids(30), targets: Array(repeating: -100, count: 30), lengths: [30])
    let report = step.run([batch], learningRate: 1)
    #expect(report.supervisedTokens == 0 && report.loss == 0)
    // It counts all the same: a run that goes on has as many behind it.
    #expect(step.optimizer.step == 1)
    let after = model.parameters.specifications.indices.map { model.parameters.tensor($0).elements }
    #expect(before == after)
  }

  @Test func `a context that is only claimed costs nothing, and changes nothing`() {
    let device = Device(threadCount: 2)
    var claimed = configuration
    claimed.contextLength = 1 << 24
    claimed.headSize = 128
    var small = claimed
    small.contextLength = 600
    func parts(_ configuration: ModelConfiguration) -> [Float] {
      let model = Transformer(configuration, seed: 4, on: device)
      let cache = KeyValueCache(for: model)
      return [3, 1, 100, 400, 96].flatMap {
        model.hidden(ids($0), continuing: cache).tensor.elements
      }
    }
    #expect(parts(claimed) == parts(small))
  }

  @Test func `hidden states through the cache equal those without`() {
    let device = Device(threadCount: 2)
    let model = Transformer(configuration, seed: 4, on: device)
    let all = ids(128)
    let whole = model.hidden(all, lengths: [128], on: Tape(on: device, isRecording: false))
      .tensor.elements
    let cache = KeyValueCache(for: model)
    var parts: [Float] = []
    var begin = 0
    for count in [1, 5, 64, 1, 50, 7] {
      parts += model.hidden(Array(all[begin..<begin + count]), continuing: cache).tensor.elements
      begin += count
    }
    #expect(cache.counts == [128])
    let worst = zip(whole, parts).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(parts.count == whole.count && worst < 1e-5)
  }

  @Test func `sequences side by side have the states that each has alone`() {
    let device = Device(threadCount: 2)
    let model = Transformer(configuration, seed: 4, on: device)
    let all = ids(128)
    let turns = [[40, 3, 0, 70], [1, 1, 5, 1], [0, 60, 1, 1], [1, 0, 1, 0]]
    /// The states of each sequence, of those whose place is in `chosen`.
    func states(_ chosen: [Int]) -> [[Float]] {
      let cache = KeyValueCache(for: model, sequences: 5)
      let width = configuration.width
      var states = chosen.map { _ in [Float]() }
      for turn in turns {
        let lengths = (0..<5).map { chosen.contains($0) && $0 < 4 ? turn[$0] : 0 }
        if lengths.allSatisfy({ $0 == 0 }) { continue }
        let tokens = zip(cache.counts, lengths).flatMap { all[$0..<$0 + $1] }
        let rows = model.hidden(tokens, lengths: lengths, continuing: cache).tensor.elements
        var begin = 0
        for (sequence, length) in lengths.enumerated() where length > 0 {
          states[chosen.firstIndex(of: sequence)!] += rows[begin * width..<(begin + length) * width]
          begin += length
        }
      }
      return states
    }
    let together = states([0, 1, 2, 3])
    let whole = model.hidden(all, lengths: [128], on: Tape(on: device, isRecording: false))
      .tensor.elements
    for sequence in 0..<4 {
      #expect(together[sequence] == states([sequence])[0], "the bits of sequence \(sequence)")
      let worst = zip(whole, together[sequence]).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(!together[sequence].isEmpty && worst < 1e-5)
    }
  }

  @Test func `zeros into the residual stream make layers the identity`() {
    let device = Device(threadCount: 2)
    let model = Transformer(configuration, seed: 4, zeroesResidual: true, on: device)
    let other = Transformer(configuration, seed: 4, on: device)
    for (index, specification) in model.parameters.specifications.enumerated() {
      let isZero = model.parameters.tensor(index).elements.allSatisfy { $0 == 0 }
      let isResidual = ["o_proj.weight", "down_proj.weight"].contains {
        specification.name.hasSuffix($0)
      }
      #expect(isZero == isResidual, "\(specification.name)")
      if !isResidual {
        #expect(
          model.parameters.tensor(index).elements == other.parameters.tensor(index).elements)
      }
    }
    // Nothing but the embedding reaches the last norm: what came before a token changes nothing.
    let tape = Tape(on: device, isRecording: false)
    let states = model.hidden([3, 5, 3], lengths: [3], on: tape).tensor.elements
    let width = configuration.width
    #expect(states[..<width] == states[(2 * width)...].prefix(width))
  }
}
