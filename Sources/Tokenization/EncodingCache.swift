#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Remembers how frequent pieces are encoded; bounded, and never part of the result.
///
/// Keep one for each thread that encodes many texts. It fits itself to the tokenizer it is used
/// with and forgets everything when that changes. It grows with the number of different pieces it
/// meets, to at most 10 MiB.
public struct EncodingCache: Sendable {
  static let noID = UInt32.max
  private static let fewestSlots = 1 << 6
  private static let mostSlots = 1 << 18

  private var model: BytePairModel?
  private var slots = PieceSlots(count: 0)
  /// How many pieces may still be missed before there should be more slots.
  private var missesLeft = 0
  private var longPieces = LongPieces()
  private var merger = PieceMerger()

  /// How many queue entries long pieces have taken; for tests of the running time.
  package var queueEntries: Int { merger.queueEntries }

  /// How many bytes are remembered in; for tests of the bound.
  package var byteCount: Int { slots.count * MemoryLayout<PieceSlot>.stride + longPieces.byteCount }

  /// Begins empty and small.
  public init() {}

  /// The same, where long pieces are merged so many bytes at a time; for tests of that.
  package init(chunkSize: Int) { merger = PieceMerger(chunkSize: chunkSize) }

  /// Makes the slots ready for `model`, and for this cache alone.
  mutating func prepare(for model: BytePairModel) {
    if self.model === model, isKnownUniquelyReferenced(&slots) { return }
    self.model = model
    slots = PieceSlots(count: Self.fewestSlots)
    missesLeft = Self.fewestSlots
    longPieces = LongPieces()
  }

  /// Has `body` work on the slots until it has missed as many pieces as it is told, at most, and
  /// then makes more slots. What `body` returns is how many it has missed.
  @inline(__always)
  mutating func withSlots(
    _ body: (PieceSlots, _ missesLeft: Int, inout LongPieces, inout PieceMerger) -> Int
  ) {
    missesLeft -= body(slots, missesLeft, &longPieces, &merger)
    if missesLeft <= 0 { grow() }
  }

  private mutating func grow() {
    guard slots.count < Self.mostSlots else {
      missesLeft = .max
      return
    }
    let old = slots
    slots = PieceSlots(count: old.count * 4)
    missesLeft = slots.count
    for index in (0..<old.count).reversed() where old.start[index].key.high != 0 {
      slots.insert(old.start[index])
    }
  }
}

/// The ids of a piece of 1...15 bytes.
struct PieceSlot {
  /// The piece; its length is 0 in an unused slot.
  var key = PieceKey()
  /// One to four ids, then `noID`.
  var ids = SIMD4<UInt32>(repeating: EncodingCache.noID)

  init() {}

  init(_ key: PieceKey, _ made: UnsafeBufferPointer<UInt32>) {
    self.key = key
    for index in 0..<made.count { ids[index] = made[index] }
  }

  /// How many ids there are.
  @inline(__always) var count: Int {
    4 - (ids[1] == EncodingCache.noID ? 1 : 0) - (ids[2] == EncodingCache.noID ? 1 : 0)
      - (ids[3] == EncodingCache.noID ? 1 : 0)
  }
}

/// Plain memory for slots, in pairs that share a cache line: of the pieces that belong into a pair,
/// it holds the one that was last asked for and another.
///
/// It may be shared between threads because whoever writes makes sure first that nobody else has it.
final class PieceSlots: @unchecked Sendable {
  let start: UnsafeMutablePointer<PieceSlot>
  /// A power of two, or 0.
  let count: Int

  init(count: Int) {
    self.count = count
    start = LargeBuffer.allocate(count)
    start.initialize(repeating: PieceSlot(), count: count)
  }

  deinit { start.deallocate() }

  /// What of a key's hash is the index of its pair's first slot.
  @inline(__always) var mask: Int { count &- 2 }

  /// Puts a piece first in its pair.
  func insert(_ slot: PieceSlot) {
    let pair = start + (slot.key.hash & mask)
    pair[1] = pair[0]
    pair[0] = slot
  }

  /// Whether the second of a pair is this piece, which then becomes the first.
  @inline(__always)
  func isSecond(_ key: PieceKey, in pair: UnsafeMutablePointer<PieceSlot>) -> Bool {
    guard pair[1].key == key else { return false }
    let second = pair[1]
    pair[1] = pair[0]
    pair[0] = second
    return true
  }
}

