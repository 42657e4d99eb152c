package han

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTraceLeadsBackToTheOriginal(t *testing.T) {
	for _, tt := range []struct{ in, find, want string }{
		{"全市教育發(fā)展大會(huì)召開(kāi)", "发展大会", "發(fā)展大會"},
		{"曲靖（qǔ jìng）市第一中學", "市第一中学", "市第一中學"},
		{"  樹人  ", "树人", "樹人"},
		{"乾隆年間的乾燥", "干燥", "乾燥"},
	} {
		clean, at := Trace(tt.in)
		i := strings.Index(clean, tt.find)
		if i < 0 {
			t.Errorf("%q: no %q in %q", tt.in, tt.find, clean)
			continue
		}
		lo := len([]rune(clean[:i]))
		hi := lo + len([]rune(tt.find))
		if got := tt.in[at[lo]:at[hi]]; strings.TrimSpace(got) != tt.want && !strings.HasPrefix(got, tt.want+"(") {
			t.Errorf("%q: %q came from %q; want %q", tt.in, tt.find, got, tt.want)
		}
	}
}

func TestTraceGivesTheCleanText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 14).Draw(t, "pieces"), "") + rapid.String().Draw(t, "more")
		want, _ := Normalise(s)
		got, at := Trace(s)
		if got != want {
			t.Fatalf("%q: %q; Normalise gives %q", s, got, want)
		}
		if len(at) != len([]rune(got))+1 {
			t.Fatalf("%q: %d places for %q", s, len(at), got)
		}
		for i := 1; i < len(at); i++ {
			if at[i] < at[i-1] || at[i] > len(s) {
				t.Fatalf("%q: places %v", s, at)
			}
		}
	})
}

func FuzzTrace(f *testing.F) {
	for _, s := range []string{"树(shù)人(rén)", "曲靖（qǔ jìng）市", "雲南", "\xff樹", "u\u0308么麼"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, _ := Normalise(s)
		if got, at := Trace(s); got != want || at[len(at)-1] > len(s) {
			t.Errorf("%q: %q; Normalise gives %q", s, got, want)
		}
	})
}
