let chineseOpenings = """
  = introduces
  从前，有{一|}$A.count$A.trait的$A.kind，名字叫$A.name。
  很久很久以前，有一$A.count$A.trait的$A.kind，大家都叫$A.him$A.name。
  从前有一$A.count$A.kind，{名叫|叫作|叫}$A.name。
  ?!home 在%land，{住着|生活着}一$A.count$A.trait的$A.kind，名叫$A.name。
  ?!home {很远很远的地方|遥远的地方|山的那一边}，住着一$A.count叫$A.name的$A.kind。
  $A.name是一$A.count$A.trait的$A.kind。
  $A.name是一$A.count{人人喜爱|活泼可爱|聪明伶俐|讨人喜欢}的$A.kind。
  $A.name是一$A.count{有着%eyes眼睛|笑起来很好看|个子小小}的$A.kind。
  ?flaw $A.name是一$A.count%good$A.kind，就是{有点儿$A.trait|有时候有点儿$A.trait|太$A.trait了}。
  这是$A.kind$A.name的故事。
  这个故事说的是一$A.count叫$A.name的$A.kind。
  你{认识|听说过}$A.name吗？那是一$A.count$A.trait的$A.kind。
  大家都认识$A.trait的$A.kind$A.name。
  ?!flaw 人人都喜欢$A.kind$A.name，因为$A.he{特别|非常}$A.trait。
  {许多年以前|好多年以前|有一年}，有一$A.count$A.kind，名字叫$A.name。
  有一$A.count$A.kind叫$A.name，{长着|生来就有}一双%eyes眼睛。
  说起$A.kind$A.name，{谁都知道$A.he|大家都说$A.he}{特别|最}$A.trait。
  ?human $A.name今年{四|五|六|七|八}岁了，是个$A.trait的$A.kind。
  ?human $A.kind$A.name刚刚满{五|六|七}岁，{还没有上学|已经上学了|个子长得很快}。
  ?human {村子里|镇上|这条街上}有个$A.kind叫$A.name，谁都知道$A.he$A.trait。
  ?animal,!home {森林里|山坡上|大树下|草丛里}住着一$A.count$A.trait的$A.kind，名叫$A.name。
  ?animal,!home 在{森林深处|小河旁边|山脚下|老橡树下}，住着$A.kind$A.name。
  ?animal {动物们|邻居们|森林里的伙伴们}都说，$A.name是{森林里|山谷里|这一带}最$A.trait的$A.kind。
  = introducesPair
  $A.n和$B.n是{最要好的|一对|形影不离的}好朋友。
  从前，有两个好朋友，一个叫$A.n，一个叫$B.n。
  $A.n和$B.n{天天|每天|总是}在一起玩。
  $A.n有个好朋友，名叫$B.name。
  这是$A.n和$B.n的故事。
  大家都知道，$A.n和$B.n是最好的朋友。
  $A.n和$B.n{从小一起长大|住得很近|是邻居}，常常一块儿玩。
  $A.n很$A.trait，$A.he的朋友$B.n很$B.trait。
  ?!home {很久以前|山脚下|小河边|村子里}，住着$A.n和$B.n这一对好朋友。
  $A.n和$B.n走到哪里都{手拉着手|在一起|有说有笑}。
  = livesAt
  ?human $A{住在|的家在}%where的一{座|间}{小小的|旧|漂亮的|白色的|红砖}{房子|小屋}里。
  ?human $A和{爸爸妈妈|爷爷奶奶|妈妈|爸爸|全家人}一起住在%where。
  ?human $A的家就在%where。
  ?human 从$A.he房间的窗口望出去，能看见{大海|远处的群山|整条大街|高高的树林|弯弯的小河}。
  ?human $A一家住在%where，{日子过得很安静|家里总是很热闹|门前种着许多花}。
  ?animal $A{自己|和妈妈|和全家|和六个兄弟姐妹一起}住在%wildhome。
  ?animal $A在%wildhome有一个{舒服的|暖和的|整洁的|小小的}家。
  ?animal $A的家就{安|建}在%wildhome。
  ?animal 在%wildhome，$he有一张用{树叶|青苔|干草|羽毛|稻草}铺成的小床。
  = hasTrait.kind, hasTrait.generous, hasTrait.helpful, hasTrait.gentle, hasTrait.friendly
  谁有困难，$A都{愿意帮忙|会跑去帮忙|放在心上}。
  $A从来不忘{说一声谢谢|问一问别人好不好|把好东西分给大家}。
  $A的心{像棉花一样软|像太阳一样暖|比月亮还要大}。
  要是有谁不开心，$A总是第一个{发现|去安慰}。
  = hasTrait.brave, hasTrait.bold, hasTrait.proud
  $A{几乎什么都不怕|天不怕，地不怕|胆子特别大}。
  $A觉得自己{什么都会|什么都能做到|谁也比不上}。
  $A像{狮子|骑士|大将军}一样勇敢。
  不管做什么，$A都要{抢在前头|试一试|让大家看看}。
  = hasTrait.shy, hasTrait.quiet, hasTrait.dreamy, hasTrait.sleepy, hasTrait.thoughtful
  $A{不爱说话|喜欢安静的地方|常常望着窗外出神}。
  $A安静得像一{片雪花|只小老鼠|根羽毛}。
  $A常常梦见自己{长出了翅膀|飞上了天|到了很远的地方}。
  $A常常{坐着发呆|独自想心事|躺在草地上看天空}。
  跟{陌生人|不认识的人}说话，对$A来说可不容易。
  = hasTrait.curious, hasTrait.clever, hasTrait.honest, hasTrait.polite
  $A每天都有{一百个问题|问不完的问题|数不清的为什么}。
  $A什么都想{弄明白|知道|看一看}。
  $A聪明得像{狐狸|老师|大学问家}一样。
  {猜谜语|动脑筋|提问题}，谁也比不过$A。
  = hasTrait.cheerful, hasTrait.merry, hasTrait.playful, hasTrait.lively, hasTrait.funny, hasTrait.hopeful
  $A从早到晚{笑个不停|唱个不停|乐呵呵的}。
  不管是谁，$A都能{逗|哄}得他哈哈大笑。
  $A快活得像{一只百灵鸟|春天的早晨|一缕阳光}。
  $A的嘴边总是{挂着微笑|哼着歌|带着笑}。
  = hasTrait.careful, hasTrait.patient, hasTrait.busy
  $A做什么事都{不慌不忙|仔仔细细|认认真真}。
  一件事只要{开了头|动了手}，$A就一定会做完。
  $A忙得像{一只蜜蜂|一只陀螺|过年的厨师}。
  = hasTrait.stubborn, hasTrait.careless, hasTrait.restless, hasTrait.messy, hasTrait.noisy, hasTrait.hungry
  $A一刻也{坐不住|闲不住|静不下来}。
  $A常常{丢三落四|说跑就跑|把屋子弄得乱七八糟}。
  别人说话的时候，$A{很少认真听|总是听一半，忘一半}。
  $A像{一阵风|一匹小野马}，谁也拦不住。
  = hasPastime
  $A{最喜欢|很喜欢|最爱}$D。
  $A{每天都要|天天都要|一有空就}$D，因为{最喜欢|最爱}这个。
  $A最开心的事，就是$D。
  没有什么比$D更让$A高兴的了。
  $A可以{整整一个下午|好几个钟头|一整天}都在$D，一点儿也不累。
  要说$A最爱做什么，那就是$D。
  只要一说起$D，$A就{来了精神|眉开眼笑|两眼放光}。
  = owns
  $A有$T.a。
  $A有$T.a，{走到哪里都带着|宝贝得不得了|谁也不许碰}。
  $A最心爱的东西是$T.a。
  $A最喜欢$A.he的$T.n了。
  在所有的东西里，$A最喜欢$T.a。
  ?toy $A每天都要玩$A.he的$T.n。
  ?toy 在所有的玩具里，$A最喜欢$T.a。
  ?wear $A天天都{戴着|穿着|带着}$A.he的$T.n。
  $A总是把$T{看得很重|保管得好好的|放在身边}。
  没有$T，$A哪儿也不{愿意|肯}去。
  = receives
  有一天，$A送给$B$T.a。
  $B过生日那天，$A送给$B.him$T.a{当礼物|作礼物|}。
  $A给$B带回来$T.a。
  $A亲手给$B做了$T.a。
  $A从{集市上|镇上|庙会上|很远的地方}给$B{买回|带回}$T.a。
  “这是给你的。”$A说着，递给$B$T.a。
  $A拿出$T.a，{给了$B一个惊喜|送给了$B|说是给$B的}。
  $A在{阁楼上|地窖里|旧柜子里}找到$T.a，送给了$B。
  = day
  ?!evening,sunny {太阳暖洋洋地照着大地|天空蓝得像洗过一样|阳光洒满了大地}。
  ?!evening,warm {天气很暖和，鸟儿在枝头歌唱|春风轻轻地吹着|这是一个温暖的日子}。
  ?windy {外面刮着大风|风呼呼地吹着|这一天风很大}。
  ?rainy {雨下了整整一夜|天上下着小雨|这是一个湿漉漉的日子}。
  ?cloudy {天上飘着灰色的云|这是一个阴天|太阳躲进了云层里}。
  ?snowy {雪花慢慢地飘着|到处都是白白的雪|这是一个寒冷的冬日}。
  ?evening {太阳快要下山了|天色渐渐暗下来|晚霞染红了天边}。
  ?morning {天刚蒙蒙亮|太阳刚刚升起来|新的一天开始了}。
  ?afternoon {午饭刚刚吃完|这是一个安静的下午|下午的时光长长的}。
  ?!evening 这天是{星期六|星期天|星期一|星期五}，{没有什么事情可做|大家都在忙|家里静悄悄的}。
  = open.day
  有一天，
  这一天，
  一天，
  ?morning 一天早上，
  ?morning 一个{安静的|清爽的|}早晨，
  ?morning 天刚亮，
  ?morning 吃过早饭，
  ?afternoon 一天下午，
  ?afternoon 吃过午饭，
  ?afternoon 一个{懒洋洋的|漫长的|安静的}下午，
  ?evening 一天傍晚，
  ?evening 快到吃晚饭的时候，
  ?sunny,morning 一个阳光灿烂的早晨，
  ?sunny,!evening 一个{晴朗的日子|大晴天}，
  ?sunny,afternoon 一个炎热的午后，
  ?warm,!evening 一个暖和的{春日|夏日}，
  ?warm,!evening 五月里的一天，
  ?windy 一个{刮风的日子|大风天}，
  ?windy,!evening 一个刮着风的秋日，
  ?rainy 一个下雨天，
  ?rainy {雨停了以后|大雨过后|下了一夜雨之后}，
  ?cloudy 一个{阴天|凉爽的日子}，
  ?snowy 一个寒冷的冬日，
  ?!evening {星期六|星期天|星期一|星期五|星期二|星期三|星期四}，
  ?!snowy {春天|秋天|夏天|四月|六月}里的一天，
  = open.next
  接着，
  于是，
  然后，
  后来，
  不一会儿，
  过了一会儿，
  没过多久，
  随后，
  = open.atOnce
  紧接着，
  马上，
  = open.sudden
  突然，
  忽然，
  就在这时，
  这时候，
  正在这时，
  一转眼，
  没想到，
  = open.final
  终于，
  最后，
  过了很久，
  过了好一阵子，
  功夫不负有心人，
  = tag.say
  $A说：$X
  $X$A说。
  $A%softly说：$X
  $X$A%softly说。
  $A对$B说：$X
  $A看着$B说：$X
  $A{想了想|点点头|笑了笑|抬起头|停下脚步|转过身来}，说：$X
  $A告诉$B：$X
  $X$A{点点头|想了想|笑了笑}说。
  $A{走过来|走上前|凑过来|在$B身边坐下}，说：$X
  = tag.reply
  $A回答：$X
  $X$A回答。
  $A想了一会儿，{回答|答道}：$X
  = tag.ask
  $A问：$X
  $X$A问。
  $A%softly问：$X
  $X$A%softly问。
  $A问$B：$X
  $A{走上前去|停下脚步|抬起头来|在$B身边坐下|走到$B跟前}，问：$X
  $A{歪着头|挠挠头|眨眨眼睛}问：$X
  $A{好奇|关心|奇怪|着急}地问：$X
  $A看了看$B，问道：$X
  = tag.cry
  $A喊道：$X
  $X$A喊道。
  $A大声说：$X
  $X$A叫了起来。
  $A{拍着手|跳起来|挥着手}喊：$X
  $A{高声|大声|激动地}叫道：$X
  $A{忍不住|笑着|兴奋地}说：$X
  $X$A{扯着嗓子|高声|大声}喊。
  = tone.sad
  $A%sadly说：$X
  $X$A%sadly说。
  $A{叹了一口气|抽了抽鼻子|擦了擦眼睛|低下了头|摇摇头}，说：$X
  $X$A{抽泣着|带着哭腔|哭着}说。
  一滴眼泪从$A的{脸上|脸颊上|鼻尖}滑了下来：$X
  $A{忍着眼泪|咬着嘴唇|红着眼圈}说：$X
  = tone.kind
  $A{亲切|温和|和气|轻轻|温柔}地说：$X
  $X$A{亲切|温和|和气|轻轻|温柔}地说。
  $A{微笑着|笑眯眯地}说：$X
  $A{拍拍$B的肩膀|拉起$B的手|摸摸$B的头|蹲下来}，说：$X
  $X$A{小声|轻声}说。
  $A{冲$B笑了笑|弯下腰|在$B身边蹲下}，说：$X
  = tone.happy
  $A%happily说：$X
  $X$A%happily说。
  $X$A{笑着|乐呵呵地|眉开眼笑地}说。
  $A{笑了|乐了|咧开嘴笑了|拍起手来}：$X
  $A{高兴得|乐得|开心得}{跳起来|手舞足蹈|直拍手}，说：$X
  $A的眼睛{亮了|一下子亮了}：$X
  = tone.scared
  $X$A{害怕地|颤抖着|哆哆嗦嗦地}说。
  $A{发着抖|缩成一团|屏住呼吸|咽了咽口水}，{说|小声说}：$X
  $A的声音在发抖：$X
  $X$A{惊慌地|害怕地}喊道。
  $A{压低声音|小声}说：$X
  = tone.sorry
  $A{低着头|红着脸|看着地面|咬着嘴唇}说：$X
  $X$A{小声|低声|难为情地|不好意思地}说。
  $A{深深吸了一口气|鼓起勇气|红了脸}，说：$X
  $X$A说着，{低下了头|脸红了}。
  = tone.proud
  $A{挺起胸膛|昂着头|得意洋洋地|扬起下巴}说：$X
  $X$A{得意地|骄傲地|神气地|自豪地}说。
  $A{夸口|哈哈大笑着|大声}说：$X
  = tone.angry
  $A{生气|气呼呼|气冲冲|不高兴}地说：$X
  $X$A{生气|气呼呼|气冲冲}地喊。
  $A{跺着脚|皱着眉头|叉着腰|瞪着眼睛}说：$X
  $X$A嚷道。
  = tone.quiet
  $X$A小声说。
  $A{自言自语|小声说|悄悄地说|心里想}：$X
  $X$A{轻轻地|小声地|悄悄地}说。
  = tone.firm
  $A{严肃|认真|郑重}地{说|对$B说}：$X
  $X$A{严肃|认真|郑重}地说。
  $A{竖起一根手指|摇摇头|板起脸}，说：$X
  $A{提醒|叮嘱|嘱咐}$B：$X
  """
