import Runs
import Testing

@Suite struct StoredElementsTests {
  @Test func `half-precision bits are the numbers of IEEE 754`() {
    func value(_ bits: UInt16) -> Float { Float(halfPrecision: bits) }
    // Table of IEEE 754-2008, section 3.4, for 11 bits of precision.
    let known: [(UInt16, Float)] = [
      (0x0000, 0), (0x0001, 0x1p-24), (0x03FF, 0x1.ff8p-15), (0x0400, 0x1p-14),
      (0x3555, 0x1.554p-2),
      (0x3C00, 1), (0x3C01, 1.0009765625), (0x7BFF, 65_504), (0xC000, -2), (0x8001, -0x1p-24),
      (0x7C00, .infinity), (0xFC00, -.infinity),
    ]
    for (bits, number) in known { #expect(value(bits) == number, "\(bits)") }
    #expect(value(0x8000).sign == .minus && value(0x8000) == 0)
    #expect(value(0x7E00).isNaN && value(0xFE01).isNaN)
    #if !(os(macOS) && arch(x86_64))
      for bits in UInt16.min...UInt16.max {
        let number = Float(Float16(bitPattern: bits))
        #expect(value(bits) == number || number.isNaN && value(bits).isNaN)
      }
    #endif
  }
}
