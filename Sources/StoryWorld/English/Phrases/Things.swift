let englishThings = """
  = playsWith
  ?toy & played with $T for a {long time|while}
  ?toy & played with $T
  ?toy & began to play with $T
  ?toy & had a lot of fun with $T
  ?toy & {ran around|laughed and played} with $T
  ?toy & played happily with $T
  ?toy $A and $T {had a lovely time|were having fun}.
  ?wear & wanted everybody to see $T
  ?wear & felt very {grand|smart|fine} in $T
  ?wear & {walked up and down|turned in circles} in $T
  ?!toy,!wear & held $T in $his hand
  ?!toy,!wear & took out $T and looked at it
  ?!toy,!wear & carried $T with great care
  & {took|brought} $T along
  & showed $T to {everyone|the birds|the ducks}
  & could not stop looking at $T
  = trouble.blownIntoTree
  A {gust of wind|sudden gust|strong wind} {blew|carried|lifted} $T {up |high |}into a tree.
  The wind {blew|pulled|tore} $T out of $A.s hands and into a {tall|high} tree.
  $T flew {up|away} in the wind and {got stuck|got caught} in a tree.
  The wind blew, and $T ended up in the top of a tree.
  = trouble.blownOntoRoof
  A {gust of wind|strong wind} {blew|carried} $T up on a roof.
  $T flew away and landed on {a roof|the top of a roof}.
  The wind {took|grabbed} $T and dropped it on a {high|steep} roof.
  = trouble.blownIntoWater
  A {gust of wind|strong wind} {blew|carried|pushed} $T into the water.
  $T flew away and landed in the water.
  The wind {took|grabbed} $T and dropped it in the water.
  = trouble.rolledIntoWater
  $T {rolled|bounced|fell} into the water.
  $T slipped out of $A.s hands and {rolled|fell} into the water.
  $A tripped, and $T {rolled|splashed} into the water.
  Splash! $T fell into the water.
  = trouble.rolledIntoHole
  $T {rolled|fell|slipped} into a {deep|dark|narrow} hole.
  $A tripped over a {root|stone}, and $T fell into a hole.
  $T slipped from $A.s hand and {disappeared|vanished} in a {deep|dark} hole.
  = trouble.broke
  $T {hit|fell on} a {stone|rock} and {broke|broke in two|cracked and broke}.
  $A {held|squeezed} $T too {hard|tightly}, and it {broke|cracked and broke}.
  $A {fell|slipped|tripped over a stone}, and $T broke.
  There was a {loud |}crack, and $T was broken.
  $A dropped $T, and it broke.
  Crash! $T fell {down|to the ground} and broke.
  = trouble.tore
  $T got caught on a {thorn|nail|branch|fence} and tore.
  There was a loud rip, and $T tore.
  $A climbed over a {fence|log} and tore $T.
  Rip! $T caught on a {branch|nail|thorn} and tore.
  = trouble.gotMuddy
  $A slipped, and $T {fell|landed} in {the mud|a puddle} and got muddy.
  $A {slipped and fell|stepped} into a {puddle|pool of mud}, and $T got muddy.
  Splat! $T got {very |}muddy.
  Brown mud splashed up, and $T got muddy.
  = trouble.snatched
  $B {took|snatched|grabbed} $T and ran {away|off}.
  $B came along, {took|grabbed} $T, and was gone.
  $A looked away for a moment, and $B {stole|took} $T.
  $B jumped out and {snatched|grabbed} $T.
  = trouble.gotSoaked
  The rain came down hard, and $T got {wet|very wet}.
  It {began|started} to pour, and $T got wet.
  The rain fell and fell, and soon $T was wet.
  = trouble.stuckInBush
  $T {rolled|bounced} into a {thorny|prickly} bush and got stuck.
  $T rolled {away|off} and got stuck in a bush full of thorns.
  $A {threw|kicked|pushed} $T too hard, and it got stuck in a {thorny|prickly} bush.
  = triesAlone
  & tried {again and again|everything|very hard}, but {it was no use|nothing worked|it did not help}
  & tried to {put things right|help $self}, but $he could not do it alone
  = triesAlone.blownIntoTree, triesAlone.blownOntoRoof
  & jumped {up and down|as high as $he could}, but $he could not reach it
  & stood on {tiptoe|a rock|a log}, but it was {still |much |}too high
  & threw a {stick|stone} at it, but missed
  = triesAlone.blownIntoWater, triesAlone.rolledIntoWater
  & {held|reached} out {an arm|a stick}, but it was too far away
  & could not swim {that far|so far}
  & threw stones behind it, but it only drifted farther away
  = triesAlone.rolledIntoHole
  & reached into the hole, but it was too deep
  & lay down and reached {in|down}, but felt nothing but {earth|cold stone}
  = triesAlone.broke
  & tried to put it back together, but {a piece|one part} was missing
  & tied it with {grass|a string}, but it fell apart again
  = triesAlone.tore
  & held the edges together, but {it was no use|that did not help}
  = triesAlone.gotMuddy
  & rubbed it with {leaves|grass}, but that made it {worse|even dirtier}
  = triesAlone.snatched
  & ran after the thief, but $he was {too slow|not fast enough}
  & shouted, but {nobody came|the thief did not stop}
  = triesAlone.gotSoaked
  & shook it {again and again|hard}, but it stayed wet
  = triesAlone.stuckInBush
  & reached in, but the thorns were sharp
  & pulled at the branches and pricked $his finger
  = remedy.flyUp
  $A {spread $his wings|opened $his wings|flew up} and {got|fetched|brought back} $T.
  On quick wings, $A flew {over|there} and picked up $T {with care|with $his feet}.
  $A {rose|flew} into the air and came back with $T.
  = remedy.climbUp
  & climbed up {quickly|carefully|in no time} and got $T
  & climbed {from branch to branch|higher and higher} until $he {reached|could reach} $T
  & was good at climbing and soon {held|had} $T in $his hand
  = remedy.reachUp
  & was so tall that $he could reach $T
  & stood on tiptoe and {got|took down} $T
  & just lifted an arm and took down $T
  = remedy.useLadder
  & {got|brought|borrowed} a {long |tall |}ladder and climbed up to get $T
  & {leaned|set} a ladder against it and brought $T down
  & {ran home|went away} and came back with a ladder
  = remedy.usePole
  & took a long {stick|branch|pole} and pushed $T until it was free
  & found a long {stick|branch|pole} and {pulled|fished} $T out
  & {poked|pulled} at $T with a long {stick|branch} until it came loose
  = remedy.shakeTree
  & shook the tree {hard|with all $his might|until $T fell down}
  & {pushed|bumped} against the tree, and $T fell {down|right into $B.s arms}
  = remedy.standOnShoulders
  $B stood on $A.s shoulders and could reach $T.
  $A knelt down, and $B climbed on $his back to get $T.
  $AB built a tower, one on top of the other, and {got|reached} $T.
  = remedy.swimOut
  & {swam|dived} out and {brought back|got|pushed back} $T
  & {jumped|went} into the water and {came back with|got} $T
  = remedy.useNet
  & {got|fetched|borrowed} a {net|fishing net} and {caught|lifted out} $T
  & {pulled|lifted} $T out {with a net|of the water with a net}
  = remedy.rowOut
  & {rowed|went} out in a {little|small} boat and {picked up|got} $T
  = remedy.digOut
  & {dug|scratched} {quickly|in the earth|with both hands} until $T {came out|could be seen}
  & dug a {tunnel|wide hole} and {pulled|got} $T out
  = remedy.squeezeIn
  & was small enough to {get|climb} in and {find|pull out} $T
  & {squeezed|crawled} in and {came out|came back} with $T
  = remedy.useHook
  & tied a hook to a string and {pulled|fished} $T out
  & put {glue|honey} on the end of a stick and lifted $T out
  = remedy.glue
  & {got|fetched|took out} some glue and fixed $T
  & put the pieces {back |}together with glue
  & glued $T so well that {nobody could see the crack|it looked like new}
  = remedy.newPart
  & made a new part {out of wood|from a stick|with a knife} and fixed $T
  & fixed $T with {string|a piece of wood|tape|a bit of wire}
  & {turned|bent|tied} something here and there, and $T was {whole|as good as new}
  = remedy.sew
  & {got|took out} a needle and thread and sewed up $T
  & {mended|sewed} $T with {tiny|neat|small} stitches
  & put a {pretty|bright} patch {in the shape of a heart|in the shape of a star|like a flower} on $T
  = remedy.wash
  & washed $T {in clean water|with soap|with soap and water} until it was clean
  & {rinsed|scrubbed} $T {in clean water|carefully}, and it looked {like new|as good as new}
  & helped $B.o wash $T
  = remedy.dry
  & {hung|laid} $T in a {warm|dry} place until it was dry
  & laid $T {by the fire|on a warm stone|in a soft towel} until it was dry
  = remedy.trade
  & {offered|gave} $C.o a {cookie|nut|carrot|piece of bread}, and $C.he dropped $T
  & {held out|showed $C.o} something shiny, and $C.he let go of $T
  = remedy.chase
  & {ran|went} after $C.o and {got|took} $T back
  & {clapped $his hands|whistled|stamped $his feet}, and $C {dropped|let go of} $T
  = remedy.reachIntoBush
  & pulled {$his sleeves|a thick glove} over $his hands and got $T out of the {thorns|bush}
  & {bent|held} the thorny branches {aside|back} and {pulled out|got} $T
  = givesBack
  & gave $T back to $B.o
  & gave $B.o $T {back|with a smile}
  & {handed|brought} $T {back |}to $B.o
  & put $T in $B.s hands
  "(happy) Here you are!
  "(happy) Here is $T!
  "(happy) Look, here it is again!
  = playsTogether
  $AB played {together |}%playtime.
  $AB {laughed|ran|sang|danced} and played %playtime.
  ?!evening $AB spent the {whole afternoon|rest of the day} together.
  $A asked $B.o to play, and $B.he said yes.
  "(happy) Do you want to play with me?
  "(happy) Let us play together!
  ?!adultB,toy,!evening $AB took turns with $T {all day long|until evening}.
  = misses
  $A could not find $T.
  $A looked for $T, but it was {gone|not there|nowhere to be seen}.
  $A {reached for|wanted} $T, but it was {gone|not there}.
  $A noticed that $T was {gone|missing}.
  $T was {gone|missing|lost}.
  $A wanted to {play with|get|use} $T, but it was not in its place.
  "(sad) Where is $T?
  "(sad) Oh no, $T is gone!
  "(scared) I have lost $T!
  = searches
  & looked $S, but {it was not there|there was nothing|$T was not there}
  & looked $S
  & {searched|looked|peeked} $S and found {nothing|only dust|an old sock|a button}
  & looked {here and there|high and low}, and even $S
  & {turned everything over|moved everything} and {looked|searched} $S
  & looked in {every room|every corner} and $S, but {it was no use|found nothing}
  First, $A looked $S.
  There was {nothing|only dust|no sign of it} $S.
  = asksSeen
  "Have you seen $T?
  "Do you know where $T is?
  "(sad) I have lost $T. Have you seen it?
  "(sad) I cannot find $T anywhere.
  "Can you help me find $T?
  "Please help me look for $T$B.v.
  "(sad) $T is gone. I have looked {everywhere|for hours}.
  $A asked $B.o about $T.
  $A told $B.o that $T was {lost|gone}.
  = givesHint.0
  "Think hard. Where did you have it last?
  "You had it $P.in. Have you looked there?
  "I think I saw it $P.in.
  "Maybe you left it $P.in.
  "Were you not $P.in yesterday?
  "(kind) Let us look $P.in.
  "(kind) Do not worry. I think that it is $P.in.
  $A remembered that $B had been $P.in.
  = givesHint.1
  "Have you looked {everywhere|in all the rooms}?
  "Things do not walk away. It must be here.
  "(kind) Let us look one more time.
  "(kind) Do not worry. It must be somewhere.
  "Think hard. What did you do yesterday?
  "(kind) I will help you look.
  $A helped $B.o look {everywhere|in every corner}.
  $A told $B.o to {think about|remember} where $B.he had been.
  = finds
  $A found $T $S.
  $A looked $S, and there {was $T|it was}!
  There it was, $S!
  $T was $S.
  $A saw something $S. It was $T!
  & looked one more time and found $T $S
  Something {moved|shone} $S. It was $T!
  "(happy) Here it is!
  $A {bent down|knelt down}. There was $T, $S.
  = foundBecause.0
  The wind must have {carried|blown} it there.
  $A had {forgotten|left} it there {the day before|yesterday}.
  It had fallen {out of $his pocket|down} when $he was {running|playing|resting}.
  A {magpie|squirrel|mouse} had {hidden|dropped} it there.
  = foundBecause.1
  $A had put it there $self and then forgotten.
  It must have {fallen|slipped} down in the night.
  Somebody had put it there while {cleaning|tidying up}.
  It had been there {all the time|all along}.
  = bothWant
  $AB found $T.a.
  There they saw $T.a, and both wanted it.
  $A saw $T.a. ^$B saw it too.
  $AB both wanted to {have|hold|keep} $T.a.
  There was $T.a, but only one, and both of them wanted it.
  $A found $T.a, but $B wanted it too.
  $A picked up $T.a at the same time as $B.n.
  = argues
  "(angry) It is mine!
  "(angry) I saw it first!
  "(angry) Give it to me!
  "(angry) No, it is my turn!
  "(angry) You always get everything!
  "(angry) I want $T!
  "(angry) Let go!
  "(angry) That is not fair!
  "(angry) You had it {yesterday|long enough}!
  $A would not {share|let go|listen}.
  $A {pushed|pulled} and would not let go.
  = pulls.0
  They both pulled, and $T broke.
  $A pulled on one side and $B on the other until $T broke.
  $AB pulled {harder and harder|and pulled}. Crack! $T was broken.
  They fought until $T fell down and broke.
  Neither of them let go, and $T broke {in two|into pieces}.
  = pulls.1
  They both pulled, and both fell over.
  $AB pulled so hard that they fell {down|into the mud|into a puddle}.
  They {shouted|fought} until both of them were {tired|in tears}.
  $A turned away, and so did $B.n.
  = pulls.2
  They both pulled, and half of it fell {down|to the ground}.
  $AB pulled until both of them {fell down|were covered in crumbs}.
  They {shouted|argued} for so long that they {grew tired|got very hungry}.
  = mends
  $AB fixed $T together.
  $AB {worked together|sat down} and {mended|fixed|repaired} $T with {glue|string|tape}.
  $A held the pieces while $B tied them together with string.
  Together, they fixed $T, and it was almost as good as new.
  They found some {string|glue|tape} and {mended|fixed} $T.
  = takeTurns.0
  $AB took turns with $T.
  $AB {agreed|decided} to {share|take turns}.
  First it was $A.s turn, and then it was $B.s turn.
  $A let $B.o have the first turn.
  "(happy) You can go first!
  They shared $T, and it was twice as much fun.
  They played with $T together, and nobody {shouted|cried|fought} any more.
  = takeTurns.1
  $AB shared $T.
  $AB cut it in half, and each got the same.
  $A gave $B.o the {bigger|larger} half.
  "(happy) Half for you, and half for me!
  They shared $T, and it tasted twice as good.
  """
