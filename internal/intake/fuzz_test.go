package intake

import (
	"math"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

func fuzzPack(t testing.TB) *pack.Pack {
	p, err := pack.Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Whatever stands in a cell, it is a figure inside the element's limits, missing,
// or said to be wrong; never NaN or infinite as a figure.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"12", "1,234", "１２", "十二", "/", "无", "", "-", "#N/A", "=A1", "2024-01-05", "45人", "12%", "是", "211", "1e400", "0x10", "'5", "1 234.5", "２０２４年９月１日"} {
		f.Add(s, 0)
		f.Add(s, 4)
	}
	p := fuzzPack(f)
	elements := []*pack.Element{p.Element("pupils"), p.Element("equipment"), p.Element("recognition"), p.Element("school_kind"), p.Element("review_g1"), {ID: "d", Type: edu.TypeDate}}
	f.Fuzz(func(t *testing.T, text string, shift int) {
		shift = max(-8, min(8, shift))
		for _, e := range elements {
			v, wanted := figure(text, e, shift)
			n, is := v.Number()
			switch {
			case wanted != nil && !v.IsMissing():
				t.Fatalf("%s %q: %v and wrong", e.ID, text, v)
			case wanted != nil && (wanted.ZH == "" || wanted.EN == ""):
				t.Fatalf("%s %q: nothing said in one language", e.ID, text)
			case is && (math.IsNaN(n) || math.IsInf(n, 0)):
				t.Fatalf("%s %q: %v", e.ID, text, n)
			case e.Type == edu.TypeYesNo && is && n != 0 && n != 1:
				t.Fatalf("%s %q: %v", e.ID, text, n)
			case e.Type == edu.TypeChoice && is && (n < 0 || int(n) >= len(e.Choices)):
				t.Fatalf("%s %q: %v", e.ID, text, n)
			}
		}
	})
}

// Folding twice changes nothing more, and a header that is found is found again
// when decorated.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{"专任教师数", "教学仪器设备值(万元)", "*专任教师数", "面积(㎡)", "Pupils on the roll", "在校生数 一年级", "(", ")(", "其中:骨干", "【x】", "10000 yuan"} {
		f.Add(s)
	}
	p := fuzzPack(f)
	v, err := newVocabulary(p, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := fold(s); fold(once) != once {
			t.Fatalf("fold(%q) = %q, and again %q", s, once, fold(once))
		}
		v.measures.parse(fold(s))
		a, _ := v.meaning(v.main, []string{s})
		b, _ := v.meaning(v.main, []string{" *" + s + "\u3000"})
		if len(a) != len(b) {
			t.Fatalf("%q means %v, decorated %v", s, a, b)
		}
	})
}

func FuzzMap(f *testing.F) {
	for _, s := range []string{"a: b", "编号: code\n其他: \"-\"", "- a", "a: [1]", "&a x: *a", "? {}\n: 1", "a: |\n  b", "\x00", "!!binary a: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ReadMap("m", strings.NewReader(s))
		if (m == nil) == (err == nil) {
			t.Fatalf("%v, %v", m, err)
		}
		for h := range m {
			if fold(h) == "" {
				t.Fatalf("%q is no header", h)
			}
		}
	})
}
