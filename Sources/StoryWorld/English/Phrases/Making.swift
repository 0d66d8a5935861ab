let englishMaking = """
  = wantsToCook
  $A wanted to make $T.a for $B.o.
  $A wanted to surprise $B.o with $T.a.
  $A {decided|planned|promised} to make $T.a for $B.o.
  It was $B.s birthday, and $A wanted to make $T.a.
  $A {felt like making|had a great wish to make} $T.a.
  $B was coming {for dinner|home soon|to visit}, so $A wanted to make $T.a.
  $A had never made $T.a before, but $he wanted to try.
  "I will make $T.a for $B.o!" said $A.n.
  $A was hungry for something {good|sweet|warm}, so $he decided to make $T.a.
  $A found {an old recipe|grandmother's recipe} for $T.a.
  = lacks
  But there {was|were} no $D in the {cupboard|kitchen|house}.
  But $A had no $D.
  $A looked in the cupboard, but {there was no trace of any|could not find any} $D.
  Only one thing was missing: the $D.
  "(sad) Oh no, we have no $D left!
  $A needed $D, and the {jar|bowl|bag} was empty.
  Everything was there but the $D.
  = asksIngredient
  "Can you give me some $D, please?
  "Do you have any $D?
  "May I {borrow|have} some $D, please?
  "I need some $D. Can you help me?
  "We have no $D. Do you have any?
  $A went to $B.o and asked for $D.
  $A knocked on $B.s door and asked for some $D.
  = givesIngredient
  & gave $B.o {some|all|a bag of|a bowl of} $D
  & {filled|took} a bag with $D and gave it to $B.o
  & went inside and came back with $D
  & was glad to {share|help} and gave $B.o some $D
  "(kind) Of course! Take all the $D that you need.
  "(kind) Here you are. I have more $D than I need.
  "(happy) Sure, I have lots of $D!
  = returnsHome
  & ran home
  & hurried home {with it|at once|as fast as $he could}
  & carried it home {carefully|happily}
  & went back to the kitchen
  & said goodbye and ran home
  = cooks
  & began to {cook|work|stir}
  & {washed $his hands|put on an apron|rolled up $his sleeves} and {began to cook|set to work|got to work}
  & {mixed|stirred} everything in a {big|large|blue} bowl
  & {stirred|mixed|cut|measured} and {tasted|hummed a song}
  & followed {every step|the recipe} and {stirred|mixed} {slowly|for a long time}
  & {cut|chopped|poured} and {mixed|stirred} until $his arms were tired
  & {tasted a spoonful|licked the spoon} and {added a little more|smiled}
  = cookTrouble.spilled
  The {bowl|pan} tipped over, and everything spilled on the floor.
  $A bumped into the table and spilled {everything|half of it}.
  $A knocked over the {bowl|pan}, and there was a big mess.
  = cookTrouble.burnt
  $A forgot the time, and everything burned.
  It smelled of smoke, because $T was burning!
  Black smoke came out of the {oven|pan}.
  = cookTrouble.tooSalty
  $A {mixed up|confused} the salt and the sugar, and it tasted terrible.
  $A tasted it and made a face, for it was much too salty.
  The {lid|top} fell off, and all the {salt|pepper} fell in.
  = cookTrouble.dropped
  $A slipped and dropped everything.
  $A tripped over {a chair|the rug}, and $T {landed|fell} on the floor.
  Crash! The {bowl|dish} fell on the floor and broke.
  = cookTrouble.tooSour
  $A tasted it, and it was as sour as {vinegar|a lemon}.
  It tasted {awful|bitter|strange}, and $A did not know why.
  = cookTrouble.sticky
  It {stuck|was stuck} to the {bowl|spoon|table} and to $A.s {hands|nose|hair}.
  Everything was sticky, even the {door|chair|ceiling}.
  = cookTrouble.eatenByDog
  ?human The {dog|cat} {jumped on the table|came in} and ate {half of it|nearly everything}.
  ?human $A turned around, and the {dog|cat} had eaten {it all|half of it}.
  ?animal Some ants {came in|found it} and carried {half of it|nearly everything} away.
  ?animal A {crow|greedy beetle} came in and ate {half of it|nearly everything}.
  = cookRemedy
  $AB cleaned up and started again.
  $A helped $B.o to {start|try} again.
  $A showed $B.o what to do{, step by step|}.
  $AB tried again, and this time they {were careful|measured everything|read every line}.
  $A {tied on an apron|rolled up $his sleeves} and helped $B.o.
  This time $A.n and $B.n worked together.
  $A knew {a trick|what to do}, and they made it again.
  "(happy) Let us do it again together!
  "(kind) We can save it. Let me show you how.
  = dishReady
  $T was ready.
  $T was {done|ready}, and it smelled {wonderful|so good|delicious}.
  The whole {house|kitchen|room} smelled of {something sweet|good food}.
  $A {took|lifted} out $T, and it {looked|smelled} {perfect|wonderful}.
  $T looked {just right|better than in any book|golden and warm}.
  $A put $T on the table with {flowers|a candle|two spoons}.
  $A tasted it. It was {perfect|just right|delicious}!
  = eatTogether
  $AB ate it {together|all up|at the big table}.
  $AB sat down and ate {together|until they were full|every bit of it}.
  $A gave $B.o the {first|biggest} piece.
  $A shared it with $B.o.
  $B {ate|tasted} it and {smiled|asked for more|could not stop smiling}.
  $B {took a bite|tried some}, and $B.his eyes {lit up|grew big}.
  When $B {came|sat down}, $A {served|brought out} $T.
  They shared $T{, and nothing was left|}.
  $B ate {two|three} {helpings|plates}!
  = praisesFood
  "(happy) This is delicious!
  "(happy) Mmm, this is so good!
  "(happy) This is the best thing I have ever eaten!
  "(happy) You are a {wonderful|great|real} cook!
  "(happy) May I have some more?
  "(happy) Did you make this {yourself|all alone}? It is wonderful!
  "(happy) Yum!
  = wantsToBuild
  $A wanted to {build|make} $T.a.
  $A had an idea. ^$A.he wanted to {build|make} $T.a.
  $A {decided|planned} to {build|make} $T.a {all by $self|from things $he had found}.
  $A {dreamed of|thought about} {making|building} $T.a.
  "I am going to make $T.a!" said $A.n.
  $A had seen $T.a in a book and wanted {to make one|one too}.
  $A drew a plan for $T.a.
  $A wished for $T.a, so $he decided to make one.
  = gathers
  & {found|got|borrowed|gathered|collected} $T.of
  & {looked for|went to get} $T.of
  & {took|used} $T.of
  & {brought|carried} $T.of in a {bag|basket|wagon|box}
  & spent an hour looking for $T.of
  ?morning & spent the whole morning looking for $T.of
  All that $A needed was $T.of.
  = builds
  & worked {hard|for hours|without a rest}
  ?morning & worked all morning
  & {began|started} to {build|work}
  & worked and worked until $his {hands|arms} were {sore|tired}
  & {tied|fixed} one {piece|part} to {the next|another}
  & put {one piece|each part} {carefully |}{on top of|next to} {another|the other}
  & {sang|whistled|hummed} while $he {worked|was working}
  & {measured|checked} everything {twice|three times}
  & worked slowly, because $he wanted it to be {perfect|beautiful|strong}
  = buildTrouble.wind
  A strong wind came and {knocked it down|blew it over}.
  The wind blew, and $T fell {over|down}.
  = buildTrouble.knockedOver
  ?human A {big|wild} dog ran by and knocked $T over.
  ?human A ball came flying and {hit|broke} $T.
  ?animal A {falling branch|clumsy bear} {hit|broke} $T.
  $A {tripped|stumbled} and fell on $T.
  = buildTrouble.tooHeavy
  One part was so heavy that $A could not lift it.
  $A could not lift the last piece, for it was too heavy.
  = buildTrouble.fellApart
  $T {shook|swayed} and fell apart.
  There was a {crash|bang|thud}, and $T {broke in two|lay in pieces}.
  $T fell apart {again and again|three times}.
  = buildTrouble.rain
  It began to rain, and $T {got|became} soft and wet.
  Rain {came down|poured}, and the water {washed away|spoiled} a part of $T.
  = buildTrouble.crooked
  $A looked at $T. It was {crooked|much too small|leaning to one side}!
  $T was so crooked that it {leaned|stood} like a {sleepy|tired} {horse|old man}.
  = buildTrouble.missingPart
  One {piece|part} was missing, and $A could not {find|make} it.
  $A counted the pieces. One was missing!
  = suggests
  "(kind) Let us build it again together.
  "(kind) If we work together, it will be {easy|stronger}.
  "(happy) Four hands are better than two!
  "(happy) I have an idea! We can make it stronger!
  $A {sat down|knelt down} beside $B.o and {looked at|studied} $T.
  = suggests.wind
  "(kind) It needs {stones at the bottom|something heavy}. Then the wind cannot move it.
  = suggests.knockedOver
  "(kind) Next time we will put a {fence|rope} around it.
  = suggests.tooHeavy
  "(happy) You lift on that side, and I will lift on this side!
  = suggests.fellApart
  "(kind) You have to {start with the big parts|begin at the bottom}.
  = suggests.rain
  "(kind) We need a roof over it until it is dry.
  = suggests.crooked
  "(kind) It only needs a little push on the left side.
  = suggests.missingPart
  "(happy) I have just the right piece in my {pocket|bag}!
  = rebuilds
  $AB built it again.
  $AB worked {side by side|together}.
  ?!evening $AB worked {until evening|for the rest of the day}.
  $A held the {parts|pieces}, and $B tied them together.
  They started {again|over|from the beginning}, and this time {it held|it was strong|it worked}.
  $AB {lifted|pushed|carried} and {pulled|laughed}, piece by piece.
  $A {listened|nodded} and tried it again with $B.o.
  One {held|carried}, and the other {tied|pushed}.
  = buildDone
  $T was {done|finished|ready}.
  $T {was strong and straight|shone in the sun}.
  $T {looked|was} even {better|prettier|stronger} than before.
  $T was the {best|finest|most beautiful} one {far and wide|in the whole town|anyone had seen}.
  $A {looked at|walked around} $T and {nodded|smiled}.
  Everyone came to {see|admire} $T.
  "(happy) It is finished!
  "(happy) Look, it works!
  = plants.sunflower
  & planted a {big|striped} sunflower seed in the {ground|earth|soil}
  = plants.pumpkin
  & {planted|put} a pumpkin seed in the {ground|earth|soil}
  = plants.bean
  & {planted|pushed} a {white|fat} bean into the {ground|soil|earth}
  = plants.tomato
  & planted a {tomato seed|tiny tomato plant} in {the sun|a warm corner}
  = plants.tulip
  & {planted|buried} a {fat|big} tulip bulb in the {ground|earth|soil}
  = plants.carrot
  & {planted|sowed} a {tiny|little} carrot seed in the {soft |}{earth|soil}
  = plants.strawberry
  & planted a {little |small |}strawberry plant {by the fence|in a sunny spot}
  = plants.appleTree
  & {planted|put} {an apple seed|a little apple tree} in the {ground|earth}
  = plants.rosebush
  & planted a {little|small} rosebush {by the fence|in a sunny spot|near the path}
  = plants.corn
  & {planted|put} a {golden |}grain of corn in the {ground|earth|soil}
  = plants
  $A {had|found|got} a {tiny|small} seed and wanted to see what it would become.
  = waits
  & {watered|looked at} it every {day|morning|evening}
  & {waited|watched} and waited, but {nothing happened|there was nothing to see}
  & {sat|stood} {beside it|next to it} and {waited|watched}
  & {came|looked} every day, but {it was too early|nothing moved|the ground stayed brown}
  "(quiet) Please grow!
  "(angry) Why does it take so long?
  After {a week|ten days|two weeks}, a {tiny|small} green {tip|leaf} came up.
  = plantTrouble.dry
  It did not rain for {weeks|a long time}, and the leaves {turned brown|hung down}.
  The sun was {so |too }hot, and the {plant|little plant} {looked thirsty|hung its head}.
  = plantTrouble.snails
  {Snails|Slugs} came in the night and {ate|nibbled at} the leaves.
  There were {big|round} holes in the leaves, for the {snails|caterpillars} had been there.
  = plantTrouble.birds
  {Birds|Crows|Pigeons} came and {picked at|pecked at} the {little|young} {plant|leaves}.
  = plantTrouble.weeds
  Weeds grew {everywhere|all around} and {took the light away|covered it}.
  = plantTrouble.cold
  A cold night came, and there was frost on the {ground|leaves}.
  It {turned|grew} cold, and the little plant {froze|shivered in the wind}.
  = plantTrouble.shade
  It was too dark there, and the little plant stayed {thin|pale}.
  = plantTrouble.goat
  A {goat|rabbit|deer} came and {ate|nibbled} the top.
  = plantAdvice.dry
  "(kind) It is thirsty. Give it water every evening.
  = plantAdvice.snails
  "(kind) Put some {sand|ash|eggshells} around it. They do not like that.
  = plantAdvice.birds
  "(kind) We can make a scarecrow.
  "(happy) Let us hang up something shiny!
  = plantAdvice.weeds
  "(kind) Pull out the weeds, and it will have light.
  = plantAdvice.cold
  "(kind) Cover it with {straw|a blanket|a jar} at night.
  = plantAdvice.shade
  "(kind) It needs more sun. Move it to a sunny place.
  = plantAdvice.goat
  "(kind) You need a little fence around it.
  = plantAdvice
  "(kind) Be patient. {Good things take time|Every plant needs time}.
  "(kind) A plant needs {water, light, and love|care every day}.
  $A told $B.o what to do.
  $A knew {all about plants|what was wrong} and explained it to $B.o.
  = caresFor
  & did just that
  & {took care of|cared for} it every day
  & worked {hard|every day} and never forgot
  = caresFor.dry
  & carried water from the {well|stream} every evening
  = caresFor.snails
  & {put|spread} a {ring|circle} of sand around it
  = caresFor.birds
  & hung up {bits of silver paper|an old hat on a stick}
  = caresFor.weeds
  & pulled out the weeds, {one by one|roots and all}
  = caresFor.cold
  & covered it with {straw|a blanket|leaves} {each night|before dark}
  = caresFor.shade
  & {dug it up with care and moved it|moved it} {into the sun|to a sunny spot}
  = caresFor.goat
  & built a {small|little} fence {of sticks|out of twigs}
  = grows.sunflower
  A {tall|bright} sunflower {opened|turned its face to the sun}.
  The sunflower grew {taller than $A.n|as tall as the house}.
  = grows.pumpkin
  A {huge|round} orange pumpkin {lay|sat} {on the ground|among the leaves}.
  The pumpkin grew {so big that nobody could lift it|as big as a wagon wheel}.
  = grows.bean
  The bean {climbed|grew} {up and up|up to the roof|higher every day}.
  = grows.tomato
  {Red|Round red} tomatoes {hung|shone} {among the leaves|in the sun}.
  = grows.tulip
  {A red|A yellow|The first} tulip {opened|bloomed} in the {morning|spring} sun.
  = grows.carrot
  $A pulled, and out came a {long|fat} orange carrot.
  = grows.strawberry
  {Sweet|Red|Little} strawberries {shone|hid} under the leaves.
  = grows.appleTree
  The {first|little} {apple tree|tree} {bloomed|had white flowers}, and later there were apples.
  = grows.rosebush
  The rosebush was {covered with|full of} {red|white|pink} roses.
  = grows.corn
  The corn stood {high|golden|straight}, as tall as {a door|two children}.
  = grows
  It grew {and grew|higher and higher|a little every day}.
  {Weeks|Days} later, {it was bigger than ever|everyone could see how well it had grown}.
  = wantsToLearn
  $A wanted to learn {how |}to $D.
  More than anything, $A wanted to $D.
  $A could not $D {yet|at all|like the others}.
  $A had always dreamed of $D.ing.
  $A often watched others $D.ing and wished to do the same.
  $A thought that $D.ing was the best thing in the world, but $he could not do it.
  $A had a {big|secret|great} wish. ^$A.he wanted to $D.
  $A {dreamed of|thought a lot about} $D.ing.
  {All $his friends|All the others|Everyone else} could $D, but $A could not.
  "One day I will $D!" $A said.
  $A wished that $he could $D.
  ?hasB $B could $D very well, and $A wanted to do it too.
  ?hasB $A watched $B.o $D and wanted to learn it.
  ?hasB "(quiet) I want to $D like you.
  = triesSkill
  & tried to $D
  & tried to $D for the first time
  & {closed $his eyes|took a deep breath|counted to three} and tried to $D
  & tried it {once|twice|three times}
  & {looked around|made sure that nobody was watching} and tried to $D
  & {thought it was easy|thought it would be easy} and began at once
  = failsSkill
  $A could not do it.
  It did not work.
  $D.ing was much harder than {it looked|$he had thought}.
  $A {fell down|made a mistake|got it all wrong} {again and again|three times|every time}.
  It was much harder than {it looked|$he had thought}.
  $A {lost $his balance|slipped|got stuck} and {landed on $his bottom|had to stop|bumped $his nose}.
  Bump! That did not go well.
  Some {children|others} {laughed|giggled}, and $A turned red.
  ?animal Some {frogs|ducks} laughed, and $A turned red.
  $A tried once more, but it {went wrong|was even worse|was no use}.
  = givesUp
  "(sad) I will never learn it!
  "(sad) It is too hard for me.
  "(angry) I give up!
  "(sad) I just cannot do it.
  "(angry) I do not want to any more!
  $A wanted to {give up|go home|stop}.
  $A sat down and did not want to try again.
  = teaches
  "(kind) {Everybody|Everyone} falls at first. Try again.
  "(kind) Let me show you how I do it.
  "(kind) Start slowly. Do not look down.
  "(kind) When I was little, I could not $D. I practiced every day.
  "(kind) You need {a little time|some practice}. I will help you.
  "(kind) Take a deep breath, and think of something nice.
  "(kind) One step at a time!
  "(kind) $D.ing is not so hard if you {go slowly|take your time|stay calm}.
  $A {showed|explained to} $B.o how to $D.
  $A held $B.s hand until $B.he felt {safe|ready|brave}.
  $A had a good trick and showed it to $B.o.
  $A told $B.o to {relax|keep calm|be patient} and try again.
  = practises
  & practiced every day
  & practiced $D.ing {every day|for a whole week|in secret}
  & practiced {for a week|for three days|every day after lunch}
  ?morning & practiced all morning
  & tried {again and again|once more|ten more times}
  & {got up|stood up} and tried again
  & {worked hard|did not give up|kept trying}
  & practiced until {$he was tired|the stars came out}
  ?!evening & practiced until it got dark
  & {got|became} {a little|a bit} better {every day|each time}
  & {gathered all $his courage|was brave} and tried again
  = learnsSkill
  $A $D.ed!
  $A {really|finally|truly} $D.ed!
  And then, all at once, $A $D.ed!
  $A $D.ed as if it were the easiest thing in the world.
  $A $D.ed all {by $self|alone}.
  It {worked|was easy now|felt easy}!
  $A could $D!
  $A did it {without any help|without a mistake|perfectly}.
  "(happy) Look, I can $D!
  "(happy) I did it!
  "(happy) I can do it!
  = cheers
  "(happy) Well done!
  "(happy) You did it!
  "(happy) Hooray!
  "(happy) I knew you could do it!
  "(happy) Bravo!
  "(happy) That was {wonderful|great|perfect}!
  "(happy) I am so proud of you!
  $A {clapped|cheered|whistled} {loudly|for a long time}.
  $A {clapped $his hands|cheered} {for $B.o|and jumped up and down}.
  = contestAnnounced.race
  There was {going to be |}a {big |great }race $P.in.
  $A wanted to run in the {big|great|summer} race.
  = contestAnnounced.swimming
  There was {going to be |}a swimming race $P.in.
  $A wanted to {be|swim} in the {big|great} swimming race.
  = contestAnnounced.boats
  There was {going to be |}a toy boat race $P.in, and $A {had built|built} a boat.
  = contestAnnounced.kites
  There was {going to be |}a kite contest $P.in, and $A had made a kite.
  = contestAnnounced.singing
  There was {going to be |}a singing contest $P.in.
  $A wanted to sing in the {big|great} singing contest.
  = contestAnnounced.pumpkins
  There was {going to be |}a contest for the biggest pumpkin, and $A had grown one.
  = contestAnnounced.sleds
  There was {going to be |}a {log rolling|sack} race $P.in.
  = contestAnnounced.baking
  There was {going to be |}a {cake|baking} contest, and $A had baked {a lemon|an apple|a honey} cake.
  = contestAnnounced
  $A {practiced|had practiced} {every day|for weeks} for the {big|great} contest.
  Everyone was talking about the {big|great} contest.
  = boasts
  "(proud) I am going to win!
  "(proud) Nobody can beat me!
  "(proud) You will never win against me!
  "(proud) I am the best!
  "(kind) Good luck to you!
  "May the best one win!
  "(proud) The prize is as good as mine!
  $A {laughed at|shook hands with} $B.o.
  $A {bragged|was sure} that $he would win.
  = contestStarts
  Everyone was ready. "One, two, three, go!"
  A {bell rang|whistle blew|drum sounded}, and it began.
  $A {stood|waited} {beside|next to} $B.o. ^Then it began.
  $AB {did|gave} their best.
  The {crowd|whole crowd} {cheered|clapped}, and it began.
  At first, $B was {ahead|better}.
  = contestStarts.race, contestStarts.swimming, contestStarts.sleds
  $AB were {side by side|the fastest of all}.
  = rivalFalls.race, rivalFalls.sleds
  $A {tripped|stumbled} over a {root|stone} and fell.
  $A fell down and {held|hurt} $his {knee|foot|ankle}.
  = rivalFalls.swimming
  $A got a cramp in $his leg and called for help.
  $A got {tangled|caught} in some water plants.
  = rivalFalls.boats
  $A.s boat {tipped over|began to sink|got stuck in the reeds}.
  = rivalFalls.kites
  $A.s kite {got tangled|had a knot|would not fly}.
  = rivalFalls.singing
  $A {forgot the words|lost $his voice|began to cough}.
  = rivalFalls.pumpkins
  $A.s pumpkin rolled off the {cart|table}, and nobody could lift it alone.
  = rivalFalls.baking
  $A.s cake {slid off the plate|began to fall over}.
  = stopsToHelp
  & stopped and helped $B.o
  & forgot the prize and {ran|went} back to help $B.o
  & {did not think twice|turned around at once} and helped $B.o
  & {could not|would not} leave $B.o like that and helped $B.him
  "(kind) Are you hurt? Let me help you.
  "(kind) Come on, we will {finish|do this} together!
  = goesOn
  & did not {stop|look back}
  & {went on|kept going} and did $his best
  & gave everything that $he had
  = contestEnds.0
  Somebody else won, but everyone {clapped|cheered} for $A.n.
  $A came in last, but {the crowd|everybody} cheered the loudest for $him.
  $A did not win, but $he had {a new friend|done the right thing}.
  = contestEnds.1
  $AB {finished|crossed the line} together, and both got %prize.
  The judges gave %prize to both of them.
  $A got %prize for being so kind.
  = contestEnds.2
  $A won %prize.
  $A was {second|third}, and that was good enough.
  $A won, but $he {shook|went to shake} $B.s hand.
  = sharesPrize
  $AB shared the prize.
  $A gave {half of the prize|the prize} to $B.o.
  "(happy) Let us share it!
  $A.n and $B.n {carried|took} the prize home together.
  """
