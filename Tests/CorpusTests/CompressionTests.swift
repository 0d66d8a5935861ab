import Corpus
import TestSupport
import Testing

#if CompressedCorpora
  /// The samples were made with gzip 1.12 (`printf TEXT | gzip -n`) and zstd 1.5.4
  /// (`printf TEXT | zstd --check`).
  @Suite struct CompressionTests {
    static let gzip = hexadecimal(
      "1f8b0800000000000203f348cdc9c9d75148afca2cd0e30200ca083e740d000000")
    static let zstd = hexadecimal("28b52ffd045891000048656c6c6f2c205a7374616e646172642e0a568c4505")
    static let jsonGzip = hexadecimal(
      "1f8b0800000000000003ab562a49ad2851b2524acdcc2b56aae5aa86f1abca5333817c000d33f58220000000")
    static let jsonZstd = hexadecimal(
      "28b52ffd0458ed0000b87b2274657874223a2265696e73227d0a7a776569227d0a0100a6984bfae2beb2")
    /// 40,000 times `a line of text that repeats` and a line feed.
    static let longZstd = hexadecimal(
      "28b52ffd0458240100e061206c696e65206f662074657874207468617420726570656174730a010084ff7f3e9d4c"
        + "0000086e0100fcff3910024c000008660100fcff3910024c000008780100fcff3910024c000008680100fcff39"
        + "10024c000008720100fcff3910024c000008610100fcff3910024c000008610100fcff3910024d0000086e0100"
        + "fc163910027879cda1")

    let directory = TemporaryDirectory()

    private func read(_ bytes: [UInt8], _ name: String) throws -> [String] {
      try CorpusReader(paths: [directory.write(bytes, to: name)]).documents()
    }

    /// A gzip member of one stored (uncompressed) deflate block per 65,535 bytes.
    private func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
      var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
      var start = 0
      repeat {
        let count = min(65_535, bytes.count - start)
        let isLast = start + count == bytes.count
        let length = [UInt8(count & 255), UInt8(count >> 8)]
        output += [isLast ? 1 : 0] + length + length.map { ~$0 } + bytes[start..<(start + count)]
        start += count
      } while start < bytes.count
      var check: UInt32 = ~0
      for byte in bytes {
        check ^= UInt32(byte)
        for _ in 0..<8 { check = check & 1 == 1 ? (check >> 1) ^ 0xEDB8_8320 : check >> 1 }
      }
      for value in [~check, UInt32(bytes.count)] {
        output += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
      return output
    }

    @Test func `gzip and Zstandard files read as their text`() throws {
      #expect(try read(Self.gzip, "a.txt.gz") == ["Hello, gzip.\n"])
      #expect(try read(Self.zstd, "a.txt.zst") == ["Hello, Zstandard.\n"])
      #expect(try read(Self.jsonGzip, "a.jsonl.gz") == ["eins", "zwei"])
      #expect(try read(Self.jsonZstd, "a.jsonl.zst") == ["eins", "zwei"])
    }

    @Test func `compressed data is recognised whatever its name`() throws {
      #expect(try read(Self.gzip, "gzip") == ["Hello, gzip.\n"])
      #expect(try read(Self.zstd, "zstd.txt") == ["Hello, Zstandard.\n"])
    }

    @Test func `concatenated members and frames are one text`() throws {
      let both = "Hello, gzip.\nHello, gzip.\n"
      #expect(try read(Self.gzip + Self.gzip, "a.gz") == [both])
      #expect(try read(Self.gzip + Self.gzip + [0, 0, 0], "padded.gz") == [both])
      #expect(try read(Self.gzip + storedGzip([]) + Self.gzip, "gap.gz") == [both])
      #expect(
        try read(Self.zstd + Self.zstd, "a.zst") == ["Hello, Zstandard.\nHello, Zstandard.\n"])
      // A skippable frame (RFC 8878, section 3.1.2) of three bytes stands first.
      let skippable = hexadecimal("502a4d1803000000414243")
      #expect(try read(skippable + Self.zstd, "skip.zst") == ["Hello, Zstandard.\n"])
    }

    @Test func `long streams come through whole`() throws {
      let line = "a line of text that repeats\n"
      let long = String(repeating: line, count: 40_000)
      #expect(try read(Self.longZstd, "long.zst") == [long])
      #expect(try read(storedGzip(Array(long.utf8)), "long.gz") == [long])
    }

    @Test func `every truncation is one error`() throws {
      for (sample, name, method) in [
        (Self.gzip, "cut.gz", "gzip"), (Self.zstd, "cut.zst", "Zstandard"),
      ] {
        for count in 4..<sample.count {
          let message = complaint { _ = try read(Array(sample[..<count]), name) }
          #expect(
            message.hasPrefix("the \(method) data of \(directory[name]) is truncated; "),
            "\(count) bytes: \(message)")
        }
      }
    }

    @Test func `damage is found by the checksums`() throws {
      var gzip = Self.gzip
      gzip[gzip.count - 6] ^= 1
      var zstd = Self.zstd
      zstd[zstd.count - 1] ^= 1
      #expect(
        complaint { _ = try read(gzip, "a.gz") }.contains("is damaged (incorrect data check)"))
      #expect(complaint { _ = try read(zstd, "a.zst") }.contains("is damaged ("))
      #expect(complaint { _ = try read(Self.gzip + [7, 7], "b.gz") }.contains("is damaged ("))
    }

    @Test func `a name that promises what the file is not is an error`() throws {
      #expect(
        complaint { _ = try read(Array("plain".utf8), "a.gz") }
          .contains("a.gz is named like gzip data but does not begin like it"))
      #expect(complaint { _ = try read(Self.gzip, "a.zst") }.contains("named like Zstandard data"))
      #expect(complaint { _ = try read([], "empty.gz") }.contains("does not begin like it"))
    }

    @Test func `the libraries tell their versions`() {
      let versions = CompressionLibraries.versions
      #expect(versions.map(\.name) == ["zlib", "zstd"])
      for version in versions.map(\.version) {
        let parts = version.split(separator: ".")
        #expect(parts.count >= 3 && parts.allSatisfy { Int($0) != nil }, "\(version)")
      }
    }
  }
#endif
