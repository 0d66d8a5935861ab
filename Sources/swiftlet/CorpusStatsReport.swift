import Corpus
import StrictJSON

/// The statistics of a corpus as text of 80 columns and as JSON.
struct CorpusStatsReport {
  private let statistics: CorpusStatistics
  private let top: Int

  init(_ statistics: CorpusStatistics, top: Int) {
    self.statistics = statistics
    self.top = top
  }

  // MARK: Text

  var text: String {
    var lines = overview
    lines += [""] + scripts
    lines += histogram("length of documents, in characters", statistics.documentLengths)
    lines += histogram("length of lines, in characters", statistics.lineLengths)
    lines += ["", "signs of dirt"] + signs
    lines += ["", "most repeated lines"] + repeatedLines
    lines += ["", "most common words"] + words(statistics.mostCommonWords(top))
    lines += ["", "least common words"] + words(statistics.leastCommonWords(top))
    if !statistics.isExact {
      lines += ["", "≈ is estimated: there is more than fits the memory set aside for counting."]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var overview: [String] {
    let counts = statistics.counts
    func about(_ number: Int, _ isExact: Bool) -> String { (isExact ? "" : "≈") + grouped(number) }
    var rows = [
      ("documents", grouped(counts.documents)),
      ("  blank, skipped", grouped(counts.blankDocuments)),
      (
        "  repeated",
        about(statistics.duplicateDocuments, statistics.areDocumentsExact) + "  "
          + Chart.percent(statistics.duplicateDocuments, of: counts.documents)
      ),
      ("bytes of text", grouped(counts.bytes)),
      ("bytes as stored", grouped(counts.bytesRead)),
      ("characters", grouped(statistics.characterCount)),
      (
        "invalid UTF-8",
        counts.replacedSequences == 0
          ? "none" : "\(grouped(counts.replacedSequences)) sequences, read as U+FFFD"
      ),
      (
        "unreadable lines",
        counts.unreadableLines == 0
          ? "none"
          : "\(grouped(counts.unreadableLines)), the first: "
            + Chart.fitted(counts.firstUnreadable ?? "", 40)
      ),
      ("lines", "\(grouped(statistics.lineCount)) and \(grouped(statistics.blankLines)) blank"),
      (
        "  repeated",
        about(statistics.duplicateLines, statistics.areLinesExact) + "  "
          + Chart.percent(statistics.duplicateLines, of: statistics.lineCount)
      ),
      (
        "words",
        "\(grouped(statistics.wordCount)), "
          + "\(about(statistics.distinctWords, statistics.areWordsExact)) different, "
          + "\(about(statistics.singleWords, statistics.areWordsExact)) occur once"
      ),
    ]
    if let sides = statistics.sides {
      for (name, split) in [("training", CorpusSplit.train), ("validation", .validation)] {
        guard let side = sides[split] else { continue }
        rows.append(
          (
            name,
            "\(grouped(side.documents)) documents, \(grouped(side.bytes)) bytes, "
              + Chart.percent(side.bytes, of: counts.bytes)
          ))
      }
    } else {
      rows.append(("validation", "cannot be told of standard input, which is read once"))
    }
    return rows.map { Chart.padded($0, 20) + $1 }
  }

  private var scripts: [String] {
    let total = statistics.characterCount
    let rows = CharacterClass.allCases.map { ($0.name, statistics.characters[$0.rawValue]) }
      .filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }
    var lines = rows.map { name, count in
      row(name, count, total, largest: rows[0].1)
    }
    let (old, new) = (statistics.traditionalCharacters, statistics.simplifiedCharacters)
    if old + new > 0 {
      lines.append(
        "of the Chinese, \(grouped(old)) characters are traditional only, "
          + "\(grouped(new)) simplified only")
    }
    return lines
  }

  private func histogram(_ title: String, _ lengths: LengthHistogram) -> [String] {
    guard lengths.count > 1 else { return [] }
    let bars = lengths.bars
    let largest = bars.map(\.count).max() ?? 1
    let heading =
      "\(title): \(grouped(lengths.shortest)) to \(grouped(lengths.longest)), "
      + "median \(grouped(lengths.quantile(0.5))), 99 % below \(grouped(lengths.quantile(0.99)))"
    return ["", Chart.fitted(heading, Chart.width)]
      + bars.map { bar in
        let range =
          bar.range.count == 1
          ? "\(bar.range.lowerBound)" : "\(bar.range.lowerBound)–\(bar.range.upperBound)"
        return row(range, bar.count, lengths.count, largest: largest)
      }
  }

  private var signs: [String] {
    var lines = statistics.signs.map { sign in
      let start =
        Chart.padded(sign.sign.name, 24) + Chart.padded(grouped(sign.count), 11, left: true)
        + "  "
      return start + Chart.fitted(sign.example, Chart.width - 37)
    }
    let (old, new) = (statistics.traditionalCharacters, statistics.simplifiedCharacters)
    if min(old, new) * 20 > max(old, new) {
      lines.append("traditional and simplified Chinese are mixed")
    }
    return lines.isEmpty ? ["none seen"] : lines
  }

  private var repeatedLines: [String] {
    let repeated = statistics.mostRepeatedLines(top)
    guard !repeated.isEmpty else { return ["no line stands there twice"] }
    return repeated.map {
      Chart.padded(number($0), 11, left: true) + "  " + Chart.fitted($0.text, Chart.width - 13)
    }
  }

  /// Words and their counts, as many to a line as fit.
  private func words(_ words: [CorpusStatistics.Occurrences]) -> [String] {
    guard !words.isEmpty else { return ["none"] }
    var lines = [""]
    for word in words {
      let text = "\(Chart.fitted(word.text, 40)) \(number(word))"
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = text
      } else if Chart.columns(line) + 3 + Chart.columns(text) <= Chart.width {
        lines[lines.count - 1] = line + " · " + text
      } else {
        lines.append(text)
      }
    }
    return lines
  }

