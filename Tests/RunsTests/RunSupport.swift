import ContentHashing
import Files
import Runs
import StrictJSON
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

let sampleRecord = RunRecord(
  toolVersion: "0.1.0", kind: .pretrain,
  settings: [.init(name: "steps", value: 10), .init(name: "a rate", value: 0.001)], seed: -3,
  instructionLevel: "avx2", libraries: [.init(name: "openblas", value: "0.3.21")],
  precision: "float32", tokenizerHash: ContentHash(of: [1]), corpusHash: ContentHash(of: [2]))

/// Creates a run with the smallest of contents: files, and a directory that holds one.
func createRun(at path: String) throws -> (run: RunDirectory, lock: FileLock) {
  try RunDirectory.create(at: path) { directory in
    try AtomicFile.write(Array("{}".utf8), to: directory + "/tokenizer.json")
    try AtomicFile.write(Array("{}".utf8), to: directory + "/config.json")
    try FileSystem.createDirectory(directory + "/tokens")
    try AtomicFile.write([7], to: directory + "/tokens/shard")
    try sampleRecord.write(to: directory + "/run.json")
  }
}

/// Saves a step whose bytes follow from its number.
func save(_ step: Int, in run: RunDirectory, byteCount: Int = 1000) throws {
  try run.writeStep(step, state: [.init(name: "data_cursor", value: .integer(step * 7))]) {
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* step) }
    try AtomicFile.write(bytes, to: $0 + "/model.safetensors")
    try AtomicFile.write(bytes.reversed(), to: $0 + "/optimizer.safetensors")
  }
}

/// Copies a flat directory.
func copy(_ old: String, to new: String) throws {
  try FileSystem.createDirectory(new)
  for name in try FileSystem.contents(ofDirectory: old) {
    try FileSystem.append(FileSystem.readFile(old + "/" + name), to: new + "/" + name)
  }
}

func hiddenNames(in path: String) throws -> [String] {
  try FileSystem.contents(ofDirectory: path).filter { $0.hasPrefix(".") && $0 != ".lock" }
}

func text(_ path: String) throws -> String {
  String(decoding: try FileSystem.readFile(path), as: UTF8.self)
}

#if canImport(Darwin)
  let fileSizeLimit = RLIMIT_FSIZE
#else
  let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#endif
