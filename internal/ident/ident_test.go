package ident_test

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm4"
	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
)

func on(y int, m time.Month, d int) edu.Date {
	return edu.DateOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// The vectors of the standard's own text and one that was worked out by hand.
func TestCitizenNumbersAreChecked(t *testing.T) {
	today := on(2025, 9, 1)
	for _, c := range []struct {
		in   string
		want ident.Why
		born edu.Date
		sex  ident.Sex
	}{
		{"11010519491231002X", "", on(1949, 12, 31), ident.Female},
		{"34052419800101001X", "", on(1980, 1, 1), ident.Male},
		{"370101190102039973", "", on(1901, 2, 3), ident.Male},
		{" ３４０５２４１９８００１０１００１ｘ", "", on(1980, 1, 1), ident.Male},
		{"'34052419800101001x", "", on(1980, 1, 1), ident.Male},
		{"340524198001010011", ident.BadCheck, 0, 0},
		{"34052419800101010X", ident.BadCheck, 0, 0},
		{"34052419800230001X", ident.Birth, 0, 0},
		{"34052420990101001X", ident.Birth, 0, 0},
		{"99052419800101001X", ident.Region, 0, 0},
		{"34052419800101001", ident.Length, 0, 0},
		{"340524800101001", ident.Old, 0, 0},
		{"3405241980O101001X", ident.Letters, 0, 0},
		{"X40524198001010011", ident.Letters, 0, 0},
		{"", ident.Empty, 0, 0},
	} {
		got, why := ident.ParseCitizen(c.in, today)
		if why != c.want || got.Born != c.born || got.Sex != c.sex {
			t.Errorf("%q: %q, born %s, sex %d; want %q, %s, %d", c.in, why, got.Born, got.Sex, c.want, c.born, c.sex)
		}
	}
}

// One wrong digit, or two neighbours that changed places, never pass: that is what
// the check character is for.
func TestAnySlipIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Int64Range(int64(on(1950, 1, 1)), int64(on(2025, 1, 1))).Draw(t, "born")
		first := "530302" + time.Unix(day*86400, 0).UTC().Format("20060102") + rapid.StringMatching(`[0-9]{3}`).Draw(t, "serial")
		n := first + string(ident.Checksum(first))
		if _, why := ident.ParseCitizen(n, 0); why != "" {
			t.Fatalf("%s: %s", n, why)
		}
		b := []byte(n)
		i := rapid.IntRange(0, 16).Draw(t, "at")
		if rapid.Bool().Draw(t, "swap") {
			if b[i] == b[i+1] {
				return
			}
			b[i], b[i+1] = b[i+1], b[i]
		} else {
			b[i] = '0' + (b[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		}
		if _, why := ident.ParseCitizen(string(b), 0); why == "" {
			t.Fatalf("%s for %s passed", b, n)
		}
	})
}

func TestStudentNumbers(t *testing.T) {
	for in, want := range map[string]ident.Why{
		"G34052419800101001X":  "",
		"g34052419800101001x":  "",
		"G340524198001010011":  ident.BadCheck,
		"L340524198001010011":  "", // shaped like a number, and none
		"L340524198013010011":  ident.Birth,
		"J123456789012345678":  "",
		"J12345678901234567X":  ident.Letters,
		"A34052419800101001X":  ident.Kind,
		"34052419800101001X":   ident.Length,
		"G34052419800101001X0": ident.Length,
		"":                     ident.Empty,
	} {
		if _, why := ident.ParseStudent(in, on(2025, 9, 1)); why != want {
			t.Errorf("%q: %q; want %q", in, why, want)
		}
	}
}

func TestMasksLeaveLittle(t *testing.T) {
	for in, want := range map[string]string{"张三": "张*", "张小明": "张**", "李": "*", "": "", "买买提·吐尔逊": "买***"} {
		if got := ident.MaskName(in); got != want {
			t.Errorf("%q is masked %q; want %q", in, got, want)
		}
	}
	if got := ident.MaskNumber("34052419800101001X"); got != "****************1X" {
		t.Errorf("masked number %q", got)
	}
}

