public import ContentHashing
import Files
public import LanguageModel
import StrictJSON
public import TensorCore

/// A model on disk: `config.json` and `model.safetensors`, which `transformers` loads unchanged.
extension Transformer {
  private static let configurationName = "config.json"
  private static let weightsName = "model.safetensors"

  /// Writes the two files into `directory`, which exists, with weights under their Hugging Face names; a
  /// head that is tied to the embedding is not stored a second time.
  ///
  /// - Parameters:
  ///   - directory: Where they are written.
  ///   - elementType: How weights are stored; to bfloat16 they are rounded.
  /// - Throws: `FileError` such as a full disk.
  public func save(to directory: String, as elementType: ElementType = .float32) throws {
    try configuration.write(
      to: "\(directory)/\(Self.configurationName)", weights: elementType)
    let tensors = Self.storedTensors(configuration)
    let indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    let entries = tensors.map {
      SafetensorsEntry(
        name: $0.name, elementType: elementType == .float32 ? .float32 : .bfloat16,
        shape: $0.shape)
    }
    func store(
      _ bytes: UnsafeRawBufferPointer, _ append: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
      if elementType == .float32 { return try append(bytes) }
      try bytes.bindMemory(to: Float.self).map { $0.bfloat16Bits.littleEndian }
        .withUnsafeBytes { try append($0) }
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(Self.weightsName)") { entry, append in
      guard let index = indices[entry.name] else {
        preconditionFailure("no parameter is named \(entry.name)")
      }
      let parts = tensors[index].parameters.map { device.widened(parameters.tensor($0)) }
      if tensors[index].isTransposed {
        try transposed(parts).withUnsafeBytes { try store($0, append) }
      } else {
        for part in parts { try part.withBytes { try store($0, append) } }
      }
    }
  }

  /// Matrices [out_i, in] as one [in, Σ out_i].
  private func transposed(_ parts: [Tensor]) -> [Float] {
    let outputs = parts.reduce(0) { $0 + $1.shape.rows }, inputs = parts[0].shape.width
    var result = [Float](repeating: 0, count: outputs * inputs)
    var begin = 0
    for part in parts {
      let rows = part.shape.rows
      part.withBytes { bytes in
        let elements = bytes.bindMemory(to: Float.self)
        for input in 0..<inputs {
          for row in 0..<rows {
            result[input * outputs + begin + row] = elements[row * inputs + input]
          }
        }
      }
      begin += rows
    }
    return result
  }

  /// Reads the two files in `directory`; every weight in the file is used exactly once, and every
  /// parameter is set.
  ///
  /// - Parameters:
  ///   - directory: Where they are.
  ///   - device: Where the model will compute.
  ///   - isFrozen: Whether it will not be trained: then matrices that are stored in bfloat16 stay so in
  ///     memory. That changes no number, takes half the memory, and costs time at each use.
  /// - Throws: `FileError`, ``SafetensorsError``, `ModelConfigurationError`, and ``RunError`` for the
  ///   first weight that is missing, unexpected, or of the wrong shape or element type.
  public convenience init(loading directory: String, on device: Device, isFrozen: Bool = false)
    throws
  {
    let configuration = try ModelConfiguration(
      reading: "\(directory)/\(Self.configurationName)")
    let file = try SafetensorsFile(path: "\(directory)/\(Self.weightsName)")
    // Before anything is allocated whose size only the configuration claims.
    try Self.check(file.entries, in: file.path, against: configuration)
    let slices = Self.slices(configuration)
    func slice(_ specification: ParameterSpecification) -> StoredSlice {
      guard let slice = slices[specification.name] else {
        preconditionFailure("\(specification.name) is stored nowhere")
      }
      return slice
    }
    try self.init(
      configuration, on: device,
      elementType: { specification in
        let stored = file.entry(named: slice(specification).tensor.name)?.elementType
        return isFrozen && specification.decays && stored == .bfloat16 ? .bfloat16 : .float32
      },
      fill: { try file.copy(slice($0), into: $1) })
  }

