import Runs
import TensorCore

/// `optimizer.safetensors`: AdamW's moments under the parameters' names.
enum OptimizerFile {
  private static let fileName = "optimizer.safetensors"
  private static let prefixes = ["first_moment.", "second_moment."]

  static func write(_ optimizer: AdamW, _ store: ParameterStore, directory: String) throws {
    let tensors = Dictionary(uniqueKeysWithValues: moments(optimizer, store))
    let entries = tensors.map { name, tensor in
      SafetensorsEntry(name: name, elementType: .float32, shape: tensor.shape.dimensions)
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(fileName)") { entry, append in
      try tensors[entry.name]?.withBytes(append)
    }
  }

  /// An optimizer that goes on from `step`.
  ///
  /// - Throws: `SafetensorsError`, or ``TrainingError`` if a moment is missing or misshapen.
  static func read(
    directory: String, _ settings: PretrainingSettings, _ store: ParameterStore, step: Int,
    on device: Device
  ) throws -> AdamW {
    let path = "\(directory)/\(fileName)"
    let file = try SafetensorsFile(path: path)
    let optimizer = AdamW(
      AdamW.Settings(weightDecay: Float(settings.weightDecay)), of: store, on: device, step: step)
    for (name, tensor) in moments(optimizer, store) {
      guard let entry = file.entry(named: name), entry.elementType == .float32,
        entry.shape == tensor.shape.dimensions
      else {
        throw TrainingError(
          "\(path): \(name) is missing or not float32 of shape \(tensor.shape)",
          hint: "the checkpoint is of another model or damaged")
      }
      file.withBytes(of: name) { tensor.copyBytes(from: $0) }
    }
    return optimizer
  }

  private static func moments(_ optimizer: AdamW, _ store: ParameterStore) -> [(String, Tensor)] {
    store.specifications.indices.flatMap { index in
      let name = store.specifications[index].name
      return [
        (prefixes[0] + name, optimizer.state.first(index, of: store)),
        (prefixes[1] + name, optimizer.state.second(index, of: store)),
      ]
    }
  }
}
