package auth

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
)

// cheap is the cost of passwords in tests.
var cheap = Cost{KiB: 64, Passes: 1, Threads: 1}

func TestVerify(t *testing.T) {
	ctx := context.Background()
	h := NewHasher(cheap)
	mine, err := h.Hash(ctx, "Rain-on-9-hills")
	if err != nil {
		t.Fatal(err)
	}
	dear, err := NewHasher(Cost{KiB: 128, Passes: 2, Threads: 1}).Hash(ctx, "Rain-on-9-hills")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, hash, password string
		ok, old              bool
	}{
		{"the password", mine, "Rain-on-9-hills", true, false},
		{"another one", mine, "Rain-on-9-hillS", false, false},
		{"an empty one", mine, "", false, false},
		{"letters of an input method are the letters", mine, "Ｒain-on-9-hills", true, false},
		{"no hash is no, whatever is typed", "", "", false, false},
		{"a hash of another cost is good, and to be made anew", dear, "Rain-on-9-hills", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ok, old, err := h.Verify(ctx, tt.hash, tt.password)
			if ok != tt.ok || old != tt.old || err != nil {
				t.Errorf("%v, %v, %v; want %v, %v", ok, old, err, tt.ok, tt.old)
			}
		})
	}
	if again, _ := h.Hash(ctx, "Rain-on-9-hills"); again == mine {
		t.Error("two hashes of a password are the same: no salt")
	}
}

// The PHC text says what was computed: anybody's argon2id gives the same key.
func TestHashIsArgon2id(t *testing.T) {
	s, err := NewHasher(Cost{}).Hash(context.Background(), "x")
	if err != nil || !strings.HasPrefix(s, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s, %v", s, err)
	}
	_, salt, key, err := parsePHC(s)
	if err != nil {
		t.Fatal(err)
	}
	if want := argon2.IDKey([]byte("x"), salt, 2, 19456, 1, 32); hex.EncodeToString(want) != hex.EncodeToString(key) {
		t.Error("another key than argon2id's")
	}
}

func TestSpoiltHash(t *testing.T) {
	h := NewHasher(cheap)
	good := h.make("x")
	for _, s := range []string{"x", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", strings.Replace(good, "m=64", "m=4194304", 1),
		strings.Replace(good, "t=1", "t=1000", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "v=19", "v=16", 1), good[:len(good)-40]} {
		if ok, _, err := h.Verify(context.Background(), s, "x"); ok || err == nil {
			t.Errorf("%s: %v, %v; want an error", s, ok, err)
		}
	}
}

func FuzzPHC(f *testing.F) {
	f.Add(NewHasher(cheap).make("x"))
	f.Fuzz(func(t *testing.T, s string) {
		if c, salt, key, err := parsePHC(s); err == nil && (c.KiB > maxKiB || c.Passes > maxPasses || c.Threads == 0 || len(salt) == 0 || len(key) < 16) {
			t.Errorf("%q asks for too much: %+v", s, c)
		}
	})
}

// Whoever waits for a turn stops when the request ends: the memory of a flood is
// bounded by the turns.
func TestTurnsAreBounded(t *testing.T) {
	h := NewHasher(cheap)
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("hash without a turn: %v", err)
	}
	if _, _, err := h.Verify(ctx, "", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("verify without a turn: %v", err)
	}
	<-h.turns
	if _, err := h.Hash(context.Background(), "x"); err != nil {
		t.Errorf("with a turn: %v", err)
	}
}

func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct {
		name, password, login, says string
	}{
		{"long, mixed and unusual", "Rain-on-9-hills", "wang", ""},
		{"a sentence in Chinese with a number", "山里下了三天雨Abc9", "wang", ""},
		{"short", "Ab1-xyz", "wang", "7 characters"},
		{"one kind of character", "qjzmxnvbtyr", "wang", "1 of upper case"},
		{"two kinds", "qjzmxnvbtyr99", "wang", "2 of upper case"},
		{"the login name in it", "My-Wang-x8-hill", "wAng", "login name"},
		{"a usual word with what rules want", "Password1!", "wang", "tried first"},
		{"in disguise", "P@ssw0rd2026", "wang", "tried first"},
		{"the word admin", "Admin@123456", "wang", "tried first"},
		{"a row of the keyboard", "Qwer!1234@", "wang", "tried first"},
		{"the trade's own words", "Jiaoyuju@2026", "wang", "tried first"},
		{"the city's name", "Qujing#2026#", "wang", "tried first"},
		{"a run of digits", "Xy-12345678", "wang", "tried first"},
		{"one character again and again", "Xy-aaaaaaaa", "wang", "tried first"},
		{"too long to be meant", strings.Repeat("Ab1-xq", 50), "wang", "too long"},
		{"everything at once", "abc", "abc", "login name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := DefaultPolicy.CheckPassword(tt.password, tt.login)
			if tt.says == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v; want it to say %q", err, tt.says)
			}
			var r *Refusal
			if errors.As(err, &r) && r.In("zh") == r.In("en") {
				t.Error("the reason is not told in Chinese")
			}
		})
	}
}

func TestLockedUntil(t *testing.T) {
	last := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	p := Policy{Failures: 3, LockFor: time.Minute}
	for failures, want := range map[int]time.Duration{0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 4, 6: 8, 7: 8, 1000: 8} {
		got := p.LockedUntil(failures, last)
		if want == 0 && !got.IsZero() || want > 0 && !got.Equal(last.Add(want*time.Minute)) {
			t.Errorf("after %d failures: %v; want %d minutes", failures, got, want)
		}
	}
	if !(Policy{}).LockedUntil(99, last).IsZero() {
		t.Error("no rule locks nobody")
	}
}

func TestSessionEnds(t *testing.T) {
	p := Policy{Idle: 30 * time.Minute, Longest: 2 * time.Hour}
	at := func(minutes int) time.Time { return time.Date(2026, 1, 1, 8, minutes, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name             string
		began, seen, now int
		over             bool
	}{
		{"in use", 0, 20, 40, false},
		{"idle to the minute", 0, 20, 50, true},
		{"used all the time, to the longest", 0, 119, 120, true},
		{"just before", 0, 119, 119, false},
		{"the clock was set back", 60, 60, 0, true},
	} {
		if got := p.Over(at(tt.began), at(tt.seen), at(tt.now)); got != tt.over {
			t.Errorf("%s: over is %v", tt.name, got)
		}
	}
	if idle, ends := p.Ends(at(0), at(110)); !idle.Equal(at(120)) || !ends.Equal(at(120)) {
		t.Errorf("idle %v, ends %v; want both after two hours", idle, ends)
	}
}
