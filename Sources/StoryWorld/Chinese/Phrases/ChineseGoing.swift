let chineseGoing = """
  = wantsToSee
  $A想看$D。
  $A最想看的就是$D。
  $A从来没有见过$D。
  $A听过{许多|好多}关于$D的故事。
  $A{做梦都想|常常梦见自己}看到$D。
  “总有一天我要去看$D！”$A说。
  $A有一个{大大的|秘密的}心愿，就是看一看$D。
  $A逢人就打听$D，可是谁也{没有空|说不清楚}。
  $A{床头贴着|口袋里装着}一张$D的{图|画片}。
  = packs
  & 带上了%snackword{和一件暖和的大衣|和一件毛衣|和一瓶水|}
  & 把%snackword装进了{袋子|篮子|背包}
  & 带上了{绳子|提灯|地图|指南针}和%snackword
  = obstacle.river
  前面有一条{宽宽的|深深的|湍急的}{河|小溪}，没有桥。
  $A来到一条{宽宽的|深深的|湍急的}{河|小溪}边，过不去了。
  = obstacle.fog
  起了大雾，$A{看不见路|什么也看不见|连自己的脚也看不见}。
  大雾{遮住|盖住}了小路。
  = obstacle.steepPath
  路越来越陡，{到处是石头|还很滑}。
  山坡太陡了，$A{一次又一次|一连两次}滑了下来。
  = obstacle.darkForest
  $A来到一片{黑黑的|阴森森的}{森林|树林}前，{里面到处是影子|里面连鸟叫声也没有}。
  小路通进一片{黑黑的|密密的|阴森森的}{森林|树林}。
  = obstacle.lostWay
  路{分成了两条|到头了|分了岔}，$A不知道{该走哪一条|往哪里走}。
  $A{走错了路|迷路了|找不到路了}。
  = obstacle.rain
  乌云来了，{下起雨来|下起了大雨}。
  大雨哗哗地下，小路变成了泥潭。
  = obstacle.brokenBridge
  {古老的|窄窄的}木桥{断了|不见了}。
  $A来到一座桥前，桥{断了|坏了}一半。
  = obstacle.tiredLegs
  路{好长|太长了}，$A的腿都走累了。
  $A{走呀走|走了好几个钟头}，脚都走疼了。
  = obstacle.bigRock
  一{块大石头|棵大树}{横|倒}在路中间。
  = obstacle.wind
  风越刮越大，$A{几乎走不动|只好抱住一棵树}。
  = overcomes.river
  & {找到|看见}几块{平平的|大}石头，{跳|蹦}着过去了
  & 在水上架了一根木头，{走|爬}了过去
  ?hasB $B{知道|指给$A看}一个水{浅|不深}的地方。
  ?hasB $A拉着$B，平安地过了河。
  = overcomes.fog
  & {坐下来等|等着}，直到大雾散去
  & 用一只手摸着{篱笆|石墙}往前走
  ?hasB $B{举着灯|走在前面}，他们找到了路。
  = overcomes.steepPath
  & {手脚并用|一步一步}，爬到了顶上
  & 把绳子系在{树|石头}上，把自己拉了上去
  ?hasB $B一步一步把$A拉了上去。
  = overcomes.darkForest
  & {唱着歌|哼着歌}给自己壮胆，走了过去
  & 数着脚步，头也不回地往前走
  ?hasB $AB手拉着手走了过去。
  = overcomes.lostWay
  ?!evening & 看了看太阳，{知道该往哪里走了|找到了方向}
  & 跟着{一队蚂蚁|铃声|一串脚印}，找到了路
  ?hasB $B{认得|记得}路。
  = overcomes.rain
  & 躲在{大叶子|大树|岩石}底下，等雨停了才走
  & 在雨里{笑着|唱着}{走|跳}下去
  ?hasB $AB躲在{岩石|大树}底下讲故事，直到雨停。
  = overcomes.brokenBridge
  & 在断口上架了一{块木板|根粗树枝}，{走|爬}了过去
  ?hasB $AB在断口上架了一{块木板|根木头}，一前一后走了过去。
  = overcomes.tiredLegs
  & {歇了一会儿|吃了几颗野果|喝了几口水}，又继续往前走
  & 坐下来休息了一会儿，{又上路了|又有了力气}
  ?!evening & 在树荫下休息了一会儿，{又上路了|又有了力气}
  ?hasB $B{唱起了歌|讲了个笑话}，路好像就变短了。
  = overcomes.bigRock
  & 从它{底下钻|上面翻|旁边绕}了过去
  ?hasB $AB推呀推，把它{推动了|推到了一边}。
  = overcomes.wind
  & {弯着腰|缩着身子}，一步一步地往前走
  ?hasB $AB拉着手，{往前走|顶着风走}。
  = seesSight.sea, seesSight.waterfall, seesSight.lighthouse, seesSight.whale
  就在那儿！水面{像银子一样|在阳光下|一直到天边都}闪闪发光。
  = seesSight.sunset, seesSight.rainbow, seesSight.full-moon, seesSight.shooting-star
  就在那儿！{整个天空都被照亮了|天空亮了起来|比什么图画都要美}。
  = seesSight.wild-horses, seesSight.wild-geese, seesSight.fireflies, seesSight.deer-family
  就在那儿！四周静得像在梦里一样。
  = seesSight.big-oak, seesSight.blue-flower, seesSight.giant-mushroom, seesSight.secret-garden, seesSight.crystal-cave
  就在那儿，比{故事里说的|梦见的}还要{大|美|奇妙}。
  = seesSight.old-castle, seesSight.mountain-top, seesSight.ruined-tower
  就在那儿！从那里，$A能看到{很远很远的地方|整个大地}。
  = seesSight
  $A看见了$D。
  就在$A的眼前，出现了$D！
  $A{第一次|亲眼}看见了$D{，真美啊|}。
  ?hasB $AB{一起|同时}看见了$D。
  "(happy) 快看，就在那儿！
  $A{简直|几乎}不敢相信，这真的是$D。
  = staysAwhile
  ?!evening & {待在那儿|坐在那儿}，一直到太阳下山
  & {看呀看|看了又看}，忘了{时间|一切}
  & 把它画了下来，好永远记住
  & 捡了一{块小石头|片叶子|根羽毛}作纪念
  ?hasB $AB{坐|站}在那儿，{看了很久|谁也没说话}。
  "(quiet) 比我想的还要美。
  "(happy) 要是{大家|全家人}都能看到就好了！
  = goesToBed
  {夜深了|天黑了|已经很晚了}，$A躺在床上。
  $A躺在床上，怎么也睡不着。
  {月亮|星星}{升得高高的|照进了窗口}，$A{钻进|爬进}了被窝。
  $A{说了声晚安|刷了牙}，就上床了。
  夜晚来临，$A{盖好被子|闭上了眼睛}。
  $A{早早地上了床|快要睡着了}。
  这是$A第一次{在黑暗里独自睡觉|不开灯睡觉}。
  = hearsNoise
  $A听见$D。
  传来了$D。
  黑暗里传来$D。
  $A{坐了起来|醒了过来}，外面有$D！
  “那是什么？”$A{想|小声说}。传来了$D。
  {夜里|屋子里}静悄悄的，忽然有$D。
  $A{竖起耳朵|屏住呼吸}，又听见了$D。
  = imagines
  难道是%monster？
  "(scared) 那是%monster吗？
  $A想到了%monster，那东西{长着大牙齿|胳膊长长的|眼睛红红的|就在床底下}。
  $A觉得那一定是%monster。
  $A拉起被子蒙住了{头|鼻子|耳朵}。
  在黑暗里，每个影子都像%monster。
  在$A的心里，那是%monster，{像房子一样大|像大树一样高}。
  = callsOut
  "(scared) 你醒着吗？我怕。
  "(scared) 我听见了奇怪的声音！
  "(scared) 你快来呀！
  $A{喊|叫醒}了$B。
  $A{踮着脚走|跑}到$B身边，{把这事告诉了$B.him|把$B.him叫醒了}。
  = looksForCause
  ?!hasB & 拿着{提灯|蜡烛|手电筒}去{看看|瞧瞧}
  ?!hasB & {鼓起勇气|深吸一口气}，下了床
  ?!hasB & 踮着脚，一步一步{走过地板|走近了|走到门口}
  ?hasB $AB踮着脚在黑暗里走。
  ?hasB $AB拿着{提灯|蜡烛|手电筒}去看。
  ?hasB 他们手拉着手去{看|瞧}。
  ?hasB $A紧紧拉着$B，往墙角{看|瞧}了一眼。
  = discovers
  原来{只是|是}$D.ing！
  {他们听见的声音|那声音|那可怕的声音}，原来只是$D.ing。
  根本没有什么可怕的东西，原来是$D.ing。
  $A看见了什么呢？只是$D.ing！
  $A{仔细一看|举起灯一照}，{笑了|放心了}，原来只是$D.ing。
  “原来是$D.ing！”$A说。
  ?hasB $B指给$A看，原来是$D.ing。
  = fearGone
  $A{笑出声来|咯咯地笑了|忍不住笑了}。
  $A再也不害怕了。
  害怕的感觉全没了。
  "(happy) 我还怕成那样呢！
  "(happy) 我真傻！
  ?hasB $AB笑得{把别人都吵醒了|肚子都疼了}。
  ?hasB $AB一起笑了，黑夜好像也没那么黑了。
  夜晚又变得{温暖又亲切|安安静静}了。
  = movesIn
  $A是新来的，谁也不认识。
  $A刚刚搬到{新房子|新家}。
  $A一家{刚刚搬来|从很远的地方来}。
  $A很想念{老家|从前的朋友}。
  对$A来说，什么都是{新的|陌生的}，一个朋友也没有。
  = watchesOthers
  $B正在那里$D。
  $A看见$B和{几个伙伴|几个小伙伴}在$D。
  $A{躲在树后|站在一旁}，看着$B和伙伴们$D。
  $B和几个伙伴正在$D，$A在旁边{看着|望着}。
  $A看见$B笑得真开心，大家正在$D。
  = invites
  "(kind) 你想和{我们|我}一起$D吗？
  "(kind) 要不要来$D？
  "(happy) 来和我们一起$D吧！
  "(happy) 我们正好少一个，你想玩吗？
  "(kind) 你可以和我一{队|组}。
  $A请$B{一起来|一起玩|也来参加}。
  $A拉起$B的手，{拉着$B.him跑|跑到大家中间}。
  = joinsIn
  $AB一起$D，玩了很久。
  ?!evening $AB一起$D，{玩到傍晚|玩了一整天}。
  $A{点点头|答应了}，和$B一起$D。
  $A也加入进来{，有意思极了|，开始还有点儿害羞|}。
  $AB{跑着|笑着}$D，{直到玩累了|玩了好几个钟头}。
  $A很快就忘了害羞。
  他们笑得{那么大声|那么开心}，连{小鸟|过路的}都转过头来看。
  = becomeFriends
  $AB成了朋友。
  $AB{从此|现在}是朋友了。
  $A{找到|交到}了一个{新|真正的}朋友。
  "(happy) 你愿意做我的朋友吗？
  "(happy) 明天你还来吗？
  "(happy) 你现在是我的朋友啦！
  他们发现，{两家住得很近|彼此喜欢的东西一样}。
  = wandersOff.puppy
  & 看见一只{毛茸茸的|小小的|白色的}小狗，跟着它{走了|跑了}
  = wandersOff.clown
  & {看见|盯着}一个{红鼻子|大鼻子|圆鼻子}小丑，{什么都忘了|笑个不停}
  = wandersOff.toys
  & 停下来看{玩具|木头玩具|玩具火车}
  = wandersOff.music
  & 听见{音乐|笛声|一首奇怪的歌}，{跟着声音走了|想看看是从哪儿来的}
  = wandersOff.butterfly
  & 看见一只{蓝色的|金色的|大大的|黄色的}蝴蝶，{跟着它走了|追了上去}
  = wandersOff.balloons
  & {看见|跟着}一个拿着{一百个|好多|许许多多}气球的人
  = wandersOff.sweets
  & 闻到了{糖炒栗子|热烧饼|刚出炉的蛋糕}的香味，{跟着香味走了|想去看一看}
  = wandersOff.parrot
  & 停下来听一只{绿色的|会说话的|聪明的}鹦鹉说话
  = isLost
  $A{一转身|抬起头}，$B{不见了|不在了}。
  $A怎么也看不见$B了。
  $B在哪儿呢？$A{左看右看|到处看}。
  只剩下$A自己，哪儿也没有$B的影子。
  “你在哪儿呀？”$A{大声|高声}喊，可是{没有谁回答|$B没有听见}。
  = staysCalm
  $A想起了$B的话：“要是迷了路，就{待在原地|请人帮忙}。”
  $A{站着不动|待在原地}，想勇敢一点儿。
  $A坐在{长椅|石头|台阶}上等着。
  $A{深深吸了一口气|数到十}，忍着不哭。
  = isAsked
  "(kind) 你迷路了吗？
  "(kind) 你自己在这儿吗？
  "(kind) 要我帮忙吗？
  "(kind) 你在找谁呀？
  "(kind) 小家伙，你为什么哭呀？
  = walksBack
  & 拉着$B的手去{找|寻找}$C
  & {把$B高高举起来|让$B站到长椅上}，好让$B.him{看得远|四处看看}
  & 陪着$B{走来走去|从这头找到那头}
  & {大声|一遍一遍地}喊着$C
  & 陪着$B等，直到{看见了$C|听见了$C的声音}
  = reunited
  $A{看见|望见}了$B，{跑过去|一头扑进$B.his怀里}。
  是$B！$A{飞快地|用最快的速度}跑了过去。
  $B跑过来，紧紧地{抱住|搂住}了$A。
  “你在这儿呀！”$B喊着，{抱住了|亲了亲}$A。
  $B到处在找$A，{现在|这下}他们终于{找到了对方|又在一起了}。
  = seesInShop
  $A在{商店的橱窗里|一家店的窗子里}看见了$T.a。
  {商店的橱窗里|一家店的窗子里}有$T.a，$A{停住了脚步|站住了}。
  $A{往店里一看|在一家店前停下来}，看见了$T.a。
  {每天|上学的路上}，$A都要经过一家橱窗里摆着$T.n的店。
  店里那么多东西，$A最想要的是$T.a。
  = lacksMoney
  可是$A没有钱。
  可是它要{十|五|二十}枚硬币，$A{只有两枚|只有一枚|一枚也没有}。
  $A数了数硬币，不够。
  $A没有那么多{钱|硬币}。
  $A{倒空了存钱罐|翻遍了口袋}，{还是不够|只找到一颗扣子}。
  "(sad) 我没有那么多{钱|硬币}。
  = worksFor.sweep
  & 给$B扫{地|台阶|院子}
  = worksFor.rake
  & 给$B扫了一整天的落叶
  = worksFor.walkDog
  & {两次|每天|冒着雨}替$B遛狗
  = worksFor.weed
  & 在$B的园子里拔草
  = worksFor.windows
  & 给$B{擦|洗}了所有的窗户
  = worksFor.wood
  & 给$B{搬|堆}木柴
  = worksFor.hens
  & 替$B喂{母鸡|小鸡}、捡鸡蛋
  = worksFor.fruit
  & 给$B摘{苹果|樱桃|李子}
  = worksFor.shelves
  & 给$B{擦|整理}架子
  = worksFor.water
  & 给$B{提水|浇花}
  = worksFor.dishes
  & 给$B洗了{碗|一大堆碗|所有的锅}
  = worksFor.paint
  & 把$B的篱笆漆成了{白色|绿色|蓝色}
  = worksFor.goats
  & 替$B{放|刷洗}{山羊|绵羊|小马}
  = worksFor
  & 替$B干了些重活
  & 给$B帮了{一个星期的忙|三天忙|好几天忙}
  = earns
  $B给了$A{三|五|十|几}枚{亮闪闪的|}硬币。
  $A挣到了{三|五|十|几}枚{亮闪闪的|}硬币。
  $A把{每一枚|所有的}硬币都存在{罐子|袜子|铁盒}里。
  一枚又一枚，$A装满了一{个罐子|个铁盒|个小布袋}。
  “你干得真{卖力|好}！”$B说着，给了$A{五|十|六}枚硬币。
  = buys
  & {跑|走}到店里，买下了$T
  & 把硬币放在柜台上，{得到|拿到}了$T
  & 钱够了，终于买下了$T
  "(happy) 现在我可以买$T.n了！
  = warned.jumpOnBed
  "(firm) 不要在床上跳。
  = warned.touchVase
  "(firm) 请不要碰那只蓝花瓶。
  "(firm) 这只花瓶很旧了，不要碰它。
  = warned.ballIndoors
  "(firm) 不要在屋里踢球。
  = warned.eatCake
  "(firm) 蛋糕是今天晚上吃的，现在先不要吃。
  "(firm) 吃晚饭以前不要吃蛋糕。
  = warned.openGate
  "(firm) 不要打开院门，不然母鸡会跑掉的。
  = warned.paintWall
  "(firm) 在纸上画，不要在墙上画画。
  = warned.climbShelf
  "(firm) 不要爬到架子上去。
  = warned.runWithCup
  "(firm) 不要端着满满的杯子跑。
  = warned.playWithClock
  "(firm) 钟不是玩具，不要拿钟玩。
  = warned.splash
  "(firm) 不要往地上泼水。
  = disobeys.jumpOnBed
  & {越跳越高|跳上跳下}，“{咔嚓|哗啦}”一声，床塌了
  = disobeys.touchVase
  & {碰了碰|拿起}花瓶，花瓶掉{下来摔碎了|在了地上}
  = disobeys.ballIndoors
  & 在屋里踢起球来，{打碎|砸到}了{灯|窗户}
  = disobeys.eatCake
  & {咬了一口蛋糕|尝了尝蛋糕}，又吃了一口，{吃掉了一半|差不多吃光了}
  = disobeys.openGate
  & 打开了院门，母鸡全跑{出去|掉}了
  = disobeys.paintWall
  & 在白墙上画了一{个大太阳|匹红马|条绿龙}
  = disobeys.climbShelf
  & 爬上架子，{东西|罐子}哗啦啦全掉了下来
  = disobeys.runWithCup
  & 端着满满的杯子跑，把{牛奶|果汁|可可}洒在了{地毯|沙发}上
  = disobeys.playWithClock
  & {拆开|拧了拧}钟，{弹簧|齿轮}{跳|掉}了出来
  = disobeys.splash
  & 泼水泼得{到处是水|地上成了小湖}
  = hidesIt
  & {跑开了|躲起来}，{一声也不敢出|希望谁也没发现}
  & 躲到了{椅子后面|角落里|桌子底下}
  & 想{把这件事瞒过去|弄得像什么也没发生一样}
  = confesses
  "(sorry) 是我弄的，对不起。
  "(sorry) 是我做的，我没有听你的话。
  "(sorry) 我要告诉你一件事，是我干的。
  $A把实话告诉了$B。
  $A没有{撒谎|说谎}，把一切都告诉了$B。
  = cleansUp
  $AB一起{收拾干净|打扫干净}了。
  $A帮着$B{收拾|把东西弄好|打扫}。
  & 一直干到{到处干干净净|东西都放回原处|跟原来一样}
  & {拿来扫帚|找来抹布}，{帮着收拾|打扫干净}
  """
