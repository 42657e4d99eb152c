package pinyin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var schools = []Item{
	{Name: "麒麟区第一小学", Codes: []string{"3153000001"}},
	{Name: "麒麟一小", Codes: []string{"3153000002"}},
	{Name: "重庆路中学", Codes: []string{"3153000003"}},
	{Name: "长城小学", Codes: []string{"3153000004"}, Also: []string{"Great Wall Primary School"}},
	{Name: "女子中学", Codes: []string{"3153000005"}},
	{Name: "麒麟区", Codes: []string{"530302"}},
	{Name: "生均教学及辅助用房面积", Codes: []string{"R4", "area_per_pupil"}},
	{Name: "三宝街道 A 校区", Codes: []string{"3153000006"}},
	{Name: "西安路小学", Codes: []string{"3153000007"}},
}

func TestFind(t *testing.T) {
	x := NewIndex(schools)
	for _, tt := range []struct {
		name, query string
		want        []string // names in order; all that is found
	}{
		{"characters", "麒麟", []string{"麒麟区", "麒麟一小", "麒麟区第一小学"}},
		{"the whole name first", "麒麟区", []string{"麒麟区", "麒麟区第一小学"}},
		{"an abbreviation", "麒麟第一小", []string{"麒麟区第一小学"}},
		{"not loosely where a name fits as it stands", "麒麟一小", []string{"麒麟一小"}},
		{"traditional characters", "長城", []string{"长城小学"}},
		{"initials", "qlyx", []string{"麒麟一小"}},
		{"initials of an abbreviation", "qldyx", []string{"麒麟区第一小学"}},
		{"initials of the beginning, then inside", "ql", []string{"麒麟区", "麒麟一小", "麒麟区第一小学", "重庆路中学"}},
		{"initials inside", "dyxx", []string{"麒麟区第一小学"}},
		{"pinyin", "qilin", []string{"麒麟区", "麒麟一小", "麒麟区第一小学"}},
		{"pinyin while it is typed", "qilinyix", []string{"麒麟一小"}},
		{"a mixture", "qilinyx", []string{"麒麟一小"}},
		{"one reading", "cq", []string{"重庆路中学"}},
		{"the other reading", "zq", []string{"重庆路中学"}},
		{"both readings in full", "chongqinglu", []string{"重庆路中学"}},
		{"both readings in full, the other", "zhongqinglu", []string{"重庆路中学"}},
		{"an initial of two letters", "zhongqlzhx", []string{"重庆路中学"}},
		{"ü is v", "nvzi", []string{"女子中学"}},
		{"syllables that could be cut otherwise", "xianlu", []string{"西安路小学"}},
		{"a code", "530302", []string{"麒麟区"}},
		{"the beginning of a code", "315300000", []string{"麒麟一小", "长城小学", "女子中学", "重庆路中学", "西安路小学", "麒麟区第一小学", "三宝街道 A 校区"}},
		{"an indicator's code in any case", "r4", []string{"生均教学及辅助用房面积"}},
		{"an indicator by initials", "sjjxjfz", []string{"生均教学及辅助用房面积"}},
		{"another language", "great wall", []string{"长城小学"}},
		{"letters and characters of the name itself", "sbjdaxq", []string{"三宝街道 A 校区"}},
		{"nothing", "zzzz", nil},
		{"no such character", "㐀", nil},
		{"empty", "  ", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, h := range x.Find(tt.query, nil) {
				got = append(got, schools[h.At].Name)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q finds %q, want %q", tt.query, got, tt.want)
			}
		})
	}
}

// What is marked is what was typed.
func TestMarks(t *testing.T) {
	x := NewIndex(schools)
	for query, want := range map[string]string{"qlyx": "麒麟一小", "麒麟一小": "麒麟一小", "chongq": "重庆", "yixiao": "一小", "3153000001": ""} {
		h := x.Find(query, nil)[0]
		var b strings.Builder
		for _, i := range h.Marks {
			b.WriteRune([]rune(schools[h.At].Name)[i])
		}
		if b.String() != want {
			t.Errorf("%q marks %q, want %q", query, b.String(), want)
		}
	}
}

