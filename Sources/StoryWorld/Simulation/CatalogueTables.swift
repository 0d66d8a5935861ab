// The tables behind `Catalogue`: qualities, a colon, and the keys that have them.

enum CatalogueTables {
  static let things = """
    toy coloured rolls: ball, beach ball
    toy coloured rolls small: marble, hoop, yo-yo, spinning top
    toy coloured airy: kite, balloon, pinwheel
    toy airy paper: paper plane
    toy coloured: toy boat, rubber duck, bucket
    toy cloth: teddy bear, doll, toy rabbit, rag doll
    toy coloured: toy train, toy truck, robot, drum, shovel, toy car, toy plane
    toy: puzzle, puppet, jump rope, toy horse, toy castle, toy dragon, toy soldier
    toy fragile: music box, snow globe
    toy big coloured: bike, scooter, wagon, sled
    clothing coloured airy cloth: hat, scarf, cap, ribbon
    clothing coloured cloth: sweater, coat, jacket, dress, cape, apron, vest
    clothing coloured small cloth: mitten, glove, sock, slipper
    clothing coloured small: shoe, boot, sandal, belt
    clothing coloured airy: umbrella
    treasure small: ring, key, coin, shell, medal, watch, bracelet, button, whistle, compass
    treasure small gift: necklace, locket, pearl, silver bell, brooch
    treasure small airy: feather, ticket
    treasure: lantern, treasure map, magnifying glass, stamp album
    paper coloured: picture book, storybook, notebook, diary
    paper airy: letter, card, drawing, map, poem, painting
    fragile coloured: vase, cup, plate, bowl, teapot, mug, jug
    fragile: lamp, clock, jar, mirror, pitcher, flowerpot
    instrument: flute, violin, guitar, trumpet, harp
    fruit snack small rolls: apple, orange, plum, peach
    fruit snack small: pear, banana, carrot
    snack small: cookie, cupcake, muffin, bun, sandwich, pancake, doughnut, cracker
    snack: pie, ice cream cone, loaf of bread, slice of cake, piece of cheese
    dish sweet: cake, apple pie, bowl of pudding, plate of cookies, batch of muffins
    dish sweet: stack of pancakes, jar of jam, pumpkin pie, honey cake, pot of porridge, tray of buns
    dish sweet cold: fruit salad, jug of lemonade
    dish savory: pot of soup, pizza, pot of stew, bowl of noodles, cheese pie
    gift: bunch of flowers, box of chocolates, basket of berries, jar of honey, pot of tea
    gift: basket of apples, loaf of fresh bread, bag of nuts, box of paints, basket of eggs
    craft: birdhouse, sandcastle, snowman, tree house, raft, scarecrow, blanket fort
    craft: wooden boat, swing, tent, puppet theater, rocket, nest box
    craft: little bridge, dollhouse, cardboard castle, tower of blocks
    """

  static let places = """
    outdoor trees grass busy: park
    outdoor grass busy: playground
    outdoor trees grass home: garden, yard
    outdoor trees wild: forest, woods
    outdoor grass wild: meadow, field, valley
    outdoor grass wild high: hill
    outdoor water sand busy: beach
    outdoor water wild: lake, river, pond, stream
    outdoor grass: farm
    outdoor trees: orchard
    outdoor busy: square, market, fair, street
    outdoor water busy: harbor
    outdoor wild high: mountain
    outdoor wild trees: cave, island
    indoor busy: library, school, museum, station
    indoor shop busy: bakery, toy shop, flower shop, bookshop, grocery store
    indoor: barn, workshop, greenhouse, castle, mill
    indoor home: kitchen, bedroom, attic, living room, cellar
    indoor home den: den, burrow, hollow tree, nest, cottage
    """

  static let spots = """
    trees grass: behind-tree, under-bush, under-bench, in-leaves, in-grass, behind-hedge
    trees wild: in-hollow-log, under-fern, between-roots, behind-mushroom
    water wild: in-reeds, behind-rock, under-dock, under-stones
    sand: behind-rock, in-sand, under-towel, in-seaweed
    home indoor: under-bed, behind-door, in-closet, under-rug, on-shelf, behind-curtain, in-laundry
    home indoor: under-pillow, in-drawer, behind-sofa, under-stairs, in-box, in-toy-chest
    home indoor: under-table, behind-clock, in-pocket, under-blanket, in-cupboard, behind-piano
    den: under-moss, behind-root, in-straw, under-acorns, in-corner
    shop busy: under-counter, behind-barrel, in-basket, beside-stairs, under-cart
    """

