import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ctrl-C and SIGTERM as a wish to stop after the current step. The second one ends the process at
/// once; what is on disk stays whole either way.
final class StopSignal: @unchecked Sendable {
  private let received = Atomic<Int32>(0)
  // Written in the initialiser only, which is why this class may be shared.
  private var sources: [any DispatchSourceSignal] = []

  /// Begins to listen.
  init() {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [unowned self] in
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
        Terminal.say("\nstopping after this step; once more stops at once")
      }
      source.resume()
      return source
    }
  }

  /// Whether one arrived.
  var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// 128 and the signal's number, as shells expect: 130 after Ctrl-C.
  var exitStatus: Int32 { 128 + received.load(ordering: .relaxed) }
}