// Only what may be seen is found.
func TestFindKeeps(t *testing.T) {
	got := NewIndex(schools).Find("ql", func(i int) bool { return i == 1 })
	if len(got) != 1 || got[0].At != 1 {
		t.Errorf("found %v", got)
	}
}

func TestReadings(t *testing.T) {
	for r, want := range map[rune][]string{'重': {"zhong", "chong", "tong"}, '绿': {"lv", "lu"}, '曲': {"qu"}, 'A': nil} {
		if got := Readings(r); !slices.Equal(got, want) {
			t.Errorf("%c reads %v, want %v", r, got, want)
		}
	}
}

// Any name is found by its characters, by its initials in any reading, and by
// its pinyin in any reading, whatever stands around it.
func TestAnyNameIsFound(t *testing.T) {
	chars := []rune("曲靖麒麟沾益马龙宣威富源罗平师宗陆良会泽重长乐行朝单区县第一二三中小学幼儿园大坡乡镇")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SliceOfN(rapid.SampledFrom(chars), 2, 14).Draw(t, "name")
		x := NewIndex(append(slices.Clone(schools), Item{Name: string(name)}))
		var short, long strings.Builder
		for _, r := range name {
			y := rapid.SampledFrom(Readings(r)).Draw(t, "reading")
			short.WriteByte(y[0])
			long.WriteString(y)
		}
		for _, q := range []string{string(name), short.String(), long.String()} {
			if len(q) > 60 && q != string(name) {
				continue
			}
			if !slices.ContainsFunc(x.Find(q, nil), func(h Hit) bool { return h.At == len(schools) && h.Rank <= SoundsWhole }) {
				t.Fatalf("%s is not found by %q", string(name), q)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	x := NewIndex(schools)
	for _, q := range []string{"qlyx", "重庆", "", "\xff", strings.Repeat("a", 61), "zzzzhhhh", "é", "ｑｌ"} {
		f.Add(q, "麒麟区第一小学")
	}
	f.Fuzz(func(t *testing.T, q, name string) {
		for _, at := range []*Index{x, NewIndex([]Item{{Name: name, Codes: []string{name}}})} {
			for _, h := range at.Find(q, nil) {
				for i, m := range h.Marks {
					if m < 0 || i > 0 && m <= h.Marks[i-1] || m >= len(at.items[h.At].name) {
						t.Fatalf("%q in %q: marks %v", q, name, h.Marks)
					}
				}
			}
		}
	})
}

// many are names such as a province has.
func many(n int) []Item {
	r := rand.New(rand.NewPCG(1, 2))
	places := []rune("曲靖麒麟沾益马龙宣威富源罗平师宗陆良会泽重长乐行朝单东西南北大小金银山水花红石白河江湖海")
	kinds := []string{"小学", "中学", "幼儿园", "中心学校", "职业高级中学"}
	out := make([]Item, n)
	for i := range out {
		var b strings.Builder
		for range 4 + r.IntN(4) {
			b.WriteRune(places[r.IntN(len(places))])
		}
		out[i] = Item{Name: b.String() + "第" + string([]rune("一二三四五六七八九")[r.IntN(9)]) + kinds[r.IntN(len(kinds))], Codes: []string{fmt.Sprintf("31530%05d", i)}}
	}
	return out
}

func BenchmarkIndex100000(b *testing.B) {
	items := many(100_000)
	for b.Loop() {
		NewIndex(items)
	}
}

func BenchmarkFind100000(b *testing.B) {
	x := NewIndex(many(100_000))
	for _, q := range []string{"qlyx", "qilin", "麒麟一小", "3153000", "zzzz"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				x.Find(q, nil)
			}
		})
	}
	// The plain search that it replaces: a name or code that contains the text.
	b.Run("contains", func(b *testing.B) {
		items := many(100_000)
		for b.Loop() {
			n := 0
			for _, it := range items {
				if strings.Contains(strings.ToLower(it.Name+"\n"+it.Codes[0]), "qlyx") {
					n++
				}
			}
		}
	})
}