  static let species = """
    folk climbs: squirrel, raccoon, cat, bear, monkey, panda, koala
    folk climbs tiny: chipmunk, lizard
    folk digs: rabbit, badger, fox, dog
    folk digs tiny: mole, mouse, hamster
    folk flies: owl, robin, crow, parrot, bluebird
    folk flies swims: swan
    folk flies tiny: sparrow, bee, butterfly, ladybug
    folk swims: duck, frog, otter, beaver, turtle, goose, penguin
    folk strong: pony, goat, donkey, pig, buffalo
    folk strong tall: elephant, giraffe, moose, horse, camel
    folk: hedgehog, deer, lamb, snail, wolf, lion, kangaroo
    pet climbs: kitten, baby squirrel, baby raccoon
    pet flies: baby bird, baby owl
    pet swims: duckling, gosling, baby otter
    pet: puppy, chick, baby rabbit, baby mouse, fawn
    pet digs: little goat, baby hedgehog, piglet
    thief: magpie, playful puppy, cheeky monkey, hungry goat, naughty crow, silly dog
    """

  static let jobs = """
    man: baker, fisherman, farmer, mailman, gardener, shoemaker, fireman, carpenter, policeman
    man: sailor, painter, clown, king, toymaker, blacksmith, miller, captain, wizard
    woman: baker, farmer, teacher, nurse, librarian, seamstress, gardener, doctor, shopkeeper
    woman: singer, painter, cook, queen, dancer, weaver, potter, florist, fairy
    """

  static let skills = """
    outdoor: ride-bike, climb-tree, skip-rope, fly-kite, throw-ball, roller-skate, cartwheel
    outdoor: jump-far, row-boat, catch-ball, hop, skip-stones, balance-log, stilts
    water: swim, dive, float
    indoor: whistle, juggle, read, play-flute, play-violin, play-drum, dance
    indoor: knit, draw-horse, count, sing, somersault, tell-time, braid-hair, paint, magic-trick
    """

  /// With what a place must have, one of it, for the sight to be there.
  static let sights = """
    sand high: sea, whale, lighthouse
    grass high water dusk: sunset
    grass high water afterRain: rainbow
    trees high: waterfall, old-castle, ruined-tower, crystal-cave, mountain-top
    trees grass: big-oak, deer-family, secret-garden, blue-flower, giant-mushroom
    grass water: wild-geese, wild-horses
    trees grass night: fireflies
    grass high water night: shooting-star, full-moon
    """

  static let games = """
    outdoor: tag, hide-and-seek, catch, leapfrog, pirates, follow-the-leader, knights, explorers
    indoor: cards, dress-up, shadow-puppets, school-game, treasure-hunt, tea-party, checkers
    """

  static let ingredients = """
    sweet: sugar, honey, cinnamon
    sweet cold: apples, berries, lemons, raisins, cherries
    sweet savory: milk, flour, butter, eggs, cream, nuts
    savory: cheese, salt, carrots, onions, potatoes, rice, beans, garlic
    """

  static let fears = """
    : branch-on-window, cat-in-kitchen, dripping-tap, wind-in-chimney, owl-on-roof, mouse-in-wall
    : loose-shutter, coat-on-chair, father-snoring, clock-ticking, toy-fallen, rain-on-roof
    : creaking-gate, curtain-in-moonlight, puppy-under-bed, kettle
    """

  static let pastimes = """
    : paint-pictures, sing, dance, read, climb, collect-shells, collect-stones, build, bake, swim
    : watch-birds, count-stars, tell-jokes, help, run, dig, play-pretend, listen-stories, puddles
    : pick-flowers, explore, whistle, feed-ducks, look-at-clouds, draw-maps, chase-butterflies
    """

  /// What can be called by one word, or is a kind of the other.
  static let nearlySame = """
    forest, woods
    meadow, field
    river, stream
    lake, pond
    garden, yard
    market, fair
    ball, beach ball
    teddy bear, doll, toy rabbit, rag doll
    hat, cap
    sweater, vest
    coat, jacket, cape
    mitten, glove
    shoe, boot, sandal, slipper
    necklace, locket
    letter, card
    drawing, painting
    picture book, storybook
    notebook, diary
    cup, mug
    jug, pitcher
    cookie, cracker
    cupcake, muffin, bun
    cake, honey cake
    pot of soup, pot of stew
    birdhouse, nest box
    tent, blanket fort
    raft, wooden boat
    cream, milk
    berries, cherries
    throw-ball, catch-ball
    swim, float
    paint, draw-horse
    old-castle, ruined-tower
    paint-pictures, draw-maps
    read, listen-stories
    """

  /// In the order of `Domain`.
  static let all = [
    things, places, spots, species, jobs, skills, sights, games, ingredients, fears, pastimes,
  ]
}
