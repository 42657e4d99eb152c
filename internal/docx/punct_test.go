package docx

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPunctuate(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"commas between Chinese", "全市,各县;如下:", "全市，各县；如下："},
		{"a number keeps its commas", "共1,428所,其中", "共1,428所，其中"},
		{"a time keeps its colon", "上午9:30开始", "上午9:30开始"},
		{"a decimal keeps its point", "达标率77.7%.", "达标率77.7%."},
		{"a sentence ends with a circle", "已完成.下一步", "已完成。下一步"},
		{"a numbered heading keeps its point", "1.总体情况", "1.总体情况"},
		{"points as dots stay", "等等...", "等等..."},
		{"brackets turn in pairs", "达标率(%)与(a+b)", "达标率（%）与（a+b）"},
		{"brackets of Latin text stay", "see (a) there", "see (a) there"},
		{"an open bracket without its end stays", "第(一", "第(一"},
		{"quotes turn in pairs", `称为"双减"政策`, "称为“双减”政策"},
		{"an address stays", "见https://example.org/a?b=1", "见https://example.org/a?b=1"},
		{"after a percent", "90%,位居", "90%，位居"},
		{"after a bracket that turned", "(甲),乙", "（甲），乙"},
		{"English stays", "Yes, it is: (a) \"b\"; c!", "Yes, it is: (a) \"b\"; c!"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Punctuate(tt.in); got != tt.want {
				t.Errorf("%s became %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

// Every character becomes one, and what was made full-width stays as it is.
func TestPunctuateIsDoneAfterOnce(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune(`县市a1 ,;:!?.()"（），。“”/%〔`)))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		once := Punctuate(s)
		if len([]rune(once)) != len([]rune(s)) {
			t.Fatalf("%q became %q", s, once)
		}
		if twice := Punctuate(once); twice != once {
			t.Fatalf("%q became %q, then %q", s, once, twice)
		}
	})
}
