/// What can be true of a whole kind of thing, place or animal; the rules of the world ask for these.
package enum Quality: Int, CaseIterable, Sendable {
  // Things.
  case toy, clothing, treasure, paper, dish, fruit, snack, instrument, craft, gift
  case rolls, airy, fragile, cloth, small, coloured, big
  case sweet, savory, cold
  // Places.
  case outdoor, indoor, home, wild, trees, water, grass, high, sand, shop, busy, den
  // Animals.
  case flies, climbs, swims, digs, strong, tall, pet, tiny, thief, folk
  // Sights: when they can be seen.
  case dusk, night, afterRain
  // Jobs.
  case man, woman
}

/// A set of qualities.
package struct Qualities: Sendable, Equatable {
  private var bits: UInt64 = 0

  package func contains(_ quality: Quality) -> Bool { bits & (1 << UInt64(quality.rawValue)) != 0 }

  package func isSuperset(of other: Qualities) -> Bool { bits & other.bits == other.bits }

  package func shares(_ other: Qualities) -> Bool { bits & other.bits != 0 }

  package func isDisjoint(with qualities: [Quality]) -> Bool {
    !qualities.contains(where: contains)
  }

  package mutating func insert(_ quality: Quality) { bits |= 1 << UInt64(quality.rawValue) }

  package mutating func remove(_ quality: Quality) { bits &= ~(1 << UInt64(quality.rawValue)) }
}

/// The open sets of the world; each has a catalogue of its members.
package enum Domain: Int, CaseIterable, Sendable {
  case thing, place, spot, species, job, skill, sight, game, ingredient, fear, pastime
}

/// One kind of thing, place, animal, skill…: a position in the catalogue of its domain. It belongs
/// to no language; every language has its own words for it.
package struct Concept: Sendable, Hashable {
  package let domain: Domain
  package let index: Int

  /// The name that the catalogue and every language's glosses know it by.
  package var key: String { Catalogue.shared.entries[domain.rawValue][index].key }

  package func `is`(_ quality: Quality) -> Bool {
    Catalogue.shared.entries[domain.rawValue][index].qualities.contains(quality)
  }

  package var qualities: Qualities { Catalogue.shared.entries[domain.rawValue][index].qualities }

  /// Whether it can be called by the same word: who was at the river was also at a stream.
  package func isNearly(_ other: Concept) -> Bool {
    domain == other.domain
      && Catalogue.shared.groups.contains { $0.contains(key) && $0.contains(other.key) }
  }
}

/// Everything there can be in the world, by domain, in a fixed order.
package struct Catalogue: Sendable {
  package struct Entry: Sendable {
    package let key: String
    package let qualities: Qualities
  }

  package static let shared = Catalogue()

  package let entries: [[Entry]]
  /// Keys of concepts that one word can mean; no key is in two domains' groups.
  package let groups: [[String]]

  private init() {
    entries = CatalogueTables.all.map(Catalogue.parse)
    groups = CatalogueTables.nearlySame.split(separator: "\n").map { line in
      line.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
  }

  /// Lines of `quality quality: key, key, key`.
  private static func parse(_ table: String) -> [Entry] {
    var entries: [Entry] = []
    for line in table.split(separator: "\n") {
      let halves = line.split(separator: ":", omittingEmptySubsequences: false)
      precondition(halves.count == 2, "catalogue line without a colon: \(line)")
      var qualities = Qualities()
      for name in halves[0].split(separator: " ") {
        guard let quality = Quality.allCases.first(where: { "\($0)" == name }) else {
          preconditionFailure("unknown quality \(name) in: \(line)")
        }
        qualities.insert(quality)
      }
      for key in halves[1].split(separator: ",") {
        let key = key.drop { $0 == " " }
        entries.append(Entry(key: String(key), qualities: qualities))
      }
    }
    return entries
  }

  /// All concepts of a domain that have every one of the given qualities.
  package static func all(_ domain: Domain, _ qualities: Quality...) -> [Concept] {
    var wanted = Qualities()
    for quality in qualities { wanted.insert(quality) }
    let entries = shared.entries[domain.rawValue]
    return entries.indices.filter { entries[$0].qualities.isSuperset(of: wanted) }
      .map { Concept(domain: domain, index: $0) }
  }

  /// The concept with a key; asking for one that is not in the catalogue is a mistake in the program.
  package static func named(_ domain: Domain, _ key: String) -> Concept {
    guard let index = shared.entries[domain.rawValue].firstIndex(where: { $0.key == key }) else {
      preconditionFailure("no \(domain) called \(key)")
    }
    return Concept(domain: domain, index: index)
  }
}
