import Files
import Foundation
import StrictJSON
import TensorCore
import TestSupport
import Testing

@Suite struct HelpTests {
  @Test func `the version is a number and nothing else`() throws {
    let result = try swiftlet("--version")
    #expect(result.status == 0)
    #expect(result.text == "0.1.0\n")
    #expect(result.errors == "")
  }

  @Test func `help fits 80 columns and goes to standard output`() throws {
    // There is a man page for each command.
    let directory = TemporaryDirectory()
    #expect(try swiftlet("manual", directory["man"]).status == 0)
    let pages = try FileSystem.contents(ofDirectory: directory["man"])
    #expect(pages.count > 25)
    for page in pages {
      try expectHelp(of: page.dropLast(2).split(separator: "-").dropFirst().map(String.init))
    }
  }

  @Test func `man pages fit 80 columns, and name what the help names`() throws {
    let directory = TemporaryDirectory()
    #expect(try swiftlet("manual", directory["man"]).status == 0)
    guard
      try shell("command -v man >/dev/null && command -v nroff >/dev/null && command -v col").status
        == 0
    else { return }
    for page in try FileSystem.contents(ofDirectory: directory["man"]) {
      let shown = try shell(
        "MANWIDTH=80 LC_ALL=C.UTF-8 man -l --no-hyphenation '\(directory["man/\(page)"])' | col -b")
      #expect(shown.status == 0)
      for line in shown.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      #expect(shown.text.contains("-h, --help"), "\(page)")
    }
    let sample = try shell(
      "MANWIDTH=80 LC_ALL=C.UTF-8 man -l '\(directory["man/swiftlet-sample.1"])' | col -b")
    #expect(sample.text.contains("\n       --top-p <p>\n"), "\(sample.text)")
    #expect(sample.text.contains("\n  swiftlet sample --run checkpoints/teacher --n 5000"))
  }

