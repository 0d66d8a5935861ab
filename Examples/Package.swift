// swift-tools-version: 6.2
import PackageDescription

// Uses Swiftlet's libraries as any other package would.
func example(_ name: String, _ libraries: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: libraries.map { .product(name: $0, package: "swiftlet") })
}

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swiftlet", path: "..")],
  targets: [
    example("tokenize-file", ["Tokenization"]),
    example("generate-text", ["Inference", "LanguageModel", "Runs", "TensorCore", "Tokenization"]),
    example(
      "train-tiny", ["Inference", "LanguageModel", "TensorCore", "Tokenization", "Training"]),
  ],
  swiftLanguageModes: [.v6]
)
