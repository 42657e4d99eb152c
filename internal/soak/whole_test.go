package soak_test

import (
	"fmt"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/form"
	"shuren/internal/store"
)

// whole: of every handing in all parts are there: log, content, check code,
// submission, figures, audit line; and what was taken back counts no longer.
func (v *verifier) whole() (handed int) {
	ids := map[string]bool{}
	for _, s := range v.subs {
		if ids[s.ID] {
			v.t.Errorf("DOUBLED: submission %s", s.ID)
		}
		ids[s.ID] = true
	}
	d := v.city.Desk(auth.Operator())
	for _, s := range v.plan.Schools {
		f, log := v.filings[s.Unit], v.logs[s.Unit]
		if len(log) == 0 {
			if f.Rev > 0 || len(v.audits[s.Unit]) > 0 {
				v.t.Errorf("HALF: %s has no log; its filing is at %d, %v", s.Unit, f.Rev, v.audits[s.Unit])
			}
			continue
		}
		if last := log[len(log)-1]; f.State != last.To || f.Handed != last.Handed || f.Rev < last.No {
			v.t.Errorf("HALF: the filing of %s is %+v, its log ends with %+v", s.Unit, f, last)
		}
		acts, no := map[audit.Action]int{}, 0
		for i, e := range log {
			if i > 0 && e.No <= log[i-1].No {
				v.t.Errorf("the log of %s goes back at %d", s.Unit, e.No)
			}
			acts[audit.Action("filing."+string(e.Action))]++
			switch e.Action {
			case collect.Submit:
				if no++; e.Handed != no {
					v.t.Errorf("handing in %d of %s stands where %d should", e.Handed, s.Unit, no)
				}
			case collect.Recall:
				id := fmt.Sprintf("%s/%s/back-%d", v.issue.ID, s.Unit, e.No)
				if !ids[id] {
					v.t.Errorf("HALF: %s took back at revision %d, but not its figures", s.Unit, e.No)
				}
				delete(ids, id)
			}
		}
		for a, n := range acts {
			if got := v.audits[s.Unit][a]; got != n {
				v.t.Errorf("HALF: %s has %d lines of %s in the audit log, and %d in its own", s.Unit, got, a, n)
			}
		}
		handed += no
		if no == 0 {
			continue
		}
		p, _, _, err := d.Paper(v.ctx, v.issue.ID, s.Unit)
		if err != nil {
			v.t.Fatal(err)
		}
		for n := 1; n <= no; n++ {
			id := fmt.Sprintf("%s/%s/%d", v.issue.ID, s.Unit, n)
			if !ids[id] {
				v.t.Errorf("HALF: handing in %d of %s brought no figures", n, s.Unit)
			}
			delete(ids, id)
			h, err := v.store.Handed(v.ctx, store.Whole(store.Reader), v.issue, s.Unit, n)
			if err != nil {
				v.t.Errorf("HALF: handing in %d of %s has no content: %v", n, s.Unit, err)
				continue
			}
			if p.Content, err = form.ReadContent(h.Content); err != nil {
				v.t.Fatal(err)
			}
			if code := p.Code(n); code != h.Check || h.Submission != id || n == no && f.Check != code {
				v.t.Errorf("handing in %d of %s has the check code %s (filing %s), its content says %s; submission %s", n, s.Unit, h.Check, f.Check, code, h.Submission)
			}
		}
		v.current(p, log[len(log)-1].Action == collect.Submit)
	}
	for id := range ids {
		v.t.Errorf("HALF: the submission %s belongs to nothing that was handed in", id)
	}
	return handed
}

// current: the figures in the store are those of the last content while it is
// handed in, and none once it was taken back.
func (v *verifier) current(p *form.Paper, counts bool) {
	figures, rows := figuresOf(p.Tables())
	if len(figures) < 20 {
		v.t.Errorf("the paper of %s has %d figures", p.Unit.ID, len(figures))
	}
	for k, want := range figures {
		got, ok := v.held.figures[k]
		switch {
		case !counts && ok:
			v.t.Errorf("HALF: %v is %v in the store, and was taken back", k, got)
		case counts && (!ok || got != want):
			v.t.Errorf("HALF: %v is %v in the store, %v was handed in", k, got, want)
		}
	}
	for k, want := range rows {
		if !counts {
			want = 0
		}
		if got := v.rows[k]; got != want {
			v.t.Errorf("HALF: %v has %d rows in the store, want %d", k, got, want)
		}
	}
}