  private func expectHelp(of command: [String]) throws {
    let line = (["$swiftlet"] + command + ["--help"]).joined(separator: " ")
    let result = try shell(line)
    #expect(result.status == 0)
    #expect(result.errors == "")
    var last: Substring = ""
    var isProse = true
    for line in result.text.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(line.count <= 80, "\(line)")
      if line.hasPrefix("USAGE") { isProse = false }
      // A line of prose that another follows is long; else what was meant for one was cut into two.
      let isFollowed = isProse && ![last.first, line.first].contains { $0 == nil || $0 == " " }
      #expect(!isFollowed || last.count > 60, "\(last)")
      last = line
    }
    let name = (["swiftlet"] + command).joined(separator: " ")
    #expect(result.text.contains("USAGE: \(name)"))
    // Whatever does something shows how; what only groups commands lists them.
    #expect(
      result.text.contains("\n  swiftlet ") || result.text.contains("\n    swiftlet ")
        || result.text.contains("SUBCOMMANDS:"))
  }

  @Test func `an installation has the program, man pages and completions`() throws {
    let directory = TemporaryDirectory()
    let script =
      FileSystem.parent(of: FileSystem.parent(of: FileSystem.parent(of: #filePath)))
      + "/.ci/install"
    let prefix = directory["a prefix"]
    let result = try shell("bash \(script) $swiftlet '\(prefix)'")
    #expect(result.status == 0 && result.text == "", "\(result.errors)")
    #expect(try shell("'\(prefix)/bin/swiftlet' --version").text == "0.1.0\n")
    for name in [
      "share/man/man1/swiftlet.1", "share/man/man1/swiftlet-tokenizer-train.1",
      "share/zsh/site-functions/_swiftlet", "share/fish/vendor_completions.d/swiftlet.fish",
    ] {
      #expect(try FileSystem.fileSize("\(prefix)/\(name)") > 500, "\(name)")
    }
    let completion = "\(prefix)/share/bash-completion/completions/swiftlet"
    let completed = try shell(
      "set -e; source '\(completion)'; COMP_WORDS=(swiftlet pretr); COMP_CWORD=1; COMP_POINT=14; "
        + "COMP_LINE='swiftlet pretr'; _swiftlet swiftlet pretr swiftlet; echo ${COMPREPLY[@]}")
    #expect(completed.text == "pretrain\n", "\(completed.errors)")
    for shell in ["zsh", "fish"] {
      let file = shell == "zsh" ? "site-functions/_swiftlet" : "vendor_completions.d/swiftlet.fish"
      let check = try CommandTests.shell(
        "command -v \(shell) > /dev/null || exit 0; \(shell) -n '\(prefix)/share/\(shell)/\(file)'")
      #expect(check.status == 0, "\(check.errors)")
    }
  }

  @Test func `the commands are listed`() throws {
    let help = try swiftlet("--help").text
    for name in [
      "corpus", "tokenizer", "pretrain", "generate", "evaluate", "benchmark", "doctor", "import",
      "export",
    ] {
      #expect(help.contains("\n  \(name) "), "\(name)")
    }
  }

  @Test func `a mistyped option is refused with what was meant`() throws {
    let result = try swiftlet("doctor", "--thread", "2")
    #expect(result.status == 64)
    #expect(result.text == "")
    #expect(
      result.errors.hasPrefix("error: Unknown option '--thread'. Did you mean '--threads'?\n"))
    #expect(result.errors.contains("swiftlet doctor --help"))
  }

  @Test(arguments: [
    ("pretrian", "Unknown command 'pretrian'. Did you mean 'pretrain'?"),
    ("train", "Unknown command 'train'. Did you mean 'pretrain'?"),
    ("tokeniser train x", "Unknown command 'tokeniser'. Did you mean 'tokenizer'?"),
    ("tokenizer trian x", "Unknown command 'trian'. Did you mean 'train'?"),
    ("help evaluat", "Unknown command 'evaluat'. Did you mean 'evaluate'?"),
    ("help nonsense", "Unknown command 'nonsense'."),
    (
      "tokenizer encode --tokeniser T.json",
      "Unknown option '--tokeniser'. Did you mean '--tokenizer'?"
    ),
    (
      "finetune --teacher-chekpoint 1",
      "Unknown option '--teacher-chekpoint'. Did you mean '--teacher-checkpoint'?"
    ),
    ("generate --run r --temp 1", "Unknown option '--temp'. Did you mean '--temperature'?"),
    ("generate --run=r --stop --x --sed=1", "Unknown option '--sed'. Did you mean '--seed'?"),
    ("tokenizer train x --vocab 5", "Unknown option '--vocab'. Did you mean '--vocab-size'?"),
    ("doctor --zzz", "Unknown option '--zzz'."),
  ])
  func `what is misspelt is named with what was meant`(_ line: String, _ sentence: String) throws {
    let result = try shell("$swiftlet \(line)")
    expectFailure(result, sentence, status: 64)
  }

  @Test func `a missing option is refused`() throws {
    let result = try swiftlet("generate", "Once")
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("error: Missing expected argument '--run <dir>'\n"))
  }

  @Test(arguments: [
    ("generate --run r --temperature=-1", "the temperature must be 0 or more, not -1.0"),
    ("generate --run r --top-k=-1", "top-k must be 0 (all tokens) or more, not -1"),
    ("generate --run r --top-p 0", "top-p must be above 0 and at most 1, not 0.0"),
    ("generate --run r --min-p 2", "min-p must be from 0 to 1, not 2.0"),
    ("generate --run r --repetition-penalty 0", "the repetition penalty must be above 0, not 0.0"),
    ("generate --run r --max-tokens 0", "the number of tokens must be at least 1, not 0"),
    ("generate --run r --count 0", "--count must be from 1 to 1000000, not 0"),
    (
      "generate --run r --json --count 1000000000000",
      "--count must be from 1 to 1000000, not 1000000000000"
    ),
    ("generate --run r --max-tokens -5", "the number of tokens must be at least 1, not -5"),
    ("generate --run r --temperature -1", "the temperature must be 0 or more, not -1.0"),
    ("doctor --threads -2", "--threads must be from 1 to 1024, not -2"),
    (
      "pretrain --corpus c --tokenizer t --run r --tokens 2000000000000",
      "--tokens must be from 1 to 1099511627776, not 2000000000000"
    ),
    (
      "pretrain --corpus c --tokenizer t --run r --epochs 2e6",
      "--epochs must be above 0 and at most 1000000, not 2000000.0"
    ),
    (
      "pretrain --corpus c --tokenizer t --run r --steps -1",
      "--steps must be from 1 to 4294967296, not -1"
    ),
    ("pretrain --corpus c --tokenizer t --run r --seed -1", "--seed must be 0 or more, not -1"),
    ("pretrain --tokenizer t --run r", "--corpus is missing"),
    ("pretrain --resume --validation v --run r", "--validation needs --corpus"),
    ("benchmark train --steps 0", "--steps must be from 1 to 100000, not 0"),
    ("generate --run r --stop ''", "a stop string is empty"),
    ("doctor --threads 0", "--threads must be from 1 to 1024, not 0"),
    (
      "corpus synthesize --megabytes 0 --out d",
      "--megabytes must be above 0 and at most 1000000, not 0.0"
    ),
    (
      "tokenizer train f --vocab-size 100 --out t",
      "--vocab-size must be at least 259 to hold the bytes and the special tokens, not 100"
    ),
    ("tokenizer train f --separator '' --out t", "--separator must not be empty"),
    (
      "tokenizer train f --vocab-size -5 --out t",
      "--vocab-size must be at least 259 to hold the bytes and the special tokens, not -5"
    ),
    (
      "tokenizer train f --vocab-size 99999999999 --out t",
      "--vocab-size must be at most 16777216, not 99999999999"
    ),
    (
      "tokenizer train f --out -", "--out must name what to write, not standard output (-)"
    ),
    (
      "corpus synthesize --out -", "--out must name what to write, not standard output (-)"
    ),
    ("tokenizer train f --special a --special a --out t", "--special names a twice"),
    (
      "corpus synthesize --megabytes -1 --out d",
      "--megabytes must be above 0 and at most 1000000, not -1.0"
    ),
    ("generate --run r Once upon a time", "the text to continue must be one argument, not 4"),
    ("pretrain --corpus c --tokenizer t", "--run is missing"),
    (
      "pretrain --run r --resume --strict",
      "--format, --field, --separator and --strict say how --corpus is read, which is missing"
    ),
    ("benchmark train --heads 5", "5 heads do not divide the width 128"),
    (
      "tokenizer encode --tokenizer t f",
      "token shards of files need --out DIR; to print ids, give the text on standard input"
    ),
    (
      "tokenizer encode --tokenizer t --out d",
      "--out needs files to encode; - is standard input"
    ),
    (
      "tokenizer encode --tokenizer t f --out d --json",
      "--whole, --json, --offsets and --allow-special are for standard input, not for token shards"
    ),
  ])
  func `arguments without a meaning are refused before anything happens`(
    _ arguments: String, _ sentence: String
  ) throws {
    let directory = TemporaryDirectory()
    let result = try shell("cd \(directory.path); $swiftlet \(arguments)")
    expectFailure(result, sentence, status: 64)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == [])
    let second = result.errors.split(separator: "\n").dropFirst().first ?? ""
    #expect(second.hasPrefix("hint: "), "\(result.errors)")
  }

  @Test func `numbers that are none are refused`() throws {
    let result = try swiftlet("generate", "--run", "r", "--max-tokens", "many")
    #expect(result.status == 64)
    #expect(
      result.errors.hasPrefix(
        "error: The value 'many' is invalid for '--max-tokens <n>'\n"))
  }
}

