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
    [
      JSONMember(name: "openblas", value: .string(MatrixLibrary.description)),
      JSONMember(name: "utf8proc", value: .string(UnicodeTables.libraryVersion)),
      JSONMember(name: "zlib", value: .string(CompressionLibraries.zlib)),
      JSONMember(name: "zstd", value: .string(CompressionLibraries.zstd)),
      JSONMember(name: "xxhash", value: .string(ContentHash.libraryVersion)),
    ]
  }
}
