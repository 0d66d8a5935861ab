import Files
import Foundation
import TensorCore
import TestSupport
import Testing

/// A training process that is killed again and again.
@Suite struct KillTests {
  private let directory = TemporaryDirectory()

  /// What a kill in the middle of writing leaves behind in a run.
  private func partialNames(_ run: String) -> [String] {
    ((try? FileSystem.contents(ofDirectory: run)) ?? []).filter { $0.hasSuffix(".partial") }
  }

  private func arguments(_ run: String, _ precision: Precision) -> [String] {
    [
      "pretrain", "--corpus", directory["stories/stories.jsonl"], "--tokenizer",
      directory["tokenizer.json"], "--run", directory[run], "--resume", "--layers", "1", "--width",
      "32", "--heads", "2", "--ffn", "48", "--context", "32", "--batch-size", "4", "--steps",
      "1000",
      "--checkpoint-every", "1", "--evaluate-every", "100", "--sample-every", "0", "--threads", "2",
      "--optimizer", "muon", "--precision", precision.rawValue, "-q",
    ]
  }

  /// Begins or goes on with a run, and kills the process as soon as `isTime` says so.
  private func killed(_ run: String, _ precision: Precision, when isTime: () -> Bool) throws
    -> Bool
  {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments(run, precision)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !isTime() { usleep(100) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  private func bytes(_ run: String) throws -> [String: [UInt8]] {
    let step = directory[run] + "/step-001000"
    return try Dictionary(
      uniqueKeysWithValues: FileSystem.contents(ofDirectory: step).map {
        ($0, try FileSystem.readFile("\(step)/\($0)"))
      })
  }

  @Test(arguments: Precision.allCases.filter(\.isSupported))
  func `fifty kills, at least ten while a file is being written, change no byte`(
    _ precision: Precision
  ) throws {
    let made = try shell(
      """
      cd \(directory.path) && $swiftlet corpus synthesize --megabytes 0.1 --examples 0 --out stories -q \
        && $swiftlet tokenizer train stories/stories.jsonl --vocab-size 300 --out tokenizer.json -q
      """)
    try #require(made.status == 0, "\(made.errors)")
    var random = SeededGenerator(seed: 11)
    let run = directory["killed"]
    var (kills, whileWriting) = (0, 0)
    while kills < 50 {
      let end = ContinuousClock.now + .milliseconds(Int.random(in: 5...120, using: &random))
      // Every other kill waits for the next file that is being written.
      let isPatient = kills % 2 == 0
      guard
        try killed(
          "killed", precision,
          when: {
            ContinuousClock.now > end && (!isPatient || !partialNames(run).isEmpty)
          })
      else { break }
      kills += 1
      if !partialNames(run).isEmpty { whileWriting += 1 }
    }
    #expect(kills == 50 && whileWriting >= 10, "\(kills) kills, \(whileWriting) while writing")
    for name in ["killed", "whole"] {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments(name, precision)
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    let (one, other) = (try bytes("killed"), try bytes("whole"))
    #expect(Set(one.keys) == Set(other.keys) && one["optimizer.safetensors"] != nil)
    for (name, bytes) in one { #expect(bytes == other[name], "\(name)") }
    #expect(partialNames(run).isEmpty)
  }
}
