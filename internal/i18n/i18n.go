// Package i18n holds the two catalogues of messages: Chinese first, English
// second, one file each, keys in English.
//
// A message has numbered places, "{0}", and may choose a word by number:
// "{0} {0|school|schools}". Words of the domain (names of indicators, rules and
// elements) are not here: they come from the pack, in both languages.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

//go:embed zh.json en.json
var files embed.FS

// Languages lists the languages, the default first.
var Languages = []string{"zh", "en"}

// Match picks the language for a browser's Accept-Language header: the first
// that we have. A distant relative of one is not what the reader asked for.
func Match(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Languages[0]
	}
	for _, t := range tags {
		if base, _ := t.Base(); slices.Contains(Languages, base.String()) {
			return base.String()
		}
	}
	return Languages[0]
}

// Catalogue is the messages of one language.
type Catalogue struct {
	lang  string
	texts map[string][]piece
}

// piece is a literal, a place, or a choice of word by the number at a place.
type piece struct {
	text  string
	place int // -1: literal
	words []string
}

var catalogues = func() map[string]*Catalogue {
	m := map[string]*Catalogue{}
	for _, lang := range Languages {
		raw, err := files.ReadFile(lang + ".json")
		if err != nil {
			panic(err) // embedded: cannot be absent
		}
		c, err := read(lang, raw)
		if err != nil {
			panic(err) // the tests read the same file
		}
		m[lang] = c
	}
	return m
}()

// For is the catalogue of a language, the default one for any unknown language.
func For(lang string) *Catalogue {
	if c, ok := catalogues[lang]; ok {
		return c
	}
	return catalogues[Languages[0]]
}

func read(lang string, raw []byte) (*Catalogue, error) {
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("%s.json: %w", lang, err)
	}
	c := &Catalogue{lang: lang, texts: map[string][]piece{}}
	for key, text := range texts {
		pieces, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s.json, %s: %w", lang, key, err)
		}
		c.texts[key] = pieces
	}
	return c, nil
}

func parse(text string) ([]piece, error) {
	var out []piece
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return append(out, piece{text: text, place: -1}), nil
		}
		if open > 0 {
			out = append(out, piece{text: text[:open], place: -1})
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			return nil, fmt.Errorf("%q: a { without its }", text)
		}
		parts := strings.Split(text[open+1:open+end], "|")
		n, err := strconv.Atoi(parts[0])
		if err != nil || n < 0 || n > 9 || len(parts) == 2 || len(parts) > 3 {
			return nil, fmt.Errorf("%q is no place: want {0} or {0|one|other}", text[open:open+end+1])
		}
		out = append(out, piece{place: n, words: parts[1:]})
		text = text[open+end+1:]
	}
	return out, nil
}

// Lang is the language of the catalogue, "zh" or "en".
func (c *Catalogue) Lang() string { return c.lang }

// Tag is the language as HTML wants it.
func (c *Catalogue) Tag() string {
	if c.lang == "zh" {
		return "zh-CN"
	}
	return c.lang
}

// T is the message of a key with its places filled. A key that is not there
// shows as itself in brackets: tests let none through.
func (c *Catalogue) T(key string, args ...any) string {
	pieces, ok := c.texts[key]
	if !ok {
		return "[" + key + "]"
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.place < 0:
			b.WriteString(p.text)
		case p.place >= len(args):
			fmt.Fprintf(&b, "{%d}", p.place)
		case len(p.words) == 2:
			word := p.words[1]
			if fmt.Sprint(args[p.place]) == "1" {
				word = p.words[0]
			}
			b.WriteString(word)
		default:
			fmt.Fprint(&b, args[p.place])
		}
	}
	return b.String()
}

// Has tells whether there is a message of a key.
func (c *Catalogue) Has(key string) bool { return c.texts[key] != nil }

// Keys lists the keys in order.
func (c *Catalogue) Keys() []string {
	var keys []string
	for k := range c.texts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Places lists the places that a message fills, in order, each once.
func (c *Catalogue) Places(key string) []int {
	var out []int
	for _, p := range c.texts[key] {
		if p.place >= 0 && !slices.Contains(out, p.place) {
			out = append(out, p.place)
		}
	}
	slices.Sort(out)
	return out
}
