package forecast

import (
	"errors"
	"fmt"
	"math"

	"shuren/internal/fault"
)

// Limits of an input: more is a mistake and not a country.
const (
	maxYears  = 100
	maxGrades = 40
	maxAhead  = 30
)

// check names every fault of an input.
func (in *Input) check(o Options) error {
	var errs []error
	bad := func(format string, args ...any) {
		if len(errs) < 100 {
			errs = append(errs, fmt.Errorf(format+": %w", append(args, fault.Invalid)...))
		}
	}
	switch {
	case len(in.Nodes) == 0:
		bad("no place is given")
	case len(in.Grades) == 0 || len(in.Grades) > maxGrades:
		bad("%d grades: want 1 to %d", len(in.Grades), maxGrades)
	case in.Years < 2 || in.Years > maxYears:
		bad("%d years: want 2 to %d", in.Years, maxYears)
	case o.Horizon < 1 || o.Horizon > maxAhead:
		bad("%d years ahead: want 1 to %d", o.Horizon, maxAhead)
	case !(o.Level > 0 && o.Level < 1):
		bad("a level of %v: want between 0 and 1", o.Level)
	case len(in.Counts) != len(in.Nodes):
		bad("counts of %d places, and %d places", len(in.Counts), len(in.Nodes))
	case in.Births != nil && len(in.Births) != len(in.Nodes):
		bad("births of %d places, and %d places", len(in.Births), len(in.Nodes))
	case in.Lag < 0 || in.Lag > 20:
		bad("entered %d years after birth: want 0 to 20", in.Lag)
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	inner := make([]bool, len(in.Nodes))
	for i, n := range in.Nodes {
		if i == 0 && n.Up != -1 || i > 0 && (n.Up < 0 || n.Up >= i) {
			bad("place %q stands under place %d: want one before it, and one root", n.ID, n.Up)
			continue
		}
		if i > 0 {
			inner[n.Up] = true
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	count := func(what string, x float64) {
		if x < 0 || math.IsInf(x, 0) {
			bad("%s: %v pupils", what, x)
		}
	}
	for i, n := range in.Nodes {
		c := in.Counts[i]
		switch {
		case inner[i] && c != nil:
			bad("place %q has places below it, and counts of its own", n.ID)
		case !inner[i] && len(c) != len(in.Grades):
			bad("place %q: counts of %d grades, want %d", n.ID, len(c), len(in.Grades))
		}
		for g, years := range c {
			if len(years) != in.Years {
				bad("place %q: %d years of a grade, want %d", n.ID, len(years), in.Years)
			}
			for y, x := range years {
				count(fmt.Sprintf("place %q, grade %s, %d", n.ID, grade(in, g), in.First+y), x)
			}
		}
		if in.Births != nil {
			for y, x := range in.Births[i] {
				count(fmt.Sprintf("births of %q, %d", n.ID, in.BirthFirst+y), x)
			}
		}
	}
	for _, a := range in.Added {
		if a.Node < 0 || a.Node >= len(in.Nodes) || inner[a.Node] || a.Grade < 0 || a.Grade >= len(in.Grades) || math.IsNaN(a.Pupils) || math.IsInf(a.Pupils, 0) {
			bad("added pupils %+v: want a place without places below it, a grade and a number", a)
		}
	}
	return errors.Join(errs...)
}

func grade(in *Input, g int) string {
	if g < len(in.Grades) {
		return in.Grades[g].ID
	}
	return fmt.Sprint(g)
}