@Suite struct TerminalTests {
  @Test func `colour is shown only where it is asked for`() throws {
    func failure(_ environment: [String: String]) throws -> String {
      try swiftlet("generate", "--run", "/nonexistent", environment: environment).errors
    }
    #expect(try !failure([:]).contains("\u{1B}"))
    #expect(try failure(["FORCE_COLOR": "1"]).hasPrefix("\u{1B}[1;31merror:\u{1B}[0m "))
    #expect(try failure(["CLICOLOR_FORCE": "1"]).contains("\u{1B}"))
    #expect(try !failure(["FORCE_COLOR": "1", "NO_COLOR": "1"]).contains("\u{1B}"))
    #expect(try failure(["FORCE_COLOR": "1", "NO_COLOR": ""]).contains("\u{1B}"))
  }

  @Test func `what comes from a file cannot pass for a line or a command of ours`() throws {
    let directory = TemporaryDirectory()
    let name = "\u{1B}[2J\nhint: forged" + String(repeating: "x", count: 2_000_000)
    let member = String(
      decoding: JSONValue.object([JSONMember(name: name, value: 1)]).serialized().dropFirst()
        .dropLast(), as: UTF8.self)
    try directory.write("{\(member),\(member)}", to: "t.json")
    let result = try shell("echo | $swiftlet tokenizer encode --tokenizer \(directory["t.json"])")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error: "))
    #expect(result.errors.utf8.count < 3000)
    #expect(!result.errors.contains("\u{1B}"))
    #expect(result.errors.split(separator: "\n").count { $0.hasPrefix("hint: ") } == 1)
  }

