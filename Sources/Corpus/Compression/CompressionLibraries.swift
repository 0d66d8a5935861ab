/// The compression libraries that corpora are read with.
public enum CompressionLibraries {
  /// The version of zlib, such as `1.2.13`.
  public static var zlib: String { GzipDecoder.libraryVersion }
  /// The version of Zstandard, such as `1.5.4`.
  public static var zstd: String { ZstandardDecoder.libraryVersion }
}
