// The words by which a notice is read: data/glossary.yaml.

package draft

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
)

//go:embed data/glossary.yaml
var shipped []byte

// Glossary is the words of data/glossary.yaml, ready to be looked for.
type Glossary struct {
	Version string    `yaml:"version"`
	Rows    []rowWord `yaml:"rows"`
	Behind  []string  `yaml:"behind"`
	Levels  []stageOf `yaml:"stages"`

	Decide    words `yaml:"decide"`
	Speak     words `yaml:"speak"`
	Titles    words `yaml:"titles"`
	Narrate   words `yaml:"narrate"`
	Heads     words `yaml:"heads"`
	Principle words `yaml:"principle"`
	Aims      words `yaml:"aims"`
	Act       words `yaml:"act"`
	Receives  words `yaml:"receives"`
	Persons   words `yaml:"persons"`
	Set       words `yaml:"set"`
	Units     words `yaml:"units"`
	Bodies    struct {
		Levels []string `yaml:"levels"`
		Names  []string `yaml:"names"`
		Groups []string `yaml:"groups"`
		Source []string `yaml:"source"`
	} `yaml:"bodies"`

	body, number *regexp.Regexp
}

type rowWord struct {
	ID     string   `yaml:"id"`
	Name   rowName  `yaml:"name"`
	Pack   string   `yaml:"pack"` // the line of packs that measures it
	Words  []string `yaml:"words"`
	Weak   []string `yaml:"weak"`
	Source []string `yaml:"source"`
}

type rowName struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

type stageOf struct {
	ID     Stage    `yaml:"id"`
	Words  []string `yaml:"words"`
	Not    []string `yaml:"not"`
	Source []string `yaml:"source"`
}

type words struct {
	Words  []string `yaml:"words"`
	Source []string `yaml:"source"`
}

// in tells whether the text holds one of the words.
func (w words) in(s string) bool {
	return slices.ContainsFunc(w.Words, func(x string) bool { return strings.Contains(s, x) })
}

// Words is the shipped glossary.
var Words = sync.OnceValue(func() *Glossary {
	g, err := ReadGlossary(shipped)
	if err != nil {
		panic(err) // it is embedded, and a test reads it
	}
	return g
})

// ReadGlossary reads a glossary and checks it: every list says where it comes
// from, and no word stands twice in one.
func ReadGlossary(b []byte) (*Glossary, error) {
	g := &Glossary{}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(g); err != nil {
		return nil, fmt.Errorf("glossary: %w", err)
	}
	lists := map[string]words{"decide": g.Decide, "speak": g.Speak, "titles": g.Titles, "narrate": g.Narrate, "heads": g.Heads, "principle": g.Principle, "aims": g.Aims,
		"act": g.Act, "receives": g.Receives, "persons": g.Persons, "set": g.Set, "units": g.Units,
		"names": {g.Bodies.Names, g.Bodies.Source}, "groups": {g.Bodies.Groups, g.Bodies.Source}, "levels": {g.Bodies.Levels, g.Bodies.Source}}
	for _, r := range g.Rows {
		lists["rows "+r.ID] = words{slices.Concat(r.Words, r.Weak), r.Source}
	}
	for _, s := range g.Levels {
		if !slices.Contains(Stages, s.ID) {
			return nil, fmt.Errorf("glossary: stage %q is none of %v", s.ID, Stages)
		}
		lists["stages "+string(s.ID)] = words{s.Words, s.Source}
	}
	for name, l := range lists {
		if len(l.Words) == 0 || len(l.Source) == 0 {
			return nil, fmt.Errorf("glossary: %s has no words or no source", name)
		}
		seen := map[string]bool{}
		for _, w := range l.Words {
			if w == "" || seen[w] {
				return nil, fmt.Errorf("glossary: %s: %q is empty or stands twice", name, w)
			}
			seen[w] = true
		}
	}
	alternatives := func(lists ...[]string) string {
		all := slices.Concat(lists...)
		slices.SortStableFunc(all, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
		for i, w := range all {
			all[i] = regexp.QuoteMeta(w)
		}
		return strings.Join(all, "|")
	}
	level := `(?:` + alternatives(g.Bodies.Levels) + `)?`
	g.body = regexp.MustCompile(level + `(?:` + alternatives(g.Bodies.Names) + `)|` + alternatives(g.Bodies.Groups))
	g.number = regexp.MustCompile(`(?:百分之[一二三四五六七八九十百零]+)|\d[\d,]*(?:\.\d+)?(?:` + alternatives(g.Units.Words) + `)|[一二三四五六七八九十两百千]+(?:所|名|万元|亿元|平方米|小时)`)
	return g, nil
}

// Row gives the name of a row of the mission.
func (g *Glossary) Row(id string) edu.Text {
	for _, r := range g.Rows {
		if r.ID == id {
			return edu.Text{ZH: r.Name.ZH, EN: r.Name.EN}
		}
	}
	return edu.Text{}
}

// line is the line of packs that measures a row of the mission.
func (g *Glossary) line(row string) string {
	for _, r := range g.Rows {
		if r.ID == row {
			return r.Pack
		}
	}
	return ""
}
