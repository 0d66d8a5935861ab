public import Files

/// A safetensors file, mapped into memory: its tensors are read only where they are touched.
public struct SafetensorsFile: Sendable {
  /// The bytes of the file. Whoever uses ``byteRange(of:)`` keeps this object alive.
  public let mapping: MappedFile
  /// The text under `__metadata__`, in file order.
  public let metadata: [(name: String, value: String)]
  /// The tensors, in the order of their bytes in the file.
  public let entries: [SafetensorsEntry]
  private let ranges: [Range<Int>]
  // Keyed by bytes: strings that are only canonically equivalent are different names.
  private let indices: [[UInt8]: Int]

  /// Opens and checks the file at `path`; no tensor is read yet.
  /// - Throws: `FileError`, or ``SafetensorsError`` for the first broken rule.
  public init(path: String) throws {
    let mapping = try MappedFile(path: path)
    let header = try SafetensorsHeader(parsing: mapping.bytes, path: path)
    self.mapping = mapping
    metadata = header.metadata
    entries = header.entries
    ranges = header.ranges
    indices = Dictionary(
      uniqueKeysWithValues: header.entries.enumerated().map { (Array($1.name.utf8), $0) })
  }

  /// The file's path.
  public var path: String { mapping.path }

  /// The tensor of that name, compared byte by byte.
  public func entry(named name: String) -> SafetensorsEntry? {
    indices[Array(name.utf8)].map { entries[$0] }
  }

  /// Where the tensor's bytes are in ``mapping``; in files written by others they may be aligned
  /// to nothing.
  public func byteRange(of name: String) -> Range<Int>? {
    indices[Array(name.utf8)].map { ranges[$0] }
  }

  /// Hands the tensor's bytes to `body`, during which alone they are valid; `nil` without such a
  /// tensor.
  public func withBytes<Result, Failure: Error>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let range = byteRange(of: name) else { return nil }
    defer { withExtendedLifetime(mapping) {} }
    return try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]))
  }
}
