import CIntrinsics

/// Sixty-four bytes of text in which a piece begins at the first, as bits: the classes of the bytes
/// and, made of them by arithmetic on all at once, where further pieces begin.
///
/// Only ASCII is looked at, and only what follows from a byte and its neighbours; what does not is
/// left to the pattern's own code by ending the window there.
struct PieceWindow {
  /// So many bytes must be there from the start of a window on, so that a key can be read from
  /// wherever in it a piece begins.
  static let readable = 64 + 16

  let letters: UInt64
  let capitals: UInt64
  let digits: UInt64
  let spaces: UInt64
  /// Spaces and line breaks too, but for those that a preceding piece takes.
  private(set) var blanks: UInt64
  private(set) var lineBreaks: UInt64
  private(set) var symbols: UInt64
  private let apostrophes: UInt64
  private let slashes: UInt64
  /// Where pieces may begin of which more is known than their place.
  private var valid: UInt64

  /// - Parameter text: At least 64 bytes, of which the first is ASCII.
  @inline(__always)
  init(_ text: UnsafePointer<UInt8>) {
    let classes = swl_classify(text)
    letters = classes.letters
    capitals = classes.capitals
    digits = classes.digits
    spaces = classes.spaces
    blanks = classes.blanks
    lineBreaks = classes.lineBreaks
    apostrophes = classes.apostrophes
    slashes = classes.slashes
    symbols = ~(letters | digits | blanks | classes.notASCII)
    // Whether a piece begins at a blank depends on the byte behind it, which must be there and
    // ASCII.
    let end = classes.notASCII | 1 << 63
    valid = ((end & (0 &- end)) &>> 1) &- 1
  }

  /// The first byte of each run.
  @inline(__always)
  static func begins(_ run: UInt64) -> UInt64 { run & ~(run &<< 1) }

  /// What follows a byte of `set`.
  @inline(__always)
  static func after(_ set: UInt64) -> UInt64 { set &<< 1 }

  /// The first and the last of each run of blanks: before something else, `\s+(?!\S)` gives back
  /// one.
  @inline(__always)
  var blankEnds: UInt64 { blanks & ~((blanks &<< 1) & (blanks &>> 1)) }

  /// The same where no blank is given back before a digit.
  @inline(__always)
  var blankEndsBeforeWords: UInt64 {
    Self.begins(blanks) | (blanks & ~((blanks | digits) &>> 1))
  }

  /// Where pieces of at most `limit` digits begin, which must be 1, 2 or 3.
  @inline(__always)
  func numbers(limit: Int) -> UInt64 {
    if limit == 1 { return digits }
    var begins = Self.begins(digits)
    var inRun = digits & digits &<< 1 & digits &<< 2
    if limit == 3 { inRun &= digits &<< 3 }
    var next = begins
    while true {
      next = next &<< UInt64(limit) & inRun
      if next == 0 { return begins }
      begins |= next
    }
  }

  /// Gives the line breaks behind symbols to these, and the slashes among and behind them if
  /// `withSlashes`.
  @inline(__always)
  mutating func joinLineBreaks(withSlashes: Bool = false) {
    let takes = withSlashes ? lineBreaks | slashes : lineBreaks
    let first = lineBreaks & Self.after(symbols)
    // A carry runs from the first on through the others.
    let taken = takes & ~(takes &+ first) | first
    blanks &= ~taken
    lineBreaks &= ~taken
    if withSlashes { symbols &= ~taken }
  }

  /// Where `[^\r\n\p{L}\p{N}]?\p{L}+` begins anew: at letters that no other character precedes
  /// in the same piece.
  @inline(__always)
  var wordsWithPrefix: UInt64 {
    let alone = Self.begins(symbols) & ~Self.after(spaces)
    let prefixes = (blanks & ~lineBreaks) | alone
    return Self.begins(letters) & ~Self.after(prefixes)
  }

  /// Ends the window where a run of blanks begins that holds a line break.
  @inline(__always)
  mutating func stopAtLineBreaks() {
    guard lineBreaks != 0 else { return }
    let beforeFirst = (lineBreaks & (0 &- lineBreaks)) &- 1
    let others = ~blanks & beforeFirst
    // The bits up to the one above the highest of the others.
    valid &= others == 0 ? 0 : (UInt64.max &>> UInt64(others.leadingZeroBitCount)) &<< 1 | 1
  }

  /// Ends the window where a piece begins with what may be a contraction.
  @inline(__always)
  mutating func stopAtContractions(_ begins: UInt64) {
    let stops = (begins | 1) & apostrophes & (letters &>> 1)
    valid &= stops ^ (stops &- 1)
  }

  /// Ends the window where a word begins that may end in a contraction.
  @inline(__always)
  mutating func stopAtWordsWithContractions(_ begins: UInt64) {
    let stops = apostrophes & (letters &>> 1) & Self.after(letters)
    guard stops != 0 else { return }
    let before = (begins | 1) & ((stops & (0 &- stops)) &- 1)
    valid &= UInt64.max &>> UInt64(before.leadingZeroBitCount)
  }

  /// Those of the places where pieces begin that are certain, but for the first byte.
  @inline(__always)
  func certain(_ begins: UInt64) -> UInt64 { begins & valid & ~1 }
}
