/// What somebody who mistyped a name may have meant.
enum Suggestion {
  /// The name most like `word`, if one is alike: it differs in one letter, begins or ends with it, holds
  /// it, or differs in one letter of three at most.
  static func nearest(to word: String, among names: [String]) -> String? {
    let word = word.lowercased()
    let distances = names.map { (name: $0, distance: distance($0, word)) }
    let nearest = distances.min { $0.distance < $1.distance }
    if let nearest, nearest.distance == 1, word.utf8.count > 4 { return nearest.name }
    if word.utf8.count > 1 {
      for isAlike in [
        { (name: String) in name.hasPrefix(word) || word.hasPrefix(name) },
        { name in name.contains(word) },
      ] {
        // The shortest is the nearest of them.
        let alike = names.filter(isAlike).min { $0.utf8.count < $1.utf8.count }
        if let alike { return alike }
      }
    }
    guard let nearest else { return nil }
    return nearest.distance <= max(1, word.utf8.count / 3) ? nearest.name : nil
  }

  /// Letters to insert, remove, change or swap with their neighbour to make one word the other
  /// ("optimal string alignment"; Damerau, "A technique for computer detection and correction of
  /// spelling errors", 1964).
  static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first.utf8), b = Array(second.utf8)
    // Of any prefix of `a` and any of `b`; the last three rows would do.
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, rows[i - 1][j - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
