package i18n

import (
	"slices"
	"strings"
	"testing"
)

// What is said in one language is said in the other, with the same figures.
func TestNoGaps(t *testing.T) {
	zh, en := For("zh"), For("en")
	for _, k := range zh.Keys() {
		if !en.Has(k) {
			t.Errorf("en.json lacks %s", k)
			continue
		}
		if a, b := zh.Places(k), en.Places(k); !slices.Equal(a, b) {
			t.Errorf("%s fills %v in Chinese and %v in English", k, a, b)
		}
	}
	for _, k := range en.Keys() {
		if !zh.Has(k) {
			t.Errorf("zh.json lacks %s", k)
		}
		if s := en.T(k); strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }) && k != "shell.language" {
			t.Errorf("en.json, %s: Chinese characters in %q", k, s)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct{ name, accept, want string }{
		{"nothing said", "", "zh"},
		{"Chinese", "zh-CN,zh;q=0.9,en;q=0.8", "zh"},
		{"English first", "en-GB,en;q=0.9,zh;q=0.1", "en"},
		{"a language that we lack", "is", "zh"},
		{"nonsense", ";;;q=", "zh"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Match(tt.accept); got != tt.want {
				t.Errorf("Match(%q) = %q, want %q", tt.accept, got, tt.want)
			}
		})
	}
}

func TestT(t *testing.T) {
	c, err := read("en", []byte(`{"n": "{0} {0|school|schools} in {1}", "plain": "all"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, got, want string }{
		{"one", c.T("n", 1, "east"), "1 school in east"},
		{"several", c.T("n", "1 200", "east"), "1 200 schools in east"},
		{"a place that was not filled shows", c.T("n", 2), "2 schools in {1}"},
		{"an unknown key shows", c.T("nope"), "[nope]"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "{0}", "{0|a|b}", "{", "{x}", "a{1}b{0|x|y}", "{0|a}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		pieces, err := parse(s)
		if err == nil && !strings.Contains(s, "{") && s != "" && (len(pieces) != 1 || pieces[0].text != s) {
			t.Errorf("parse(%q) = %v", s, pieces)
		}
	})
}
