import StrictJSON
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  @Test func `every kind of value reads back what was written`() throws {
    let value: JSONValue = [
      "a": 1, "b": [true, false, .null, -2.5, 1e-7, "x\"\\\n\u{1}é😀"], "empty": [:], "none": [],
      "min": .integer(.min),
    ]
    #expect(try JSONValue(parsing: value.serialized()) == value)
    #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
  }

  @Test func `pretty output is indented by two and ends with a newline`() {
    let value: JSONValue = ["a": [1, 2], "b": [:]]
    let text = String(decoding: value.serialized(pretty: true), as: UTF8.self)
    #expect(text == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n")
  }

  @Test func `numbers keep their kind`() throws {
    #expect(try parse("12") == .integer(12))
    #expect(try parse("12.0") == .number(12))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parse("1E2") == .number(100))
    #expect(JSONValue.number(.nan).serialized() == Array("null".utf8))
  }

  @Test func `escapes are decoded`() throws {
    #expect(try parse(#""\u0041\ud83d\ude00\/\n""#) == .string("A😀/\n"))
  }

  @Test func `names that are only canonically equivalent stay apart`() throws {
    let value = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
    #expect(value["\u{E9}"] == 1)
    #expect(value["e\u{301}"] == 2)
  }

  @Test(
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,\"a\":2}", 7), ("{a:1}", 1), ("[1] 2", 4),
      ("01", 1), ("-", 1), ("1.", 2), ("1e999", 0), ("\"a", 0), ("\"\u{1}\"", 1), (#""\x""#, 2),
      (#""\ud800""#, 1), (#""\udc00""#, 1), (#""\ud800\u0041""#, 1), ("nul", 0), ("tru", 0),
      (#""\u00g0""#, 5),
    ])
  func `malformed text is refused with the offset`(text: String, offset: Int) {
    #expect {
      try parse(text)
    } throws: { error in
      (error as? JSONError)?.offset == offset
    }
  }

  @Test func `invalid UTF-8 is refused`() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
  }

  @Test func `nesting is bounded`() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try parse(deep) }
    #expect(try parse("[[1]]") == [[1]])
    #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[[1]]".utf8), maximumDepth: 1) }
  }
}
