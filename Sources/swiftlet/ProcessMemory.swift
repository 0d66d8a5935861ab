import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of this process, in bytes, as the system counts it (resident).
enum ProcessMemory {
  /// The most that it has held so far.
  ///
  /// `getrusage` also counts what the process that started this one held, which may be more.
  static var peak: Int {
    if let text = try? FileSystem.readFile("/proc/self/status", limit: 1 << 16),
      let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first(where: {
        $0.hasPrefix("VmHWM:")
      }), let kilobytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first,
      let count = Int(kilobytes)
    {
      return count * 1024
    }
    var usage = rusage()
    getrusage(__rusage_who_t(0), &usage)  // RUSAGE_SELF, whose type differs between systems
    #if os(Linux)
      return usage.ru_maxrss * 1024
    #else
      return usage.ru_maxrss
    #endif
  }

  /// What it holds now; the peak where the system does not say.
  static var current: Int {
    // Total and resident pages, and more.
    guard let text = try? FileSystem.readFile("/proc/self/statm", limit: 4096),
      let pages = Int(
        String(
          decoding: text.split(separator: UInt8(ascii: " ")).dropFirst().first ?? [], as: UTF8.self)
      )
    else { return peak }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