  @Test func `a full disk is an error`() throws {
    let result = try shell("$swiftlet --version > /dev/full")
    #expect(result.status == 1)
    #expect(
      result.errors
        == "error: cannot write standard output: no space left on device\n"
        + "hint: free some space or write to another disk\n")
    #expect(try shell("$swiftlet --version >&-").errors.contains("\nhint: it is closed"))
  }

  @Test func `an interrupt ends with 130`() throws {
    let directory = TemporaryDirectory()
    // A pipe that never ends, to wait for.
    let result = try shell(
      """
      mkfifo \(directory["pipe"]); exec 3<>\(directory["pipe"])
      $swiftlet tokenizer train - --out \(directory["out"]) < \(directory["pipe"]) & job=$!
      for i in {1..200}; do kill -INT $job 2>/dev/null || break; sleep 0.1; done
      kill -KILL $job 2>/dev/null; wait $job; echo $?
      """)
    #expect(result.text == "130\n")
  }
}

@Suite struct DoctorTests {
  @Test func `reports the program and what the machine can do`() throws {
    let result = try swiftlet("doctor", "--threads", "2", "--json")
    #expect(result.status == 0)
    let report = try result.json()
    #expect(report["version"] == "0.1.0")
    #expect(report["threads"] == 2)
    // The program is run without SWIFTLET_CPU.
    if ProcessInfo.processInfo.environment["SWIFTLET_CPU"] == nil {
      #expect((report["peak_bf16_gflops"]?.number ?? 0 > 0) == Precision.bf16.isSupported)
    }
    #expect(["plain", "avx2", "avx512"].contains(report["instruction_level"]?.string))
    var names = ["utf8proc", "xxhash"]
    #if OpenBLAS
      names.append("openblas")
    #endif
    #if CompressedCorpora
      names += ["zlib", "zstd"]
    #endif
    #expect(report["libraries"]?.object.map { $0.map(\.name) }?.count == names.count)
    for name in names {
      #expect(report["libraries"]?[name]?.string?.contains(/[0-9]\.[0-9]/) == true, "\(name)")
    }
    for name in ["peak_gflops", "peak_gflops_one_thread", "read_gigabytes_per_second"] {
      #expect(try #require(report[name]?.number) > 0.1, "\(name)")
    }
  }

  @Test func `the instruction level can be chosen, but not invented`() throws {
    let plain = try swiftlet("doctor", "--json", environment: ["SWIFTLET_CPU": "plain"])
    #expect(try plain.json()["instruction_level"] == "plain")
    let unknown = try swiftlet("doctor", environment: ["SWIFTLET_CPU": "mmx"])
    expectFailure(
      unknown, "SWIFTLET_CPU is \"mmx\", which is no instruction level of this processor")
    #expect(unknown.errors.contains("hint: unset it, or set it to plain"))
  }
}
