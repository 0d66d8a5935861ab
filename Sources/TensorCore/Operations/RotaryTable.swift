#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cosines and sines of the rotary embedding: [positions, size / 2] each.
///
/// Angle i of position p is p · frequency i. Source: Su et al., "RoFormer", 2021, equation 15.
public struct RotaryTable: Sendable {
  let cosines: Tensor
  let sines: Tensor
  /// The number of positions.
  public var positions: Int { cosines.shape.rows }

  /// Computes the table in double precision.
  ///
  /// - Parameters:
  ///   - positions: How many positions have rows.
  ///   - frequencies: The angle per position of each pair of elements, [size / 2].
  ///   - scale: What cosines and sines are multiplied by.
  ///   - device: Where the tensors live.
  public init(positions: Int, frequencies: [Double], scale: Double = 1, on device: Device) {
    let half = frequencies.count
    cosines = Tensor(uninitialized: [positions, half], on: device)
    sines = Tensor(uninitialized: [positions, half], on: device)
    for (index, frequency) in frequencies.enumerated() {
      for position in 0..<positions {
        let angle = Double(position) * frequency
        cosines.floats[position * half + index] = Float(scale * cos(angle))
        sines.floats[position * half + index] = Float(scale * sin(angle))
      }
    }
  }

  /// The frequencies base^(−2i/size) for i in 0 ..< size / 2.
  public static func frequencies(headSize: Int, base: Double) -> [Double] {
    precondition(headSize % 2 == 0, "rotary embedding needs an even head size, not \(headSize)")
    return (0..<headSize / 2).map { pow(base, -2 * Double($0) / Double(headSize)) }
  }
}
