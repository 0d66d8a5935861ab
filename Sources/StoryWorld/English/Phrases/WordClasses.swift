/// Classes of words that can stand for one another, most frequent first.
let englishWordClasses = """
  very:very, so, very, so, quite, really
  happy:happy, glad, pleased, joyful
  thrilled:delighted, overjoyed, thrilled
  sad:sad, unhappy, upset
  softly:softly, quietly, gently, kindly, in a soft voice, in a low voice, calmly, warmly
  happily:happily, cheerfully, with a smile, with a big smile, with a grin, brightly, proudly, merrily
  sadly:sadly, quietly, with a sigh, in a small voice, with tears in $his eyes, glumly, in a shaky voice
  quickly:quickly, fast, as fast as $he could, at once, right away, in a hurry, in a flash, swiftly
  slowly:slowly, carefully, very slowly, step by step, bit by bit, with great care, cautiously
  walked:walked, went, ran, hurried, skipped, strolled, marched, set off, rushed, wandered, trotted, hopped
  looked:looked, searched, peeked, peered, checked
  good:good, great, nice, wonderful, lovely, fine, splendid, marvelous, fantastic, amazing
  big:big, huge, great, enormous, giant
  little:little, small, tiny
  cried:cried, wept, sobbed
  said:said, replied, answered
  place:house, cottage, cabin, farmhouse, brick house, wooden house, white house
  where:by the sea, near the forest, on a hill, by a river, in a small town, at the end of a long road, near a lake
  where:in a quiet village, in a busy city, on a farm, next to a bakery, near the mill, by the harbor, across from the school
  where:at the edge of a village, in a green valley, beside an old church, above a shop, on a windy island
  wildhome:under an old oak tree, by a quiet pond, at the edge of the forest, near a clear stream, beside a mossy rock
  wildhome:in the middle of a meadow, on a sunny hill, behind a waterfall, between two tall pines, not far from the river
  wildhome:deep in the woods, in a green valley, among the ferns, near a field of clover, next to a hedge of wild roses
  monster:monster, ghost, dragon, giant, witch, robber, troll, hungry wolf
  snackword:sandwich, apple, bun, cookie, muffin, pear, slice of bread, piece of cheese, bag of nuts, flask of tea
  proudword:proud, pleased, proud and happy
  animalnoise:squeak, whimper, cry, peep, whine, cheep
  reward:a warm bun, a shiny coin, a cup of hot cocoa, a slice of cake, a little silver bell, a jar of honey, a ripe peach
  reward:a bag of sweets, a seat by the fire, a pretty ribbon, a red apple, a bowl of soup
  reward:a plate of cookies, a glass of lemonade, a big hug, a paper star, a lucky stone, a ride on the donkey
  prize:a golden cup, a blue ribbon, a shiny medal, a big cake, a basket of fruit, a paper crown, a red balloon, a silver star
  wherever:in a quiet valley, by the sea, near the forest, by a river, at the foot of a hill, beside a lake
  land:faraway land, small village, green valley, quiet town, sunny land, land of hills, village by the sea, snowy land
  fun:adventures, stories, games, surprises, music, animals, riddles, puzzles
  heart:kind, brave, warm, good, big, gentle
  eyes:bright, big brown, dark, shining, sparkling, merry
  folk:children, animals, creatures, neighbors
  playtime:until evening, all afternoon, until the sun went down, for a long time, for the rest of the day, until it got dark
  playtime.evening:for a long time, until bedtime, until the stars came out, for a while
  crying:crying, calling for help, sobbing, whimpering
  """
