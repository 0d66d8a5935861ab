import Files

/// New shards in the place of old ones.
enum ShardReplacement {
  private static let draftName = ".creating.partial"

  /// Has `write` fill a new directory inside `directory`, and puts its files in the place of the
  /// shards there only when all are complete: what fails costs nothing.
  static func replacing(
    _ directory: String, _ write: (_ draft: String) throws -> ShardManifest
  ) throws -> ShardManifest {
    let isNew = !FileSystem.exists(directory)
    let draft = directory + "/" + draftName
    let manifest: ShardManifest
    do {
      // Shards that were complete when a process was killed while it moved them.
      if FileSystem.exists(draft + "/" + ShardManifest.fileName) { try move(draft, to: directory) }
      try FileSystem.createDirectory(draft)
      for name in try FileSystem.contents(ofDirectory: draft) {
        try FileSystem.remove(draft + "/" + name)
      }
      manifest = try write(draft)
    } catch {
      if !FileSystem.exists(draft + "/" + ShardManifest.fileName) {
        try? FileSystem.remove(draft)
      }
      if isNew, (try? FileSystem.contents(ofDirectory: directory))?.isEmpty == true {
        try? FileSystem.remove(directory)
      }
      throw error
    }
    // From here on the new shards are complete, and are kept whatever fails.
    try move(draft, to: directory)
    return manifest
  }

  /// Puts complete shards in the place of those in `directory`, the manifest last.
  private static func move(_ draft: String, to directory: String) throws {
    try FileSystem.remove(directory + "/" + ShardManifest.fileName)
    let names = try FileSystem.contents(ofDirectory: draft)
    for name in try FileSystem.contents(ofDirectory: directory)
    where ShardWriter.owns(name) && names.contains(name) {
      try FileSystem.remove(directory + "/" + name)
    }
    for name in names where name != ShardManifest.fileName {
      try FileSystem.rename(draft + "/" + name, to: directory + "/" + name)
    }
    try FileSystem.synchronizeDirectory(directory)
    try FileSystem.rename(
      draft + "/" + ShardManifest.fileName, to: directory + "/" + ShardManifest.fileName)
    try FileSystem.remove(draft)
    // What the new manifest does not name is of the old shards.
    let manifest = try ShardManifest(directory: directory)
    let named = CorpusSplit.allCases.flatMap { split in
      manifest[split].shards.indices.map { ShardWriter.name(of: split, $0) }
    }
    for name in try FileSystem.contents(ofDirectory: directory)
    where ShardWriter.owns(name) && !named.contains(name) {
      try FileSystem.remove(directory + "/" + name)
    }
    try FileSystem.synchronizeDirectory(directory)
  }
}
