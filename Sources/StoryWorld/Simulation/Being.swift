/// Grammatical and natural gender; `.neuter` is for animals nobody has named.
package enum Gender: Int, Sendable { case female, male, neuter }

/// What a being is to the hero of the story.
package enum Relation: Int, Sendable {
  case hero, friend, olderSibling, youngerSibling, mother, father, grandmother, grandfather
  case aunt, uncle, neighbour, worker, stranger, creature

  package var isFamily: Bool {
    switch self {
    case .olderSibling, .youngerSibling, .mother, .father, .grandmother, .grandfather, .aunt,
      .uncle:
      true
    default: false
    }
  }

  package var isGrownUp: Bool {
    switch self {
    case .mother, .father, .grandmother, .grandfather, .aunt, .uncle, .neighbour, .worker:
      true
    default: false
    }
  }
}

/// The lasting character of a hero.
package enum Trait: Int, CaseIterable, Sendable {
  case kind, brave, shy, curious, clever, cheerful, gentle, playful, quiet, careful, busy, friendly
  case merry, lively, polite, bold, patient, helpful, dreamy, stubborn, proud, careless, honest
  case hopeful, thoughtful, restless, messy, generous, funny, hungry, sleepy, noisy

  /// Whether it is something to be told off for.
  package var isFlaw: Bool {
    switch self {
    case .shy, .stubborn, .proud, .careless, .restless, .messy, .sleepy, .noisy, .dreamy: true
    default: false
    }
  }
}

/// Somebody in the story: a child, a grown-up or an animal.
package struct Being: Sendable {
  /// A number that picks the name from each language's list for the gender; nil if unnamed.
  package let name: Int?
  package let gender: Gender
  package let relation: Relation
  /// The kind of animal; nil for people.
  package let species: Concept?
  /// The job of a worker.
  package let job: Concept?
  package let trait: Trait
  /// Where the being is now.
  package internal(set) var place: Concept
  /// What the being felt last.
  package internal(set) var feeling: Emotion?

  package var isAnimal: Bool { species != nil }

  /// Somebody to play with: no grown-up, and no animal without a name.
  package var isPlaymate: Bool { !relation.isGrownUp && relation != .creature }
}

/// What somebody can feel.
package enum Emotion: Int, CaseIterable, Sendable {
  case happy, sad, worried, afraid, angry, proud, surprised, lonely, sorry, excited, bored
  case relieved, tired, grateful, ashamed, curious, disappointed
}
