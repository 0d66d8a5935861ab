/// The extents of a tensor, slowest first; `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extent of each dimension.
  public let dimensions: [Int]

  /// A shape of the given extents, none of them negative.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in shape \(dimensions)")
    self.dimensions = dimensions
  }

  /// A shape of the given extents.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of elements.
  public var count: Int { dimensions.reduce(1, *) }

  /// The extent of the last dimension: the width of a row.
  public var width: Int { dimensions.last ?? 1 }

  /// The number of rows: the product of all extents but the last.
  public var rows: Int { dimensions.dropLast().reduce(1, *) }

  /// Such as `[2, 3]`.
  public var description: String { "\(dimensions)" }
}
