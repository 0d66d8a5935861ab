import ContentHashing
import Corpus
public import StrictJSON
import TensorCore
import Tokenization

/// What made a run.
public enum ToolVersion {
  /// Swiftlet's version.
  public static let current = "0.1.0"

  /// The libraries whose versions may change results, as stored in `run.json`.
  public static var libraries: [JSONMember] {
    var versions: [(name: String, version: String)] = []
    if let blas = MatrixLibrary.description { versions.append(("openblas", blas)) }
    versions.append(("utf8proc", UnicodeTables.libraryVersion))
    versions += CompressionLibraries.versions
    versions.append(("xxhash", ContentHash.libraryVersion))
    return versions.map { JSONMember(name: $0.name, value: .string($0.version)) }
  }
}
