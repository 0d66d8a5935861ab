/// The words of the English stories by part of speech; a word can be in several lists.
enum LexiconWords {
  static let nouns = """
    acorns adventure adventures advice afternoon air album animals ankle answer ants apple
    apples april apron arm arms ash attic aunt autumn baby back backpack badger bag bake baker
    bakery baking balance ball balloon balloons balls banana band bang bank barn barrel basket
    batch beach bean beans bear beaver bed bedtime bee bees beetle beginning being bell belt
    bench benches berries berry bike bird birdhouse birds birthday bit bite bits blackbird
    blacksmith blanket blankets blocks bluebird board boards boat boats book books boot boots
    bottle bottom bowl box boxes boy bracelet braid branch branches bread breakfast breath
    breeze brick bridge brooch broom brother brothers bucket buffalo building bulb bulbs bull
    bump bun bunch buns bus bush butter butterflies butterfly button buttons cabin cake cakes
    calm camel candle cap cape captain car card cardboard care carpenter carpet carrot carrots
    cart cartwheel castle cat caterpillars cave ceiling cellar chair chairs change chase cheek
    cheeks cheep cheer cheese cherries chest chick chicken chickens child children chime chin
    chipmunk chocolate chocolates church cinnamon circle circles city clean climb clock close
    closet cloth clouds clover clown coat cocoa coin coins cold colors colt compass cone contest
    cook cookie cookies corn corner cost cottage cough count counter courage course cover cow
    cows crack cracker cramp crash cream creatures crickets cross crow crowd crown crows crumb
    crumbs cry crystal cup cupboard cupcake curtain cut dad daisies dance dancer dark darkness
    day days dear deer diary dinner dish dishes ditch dive dock doctor dog doll dollhouse donkey
    door doors doughnut dragon dragonflies draw drawer drawing dream dreams dress drip drum duck
    duckling ducks dust ear ears earth edge edges eggs eggshells elephant end evening explorers
    eyebrows eyes face faces fair fairy fall falls family farm farmer farmhouse father fault
    fawn fear feather feathers feeling feet fence fern ferns fever field fight finger fire
    fireflies fireman fish fisherman fishing flashlight flask float floor florist flour flower
    flowers flute fly fog food foot footprints footsteps forest fork fort fountain fountains fox
    friday friend friends frog frogs front frost fruit fun games gap garden gardener garlic gate
    geese ghost giant giraffe girl glass globe glove glue goat goats good goose gosling grain
    grandfather grandma grandmother grandpa granny grass grasshoppers greenhouse grin ground
    growl guitar gust hail hair half hamster hand handful hands harbor harp hat hay head heap
    heart hearts hedge hedgehog help helper helping helpings hens hero hide hill hills hit hold
    hole holes home honey hook hoop hoot hop horse horses hour hours house hug hurry ice idea
    ill island jacket jam jar jars joke jokes joy judges jug juice jump june kangaroo key kind
    kindness king kiss kitchen kite kitten knee knees knife knight knights knot knots koala
    ladder ladybug lake lamb lamp land lands lantern lark laugh laughter laundry leader leaf
    leapfrog leaves left leg legs lemon lemonade lemons librarian library lid lie lift light
    lighthouse like line lion lip lips listening lizard loaf locket log logs look lot lots love
    low luck lunch magic magpie mailman mama man map maps marble market mask matter meadow mean
    medal mess messenger middle miles milk mill miller mind mine mirror mistake mistakes mitten
    moan mole mom moment monday money monkey monster moon moonlight moose morning moss moth
    mother mountain mouse mouth move mud muffin muffins museum mushroom mushrooms music nail
    nails name names neck necklace need needle needs neighbor neighbors nest net news night
    noise noodles noon nose notebook nurse nut nuts oak oaks ones onions orange orchard order
    others otter oven owl own page paint painter painting paints pan pancake pancakes panda papa
    paper parents park parrot part parts patch path patience patient patter peach pear pearl
    pears pebbles peep penguin people pepper piano pick picture pictures pie piece pieces pig
    pigeons piggy piglet pillow pine pines pinwheel pirates pizza place places plan plane planks
    plant plants plate plates play playground plop plum plums pocket pockets pole policeman pond
    pony pool pop porridge pot potatoes pots potter practice present pretend pride prize problem
    promise pudding puddle puddles pull pumpkin puppet puppy push put puzzle puzzles queen
    questions quiet quilt rabbit raccoon race races raft rag rain rainbow raisins ram reach
    reading reason recipe reeds relief rest reward ribbon rice riddles ride right ring river
    road robber robin robot rock rocket rocks roof room rooms root roots rope rose rosebush
    roses round row rows rubber rug rule run sack safety sailor salad salt sand sandal sandbox
    sandcastle sandwich saturday save scarecrow scarf school scooter scream sea seagulls
    seamstress seat seaweed second secret seed seeds seesaw set shade shadow shadows shake shape
    share sheep sheet shelf shell shells shelves shiver shoe shoemaker shop shopkeeper shore
    shoulder shoulders shovel show side sigh sign silence silver singer sink sister sisters sky
    sled sleep sleeves slice slide slipper slope slugs smell smile smoke snail snails snow
    snowflake snowman soap sob sock socks sofa soil soldier somersault song songs sound soup
    sparrow special spend splash splat spoon spoonful spoons spot spring square squeak squirrel
    stack stairs stamp star stars start station stay step steps stew stick sticks stilts
    stitches stone stones stop stories storm story storybook stranger strangers straw
    strawberries strawberry stream street string stuck sugar summer sun sunday sunflower
    sunflowers sunlight sunset supper surprise surprises swan sweater sweet sweets swimming
    swing swings swish table tag talk tap tape tar tea teacher team tear tears teddy teeth tent
    thank thanks theater thief thing things thorn thorns thought thread throat throw thud thump
    thunder thursday tick ticket time times tin tip tiptoe tomato tomatoes tomorrow tonight top
    touch towel tower towers town toy toymaker toys trace train tray treasure tree trees trick
    trip troll trouble truck trumpet trust truth try tuesday tulip tulips tummies tummy tune
    tunes tunnel turn turns turtle twigs umbrella uncle use valley vase vest village vinegar
    violets violin visit voice waffles wagon wait walk wall wallpaper waltz warning wash watch
    water waterfall waves way weaver wednesday weeds week weeks well whale wheel whimper whine
    whistle wind window windows wings winter wire wish witch wizard wolf wood woodpecker woods
    word words work works workshop world worry yard year years yo-yo
    """

