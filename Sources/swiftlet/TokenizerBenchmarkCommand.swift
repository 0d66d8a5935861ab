import ArgumentParser
import Dispatch
import Files
import Runs
import StrictJSON
import Synchronization
import Tokenization

/// `tokenizer benchmark`: how fast a tokenizer loads and encodes.
struct TokenizerBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time loading a tokenizer and encoding a text in memory.",
    usage: "swiftlet tokenizer benchmark --tokenizer <file> <file> [<options>]",
    discussion: """
      The text is cut into documents of about 10 kB at line ends. Caches are empty
      when each measurement begins.

        swiftlet tokenizer benchmark --tokenizer tokenizer.json book.txt
      """)

  @Option(help: ArgumentHelp("The tokenizer.json to use.", valueName: "file"))
  var tokenizer: String

  @Argument(help: "Plain text that fits into memory.")
  var file: String

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let bytes = try FileSystem.readFile(self.tokenizer, limit: 1 << 28)
    let text = try FileSystem.readFile(file, limit: 1 << 32, allowsPipes: true)
    var loaded: Tokenizer?
    let loading = try Self.seconds { loaded = try Tokenizer(json: bytes) }
    guard let tokenizer = loaded else { return }
    let documents = Self.documents(of: text)
    // What is made once for a process, such as Unicode tables, is not part of the measurement.
    _ = tokenizer.encode("A first é word.")
    var tokens = 0
    let alone = Self.seconds { tokens = Self.encode(text, documents, tokenizer, threads: 1) }
    let together = Self.seconds {
      _ = Self.encode(text, documents, tokenizer, threads: threads.count)
    }
    func speed(_ seconds: Double) -> Double { (Double(text.count) / 1e5 / seconds).rounded() / 10 }
    if json {
      try Terminal.write(
        ([
          "load_seconds": .number(loading), "bytes": .integer(text.count),
          "tokens": .integer(tokens), "encode_1_thread_mb_per_second": .number(speed(alone)),
          "threads": .integer(threads.count), "encode_mb_per_second": .number(speed(together)),
        ] as JSONValue).line)
    } else {
      try Terminal.write(
        """
        load                \((loading * 1e4).rounded() / 10) ms
        encode, 1 thread    \(speed(alone)) MB/s
        encode, \(threads.count) threads   \(speed(together)) MB/s
        tokens              \(grouped(tokens))

        """)
    }
  }

  private static func documents(of text: [UInt8]) -> [Range<Int>] {
    var documents: [Range<Int>] = []
    var start = 0
    while start < text.count {
      var end = min(start + 10_000, text.count)
      while end < text.count, text[end - 1] != UInt8(ascii: "\n") { end += 1 }
      documents.append(start..<end)
      start = end
    }
    return documents
  }

  private static func encode(
    _ text: [UInt8], _ documents: [Range<Int>], _ tokenizer: Tokenizer, threads: Int
  ) -> Int {
    let next = Atomic(0)
    let total = Atomic(0)
    text.withUnsafeBytes { text in
      nonisolated(unsafe) let text = text
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        var cache = EncodingCache()
        var ids: [UInt32] = []
        var tokens = 0
        while case let index = next.add(1, ordering: .relaxed).oldValue, index < documents.count {
          ids.removeAll(keepingCapacity: true)
          tokenizer.encode(
            UnsafeRawBufferPointer(rebasing: text[documents[index]]), using: &cache, into: &ids)
          tokens += ids.count
        }
        total.add(tokens, ordering: .relaxed)
      }
    }
    return total.load(ordering: .relaxed)
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
}
