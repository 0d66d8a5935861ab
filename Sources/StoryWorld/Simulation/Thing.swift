/// Colours that things are told apart by.
package enum Colour: Int, CaseIterable, Sendable {
  case red, blue, yellow, green, white, purple, orange, pink, brown, golden, black, silver, gray
}

/// What else a thing can look like.
package enum Look: Int, CaseIterable, Sendable {
  case new, old, big, small, shiny, pretty, soft, bright, lovely, beautiful, striped, wooden, tiny
  case special, fine, strange, spotted, cozy, warm, sweet, fresh, tasty, ripe, round, favourite
  case little
}

/// Where a thing is.
package enum Whereabouts: Sendable, Equatable {
  case heldBy(Int)
  case at(Concept)
  case gone
}

/// One thing in the story.
package struct Thing: Sendable {
  package let kind: Concept
  package let colour: Colour?
  package let look: Look?
  /// The being it belongs to.
  package internal(set) var owner: Int?
  package internal(set) var whereabouts: Whereabouts
  /// What has happened to it and is not yet put right.
  package internal(set) var trouble: Trouble?
}