/// Remembers pieces of more than 15 bytes.
///
/// It forgets everything when its memory is full, which is simpler than forgetting the oldest and
/// as good for what is frequent.
struct LongPieces: Sendable {
  static let longest = 1024
  private static let memory = 1 << 20

  private struct Slot {
    var hash: UInt64 = 0
    var start: UInt32 = 0
    var length: UInt32 = 0
    var firstID: UInt32 = 0
    var idCount: UInt32 = 0
  }

  let seed = HashSeed.shared
  private var slots: [Slot] = []
  private var bytes: [UInt8] = []
  private var ids: [UInt32] = []

  var byteCount: Int { slots.count * MemoryLayout<Slot>.stride + bytes.capacity + 4 * ids.capacity }

  /// Appends the ids of a piece if it is remembered.
  @inline(__always)
  func append(_ piece: UnsafeBufferPointer<UInt8>, hash: UInt64, to ids: inout [UInt32]) -> Bool {
    guard !slots.isEmpty, let base = piece.baseAddress else { return false }
    let slot = slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]
    guard slot.hash == hash, slot.length == piece.count else { return false }
    let isEqual = bytes.withUnsafeBufferPointer {
      memcmp($0.baseAddress! + Int(slot.start), base, piece.count) == 0
    }
    guard isEqual else { return false }
    let first = Int(slot.firstID)
    ids.append(contentsOf: self.ids[first..<first + Int(slot.idCount)])
    return true
  }

  /// Remembers what a piece became.
  mutating func insert(
    _ piece: UnsafeBufferPointer<UInt8>, hash: UInt64, made: ArraySlice<UInt32>
  ) {
    if slots.isEmpty || bytes.count + 4 * ids.count + 5 * piece.count > Self.memory {
      slots = Array(repeating: Slot(), count: 1 << 13)
      bytes.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
    }
    slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)] = Slot(
      hash: hash, start: UInt32(bytes.count), length: UInt32(piece.count),
      firstID: UInt32(ids.count), idCount: UInt32(made.count))
    bytes.append(contentsOf: piece)
    ids.append(contentsOf: made)
  }
}

/// A piece of 1...15 bytes as two numbers.
struct PieceKey: Sendable, Equatable {
  static let longest = 15

  /// The first eight bytes.
  var low: UInt64 = 0
  /// The others, and in the highest byte the length.
  var high: UInt64 = 0

  init() {}

  /// - Parameters:
  ///   - count: The length of the piece, 1...15.
  ///   - readable: How many bytes may be read from the start of the piece.
  @inline(__always)
  init(_ piece: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
    if readable >= 16 {
      let raw = UnsafeRawPointer(piece)
      let masks = Self.masks.values + 2 &* count
      low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)) & masks[0]
      high = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & masks[1]
    } else {
      for index in 0..<count {
        if index < 8 {
          low |= UInt64(piece[index]) << UInt64(8 * index)
        } else {
          high |= UInt64(piece[index]) << UInt64(8 * (index - 8))
        }
      }
    }
    high |= UInt64(count) &<< 56
  }

  /// Built once, never changed and never freed, which makes it safe to share.
  private struct Masks: @unchecked Sendable { let values: UnsafePointer<UInt64> }

  /// For each length, what of 16 bytes belongs to a piece.
  private static let masks: Masks = {
    let masks = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * (longest + 1))
    for count in 0...longest {
      masks[2 * count] = count < 8 ? 1 << UInt64(8 * count) - 1 : .max
      masks[2 * count + 1] = count < 8 ? 0 : 1 << UInt64(8 * (count - 8)) - 1
    }
    return Masks(values: UnsafePointer(masks))
  }()

  /// The length of the piece.
  @inline(__always) var length: Int { Int(truncatingIfNeeded: high &>> 56) }

  /// A number whose low bits select a slot, the same in every process: where nothing worse follows from
  /// pieces that share it than that one takes the other's place.
  @inline(__always) var hash: Int {
    Self.folded(low ^ 0xA076_1D64_78BD_642F, high ^ 0xE703_7ED1_A0B4_28DB)
  }

  /// The same for tables that hold all pieces they are given.
  @inline(__always) func hash(_ seed: HashSeed) -> Int {
    Self.folded(low ^ seed.first, high ^ seed.second)
  }

  @inline(__always) private static func folded(_ left: UInt64, _ right: UInt64) -> Int {
    let product = left.multipliedFullWidth(by: right)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }

  @inline(__always)
  static func == (left: PieceKey, right: PieceKey) -> Bool {
    (left.low ^ right.low) | (left.high ^ right.high) == 0
  }
}
