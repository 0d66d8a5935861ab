import Files
import Runs
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let directory = TemporaryDirectory()

  /// A whole file: the length, `header`, and `count` bytes of data.
  private func file(_ header: [UInt8], data count: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
      + [UInt8](repeating: 7, count: count)
  }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    // Not atomically: waiting for the disk thousands of times would take minutes on some.
    try FileSystem.remove(directory["file"])
    try FileSystem.append(bytes, to: directory["file"])
    return try SafetensorsFile(path: directory["file"])
  }

  private func reason(_ bytes: [UInt8]) throws -> String {
    let error = #expect(throws: SafetensorsError.self) { try open(bytes) }
    return error?.reason ?? ""
  }

  /// ```python
  /// import numpy as np, safetensors.numpy as st  # safetensors 0.8.0, numpy 2
  /// st.save({"model.norm.weight": np.array([1.5, -2.0], np.float32),
  ///          "b": np.array([[1, 2, 3]], np.float16), "a": np.array(-7, np.int64),
  ///          "empty": np.zeros((0, 4), np.float32), "é": np.array([True, False])},
  ///         metadata={"format": "pt"})
  /// ```
  private let golden: [UInt8] =
    [0x48, 0x01, 0, 0, 0, 0, 0, 0]
    + Array(
      """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
      "empty":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]},\
      "model.norm.weight":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},\
      "b":{"dtype":"F16","shape":[1,3],"data_offsets":[16,22]},\
      "é":{"dtype":"BOOL","shape":[2],"data_offsets":[22,24]}} 
      """.utf8)
    + [0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]
    + [0, 0x3C, 0, 0x40, 0, 0x42, 1, 0]

  @Test func `a file of the reference implementation is read`() throws {
    let file = try open(golden)
    #expect(file.entries.map(\.name) == ["a", "empty", "model.norm.weight", "b", "é"])
    #expect(file.entries.map(\.elementType) == [.int64, .float32, .float32, .float16, .bool])
    #expect(file.entries.map(\.shape) == [[], [0, 4], [2], [1, 3], [2]])
    #expect(file.metadata.map(\.name) == ["format"] && file.metadata.map(\.value) == ["pt"])
    func elements<Element>(_ name: String, _ type: Element.Type) throws -> [Element] {
      try #require(
        try file.withBytes(of: name) { bytes in
          stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map {
            bytes.loadUnaligned(fromByteOffset: $0, as: Element.self)
          }
        })
    }
    #expect(try elements("a", Int64.self) == [-7])
    #expect(try elements("empty", Float.self) == [])
    #expect(try elements("model.norm.weight", Float.self) == [1.5, -2])
    #expect(try elements("b", UInt16.self) == [0x3C00, 0x4000, 0x4200])
    #expect(file.byteRange(of: "é") == golden.count - 2..<golden.count)
    #expect(file.entry(named: "e\u{301}") == nil)
    #expect(try file.withBytes(of: "missing") { $0.count } == nil)
  }

  @Test(arguments: ["model.safetensors", "two words\n故事"])
  func `the writer gives the bytes of the reference implementation`(name: String) throws {
    let tensors: [(SafetensorsEntry, [UInt8])] = [
      (.init(name: "é", elementType: .bool, shape: [2]), [1, 0]),
      (.init(name: "b", elementType: .float16, shape: [1, 3]), [0, 0x3C, 0, 0x40, 0, 0x42]),
      (
        .init(name: "model.norm.weight", elementType: .float32, shape: [2]),
        [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]
      ),
      (.init(name: "empty", elementType: .float32, shape: [0, 4]), []),
      (.init(name: "a", elementType: .int64, shape: []), [0xF9] + .init(repeating: 255, count: 7)),
    ]
    try SafetensorsWriter.write(tensors.map(\.0), to: directory[name]) { entry, append in
      // In pieces of one byte, as a conversion might.
      for byte in try #require(tensors.first { $0.0 == entry }).1 {
        try withUnsafeBytes(of: byte) { try append($0) }
      }
    }
    #expect(try FileSystem.readFile(directory[name]) == golden)
  }

  @Test func `what is written is read back`() throws {
    let shapes = [[3, 0, 2], [], [5, 7], [1]]
    let entries = SafetensorsElementType.allCases.flatMap { type in
      shapes.compactMap { shape -> SafetensorsEntry? in
        // A single element of fewer than eight bits is no whole byte.
        if type.bitWidth < 8, shape != [3, 0, 2] { return nil }
        return SafetensorsEntry(
          name: "\(type.rawValue)\n\"\(shape)", elementType: type, shape: shape)
      }
    }
    func value(_ entry: SafetensorsEntry) -> [UInt8] {
      (0..<entry.byteCount).map { UInt8(truncatingIfNeeded: $0 &+ entry.name.utf8.count) }
    }
    try SafetensorsWriter.write(
      entries.shuffled(), metadata: [("z", "\u{1}"), ("a", "")], to: directory["all"]
    ) { entry, append in try value(entry).withUnsafeBytes { try append($0) } }
    let file = try SafetensorsFile(path: directory["all"])
    #expect(file.entries.count == entries.count)
    #expect(
      file.metadata.map(\.name) == ["z", "a"] && file.metadata.map(\.value) == ["\u{1}", ""])
    for entry in entries {
      #expect(file.entry(named: entry.name) == entry)
      #expect(try file.withBytes(of: entry.name) { Array($0) } == value(entry))
      let start = try #require(file.byteRange(of: entry.name)).lowerBound
      #expect(start % max(1, entry.elementType.bitWidth / 8) == 0)
    }
  }

  @Test func `no tensors and odd widths are fine`() throws {
    #expect(try open(file(Array("{}".utf8), data: 0)).entries.isEmpty)
    #expect(try open(file(Array("{} \r\n\t".utf8), data: 0)).entries.isEmpty)
    let packed = #"{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3],"extra":[]}}"#
    #expect(try open(file(Array(packed.utf8), data: 3)).entries.map(\.byteCount) == [3])
  }

  @Test func `an error of the contents leaves the old file`() throws {
    struct Full: Error {}
    try AtomicFile.write([1], to: directory["old"])
    #expect(throws: Full.self) {
      try SafetensorsWriter.write(
        [.init(name: "a", elementType: .uint8, shape: [1])], to: directory["old"]
      ) { _, _ in throw Full() }
    }
    #expect(try FileSystem.readFile(directory["old"]) == [1])
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["old"])
  }

  @Test func `lengths that are not there are refused`() throws {
    #expect(
      try reason([2, 0, 0, 0, 0, 0, 0])
        == "it has 7 bytes, fewer than the 8 of the header's length")
    #expect(try reason([]) == "it has 0 bytes, fewer than the 8 of the header's length")
    #expect(
      try reason([1, 0xE1, 0xF5, 5, 0, 0, 0, 0])
        == "its header claims 100000001 bytes, more than the 100000000 allowed")
    #expect(
      try reason([UInt8](repeating: 255, count: 8))
        == "its header claims 18446744073709551615 bytes, more than the 100000000 allowed")
    #expect(
      try reason([0, 0xE1, 0xF5, 5, 0, 0, 0, 0])
        == "its header claims 100000000 bytes, but only 0 follow")
    #expect(
      try reason([3, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8))
        == "its header claims 3 bytes, but only 2 follow")
    #expect(try reason([UInt8](repeating: 0, count: 8)) == "its header is empty")
  }

  @Test(arguments: [
    (" {}", "its header does not begin with {"),
    ("[]", "its header does not begin with {"),
    ("{} x", "its header is invalid JSON at byte 3: unexpected bytes after the value"),
    ("{}\0", "its header is invalid JSON at byte 2: unexpected bytes after the value"),
    ("{\"a\":", "its header is invalid JSON at byte 5: the text ends where a value is expected"),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":1}"#,
      "its header is invalid JSON at byte 54: a duplicate name \"a\""
    ),
    (
      #"{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}"#,
      "its header is invalid JSON at byte 32: a duplicate name \"shape\""
    ),
    (
      "{\"a\":[[[[[[[[1]]]]]]]]}",
      "its header is invalid JSON at byte 12: "
        + "arrays and objects nest too deeply"
    ),
    (#"{"a":1}"#, "the tensor \"a\" is not an object"),
    (#"{"a\n":[]}"#, "the tensor \"a\\n\" is not an object"),
    (#"{"a":{"shape":[0],"data_offsets":[0,0]}}"#, "the tensor \"a\" has no dtype"),
    (#"{"a":{"dtype":"F32","data_offsets":[0,0]}}"#, "the tensor \"a\" has no shape"),
    (#"{"a":{"dtype":"F32","shape":[0]}}"#, "the tensor \"a\" has no data_offsets"),
    (
      #"{"a":{"dtype":32,"shape":[0],"data_offsets":[0,0]}}"#,
      "dtype of the tensor \"a\" is not a string"
    ),
    (
      #"{"a":{"dtype":"f32","shape":[0],"data_offsets":[0,0]}}"#,
      "the tensor \"a\" has the unknown dtype \"f32\""
    ),
    (
      #"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#,
      "shape of the tensor \"a\" is not an array of sizes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
      "shape of the tensor \"a\" is not an array of sizes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}"#,
      "shape of the tensor \"a\" is not an array of sizes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]}}"#,
      "shape of the tensor \"a\" is not an array of sizes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":{"begin":0,"end":8}}}"#,
      "data_offsets of the tensor \"a\" is not an array of sizes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#,
      "data_offsets of the tensor \"a\" are not two numbers"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
      "the tensor \"a\" ends before it begins: [8, 0]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#,
      "the shape [4294967296, 4294967296] of the tensor \"a\" in F32 "
        + "takes no countable number of bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}}"#,
      "the shape [4611686018427387904] of the tensor \"a\" in F32 "
        + "takes no countable number of bytes"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}"#,
      "the shape [0, 4294967296, 4294967296] of the tensor \"a\" in U8 "
        + "takes no countable number of bytes"
    ),
    (
      #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#,
      "the shape [3] of the tensor \"a\" in F4 takes no countable number of bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      "the tensor \"a\" needs 8 bytes but has 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      "4 bytes before the tensor \"a\" belong to no tensor"
    ),
    (
      #"{"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]},"#
        + #""a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}"#,
      "the tensor \"b\" overlaps the one before it, at byte 4 of the data"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#,
      "the tensor \"a\" ends at byte 9 of the data, which has 8"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9223372036854775807],"#
        + #""data_offsets":[0,9223372036854775807]}}"#,
      "the shape [9223372036854775807] of the tensor \"a\" in U8 "
        + "takes no countable number of bytes"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[0],"#
        + #""data_offsets":[9223372036854775807,9223372036854775807]}}"#,
      "9223372036854775807 bytes before the tensor \"a\" belong to no tensor"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}}"#,
      "1 bytes after the last tensor belong to none"
    ),
    ("{}", "8 bytes after the last tensor belong to none"),
    (#"{"__metadata__":["pt"]}"#, "__metadata__ is not an object"),
    (#"{"__metadata__":null}"#, "__metadata__ is not an object"),
    (#"{"__metadata__":{"format":1}}"#, "\"format\" in __metadata__ is not a string"),
  ])
  func `every broken rule has its own error`(header: String, expected: String) throws {
    #expect(try reason(file(Array(header.utf8), data: 8)) == expected)
  }

  @Test func `a header that is not UTF-8 is refused`() throws {
    let bad = Array("{\"a".utf8) + [0xFF] + Array("\":1}".utf8)
    #expect(try reason(file(bad, data: 8)) == "its header is not valid UTF-8")
    #expect(try reason(file([0x7B, 0xC0, 0x7D], data: 8)) == "its header is not valid UTF-8")
  }

  @Test func `the message names the file on one line`() throws {
    try AtomicFile.write([1], to: directory["a\nb"])
    #expect {
      try SafetensorsFile(path: directory["a\nb"])
    } throws: {
      "\($0)" == "\(directory.path)/a\\nb is not a valid safetensors file: "
        + "it has 1 bytes, fewer than the 8 of the header's length"
    }
    #expect(throws: FileError.self) { try SafetensorsFile(path: directory["missing"]) }
    #expect(throws: FileError.self) { try SafetensorsFile(path: directory.path) }
  }

  @Test func `every truncation is refused`() throws {
    for count in golden.indices {
      #expect(throws: SafetensorsError.self) { try open(Array(golden[..<count])) }
    }
    #expect(throws: SafetensorsError.self) { try open(golden + [0]) }
  }

  @Test func `damaged headers never trap, and what opens is in bounds`() throws {
    var random = SeededGenerator(seed: 11)
    let replacements = Array("0123456789{}[]\",:-eF".utf8) + [0, 0xFF]
    var opened = 0
    for _ in 0..<4000 {
      var bytes = golden
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let index = Int.random(in: 0..<336, using: &random)
        bytes[index] = replacements.randomElement(using: &random)!
      }
      do {
        let file = try open(bytes)
        opened += 1
        var total = 0
        for entry in file.entries {
          let count = try #require(try file.withBytes(of: entry.name) { $0.count })
          #expect(count == entry.byteCount)
          total += count
        }
        #expect(total == 24)
      } catch is SafetensorsError {}
    }
    #expect(opened > 0)
  }
}
