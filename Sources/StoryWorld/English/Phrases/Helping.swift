let englishHelping = """
  = hearsCry
  $A heard a {tiny|small|soft|sad|strange} %animalnoise.
  $A heard somebody %crying.
  "Listen!" said $A.n. ^There was a {soft|faint|little} %animalnoise.
  There was a %animalnoise {close by|not far away}. $A stopped to listen.
  $A {stopped|stood still}, for there was a {soft|faint|little} %animalnoise.
  A {tiny|thin|weak} %animalnoise came from {somewhere near|close by}.
  = seesStuck.inTree
  It was $B.n, high up in a tree.
  $B sat on a high branch and could not get down.
  $A looked up and saw $B.o in a tree.
  = seesStuck.inPond
  $B had fallen into the water {and could not get out|}.
  $A saw $B.o {kicking|splashing} in the cold water.
  = seesStuck.inHole
  $B had fallen into a {deep|dark} hole.
  At the bottom of a {deep|dark} hole, $A saw $B.o.
  = seesStuck.inNet
  $B was caught in an old {net|fishing net}.
  $A saw $B.o. ^Its feet were tangled in {a net|string|a net full of knots}.
  = seesStuck.inBush
  $B was stuck in a {thorny|prickly} bush.
  $A saw $B.o in a bush full of sharp thorns.
  Between the thorns of a bush, $A found $B.
  = seesStuck.inMud
  $B was {stuck|sinking} in the {deep|thick} mud.
  $A saw $B.o up to its {neck|tummy} in mud.
  = seesStuck.underFence
  $B was stuck under {a|the} fence.
  $A found $B. ^Its {leg|foot} was caught under {a|the} fence.
  = seesStuck.onRoof
  $B was {up |}on {the|a} roof and {looked down|could not get down}.
  = seesStuck.inBarrel
  $B had fallen into an {empty|old} barrel.
  $A looked into an old barrel, and there was $B.n.
  = seesStuck.onIce
  $B was {sitting|alone} on the thin ice.
  $A saw $B.o out on the ice, and the ice was cracking.
  = cannotReach
  & could not {do it|reach it} alone
  & {tried|did $his best} to {reach it|get closer}, but {it was too far|$he could not}
  & wanted to help, but did not {dare|know how}
  "(kind) Do not be afraid, little one!
  "(kind) Stay calm. I will get help!
  $A did not know how to help it.
  = fetchesHelp
  $A ran to {get|fetch} $B.o.
  $A {called|shouted} for help, and $B came running.
  $A {looked around for help|ran for help} and {found|met} $B.o.
  $A {hurried|ran} off and came back with $B.o.
  "(scared) Come {quickly|fast}, $C needs help!
  "(scared) Help! $C is in trouble!
  = rescues.inTree
  ?!hasC & {climbed up|went up} {with care|slowly|branch by branch} and {brought|carried} $B.o down
  ?human,!hasC & {put|leaned} a ladder against the tree and {carried|brought} $B.o down
  = rescues.inPond
  ?!hasC & held out a long {stick|branch} and pulled $B.o {out|to the shore}
  ?!hasC & {lay down|knelt down} at the edge and {lifted|pulled} $B.o out
  = rescues.inHole
  ?!hasC & let down a {rope|basket} and pulled $B.o up
  ?!hasC & {piled up|threw in} {branches|stones}, so that $B could climb out
  = rescues.inNet
  ?!hasC & {cut|untied} the {knots|strings}, one by one, until $B was free
  ?!hasC & {opened|loosened} the net {slowly|carefully} and set $B.o free
  = rescues.inBush
  ?!hasC & {bent|pushed} the thorns {aside|away} and {lifted|pulled} $B.o out
  = rescues.inMud
  ?!hasC & laid a {board|branch} on the mud and pulled $B.o out
  ?!hasC & pulled and pulled until $B came out with a {pop|plop}
  = rescues.underFence
  ?!hasC & dug away the earth until $B was free
  ?!hasC & lifted the {board|wire} {a little|just enough}, and $B {came|crawled} out
  = rescues.onRoof
  ?!hasC & climbed up and {brought|carried} $B.o down {inside|under} $his {coat|jacket}
  ?!hasC & {got|held up} a {blanket|long board}, and $B {jumped|slid} down
  = rescues.inBarrel
  ?!hasC & {tipped|turned} the barrel over, and $B {ran|came} out
  ?!hasC & reached in and lifted $B.o out
  = rescues.onIce
  ?!hasC & {lay down flat|crawled slowly} and {reached out|held out} a {branch|scarf} to $B.o
  ?!hasC & pushed a {board|long branch} over the ice, and $B walked across it
  = rescues
  ?hasC $A and $C worked together, and soon $B was {free|safe}.
  ?hasC $C held $A.o {tightly|by the hand} while $he reached for $B.o.
  ?hasC With $C.s help, $A {got|brought} $B.o to safety.
  = rescuedThanks
  $A {licked|nudged} $B.s hand.
  $A {rubbed its head|leaned} against $B.s {leg|arm|cheek}.
  $A {shook itself|looked at $B.o} and {jumped|danced} for joy.
  $A {cuddled up|snuggled up} {to $B.o|in $B.s arms}.
  $A looked at $B.o with {shining|big|thankful} eyes.
  The {little|small} $A.kind was {cold|wet|tired}, but safe.
  = bringsHome
  & {carried|took} $B.o home and gave it {some milk|something to eat|a warm bed}
  & wrapped $B.o in a {scarf|blanket|towel} {to keep it warm|until it was warm}
  & {took|brought} $B.o back to its mother
  & {found|looked for} its {mother|nest|family} and {brought|took} it there
  = hearsFriendSad.0
  $A found $B.o {in bed|under a blanket}. ^$B was {sick|ill}.
  $B was {ill|sick} and had to stay in bed.
  $A heard that $B had a {cold|fever|sore throat}.
  = hearsFriendSad.1
  $B was sad because {it was raining|nobody had time|a trip was called off|a plan had gone wrong}.
  $A {saw|noticed} that $B was {not smiling|sad|very quiet}.
  $B sat {alone|in a corner} and {would not|did not} say a word.
  = hearsFriendSad.2
  $B had {broken|lost} something that was dear to $B.him.
  $A found $B.o in tears.
  $B missed {a friend who had moved away|$B.his grandma}.
  = cheerTry.joke
  & told $B.o a joke about {a cow|three frogs|a king without a hat}
  & told $B.o the {best|funniest} joke $he knew
  = cheerTry.dance
  & did a {funny|silly|wild} dance
  & danced {around|on one leg} like a {chicken|bear|clown}
  = cheerTry.song
  & sang a {happy|funny|soft} song
  & sang {a song|a tune} that {they both knew|$he had made up}
  = cheerTry.flowers
  & {picked|brought} $B.o {a bunch of|some} {daisies|violets|wild flowers}
  = cheerTry.soup
  & {made|cooked|brought} $B.o a {bowl|pot} of {hot |warm |}soup
  = cheerTry.faces
  & made {funny|silly} faces
  & {pulled|made} the {funniest|silliest} face in the world
  = cheerTry.story
  & told $B.o a story about {a dragon|the moon|a brave snail|a lost star}
  & {read|told} $B.o a {long|funny} story
  = cheerTry.puppetShow
  & {made|put on} a {little|small} puppet show {with two socks|with spoons}
  = cheerTry.drawing
  & {drew|painted} a {picture|card} {with a big sun|of the two of them|of a smiling cat}
  = cheerTry.listening
  & sat down {beside|next to} $B.o and {listened|just listened}
  & held $B.s hand and {said nothing|listened}
  = cheerFails
  But $A {did not smile|only sighed|shook $his head|turned away|stayed sad}.
  But it did not {help|work}.
  "(sad) That is nice, but I am still sad.
  $A tried to smile, but {could not|it did not work}.
  $A looked {away|at the wall|out of the window}.
  = cheerWorks
  $A {began|started} to {smile|laugh|giggle}.
  $A {smiled|laughed} {at last|for the first time that day|a little, and then a lot}.
  A smile came to $A.s face.
  $A felt {better|much better|a lot better}.
  $A forgot {that $he was sad|all about it}.
  $A laughed {so hard that $he cried|until $his tummy hurt}.
  = wonders.1
  $A thought hard. What {could|would} help $B.o?
  $A did not give up. ^$A.he had {one more|another|a better} idea.
  {"What would I like?" $A wondered.|Then $A had a better idea.}
  $A {thought|wondered} about what $B {liked|loved} most.
  = wonders.0
  "(quiet) Whose can it be?
  "(quiet) Somebody must be looking for it.
  "(quiet) Somebody must be very sad now.
  $A {wondered|thought about} who had lost it.
  $A {thought about|imagined} how $he would feel.
  = comesUpon
  $A found $T.a $S.
  $A saw something $S. It was $T.a.
  There was $T.a $S.
  $A {noticed|discovered|spotted} $T.a $S.
  {Something shiny|Something} {lay|was lying} $S. It was $T.a!
  $A {nearly|almost} stepped on $T.a that was lying $S.
  = isTempted.1
  $A wanted to keep it.
  $A {liked it|thought it was beautiful} and wanted to {keep it|take it home}.
  "(quiet) I could keep it. Nobody would know.
  How {lovely|nice} it would be to keep it!
  $A {put it in|slipped it into} $his {pocket|bag}, but {it felt wrong|$he had a bad feeling}.
  $A looked {left and right|around}. Nobody was there.
  = isTempted.0
  $A tried to be good, but it was {so |very |}hard.
  $A {listened|nodded}, but soon $he forgot.
  "(quiet) Just once!
  "(quiet) Nobody will see me.
  "(quiet) I will be careful.
  When $he was alone, $A could not {wait|stop thinking about it}.
  $A {waited until|made sure that} nobody was looking.
  = findsOwner
  $A asked everyone and {found|met} $B.o.
  $A saw $B.o, who was looking for something.
  $A met $B.o. "Have you seen my $T.n?" asked $B.n.
  $A {looked around|went on}, and there was $B.n, {searching everywhere|looking at the ground}.
  $B {came by|came back} and {looked|searched} everywhere.
  $A heard $B say that something was {lost|missing}.
  = givesToOwner
  $A gave $T to $B.o.
  $A held out $T. "Is this yours?"
  $A {ran|went} to $B.o and {gave|handed} $B.him the $T.n.
  "(kind) Is this yours?
  "(happy) Here, I found it!
  "(kind) I found this. I think that it belongs to you.
  & gave it back {at once|without waiting}
  = rewards
  $A gave $B.o %reward.
  As a thank you, $A gave $B.o %reward.
  $A {wanted to give|gave} $B.o %reward as a reward.
  "(happy) You are a {good|wonderful} {child|friend}!
  "(happy) You have made my day!
  $A {smiled|laughed} and gave $B.o %reward.
  = seesHungry
  $A had $T.a with $him and met $B.o, who was {hungry|very hungry}.
  $A wanted to eat $T.a, but then $he saw $B.o, who {looked so hungry|had nothing to eat}.
  $A sat down to eat $T.a. ^Nearby sat $B.o, {who was hungry|who had nothing to eat}.
  $A saw $B.o {sitting all alone|looking at $T} with a hungry face.
  $B asked $A.o for something to eat, and all $A had was $T.a.
  = sharesFood
  & {gave|offered} $B.o {half of |}$T
  & shared $T with $B.o
  ?knownT & broke it in two and gave $B.o half
  "(kind) Here, take half of $T!
  "(kind) Would you like some of $T?
  ?knownT "(kind) Please eat with me.
  = laterInNeed.0
  Later that day, $A lost $his way {home|in the fog}.
  On the way home, $A got lost.
  = laterInNeed.1
  Later that day, $A fell into a {ditch|deep hole} and could not get out.
  On the way home, $A slipped and hurt $his {foot|knee}.
  = laterInNeed.2
  Later that day, a {big|wild} {goose|bull|ram} {blocked the path|chased $A.o}.
  = laterInNeed.3
  Later that day, a storm came up, and $A had nowhere to go.
  On the way home, it began to {hail|thunder|pour}, and $A got wet.
  = repaysKindness.0
  & {knew|showed $B.o} the way and {walked|went} home with $B.o
  & {took $B.o by the hand|went ahead with a light} and {found|showed} the way
  = repaysKindness.1
  & {helped $B.o up|pulled $B.o up} and {carried|brought} $B.o home
  & {called for help|ran for help} and {stayed|waited} with $B.o
  = repaysKindness.2
  & {waved $his arms|shouted|clapped} and {chased|drove} it away
  & stood in front of $B.o until it {went away|ran off}
  = repaysKindness.3
  & {opened a door|knew a dry place} and {let|took} $B.o in
  & {shared|held} {an umbrella|a big leaf|a warm coat} with $B.o
  = repaysKindness
  "(kind) You helped me, and now I will help you.
  "(happy) You were kind to me. Now it is my turn!
  = isSent
  $A gave $B.o $T.a for $C.o, who was $P.in.
  "Please take $T to $C $P.in," $A said to $B.o.
  $A asked $B.o to take $T.a to $C.o $P.in.
  $A packed $T.a. ^$B was to bring it to $C.o $P.in.
  "Can you bring $T to $C $P.in?" $A asked $B.o.
  $A needed a helper, so $B took $T.a to $C.o $P.in.
  = promises
  "I will be careful.
  "(happy) You can count on me!
  "I promise to go straight there.
  "(proud) I am big enough to do that!
  "(happy) I will be {quick|back soon}!
  $A promised to {be careful|hurry|go straight there}.
  = delivers
  $A {gave|handed} $T to $B.o.
  $A {reached|found} $B.o and {gave|handed} $B.him the $T.n.
  $A came to $B.o with $T, and nothing was {broken|missing}.
  "(happy) This is for you!
  "(happy) Here is something for you!
  & {arrived|got there} and gave $B.o $T
  & knocked {softly|three times} and gave $T to $B.o
  """
