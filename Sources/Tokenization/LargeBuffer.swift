import CIntrinsics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Plain memory, in large pages where the system has them and it is large enough: they are faster
/// to get, and to reach where nearly every access goes to another page.
enum LargeBuffer {
  private static let largePage = 1 << 21

  /// Hands memory that was freed back to the system, which else may keep much of it for each thread.
  static func giveBackWhatIsFree() {
    swl_give_back_memory()
  }

  /// Memory for `count` elements, not yet initialised; ends by `deallocate()`.
  static func allocate<Element: BitwiseCopyable>(
    _ count: Int, of type: Element.Type = Element.self
  ) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: bytes >= largePage ? largePage : 64)
    #if os(Linux)
      // Advice only: where it is not taken, everything is the same but slower.
      if bytes >= largePage { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    return memory.bindMemory(to: Element.self, capacity: count)
  }
}
