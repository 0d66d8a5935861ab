#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An exclusive lock between processes, held until this object goes away or the process ends in
/// whatever way (`flock`). The lock file stays; only whoever holds the lock may remove it.
public final class FileLock: Sendable {
  private let number: Int32

  /// Takes the lock on the file at `path`, creating it if needed, without waiting; `nil` if it is
  /// taken, also by this process.
  /// - Throws: ``FileError``.
  public init?(path: String) throws {
    try checkPath(path, "lock")
    var number: Int32
    repeat {
      number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    } while number < 0 && errno == EINTR
    guard number >= 0 else { throw FileError("lock", path, code: errno) }
    self.number = number
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return nil }
      if errno != EINTR { throw FileError("lock", path, code: errno) }
    }
    // Whoever held it may have removed the file since it was opened: this is then no lock.
    var (held, named) = (stat(), stat())
    guard fstat(number, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino else {
      return nil
    }
  }

  deinit { close(number) }
}
