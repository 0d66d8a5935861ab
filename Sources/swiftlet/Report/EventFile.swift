import Runs

/// A run's metrics as a TensorBoard event file.
///
/// Records: length, its checksum, data, its checksum (TensorFlow's TFRecord format); data: protocol
/// buffers of type `Event`, with the field numbers of TensorFlow's `event.proto`, `summary.proto` and
/// `tensor.proto`.
struct EventFile {
  private(set) var bytes: [UInt8] = []

  /// All numbers and texts of a run. Steps were not timed by the clock on the wall: `time(of:)` says
  /// how many seconds after the start a step ended.
  init(_ metrics: MetricsHistory, time: (_ step: Int) -> Double) {
    append(Message().field(1, 0.0).field(3, "brain.Event:2"))
    for name in metrics.series.keys.sorted() {
      for point in metrics[name] {
        let value = Message().field(1, name).field(2, Float(point.value))
        append(event(value, at: point.step, time(point.step)))
      }
    }
    for sample in metrics.samples {
      let text = Message().field(1, Message().field(1, "text"))
      let tensor = Message().field(1, 7).field(2, Message().field(2, Message().field(1, 1)))
        .field(8, sample.text)
      let value = Message().field(1, "sample").field(8, tensor).field(9, text)
      append(event(value, at: sample.step, time(sample.step)))
    }
  }

  private func event(_ value: Message, at step: Int, _ time: Double) -> Message {
    Message().field(1, time).field(2, step).field(5, Message().field(1, value))
  }

  private mutating func append(_ message: Message) {
    let length = Message.littleEndian(UInt64(message.bytes.count))
    bytes += length + Self.checksum(length) + message.bytes + Self.checksum(message.bytes)
  }

  /// CRC-32C (Castagnoli; RFC 3720, appendix B.4), masked as the record format asks.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    crc = ~crc
    return Message.littleEndian((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
  }
}

/// A protocol buffers message in the making.
private struct Message {
  private(set) var bytes: [UInt8] = []

  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  func field(_ number: Int, _ value: Int) -> Message {
    adding(Self.variable(UInt64(number << 3)) + Self.variable(UInt64(bitPattern: Int64(value))))
  }

  func field(_ number: Int, _ value: Double) -> Message {
    adding(Self.variable(UInt64(number << 3 | 1)) + Self.littleEndian(value.bitPattern))
  }

  func field(_ number: Int, _ value: Float) -> Message {
    adding(Self.variable(UInt64(number << 3 | 5)) + Self.littleEndian(value.bitPattern))
  }

  func field(_ number: Int, _ value: String) -> Message { field(number, Array(value.utf8)) }

  func field(_ number: Int, _ value: Message) -> Message { field(number, value.bytes) }

  private func field(_ number: Int, _ value: [UInt8]) -> Message {
    adding(Self.variable(UInt64(number << 3 | 2)) + Self.variable(UInt64(value.count)) + value)
  }

  private func adding(_ more: [UInt8]) -> Message {
    var message = self
    message.bytes += more
    return message
  }

  private static func variable(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
