/// The gradients on their way through one backward pass.
struct Adjoints {
  /// Of the parameters.
  var gradients: Gradients
  private var records: [Tensor?]
  private let device: Device

  init(recordCount: Int, gradients: consuming Gradients, on device: Device) {
    records = Array(repeating: nil, count: recordCount)
    self.gradients = gradients
    self.device = device
  }

  /// Removes and returns the finished gradient of a record's output; `nil` if none arrived.
  mutating func take(_ record: Int) -> Tensor? {
    defer { records[record] = nil }
    return records[record]
  }

  /// The gradients that wait to be taken, those of the latest records first.
  var latest: [Tensor] { records.reversed().compactMap { $0 } }

  /// Gradients that no pullback has taken: those of the tape's inputs.
  var inputs: InputGradients { InputGradients(records: records) }

  /// Where to write the gradient of `variable`, and whether to add to what is there; `nil` if it
  /// needs none. The tensor is not shared with any other gradient; write it before asking for that of the
  /// same variable again.
  mutating func destination(for variable: Variable) -> (tensor: Tensor, adding: Bool)? {
    switch variable.source {
    case .constant: return nil
    case .parameter(let index): return gradients.destination(index)
    case .record(let index):
      guard var tensor = records[index] else {
        let tensor = Tensor(uninitialized: variable.shape, on: device)
        records[index] = tensor
        return (tensor, false)
      }
      records[index] = nil
      if !isKnownUniquelyReferenced(&tensor.storage) { tensor = device.copy(tensor) }
      records[index] = tensor
      return (tensor, true)
    }
  }

  /// Adds `upstream` itself to the gradient of `variable`: the pullback of the identity.
  mutating func pass(_ upstream: Tensor, to variable: Variable) {
    if case .record(let index) = variable.source, records[index] == nil {
      records[index] = upstream.reshaped(variable.shape)
    } else if let (tensor, adding) = destination(for: variable) {
      device.accumulate(upstream, into: tensor, adding: adding)
    }
  }
}

/// The gradients of a tape's ``Tape/input(_:)`` variables after a backward pass.
public struct InputGradients {
  let records: [Tensor?]

  /// The gradient of `variable`, in its shape; `nil` where none arrived.
  public subscript(variable: Variable) -> Tensor? {
    if case .record(let index) = variable.source { records[index] } else { nil }
  }
}
