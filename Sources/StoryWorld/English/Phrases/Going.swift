let englishGoing = """
  = wantsToSee
  $A wanted to see $D.
  More than anything, $A wanted to see $D.
  $A had never seen $D.
  $A had heard {many |so many |}stories about $D.
  $A {dreamed of seeing|often dreamed of} $D.
  "One day I will see $D!" said $A.n.
  $A had one {big|great|secret} wish. ^$A.he wanted to see $D.
  $A asked everyone about $D, but nobody had {time|an answer}.
  $A had a {map|picture} of $D {over $his bed|in $his pocket}.
  = packs
  & packed a %snackword {and a warm {coat|sweater|blanket}|for the trip|and a bottle of water}
  & put a %snackword in a {bag|basket|backpack}
  & {took|packed} a {rope|lamp|map|compass} and a %snackword
  = obstacle.river
  There was a {wide|deep|wild} {river|stream} and no bridge.
  $A came to {a wide|a deep|a fast} {river|stream} and could not get across.
  = obstacle.fog
  Thick fog came up, and $A could not see {the path|anything|$his own feet}.
  Fog {covered|hid} the path.
  = obstacle.steepPath
  The path {became|grew|got} steep and {full of stones|slippery}.
  The hill was so steep that $A {slid|slipped} back {again and again|two times}.
  = obstacle.darkForest
  $A came to a {dark|gloomy} {forest|wood} {full of shadows|where no bird sang}.
  The path led into a {dark|deep|gloomy} {forest|wood}.
  = obstacle.lostWay
  The path {split in two|ended|came to a fork}, and $A did not know {which way to go|where to go}.
  $A {took a wrong turn|lost the path|got lost}.
  = obstacle.rain
  Dark clouds came, and it began to {rain|pour}.
  {Rain|Heavy rain} {began to fall|came down}, and the path turned to mud.
  = obstacle.brokenBridge
  The {old|little} bridge was {broken|gone}.
  $A came to a bridge, but half of it was {missing|broken}.
  = obstacle.tiredLegs
  The way was {so |very |}long, and $A.s legs were tired.
  $A {walked and walked|had walked for hours} until $his feet hurt.
  = obstacle.bigRock
  A {big|huge} {rock|tree} {lay|had fallen} across the path.
  = obstacle.wind
  The wind {grew|became} so strong that $A {could hardly walk|had to hold on to a tree}.
  = overcomes.river
  & {found|saw} some {flat |big }stones and {jumped|hopped} from one to the next
  & {rolled|pushed} a log over the water and {walked|crept} across
  ?hasB $B {knew|showed $A.o} a place where the water was {low|not deep}.
  ?hasB $A held on to $B.o, and they {got across|crossed the water} safely.
  = overcomes.fog
  & {sat down and waited|waited} until the fog {went away|lifted}
  & followed the {fence|stone wall} with one hand
  ?hasB $B {held up a lamp|went ahead}, and they found the path.
  = overcomes.steepPath
  & {crawled|climbed} on hands and knees until $he was at the top
  & tied a rope to a {tree|rock} and pulled $self up
  ?hasB $B pulled $A.o up, one step at a time.
  = overcomes.darkForest
  & {sang a song|hummed a tune} to be {brave|less afraid} and walked through
  & counted $his steps and did not look {back|left or right}
  ?hasB $AB held hands and {walked|went} through.
  = overcomes.lostWay
  ?!evening & looked at the sun and {knew which way to go|found the way}
  & followed {a line of ants|the sound of a bell|some footprints} and found the path
  ?hasB $B {knew|remembered} the way.
  = overcomes.rain
  & {waited|sat} under a {big leaf|thick tree|rock} until the rain stopped
  & {laughed|sang} and {walked|danced} on through the rain
  ?hasB $AB {waited|hid} under a {rock|big tree} and told stories until the rain stopped.
  = overcomes.brokenBridge
  & {laid|put} a {board|strong branch} over the gap and {walked|crawled} across
  ?hasB $AB {laid|put} a {board|log} over the gap and went across, one after the other.
  = overcomes.tiredLegs
  & {took a rest|ate a berry|drank some water} and {went on|walked on}
  & {sat down|rested} for a while and then {went on|felt strong again}
  ?!evening & rested in the shade and then {went on|felt strong again}
  ?hasB $B {sang a marching song|told a funny story}, and the way {seemed|felt} shorter.
  = overcomes.bigRock
  & {crawled under|climbed over|walked around} it
  ?hasB $AB pushed {and pushed|with all their might} until it {moved|rolled away}.
  = overcomes.wind
  & {bent down low|made $self small} and {went on|walked on}, step by step
  ?hasB $AB held on to each other and {went on|walked against the wind}.
  = seesSight.sea, seesSight.waterfall, seesSight.lighthouse, seesSight.whale
  There it was! The water {shone|sparkled|glittered} {like silver|in the sun|all the way to the sky}.
  = seesSight.sunset, seesSight.rainbow, seesSight.full-moon, seesSight.shooting-star
  There it was! It {lit up|filled} the {whole |}sky{| with light|, more beautiful than any picture}.
  = seesSight.wild-horses, seesSight.wild-geese, seesSight.fireflies, seesSight.deer-family
  There they were{|, so close}, and it was as quiet as in a dream.
  = seesSight.big-oak, seesSight.blue-flower, seesSight.giant-mushroom, seesSight.secret-garden, seesSight.crystal-cave
  There it was, {bigger|more beautiful|stranger} than {in any story|$he had dreamed}.
  = seesSight.old-castle, seesSight.mountain-top, seesSight.ruined-tower
  There it was! From there, $A could see {the whole land|for miles and miles}.
  = seesSight
  $A saw $D.ing.
  There, right before $A.s eyes, was $D.ing!
  $A saw $D.ing{ for the first time| with $his own eyes|, and it was beautiful}.
  ?hasB $AB saw $D.ing {together|at the same time}.
  "(happy) Look, there it is!
  $A {could hardly believe|could not believe} that this was {really |}$D.ing.
  = staysAwhile
  ?!evening & {stayed|sat there} until the sun went down
  & {looked|looked and looked} and forgot {the time|everything else}
  & drew a picture of it, so that $he would never forget
  & {picked up|took} a {small stone|leaf|feather} to remember the day
  ?hasB $AB {sat|stood} there {for a long time|in silence}.
  "(quiet) It is even more beautiful than I thought.
  "(happy) I wish that {everyone|my whole family} could see this!
  = goesToBed
  It was {night|late|dark}, and $A was in bed.
  $A {lay|was lying} in bed, but $he could not sleep.
  The {moon|stars} {shone|was already high|looked in}, and $A {crept into|was in} bed.
  $A {said good night|brushed $his teeth} and went to bed.
  {Night|Darkness} came, and $A {pulled up the blanket|closed $his eyes}.
  $A {went to bed early|was almost asleep}.
  It was $A.s first night {alone in the dark|without a light}.
  = hearsNoise
  $A heard $D.
  There was $D.
  Out of the dark came $D.
  $A {sat up|woke up}. ^There was $D!
  "What was that?" $A {thought|whispered}. ^There was $D.
  The {night|house} was {quiet|silent}, but then there was $D.
  $A {listened|held $his breath}. ^There was $D again.
  = imagines
  Was it a %monster?
  "(scared) Is that a %monster?
  $A thought of a %monster {with big teeth|with long arms|with red eyes|under the bed}.
  $A was sure that it was a %monster.
  $A pulled the blanket over $his {head|nose|ears}.
  In the dark, every shadow looked like a %monster.
  In $A.s mind, it was a %monster, as {big as a house|tall as a tree}.
  = callsOut
  "(scared) $B, are you awake?
  "(scared) $B, I heard something!
  "(scared) $B, please come!
  $A {called|woke} $B.o.
  $A {crept|ran|tiptoed} to $B.o and {told $B.him about it|woke $B.him up}.
  = looksForCause
  ?!hasB & took a {lamp|candle|flashlight} and went to {look|see}
  ?!hasB & {gathered all $his courage|took a deep breath} and got up
  ?!hasB & {tiptoed|crept} {across the floor|closer|to the door}, one step at a time
  ?hasB $AB {tiptoed|crept} through the dark.
  ?hasB $AB took a {lamp|candle|flashlight} and went to look.
  ?hasB Hand in hand, they went to {see|look}.
  ?hasB $A held on to $B.o and {looked|peeked} around the corner.
  = discovers
  It was {only|just} $D.ing!
  {What they heard|The noise|The terrible sound} was only $D.ing.
  There was nothing to be afraid of. It was $D.ing.
  And what did $A see? It was only $D.ing!
  $A {looked closely|held up the light} and {laughed|smiled}, for it was only $D.ing.
  "It is only $D.ing!" said $A.n.
  ?hasB $B pointed at it. It was $D.ing.
  = fearGone
  $A {laughed|giggled|had to laugh} {out loud|with relief|about it}.
  $A was not afraid any more.
  All the fear was gone.
  "(happy) And I was afraid of that!
  "(happy) How silly of me!
  ?hasB $AB {laughed|giggled} so much that {they woke the others|their tummies hurt}.
  ?hasB $AB laughed, and the dark was not so dark any more.
  The night {felt|was} {warm and friendly|quiet} again.
  = movesIn
  $A was new {in town|there} and did not know {anyone|anybody}.
  $A had just moved to {a new house|a new home}.
  $A.s family had {just moved|come from far away}.
  $A missed $his old {home|friends}.
  Everything was {new|strange} to $A.o, and $he had no {friends|friend}.
  = watchesOthers
  There was $B.n, {who was |}$D.ing.
  $A saw $B.o {with some others|and some others}. ^They were $D.ing.
  $A {stood behind a tree|stood at the side} and watched $B.o {and the others |}$D.
  $B and some others were $D.ing, and $A {watched|looked on}.
  $A saw how $B laughed. ^$B and the others were $D.ing.
  = invites
  "(kind) Do you want to $D with {us|me}?
  "(kind) Would you like to $D?
  "(happy) Come and $D with us!
  "(happy) We need one more. Do you want to play?
  "(kind) You can be on my {team|side}.
  $A asked $B.o to {join in|play|come along}.
  $A took $B.s hand and {pulled $B.him along|ran to the others}.
  = joinsIn
  $AB $D.ed together.
  ?!evening $AB $D.ed {until evening|all day}.
  $A {nodded|said yes} and $D.ed with $B.o.
  $A joined in{, and it was great fun|, shyly at first}.
  $AB {ran|laughed} and $D.ed {until they were tired|for hours}.
  $A {soon forgot|forgot} to be shy.
  They laughed {so much|so loudly} that {even the birds|everyone} looked up.
  = becomeFriends
  $AB became friends.
  $AB were friends {from then on|now}.
  $A had {found|made} a {new|real|true} friend.
  "(happy) Will you be my friend?
  "(happy) Will you come again tomorrow?
  "(happy) You are my friend now!
  They found out that they {both liked the same things|lived close to each other}.
  = wandersOff.puppy
  & saw a {fluffy|little|white} puppy and {followed it|ran after it}
  = wandersOff.clown
  & {saw|watched} a clown with a {red|big|round} nose and {forgot everything else|laughed and laughed}
  = wandersOff.toys
  & stopped to look at {some toys|wooden toys|a toy train}
  = wandersOff.music
  & heard {music|a flute|a strange song} and {followed it|went to see where it came from}
  = wandersOff.butterfly
  & saw a {blue|golden|big|yellow} butterfly and {followed it|ran after it}
  = wandersOff.balloons
  & {saw|followed} a man with {a hundred|lots of|many} balloons
  = wandersOff.sweets
  & smelled {roasted nuts|hot waffles|fresh cakes} and {followed the smell|went to look}
  = wandersOff.parrot
  & stopped to listen to a {green|talking|clever} parrot
  = isLost
  $A {turned around|looked up}, but $B was {gone|not there}.
  $A could not see $B {anywhere|any more}.
  Where was $B.n? $A {looked|turned} {left and right|everywhere}.
  $A was all alone, and $B was nowhere to be seen.
  "Where are you?" $A {called|shouted}, but {nobody answered|$B did not hear}.
  = staysCalm
  $A remembered what $B had said. "If you are lost, {stay where you are|ask for help}."
  $A {stood still|stayed where $he was} and tried to be brave.
  $A {sat down on a {bench|stone|step}|climbed on a {bench|stone|step}} and waited.
  $A {took a deep breath|counted to ten} and tried not to cry.
  = isAsked
  "(kind) Are you lost?
  "(kind) Are you all alone here?
  "(kind) Do you need help?
  "(kind) Who are you looking for?
  "(kind) Why are you crying, little one?
  = walksBack
  & took $B.o by the hand and {looked|searched} for $C.o
  & {lifted $B.o up high|let $B.o climb on a bench}, so that $B.he could {see far|look around}
  & {walked|went} with $B.o from {place to place|one end to the other}
  & called $C.s name {loudly|again and again}
  & {stayed|waited} with $B.o until they {saw|heard} $C.n
  = reunited
  $A {saw|spotted} $B.o and {ran|rushed} {to $B.him|into $B.his arms}.
  There was $B.n! $A ran {faster than ever|as fast as $he could}.
  $B came running and {hugged|held} $A.o {tightly|close}.
  "There you are!" cried $B.n and {hugged|kissed} $A.o.
  $B had looked for $A.o everywhere, and {now|there} they {found each other|were together again}.
  = seesInShop
  $A saw $T.a in {a shop window|the window of a shop}.
  There was $T.a in {a shop window|the window of a shop}, and $A {stopped|stood still}.
  $A {looked into a shop|stopped in front of a shop} and saw $T.a.
  {Every day|On the way to school}, $A passed a shop with $T.a in the window.
  Of all the things in the shop, $A wanted $T.a.
  = lacksMoney
  But $A had no money.
  But it cost {ten|five|twenty} coins, and $A had {only two|only one|none}.
  $A counted $his coins. There were not enough.
  $A did not have enough {money|coins}.
  $A emptied $his {piggy bank|pockets}, but {it was not enough|there was only a button}.
  "(sad) I do not have enough {money|coins}.
  = worksFor.sweep
  & swept the {floor|steps|yard} for $B.o
  = worksFor.rake
  & raked leaves for $B.o{| all day}
  = worksFor.walkDog
  & walked $B.s dog {twice|every day|in the rain}
  = worksFor.weed
  & pulled weeds in $B.s garden
  = worksFor.windows
  & {washed|cleaned} all the windows for $B.o
  = worksFor.wood
  & {carried|stacked} wood for $B.o
  = worksFor.hens
  & fed $B.s {hens|chickens} and collected the eggs
  = worksFor.fruit
  & picked {apples|cherries|plums} for $B.o
  = worksFor.shelves
  & {dusted|tidied} the shelves for $B.o
  = worksFor.water
  & {carried water|watered the flowers} for $B.o
  = worksFor.dishes
  & washed {the dishes|a mountain of dishes|all the pots} for $B.o
  = worksFor.paint
  & painted $B.s fence {white|green|blue}
  = worksFor.goats
  & {watched|brushed} $B.s {goats|sheep|pony}
  = worksFor
  & did some hard work for $B.o
  & helped $B.o {all week|every day after school|for three days}
  = earns
  $B gave $A.o {three|five|ten|some} {shiny |}coins.
  $A earned {three|five|ten|some} {shiny |}coins.
  $A saved {every coin|all $his coins} in a {jar|sock|tin}.
  Coin by coin, $A filled a {jar|tin|little bag}.
  "You worked {hard|well}!" said $B.n and gave $A.o {five|ten|six} coins.
  = buys
  & {ran|went} to the shop and bought $T
  & put the coins on the counter and {got|took} $T
  & had enough and could buy $T
  "(happy) Now I can buy $T!
  = warned.jumpOnBed
  "(firm) Do not jump on the bed.
  = warned.touchVase
  "(firm) Please do not touch the blue vase.
  "(firm) This vase is very old. Do not touch it.
  = warned.ballIndoors
  "(firm) Do not play ball in the house.
  = warned.eatCake
  "(firm) The cake is for tonight. Do not eat it.
  "(firm) Please do not eat the cake before dinner.
  = warned.openGate
  "(firm) Do not open the gate, or the hens will run away.
  = warned.paintWall
  "(firm) Paint on the paper. Do not paint on the wall.
  = warned.climbShelf
  "(firm) Do not climb on the shelf.
  = warned.runWithCup
  "(firm) Do not run with a full cup.
  = warned.playWithClock
  "(firm) The clock is not a toy. Do not play with it.
  = warned.splash
  "(firm) Do not splash water on the floor.
  = disobeys.jumpOnBed
  & jumped {higher and higher|up and down} until the bed broke with a {crack|crash}
  = disobeys.touchVase
  & {touched|lifted} the vase, and it fell {down and broke|to the floor}
  = disobeys.ballIndoors
  & kicked a ball through the room and {broke|hit} {a lamp|a window}
  = disobeys.eatCake
  & took {one|a small} bite of the cake, and then another, until {half of it|nearly all of it} was gone
  = disobeys.openGate
  & opened the gate, and all the hens ran {out|away}
  = disobeys.paintWall
  & {painted|drew} a {big sun|red horse|green dragon} on the white wall
  = disobeys.climbShelf
  & climbed on the shelf, and {everything|all the jars} came down with a crash
  = disobeys.runWithCup
  & ran with a full cup and spilled {milk|juice|cocoa} on the {carpet|sofa}
  = disobeys.playWithClock
  & {opened|turned} the clock until a {spring|wheel} {jumped|fell} out
  = disobeys.splash
  & splashed so much that {water ran everywhere|the floor was a lake}
  = hidesIt
  & {ran away|hid} and {did not make a sound|hoped that nobody would notice}
  & {hid behind a chair|crept into a corner|hid under the table}
  & tried to {hide what had happened|make it look all right}
  = confesses
  "(sorry) It was me. I am sorry.
  "(sorry) I did it. I did not listen to you.
  "(sorry) I have to tell you something. I did it.
  $A told $B.o the truth.
  $A {did not lie|could not lie} and told $B.o everything.
  = cleansUp
  $AB cleaned up {the mess |}together.
  $A helped $B.o to {clean up|put everything right|make it right}.
  & worked until everything was {clean|in its place|as before}
  & {fetched a broom|got a cloth} and {helped|cleaned everything}
  """
