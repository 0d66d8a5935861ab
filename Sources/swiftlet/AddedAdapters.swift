import ArgumentParser

/// `--adapter`: what is added to a run's model while it is used.
struct AddedAdapters: ParsableArguments {
  @Option(
    name: .customLong("adapter"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An adapter of the same base to add, a run (its latest step) or a directory of peft; repeat for "
        + "several.",
      valueName: "dir"))
  var paths: [String] = []
}
