package demo

import (
	"strings"
)

// A place name is one character of heads and one of tails. Both lists, less the
// pairs in taken, were checked against the names of all counties and townships
// of the country, see TestNamesAreFictional.
const (
	heads = "云霁岚沐汀澄栖枕漱疏荻苇芷蘅菡茗枫桐梧柘楸榆槐檀柏松雁鹭鹤鸢鹿鲤萤霜露雪烟霞晴暮晓朗墨砚砥琢磬岑岫峦皋陌畦渚滢泓溆沄浣"
	tails = "溪川岭坞湾坪坡垭箐塘洲浦岗原垄沟泉潭井渡桥铺甸寨屯庄庐园圃岩崖谷坎"
	taken = "云溪 云岭 云塘 云岗 云沟 云泉 云潭 云桥 云甸 云园 云岩 岚谷 沐溪 沐川 汀溪 汀坪 澄溪 澄塘 澄潭 枫溪 枫岭 枫湾 枫坪 枫桥 " +
		"桐川 桐岭 桐坪 桐浦 桐寨 桐庐 梧塘 柘溪 柘塘 柘沟 榆岭 槐桥 槐园 檀溪 柏溪 柏岭 柏坡 柏垭 柏塘 柏岗 柏泉 柏井 柏庄 " +
		"松溪 松岭 松坪 松垭 松洲 松浦 松岗 松原 松渡 松甸 松园 松坎 雁溪 雁庄 雁园 雁渡 鹤溪 鹤岭 鹤塘 鹤浦 鹤岗 鹤谷 " +
		"鹿塘 鹿原 鹿沟 鹿泉 鹿寨 鹿庄 鲤溪 露塘 雪溪 烟溪 烟洲 烟庄 霞浦 霞寨 晴川 晓坪 晓塘 朗溪 朗塘 朗坎 砚溪 岑溪 岑川 " +
		"岫岩 峦庄 皋桥 溆浦 霁川 枕溪 荻浦"
)

// syllables gives the pinyin of heads and tails, in their order.
var syllables = func() map[rune]string {
	m := map[rune]string{}
	words := strings.Fields(`yun ji lan mu ting cheng qi zhen shu shu di wei zhi heng han ming feng tong wu zhe qiu yu huai tan
		bai song yan lu he yuan lu li ying shuang lu xue yan xia qing mu xiao lang mo yan di zhuo qing cen xiu luan gao mo
		qi zhu ying hong xu yun huan
		xi chuan ling wu wan ping po ya qing tang zhou pu gang yuan long gou quan tan jing du qiao pu dian zhai tun zhuang
		lu yuan pu yan ya gu kan`)
	for i, r := range []rune(heads + tails) {
		m[r] = words[i]
	}
	return m
}()

// name is a name in both languages; it is put together part by part.
type name struct{ zh, en string }

// place makes a place name of two characters.
func place(head, tail rune) name {
	en := syllables[head] + syllables[tail]
	return name{string([]rune{head, tail}), strings.ToUpper(en[:1]) + en[1:]}
}

// placeNames are all names that townships and villages may bear, in an order
// that the seed decides.
func (c *City) placeNames() []name {
	no := map[string]bool{}
	for _, t := range strings.Fields(taken) {
		no[t] = true
	}
	var all []name
	for _, h := range heads {
		for _, t := range tails {
			if n := place(h, t); !no[n.zh] {
				all = append(all, n)
			}
		}
	}
	r := c.random("place names", 0)
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// ordinals number the schools of a county town.
var ordinals = []name{{"一", "No. 1"}, {"二", "No. 2"}, {"三", "No. 3"}, {"四", "No. 4"}, {"五", "No. 5"}, {"六", "No. 6"}, {"七", "No. 7"},
	{"八", "No. 8"}, {"九", "No. 9"}, {"十", "No. 10"}, {"十一", "No. 11"}, {"十二", "No. 12"}, {"十三", "No. 13"}, {"十四", "No. 14"},
	{"十五", "No. 15"}, {"十六", "No. 16"}, {"十七", "No. 17"}, {"十八", "No. 18"}, {"十九", "No. 19"}, {"二十", "No. 20"},
	{"二十一", "No. 21"}, {"二十二", "No. 22"}, {"二十三", "No. 23"}, {"二十四", "No. 24"}, {"二十五", "No. 25"}, {"二十六", "No. 26"},
	{"二十七", "No. 27"}, {"二十八", "No. 28"}, {"二十九", "No. 29"}, {"三十", "No. 30"}}