  /// Checks that the tensors of a checkpoint are those of a model, every one of them once, in an
  /// element type that can be read.
  ///
  /// - Parameter path: Names the checkpoint in errors.
  /// - Throws: ``RunError``.
  package static func check(
    _ entries: [SafetensorsEntry], in path: String, against configuration: ModelConfiguration
  ) throws {
    let path = FileError.printable(path)
    func fail(_ reason: String) -> RunError {
      RunError(
        "\(path) does not fit the \(configurationName) beside it: \(reason)",
        hint: "both files must come from the same model")
    }
    // A layer has several tensors, so this bounds the list of specifications by the file's size.
    guard configuration.layers <= entries.count else {
      throw fail("it has \(entries.count) tensors, too few for \(configuration.layers) layers")
    }
    // Keyed by bytes: strings that are only canonically equivalent are different names.
    var found: [[UInt8]: SafetensorsEntry] = [:]
    for entry in entries { found[Array(entry.name.utf8)] = entry }
    for tensor in storedTensors(configuration) {
      guard let entry = found.removeValue(forKey: Array(tensor.name.utf8)) else {
        throw fail("the tensor \(tensor.name) is missing")
      }
      guard entry.shape == tensor.shape else {
        throw fail("\(tensor.name) has the shape \(entry.shape), not \(tensor.shape)")
      }
      guard StoredElements.types.contains(entry.elementType) else {
        let known = StoredElements.types.map(\.rawValue).joined(separator: ", ")
        throw RunError(
          "\(tensor.name) in \(path) is \(entry.elementType.rawValue), and only \(known) can be read",
          hint: "convert the weights to float32")
      }
    }
    if let other = entries.first(where: { found[Array($0.name.utf8)] != nil }) {
      throw fail("it has the tensor \(FileError.printable(other.name)), which has no place in it")
    }
  }

  /// Where each parameter is stored.
  private static func slices(_ configuration: ModelConfiguration) -> [String: StoredSlice] {
    let specifications = specifications(configuration)
    var slices: [String: StoredSlice] = [:]
    for tensor in storedTensors(configuration) {
      var begin = 0
      for index in tensor.parameters {
        slices[specifications[index].name] = StoredSlice(tensor: tensor, begin: begin)
        begin += specifications[index].shape.dimensions[0]
      }
    }
    return slices
  }
}

extension ModelConfiguration {
  /// Writes a `config.json` beside weights of some type, and returns the hash of its bytes.
  /// - Throws: `FileError`.
  @discardableResult
  public func write(to path: String, weights: ElementType = .float32) throws -> ContentHash {
    let bytes = json(weights: weights).serialized(pretty: true)
    try AtomicFile.write(bytes, to: path)
    return ContentHash(of: bytes)
  }

  /// Reads a `config.json`.
  /// - Parameter hash: What its bytes must have, if known.
  /// - Throws: `FileError`, ``RunError`` where it is no JSON or another file than the hash is of,
  ///   `ModelConfigurationError`.
  public init(reading path: String, hash: ContentHash? = nil) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 24)
    if let hash, ContentHash(of: bytes) != hash {
      throw RunError(
        "\(FileError.printable(path)) is not the one that the run was made with",
        hint: "its hash is \(ContentHash(of: bytes)); restore the one whose hash is \(hash)")
    }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes)
    } catch let error as JSONError {
      throw RunError(
        "\(FileError.printable(path)) is \(error)", hint: "restore the file from a copy")
    }
    try self.init(json: json, path: FileError.printable(path))
  }
}

/// Where a parameter is stored: some outputs of a tensor.
private struct StoredSlice {
  let tensor: StoredTensor
  /// The first of them.
  let begin: Int
}

extension SafetensorsFile {
  /// Copies what was checked to be there; into bfloat16 only what is stored so.
  fileprivate func copy(_ slice: StoredSlice, into tensor: Tensor) throws {
    let name = slice.tensor.name
    guard let type = entry(named: name)?.elementType else {
      preconditionFailure("\(name) was checked to be there")
    }
    let found: Void? = try withBytes(of: name) { bytes in
      let elements = StoredElements(bytes: bytes, type: type)
      let rows = tensor.shape.dimensions[0], target = tensor.elementType
      let width = tensor.shape.count / max(1, rows)
      if !slice.tensor.isTransposed {
        elements.copy(slice.begin * width, stride: 1, count: tensor.count, as: target) {
          tensor.copyBytes(from: $0)
        }
        return
      }
      let outputs = slice.tensor.shape[1]
      var transposed: [UInt8] = []
      transposed.reserveCapacity(tensor.count * target.byteCount)
      for row in 0..<rows {
        elements.copy(slice.begin + row, stride: outputs, count: width, as: target) {
          transposed += $0
        }
      }
      transposed.withUnsafeBytes { tensor.copyBytes(from: $0) }
    }
    precondition(found != nil, "\(name) was checked to be there")
  }
}