let chineseWordClasses = """
  land:一个遥远的国家,一片大森林的旁边,高高的雪山脚下,大海中间的一座岛上,一个安静的小山村,一条大河的岸边
  eyes:亮晶晶的,圆圆的,弯弯的,大大的,黑黑的,会说话的
  good:可爱的,懂事的,听话的,讨人喜欢的
  softly:轻轻地,小声地,慢慢地,平静地,认真地,温和地
  happily:高兴地,开心地,快活地,兴高采烈地,笑着,欢天喜地地,乐滋滋地
  sadly:难过地,伤心地,垂头丧气地,小声地,闷闷不乐地,失望地,委屈地
  where:海边,森林旁边,小山上,河边,一个小镇上,大路尽头,湖边,一个安静的村子里,热闹的城里
  where:磨坊旁边,码头附近,学校对面,村口,绿色的山谷里,一座老桥旁边,小巷子里,铁路边,稻田旁边
  wildhome:一棵老橡树下,安静的池塘边,森林的边上,清清的小溪旁,一块长满青苔的石头旁边,草地中央
  wildhome:向阳的山坡上,瀑布后面,两棵高高的松树中间,离河不远的地方,树林深处,一片蕨草中间,野玫瑰花丛旁
  walked:走到,跑到,来到,蹦蹦跳跳地来到,赶到,一路小跑到了,慢慢地走到,溜达到
  gone:出发去,动身去,高高兴兴地去,匆匆忙忙地去
  very:很,非常,特别,十分,真的很,格外
  monster:妖怪,鬼,大灰狼,巨人,女巫,强盗,怪兽,会吃人的大嘴怪
  snackword:三明治,苹果,包子,饼干,梨,面包,奶酪,核桃,糖果,煮鸡蛋
  animalnoise:叫声,哭声,吱吱声,呜咽声,呼救声
  crying:哭,抽泣,小声地哭,呜呜地叫
  playtime:一整个下午,很久很久,大半天,好久,好一会儿
  playtime.evening:很久很久,好久,好一会儿
  reward:一个热乎乎的包子,一大块蛋糕,一袋糖果,三枚硬币,一个大大的拥抱,一篮红苹果,一顶新帽子,一本图画书,一罐蜂蜜
  prize:一面奖牌,一个银杯,一条蓝丝带,一大篮水果,一只大西瓜,一座小奖杯,一盒糖果
  """
