package draft

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// sound checks what must hold of every draft: nothing is invented, every
// statement leads back to the original, and a principle makes no task.
func sound(t interface{ Errorf(string, ...any) }, d *Document) {
	text := []rune(d.Clean)
	for i, s := range d.Statements {
		if s.From < 0 || s.To > len(text) || s.From >= s.To || string(text[s.From:s.To]) != s.Text {
			t.Errorf("statement %d is %q, not its part of the text", i, s.Text)
		}
		if i > 0 && s.From < d.Statements[i-1].To {
			t.Errorf("statement %d overlaps the one before it", i)
		}
		if s.Speaker != "" && !strings.Contains(d.Clean, s.Speaker) {
			t.Errorf("speaker %q is not in the text", s.Speaker)
		}
	}
	for _, p := range d.Proposals {
		if p.Wording == "" || len(p.Sources) == 0 || p.Class != Decision && p.Class != Requirement {
			t.Errorf("%q is %q from %d sentences", p.Wording, p.Class, len(p.Sources))
			continue
		}
		in := func(w string) bool {
			return slices.ContainsFunc(p.Sources, func(s Source) bool { return strings.Contains(d.Statements[s.Statement].Text, w) })
		}
		if !in(p.Wording) {
			t.Errorf("%q is in none of its sentences", p.Wording)
		}
		for _, f := range slices.Concat(p.Owners, p.Dates, p.Numbers) {
			if f.Text == "" || !in(f.Text) {
				t.Errorf("%q of %q is in none of its sentences", f.Text, p.Wording)
			}
			if year, _, ok := strings.Cut(f.Day, "-"); ok && !strings.Contains(d.Clean, year) {
				t.Errorf("the year of %s is nowhere in the text", f.Day)
			}
		}
		for _, s := range p.Sources {
			if d.Statements[s.Statement].Class != p.Class {
				t.Errorf("%q is %q, its sentence %q", p.Wording, p.Class, d.Statements[s.Statement].Class)
			}
			if !strings.Contains(d.Original, s.Original) || s.Original == "" {
				t.Errorf("%q is not in the original", s.Original)
			}
		}
	}
	if utf8.ValidString(d.Original) && len(d.at) != len(text)+1 {
		t.Errorf("%d places for %d characters", len(d.at), len(text))
	}
}

// bits are what the sentences of notices are made of.
var bits = rapid.SampledFrom([]string{"会议决定，", "市长周明强调，", "要", "加快补齐", "學(xué)前教育", "短板", "，", "。", "；", "、", "\n", "一、", "（一）", "1.", "由", "市教体局", "市财政局", "牵头", "负责", "各县（市、区）", "，要",
	"2025年底前", "10月31日前", "今年底前", "长期坚持", "到2025年", "96%", "3所", "1.2亿元", "百分之九十", "抓实控辍保学", "平安校园", "教师编制", "（责任单位：", "）", "深刻认识", "重要意义", "推动", "义务教育优质均衡", "一是", "二是", "2023年9月1日", "《", "》", "“", "”", "(", ")", "向", "报"})

func TestNothingIsInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sound(t, Make(strings.Join(rapid.SliceOfN(bits, 0, 60).Draw(t, "bits"), ""), Options{Places: []string{"霁川县"}}))
	})
}

func TestNothingIsInventedInNotices(t *testing.T) {
	opt := options(t)
	for _, set := range []string{"tune", "held"} {
		for _, n := range notices(t, set) {
			d := Make(n.text, opt)
			if len(d.Proposals) == 0 {
				t.Errorf("%s yields nothing", n.name)
			}
			sound(t, d)
		}
	}
	b, err := os.ReadFile(testkit.Shared(t, "data/communique/000_d46c0c0472e5c053.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sound(t, Make(string(b), opt))
}

func FuzzMake(f *testing.F) {
	f.Add("会议决定，由市教体局牵头，2025年底前新建幼儿园3所。\n周明强調(diào)，要抓实控辍保学。")
	f.Add("一、总体要求。深刻认识。（责任单位：各县（市、区）政府）")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 1<<16 {
			sound(t, Make(s, Options{}))
		}
	})
}
