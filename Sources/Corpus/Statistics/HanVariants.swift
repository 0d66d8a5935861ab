/// Which of the two written forms of Chinese a text uses, by characters that exist in one alone.
enum HanVariants {
  /// Frequent characters that differ, pairwise.
  private static let traditionalForms = Array(
    "們這個來學說時會國對為後過還開發現無頭動員義體電話問題書長門見關車東馬風飛魚鳥黃龍萬與業實語讀寫聽覺點線網頁機錢爾麼裡樣氣愛樂習從讓給應該當經義軍幾歲"
      .unicodeScalars)
  private static let simplifiedForms = Array(
    "们这个来学说时会国对为后过还开发现无头动员义体电话问题书长门见关车东马风飞鱼鸟黄龙万与业实语读写听觉点线网页机钱尔么里样气爱乐习从让给应该当经义军几岁"
      .unicodeScalars)

  /// 1 for traditional, 2 for simplified, 0 for both or neither; by the offset from U+4E00.
  static let table: [UInt8] = {
    precondition(
      traditionalForms.count == simplifiedForms.count, "a character lacks its other form")
    var table = [UInt8](repeating: 0, count: 0x9FFF - 0x4E00 + 1)
    for (traditional, simplified) in zip(traditionalForms, simplifiedForms) {
      table[Int(traditional.value) - 0x4E00] = 1
      table[Int(simplified.value) - 0x4E00] = 2
    }
    // These are also words of traditional writing.
    for shared in "后里么".unicodeScalars { table[Int(shared.value) - 0x4E00] = 0 }
    return table
  }()
}
