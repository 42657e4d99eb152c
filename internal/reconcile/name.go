// Names as they are compared.

package reconcile

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/han"
	"shuren/internal/pinyin"
)

// Canon is a name as it is compared: simplified, compatibility forms unified,
// without pinyin in brackets, blanks, the dots of longer names, and the marks that
// choose among a character's shapes.
func Canon(name string) string {
	plain := true // nothing but common characters, which only han may change
	for _, r := range name {
		if r < 0x4e00 || r > 0x9fff {
			plain = false
			break
		}
	}
	if plain {
		return han.Simplify(name)
	}
	// What one step takes out may be what kept the next from seeing its part.
	for range 8 {
		s := canon(name)
		if s == name {
			break
		}
		name = s
	}
	return name
}

func canon(s string) string {
	s, _ = han.Normalise(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), strings.ContainsRune("·•・‧∙⋅.．", r):
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// Sound is how a canonical name is read, without tones: rare characters that a
// system writes as pinyin, or as another character of the same sound, sound alike.
// Of several readings the dictionary's first is taken.
func Sound(canon string) string {
	var b strings.Builder
	latin := false
	for _, r := range canon {
		if s := reading(r); s != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(s)
			latin = false
			continue
		}
		for _, r := range norm.NFD.String(string(r)) {
			if unicode.Is(unicode.Mn, r) {
				continue
			}
			if !latin && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			latin = true
		}
	}
	return b.String()
}

// common is what is known of the characters that names are made of.
type common struct {
	sound string
	fixed bool // nothing that begins with it is simplified
}

const (
	hanFrom = 0x4e00
	hanTo   = 0xa000
)

var commons = sync.OnceValue(func() *[hanTo - hanFrom]common {
	var out [hanTo - hanFrom]common
	for i := range out {
		r := rune(hanFrom + i)
		out[i] = common{first(pinyin.Readings(r)), !han.Begins(r)}
	}
	return &out
})

// quick is the sound of a name that is canonical as it stands, appended to b; ok
// is false for any other. It gives what Canon and Sound give, without their work.
func quick(b []byte, name string) (sound []byte, ok bool) {
	table := commons()
	for i, r := range name {
		if r < hanFrom || r >= hanTo || !table[r-hanFrom].fixed || table[r-hanFrom].sound == "" {
			return nil, false
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, table[r-hanFrom].sound...)
	}
	return b, true
}

func reading(r rune) string {
	if r >= hanFrom && r < hanTo {
		return commons()[r-hanFrom].sound
	}
	if r < 0x2e80 {
		return ""
	}
	return first(pinyin.Readings(r))
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
