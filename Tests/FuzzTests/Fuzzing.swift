import Files
import StrictJSON
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Hands damaged inputs to a parser, which must take or refuse each of them: refuse with a sentence
/// of one line, and never trap, hang or take memory that it was only promised.
///
/// `FUZZ_SECONDS` is the time for one parser, half a second without it; `FUZZ_SEED` the seed. The
/// input is in a file before it is parsed, so that one which ends the process is still there. An input
/// that takes longer than ``longest`` ends it.
struct Fuzzing {
  private let directory = TemporaryDirectory()

  /// Seconds after which the system ends a process that hangs (SIGALRM).
  private static let longest: UInt32 = 60
  /// The most bytes by which one input may raise the process's peak; other tests run beside it.
  private static let mostMemory = 1 << 30

  /// Fuzzes one parser.
  ///
  /// - Parameters:
  ///   - name: Names the parser in what is printed.
  ///   - seeds: Good inputs.
  ///   - isLenient: Whether it passes over whatever is wrong.
  ///   - file: The name that the parser's file must have.
  ///   - parent: The directory that it must be in, if any.
  ///   - body: Parses the input, given as bytes and as the path of a file that holds them.
  func run(
    _ name: String, _ seeds: [[UInt8]], _ form: Mutator.Form = .bytes, isLenient: Bool = false,
    file: String = "input",
    in parent: String? = nil, _ body: (_ bytes: [UInt8], _ path: String) throws -> Void
  ) throws {
    let seconds = Self.variable("FUZZ_SECONDS").flatMap(Double.init) ?? 0.5
    let seed = Self.variable("FUZZ_SEED").flatMap(UInt64.init) ?? 1
    let path = (parent ?? directory.path) + "/" + file
    print("fuzzing \(name), seed \(seed): the input is in \(path)")
    var mutator = Mutator(seeds: seeds, form: form, seed: seed)
    for good in seeds { try Self.put(good, to: path) { try body(good, path) } }
    var (taken, refused) = (0, 0)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var start = clock.now
    var peak = Self.peakMemory
    defer { alarm(0) }
    while start < end {
      let bytes = mutator.next()
      alarm(Self.longest)
      do {
        try Self.put(bytes, to: path) { try body(bytes, path) }
        taken += 1
      } catch let error as any HintedError {
        refused += 1
        let text = "\(error)"
        if text.isEmpty || text.utf8.contains(0x0A) || text.utf8.count > 5000 {
          try keep(name, bytes, "its error is no sentence of one line: \(text.prefix(500))")
          return
        }
      } catch {
        try keep(name, bytes, "its error is not meant for users: \(error)")
        return
      }
      let now = clock.now
      if now - start > .seconds(10) {
        try keep(name, bytes, "\(bytes.count) bytes took \(now - start)")
        return
      }
      start = now
      let peakNow = Self.peakMemory
      if peakNow - peak > Self.mostMemory {
        try keep(name, bytes, "\(bytes.count) bytes took \((peakNow - peak) >> 20) MiB of memory")
        return
      }
      peak = peakNow
    }
    print("fuzzed \(name): \(taken) inputs taken, \(refused) refused")
    #expect(isLenient || refused > 0, "\(name) refuses nothing")
  }

  private func keep(_ name: String, _ bytes: [UInt8], _ problem: String) throws {
    let path = "/tmp/swiftlet-fuzz-\(name.map { $0.isLetter ? String($0) : "-" }.joined()).input"
    try FileSystem.remove(path)
    try FileSystem.append(bytes, to: path)
    Issue.record("\(name): \(problem); the input is in \(path)")
  }

  private static func put(_ bytes: [UInt8], to path: String, _ body: () throws -> Void) throws {
    // Not appended after removal: that would make a file for every input.
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(file >= 0, "cannot write \(path)")
    let count = bytes.withUnsafeBytes { writeOnce(file, $0) }
    close(file)
    precondition(count == bytes.count, "cannot write \(path)")
    try body()
  }

  private static func writeOnce(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    bytes.isEmpty ? 0 : write(file, bytes.baseAddress!, bytes.count)
  }

  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(0), &usage)  // RUSAGE_SELF, whose type differs between systems
    #if os(Linux)
      return usage.ru_maxrss * 1024
    #else
      return usage.ru_maxrss
    #endif
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// A file below `Tests`.
  static func golden(_ name: String) throws -> [UInt8] {
    let tests = FileSystem.parent(of: FileSystem.parent(of: #filePath))
    return try FileSystem.readFile(tests + "/" + name)
  }
}
