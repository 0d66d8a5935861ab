import LanguageModel
import TensorCore

/// A tensor of an adapter as `peft` stores it, and the parameters in it.
///
/// Where an architecture stores several projections as one weight, their changes are one, too: first
/// factors one below the other, second factors as blocks along the diagonal, of as many times the
/// rank. That is the same change.
struct AdapterTensor {
  /// A parameter, and where it stands.
  struct Block {
    let parameter: String
    let row: Int
    let column: Int
    let rows: Int
    let columns: Int

    /// Calls `body` with each row's elements in the stored tensor and in the parameter.
    func forEachRow(of tensor: AdapterTensor, _ body: (Range<Int>, Range<Int>) -> Void) {
      for index in 0..<rows {
        let stored = (row + index) * tensor.width + column
        body(stored..<stored + columns, index * columns..<(index + 1) * columns)
      }
    }
  }

  /// Its name, without PEFT's prefix.
  let name: String
  /// Its extents, as they are stored.
  let shape: [Int]
  let blocks: [Block]

  fileprivate var width: Int { shape.count == 1 ? shape[0] : shape[1] }

  /// The architecture, whose names are stored.
  static func architecture(of model: ModelConfiguration) -> HuggingFaceArchitecture {
    guard let architecture = HuggingFaceArchitecture(of: model) else {
      preconditionFailure("a configuration that was not validated")
    }
    return architecture
  }

  /// All tensors of an adapter.
  ///
  /// - Parameter sharesFirst: Whether projections that are stored as one have one first factor.
  static func all(
    _ adapter: AdapterConfiguration, _ model: ModelConfiguration, sharesFirst: Bool
  ) -> [AdapterTensor] {
    let names = architecture(of: model)
    let specifications = Adapter.specifications(adapter, model)
    let shapes = Dictionary(uniqueKeysWithValues: specifications.map { ($0.name, $0.shape) })
    let suffixes =
      [Adapter.firstSuffix, Adapter.secondSuffix]
      + (adapter.hasMagnitudes ? [Adapter.magnitudeSuffix] : [])
    var tensors: [AdapterTensor] = []
    for layer in 0..<model.layers {
      for group in names.storedGroups where group.contains(where: adapter.targets.contains) {
        let modules = group.map { $0.name(inLayer: layer) }
        guard model.block.has(group[0]) else { continue }
        for suffix in suffixes {
          let isSecond = suffix == Adapter.secondSuffix
          let isShared = suffix == Adapter.firstSuffix && sharesFirst
          var blocks: [Block] = []
          var (row, column) = (0, 0)
          for (projection, module) in zip(group, modules) {
            let outputs = projection.shape(in: model).outputs
            if let extents = shapes[module + suffix]?.dimensions {
              // A vector is one row.
              let (rows, columns) = extents.count == 1 ? (1, extents[0]) : (extents[0], extents[1])
              let isVector = extents.count == 1
              blocks.append(
                Block(
                  parameter: module + suffix, row: isVector || isShared ? 0 : row,
                  column: isVector || (isSecond && !sharesFirst) ? column : 0, rows: rows,
                  columns: columns))
              row += rows
              column += columns
            } else if isSecond {
              row += outputs
            }
          }
          let height = isSecond ? row : blocks.map { $0.row + $0.rows }.max() ?? 0
          let width = blocks.map { $0.column + $0.columns }.max() ?? 0
          tensors.append(
            AdapterTensor(
              name: names.storedName(modules[0]) + suffix,
              shape: suffix == Adapter.magnitudeSuffix ? [width] : [height, width], blocks: blocks))
        }
      }
    }
    for specification in specifications where specification.name.hasSuffix(Adapter.tokensSuffix) {
      let extents = specification.shape.dimensions
      tensors.append(
        AdapterTensor(
          name: names.storedName(specification.name), shape: extents,
          blocks: [
            Block(
              parameter: specification.name, row: 0, column: 0, rows: extents[0],
              columns: extents[1])
          ]))
    }
    return tensors
  }

  /// Whether nothing but zeros stands outside the blocks.
  func isZeroBetweenBlocks(_ elements: [Float]) -> Bool {
    if blocks.count == 1, blocks[0].rows * blocks[0].columns == shape.reduce(1, *) { return true }
    var isCovered = [Bool](repeating: false, count: shape.reduce(1, *))
    for block in blocks {
      block.forEachRow(of: self) { stored, _ in for index in stored { isCovered[index] = true } }
    }
    return isCovered.indices.allSatisfy {
      isCovered[$0] || elements[$0] == 0
    }
  }
}
