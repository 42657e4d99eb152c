package auth

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"
	"pgregory.net/rapid"
)

func TestSecret(t *testing.T) {
	a, hash := NewSecret()
	b, _ := NewSecret()
	if a == b || len(a) != 43 || hash != HashSecret(a) || strings.Contains(hash, a) {
		t.Errorf("%q, %q, %q", a, b, hash)
	}
}

// However a code is typed, it is the code; nothing else is.
func TestReadCode(t *testing.T) {
	for typed, want := range map[string]string{
		"7KQM-2WXA-PD9T":   "7KQM-2WXA-PD9T",
		"7kqm2wxapd9t":     "7KQM-2WXA-PD9T",
		" 7KQM 2WXA PD9T ": "7KQM-2WXA-PD9T",
		"７ＫＱＭ—2WXA—PD9T":   "7KQM-2WXA-PD9T",
		"7KQM-2WXA-PD9":    "",
		"7KQM-2WXA-PD9TT":  "",
		"7KQM-2WXA-PD9O":   "",
		"7KQM-2WXA-PD9é":   "",
		"":                 "",
	} {
		if got := ReadCode(typed); got != want {
			t.Errorf("ReadCode(%q) = %q; want %q", typed, got, want)
		}
	}
	seen := map[string]bool{}
	for range 500 {
		c := NewCode()
		if ReadCode(c) != c || strings.ContainsAny(c, "01OIL") || seen[c] {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
}

func FuzzReadCode(f *testing.F) {
	f.Add("7KQM-2WXA-PD9T")
	f.Fuzz(func(t *testing.T, s string) {
		if c := ReadCode(s); c != "" && ReadCode(c) != c {
			t.Errorf("%q is read as %q, which is read as %q", s, c, ReadCode(c))
		}
	})
}

// The vectors of RFC 6238, appendix B, for SHA-1; ours are their last six digits.
func TestTOTPVectors(t *testing.T) {
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		step, ok := CheckTOTP(secret, code[2:], time.Unix(at, 0), 0)
		if !ok || step != at/30 {
			t.Errorf("at %d the code %s: %v, step %d", at, code[2:], ok, step)
		}
	}
}

func TestTOTP(t *testing.T) {
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("12345678901234567890"))
	const code, at = "081804", 1111111109 // step 37037036
	for _, tt := range []struct {
		name, code string
		at, last   int64
		ok         bool
	}{
		{"in time", code, at, 0, true},
		{"with a space, as apps show it", "081 804", at, 0, true},
		{"full-width digits", "０８１８０４", at, 0, true},
		{"a step later", code, at + 30, 0, true},
		{"a step early", code, at - 30, 0, true},
		{"two steps later", code, at + 60, 0, false},
		{"used before", code, at, at / 30, false},
		{"older than the one that was used", code, at + 30, at/30 + 1, false},
		{"another code", "081805", at, 0, false},
		{"no code", "", at, 0, false},
		{"eight digits", "07081804", at, 0, false},
	} {
		if _, ok := CheckTOTP(secret, tt.code, time.Unix(tt.at, 0), tt.last); ok != tt.ok {
			t.Errorf("%s: %v", tt.name, ok)
		}
	}
	if _, ok := CheckTOTP("", "000000", time.Unix(at, 0), 0); ok {
		t.Error("a code without a secret")
	}
	s, uri, err := NewTOTP("曲靖市", "wang")
	if err != nil || len(s) != 32 || !strings.HasPrefix(uri, "otpauth://totp/") || !strings.Contains(uri, "secret="+s) {
		t.Errorf("%q, %q, %v", s, uri, err)
	}
}

// A code is good at most once, whenever it is tried again.
func TestTOTPOnce(t *testing.T) {
	secret, _, err := NewTOTP("x", "y")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		now := rapid.Int64Range(1e9, 4e9).Draw(t, "now")
		last := int64(0)
		used := map[int64]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "tries") {
			now += rapid.Int64Range(0, 45).Draw(t, "later")
			for try := range 6 {
				step, ok := CheckTOTP(secret, codeAt(secret, now/30+int64(try%3)-1), time.Unix(now, 0), last)
				if !ok {
					continue
				}
				if used[step] {
					t.Fatalf("step %d was good twice", step)
				}
				used[step], last = true, step
			}
		}
	})
}

func codeAt(secret string, step int64) string {
	code, err := hotp.GenerateCode(secret, uint64(step))
	if err != nil {
		panic(err)
	}
	return code
}
