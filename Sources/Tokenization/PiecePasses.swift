/// A long piece that is merged in passes over all its symbols.
///
/// As long as the next merge takes place at many of the symbols, as in a million blanks, going
/// through all of them is much faster than keeping lists of places: nothing is written but the
/// symbols and the rank of each with the next one. It asks for merges that build upward, so that a
/// pass gives rise to later merges only.
struct PiecePasses: ~Copyable {
  /// A pass is worth its time where one in so many symbols is merged.
  private static let sparsest = 8
  /// No merge.
  private static let none = UInt32.max

  private let model: BytePairModel
  private let ids: UnsafeMutablePointer<UInt32>
  /// The rank of each symbol's merge with the next one.
  private let ranks: UnsafeMutablePointer<UInt32>
  private var count: Int
  private var next = Next()

  /// The merge that comes next, and at how many places it stands.
  private struct Next {
    var rank = PiecePasses.none
    var places = 0

    @inline(__always) mutating func note(_ other: UInt32) {
      if other < rank {
        (rank, places) = (other, 1)
      } else if other == rank {
        places &+= 1
      }
    }
  }

  init(_ piece: UnsafeBufferPointer<UInt8>, _ model: BytePairModel) {
    self.model = model
    count = piece.count
    ids = LargeBuffer.allocate(count)
    ranks = LargeBuffer.allocate(count)
    var next = Next()
    for index in 0..<count {
      ids[index] = model.idOfByte[Int(piece[index])]
      let rank =
        index &+ 1 < count
        ? Self.rank(model.bytePairs.value(piece[index], piece[index &+ 1])) : Self.none
      ranks[index] = rank
      next.note(rank)
    }
    self.next = next
  }

  deinit {
    ids.deallocate()
    ranks.deallocate()
  }

  /// The symbols.
  var symbols: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: ids, count: count) }

  /// Whether nothing is left to merge.
  var isFinished: Bool { next.rank == Self.none }

  /// Merges as long as passes are worth their time.
  mutating func run() {
    while !isFinished, next.places * Self.sparsest >= count { pass() }
  }

  /// Applies the next merge wherever it stands, from left to right.
  private mutating func pass() {
    let (ids, ranks, model, old, target) = (ids, ranks, model, count, next.rank)
    let result = model.merges[Int(target)].result
    var next = Next()
    var written = 0
    var index = 0
    // Of the symbol that was written last.
    var wasMerged = false
    var known = Self.none
    // Where the same symbols stand again and again, they need not be looked up again.
    var memory = (key: UInt64.max, rank: Self.none)
    while index < old {
      let rank = ranks[index]
      let isMerged = rank == target
      let id = isMerged ? result : ids[index]
      index &+= isMerged ? 2 : 1
      if written > 0 {
        if isMerged || wasMerged {
          let key = PairTable.key(ids[written &- 1], id)
          if key != memory.key { memory = (key, Self.rank(model.ranks.valueOrNone(key))) }
          known = memory.rank
        }
        ranks[written &- 1] = known
        next.note(known)
      }
      ids[written] = id
      written &+= 1
      (wasMerged, known) = (isMerged, rank)
    }
    ranks[written - 1] = Self.none
    count = written
    self.next = next
  }

  /// The rank in a value of the model's table.
  @inline(__always) private static func rank(_ value: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: value &>> 32)
  }
}
