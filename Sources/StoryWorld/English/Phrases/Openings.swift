let englishOpenings = """
  = introduces
  Once upon a time, there was a $A.trait {little |young |}$A.kind named $A.n.
  Once upon a time, there was a $A.trait $A.kind who was called $A.n.
  ?!home Once upon a time, a $A.trait $A.kind named $A.n lived {%wherever|not far from here}.
  Once upon a time, there lived a {little|young} $A.kind. ^$A.his name was $A.n.
  ?!home Once upon a time, in a %land, there was a $A.kind named $A.n.
  Once there was a $A.trait {little |}$A.kind. ^$A.his name was $A.n.
  Once there was a {little|small|young} $A.kind whose name was $A.n.
  There was once a $A.trait {little |young |}$A.kind called $A.n.
  There once was a $A.kind named $A.n who was %very $A.trait.
  Long ago, there was a $A.trait $A.kind named $A.n.
  $A.n was a $A.trait {little |young |}$A.kind.
  $A.n was a {little|young} $A.kind {who loved %fun|with a %heart heart|with %eyes eyes}.
  ?flaw $A.n was a %good $A.kind, but {sometimes |}$he was {a bit|a little|too} $A.trait.
  ?!home A $A.trait $A.kind named $A.n lived {%wherever|nearby}.
  A {little|young} $A.kind named $A.n had a %heart heart.
  ?!home {Far away|Far, far away}, in a %land, lived a $A.trait $A.kind named $A.n.
  This is the story of a $A.trait $A.kind named $A.n.
  This is a story about $A.n, a $A.trait {little |}$A.kind.
  Have you heard about $A.n? ^$A.he was a $A.trait $A.kind.
  Everyone knew $A.n, the $A.trait {little |}$A.kind.
  Everybody liked $A.n, because $he was such a $A.trait $A.kind.
  ?!home In a %land lived a $A.kind {named|called} $A.n.
  ?!home {Many years ago|A long time ago}, a $A.trait $A.kind {named|called} $A.n lived in a %land.
  ?!home Of all the %folk {in the village|in the valley|around}, $A.n was the $A.most.
  Do you know $A.n? ^$A.he was a $A.trait {little |}$A.kind.
  ?human Little $A.n was {four|five|six|seven|eight} years old and very $A.trait.
  ?human $A.n was a $A.trait $A.kind {of five|of six|of seven}.
  ?human When $A.n was {five|six|seven} years old, $he was the $A.most $A.kind {in town|on the street|in the village}.
  ?animal,!home $A.n was the $A.most $A.kind {in the forest|for miles around|in the valley}.
  ?animal,!home Deep in the {forest|woods} lived a $A.trait $A.kind named $A.n.
  ?animal,!home {Among the roots of an old tree|At the edge of a meadow|Not far from the river} lived $A.n the $A.kind.
  = introducesPair
  Once upon a time, there were two friends, $A.n and $B.n.
  ?!home Once upon a time, {two friends|two good friends} named $A.n and $B.n lived {side by side|in a %land}.
  Once upon a time, a $A.kind named $A.name had a friend named $B.name.
  $A.n and $B.n were {best|good|close|old} friends.
  $A.n and $B.n were friends. {They did everything together|They played together every day}.
  There were once two friends who were called $A.n and $B.n.
  Once there were two friends. {Their names|They} were $A.n and $B.n.
  $A.n had a {best|good|dear} friend. ^$B.his name was $B.n.
  This is the story of two friends, $A.n and $B.n.
  $A.name the $A.kind and $B.name the $B.kind {were friends|lived next door to each other|often played together}.
  A $A.trait $A.kind named $A.name and a $B.trait $B.kind named $B.name were friends.
  ?!home {Long ago|In a %land}, there lived two friends named $A.n and $B.n.
  Everyone knew that $A.n and $B.n were best friends.
  $A.n was $A.trait, and $his friend $B.n was $B.trait.
  = livesAt
  ?human $A lived in a %little %place %where.
  ?human $A lived with $his {mom and dad|family|mother|father|grandma|grandpa|parents} in a %place %where.
  ?human $A.s home was a %little %place %where.
  ?human $A and $his family lived %where.
  ?human From $A.s window, $he could see {the sea|the hills|the whole street|the tall trees|the river}.
  ?human $A.s %place stood %where.
  ?animal $A lived {all alone|with $his mother|with $his family|with six brothers and sisters} %wildhome.
  ?animal $A had a {cozy|snug|warm|tidy|little} home %wildhome.
  ?animal $A.s home was %wildhome.
  ?animal $A and $his family lived %wildhome.
  ?animal There, %wildhome, $he had a {cozy|snug|warm|little} bed of {leaves|moss|straw|feathers|hay}.
  = hasTrait.kind, hasTrait.generous, hasTrait.helpful, hasTrait.gentle, hasTrait.friendly
  $A always {helped|cared about} {others|everyone|$his friends|the little ones}.
  $A never forgot to {say please|share|be nice|ask how others were}.
  $A.s heart was as {big as the moon|soft as a pillow|warm as the sun}.
  When somebody was sad, $he was {the first to notice|always there}.
  = hasTrait.brave, hasTrait.bold, hasTrait.proud
  $A was {almost never|hardly ever} afraid of anything.
  $A thought that $he could do {anything|everything} all by $self.
  $A was as brave as a {lion|knight|bear}.
  $A always {tried new things|went first|showed everyone how strong $he was}.
  = hasTrait.shy, hasTrait.quiet, hasTrait.dreamy, hasTrait.sleepy, hasTrait.thoughtful
  $A {did not talk much|liked quiet places|often looked out of the window}.
  $A was as quiet as a {mouse|feather|snowflake}.
  $A often dreamed of {having wings|far lands|flying}.
  $A often {sat and dreamed|thought about things|lay in the grass and looked at the sky}.
  It was not easy for $A.o to talk to {strangers|others}.
  = hasTrait.curious, hasTrait.clever, hasTrait.honest, hasTrait.polite
  $A asked {a hundred questions|so many questions} every day.
  $A wanted to know {everything|how everything worked|why the sky was blue}.
  $A was as clever as a {fox|teacher|wizard}.
  Nobody {was better at riddles|asked better questions} than $A.n.
  = hasTrait.cheerful, hasTrait.merry, hasTrait.playful, hasTrait.lively, hasTrait.funny, hasTrait.hopeful
  $A {laughed|smiled|sang} {all day long|from morning to night|more than anyone else}.
  $A could make {anyone|everybody} laugh.
  $A was as cheerful as a {lark|sunny day|spring morning}.
  There was always a {song|smile|joke} on $A.s lips.
  = hasTrait.careful, hasTrait.patient, hasTrait.busy
  $A did everything {slowly and well|with great care|in the right order}.
  $A {always|usually} finished what $he {started|began}.
  $A was as busy as a {bee|beaver|baker}.
  = hasTrait.stubborn, hasTrait.careless, hasTrait.restless, hasTrait.messy, hasTrait.noisy, hasTrait.hungry
  $A could never {sit still|wait|stay quiet} for long.
  $A often {forgot things|ran off without thinking|made a mess}.
  $A {hardly ever|never} listened {to anyone|when others talked}.
  $A was as wild as {the wind|a storm|a young colt}.
  = hasPastime
  $A {loved|liked} to $D.
  $A {loved|liked|enjoyed} $D.ing more than anything{| else}.
  More than anything, $A loved $D.ing.
  $A.s favorite thing was $D.ing.
  Every day, $A would $D, for that was what $he {liked|loved} best.
  Most of all, $A {liked|loved} to $D.
  Nothing made $A.o happier than $D.ing.
  $A {spent|could spend} hours $D.ing and never {had enough|got tired of it}.
  When $he had time, $A.n liked to $D.
  $A.n was {good|very good} at $D.ing and {liked|loved} it.
  = owns
  $A had $T.a.
  $A had $T.a {that $he loved|that $he took everywhere|that was very dear to $him}.
  $A.s favorite thing {in the world |}was $T.a.
  $A owned $T.a and was very proud of it.
  $A took good care of $T.
  $A loved $T more than {anything else|all $his other things}.
  $A never went anywhere without $T.
  Of all $A.s things, $he liked $T best.
  ?toy Every day, $A played with $T.
  ?toy $A.s best toy was $T.a.
  ?toy $A often played with $T.
  ?wear $A wore $T {every day|all the time|everywhere|summer and winter}.
  = receives
  ?!familyB $A gave $B.o $T.a.
  One day, $A gave $B.o $T.a.
  $A gave $B.o $T.a {for $B.his birthday|as a present|as a surprise}.
  For $B.his birthday, $A gave $B.o $T.a.
  $A came home with $T.a for $B.o.
  $A had made $T.a {just for|for} $B.o.
  $A {brought|bought} $B.o $T.a {from the market|at the fair|from a faraway town}.
  "This is for you," said $A.n, and gave $B.o $T.a.
  $A surprised $B.o with $T.a.
  $A found $T.a in the {attic|cellar} and gave it to $B.o.
  = day
  ?!evening,sunny The sun was shining {brightly|and the sky was blue}.
  ?!evening,warm It was a {warm|fine|lovely} day {and the birds were singing|in spring|in summer}.
  ?windy {The wind was blowing hard|It was a windy day|A strong wind was blowing}.
  ?rainy {It had rained all night|Rain was falling|It was a wet and gray day}.
  ?cloudy {Gray clouds hung in the sky|It was a cloudy day|The sky was full of clouds}.
  ?snowy {Snow was falling|The world was white with snow|It was a cold winter day}.
  ?evening {It was almost evening|The sun was going down|The day was nearly over}.
  ?morning {It was early in the morning|The sun was just coming up|A new day began}.
  ?afternoon {It was a quiet afternoon|Lunch was over|The afternoon was long}.
  ?!evening It was {Saturday|Sunday|Monday|Friday}, {and there was nothing to do|and everyone was busy}.
  = open.day
  One day
  One {fine|lovely|beautiful} day
  ?morning One {fine |bright |quiet |}morning
  ?morning Early one morning
  ?morning After breakfast
  ?afternoon One {quiet |lazy |long |}afternoon
  ?afternoon After lunch
  ?evening One {quiet |calm |}evening
  ?evening Just before {dinner|supper}
  ?sunny,morning One sunny morning
  ?sunny,!evening One sunny day
  ?sunny,afternoon One hot afternoon
  ?warm,!evening One warm {spring|summer} day
  ?warm,!evening On a {warm|lovely} {day in May|summer day|spring day}
  ?windy One windy day
  ?windy,morning One windy morning
  ?windy,!evening On a windy {day|autumn day}
  ?rainy One rainy {day|Sunday}
  ?rainy After {the rain|a night of rain|a big storm}
  ?cloudy One {cloudy|gray|cool} day
  ?snowy One {cold|snowy} {day|winter day}
  ?!evening On {Saturday|Sunday|Monday|Friday|Tuesday|Wednesday|Thursday}
  ?!snowy One day in {spring|autumn|summer|April|June}
  = open.next
  Then
  So
  Next,
  After that,
  Soon,
  A little later,
  Before long,
  = open.atOnce
  Right away,
  At once,
  Then, without waiting,
  A moment later,
  = open.sudden
  Suddenly,
  Just then,
  All of a sudden,
  But then
  After a while,
  A moment later,
  At that moment,
  All at once,
  Before long,
  Out of nowhere,
  = open.final
  At last,
  Finally,
  In the end,
  After a long time,
  After a while,
  Soon,
  Little by little,
  Then, at last,
  = tag.say
  $X, said $A.n.
  $X, $A said.
  $X, said $A.n %softly.
  $X, $A told $B.o.
  $X, $A said %softly.
  $X, said $A.n {at once|after a while|after a moment}.
  $A said, $X
  $A told $B.o, $X
  $A looked at $B.o and said, $X
  $A {thought for a moment|nodded|smiled}. $X, $A.he said.
  $A {nodded|looked up|stopped|turned around} and said, $X
  $A {nodded|stopped|looked up|sat down next to $B.o|came closer}. $X
  $A {nodded|smiled|turned to $B.o}. $X
  = tag.reply
  $X, $A replied.
  $X, answered $A.n.
  $A answered, $X
  $A thought for a while and replied, $X
  = tag.ask
  $X, asked $A.n.
  $X, $A asked.
  $X, $A asked %softly.
  $X, asked $A.n %softly.
  $X, $A wanted to know.
  $A asked, $X
  $A asked $B.o, $X
  $A {looked at|turned to|went up to} $B.o and asked, $X
  $A {came closer|stopped|looked up|sat down next to $B.o}. $X
  $A {tilted $his head|raised $his eyebrows|scratched $his head}. $X
  $A wondered and asked, $X
  $A was {curious|puzzled|worried|surprised}. $X
  = tag.cry
  $X, cried $A.n.
  $X, $A cried.
  $X, shouted $A.n.
  $X, $A called.
  $X, called $A.n.
  $X, $A shouted {with joy|loudly|at the top of $his voice}.
  $X, $A said %happily.
  $A shouted, $X
  $A {called out|cried out|exclaimed}, $X
  $A {clapped $his hands|jumped up|could hardly believe it|threw up $his arms}. $X
  $A looked at $B.o and said, $X
  $A {laughed|gasped|smiled}. $X
  = tone.sad
  $X, said $A.n %sadly.
  $X, $A said %sadly.
  $X, sobbed $A.n.
  $X, sniffed $A.n.
  $X, $A sighed.
  $A {sighed|sniffed|sobbed|wiped $his eyes|hung $his head}. $X
  $A {looked down|shook $his head|looked at the ground} and said, $X
  A tear rolled down $A.s {cheek|nose}. $X, $A.he said.
  $A tried not to cry. $X
  $A swallowed hard. $X
  = tone.kind
  $X, said $A.n %softly.
  $X, $A said {kindly|gently|warmly}.
  $X, said $A.n {kindly|gently|warmly|in a friendly voice}.
  $A smiled {kindly|warmly}. $X
  $A {put an arm around $B.o|took $B.o by the hand|patted $B.o on the back}. $X
  $A {gave $B.o a warm smile|looked at $B.o kindly|bent down} and said, $X
  $A knelt down {beside|next to} $B.o. $X
  $X, $A whispered.
  = tone.happy
  $X, said $A.n %happily.
  $X, laughed $A.n.
  $X, cried $A.n {happily|with joy}.
  $X, $A said %happily.
  $A {laughed|beamed|grinned|smiled from ear to ear|clapped $his hands}. $X
  $A {danced with joy|jumped up and down|did a little dance} and said, $X
  $A.s eyes {shone|sparkled|lit up}. $X
  With a {big|wide} smile, $A said, $X
  = tone.scared
  $X, whispered $A.n.
  $X, $A whispered.
  $X, cried $A.n in fear.
  $X, said $A.n {in a shaky voice|with a shiver}.
  $A {trembled|shivered|swallowed|held $his breath}. $X
  $A {whispered|called|said in a tiny voice}, $X
  $A.s voice shook. $X
  = tone.sorry
  $A {hung $his head|looked down|looked at the floor|blushed}. $X
  $A {took a deep breath|turned red|bit $his lip} and said, $X
  $X, said $A.n {in a small voice|quietly|softly}.
  $X, $A {mumbled|whispered|murmured}.
  $X, $A said and {hung $his head|looked away}.
  = tone.proud
  $A {stood up tall|puffed out $his chest|lifted $his chin}. $X
  $X, said $A.n proudly.
  $X, $A said with a {proud|wide} {smile|grin}.
  $X, bragged $A.n.
  $A {showed off|strutted about|laughed loudly} and said, $X
  = tone.angry
  $A {stamped $his foot|frowned|crossed $his arms|made an angry face}. $X
  $X, shouted $A.n.
  $X, $A {yelled|snapped|grumbled}.
  $X, cried $A.n {angrily|crossly}.
  $A {frowned|scowled} and said, $X
  = tone.quiet
  $X, whispered $A.n.
  $X, $A whispered.
  $X, $A murmured.
  $A said {quietly|softly|to $self}, $X
  = tone.firm
  $X, said $A.n {firmly|seriously|in a serious voice}.
  $A {raised a finger|looked very serious|shook $his head} and said, $X
  $A {warned|told} $B.o, $X
  $X, $A warned.
  Before going out, $A said to $B.o, $X
  """
