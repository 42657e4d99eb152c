// From a text to proposals.

package draft

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"shuren/internal/pack"
)

// Options are what the reader of a notice knows beside its text.
type Options struct {
	Glossary *Glossary    // nil: the shipped one
	Packs    []*pack.Pack // whose indicators a measure may speak of
	Places   []string     // the counties of the city
}

// Make reads a text and proposes measures.
func Make(text string, opt Options) *Document {
	g := opt.Glossary
	if g == nil {
		g = Words()
	}
	d := &Document{Original: text}
	d.Clean, d.at = clean(text)
	d.Date = ownDate(d.Clean)
	year := 0
	if d.Date != "" {
		year, _ = strconv.Atoi(d.Date[:4])
	}
	d.Statements = split(d.Clean)
	known, all := g.persons(d.Clean), names(opt.Packs)
	var who string
	var decided bool
	var made []Proposal
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Heading {
			who = ""
			if !strings.HasPrefix(s.Text, "（") && !numbered.MatchString(s.Text) {
				decided = false
			}
			continue
		}
		sp, spoken := g.speaks(s.Text, known)
		if spoken {
			who = sp.who
		}
		dates := limits(s.Text, year)
		owners := g.owners(s.Text, sp.body, opt.Places)
		ps := g.parts(s.Text, sp.body, owners, len(owners)+len(dates) > 0)
		if len(ps) == 0 {
			ps = g.byHeading(s, sp.body, len(owners)+len(dates) > 0)
		}
		s.Class = g.classify(s.Text, sp, len(ps) > 0, owners, dates, len(owners) > 0, decided)
		if s.Class == Narration {
			if agenda.MatchString(s.Text) {
				decided = true
			}
			if spoken {
				s.Speaker = who
			}
			continue
		}
		if spoken && decided {
			decided = agenda.MatchString(s.Text)
		}
		s.Speaker = who
		if s.Class == Principle {
			continue
		}
		if len(ps) == 0 {
			w := wording(string([]rune(s.Text)[sp.body:]))
			ps = []part{{Span: Span{sp.body, sp.body + utf8.RuneCountInString(w)}, text: w}}
		}
		made = append(made, d.propose(g, i, ps, owners, dates, g.numbers(s.Text, dates), all)...)
	}
	d.Proposals = merge(made)
	return d
}

// byHeading reads a sentence that names no row itself as one of its heading's,
// where it asks for something.
func (g *Glossary) byHeading(s *Statement, from int, gives bool) []part {
	text := string([]rune(s.Text)[from:])
	if s.Under == "" || g.narrates(s.Text) || !g.demands(text) && !gives {
		return nil
	}
	h := g.hits(s.Under)
	if len(h) == 0 || g.Principle.in(text) {
		return nil
	}
	p := h[0]
	if st := g.stages(text); len(st) > 0 && ownStage[p.row] == "" {
		p.stage = st[0]
	}
	p.text = wording(text)
	p.Span = Span{from, from + utf8.RuneCountInString(p.text)}
	return []part{p}
}

// propose makes a proposal of each part of a statement. A figure belongs to the
// part it stands in; an owner, and a date where there is but one, to all.
func (d *Document) propose(g *Glossary, i int, ps []part, owners, dates, numbers []Found, all []named) []Proposal {
	s := d.Statements[i]
	var out []Proposal
	for k, p := range ps {
		if p.text == "" {
			continue // 会议决定 and nothing behind it
		}
		lo, hi := p.From, utf8.RuneCountInString(s.Text)
		if k == 0 {
			lo = 0
		}
		if k+1 < len(ps) {
			hi = max(ps[k+1].From, p.To)
		}
		within := func(f []Found, one bool) []Found {
			if len(ps) == 1 || one {
				return f
			}
			var in []Found
			for _, x := range f {
				if x.From >= lo && x.To <= hi {
					in = append(in, x)
				}
			}
			return in
		}
		mine := within(numbers, false)
		out = append(out, Proposal{
			pairs: pairs(p.text), Wording: p.text, Class: s.Class, Row: p.row, Stage: p.stage,
			Indicator: indicator(p.text, p.stage, g.line(p.row), mine, all),
			Owners:    owners,
			Dates:     within(dates, len(dates) == 1),
			Numbers:   mine,
			Sources:   []Source{{Statement: i, Span: s.Span, Wording: p.text, Original: d.OriginalOf(s.Span), Marked: d.OriginalOf(Span{s.From + p.From, s.From + p.From + utf8.RuneCountInString(p.text)}), Speaker: s.Speaker}},
		})
	}
	return out
}
