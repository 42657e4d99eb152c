// What waiting brings, year by year: which requirements are met because fewer pupils
// come, and by when.

package proposal

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/propose"
	"shuren/internal/standard"
)

// Path is one of the forecast's figures.
type Path string

const (
	PathMid  Path = "mid"
	PathLow  Path = "low"  // fewer pupils
	PathHigh Path = "high" // more
)

// Waited is a county in a later year if nothing is done: the figures of now with the
// pupils of one path of the forecast.
type Waited struct {
	Period            edu.Period
	Path              Path
	Pupils            float64
	Sections, Passing int
	Spread            bool
	Short             []Requirement `json:",omitempty"` // those that some section does not meet
}

// Requirement is an indicator of a stage, and how many sections are short of it.
type Requirement struct {
	Stage     edu.Stage
	Indicator string
	Sections  int
}

// Waiting judges a county by an assessment of a later year.
func Waiting(a *standard.Assessment, county edu.UnitID) Waited {
	m := met(a, county)
	return Waited{Sections: m.Sections, Passing: m.Passing, Spread: m.Spread, Short: Requirements(a, county)}
}

// Requirements are the requirements of the rule of sections, or without one all, that
// sections of a county do not meet.
func Requirements(a *standard.Assessment, county edu.UnitID) (out []Requirement) {
	u := a.Unit(edu.County, county)
	if u < 0 {
		return nil
	}
	rule, _ := propose.Rules(a)
	for si, st := range a.Stages {
		lo, hi := a.Rows(edu.County, u, si)
		for _, jd := range st.Judged {
			if jd.Threshold == nil || rule != nil && !slices.Contains(rule.Of, jd.Item.Def.ID) {
				continue
			}
			n := 0
			for row := lo; row < hi; row++ {
				if jd.Verdict(row) == edu.Short && verdict(st, rule, row) != edu.Exempt {
					n++
				}
			}
			if n > 0 {
				out = append(out, Requirement{st.Frame.Stage, jd.Item.Def.ID, n})
			}
		}
	}
	return out
}

// Eased is when a requirement is met by waiting.
type Eased struct {
	Requirement                     // now
	By          map[Path]edu.Period // the first year from which on it stays met; none where it is not within the years
}

// Easing lists the requirements that are not met now, or in some year ahead, with the
// year from which on each stays met, by path.
func (p *Proposal) Easing() (out []Eased) {
	at := func(stage edu.Stage, id string) *Eased {
		for i := range out {
			if out[i].Stage == stage && out[i].Indicator == id {
				return &out[i]
			}
		}
		out = append(out, Eased{Requirement{stage, id, 0}, map[Path]edu.Period{}})
		return &out[len(out)-1]
	}
	for _, r := range p.ShortNow {
		at(r.Stage, r.Indicator).Sections = r.Sections
	}
	for _, w := range p.Waits {
		for _, r := range w.Short {
			at(r.Stage, r.Indicator)
		}
	}
	for i := range out {
		for _, path := range []Path{PathMid, PathLow, PathHigh} {
			var since edu.Period
			for _, w := range p.Waits {
				if w.Path != path {
					continue
				}
				short := slices.ContainsFunc(w.Short, func(r Requirement) bool { return r.Stage == out[i].Stage && r.Indicator == out[i].Indicator })
				switch {
				case short:
					since = edu.Period{}
				case since.IsZero():
					since = w.Period
				}
			}
			if !since.IsZero() {
				out[i].By[path] = since
			}
		}
	}
	return out
}

// AllBy is the first year from which on every section and the spread pass by waiting;
// zero where they do not within the years.
func (p *Proposal) AllBy(path Path) (since edu.Period) {
	for _, w := range p.Waits {
		switch {
		case w.Path != path:
		case w.Passing < w.Sections || !w.Spread:
			since = edu.Period{}
		case since.IsZero():
			since = w.Period
		}
	}
	return since
}

// Told tells that the forecast has a path.
func (p *Proposal) Told(path Path) bool {
	return slices.ContainsFunc(p.Waits, func(w Waited) bool { return w.Path == path })
}
