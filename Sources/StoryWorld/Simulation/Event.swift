/// Everything that can happen. Each kind has its own ways of being told in every language.
package enum EventKind: Int, CaseIterable, Sendable {
  // Beginning.
  case introduces, introducesPair, livesAt, hasTrait, hasPastime, owns, receives, day
  // Moving and meeting.
  case goes, goesWith, scenery, meets, comesAlong, returnsHome
  // Talking.
  case asksWhy, explains, asksForHelp, offersHelp, encourages, comforts, thanks, answersThanks
  case greets, apologizes, forgives, hugs, feels
  // Playing, and what goes wrong with a thing and how it is put right.
  case playsWith, trouble, triesAlone, remedy, givesBack, playsTogether
  // Losing and finding.
  case misses, searches, asksSeen, givesHint, finds, foundBecause
  // Cooking.
  case wantsToCook, lacks, asksIngredient, givesIngredient, cooks, cookTrouble, cookRemedy,
    dishReady
  case eatTogether, praisesFood
  // Building.
  case wantsToBuild, gathers, builds, buildTrouble, suggests, rebuilds, buildDone
  // Learning.
  case wantsToLearn, triesSkill, failsSkill, givesUp, teaches, practises, learnsSkill, cheers
  // Rescuing.
  case hearsCry, seesStuck, cannotReach, fetchesHelp, rescues, rescuedThanks, bringsHome
  // Travelling.
  case wantsToSee, packs, obstacle, overcomes, seesSight, staysAwhile
  // Fears at night.
  case goesToBed, hearsNoise, imagines, callsOut, looksForCause, discovers, fearGone
  // New friends.
  case movesIn, watchesOthers, invites, joinsIn, becomeFriends
  // Quarrels.
  case bothWant, argues, pulls, mends, takeTurns
  // Earning.
  case seesInShop, lacksMoney, worksFor, earns, buys
  // Errands.
  case isSent, promises, delivers, rewards
  // Contests.
  case contestAnnounced, boasts, contestStarts, rivalFalls, stopsToHelp, goesOn, contestEnds
  case sharesPrize
  // Growing.
  case plants, waits, plantTrouble, plantAdvice, caresFor, grows
  // Warnings.
  case warned, isTempted, disobeys, hidesIt, confesses, cleansUp
  // Cheering up.
  case hearsFriendSad, cheerTry, cheerFails, cheerWorks
  // Honesty.
  case comesUpon, wonders, findsOwner, givesToOwner
  // Getting lost.
  case wandersOff, isLost, staysCalm, isAsked, walksBack, reunited
  // Being kind.
  case seesHungry, sharesFood, laterInNeed, repaysKindness
  // Ending.
  case learns, endsAsFriends, endsWithHabit, endsAsleep, endsAtHome, endsGlad, endsTogether
  case endsWithPlan, theEnd
  // Between two episodes: the later or the earlier one follows.
  case nextDay, dayBefore
  // Beside the story: what is told of others and of other days.
  case aside, afterwards, recalls
}

/// One thing that happened, in no language: who, to whom, with what, where.
package struct Event: Sendable {
  package let kind: EventKind
  /// Distinguishes events of one kind: the number of an emotion, a trouble, a remedy…
  package var variant = 0
  package let actor: Int
  package var other: Int? = nil
  package var third: Int? = nil
  package var thing: Int? = nil
  package var place: Concept
  package var spot: Concept? = nil
  package var detail: Concept? = nil
}

/// What can be told beside a story of somebody or something that has no part in it.
package enum Aside: Int, CaseIterable, Sendable {
  case cousin, awayNamed, awayFamily, awayWorker, thing, animal, place, closed
}

/// What can go wrong with a thing.
package enum Trouble: Int, CaseIterable, Sendable {
  case blownIntoTree, blownOntoRoof, blownIntoWater, rolledIntoWater, rolledIntoHole, broke, tore
  case gotMuddy, snatched, gotSoaked, stuckInBush
}

/// What can be done about it.
package enum Remedy: Int, CaseIterable, Sendable {
  case flyUp, climbUp, reachUp, useLadder, usePole, shakeTree, standOnShoulders
  case swimOut, useNet, rowOut, digOut, squeezeIn, useHook, glue, sew, wash, dry, trade, chase
  case reachIntoBush, newPart
}

/// What a contest is about.
package enum Contest: Int, CaseIterable, Sendable {
  case race, swimming, boats, kites, singing, pumpkins, sleds, baking
}

/// Ways to get stuck.
package enum Plight: Int, CaseIterable, Sendable {
  case inTree, inPond, inHole, inNet, inBush, inMud, underFence, onRoof, inBarrel, onIce
}

/// What can stand in the way of a journey.
package enum Obstacle: Int, CaseIterable, Sendable {
  case river, fog, steepPath, darkForest, lostWay, rain, brokenBridge, tiredLegs, bigRock, wind
}

/// What is learned at the end.
package enum Lesson: Int, CaseIterable, Sendable {
  case askForHelp, share, becareful, keepTrying, tellTruth, patience, kindness, listen, notAfraid
  case tidy, teamwork, sayHello
}

/// What goes wrong in a kitchen.
package enum KitchenTrouble: Int, CaseIterable, Sendable {
  case spilled, burnt, tooSalty, dropped, tooSour, sticky, eatenByDog
}

/// What goes wrong with something that is being built.
package enum BuildTrouble: Int, CaseIterable, Sendable {
  case wind, knockedOver, tooHeavy, fellApart, rain, crooked, missingPart
}

/// What a child can do to earn some coins.
package enum Chore: Int, CaseIterable, Sendable {
  case sweep, rake, walkDog, weed, windows, wood, hens, fruit, shelves, water, dishes, paint, goats
}

/// What can be planted.
package enum Plant: Int, CaseIterable, Sendable {
  case sunflower, pumpkin, bean, tomato, tulip, carrot, strawberry, appleTree, rosebush, corn
}

/// What can go wrong with a plant.
package enum PlantTrouble: Int, CaseIterable, Sendable {
  case dry, snails, birds, weeds, cold, shade, goat
}

/// What is forbidden, and broken when it is done anyway.
package enum Warning: Int, CaseIterable, Sendable {
  case jumpOnBed, touchVase, ballIndoors, eatCake, openGate, paintWall, climbShelf, runWithCup
  case playWithClock, splash
}

/// Ways to cheer somebody up.
package enum Cheer: Int, CaseIterable, Sendable {
  case joke, dance, song, flowers, soup, faces, story, puppetShow, drawing, listening
}

/// What draws somebody away from the people they belong to.
package enum Lure: Int, CaseIterable, Sendable {
  case puppy, clown, toys, music, butterfly, balloons, sweets, parrot
}

/// The state of the sky.
package enum Weather: Int, CaseIterable, Sendable { case sunny, windy, rainy, cloudy, snowy, warm }

/// The time of day at which the story begins.
package enum Daypart: Int, CaseIterable, Sendable { case morning, afternoon, evening }

/// What kind of story it is.
package enum Topic: Int, CaseIterable, Sendable {
  case play, losing, cooking, building, learning, rescue, journey, night, friendship, quarrel
  case earning, errand, contest, garden, warning, cheering, honesty, lost, kindness
}
