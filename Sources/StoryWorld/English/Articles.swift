/// Turns "a" into "an" before a vowel that is heard.
func withArticles(_ text: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.count + 16)
  for index in text.indices {
    let byte = text[index]
    result.append(byte)
    guard byte | 0x20 == UInt8(ascii: "a"), index + 2 < text.count,
      text[index + 1] == UInt8(ascii: " "),
      index == 0 || text[index - 1] == UInt8(ascii: " ") || text[index - 1] == UInt8(ascii: "\"")
    else { continue }
    switch text[index + 2] | 0x20 {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"):
      result.append(UInt8(ascii: "n"))
    case UInt8(ascii: "u"):
      // "an umbrella" but "a useful", "a unicorn".
      if text.count > index + 3,
        text[index + 3] == UInt8(ascii: "m") || text[index + 3] == UInt8(ascii: "g")
          || text[index + 3] == UInt8(ascii: "n") && text[index + 4] != UInt8(ascii: "i")
      {
        result.append(UInt8(ascii: "n"))
      }
    case UInt8(ascii: "h"):
      let word = text[(index + 2)...].prefix(4)
      if word.elementsEqual("hour".utf8)
        || word.elementsEqual("hone".utf8) && text[(index + 6)] == UInt8(ascii: "s")
      {
        result.append(UInt8(ascii: "n"))
      }
    default: break
    }
  }
  return result
}
