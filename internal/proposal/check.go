package proposal

import (
	"fmt"
	"math"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/propose"
	"shuren/internal/standard"
)

// Check applies the lines that are not rejected, as edited, to the figures that the
// assessment was made of, and has the standard's own engine judge them again. It
// knows nothing of the solver.
func Check(p *Proposal, a *standard.Assessment) (Met, error) {
	after, err := Apply(p, a)
	if err != nil {
		return Met{}, err
	}
	return met(after, p.County), nil
}

// Apply is the assessment as it would be after the lines that are not rejected.
func Apply(p *Proposal, a *standard.Assessment) (*standard.Assessment, error) {
	var changes []frame.Change
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.State == Rejected {
			continue
		}
		more, err := l.changes(a)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return standard.Assess(a.Set.Changed(changes), a.Pack)
}

// amount is how much is done of a line.
func (l *Line) amount() float64 {
	if l.State == Edited {
		return l.Chosen
	}
	return l.Amount
}

// changes are the figures that a line changes.
func (l *Line) changes(a *standard.Assessment) (out []frame.Change, err error) {
	n := l.amount()
	if !(n >= 0) || math.IsInf(n, 0) {
		return nil, fmt.Errorf("line %d: an amount of %v: %w", l.No, n, fault.Invalid)
	}
	add := func(at Place, n float64, elements ...string) error {
		st := a.Stage(at.Stage)
		if st == nil {
			return fmt.Errorf("line %d: no stage %q in the figures: %w", l.No, at.Stage, fault.NotFound)
		}
		row, ok := st.Frame.Find(at.Code)
		if !ok {
			return fmt.Errorf("line %d: no school %s in the figures: %w", l.No, at.Code, fault.NotFound)
		}
		for _, e := range elements {
			if e != "" {
				out = append(out, frame.Change{Stage: at.Stage, Row: row, Element: e, Add: n})
			}
		}
		return nil
	}
	switch l.Act {
	case Move, Exchange:
		elements := append(each(a.Pack, pack.LeverMove), l.Counts...)
		if l.From == nil {
			return nil, fmt.Errorf("line %d: nobody gives: %w", l.No, fault.Invalid)
		}
		if err := add(*l.From, -n, elements...); err != nil {
			return nil, err
		}
		err = add(l.At, n, elements...)
	case Hire:
		err = add(l.At, n, append(each(a.Pack, pack.LeverHire), l.Counts...)...)
	case Itinerant, Train, Construct, Buy:
		err = add(l.At, n, l.Element)
	}
	return out, err
}

// each are the elements to which everybody counts.
func each(p *pack.Pack, act pack.LeverAct) []string {
	for _, l := range p.Levers {
		if l.Act == act {
			return append([]string(nil), l.Each...)
		}
	}
	return nil
}

// met counts the sections of a county that pass, by the engine's verdicts.
func met(a *standard.Assessment, county edu.UnitID) Met {
	var m Met
	u := a.Unit(edu.County, county)
	if u < 0 {
		return m
	}
	rule, spreads := propose.Rules(a)
	for si, st := range a.Stages {
		lo, hi := a.Rows(edu.County, u, si)
		for row := lo; row < hi; row++ {
			v := verdict(st, rule, row)
			if v == edu.Exempt {
				continue
			}
			m.Sections++
			if v == edu.Met {
				m.Passing++
				continue
			}
			r := st.Frame.Rows[row]
			at := Place{Unit: r.ID, Code: r.Code, Name: r.Name, Stage: st.Frame.Stage}
			if t := st.Frame.RegionOf(edu.Township, row); t >= 0 && len(st.Frame.Regions[edu.Township]) > 0 {
				at.Township = st.Frame.Regions[edu.Township][t].Name
			}
			m.Failing = append(m.Failing, at)
		}
	}
	m.Spread = true
	for _, r := range spreads {
		if v := a.Verdict(r.ID, edu.County, u); v != edu.Met && v != edu.Exempt {
			m.Spread = false
		}
	}
	return m
}

// verdict is that of a section: by the rule, or by every threshold.
func verdict(st *standard.Stage, rule *pack.Rule, row int) edu.Verdict {
	if rule != nil {
		if r := st.Rule(rule.ID); r != nil {
			return r.Verdicts[row]
		}
	}
	var all edu.AllOf
	for _, jd := range st.Judged {
		all.Add(jd.Verdict(row))
	}
	return all.Verdict()
}
