import Files
public import StrictJSON

/// The saved steps of a run: `step-000500/` is one, complete from the moment it has that name.
extension RunDirectory {
  private static let stateName = "state.json"
  private static let partialSuffix = ".partial"

  /// The saved steps, ascending.
  public var steps: [Int] {
    get throws { try directories().keys.sorted() }
  }

  /// The directory of a saved step.
  /// - Throws: ``RunError`` if it is not saved.
  public func path(ofStep step: Int) throws -> String {
    guard let name = try directories()[step] else {
      throw RunError("the run \(shown) has no step \(step)", hint: try offer())
    }
    return self[name]
  }

  /// The step that `latest` names, or else the last one that is saved.
  /// - Throws: ``RunError`` where it names one that is there and not whole.
  public func latestStep() throws -> Int? {
    let steps = try steps
    guard let name = try pointerText("latest"), let step = RunDirectory.step(ofName: name) else {
      return steps.last
    }
    if steps.contains(step) { return step }
    guard FileSystem.isDirectory(self[name]) else { return steps.last }
    // Its state was removed by somebody; an older step must not take its place silently.
    let directory = FileError.printable(self[name])
    throw RunError(
      "\(directory), the latest step, has no \(RunDirectory.stateName)",
      hint: "restore the file from a copy"
        + (steps.last.map {
          ", use --checkpoint \($0), or remove \(directory) to go on from step \($0)"
        } ?? ""))
  }

  /// The step that `best` names, if it is still there.
  public func bestStep() throws -> Int? { try pointer("best") }

  /// The step that `latest`, `best` or a number names.
  /// - Throws: ``RunError`` that lists what there is; also where `latest` or `best` is damaged, for what
  ///   it named can only be guessed.
  public func resolve(checkpoint: String) throws -> Int {
    guard try !steps.isEmpty else {
      throw RunError(
        "the run \(shown) has no checkpoint yet", hint: "train it further with --resume")
    }
    if ["latest", "best"].contains(checkpoint), let text = try pointerText(checkpoint),
      RunDirectory.step(ofName: text) == nil
    {
      throw RunError(
        "\(FileError.printable(self[checkpoint])) is damaged: it names no step",
        hint: "choose one with --checkpoint, or remove the file: \(try offer())")
    }
    switch checkpoint {
    case "latest": if let step = try latestStep() { return step }
    case "best": if let step = try bestStep() { return step }
    default:
      guard let step = Int(checkpoint), step >= 0 else {
        throw RunError(
          "\"\(FileError.printable(checkpoint))\" is not a checkpoint: it is latest, best or the "
            + "number of a step", hint: try offer())
      }
      if try steps.contains(step) { return step }
      throw RunError("the run \(shown) has no step \(step)", hint: try offer())
    }
    throw RunError("the run \(shown) has no \(checkpoint) checkpoint yet", hint: try offer())
  }

  /// Saves a step that is not saved yet and makes it the latest. The run must be locked.
  ///
  /// - Parameters:
  ///   - step: How many steps are done.
  ///   - state: What `state.json` holds beside the step and the hashes of the files.
  ///   - fill: Writes the step's files, but not `state.json`, into the directory it is given.
  /// - Throws: ``RunError`` where the run is gone; `FileError` such as a full disk, and what `fill`
  ///   throws; what was saved before is then still there and nothing is left of the attempt.
  public func writeStep(
    _ step: Int, state: [JSONMember], _ fill: (_ directory: String) throws -> Void
  ) throws {
    try checkPresence("step \(step) cannot be saved")
    let name = RunDirectory.name(ofStep: step)
    let partial = self["." + name + RunDirectory.partialSuffix]
    precondition(!isComplete(name), "step \(step) is saved already")
    do {
      try FileSystem.remove(partial)
      try FileSystem.createDirectory(partial)
      try fill(partial)
      try StepState.write(step: step, state, directory: partial)
      try FileSystem.synchronizeDirectory(partial)
      // A step never outlives the metrics that led to it.
      if FileSystem.exists(metricsPath) { try FileSystem.synchronizeFile(metricsPath) }
      // What has the name and no state is no step; somebody else's doing.
      try FileSystem.remove(self[name])
      try FileSystem.rename(partial, to: self[name])
      try FileSystem.synchronizeDirectory(path)
    } catch {
      try? FileSystem.remove(partial)
      throw error
    }
    try point("latest", to: step)
  }

  /// Writes a step into a run that is being created; see ``RunDirectory/create(at:_:)``.
  ///
  /// - Throws: `FileError`, and what `fill` throws.
  package static func writeStep(
    _ step: Int, inDraft draft: String, _ fill: (_ directory: String) throws -> Void
  ) throws {
    let directory = draft + "/" + name(ofStep: step)
    try FileSystem.createDirectory(directory)
    try fill(directory)
    try StepState.write(step: step, [], directory: directory)
    try FileSystem.synchronizeDirectory(directory)
    try AtomicFile.write(Array((name(ofStep: step) + "\n").utf8), to: draft + "/latest")
  }

