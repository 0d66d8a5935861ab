extension BytePairModel {
  /// The ranks of merges that never apply and have a part that only later merges make, and whether the parts
  /// of all others come from earlier ones.
  ///
  /// Files that list every way to put a token together, as those converted from tiktoken's do, have such
  /// merges: "ing" of "i" and a later "ng". Let the others alone make every such result of its bytes. Then none
  /// of these merges ever applies: at the first place where one did, its two parts would stand side by side, and
  /// what is between the ends of two symbols was merged as if it stood alone; so their bytes alone would have
  /// become these two symbols too, which the others do not merge.
  static func downwardMerges(
    _ merges: [Merge], _ tokenBytes: [UInt8], _ tokenStarts: [Int], _ addedTokens: [AddedToken],
    _ spelling: SentencePieceSpelling?
  ) -> (ranks: Set<Int>, isUpward: Bool) {
    let candidates = downwardRanks(merges, count: tokenStarts.count - 1, without: [])
    guard !candidates.isEmpty else { return ([], true) }
    guard downwardRanks(merges, count: tokenStarts.count - 1, without: candidates).isEmpty else {
      return ([], false)
    }
    let others = BytePairModel(
      tokenBytes: tokenBytes, tokenStarts: tokenStarts,
      merges: merges.indices.lazy.filter { !candidates.contains($0) }.map { merges[$0] },
      addedTokens: addedTokens, preTokenizer: .whole, normalization: .none, spelling: spelling)
    var merger = PieceMerger()
    var ids: [UInt32] = []
    for result in Set(candidates.lazy.map { merges[$0].result }) {
      ids.removeAll(keepingCapacity: true)
      Array(others.bytes(of: result)).withUnsafeBufferPointer {
        if !$0.isEmpty { merger.encode($0, with: others, into: &ids) }
      }
      guard ids == [result] else { return ([], false) }
    }
    return (candidates, true)
  }

  /// The ranks of merges with a part that a later merge makes, those of `left` left out.
  private static func downwardRanks(
    _ merges: [Merge], count: Int, without left: Set<Int>
  ) -> Set<Int> {
    // How many merges are still to come that make each token.
    var remaining = [Int32](repeating: 0, count: count)
    for (rank, merge) in merges.enumerated() where left.isEmpty || !left.contains(rank) {
      remaining[Int(merge.result)] += 1
    }
    var ranks: Set<Int> = []
    for (rank, merge) in merges.enumerated() where left.isEmpty || !left.contains(rank) {
      remaining[Int(merge.result)] -= 1
      if remaining[Int(merge.left)] != 0 || remaining[Int(merge.right)] != 0 { ranks.insert(rank) }
    }
    return ranks
  }
}
