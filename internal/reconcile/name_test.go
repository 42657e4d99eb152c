package reconcile

import (
	"testing"

	"pgregory.net/rapid"
)

// The short way of common names gives what the long way gives.
func TestQuickNamesAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(rapid.RuneFrom([]rune("王晓明强單单乾隆干幹后後里裡张張䶮么麼囗A·")), 0, 4, -1).Draw(t, "name")
		if rapid.Bool().Draw(t, "any character") {
			name += string(rapid.Rune().Draw(t, "rune"))
		}
		if q, ok := quick(nil, name); ok {
			if c := Canon(name); c != name || Sound(c) != string(q) {
				t.Fatalf("%q: %q, %q; want %q, %q", name, name, q, c, Sound(c))
			}
		}
	})
}

func TestCanon(t *testing.T) {
	for in, want := range map[string]string{
		"王曉明": "王晓明", " 王 晓明 ": "王晓明", "王晓(xiǎo)明": "王晓明", "买买提·吐尔逊": "买买提吐尔逊", "买买提．吐尔逊": "买买提吐尔逊",
		"Ａｌｉ": "ali", "\u200b王晓明": "王晓明", "⽟": "玉", "": "",
	} {
		if got := Canon(in); got != want {
			t.Errorf("%q: %q; want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"王䶮": "wang yan", "王yan": "wang yan", "王yán": "wang yan", "ali": "ali", "": ""} {
		if got := Sound(in); got != want {
			t.Errorf("%q sounds %q; want %q", in, got, want)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("王曉(xiǎo)明")
	f.Add("\xff·．")
	f.Fuzz(func(t *testing.T, s string) {
		c := Canon(s)
		if again := Canon(c); again != c {
			t.Errorf("%q: %q, and then %q", s, c, again)
		}
		Sound(c)
	})
}
