import Files
import StrictJSON

/// Writes safetensors files whose bytes depend on nothing but the tensors.
public enum SafetensorsWriter {
  /// Writes a file that appears whole or not at all; nothing is held in memory but the header.
  ///
  /// Wide element types come first, then names in the order of their bytes, so that every tensor
  /// is aligned to its element; the header is padded with spaces to eight bytes. That is what the
  /// reference implementation writes, byte for byte.
  ///
  /// - Parameters:
  ///   - entries: The tensors in any order; names are unique and not `__metadata__`.
  ///   - metadata: Text for `__metadata__`. `transformers` refuses files without `format`.
  ///   - path: The file to create or replace.
  ///   - contents: Called once for each tensor in file order with a function that appends bytes;
  ///     it may be called several times and must append the entry's byte count in all.
  /// - Throws: `FileError`, and what `contents` throws; the file is then as it was.
  public static func write(
    _ entries: [SafetensorsEntry], metadata: [(name: String, value: String)] = [("format", "pt")],
    to path: String,
    contents: (SafetensorsEntry, _ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let sorted = order(entries)
    var file = try AtomicFile(path: path)
    try file.write(header(of: sorted, metadata))
    for entry in sorted {
      var count = 0
      try contents(entry) { bytes in
        count += bytes.count
        try file.write(bytes)
      }
      precondition(
        count == entry.byteCount,
        "\(entry.name) got \(count) bytes, but \(entry.shape) \(entry.elementType.rawValue) needs "
          + "\(entry.byteCount)")
    }
    try file.commit()
  }

  private static func order(_ entries: [SafetensorsEntry]) -> [SafetensorsEntry] {
    let ranks = Dictionary(
      uniqueKeysWithValues: SafetensorsElementType.allCases.enumerated().map { ($1, $0) })
    return entries.sorted { left, right in
      let (a, b) = (ranks[left.elementType]!, ranks[right.elementType]!)
      return a == b ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : a > b
    }
  }

  private static func header(
    of entries: [SafetensorsEntry], _ metadata: [(name: String, value: String)]
  ) -> [UInt8] {
    var members: [JSONMember] = []
    if !metadata.isEmpty {
      let text = metadata.map { JSONMember(name: $0.name, value: .string($0.value)) }
      members.append(JSONMember(name: "__metadata__", value: .object(text)))
    }
    var names: Set<[UInt8]> = [Array("__metadata__".utf8)]
    var position = 0
    for entry in entries {
      precondition(names.insert(Array(entry.name.utf8)).inserted, "\(entry.name) appears twice")
      let value: JSONValue = [
        "dtype": .string(entry.elementType.rawValue),
        "shape": .array(entry.shape.map { .integer($0) }),
        "data_offsets": [.integer(position), .integer(position + entry.byteCount)],
      ]
      members.append(JSONMember(name: entry.name, value: value))
      position += entry.byteCount
    }
    var json = JSONValue.object(members).serialized()
    json += repeatElement(UInt8(ascii: " "), count: -json.count & 7)
    precondition(json.count <= SafetensorsHeader.maximumLength, "the header is too large")
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }
}
