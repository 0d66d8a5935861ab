#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cosines and sines of the rotary embedding: [positions, size / 2] each.
///
/// Angle i of position p is p · base^(−2i/size). Source: Su et al., "RoFormer", 2021, equation 15.
public struct RotaryTable: Sendable {
  let cosines: Tensor
  let sines: Tensor
  /// The number of positions.
  public var positions: Int { cosines.shape.rows }

  /// Computes the table in double precision.
  public init(positions: Int, headSize: Int, base: Double, on device: Device) {
    precondition(headSize % 2 == 0, "rotary embedding needs an even head size, not \(headSize)")
    let half = headSize / 2
    cosines = Tensor(uninitialized: [positions, half], on: device)
    sines = Tensor(uninitialized: [positions, half], on: device)
    for index in 0..<half {
      let frequency = pow(base, -2 * Double(index) / Double(headSize))
      for position in 0..<positions {
        let angle = Double(position) * frequency
        cosines.floats[position * half + index] = Float(cos(angle))
        sines.floats[position * half + index] = Float(sin(angle))
      }
    }
  }
}
