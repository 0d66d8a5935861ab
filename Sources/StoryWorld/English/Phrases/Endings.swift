let englishEndings = """
  = learns.askForHelp
  $A learned that it is all right to ask for help.
  From then on, $A asked for help when $he needed it.
  Nobody has to do everything alone, and now $A knew it.
  $A understood that {good|true} friends are there when you need them.
  = learns.share
  $A learned that {sharing is fun|it is better to share|things are more fun when you share}.
  From that day on, $A {liked to share|always shared}.
  Sharing was not so hard after all, $A thought.
  $A understood that a friend {is worth more than a toy|matters more than anything}.
  = learns.becareful
  $A learned to be {more |}careful.
  $A promised to be more careful {next time|from now on}.
  Next time, $A would {think first|look twice|be more careful}.
  It is better to be careful, $A thought.
  = learns.keepTrying
  $A learned that you should never give up.
  $A knew now that it helps to {keep trying|try again}.
  Nobody is {perfect|good at something} the first time, and now $A knew it.
  $A understood that {every mistake|each try} had made $him {stronger|better}.
  = learns.tellTruth
  $A learned that it is {good|best|always better} to be honest.
  It feels good to tell the truth, $A thought.
  $A knew that {telling the truth|doing the right thing} is not always easy, but it is worth it.
  Honest people sleep well, $A thought.
  = learns.patience
  $A learned to be patient.
  Good things take time, and now $A knew it.
  $A understood that {waiting|patience} is a kind of work, too.
  Step by step, you can {get|go} very far, $A thought.
  = learns.kindness
  $A learned that a little kindness {goes a long way|comes back to you}.
  It feels good to {help|be kind}, $A thought.
  Nobody is too small to {help|be a hero}, and now $A knew it.
  $A understood that {helping others|a kind heart} makes you happy, too.
  = learns.listen
  $A learned to listen {to others|when somebody tells $him something}.
  From then on, $A listened {carefully|well}.
  There is often a good reason for a {rule|warning}, $A thought.
  $A understood that {listening|good advice} can save a lot of trouble.
  = learns.notAfraid
  $A learned that {most things are not as bad as they seem|being brave means trying anyway}.
  From then on, $A was not so afraid any more.
  $A knew now that {fear gets smaller when you look at it|even brave people are afraid sometimes}.
  Next time, $A would {take a closer look|be braver}.
  = learns.tidy
  $A learned to {keep $his things in order|put things back in their place}.
  From then on, $A put everything back in its place.
  $A {tidied up|made order} that very day.
  A tidy {room|shelf} saves a lot of time, $A thought.
  = learns.teamwork
  $A learned that {two can do more than one|together everything is easier}.
  Together we can do it, $A thought.
  Many hands make light work, and now $A knew it.
  $A understood that {help|a helping hand} makes {hard|heavy} things easy.
  = learns.sayHello
  Every friend was once a stranger, $A thought.
  $A was glad that $he had been {brave|brave enough to say hello}.
  $A learned that a {friendly word|simple hello} can {change everything|open many doors}.
  = learns
  = endsAsFriends
  $A.n and $B.n {became|stayed} {good|best|great} friends.
  From that day on, $A.n and $B.n were {best|good|close} friends.
  $AB {stayed friends {for many years|forever}|played together every day}.
  $AB {were|became} the best of friends.
  And so $A.n and $B.n became {friends|best friends}.
  {After that|From then on}, $A.n and $B.n {did everything together|were always together|were never far apart}.
  $AB promised to {always help each other|be friends forever}.
  $A knew that $B was a {true|good|real} friend.
  = endsWithHabit
  $A never forgot that day.
  $A {told|often told} {everyone|$his family} about it.
  $A {thought of|remembered} that day for a long time.
  = endsWithHabit.play, endsWithHabit.losing
  From then on, $A took {better|good} care of $his things.
  = endsWithHabit.cooking
  {After that|From then on}, $A {cooked|baked} every {Sunday|week}.
  = endsWithHabit.building
  {The next day|Soon after}, $A {planned|began} something {new|even bigger}.
  = endsWithHabit.learning
  From then on, $A {did it every day|practiced every day|was not afraid to try new things}.
  = endsWithHabit.rescue
  From then on, $A {looked after|cared for} all the {little|small} animals.
  = endsWithHabit.journey
  From then on, $A {dreamed of new places|wanted to see the whole world}.
  = endsWithHabit.night
  From then on, $A slept well every night.
  = endsWithHabit.friendship
  From then on, $A was never lonely {again|any more}.
  = endsWithHabit.quarrel
  They {hardly ever|never} fought about it again.
  = endsWithHabit.earning
  $A {put|saved} the next coins in $his piggy bank.
  = endsWithHabit.errand
  From then on, $A was the best {helper|messenger} in the family.
  = endsWithHabit.contest
  {The next year|A year later}, $A {took part|was there} again.
  = endsWithHabit.garden
  {The next|Every} spring, $A planted {more|new} seeds.
  = endsWithHabit.warning
  From then on, $A {listened|thought first}.
  = endsWithHabit.cheering
  From then on, $A knew {how to help a friend|what a friend can do}.
  = endsWithHabit.honesty
  {Everyone|Everybody} {knew|said} that you could trust $A.n.
  = endsWithHabit.lost
  From then on, $A {stayed close to $his family|never ran off again}.
  = endsWithHabit.kindness
  From then on, $A always {had something to share|carried a little more food}.
  = endsAsleep
  That night, $A {slept|fell asleep} {with a smile|happily|like a stone|at once}.
  That night, $A dreamed of {it all|new adventures|the stars|flying|a golden boat}.
  When {night|bedtime} came, $A {was tired but happy|fell asleep with a smile}.
  $A went to bed {tired and happy|happy} that night.
  {Tired and happy|Happy and tired}, $A fell asleep.
  $A {closed $his eyes|yawned} and {fell asleep|was soon asleep|dreamed sweet dreams}.
  The moon {rose|came up}, and $A {fell asleep|slept until morning}.
  Soon $A was {fast|sound} asleep.
  = endsAtHome
  $A {went|ran|walked} home {with a smile|happily|singing}.
  $A went home and {told $his family {everything|all about it}|had a big dinner}.
  It was {late|evening} when $A {came|got} home.
  {That evening|At dinner}, $A told {everyone|the whole family} what had happened.
  ?!evening When the sun went down, $A {went|walked|ran} home.
  $A {hummed|whistled|sang} all the way home.
  = endsGlad
  $A was {happy|glad} that everything had {turned out|ended} well.
  It was {the best|a wonderful|a perfect|a great} day{| after all}.
  And everyone was {happy|glad}.
  {Everything|All} was {good|well} again.
  $A {smiled|laughed} all evening.
  ?!evening $A {smiled|laughed} {all day|the whole day}.
  What a {day|wonderful day|strange day|lucky day} it had been!
  $A would {always remember|never forget} this day.
  In the end, {everyone laughed|all was well|everything was fine}.
  $A had never had such a {good|wonderful|happy} day.
  {They|And they} all lived happily {ever after|together}.
  = endsTogether
  $A.n and $B.n {laughed|smiled} and {went home|walked home|sat down for tea}.
  $AB went home {together|hand in hand|with happy hearts}.
  $AB {drank|had} {tea|cocoa|hot chocolate} and {talked about it|laughed about it}.
  $AB {sat|stayed} together until the stars came out.
  ?!evening $AB {sat|stayed} together until it got dark.
  $A {held $B.s hand|waved to $B.o} and smiled.
  $A was glad to have $B.o.
  $B was {very |so |}proud of $A.o.
  = endsWithPlan
  "(happy) Let us do this again tomorrow!
  "(happy) Will you come again tomorrow?
  "(happy) Tomorrow we can {play again|have another adventure}!
  $AB {planned|promised} to meet again {the next day|tomorrow|soon}.
  {The next day|The next morning}, $A.n and $B.n met again.
  = theEnd
  The end.
  That is the end of our story.
  And that is the end of the story.
  And that was that.
  = aside.cousin
  $A had a cousin called $B.name. ^$B.name {lived|had a house} {far away|across the sea|in another land}.
  $A.s cousin was called $B.name{ and lived far away|, and everyone there liked $B.name}.
  $A had a picture of $A.s cousin $B.name{, who lived far away| over the bed}.
  = aside.awayNamed
  There was only one $B.name {in the whole place|far and wide}, and $B.name was {on a long trip|ill in bed} {that week|all month}.
  Everyone there knew $B.name, but $B.name was {on a long trip|ill in bed} {that week|all month}.
  $B.name was {far away|on a long trip|ill in bed} {that week|all month}, and everyone missed $B.him.
  {That week|All month}, $B.name was {ill|sick} and had to stay in bed.
  {That week|All month}, $B.name was {far away|on a long trip}.
  Nobody had seen $B.name for {weeks|a long time}, for $B.he was {far away|on a long trip}.
  $A thought of $B.name, who was {far away|on a long trip|ill in bed} {that week|all month}.
  $A.s friend $B.name {was ill in bed|had a fever|had gone on a long trip} and could not come {that week|all month}.
  $B.name had {gone far away|moved away} and would not come back {that month|that year}.
  It was a {week|month} without $B.name, who was {far away|on a long trip|ill in bed}.
  {That week|All month}, $A had to do without $B.name.
  {Far away|On a long trip|Ill in bed} {that week|all month} was $B.name, and everyone missed $B.him.
  Nobody could {visit|meet} $B.name {that week|all month}.
  There was no $B.name to play with {that week|all month}.
  = aside.awayFamily
  $B.n was {on a long trip|ill in bed|far away} {that week|all month}.
  That week, $B.n was {on a long trip|ill in bed|far away}.
  {That week|All month}, $A had to do without $B.n.
  It was a {week|month} without $B.n{, who was {on a long trip|ill in bed|far away}|}.
  = aside.awayWorker
  The only $B.kind {far and wide|in the whole place} was {on a long trip|ill in bed} {that week|all month}.
  There was no $B.kind {far and wide|in the whole place} {that week|all month}.
  {That week|All month}, there was no $B.kind {far and wide|in the whole place}.
  = aside.thing
  $A had once {drawn|painted} a picture of $T.a.
  The night before, $A had dreamed of $T.a{. ^In the dream, the $T.n could talk|}.
  In the house next door, there was $T.a{, but nobody ever used the $T.n|}.
  $A had heard a story about $T.a. ^The $T.n in the story was {as big as a house|made of gold}.
  = aside.animal
  $A had once {drawn|painted} a picture of a $D.ing.
  One of $A.s neighbors was a $D.ing{. ^The $D.ing slept all day|}.
  $A had heard a story about a $D.ing. ^The $D.ing in the story {was as big as a house|could not stop laughing}.
  = aside.place
  $A had gone $P.to the day before{, but it was empty there|}.
  Everyone else had gone $P.to the day before.
  = aside.closed
  The way $P.to was closed {that week|all month}.
  $A was not allowed to go $P.to {that week|any more}.
  Nobody could go $P.to {that week|all month}.
  There was no way $P.to {that week|all month}.
  = afterwards
  Outside, it began to {rain|snow}.
  The sun went down behind the {hills|roofs|trees}.
  Outside, the sun was shining and the birds were singing.
  Not far away, somebody was {laughing|crying|singing|shouting}.
  In the next house, somebody {laughed out loud|wept|was dancing for joy|was very angry|hummed a merry song|let out a sigh}.
  A neighbor came by and {was proud of a new hat|was sad about a broken cup|smiled happily|wiped away a tear}.
  The wind {grew|was} {cold|warm|strong}.
  It was evening, and somebody lit the lamps.
  $A {closed the door|looked out of the window|sat down by the fire|drank some water|went to bed early|told the family about it}.
  Everyone sat down to eat.
  = recalls.0
  {A year|A month|A long time} before, $A had been {very happy|so proud|full of joy} on {that|the same} day.
  {The year|The month} before, $A had {danced for joy|smiled all day|jumped for joy}.
  = recalls.1
  {A year|A month|A long time} before, $A had been {very sad|so worried|in tears} on {that|the same} day.
  {The year|The month} before, $A had {cried for hours|wept|wiped away many tears}.
  = dayBefore
  {The day before|Two days before|A few days before|A week before}, {there had been something else to do|$A had had another plan|it had been {cloudy|warm|cool}}.
  Here is what had happened {the day before|two days before|a few days before|a week before}.
  And this is how it had been {the day before|two days before|a few days before|a week before}.
  $A still remembered {the day before|what had happened the week before}.
  = nextDay
  {The next day|The next morning|The day after|Two days later|A few days later|A week later}, {the sun came up early|it was {cloudy|warm|cool}|there was something else to do|$A got up early|$A had another plan}.
  Then came {Saturday|Sunday|Monday|Friday|another day}.
  A {few days|week} {went by|passed}.
  Soon it was {Saturday|Sunday|Monday|the next day}.
  """

let englishPhraseSources = [
  englishOpenings, englishMeetings, englishThings, englishMaking, englishHelping, englishGoing,
  englishEndings,
]
