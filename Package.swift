// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift target of this package, with the settings that all of them share.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests that mirror one target; they may use `package` declarations.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), .target(name: "TestSupport")] + dependencies,
    resources: resources, swiftSettings: settings)
}

let package = Package(
  name: "swiftlet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "swiftlet", targets: ["swiftlet"]),
    .library(name: "ContentHashing", targets: ["ContentHashing"]),
    .library(name: "StrictJSON", targets: ["StrictJSON"]),
    .library(name: "Files", targets: ["Files"]),
    .library(name: "StoryWorld", targets: ["StoryWorld"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Corpus", targets: ["Corpus"]),
    .library(name: "TensorCore", targets: ["TensorCore"]),
    .library(name: "LanguageModel", targets: ["LanguageModel"]),
    .library(name: "Runs", targets: ["Runs"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Interchange", targets: ["Interchange"]),
  ],
  traits: [
    .trait(
      name: "CompressedCorpora",
      description: "Read corpora compressed with gzip or Zstandard; needs zlib and libzstd."),
    .trait(
      name: "OpenBLAS",
      description: "Multiply few rows, as in generation, with OpenBLAS; faster, and needs it."),
    .default(enabledTraits: ["CompressedCorpora", "OpenBLAS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // C libraries of the system. Exactly one Swift file imports each.
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),

    // Our own hot loops in C, compiled once per instruction level.
    .target(name: "CKernels"),
    .target(name: "CIntrinsics"),

    // Arrows point at what may be imported; see Documentation/Architecture.md.
    module("ContentHashing", ["CXXHash"]),
    module("StrictJSON"),
    module("Files", ["StrictJSON"]),
    module("StoryWorld"),
    module("Tokenization", ["CIntrinsics", "CUTF8Proc", "ContentHashing", "StrictJSON"]),
    module(
      "Corpus",
      [
        "Tokenization", "ContentHashing", "Files", "StrictJSON",
        .target(name: "CZlib", condition: .when(traits: ["CompressedCorpora"])),
        .target(name: "CZstd", condition: .when(traits: ["CompressedCorpora"])),
      ]),
    module(
      "TensorCore",
      ["CKernels", .target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"]))]),
    module("LanguageModel", ["TensorCore", "StrictJSON"]),
    module(
      "Runs",
      [
        "LanguageModel", "TensorCore", "Tokenization", "ContentHashing", "Files", "StrictJSON",
      ]),
    module(
      "Interchange",
      [
        "Runs", "LanguageModel", "TensorCore", "Tokenization", "ContentHashing", "Files",
        "StrictJSON",
      ]),
    module("Inference", ["LanguageModel", "TensorCore", "Tokenization", "StrictJSON"]),
    module(
      "Evaluation",
      [
        "Inference", "LanguageModel", "TensorCore", "Corpus", "Tokenization", "Files", "StrictJSON",
      ]),
    module(
      "Training",
      [
        "Evaluation", "Inference", "Runs", "Corpus", "LanguageModel", "TensorCore",
        "Tokenization", "ContentHashing", "Files", "StrictJSON",
      ]),
    .executableTarget(
      name: "swiftlet",
      dependencies: [
        "StoryWorld", "Training", "Interchange", "Evaluation", "Inference", "Runs", "Corpus",
        "LanguageModel",
        "TensorCore", "Tokenization", "ContentHashing", "Files", "StrictJSON",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),

    // What several of the test targets need; no product.
    .target(
      name: "TestSupport", dependencies: ["Files"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests(of: "ContentHashing"),
    tests(of: "StrictJSON"),
    tests(of: "Files", ["StrictJSON"]),
    tests(of: "StoryWorld"),
    tests(of: "Tokenization", ["StrictJSON"], resources: [.copy("Goldens")]),
    tests(of: "Corpus", ["Tokenization", "ContentHashing", "Files", "StrictJSON"]),
    tests(of: "TensorCore", ["CKernels", "Runs"], resources: [.copy("Goldens")]),
    tests(
      of: "LanguageModel", ["TensorCore", "Runs", "Training", "StrictJSON"],
      resources: [.copy("Goldens")]),
    tests(
      of: "Runs",
      [
        "LanguageModel", "TensorCore", "Tokenization", "Files", "ContentHashing", "StrictJSON",
      ]),
    tests(
      of: "Interchange",
      ["Runs", "LanguageModel", "TensorCore", "Tokenization", "Files", "StrictJSON"],
      resources: [.copy("Goldens")]),
    tests(
      of: "Inference", ["LanguageModel", "TensorCore", "Tokenization", "Runs", "StrictJSON"],
      resources: [.copy("Goldens")]),
    tests(
      of: "Evaluation",
      [
        "Inference", "LanguageModel", "TensorCore", "Runs", "Corpus", "Tokenization",
        "ContentHashing", "Files", "StrictJSON",
      ]),
    tests(
      of: "Training",
      [
        "Evaluation", "Runs", "Corpus", "LanguageModel", "TensorCore", "Tokenization", "Files",
        "StrictJSON",
      ]),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "swiftlet", "Training", "Interchange", "Evaluation", "Runs", "LanguageModel", "TensorCore",
        "Corpus", "Tokenization", "ContentHashing", "Files", "StrictJSON", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "swiftlet", "StoryWorld", "Runs", "LanguageModel", "TensorCore", "Tokenization",
        "ContentHashing", "Files", "StrictJSON", "TestSupport",
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
