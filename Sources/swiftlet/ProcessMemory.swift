import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of this process, in bytes, as the system counts it (resident).
enum ProcessMemory {
  /// The most that it has held so far.
  static var peak: Int {
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