  /// Makes a saved step the best. The run must be locked.
  /// - Throws: ``RunError`` if it is not saved.
  public func markBest(_ step: Int) throws {
    _ = try path(ofStep: step)
    try point("best", to: step)
  }

  /// Removes all but the last `count` steps, the latest and the best. The run must be locked.
  public func removeSteps(keepingLast count: Int) throws {
    let kept = try Set(steps.suffix(count) + [latestStep(), bestStep()].compactMap { $0 })
    for (step, name) in try directories().sorted(by: { $0.key < $1.key }) where !kept.contains(step)
    {
      // Renamed first: a step that is half removed must not look saved.
      let partial = self["." + RunDirectory.name(ofStep: step) + RunDirectory.partialSuffix]
      try FileSystem.remove(partial)
      try FileSystem.rename(self[name], to: partial)
      try FileSystem.synchronizeDirectory(path)
      try FileSystem.remove(partial)
    }
  }

  /// Checks that a saved step's files are those that were saved, and returns its state.
  /// - Throws: ``RunError`` naming the file that is missing, truncated or corrupt.
  @discardableResult
  public func verifyStep(_ step: Int) throws -> StepState {
    let directory = try path(ofStep: step)
    let state = try StepState(directory: directory)
    let others = try steps.filter { $0 != step }
    let hint =
      others.isEmpty
      ? "restore the file from a copy, or train the run again"
      : "choose another step with --checkpoint: \(RunDirectory.list(others))"
    guard state.step == step else {
      throw RunError(
        "\(FileError.printable(directory)) holds step \(state.step), not \(step)", hint: hint)
    }
    try state.verify(directory: directory, hint: hint)
    return state
  }

  /// Clears away what a killed process left half done.
  func recover() throws {
    for name in try FileSystem.contents(ofDirectory: path)
    where name.utf8.first == 0x2E && name.hasSuffix(RunDirectory.partialSuffix) {
      try FileSystem.remove(self[name])
    }
    try FileSystem.synchronizeDirectory(path)
    _ = try latestStep()
    // A step saved just before `latest` could be moved to it is not lost.
    if let last = try steps.last, try pointer("latest") != last { try point("latest", to: last) }
  }

  /// The directory name of each saved step.
  private func directories() throws -> [Int: String] {
    var names: [Int: String] = [:]
    for name in try FileSystem.contents(ofDirectory: path) {
      if let step = RunDirectory.step(ofName: name), isComplete(name) { names[step] = name }
    }
    return names
  }

  private func isComplete(_ name: String) -> Bool {
    FileSystem.exists(self[name] + "/" + RunDirectory.stateName)
  }

  /// The saved step that the file `name` names.
  private func pointer(_ name: String) throws -> Int? {
    guard let text = try pointerText(name), let step = RunDirectory.step(ofName: text) else {
      return nil
    }
    return try directories()[step] == nil ? nil : step
  }

  /// What the file `name` says, if it is there; the start of it, if it is no file of ours.
  private func pointerText(_ name: String) throws -> String? {
    guard FileSystem.exists(self[name]) else { return nil }
    let file = try RandomAccessFile(path: self[name])
    var text = try file.bytes(0..<min(file.count, 64))
    while let last = text.last, last == 0x0A || last == 0x0D || last == 0x20 { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private func point(_ name: String, to step: Int) throws {
    try AtomicFile.write(Array((RunDirectory.name(ofStep: step) + "\n").utf8), to: self[name])
  }

  /// What can be chosen instead.
  private func offer() throws -> String {
    let steps = try steps
    guard let latest = try pointer("latest") ?? steps.last else {
      return "the run has no checkpoint yet"
    }
    let best = try bestStep().map { ", best is \($0)" } ?? ""
    return "it has \(RunDirectory.list(steps)); latest is \(latest)\(best)"
  }

  private static func list(_ steps: [Int]) -> String {
    let texts = steps.map(String.init)
    let shown = texts.count > 12 ? texts.prefix(3) + ["…"] + texts.suffix(8) : texts
    return (steps.count == 1 ? "step " : "steps ") + shown.joined(separator: ", ")
  }

  /// `step-000500` for 500.
  private static func name(ofStep step: Int) -> String {
    precondition(step >= 0, "step \(step) is negative")
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// 500 for `step-000500`, and nothing for any other way of writing it.
  private static func step(ofName name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), step >= 0,
      self.name(ofStep: step).utf8.elementsEqual(name.utf8)
    else { return nil }
    return step
  }
}
