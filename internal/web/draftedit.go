package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/draft"
	"shuren/internal/fault"
)

// draftEdits are what a clerk said of proposals, by their place. They travel in
// the form; where they come from is not trusted, so each value is checked.
type draftEdits map[int]draftEdit

// draftEdit is a proposal as the clerk left it.
type draftEdit struct {
	State     draft.State `json:"s,omitempty"`
	Class     draft.Class `json:"c,omitempty"`
	Wording   string      `json:"w,omitempty"`
	Row       string      `json:"r,omitempty"`
	Stage     draft.Stage `json:"g,omitempty"`
	Indicator string      `json:"i,omitempty"`
	Lead      string      `json:"l,omitempty"`
	With      string      `json:"o,omitempty"`
	Limit     string      `json:"t,omitempty"`
	Day       string      `json:"d,omitempty"`
	Numbers   string      `json:"n,omitempty"`
	// Only is of an edit that says the state alone, of a proposal not shown.
	Only bool `json:"y,omitempty"`
}

const (
	longWording = 1000 // characters of a task
	longField   = 300  // of every other field
	mostEdits   = 5000
)

// over lays an edit over a line; what it came from stays.
func (e draftEdit) over(l *draft.Line) {
	l.State = e.State
	if e.Only {
		return
	}
	l.Class, l.Wording, l.Row, l.Stage, l.Indicator = e.Class, e.Wording, e.Row, e.Stage, e.Indicator
	l.Lead, l.With, l.Limit, l.Day, l.Numbers = e.Lead, e.With, e.Limit, e.Day, e.Numbers
}

func (e draftEdits) accept(i int) {
	x, ok := e[i]
	if !ok {
		x.Only = true
	}
	x.State = draft.Accepted
	e[i] = x
}

// without are the edits of the proposals that a page does not show.
func (e draftEdits) without(from, to int) string {
	rest := draftEdits{}
	for i, x := range e {
		if i < from || i >= to {
			rest[i] = x
		}
	}
	b, err := json.Marshal(rest)
	if err != nil {
		return "{}" // strings and a bool can always be written
	}
	return string(b)
}

// readEdits reads the edits of a form: those that travel along, then those of
// the proposals that the page showed.
func readEdits(form url.Values) (draftEdits, error) {
	out := draftEdits{}
	if kept := form.Get("edits"); kept != "" {
		if err := json.Unmarshal([]byte(kept), &out); err != nil || len(out) > mostEdits {
			return nil, fmt.Errorf("edits: %w", fault.Invalid)
		}
	}
	if out == nil {
		out = draftEdits{} // the form said null
	}
	for _, key := range slices.Sorted(maps.Keys(form)) {
		number, ok := strings.CutPrefix(key, "task.")
		if !ok {
			continue
		}
		i, err := strconv.Atoi(number)
		if err != nil || len(out) > mostEdits {
			return nil, fmt.Errorf("%s: %w", key, fault.Invalid)
		}
		get := func(name string) string { return strings.TrimSpace(form.Get(name + "." + number)) }
		out[i] = draftEdit{State: draft.State(get("state")), Class: draft.Class(get("class")), Wording: get("task"), Row: get("row"), Stage: draft.Stage(get("stage")), Indicator: get("indicator"),
			Lead: get("lead"), With: get("with"), Limit: get("limit"), Day: get("day"), Numbers: get("numbers")}
	}
	for i, e := range out {
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("proposal %d: %w", i+1, err)
		}
	}
	return out, nil
}

// check refuses what no page of ours sends.
func (e draftEdit) check() error {
	bad := func(field, value string) error { return fmt.Errorf("%s %.60q: %w", field, value, fault.Invalid) }
	if e.State != draft.Open && e.State != draft.Accepted && e.State != draft.Dropped {
		return bad("state", string(e.State))
	}
	if e.Only {
		return nil
	}
	if e.Class != draft.Decision && e.Class != draft.Requirement {
		return bad("class", string(e.Class))
	}
	if e.Row != "" && draft.Words().Row(e.Row).ZH == "" {
		return bad("row", e.Row)
	}
	if e.Stage != "" && !slices.Contains(draft.Stages, e.Stage) {
		return bad("stage", string(e.Stage))
	}
	if e.Day != "" {
		if _, err := time.Parse(time.DateOnly, e.Day); err != nil {
			return bad("day", e.Day)
		}
	}
	if utf8.RuneCountInString(e.Wording) > longWording {
		return bad("task", e.Wording)
	}
	for _, f := range []string{e.Indicator, e.Lead, e.With, e.Limit, e.Numbers} {
		if utf8.RuneCountInString(f) > longField {
			return bad("field", f)
		}
	}
	return nil
}

// draftAt is the page of proposals that a form asks for.
func draftAt(form url.Values) int {
	for _, key := range []string{"go", "page"} {
		if n, err := strconv.Atoi(form.Get(key)); err == nil && n > 0 {
			return n
		}
	}
	return 1
}
