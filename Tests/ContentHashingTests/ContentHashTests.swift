import ContentHashing
import Testing

/// Expected values: `python3 -c "import xxhash; print(xxhash.xxh3_128_hexdigest(b'swiftlet'))"`,
/// xxhash 3.5.0.
@Suite struct ContentHashTests {
  @Test func `the empty input has XXH3's published hash`() {
    #expect(ContentHash(of: []).description == "99aa06d3014798d86001c324468d497f")
  }

  @Test func `pieces hash like the whole`() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = ContentHasher()
    hasher.update(Array(bytes[..<7]))
    hasher.update(Array(bytes[7..<3000]))
    hasher.update([])
    hasher.update(Array(bytes[3000...]))
    #expect(hasher.finalize() == ContentHash(of: bytes))
    #expect(ContentHash(of: Array(bytes.dropLast())) != ContentHash(of: bytes))
  }

  @Test func `the text form reads back, and nothing else does`() {
    let hash = ContentHash(of: [1, 2, 3])
    #expect(ContentHash(hash.description) == hash)
    #expect(ContentHash("99aa") == nil)
    #expect(ContentHash(String(repeating: "g", count: 32)) == nil)
    #expect(ContentHash("+9aa06d3014798d86001c324468d497f") == nil)
  }
}
