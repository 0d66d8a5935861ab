/// The compression libraries that corpora are read with; none if the package was built without its
/// trait `CompressedCorpora`.
public enum CompressionLibraries {
  /// Their names and versions, such as zlib's `1.2.13`.
  public static var versions: [(name: String, version: String)] {
    #if CompressedCorpora
      [("zlib", GzipDecoder.libraryVersion), ("zstd", ZstandardDecoder.libraryVersion)]
    #else
      []
    #endif
  }
}
