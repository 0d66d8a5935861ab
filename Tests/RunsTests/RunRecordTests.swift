import ContentHashing
import Files
import Runs
import StrictJSON
import TestSupport
import Testing

@Suite struct RunRecordTests {
  private let directory = TemporaryDirectory()

  @Test func `a record reads back, with a parent too, and beside members of later versions`() throws
  {
    var record = sampleRecord
    for _ in 0..<2 {
      try record.write(to: directory["run.json"])
      #expect(try RunRecord(reading: directory["run.json"]) == record)
      record.configurationHash = ContentHash(of: [4])
      record.parent = .init(run: "checkpoints/é", hash: ContentHash(of: [3]))
    }
    try sampleRecord.write(to: directory["run.json"])
    let later = try text(directory["run.json"]).replacing(
      "{\n", with: "{\"later\": [1],\n", maxReplacements: 1)
    try directory.write(later, to: "run.json")
    #expect(try RunRecord(reading: directory["run.json"]) == sampleRecord)
  }

  @Test func `the file is readable and in a fixed order`() throws {
    try sampleRecord.write(to: directory["run.json"])
    #expect(
      try text(directory["run.json"]) == """
        {
          "schema_version": 1,
          "tool_version": "0.1.0",
          "kind": "pretrain",
          "settings": {
            "steps": 10,
            "a rate": 0.001
          },
          "seed": -3,
          "instruction_level": "avx2",
          "libraries": {
            "openblas": "0.3.21"
          },
          "precision": "float32",
          "tokenizer_hash": "\(ContentHash(of: [1]))",
          "corpus_hash": "\(ContentHash(of: [2]))",
          "configuration_hash": null,
          "parent": null
        }

        """)
  }

  private func message(_ members: [JSONMember]) throws -> String {
    try AtomicFile.write(JSONValue.object(members).serialized(), to: directory["run.json"])
    let error = #expect(throws: RunError.self) { try RunRecord(reading: directory["run.json"]) }
    return (error?.description ?? "").replacing(directory.path + "/", with: "")
  }

  @Test func `every missing or ill-typed key is named`() throws {
    var record = sampleRecord
    record.parent = .init(run: "a", hash: ContentHash(of: []))
    try record.write(to: directory["run.json"])
    let value = try JSONValue(parsing: FileSystem.readFile(directory["run.json"]))
    let members = try #require(value.object)
    #expect(members.count == 12)
    for (index, member) in members.enumerated() {
      let name = member.name
      var changed = members
      changed[index].value = name == "parent" ? [] : [["x": 1]]
      #expect(try message(changed).hasPrefix("\"\(name)\" in run.json is not "))
      if !["parent", "configuration_hash"].contains(name) {
        changed.remove(at: index)
        #expect(try message(changed) == "run.json has no \"\(name)\"")
      }
    }
    func replace(_ name: String, _ value: JSONValue) -> [JSONMember] {
      members.map { $0.name == name ? .init(name: name, value: value) : $0 }
    }
    #expect(
      try message(replace("schema_version", 2))
        == "run.json has schema version 2, and this Swiftlet reads version 1")
    #expect(
      try message(replace("kind", "cook"))
        == "\"kind\" in run.json is not a kind that this Swiftlet knows "
        + "(pretrain, finetune, merge, distill, import)")
    #expect(
      try message(replace("corpus_hash", "12"))
        == "\"corpus_hash\" in run.json is not a hash of 32 hexadecimal digits")
    #expect(try message(replace("parent", ["run": "a"])) == "run.json has no \"parent.hash\"")
    #expect(try message(replace("seed", 1.5)) == "\"seed\" in run.json is not an integer")
    try AtomicFile.write(Array("{\"a\":1,}".utf8), to: directory["run.json"])
    #expect {
      try RunRecord(reading: directory["run.json"])
    } throws: {
      "\($0)".hasSuffix("/run.json is invalid JSON at byte 7: a name in quotes is expected")
    }
  }
}
