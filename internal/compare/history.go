package compare

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/standard"
)

// Year is one year as it was measured, with the units as they stood.
type Year struct {
	Period edu.Period
	A      *standard.Assessment
	On     *edu.Snapshot
}

// History follows units through the years: through renaming, recoding and
// mergers. The last year is the one from which one looks back.
type History struct {
	Tree  *edu.Tree
	Years []Year
	// Least is the fewest pupils of whom a figure may tell; zero shows all.
	Least int

	veils map[*standard.Stage]*Veil
}

// Veil is what is left out of the figures of a stage in one of the years.
func (h *History) Veil(a *standard.Assessment, st *standard.Stage) *Veil {
	v := h.veils[st]
	if v == nil {
		if v = NewVeil(a, st, h.Least); h.veils == nil {
			h.veils = map[*standard.Stage]*Veil{}
		}
		h.veils[st] = v
	}
	return v
}

// School follows a school's section of a stage, by the school's code in the last
// year. The past of a merged one is that of its predecessors put together.
func (h *History) School(code string, stage edu.Stage, indicator string) ([]Point, error) {
	return h.follow(edu.School, code, stage, indicator, inStage(stage), func(st *standard.Stage, codes []string) (float64, Loss, error) {
		return Past(st, indicator, codes)
	})
}

// Region follows a region, by its code (or id) in the last year.
func (h *History) Region(level edu.Level, code string, stage edu.Stage, indicator string) ([]Point, error) {
	return h.follow(level, code, stage, indicator, inStage(stage), func(st *standard.Stage, codes []string) (float64, Loss, error) {
		return regionPast(st, level, indicator, codes)
	})
}

// Answer follows what a county answered itself, by its code in the last year.
func (h *History) Answer(code, indicator string) ([]Point, error) {
	answers := func(a *standard.Assessment) *standard.Stage { return a.Counties }
	return h.follow(edu.County, code, "", indicator, answers, func(st *standard.Stage, codes []string) (float64, Loss, error) {
		return Past(st, indicator, codes)
	})
}

func inStage(s edu.Stage) func(*standard.Assessment) *standard.Stage {
	return func(a *standard.Assessment) *standard.Stage { return a.Stage(s) }
}

func (h *History) follow(level edu.Level, code string, stage edu.Stage, indicator string, of func(*standard.Assessment) *standard.Stage, past func(*standard.Stage, []string) (float64, Loss, error)) ([]Point, error) {
	now := h.Years[len(h.Years)-1]
	var id edu.UnitID
	if found := now.On.ByKey(level, code); len(found) == 1 {
		id = now.On.Nodes[found[0]].Unit.ID
	}
	out := make([]Point, len(h.Years))
	for i, y := range h.Years {
		p := Point{Period: y.Period, Value: math.NaN(), Limit: math.NaN()}
		st := of(y.A)
		codes := []string{code}
		// Data that the register does not know go by their codes.
		if id != "" && i < len(h.Years)-1 {
			codes, p.Lost = h.codes(id, level, stage, y, now)
		}
		p.Units = len(codes)
		switch {
		case p.Lost != Kept:
		case st == nil || st.Item(indicator) == nil:
			p.Lost = NotMeasured
		default:
			var err error
			if p.Value, p.Lost, err = past(st, codes); err != nil {
				return nil, fmt.Errorf("%s in %s: %w", code, y.Period, err)
			}
			if p.Lost == Kept && h.Least > 0 && h.left(y.A, st, level, indicator, codes) {
				p.Value, p.Lost = math.NaN(), TooFew
			}
			p.Definition, p.Limit = definition(y.A, st, indicator)
		}
		out[i] = p
	}
	return Trend(out), nil
}

// left tells whether the figure of one of the units that a figure is the sum of is
// left out: beside the others' it would tell of it.
func (h *History) left(a *standard.Assessment, st *standard.Stage, level edu.Level, indicator string, codes []string) bool {
	d := a.Pack.Indicator(indicator)
	if d == nil {
		return false
	}
	v := h.Veil(a, st)
	for _, c := range codes {
		if row, ok := st.Frame.Find(c); ok && (level == st.Frame.Base || level == edu.School) {
			if v.Row(d, row) {
				return true
			}
			continue
		}
		for k, r := range st.Frame.Regions[level] {
			if (r.Code == c || r.Code == "" && string(r.ID) == c) && v.Region(d, k) {
				return true
			}
		}
	}
	return false
}

// codes are what made up a unit in an earlier year, by their codes of then.
func (h *History) codes(id edu.UnitID, level edu.Level, stage edu.Stage, then, now Year) ([]string, Loss) {
	past := h.Tree.Past(id, then.On.Day, now.On.Day)
	if past.Lost != edu.PastKnown {
		return nil, LossOf(past.Lost)
	}
	var codes []string
	for _, u := range past.Sum {
		// A school that did not teach the stage then has no part in its past. Whether
		// it did is asked of the register of sections, where there is one.
		if level == edu.School && len(past.Sum) > 1 {
			if _, ok := h.Tree.Unit(edu.SectionID(u, stage)); !ok {
				continue
			}
		}
		if k := then.On.Find(u); k >= 0 {
			codes = append(codes, then.On.Nodes[k].Key)
		}
	}
	if len(codes) == 0 {
		return nil, NewUnit
	}
	return codes, Kept
}

// regionPast is an indicator over regions put together.
func regionPast(st *standard.Stage, level edu.Level, indicator string, codes []string) (float64, Loss, error) {
	regions := st.Frame.Regions[level]
	in := make([]bool, st.Frame.Len())
	it := st.Item(indicator)
	for _, c := range codes {
		k := slices.IndexFunc(regions, func(r frame.Region) bool { return r.Code == c || r.Code == "" && string(r.ID) == c })
		if k < 0 {
			return math.NaN(), NotReported, nil
		}
		if len(codes) == 1 {
			v := it.Stats[level][k].Value
			return v, lossOf(v), nil
		}
		for row := regions[k].Lo; row < regions[k].Hi; row++ {
			in[row] = true
		}
	}
	p, err := Pool(st, indicator, in)
	return p.Value, lossOf(p.Value), err
}

// definition is what a figure was computed by: formulas, unit and scope in one
// text, and the threshold that was in force.
func definition(a *standard.Assessment, st *standard.Stage, indicator string) (text string, limit float64) {
	jd := st.Indicator(indicator)
	if jd == nil {
		return "", math.NaN()
	}
	d := jd.Item.Def
	text = d.Unit
	if d.Section != nil {
		text += "\n" + d.Section.Src
	}
	if d.Region != nil {
		text += "\n" + d.Region.Src
	}
	if a.Standard != nil && a.Standard.Scope != nil {
		text += "\n" + a.Standard.Scope.Src
	}
	limit = math.NaN()
	if jd.Threshold != nil && jd.Threshold.Formula == nil {
		limit = jd.Threshold.Value
	}
	return text, limit
}