  static let verbs = """
    added admire agreed am answer answered appeared are argued arrived ask asked ate bake baked
    baking balance balancing bang be beamed beat became become been began begin believe belongs
    bent bit bite blew blinked blocked bloomed blowing blown blushed bobbed borrow borrowed
    bought bounced bragged braid brave breathed bring broke broken brought brushed build
    building built bump bumped buried burned burning buy buying buzzing called calling came can
    cannot care cared carried catch catching caught change chase chased chasing checked cheer
    cheered chime chirping chopped circle circled clapped clean cleaned cleaning climb climbed
    climbing close closed collect collected collecting come comes coming confused cook cooked
    cost cough could count counted counting cover covered crack cracked cracking crash crawled
    creaked creaking crept cried cross crossed cry crying cuddled cut dance danced dancing dare
    darted decided did dig digging disappear disappeared discovered dive dived diving do does
    doing done drank draw drawing dream dreamed dressed drew drifted drip dripping dropped drove
    dug dust dusted earned eat eaten eating emptied ended enjoyed exclaimed explained explore
    exploring face fall fallen falling fed feed feeding feel feels fell felt fetch fetched fight
    fighting filled find finish finished fished fishing fix fixed flew float floated floating
    fly flying follow followed forgave forget forgive forgot forgotten fought found frightened
    frowned froze gasped gathered gave get gets giggle giggled give glittered glowed glued go
    goes going gone got grabbed grazing grew grin grinned grow growl grown grumbled gulped
    gurgled had hail handed hang happened happens has have having hear heard held help helped
    helping helps hi hid hidden hide hiding hit hold hop hoped hopped hopping hug hugged hummed
    humming hung hurried hurry hurt imagined is jam join joined joke juggle juggled juggling
    jump jumped jumping keep kept kicked kicking kiss kissed knelt knew knit knitted knitting
    knocked knocking know laid landed laugh laughed lay leaned leaning learn learned leave
    leaves led left lend let licked lie lift lifted light like liked listen listened listening
    lit lived look looked looking loosened losing lost love loved lying made make makes making
    marched marching matters may mean means meant measured meet mended met might mind missed
    missing mixed moan move moved moving mumbled murmured must nail named need needed needs
    nibbled nodded notice noticed nudged offered open opened own owned packed paint painted
    painting parts passed patted pecked peeked peep pick picked picking pile piled plan plane
    planned plant planted play played playing please pointed poked pop pour poured practice
    practiced pretend pricked promise promised puffed pull pulled push pushed put quacking race
    raced rain rained raining raised raked ran rang reach reached read reading relax remember
    remembered repaired replied rest rested resting ride riding ring rinsed rip roasted rocked
    rode rolled roller-skate roller-skating rolling row rowed rowing rubbed ruined rule run
    running rushed rustle rustling said sang sat save saved saves saw say scared scowled
    scratched scratching scream scrubbed searched searching see seeing seek seem seemed seen
    selling served set sewed shade shake shall shape share shared sharing shining shiver
    shivered shone shook shooting should shouted shouting show showed sigh sighed sing singing
    sink sinking sit sitting skated skip skipped skipping sleep sleeping slept slid slide
    slipped smell smelled smells smile smiled smiling smoke snapped snatched sniffed snoring
    snow snuffling snuggled sob sobbed sobbing sounded sowed sparkled sparkling spend spent
    spilled spinning splash splashed splashing split spoiled spoon spot spotted spread spring
    squeak squeezed stacked stamp stamped star stared start started stay stayed step stepped
    stick stir stirred stole stood stop stopped strings strolled strutted stuck studied stumbled
    surprise surprised swallowed swam swayed swept swim swimming swing swinging swish take taken
    talk talked talking tangled tap tapping tasted tear tell telling tells thank thanked think
    thinking thought threw throw throwing thunder tick tidied tidy tidying tied tilted tipped
    tiptoe tiptoed told took tore torn touch touched train trembled trick tried trip tripped
    trotted trust try trying turn turned turns understood untied upset use used vanished visit
    wait waited waiting walk walked walking wandered want wanted warm warned was wash washed
    watch watched watching water watered waved weep went wept were whimper whimpering whine
    whispered whispering whistle whistled whistling will win winding wiped wish wished wobbled
    woke won wondered wore work worked working works worried worry would wrapped yawned yelled
    """