func ring(t testing.TB, keys ...ident.Key) *ident.Ring {
	t.Helper()
	r, err := ident.NewRing(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is sealed opens at its own place with its own ring, and says nothing else.
func TestSealed(t *testing.T) {
	for _, suite := range []ident.Suite{ident.AES, ident.SM4} {
		first := ident.NewKey(1, suite)
		r, other := ring(t, first), ring(t, ident.NewKey(1, suite))
		rotated := ring(t, first, ident.NewKey(2, ident.AES))
		rapid.Check(t, func(t *rapid.T) {
			value, place := rapid.String().Draw(t, "value"), rapid.String().Draw(t, "place")
			s := r.Seal(place, value)
			if len(value) > 3 && bytes.Contains(s, []byte(value)) {
				t.Fatal("the value is in what was sealed")
			}
			for _, with := range []*ident.Ring{r, rotated} {
				if got, err := with.Open(place, s); err != nil || got != value {
					t.Fatalf("opened %q, %v; want %q", got, err, value)
				}
			}
			harmed := bytes.Clone(s)
			harmed[rapid.IntRange(0, len(s)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			for name, try := range map[string]func() (string, error){
				"another place": func() (string, error) { return r.Open(place+"x", s) },
				"another ring":  func() (string, error) { return other.Open(place, s) },
				"harm":          func() (string, error) { return r.Open(place, harmed) },
				"a piece":       func() (string, error) { return r.Open(place, s[:rapid.IntRange(0, len(s)-1).Draw(t, "n")]) },
			} {
				if _, err := try(); !errors.Is(err, ident.ErrSealed) {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if bytes.Equal(s, r.Seal(place, value)) {
				t.Fatal("sealed alike twice")
			}
		})
		if id, ok := ident.KeyOf(rotated.Seal("", "x")); !ok || id != 2 {
			t.Errorf("sealed with key %d; want the newest", id)
		}
	}
}

func TestMatchFindsTheSameNumberOnly(t *testing.T) {
	k := ident.NewKey(1, ident.AES)
	r, rotated := ring(t, k), ring(t, k, ident.NewKey(2, ident.SM4))
	a := r.Match("citizen", "34052419800101001X")
	if a != r.Match("citizen", "34052419800101001X") || a == r.Match("citizen", "370101190102039973") || a == r.Match("student", "34052419800101001X") {
		t.Error("match values do not tell numbers apart")
	}
	if got, ok := rotated.MatchBy(1, "citizen", "34052419800101001X"); !ok || got != a {
		t.Error("an older key does not match any more")
	}
	if rotated.Match("citizen", "34052419800101001X") == a {
		t.Error("a new key matches like the old")
	}
	if a == ring(t, ident.NewKey(1, ident.AES)).Match("citizen", "34052419800101001X") {
		t.Error("the hash does not depend on the key")
	}
}

// RFC 8998, A.1.
func TestSM4InGCMIsThatOfTheRFC(t *testing.T) {
	hx := func(s string) []byte { b, _ := hex.DecodeString(s); return b }
	block, err := sm4.NewCipher(hx("0123456789ABCDEFFEDCBA9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	got := aead.Seal(nil, hx("00001234567800000000ABCD"),
		hx("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"),
		hx("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
	want := hx("17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D83DE3541E4C2B58177E065A9BF7B62EC")
	if !bytes.Equal(got, want) {
		t.Errorf("sealed %x; want %x", got, want)
	}
}

func TestKeyFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := ident.OpenRing(path, false, ident.AES); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	r, err := ident.OpenRing(path, true, ident.SM4)
	if err != nil {
		t.Fatal(err)
	}
	sealed := r.Seal("p", "v")
	again, err := ident.OpenRing(path, true, ident.AES)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open("p", sealed); err != nil || got != "v" {
		t.Errorf("after reading the file again: %q, %v", got, err)
	}
	keys, err := ident.ReadKeys(path)
	if err != nil || len(keys) != 1 || keys[0].Suite != ident.SM4 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if err := ident.WriteKeys(path, append(keys, ident.NewKey(2, ident.AES))); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for name, text := range map[string]string{"nonsense": `{"keys":[{"id":1,"suite":"aes-256-gcm","secret":"c2VjcmV0c2VjcmV0"},`, "a field more": `{"keys":[],"secret":"c2VjcmV0"}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ident.ReadKeys(path); !errors.Is(err, fault.Invalid) || strings.Contains(err.Error(), "c2Vj") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := ident.ReadKeys(path); !errors.Is(err, fault.Invalid) {
			t.Errorf("a file that the group may read: %v", err)
		}
	}
}

func TestRingsAreChecked(t *testing.T) {
	k := ident.NewKey(1, ident.AES)
	for name, keys := range map[string][]ident.Key{"none": nil, "twice": {k, k}, "id 0": {{Suite: ident.AES, Secret: k.Secret}}, "short": {{ID: 1, Suite: ident.AES, Secret: k.Secret[:16]}}, "suite": {{ID: 1, Suite: "des", Secret: k.Secret}}} {
		if _, err := ident.NewRing(keys...); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"34052419800101001X", "G34052419800101001X", "Ｌ340524198001010011", "\xff\xfe", "'", "１２３"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, why := ident.ParseCitizen(s, 0)
		if (why == "") != (len(c.Number) == 18) {
			t.Errorf("%q: %q with %d characters", s, why, len(c.Number))
		}
		if why == "" {
			if again, why := ident.ParseCitizen(c.Number, 0); why != "" || again != c {
				t.Errorf("%q is read otherwise the second time", c.Number)
			}
		}
		ident.ParseStudent(s, 0)
		_ = ident.MaskName(s)
		_ = ident.MaskNumber(s)
	})
}
