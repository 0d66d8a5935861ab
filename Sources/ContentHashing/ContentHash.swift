import CXXHash

/// The identity of some bytes: their 128-bit XXH3 hash.
///
/// It tells two contents apart (which tokenizer wrote these ids, which corpus trained this run,
/// whether a file is whole); it is not a defence against someone who forges contents on purpose.
/// The text form is 32 lower-case hexadecimal digits, in XXH128's canonical (big-endian) order.
/// Source: the xxHash specification, "XXH3 128-bit".
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
  /// The upper 64 bits.
  public let high: UInt64
  /// The lower 64 bits.
  public let low: UInt64

  /// Hashes `bytes` in one call.
  public init(of bytes: UnsafeRawBufferPointer) {
    self.init(XXH3_128bits(bytes.baseAddress, bytes.count))
  }

  /// Hashes `bytes` in one call.
  public init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { ContentHash(of: $0) }
  }

  /// Reads the text form; `nil` unless `text` is 32 hexadecimal digits.
  public init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 32,
      digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
    else { return nil }
    self.high = high
    self.low = low
  }

  fileprivate init(_ hash: XXH128_hash_t) {
    high = hash.high64
    low = hash.low64
  }

  /// The 32 hexadecimal digits.
  public var description: String {
    func digits(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return digits(high) + digits(low)
  }

  /// The version of the xxHash library, such as `0.8.1`.
  public static var libraryVersion: String {
    let version = XXH_versionNumber()
    return "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
  }
}

/// A hash of bytes that arrive in pieces; the same as hashing them in one call.
public struct ContentHasher: ~Copyable {
  private let state: OpaquePointer

  /// Begins with no bytes.
  public init() {
    guard let state = XXH3_createState() else { fatalError("out of memory for a hash state") }
    XXH3_128bits_reset(state)
    self.state = state
  }

  deinit { XXH3_freeState(state) }

  /// Appends `bytes`.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// Appends `bytes`.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The hash of everything appended so far.
  public func finalize() -> ContentHash { ContentHash(XXH3_128bits_digest(state)) }
}
