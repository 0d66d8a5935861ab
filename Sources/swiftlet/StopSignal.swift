import ArgumentParser
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ctrl-C, SIGTERM and the end of the terminal as a wish to stop at the next safe place. A second Ctrl-C or
/// SIGTERM ends the process at once; what is on disk stays whole either way. A terminal that ends may say so
/// twice, the shell and the kernel, and beside a SIGTERM, which means nothing more.
///
/// Plain signal handlers, which do no more than a handler may: dispatch sources lose a signal that
/// arrives while they are set up, and on Linux sometimes the first one after it.
struct StopSignal {
  /// The signal that arrived, SIGHUP only if no other did; handlers can reach nothing but globals.
  private static let received = Atomic<Int32>(0)

  /// What is listened to; after `nohup`, not to the end of the terminal.
  private static var numbers: [Int32] {
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    #if canImport(Glibc)
      let handler = hangUp.__sigaction_handler.sa_handler
    #else
      let handler = hangUp.__sigaction_u.__sa_handler
    #endif
    let isIgnored = unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    return [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP])
  }

  /// Begins to listen.
  init() {
    // Made now: not even a global can be made inside a handler.
    _ = Self.received.load(ordering: .relaxed)
    // A parent that is a worker thread of somebody may have left them blocked.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for number in Self.numbers { sigaddset(&blocked, number) }
    pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
    for number in Self.numbers {
      signal(number) { number in
        let before = StopSignal.received.load(ordering: .relaxed)
        if number == SIGHUP, before != 0 { return }
        if before != 0, before != SIGHUP { _exit(128 + number) }
        StopSignal.received.store(number, ordering: .relaxed)
        if before != 0 { return }
        let text: StaticString = "\nstopping; once more stops at once\n"
        let code = errno
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        errno = code
      }
    }
  }

  /// No longer listens: from here on, a signal ends the process at once.
  func ignore() {
    for number in Self.numbers { signal(number) { _exit(128 + $0) } }
  }

  /// Whether one arrived.
  var isRequested: Bool { Self.received.load(ordering: .relaxed) != 0 }

  /// 128 and the signal's number, as shells expect: 130 after Ctrl-C.
  var exitStatus: Int32 { 128 + Self.received.load(ordering: .relaxed) }

  /// Ends the command if one arrived; whoever has begun something on disk cleans up on the way.
  func check() throws {
    if isRequested { throw ExitCode(exitStatus) }
  }
}
