package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// Compared is the three-source check of a period as a list: what schools say on
// forms beside the exports of other systems, where the two differ by more than a
// form allows. The zero period is the newest for which forms were issued. What is still a draft is compared only for who may read papers.
func (c *City) Compared(ctx context.Context, who auth.Actor, period edu.Period) (collect.Comparisons, error) {
	var out collect.Comparisons
	reach := who.Reach(auth.CheckData)
	if reach.None() {
		return out, fmt.Errorf("%s: %w", auth.CheckData, fault.Forbidden)
	}
	issues, err := c.store.Issues(ctx, local, period)
	if err != nil {
		return out, err
	}
	if period.IsZero() {
		for _, is := range issues {
			if is.Period.Compare(period) > 0 {
				period = is.Period
			}
		}
	}
	out.Period = period
	ms, err := c.matters(ctx, slices.DeleteFunc(issues, func(is collect.Issue) bool { return is.Period != period }), c.now())
	if err != nil {
		return out, err
	}
	for _, m := range ms {
		if err := c.compared(ctx, m, reach, who.Reach(auth.ReadForm), &out); err != nil {
			return out, fmt.Errorf("compare %s: %w", m.ID, err)
		}
	}
	return out, nil
}

func (c *City) compared(ctx context.Context, m *matter, reach, reads auth.Reach, out *collect.Comparisons) error {
	sources, err := c.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return err
	}
	feeds := 0
	for _, s := range sources {
		if s != nil && s.Feed != nil && len(s.Feed.Compare) > 0 {
			feeds++
		}
	}
	if feeds == 0 {
		return nil
	}
	scope := scopeOf(reach, store.Reader)
	filings, err := c.store.Filings(ctx, scope, m.Issue, "")
	if err != nil {
		return err
	}
	drafts, err := c.store.Drafts(ctx, scope, m.Issue, "")
	if err != nil {
		return err
	}
	for i, at := range m.roster.places {
		f := filings[at.Unit]
		if drafts[at.Unit] == nil || f.State == collect.Excused || f.State.Open() && !m.roster.within(reads, at.Unit) {
			continue
		}
		p := m.paper(i, sources)
		if p.Content, err = contentOf(drafts[at.Unit]); err != nil {
			return fmt.Errorf("draft of %s: %w", at.Unit, err)
		}
		for _, x := range p.Compared() {
			out.Total++
			if !x.Over {
				continue
			}
			line := collect.Compared{Issue: m.ID, Place: at, State: f.State, Form: m.form.Name, Feed: x.Feed.Name, Stage: x.Part, Ours: x.Ours, Theirs: x.Theirs, Share: x.Compare.Share, Within: x.Compare.Within}
			if e := m.pack.Element(x.Compare.Element); e != nil {
				line.Name = e.Name
			}
			if x.Reason == nil {
				out.Open++
			} else {
				line.Reason, line.Words = reasonName(m.form, x.Reason), x.Reason.Text
			}
			out.List = append(out.List, line)
		}
	}
	return nil
}

// reasonName is what a reason is called on its form.
func reasonName(f *pack.Form, r *form.Reason) edu.Text {
	for _, c := range f.Reasons {
		if c.ID == r.Code {
			return c.Name
		}
	}
	return edu.Text{ZH: r.Text, EN: r.Text}
}
