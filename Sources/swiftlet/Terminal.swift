import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Not a method: it would hide the function of that name.
private func writeSome(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  let bytes = UnsafeRawBufferPointer(rebasing: bytes)
  return write(descriptor, bytes.baseAddress, bytes.count)
}

/// Standard output for data, standard error for everything else.
enum Terminal {
  /// Writes data to standard output. If its reader has gone away, the process ends successfully.
  /// - Throws: `FileError`, such as for a full disk.
  static func write(_ bytes: [UInt8]) throws {
    let code = write(bytes, to: STDOUT_FILENO)
    if code == EPIPE { exit(0) }
    if code == 0 { return }
    let error = FileError("write", "standard output", code: code)
    switch code {
    case ENOSPC, EDQUOT:
      throw CommandError(error.description, hint: "free some space or write to another disk")
    case EBADF: throw CommandError(error.description, hint: "it is closed; leave out >&-")
    default: throw error
    }
  }

  /// Writes text to standard output; see ``write(_:)-([UInt8])``.
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes a line to standard error.
  static func say(_ line: String) { show(line + "\n") }

  /// Writes text to standard error as it is.
  static func show(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

  /// Says what went wrong and what to do.
  static func error(_ sentence: String, hint: String?) {
    say("\(colored("error:", .red)) \(shown(sentence))")
    if let hint { say("\(colored("hint:", .cyan)) \(shown(hint))") }
  }

  /// Says what the user should know although the command goes on.
  static func warn(_ sentence: String) {
    say("\(colored("warning:", .yellow)) \(shown(sentence))")
  }

  /// Names the command to try next; paths in it are ``quoted(_:)``.
  static func suggest(_ command: String) { say("\(colored("next:", .cyan)) \(command)") }

  /// A path as a shell takes it: in quotes where it needs them, on one line, and never an option.
  static func quoted(_ path: String) -> String {
    let path = path.hasPrefix("-") ? "./" + path : path
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      let escaped = path.unicodeScalars.map { scalar in
        switch scalar {
        case "\n": "\\n"
        case "'", "\\": "\\\(scalar)"
        case _ where scalar.properties.generalCategory == .control:
          String(scalar).utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        default: String(scalar)
        }
      }
      return "$'" + escaped.joined() + "'"
    }
    let plain = path.utf8.allSatisfy { byte in
      byte >= 0x80 || "/._-+,:@%=".utf8.contains(byte) || (0x30...0x39).contains(byte)
        || (0x61...0x7A).contains(byte | 0x20)
    }
    if plain, !path.isEmpty { return path }
    return "'" + path.replacing("'", with: "'\\''") + "'"
  }

  /// Files as a shell takes them. What standard input gave is gone; a file must stand for it.
  static func quoted(_ paths: [String]) -> String {
    paths.map { $0 == "-" ? "FILE" : quoted($0) }.joined(separator: " ")
  }

  /// What may come from a file on one line and of bounded length, so that it cannot pass for
  /// another line or command the terminal.
  private static func shown(_ text: String) -> String {
    let scalars = FileError.printable(text).unicodeScalars
    guard scalars.count > 1_000 else { return String(scalars) }
    return String(scalars.prefix(700)) + " … " + String(scalars.suffix(280))
  }

  /// Whether someone watches standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns of the terminal that shows standard error.
  static var width: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  // MARK: Colour

  private enum Color: Int {
    case red = 31
    case yellow = 33
    case cyan = 36
  }

  private static func colored(_ text: String, _ color: Color) -> String {
    usesColor ? "\u{1B}[1;\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// `NO_COLOR` (no-color.org) wins over `FORCE_COLOR` and `CLICOLOR_FORCE`; else a terminal
  /// decides.
  private static var usesColor: Bool {
    func isSet(_ name: String) -> Bool {
      guard let value = environment(name) else { return false }
      return !value.isEmpty
    }
    if isSet("NO_COLOR") { return false }
    if isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE") { return true }
    return isWatched && environment("TERM") != "dumb"
  }

  /// The value of an environment variable.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Writes everything; the error number, or 0.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = writeSome(descriptor, bytes[written...])
        if count < 0, errno != EINTR { return errno }
        written += max(count, 0)
      }
      return 0
    }
  }
}
