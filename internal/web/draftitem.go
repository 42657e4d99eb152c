package web

import (
	"strconv"
	"strings"

	"shuren/internal/draft"
)

// draftItem is a proposal on the page: its sentences and its fields.
type draftItem struct {
	N       int // its number for people
	Key     string
	Line    draft.Line
	Sources []draftSource
	Classes []Choice
	Rows    []Choice
	Stages  []Choice
	States  []Choice
	Name    string // of the indicator, where the city has it
}

// draftSource is a sentence in three parts: the middle one asks for it.
type draftSource struct{ Before, Marked, After, Speaker string }

func (r *request) draftItem(d *draft.Document, i int, l draft.Line) draftItem {
	it := draftItem{N: i + 1, Key: strconv.Itoa(i), Line: l}
	for _, src := range d.Proposals[i].Sources {
		before, after, ok := strings.Cut(src.Original, src.Marked)
		if !ok || src.Marked == "" {
			before, after = src.Original, ""
		}
		it.Sources = append(it.Sources, draftSource{before, src.Marked, after, src.Speaker})
	}
	choice := func(into *[]Choice, word, value string, on bool) {
		*into = append(*into, Choice{Link{word, value}, on})
	}
	for _, c := range draft.Classes[:2] {
		choice(&it.Classes, r.Text(c.Name()), string(c), c == l.Class)
	}
	choice(&it.Rows, r.T("draft.unset"), "", l.Row == "")
	for _, row := range draft.Words().Rows {
		choice(&it.Rows, r.Text(draft.Words().Row(row.ID)), row.ID, row.ID == l.Row)
	}
	choice(&it.Stages, r.T("stage.every"), "", l.Stage == "")
	for _, st := range draft.Stages {
		choice(&it.Stages, r.Text(st.Name()), string(st), st == l.Stage)
	}
	for _, st := range []draft.State{draft.Open, draft.Accepted, draft.Dropped} {
		choice(&it.States, r.Text(st.Name()), string(st), st == l.State)
	}
	it.Name = r.indicatorWord(l.Indicator)
	return it
}

// indicatorWord is the name of an indicator that is written pack:id.
func (r *request) indicatorWord(ref string) string {
	pk, id, _ := strings.Cut(ref, ":")
	for _, p := range r.packs {
		if p.Ref() == pk {
			if d := p.Indicator(id); d != nil {
				return joinCode(d.Code, r.Text(d.Name))
			}
		}
	}
	return ""
}
