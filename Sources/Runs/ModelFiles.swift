import Files
public import LanguageModel
import StrictJSON
public import TensorCore

/// A model on disk: `config.json` and `model.safetensors`, which `transformers` loads unchanged.
extension Transformer {
  private static let configurationName = "config.json"
  private static let weightsName = "model.safetensors"

  /// Writes the two files into `directory`, which exists. Weights are float32 under their Hugging
  /// Face names; a head that is tied to the embedding is not stored a second time.
  /// - Throws: `FileError` such as a full disk.
  public func save(to directory: String) throws {
    try AtomicFile.write(
      configuration.json.serialized(pretty: true), to: "\(directory)/\(Self.configurationName)")
    var indices: [String: Int] = [:]
    let entries = parameters.specifications.enumerated().map { index, specification in
      indices[specification.name] = index
      return SafetensorsEntry(
        name: specification.name, elementType: .float32, shape: specification.shape.dimensions)
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(Self.weightsName)") { entry, append in
      guard let index = indices[entry.name] else {
        preconditionFailure("no parameter is named \(entry.name)")
      }
      try parameters.tensor(index).withBytes { try append($0) }
    }
  }

  /// Reads the two files in `directory`; every weight in the file is used exactly once, and every
  /// parameter is set.
  /// - Throws: `FileError`, ``SafetensorsError``, `ModelConfigurationError`, and ``RunError`` for the
  ///   first weight that is missing, unexpected, or of the wrong shape or element type.
  public convenience init(loading directory: String, on device: Device) throws {
    let configuration = try ModelConfiguration(
      reading: "\(directory)/\(Self.configurationName)")
    let file = try SafetensorsFile(path: "\(directory)/\(Self.weightsName)")
    // Before anything is allocated whose size only the configuration claims.
    try Self.check(file, against: configuration)
    try self.init(configuration, on: device) { specification, tensor in
      try file.copy(specification, into: tensor)
    }
  }

  private static func check(
    _ file: SafetensorsFile, against configuration: ModelConfiguration
  ) throws {
    let path = FileError.printable(file.path)
    func fail(_ reason: String) -> RunError {
      RunError(
        "\(path) does not fit the \(configurationName) beside it: \(reason)",
        hint: "both files must come from the same model")
    }
    // A layer has several tensors, so this bounds the list of specifications by the file's size.
    guard configuration.layers <= file.entries.count else {
      throw fail(
        "it has \(file.entries.count) tensors, too few for \(configuration.layers) layers")
    }
    var expected: Set<[UInt8]> = []
    for specification in Transformer.specifications(configuration) {
      expected.insert(Array(specification.name.utf8))
      guard let entry = file.entry(named: specification.name) else {
        throw fail("the tensor \(specification.name) is missing")
      }
      guard entry.shape == specification.shape.dimensions else {
        throw fail(
          "\(specification.name) has the shape \(entry.shape), not \(specification.shape)")
      }
      guard ElementType(rawValue: entry.elementType.rawValue) != nil else {
        throw RunError(
          "\(specification.name) in \(path) is \(entry.elementType.rawValue), and only "
            + "\(ElementType.allCases.map(\.rawValue).joined(separator: " and ")) can be read",
          hint: "convert the weights to float32")
      }
    }
    if let other = file.entries.first(where: { !expected.contains(Array($0.name.utf8)) }) {
      throw fail("it has the tensor \(FileError.printable(other.name)), which has no place in it")
    }
  }
}

extension ModelConfiguration {
  /// Reads a `config.json`.
  /// - Throws: `FileError`, ``RunError`` where it is no JSON, `ModelConfigurationError`.
  public init(reading path: String) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 24)
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

extension SafetensorsFile {
  /// Copies a tensor that was checked against `specification` as float32.
  fileprivate func copy(_ specification: ParameterSpecification, into tensor: Tensor) throws {
    let isHalf = entry(named: specification.name)?.elementType == .bfloat16
    let found: Void? = withBytes(of: specification.name) { bytes in
      guard isHalf else { return tensor.copyBytes(from: bytes) }
      // A bf16 number is the upper half of the float32 number.
      let floats = (0..<tensor.count).map { index in
        let half = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        return UInt32(UInt16(littleEndian: half)) << 16
      }
      floats.withUnsafeBytes { tensor.copyBytes(from: $0) }
    }
    precondition(found != nil, "\(specification.name) was checked to be there")
  }
}
