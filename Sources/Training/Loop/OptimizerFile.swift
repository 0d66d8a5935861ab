import Files
import Runs
package import TensorCore

/// `optimizer.safetensors`: the moments under the parameters' names.
package enum OptimizerFile {
  private static let fileName = "optimizer.safetensors"

  package static func write(
    _ optimizer: Optimizer, _ store: ParameterStore, directory: String
  ) throws {
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
  package static func read(
    directory: String, _ settings: Optimizer.Settings, _ store: ParameterStore, step: Int,
    on device: Device
  ) throws -> Optimizer {
    let path = "\(directory)/\(fileName)"
    let file = try SafetensorsFile(path: path)
    let optimizer = Optimizer(settings, of: store, on: device, step: step)
    for (name, tensor) in moments(optimizer, store) {
      guard let entry = file.entry(named: name), entry.elementType == .float32,
        entry.shape == tensor.shape.dimensions
      else {
        throw TrainingError(
          "\(FileError.printable(path)): \(name) is missing or not float32 of shape \(tensor.shape)",
          hint: "the checkpoint is of another model or damaged")
      }
      try file.withBytes(of: name) { tensor.copyBytes(from: $0) }
    }
    return optimizer
  }

  private static func moments(_ optimizer: Optimizer, _ store: ParameterStore) -> [(String, Tensor)]
  {
    store.specifications.indices.flatMap { index in
      optimizer.moments(of: index, in: store).map { moment in
        ("\(moment.name).\(store.specifications[index].name)", moment.tensor)
      }
    }
  }
}
