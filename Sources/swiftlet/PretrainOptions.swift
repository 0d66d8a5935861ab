import ArgumentParser
import Corpus
import Files
import LanguageModel
import Training

/// What `pretrain` is asked to do, and `plan` to foresee.
struct PretrainOptions: ParsableArguments {
  @OptionGroup(title: "Run") var text: TextOptions

  @OptionGroup(title: "Model") var model: ModelOptions

  @OptionGroup(title: "Training") var training: TrainingOptions

  @OptionGroup(title: "Training") var shaping: ShapingOptions

  @OptionGroup(title: "Reading") var reading: CorpusOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    try require(
      !text.corpus.isEmpty || !reading.isGiven, hint: "leave them out, or name --corpus too"
    ) {
      "--format, --field, --separator and --strict say how --corpus is read, which is missing"
    }
    try require(
      text.validation.isEmpty || !text.corpus.isEmpty, hint: "name both, or neither to go on"
    ) {
      "--validation needs --corpus"
    }
    try check {
      var settings = training.settings(steps: training.steps ?? 1, preset: model.base)
      shaping.apply(to: &settings)
      try settings.validate()
    }
  }

  /// The settings of a new run.
  func settings(_ configuration: ModelConfiguration, corpusTokens: Int) -> PretrainingSettings {
    var settings = training.settings(
      preset: model.base, configuration: configuration, corpusTokens: corpusTokens)
    shaping.apply(to: &settings)
    return settings
  }

  /// What `--corpus` and `--validation` name.
  func source(_ stop: StopSignal) throws -> PretrainingCorpus {
    let source = try PretrainingCorpus.named(text.corpus, validation: text.validation) {
      reading.reader($0, stop)
    }
    if case .shards(let directory) = source, reading.isGiven {
      throw CommandError(
        "\(FileError.printable(directory)) holds token shards, which are read as they are",
        hint: "leave out --format, --field, --separator and --strict")
    }
    return source
  }
}

extension PretrainingCorpus {
  /// What `--corpus` and `--validation` name.
  ///
  /// - Throws: ``CommandError`` for shards beside other text.
  static func named(
    _ corpus: [String], validation: [String] = [], reader: ([String]) -> CorpusReader
  ) throws -> PretrainingCorpus {
    guard let shards = corpus.first(where: { ShardManifest.exists(at: $0) }) else {
      return .text(
        reader(corpus), validation: validation.isEmpty ? .automatic : .corpus(reader(validation)))
    }
    guard corpus.count == 1, validation.isEmpty else {
      throw CommandError(
        "\(FileError.printable(shards)) holds token shards, with validation text of their own",
        hint: "name no other --corpus beside them, and no --validation")
    }
    return .shards(directory: shards)
  }
}

extension PretrainOptions {
  /// All settings as a recipe. What the text decides is left out.
  func recipe() throws -> String {
    let configuration = try model.configuration(
      vocabularySize: model.base.configuration.vocabularySize)
    var recipe = RecipeText()
    recipe.add("corpus", text.corpus)
    recipe.add("validation", text.validation)
    recipe.add("tokenizer", text.tokenizer)
    recipe.add("run", text.directory)
    recipe.add("preset", model.base.rawValue)
    for (name, value) in RecipeText.extents(of: configuration) { recipe.add(name, value) }
    training.add(to: &recipe, model.base)
    shaping.add(to: &recipe)
    recipe.add("precision", (precision.precision ?? .float32).rawValue)
    recipe.add("threads", threads.threads)
    recipe.add("checkpoint-activations", memory.checkpointActivations)
    recipe.add("format", reading.format?.rawValue)
    recipe.add("field", reading.field)
    recipe.add("separator", reading.separator)
    recipe.add("strict", reading.strict)
    return recipe.text
  }
}

/// `--config` and `--print-config`.
struct RecipeOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("from")],
    help: ArgumentHelp(
      "Settings in YAML under the names of these options, or a run, for its settings; options "
        + "win.", valueName: "file"))
  var config: String?

  @Flag(help: "Print the settings as such a file, and do nothing else.")
  var printConfig = false
}

/// What is read, and where the run is.
struct TextOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files or directories of text, - for standard input, or token shards.", valueName: "file"))
  var corpus: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Text to measure with; unless given, a part of the corpus.", valueName: "file"))
  var validation: [String] = []

  @Option(help: ArgumentHelp("The tokenizer.json to use.", valueName: "file"))
  var tokenizer: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run to make or to go on with.", valueName: "dir"))
  var directory: String?
}
