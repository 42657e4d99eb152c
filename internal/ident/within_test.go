package ident_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/ident"
)

// A number of a person is found in a text however it is typed; days, telephones, sums
// and numbers of devices are none, alone or side by side.
func TestNumbersWithinTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"学生34052419800101001X反映":                true,
		"34052419800101001x":                    true,
		"３４０５２４１９８００１０１００１Ｘ":                    true,
		"340524198001010011":                    true, // mistyped
		"340524 19800101 001X":                  true,
		"340524-1980-0101-001 х，见附件":            true,
		"3 4 0 5 2 4 1 9 8 0 0 1 0 1 0 0 1 X":   true,
		"电话13800000000 34052419800101001X":      true,
		"2026-03-02 340524 19800101 001X":       true,
		"34052419800101001X 13800000000":        true,
		"学籍号G34052419800101001X":                true,
		"g 340524 19800101 001x":                true,
		"学籍号L340524198001010011":                true,
		"J123456789012345678":                   true,
		"J 1234 5678 9012 345678":               true,
		"340524800101001":                       true, // of before 1999
		"340524 800101 001":                     true,
		"2026-03-02 - 2026-12-31":               false,
		"2026-03-02 - 2026-12-31 2027-01-01":    false,
		"电梯设备代码31101101002015030123":            false,
		"13800000000 13900000000":               false,
		"13800000000-13900000000 0871-63123456": false,
		"编号202311050001234":                     false, // 15 digits, of no province
		"编号123456789012345678":                  false, // 18 digits, without a day
		"SJ123456789012345678":                  false,
		"340524 19800101 0011":                  false, // broken, and its check does not fit
		"340524800101001 2026-03-02":            true,
		"340524 800101 001 2026-03-02":          false, // broken among others, without a check
		"2026-03-02至2026-12-31整改，灭火器编号20231105": false,
		"34052419800101001X34052419800101001X":  true,
		"":                                      false,
		"\xff":                                  false,
	} {
		if got := ident.Within(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Every right number is found, whatever gaps it is typed with and whatever stands around.
func TestRightNumbersAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(int64(on(1950, 1, 1)), int64(on(2025, 1, 1))).Draw(t, "born")
		first := "530302" + time.Unix(at*86400, 0).UTC().Format("20060102") + rapid.StringMatching(`[0-9]{3}`).Draw(t, "serial")
		around := rapid.SampledFrom([]string{"", "学生", "2026-03-02 ", "13800000000　", "，", "G"})
		var b strings.Builder
		b.WriteString(around.Draw(t, "before"))
		for i, r := range first + string(ident.Checksum(first)) {
			if i > 0 {
				b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-", "　", "\u200b"}).Draw(t, "gap"))
			}
			b.WriteRune(r)
		}
		b.WriteString(rapid.SampledFrom([]string{"", "反映", " 2026-03-02", "。"}).Draw(t, "behind"))
		if !ident.Within(b.String()) {
			t.Fatalf("%q is not found", b.String())
		}
	})
}
