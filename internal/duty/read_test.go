package duty

import (
	"strings"
	"testing"
)

const small = `id: x
name: {zh: 清单, en: List}
about: {zh: 说明, en: About}
every: term
minutes: 5
source: 示例
evidence: P
items:
  - {id: a, text: {zh: 甲, en: A}, post: head}
`

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		wrong          bool
	}{
		{"as it is", "", "", false},
		{"a misspelt key", "minutes", "minuts", true},
		{"no source", "source: 示例\n", "", true},
		{"another mark", "evidence: P", "evidence: X", true},
		{"a person for a post", "post: head", "post: 示例甲", true},
		{"Chinese only", ", en: A}", "}", true},
		{"every week", "every: term", "every: week", true},
		{"the same duty twice", "items:\n", "items:\n  - {id: a, text: {zh: 乙, en: B}, post: head}\n", true},
		{"numbers only, and a count", "items:\n", "numbers_only: true\ncounts: [{id: n, text: {zh: 数, en: N}, unit: {zh: 人, en: persons}}]\nitems:\n", true},
	} {
		text := small
		if tt.from != "" {
			text = strings.Replace(small, tt.from, tt.to, 1)
		}
		if _, err := Read([]byte(text)); (err != nil) != tt.wrong {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Whatever is read is a list that holds, or an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("items: [&a [*a]]"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Read(b)
		if err == nil && (l.check() != nil || len(l.Items) == 0) {
			t.Errorf("read %q as %+v", b, l)
		}
	})
}
