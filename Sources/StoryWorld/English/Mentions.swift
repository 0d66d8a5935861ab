/// Who has been mentioned lately, so that a pronoun is used only where it can mean one being alone.
struct Mentions {
  private(set) var introduced: UInt64 = 0
  private(set) var here: UInt64 = 0
  private(set) var before: UInt64 = 0
  /// How many sentences in a row each being has gone by a pronoun alone.
  private var run: [Int]
  private var namedHere: UInt64 = 0

  init(count: Int) {
    precondition(count < 64, "too many beings for one story")
    run = [Int](repeating: 0, count: count)
  }

  func isIntroduced(_ being: Int) -> Bool { introduced & (1 << UInt64(being)) != 0 }

  func isHere(_ being: Int) -> Bool { here & (1 << UInt64(being)) != 0 }

  func wasBefore(_ being: Int) -> Bool { before & (1 << UInt64(being)) != 0 }

  /// Whether "he" or "she" could only mean this being: mentioned in this sentence or the last, and
  /// nobody else of the gender was.
  func isClear(_ being: Int, among beings: [Being]) -> Bool {
    let recent = here | before
    guard recent & (1 << UInt64(being)) != 0, run[being] < 3 else { return false }
    for other in beings.indices where other != being {
      if recent & (1 << UInt64(other)) != 0, beings[other].gender == beings[being].gender {
        return false
      }
    }
    return true
  }

  mutating func mention(_ being: Int, byName: Bool) {
    let bit: UInt64 = 1 << UInt64(being)
    introduced |= bit
    here |= bit
    if byName { namedHere |= bit }
  }

  mutating func endSentence() {
    for being in run.indices {
      let bit: UInt64 = 1 << UInt64(being)
      if here & bit != 0 { run[being] = namedHere & bit != 0 ? 0 : run[being] + 1 }
    }
    before = here
    here = 0
    namedHere = 0
  }
}
