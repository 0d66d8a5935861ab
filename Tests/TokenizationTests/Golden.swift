import Foundation
import StrictJSON
import Testing

/// A file in `Goldens`, all of which `generate.py` wrote.
func golden(_ name: String) throws -> [UInt8] {
  let file = try #require(Bundle.module.url(forResource: "Goldens/\(name)", withExtension: nil))
  return Array(try Data(contentsOf: file))
}

extension JSONValue {
  /// The strings of a list of strings.
  var strings: [String] { (array ?? []).compactMap(\.string) }
  /// The ids in a list of integers.
  var ids: [UInt32] { (array ?? []).compactMap { $0.integer.map(UInt32.init) } }
}
