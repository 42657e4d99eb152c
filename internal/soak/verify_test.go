package soak_test

import (
	"bytes"
	"context"
	"math"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/store"
)

// complains is what a check tells what is wrong: a test, or a test of the checks.
type complains interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// held is what a database holds of the form.
type held struct {
	filings map[edu.UnitID]collect.Filing
	logs    map[edu.UnitID][]collect.Event
	subs    []store.Submission
	audits  map[edu.UnitID]map[audit.Action]int
	figures map[figureKey]float64 // of schools and sections
	rows    map[figureKey]int     // of lists
}

type figureKey struct {
	level edu.Level
	list  string
	unit  string
	stage string
	id    string
}

// figuresOf spreads tables out, figure by figure.
func figuresOf(tables []*frame.Table) (figures map[figureKey]float64, rows map[figureKey]int) {
	figures, rows = map[figureKey]float64{}, map[figureKey]int{}
	for _, t := range tables {
		for i := range t.N {
			k := figureKey{level: t.Level, list: t.List, unit: t.Key.At(i)}
			if t.Stage != nil {
				k.stage = t.Stage.At(i)
			}
			if t.List != "" {
				rows[k]++
				continue
			}
			for id, col := range t.Cols {
				if k.id = id; !math.IsNaN(col[i]) {
					figures[k] = col[i]
				}
			}
		}
	}
	return figures, rows
}

// verifier holds a database against what the schools remember.
type verifier struct {
	t     complains
	ctx   context.Context
	plan  *plan
	store *store.Store
	city  *flow.City
	issue collect.Issue
	held
}

// verify checks that everything that was acknowledged is in the database, that
// nothing is there by half or twice, and nothing that nobody sent. It gives how
// many times was handed in.
func verify(t complains, p *plan, dsn string, journal []entry) int {
	t.Helper()
	v := openHeld(t, p, dsn)
	defer v.close()
	v.acknowledged(journal)
	v.sentOnce(journal)
	return v.whole()
}

func openHeld(t complains, p *plan, dsn string) *verifier {
	t.Helper()
	v := &verifier{t: t, ctx: context.Background(), plan: p}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	v.city, err = flow.Open(v.ctx, dsn, "")
	must(err)
	v.store, err = store.Open(v.ctx, dsn)
	must(err)
	whole := store.Whole(store.Reader)
	v.issue, err = v.store.Issue(v.ctx, whole, p.Issue)
	must(err)
	v.filings, err = v.store.Filings(v.ctx, whole, v.issue, "")
	must(err)
	v.logs, err = v.store.FilingLogs(v.ctx, whole, v.issue, "")
	must(err)
	v.subs, err = v.store.Submissions(v.ctx, whole, store.Filter{Period: edu.Year(p.Year), Form: theForm})
	must(err)
	tables, err := v.store.Tables(v.ctx, whole, store.Query{Period: edu.Year(p.Year), Forms: []string{theForm}})
	must(err)
	v.figures, v.rows = figuresOf(tables)
	v.audits = map[edu.UnitID]map[audit.Action]int{}
	must(v.store.WalkAudit(v.ctx, whole, func(r audit.Record) error {
		if r.Object == p.Issue {
			if v.audits[r.Unit] == nil {
				v.audits[r.Unit] = map[audit.Action]int{}
			}
			v.audits[r.Unit][r.Action]++
		}
		return nil
	}))
	checked, err := v.city.VerifyAudit(v.ctx, auth.Operator(), nil)
	must(err)
	for _, q := range checked.Problems {
		t.Errorf("audit log: %s", q)
	}
	return v
}

func (v *verifier) close() {
	v.store.Close()
	v.city.Close()
}

// acknowledged: every acknowledgement is in the log as it was given.
func (v *verifier) acknowledged(journal []entry) {
	for _, e := range journal {
		if !e.Acked {
			continue
		}
		i := slices.IndexFunc(v.logs[e.Unit], func(x collect.Event) bool { return x.Sent == e.ID && x.Action == e.Action })
		if i < 0 {
			v.t.Errorf("LOST: %s of %s with the id %s was acknowledged at %s", e.Action, e.Unit, e.ID, e.At)
			continue
		}
		// A step that was sent again is answered with the filing as it is by then,
		// which is its own: the school does one thing at a time.
		if got := v.logs[e.Unit][i]; got.No != e.Rev || got.Handed != e.Handed {
			v.t.Errorf("%s of %s: the log has revision %d and handing in %d, acknowledged were %d and %d", e.Action, e.Unit, got.No, got.Handed, e.Rev, e.Handed)
		}
		if e.Action != collect.Submit {
			continue
		}
		h, err := v.store.Handed(v.ctx, store.Whole(store.Reader), v.issue, e.Unit, e.Handed)
		if err != nil {
			v.t.Errorf("LOST: what %s handed in under %d: %v", e.Unit, e.Handed, err)
			continue
		}
		if h.Check != e.Check {
			v.t.Errorf("%s handed in under %d with the check code %s; acknowledged was %s", e.Unit, e.Handed, h.Check, e.Check)
		}
	}
}

// sentOnce: whatever is in the log was sent, is there once, and says what was
// sent.
func (v *verifier) sentOnce(journal []entry) {
	sent := map[string]entry{}
	for _, e := range journal {
		sent[e.ID] = e
	}
	seen := map[string]bool{}
	for unit, log := range v.logs {
		for _, e := range log {
			if e.Sent == "" {
				continue
			}
			if seen[e.Sent] {
				v.t.Errorf("DOUBLED: %s of %s with the id %s", e.Action, unit, e.Sent)
			}
			seen[e.Sent] = true
			was, ok := sent[e.Sent]
			if !ok || was.Unit != unit || was.Action != e.Action {
				v.t.Errorf("%s of %s with the id %s was never sent", e.Action, unit, e.Sent)
				continue
			}
			if e.Action != collect.Submit {
				continue
			}
			h, err := v.store.Handed(v.ctx, store.Whole(store.Reader), v.issue, unit, e.Handed)
			if err != nil {
				v.t.Errorf("HALF: handing in %d of %s has no content: %v", e.Handed, unit, err)
				continue
			}
			i := slices.IndexFunc(v.plan.Schools, func(s school) bool { return s.Unit == unit })
			if want := v.plan.Schools[i].said(was.Figure).JSON(); !bytes.Equal(h.Content, want) {
				v.t.Errorf("handing in %d of %s is not what was sent: %d bytes, want %d", e.Handed, unit, len(h.Content), len(want))
			}
		}
	}
}
