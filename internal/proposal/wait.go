package proposal

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/propose"
	"shuren/internal/standard"
)

// Ease is what becomes of the gaps in a year if nothing is done and the pupils come
// that are forecast: fewer pupils share what there is, more need more.
type Ease struct {
	Period edu.Period
	Met    Met
	Gone   []Gap // gaps of today that are closed then
	New    []Gap // gaps of then that are none today
}

// Gap is an indicator of a section and what it is today and then.
type Gap struct {
	At           Place
	Indicator    string
	Was, Is      float64
	Limit        float64
	Pupils, Then float64
}

// Pupils are those of a year by section: how many come, and whether that is known.
type Pupils struct {
	Period edu.Period
	Of     func(school string, stage edu.Stage) (float64, bool)
}

// Waiting works out the years of Wait by forecast pupils. Sections without a
// forecast keep those of today. Staff, rooms and money stay as they are.
func Waiting(p *Proposal, a *standard.Assessment, years []Pupils) error {
	u := a.Unit(edu.County, p.County)
	if u < 0 {
		return fmt.Errorf("county %q: not in the assessment: %w", p.County, fault.NotFound)
	}
	rule, _ := propose.Rules(a)
	p.Ease = nil
	for _, y := range years {
		var changes []frame.Change
		for si, st := range a.Stages {
			element := weight(st)
			lo, hi := a.Rows(edu.County, u, si)
			for row := lo; row < hi; row++ {
				now, ok1 := st.Frame.Value(row, element).Number()
				then, ok2 := y.Of(st.Frame.Rows[row].Code, st.Frame.Stage)
				if element == "" || !ok1 || !ok2 || !(then >= 0) || math.IsInf(then, 0) {
					continue
				}
				changes = append(changes, frame.Change{Stage: st.Frame.Stage, Row: row, Element: element, Add: math.Round(then) - now})
			}
		}
		after, err := standard.Assess(a.Set.Changed(changes), a.Pack)
		if err != nil {
			return err
		}
		e := Ease{Period: y.Period, Met: met(after, p.County)}
		for si, st := range a.Stages {
			lo, hi := a.Rows(edu.County, u, si)
			for _, jd := range st.Judged {
				id := jd.Item.Def.ID
				later := after.Stages[si].Indicator(id)
				if rule != nil && !slices.Contains(rule.Of, id) || jd.Threshold == nil {
					continue
				}
				for row := lo; row < hi; row++ {
					was, is := jd.Verdict(row), later.Verdict(row)
					if was == is || is == edu.Unknown || was == edu.Unknown {
						continue
					}
					r := st.Frame.Rows[row]
					g := Gap{At: Place{Unit: r.ID, Code: r.Code, Name: r.Name, Stage: st.Frame.Stage}, Indicator: id, Was: finite(jd.Item.Value(row)), Is: finite(later.Item.Value(row)), Limit: finite(jd.Limit(row))}
					g.Pupils, _ = st.Frame.Value(row, weight(st)).Number()
					g.Then, _ = after.Stages[si].Frame.Value(row, weight(st)).Number()
					if was == edu.Short {
						e.Gone = append(e.Gone, g)
					} else if is == edu.Short {
						e.New = append(e.New, g)
					}
				}
			}
		}
		p.Ease = append(p.Ease, e)
	}
	return nil
}

// weight is the element of pupils: what the indicators of a stage are weighted by.
func weight(st *standard.Stage) string {
	for _, jd := range st.Judged {
		if w := jd.Item.Def.Weight; w != "" {
			return w
		}
	}
	return ""
}