  private func number(_ occurrences: CorpusStatistics.Occurrences) -> String {
    (occurrences.error > 0 ? "≥" : "") + grouped(occurrences.count)
  }

  private func row(_ name: String, _ count: Int, _ total: Int, largest: Int) -> String {
    Chart.padded(name, 24) + Chart.padded(grouped(count), 14, left: true)
      + Chart.padded(Chart.percent(count, of: total), 9, left: true) + "  "
      + Chart.bar(Double(count) / Double(max(largest, 1)), cells: Chart.width - 49)
  }

  // MARK: JSON

  var json: JSONValue {
    let counts = statistics.counts
    var characters: [JSONMember] = []
    for kind in CharacterClass.allCases where statistics.characters[kind.rawValue] > 0 {
      characters.append(
        JSONMember(
          name: snakeCase("\(kind)"), value: .integer(statistics.characters[kind.rawValue])))
    }
    func listed(_ all: [CorpusStatistics.Occurrences]) -> JSONValue {
      .array(
        all.map {
          [
            "text": .string($0.text), "count": .integer($0.count), "error": .integer($0.error),
          ]
        })
    }
    func side(_ split: CorpusSplit) -> JSONValue {
      guard let side = statistics.sides?[split] else { return .null }
      return ["documents": .integer(side.documents), "bytes": .integer(side.bytes)]
    }
    return [
      "corpus_hash": statistics.hash.map { .string("\($0)") } ?? .null,
      "documents": .integer(counts.documents),
      "blank_documents": .integer(counts.blankDocuments),
      "repeated_documents": .integer(statistics.duplicateDocuments),
      "bytes": .integer(counts.bytes),
      "stored_bytes": .integer(counts.bytesRead),
      "characters": .integer(statistics.characterCount),
      "invalid_sequences": .integer(counts.replacedSequences),
      "unreadable_lines": .integer(counts.unreadableLines),
      "first_unreadable": counts.firstUnreadable.map { .string($0) } ?? .null,
      "lines": .integer(statistics.lineCount),
      "blank_lines": .integer(statistics.blankLines),
      "repeated_lines": .integer(statistics.duplicateLines),
      "words": .integer(statistics.wordCount),
      "distinct_words": .integer(statistics.distinctWords),
      "single_words": .integer(statistics.singleWords),
      "is_exact": .bool(statistics.isExact),
      "characters_by_class": .object(characters),
      "traditional_characters": .integer(statistics.traditionalCharacters),
      "simplified_characters": .integer(statistics.simplifiedCharacters),
      "document_lengths": json(of: statistics.documentLengths),
      "line_lengths": json(of: statistics.lineLengths),
      "signs": .array(
        statistics.signs.map {
          [
            "sign": .string($0.sign.key), "count": .integer($0.count),
            "example": .string($0.example),
          ]
        }),
      "most_repeated_lines": listed(statistics.mostRepeatedLines(top)),
      "most_common_words": listed(statistics.mostCommonWords(top)),
      "least_common_words": listed(statistics.leastCommonWords(top)),
      "train": side(.train),
      "validation": side(.validation),
    ]
  }

  private func json(of lengths: LengthHistogram) -> JSONValue {
    [
      "count": .integer(lengths.count),
      "shortest": .integer(lengths.shortest),
      "longest": .integer(lengths.longest),
      "mean": .number(lengths.mean),
      "median": .integer(lengths.quantile(0.5)),
      "percentile_90": .integer(lengths.quantile(0.9)),
      "percentile_99": .integer(lengths.quantile(0.99)),
      "histogram": .array(
        lengths.bars.map {
          [
            "from": .integer($0.range.lowerBound), "to": .integer($0.range.upperBound),
            "count": .integer($0.count),
          ]
        }),
    ]
  }
}

/// `whiteSpace` as `white_space`.
func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
}
