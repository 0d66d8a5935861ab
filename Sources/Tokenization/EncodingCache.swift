/// Remembers how short, frequent pieces are encoded; bounded, and never part of the result.
///
/// Keep one for each thread that encodes many texts. It fits itself to the tokenizer it is used
/// with and forgets everything when that changes.
public struct EncodingCache: Sendable {
  /// The ids of a piece of 1...15 bytes.
  struct Slot: Sendable {
    /// The first eight bytes of the piece.
    var low: UInt64 = 0
    /// The others, and in the highest byte their number; 0 in an unused slot.
    var high: UInt64 = 0
    /// Up to four ids, then `noID`.
    var ids = SIMD4<UInt32>(repeating: EncodingCache.noID)
  }

  static let noID = UInt32.max
  static let longestPiece = 15

  private let capacity: Int
  private var model: BytePairModel?
  var slots: [Slot] = []
  var merger = PieceMerger()

  /// How many queue entries long pieces have taken; for tests of the running time.
  package var queueEntries: Int { merger.queueEntries }

  /// A cache of 2 MiB.
  public init() { capacity = 1 << 16 }

  /// A cache that is no larger than a text of so many bytes can use.
  init(forTextOf bytes: Int) {
    var capacity = 16
    while capacity < 1 << 16, capacity < bytes / 4 { capacity *= 2 }
    self.capacity = capacity
  }

  /// Makes the slots ready for `model`.
  mutating func prepare(for model: BytePairModel) {
    if self.model === model { return }
    self.model = model
    slots = Array(repeating: Slot(), count: capacity)
  }

  /// The bytes of a piece of 1...15 bytes, and their number, in 128 bits.
  /// - Parameter readable: How many bytes may be read from the start of the piece.
  @inline(__always)
  static func key(
    _ piece: UnsafePointer<UInt8>, _ count: Int, readable: Int
  ) -> (low: UInt64, high: UInt64) {
    var low: UInt64 = 0
    var high: UInt64 = 0
    if readable >= 16 {
      let raw = UnsafeRawPointer(piece)
      low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
      high = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      if count < 8 {
        low &= 1 << UInt64(8 * count) &- 1
        high = 0
      } else {
        high &= 1 << UInt64(8 * (count - 8)) &- 1
      }
    } else {
      for index in 0..<count {
        if index < 8 {
          low |= UInt64(piece[index]) << UInt64(8 * index)
        } else {
          high |= UInt64(piece[index]) << UInt64(8 * (index - 8))
        }
      }
    }
    return (low, high | UInt64(count) << 56)
  }

  /// A number whose low bits select the slot of a key.
  @inline(__always)
  static func hash(_ key: (low: UInt64, high: UInt64)) -> Int {
    let product = (key.low ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
      by: key.high ^ 0xE703_7ED1_A0B4_28DB)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
