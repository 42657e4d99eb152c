package intake

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The quick way of folding says what the thorough one does, of every text that it
// takes, and it takes what headers are made of.
func TestFoldPlainIsFold(t *testing.T) {
	for r := rune(0); r < 0x30000; r++ {
		for _, s := range []string{string(r), "A" + string(r), string(r) + "：", "班" + string(r) + "e"} {
			if f, ok := foldPlain(s); ok && f != foldAny(s) {
				t.Fatalf("%q: %q, want %q", s, f, foldAny(s))
			}
		}
	}
	for _, s := range []string{"\xff", "a\xe4", "", ":", "：: ", "专任教师数", "教学仪器设备值（万元）", "【校舍】 面积(㎡)：", "Pupils on the Roll", "*在校生数—一年级"} {
		f, ok := foldPlain(s)
		if ok && f != foldAny(s) {
			t.Errorf("%q: %q, want %q", s, f, foldAny(s))
		}
		if !ok && !strings.ContainsRune(s, '\ufffd') {
			t.Errorf("%q takes the long way", s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aZ1 班Ａ（）：:~㎡m2—*\u3000\u0301\u200bｶﾞ가각ᆨé"))).Draw(t, "header")
		if f, ok := foldPlain(s); ok && f != foldAny(s) {
			t.Fatalf("%q: %q, want %q", s, f, foldAny(s))
		}
	})
}
