import ArgumentParser
import Files
import StrictJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the process says when it ends.
enum ExitStatus {
  /// Something that the user can put right.
  static let failure: Int32 = 1
  /// A bug, or the machine.
  static let broken: Int32 = 2
  /// After Ctrl-C.
  static let interrupted: Int32 = 130
}

/// Something that only the command line can get wrong.
struct CommandError: HintedError {
  let description: String
  let hint: String?

  init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}

/// Not a method: the command has functions of that name too.
private func end(_ status: Int32) -> Never { exit(status) }

extension Swiftlet {
  /// Says what went wrong, and ends the process.
  /// - Parameters:
  ///   - arguments: What the command was given.
  ///   - sources: Where its settings come from.
  static func fail(
    _ error: any Error, _ arguments: [String] = [], _ sources: ArgumentSources? = nil
  ) -> Never {
    if let error = error as? any HintedError {
      Terminal.error(error.description, hint: error.hint)
      let isMachine = (error as? FileError)?.code == EIO
      end(isMachine ? ExitStatus.broken : ExitStatus.failure)
    }
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    switch code {
    case .success:
      // Help and version were asked for.
      do { try Terminal.write(text + "\n") } catch { fail(error) }
    case .validationFailure:
      // The sentence, perhaps a hint (see `require`), and how the command is used.
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
      let first = lines.removeFirst()
      var sentence = first.hasPrefix("Error: ") ? String(first.dropFirst(7)) : String(first)
      // A misspelt name is what is wrong, whatever the parser misses because of it.
      if !(error is ValidationError), let unknown = CommandTree.unknownOption(in: arguments) {
        sentence = unknown
        if lines.first?.hasPrefix("Help:") == true { lines.removeFirst() }
      }
      sentence = sources?.located(sentence) ?? sentence
      let hint = lines.first?.hasPrefix(hintMark) == true ? lines.removeFirst() : nil
      Terminal.error(sentence, hint: hint.map { String($0.dropFirst(hintMark.count)) })
      if !lines.isEmpty { Terminal.say(lines.joined(separator: "\n")) }
    default:
      if error is ExitCode { break }
      Terminal.error("\(error)", hint: "this is a bug in swiftlet; please report it")
      end(ExitStatus.broken)
    }
    end(code.rawValue)
  }
}
