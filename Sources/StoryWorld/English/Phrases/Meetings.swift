let englishMeetings = """
  = goes
  & %walked $P.to
  & went $P.to
  & went $P.to all by $self
  & went for a walk $P.to
  & put on $his {boots|coat|hat} and %walked $P.to
  & {left home|left the house} and %walked $P.to
  ?morning & ate breakfast and %walked $P.to
  & decided to go $P.to
  & took the {short|long|sandy|narrow|winding} {path|road} $P.to
  & made $his way $P.to
  ?human & rode $his bike $P.to
  ?human & got dressed and %walked $P.to
  & could not wait to go $P.to
  & {hummed|whistled|sang} a {song|tune} on the way $P.to
  & felt like going $P.to
  = goesWith
  $AB %walked $P.to.
  $AB went $P.to together.
  $A.n and $B.n %walked $P.to.
  $A went $P.to with $B.o.
  $A asked $B.o to come {along |}$P.to.
  $A took $B.o along $P.to.
  "Let us go $P.to!" said $A.n to $B.o{, and off they went|}.
  $B wanted to go $P.to, so $A {came along|went too|came with $B.him}.
  ?adultB $B took $A.o $P.to.
  ?adultB,human $A.n and $B.n took the bus $P.to.
  ?adultB $A held $B.s hand all the way $P.to.
  ?!adultB $AB raced each other $P.to.
  ?!adultB $AB {held hands|left together} and %walked $P.to.
  ?!adultB $A called $B.o, and the two of them %walked $P.to.
  = scenery.park
  Children were {running|playing} everywhere, and a band played.
  There were {swings|fountains|benches} and {tall trees|rows of roses}.
  Some ducks were {sleeping|quacking} by the fountain.
  = scenery.playground
  The {slide|sandbox|seesaw} was still wet, but nobody cared.
  Some children were on the swings, and others were on the slide.
  = scenery.garden, scenery.yard
  Bees were {humming|buzzing} around the {roses|tulips|daisies|sunflowers}.
  The {grass|clover} was soft and smelled {sweet|fresh}.
  A {robin|blackbird|sparrow} was singing on the fence.
  = scenery.forest, scenery.woods
  It was cool and quiet under the {tall trees|pines|old oaks}.
  ?!evening {Sunlight|Golden light} fell through the leaves.
  A woodpecker was knocking on a tree, and it smelled of {moss|pine|mushrooms}.
  The leaves were {whispering|rustling} in the wind.
  = scenery.meadow, scenery.field, scenery.valley
  The grass was full of {yellow|white|purple} flowers.
  {Crickets|Grasshoppers} were chirping everywhere.
  A rabbit looked up and then {went on eating|ran away}.
  = scenery.hill, scenery.mountain
  From there, everything below looked as small as a toy.
  The wind was {fresh|cool|strong} up there.
  Sheep were {resting|grazing} on the slope.
  = scenery.beach
  The waves rolled {in and out|over the sand}.
  The sand was {warm|white} and full of {shells|pebbles}.
  Seagulls {cried|circled} above the water.
  = scenery.lake, scenery.pond
  Round leaves {floated|rocked} on the {still|dark} water.
  The water was as {smooth as glass|clear as a mirror}.
  {Frogs|Dragonflies} {sat|rested} on the {wet|round} leaves.
  A {swan|duck} swam by with {three|four|five} little ones.
  = scenery.river, scenery.stream
  The water {sang|splashed|gurgled} over the {stones|rocks}.
  Small silver fish {jumped|darted} in the water.
  = scenery.farm, scenery.barn, scenery.mill
  The {cows|horses|sheep} were eating hay, and the {hens|geese} were making noise.
  It smelled of {hay|straw|fresh milk}.
  = scenery.orchard
  The branches were heavy with {apples|plums|cherries|pears}.
  Ripe fruit lay {in the grass|everywhere}.
  = scenery.square, scenery.market, scenery.fair, scenery.street
  People were {buying|selling} {bread|fish|flowers|cheese|fruit} and talking loudly.
  There were so many {people|colors|smells}!
  {Music|Laughter} came from every corner.
  = scenery.harbor
  {White|Fishing} boats {rocked|bobbed} on the water.
  It smelled of {salt|fish} and {tar|seaweed}.
  = scenery.cave, scenery.island, scenery.castle
  It was a place where {hardly anyone|nobody} ever went.
  Everything was {still|silent}, and the air was {cool|damp}.
  = scenery.library, scenery.school, scenery.museum, scenery.station
  It was {full of people|busier than usual|quieter than usual}.
  ?morning The big clock on the wall said {ten|noon}.
  ?afternoon The big clock on the wall said three.
  = scenery.bakery, scenery.toy shop, scenery.flower shop, scenery.bookshop, scenery.grocery store
  The {shelves|windows} were full of {good|beautiful|pretty} things.
  = scenery.workshop, scenery.greenhouse
  It was {warm|bright} inside and smelled of {wood|earth|leaves}.
  = scenery.kitchen, scenery.bedroom, scenery.attic, scenery.living room, scenery.cellar
  It was {warm|cozy|quiet} there.
  = scenery.den, scenery.burrow, scenery.hollow tree, scenery.nest, scenery.cottage
  It was {warm|cozy|dry} there.
  = meets
  $A met $B.o there.
  There $A met $B.o.
  $A saw $B.o {coming down the path|not far away|under a tree|close by} and {waved|called}.
  $A looked up and saw $B.o.
  $A was not alone, for $B was there too.
  $A {turned around|lifted $his head}, and there was $B.n.
  $A heard footsteps and saw $B.o.
  $A ran to $B.o {for help|and told $B.him everything|with the bad news}.
  $A {called|shouted} for help, and $B came.
  = comesAlong.0
  $B came {by|along|closer|over}.
  $B {passed|walked} by and stopped.
  $B was {nearby|on the way home|not far away} and came to {see|look}.
  $B had seen {everything|it all} and {came over|hurried over|ran over}.
  $B heard the noise and {came running|hurried over|came to look}.
  $B {walked|strolled} by and {noticed|saw} $A.o.
  $B {sat down next to|came up to|stopped beside} $A.o.
  $B saw $A.s face and {came closer|stopped|walked over}.
  = comesAlong.1
  $B came {back|along|closer|near}.
  $B appeared {again|in front of $A.o|at $A.s side}.
  $B {heard|saw} {everything|what had happened} and came {quickly|at once}.
  $B stood {there|in front of $A.o|beside $A.o}.
  {Who came along but $B.o|There came $B.o}!
  $B {opened|came through} the {door|gate} and saw $A.o.
  = asksWhy
  "(kind) What is wrong?
  "(kind) What is the matter{, $B.n|}?
  "(kind) Why are you so sad?
  "(kind) Are you all right?
  "What happened?
  "What {happened here|is going on}?
  "(kind) Why do you look so sad?
  "Is something wrong?
  "(kind) Can you tell me what happened?
  "You look {sad|worried|unhappy}. What is it?
  "(kind) Oh dear, what has happened{ here|}?
  "(kind) Do you need {some help|a hand|help}?
  = explains.blownIntoTree
  "(sad) The wind blew $T into the tree.
  "(sad) $T is stuck up there in the tree.
  "(sad) I cannot get $T down from the tree.
  = explains.blownOntoRoof
  "(sad) $T is on the roof.
  "(sad) The wind took $T and put it on the roof!
  = explains.blownIntoWater, explains.rolledIntoWater
  "(sad) $T is in the water.
  "(sad) $T fell into the water, and I cannot reach it.
  "(sad) Look, $T is floating away!
  = explains.rolledIntoHole
  "(sad) $T is down in that hole.
  "(sad) $T fell into a deep hole.
  "(sad) I cannot get $T out of the hole.
  = explains.broke
  "(sad) I broke $T.
  "(sad) $T is broken.
  "(sad) I dropped $T, and now it is broken.
  = explains.tore
  "(sad) $T has a big hole in it.
  "(sad) I tore $T on a {nail|thorn|fence}.
  "(sad) Look, $T is torn!
  = explains.gotMuddy
  "(sad) $T is all muddy.
  "(sad) Look how dirty $T is!
  = explains.snatched
  "(sad) Somebody took $T!
  "(angry) That little thief has taken $T!
  = explains.gotSoaked
  "(sad) $T got wet in the rain.
  "(sad) $T is all wet.
  = explains.stuckInBush
  "(sad) $T is stuck in the thorns.
  "(sad) $T rolled into that bush, and it is full of thorns.
  = explains.lost
  "(sad) I cannot find $C.
  "(sad) I have lost $C!
  "(sad) I am lost, and I do not know where $C is.
  "(sad) I only looked away for a moment, and then $C was gone.
  = asksForHelp
  "Can you help me, please?
  "Please, can you help me with $T?
  "Will you help me get $T back?
  "(scared) Please help me$B.v!
  "Could you {help me|lend me a hand}? I need {help|somebody} with $T.
  "(sad) I do not know what to do. Please help me.
  "(sad) I need help.
  "Do you know what I can do about $T?
  = offersHelp
  "(kind) Do not worry, I will help you.
  "(kind) I can help you.
  "(kind) Do not cry. We will {fix it|find a way|think of something}.
  "(happy) I know what to do!
  "(happy) I have an idea!
  "(kind) Let me help.
  "(kind) Let us do it together.
  "(kind) That is not so bad. I can help.
  "(proud) Leave it to me!
  "(kind) Two are better than one.
  "(kind) Wait here. I will {be right back|try something}.
  "(kind) We will find a way{, you will see|}.
  "(happy) Of course I will help you$B.v!
  "(kind) You are not alone. Let me see what I can do.
  $A {offered|promised|wanted} to help.
  $A {thought for a while|scratched $his head|thought hard}. ^$A.he had an idea.
  = encourages
  "(kind) Do not give up!
  "(kind) You can do it!
  "(kind) Try again. It will be all right.
  "(kind) It happens to everyone.
  "(kind) Never mind. We can try again.
  "(kind) We all make mistakes.
  "(kind) Cheer up! We will do it together.
  "(kind) It is only a little {trouble|problem}.
  "(kind) I believe in you.
  "(happy) Come on, we can do this!
  $A told $B.o not to give up.
  $A put a hand on $B.s shoulder and smiled.
  = comforts.0
  "(kind) Do not be afraid. I am here.
  "(kind) There is nothing to be afraid of.
  "(kind) Let us go and see what it is.
  "(kind) I will stay with you.
  "(kind) Everyone is afraid sometimes.
  "(kind) Hold my hand, and we will look together.
  "(kind) You are safe with me.
  $A hugged $B.o and promised to stay.
  = comforts.1
  "(firm) What are you two {fighting|shouting} about?
  "(kind) There is enough for both of you.
  "(firm) Friends should not fight over such a thing.
  "(kind) Can you not {share|take turns}?
  "(firm) Is it worth losing a friend?
  $A asked them both to {sit down and talk|take a deep breath|think about it}.
  = thanks
  "(happy) Thank you!
  "(happy) Thank you so much$B.v!
  "(happy) Thank you, thank you!
  "(happy) Thank you for your help!
  "(happy) You are so kind!
  "(happy) How can I ever thank you?
  "(happy) You are the best!
  "(happy) What would I do without you?
  "(happy) Thanks a lot$B.v!
  "(happy) That was so nice of you!
  "(happy) I will never forget this!
  "(happy) I am so lucky to have met you!
  $A thanked $B.o {again and again|with all $his heart|a hundred times|and smiled}.
  $A was so happy that $he {hugged|thanked} $B.o {twice|at once}.
  $A thanked $B.o and gave $B.him {a flower|a hug|a big smile|a kiss on the cheek}.
  $A did not know how to thank $B.o.
  $A shook $B.s hand and thanked $B.him.
  = answersThanks
  "(happy) You are welcome!
  "(kind) I was glad to help.
  "(kind) That is what friends are for.
  "(kind) It was nothing.
  "(kind) Anytime!
  "(kind) You would do the same for me.
  "(happy) It was fun to help you!
  "(kind) Just ask me whenever you need help.
  = greets
  "Hello! My name is $A.n.
  "Hello, I am $A.n. Who are you?
  "Hi! What is your name?
  "(happy) Hello there!
  "(happy) Hi, I am $A.n!
  "(kind) I have not seen you before. I am $A.n.
  "(quiet) Hello. Do you often play here?
  $A {waved|smiled} and said hello to $B.o.
  $A took a {deep breath|few steps} and said hello to $B.o.
  = apologizes
  "(sorry) I am sorry.
  "(sorry) I am so sorry$B.v.
  "(sorry) I am sorry. I should have shared.
  "(sorry) I was {mean|wrong|unkind}. I am sorry.
  "(sorry) I did not want to {hurt you|make you sad}. Please forgive me.
  "(sorry) Please do not be angry with me.
  "(sorry) It was my fault.
  "(sorry) Can we be friends again?
  $A felt bad and told $B.o that $he was sorry.
  $A said that $he was sorry, and $he meant it.
  = forgives
  "(kind) It is all right.
  "(kind) I forgive you.
  "(kind) Thank you for telling me.
  ?childA "(sorry) I am sorry too.
  ?childA "(kind) Let us not fight any more.
  ?childA "(kind) You are {still|always} my friend.
  ?childA "(kind) A friend is better than {any toy|anything}.
  ?adultA "(kind) I am glad that you told me the truth.
  ?adultA "(kind) Anyone can make a mistake.
  ?adultA "(firm) Next time, please listen to me.
  ?adultA "(kind) I am not angry, but please be careful.
  $A {nodded|smiled} and {hugged|forgave} $B.o.
  ?adultA $A was not angry for long.
  ?childA $A could not stay angry with $B.o.
  = hugs
  $A hugged $B.o.
  $A gave $B.o a {big|warm|long|tight} hug.
  $A threw $his arms around $B.o.
  $AB hugged each other.
  $A hugged $B.o as {hard|tightly} as $he could.
  $AB {laughed|smiled} and hugged.
  $A ran {over to $B.o|into $B.s arms} and {laughed|hugged $B.him}.
  ?adultB $A kissed $B.o on the cheek.
  = feels.happy
  $A was %very %happy.
  $A felt %very %happy.
  $A was %thrilled.
  $A was so %happy that $he {danced|sang|jumped for joy|laughed out loud|clapped $his hands}.
  $A smiled {from ear to ear|all over $his face|happily}.
  $A had never been so %happy.
  It was a {wonderful|good|great} feeling.
  $A.s heart was full of joy.
  $A felt warm inside.
  $A hummed a {happy|merry} {tune|song}.
  = feels.sad
  $A was %very %sad.
  $A felt %very %sad.
  $A was {miserable|heartbroken|in tears}.
  $A began to {cry|weep|sob}.
  $A %cried.
  $A sat down and %cried.
  $A was so %sad that $he %cried.
  Tears {rolled|ran} down $A.s {cheeks|face|nose}.
  $A {felt like crying|had tears in $his eyes|could not stop crying}.
  $A hung $his head.
  $A.s heart was heavy.
  {Poor $A.n|Oh, how sad $A was}!
  $A wiped away a tear.
  = feels.worried
  $A was %very worried.
  $A felt worried.
  $A did not know what to do.
  $A began to worry.
  "What {now|shall I do|should I do}?" $A thought.
  $A bit $his lip and thought hard.
  $A had a bad feeling in $his tummy.
  $A {looked around|looked up and down} and felt helpless.
  = feels.afraid
  $A was %very {afraid|scared|frightened}.
  $A felt {afraid|scared}.
  $A was so scared that $he {could not move|began to shake|wanted to run away|held $his breath}.
  $A.s heart beat {fast|like a drum|very fast}.
  $A.s knees {shook|felt weak}.
  $A {trembled|shivered} {with fear|all over|like a leaf}.
  A shiver ran down $A.s back.
  $A {gulped|swallowed} and felt very small.
  = feels.angry
  $A was %very {angry|mad|cross}.
  $A felt {angry|cross}.
  $A stamped $his foot.
  $A was so angry that $he {stamped $his foot|turned red|kicked a stone|wanted to scream}.
  $A {frowned|made an angry face|crossed $his arms}.
  $A.s face turned red.
  = feels.proud
  $A was %very proud.
  $A felt %very proud.
  $A was so proud that $he {told everyone|could not stop smiling|stood on tiptoe}.
  $A felt as tall as {a tree|a house|a giant|a tower}.
  $A {smiled|beamed|glowed} with pride.
  $A held $his head high.
  = feels.surprised
  $A was %very surprised.
  $A {could not believe|could hardly believe} $his eyes.
  $A stared with {wide|big|round} eyes.
  $A.s mouth fell open.
  $A {gasped|blinked} in surprise.
  = feels.lonely
  $A felt %very lonely.
  $A was %very lonely.
  $A had nobody to {play|talk|laugh} with.
  $A wished that $he had a friend.
  $A was {always|often} alone, and the days were long.
  The days were long and quiet for $A.o.
  = feels.sorry
  $A was %very sorry.
  $A felt %very sorry.
  $A wished that $he could {take it back|start over|turn back time}.
  $A knew that $he had been wrong.
  = feels.excited
  $A was %very excited.
  $A felt %very excited.
  $A was so excited that $he {could not sit still|hopped up and down|laughed out loud|forgot everything else}.
  $A could hardly wait.
  $A.s heart {jumped|danced} with joy.
  = feels.bored
  $A was %very bored.
  $A felt bored.
  $A did not know what to play.
  $A {yawned|sighed} and looked out at the sky.
  = feels.relieved
  $A was %very relieved.
  $A {let out a long breath|breathed a sigh of relief}.
  $A felt as light as a feather.
  $A could smile again.
  What a relief it was for $A.o!
  = feels.tired
  $A was %very tired.
  $A felt %very tired.
  $A.s legs were {heavy|as heavy as stones|sore}.
  $A wanted to {sit down|lie down|turn back}.
  = feels.grateful
  $A was %very grateful.
  $A felt %very thankful.
  $A was glad to have such {help|a friend|good luck}.
  $A knew how lucky $he was.
  = feels.ashamed
  $A felt ashamed.
  $A was ashamed of $self.
  $A {blushed|turned red} and looked away.
  $A wanted to {hide|sink into the ground|disappear}.
  = feels.curious
  $A was %very curious.
  $A wanted to {know more|find out more|have a closer look}.
  $A {wondered about it|came a little closer}.
  = feels.disappointed
  $A was %very disappointed.
  $A felt %very disappointed.
  $A had hoped for something better.
  $A let $his {head|shoulders} hang.
  All that work had been for nothing.
  """