  static let adjectives = """
    afraid all alone amazing angry ashamed asleep awake awful bad beautiful best better big
    bigger biggest bitter black blown blue bold boldest bored brave braver bravest bright broken
    brown busier busiest busy calm careful careless cheeky cheerful clean clear clever cleverest
    close closer cloudy clumsy cold cool cozy crooked cross curious damp dark dear deep
    delicious delighted dirtier dirty disappointed dreamiest dreamy dry early easier easiest
    easy empty enough excited faint fair fantastic far faraway farther fast faster fastest fat
    favorite few fine finest first flat fluffy free fresh friendliest friendly frightened full
    funniest funny generous gentle gentlest giant glad gloomy golden gone good grand grateful
    gray great greedy green half happier happy hard harder heartbroken heavy helpful helpless
    high higher hollow honest hopeful hot huge hungriest hungry hurt ill joyful just kind
    kindest large larger last late later lazy less light little liveliest lively lonely long
    loose lost loud loudest lovely low lucky mad magic magnifying many marvelous mean merriest
    merry messiest messy mine miserable missing more mossy most much muddy named narrow naughty
    near neat new nice noisiest noisy old older oldest open orange other overjoyed own pale
    patient perfect pink playful pleased polite poor present prettier pretty prickly proud
    proudest purple puzzled quick quiet quieter quietest rainy rare ready real red relieved
    restless right ripe round rubber ruined sad safe salty same sandy scared second secret
    serious shaky sharp shining shiny short shorter shy shyest sick silent silliest silly silver
    simple sleepiest sleepy slippery slow small smaller smart smooth snowy snug soft sore sorry
    sour special spinning splendid spotted square steady steep sticky still straight strange
    striped strong stronger stubborn stuck such sudden sunny sure surprised sweet tall taller
    tangled tasty terrible thankful thick thin third thirsty thorny thoughtful thrilled tidy
    tight tiny tired torn true unhappy unkind upset usual warm weak welcome wet white whole wide
    wild windy wonderful wooden worried worse worth wrong yellow young younger
    """

  static let adverbs = """
    about across again ago ahead almost along already always angrily anytime anyway anywhere
    apart around as aside at away back before behind below best better bravo brightly calmly
    carefully cheerfully close closely crossly deep down early else even ever everywhere far
    farther fast finally firmly first forever gently glumly happily hard hardly here high higher
    home how inside just kindly last late later left less long loudly low maybe merrily more
    most much near nearby nearly never next no not now nowhere off often on once only out
    outside over perfectly proudly quick quickly quietly quite really right round sadly safely
    seriously shyly slowly so softly sometimes somewhere soon still straight suddenly then there
    through tightly together tomorrow tonight too truly twice under up usually very warmly well
    when where why yesterday yet
    """

  static let pronouns = """
    anybody anyone anything both each everybody everyone everything he her herself him himself
    his i it its itself me mine my nobody none nothing one ones other others our she somebody
    something that their them they this us we what which who whose you your yours yourself
    """

  static let determiners = """
    a all an another any both each enough every few half many more most much neither no some
    such that the this
    """

  static let prepositions = """
    about above across after against along among around as at before behind below beside between
    by down far for from in inside into like near of off on out outside over round than through
    to under until up upon with without
    """

  static let conjunctions = """
    after and as because before but for how if once or so than that until when whenever where
    while why
    """

  static let numerals = """
    eight first five four half hundred once one second seven six ten third three twenty twice
    two
    """

  static let interjections = """
    bang bravo bump crash goodbye hello hi hooray mmm oh plop pop rip splash splat yes yum
    """
}
