// The pack's checks, over what all tables of a period say together.

package intake

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// maxBroken is how many records of one check are listed.
const maxBroken = 200

// Check runs the checks of a pack over the frames of one period, so that a
// check may compare the class list with the roll though they stand in two
// sheets. Each problem points at the cells of the check's fields. A rule that
// cannot be computed is not broken.
func Check(set *frame.Set, p *pack.Pack) ([]frame.Problem, error) {
	var problems []frame.Problem
	for _, c := range p.Checks {
		if c.Rule == nil {
			continue
		}
		program, err := c.Rule.Expr.Section()
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", c.ID, err)
		}
		frames := set.Sections
		if c.Level == edu.County {
			frames = nil
			if set.Counties != nil {
				frames = append(frames, set.Counties)
			}
		}
		for _, f := range frames {
			if c.Asks(p, f.Stage) {
				problems = append(problems, broken(c, program, f)...)
			}
		}
	}
	return problems, nil
}

// broken lists the rows of a frame that break a check.
func broken(c *pack.Check, program *formula.Program, f *frame.Frame) []frame.Problem {
	var problems []frame.Problem
	bound, scratch := program.Bind(f.Column), formula.NewScratch()
	out := make([]float64, 1024)
	more := 0
	for lo := 0; lo < f.Len(); lo += len(out) {
		hi := min(lo+len(out), f.Len())
		bound.Eval(lo, hi, out, scratch)
		for i, holds := range out[:hi-lo] {
			if holds != 0 { // NaN too: it could not be computed
				continue
			}
			if len(problems) == maxBroken {
				more++
				continue
			}
			problems = append(problems, describe(c, f, lo+i))
		}
	}
	if more > 0 {
		problems = append(problems, frame.Problem{Blocking: c.Error, Message: edu.Text{
			ZH: fmt.Sprintf("另有 %d 个单位：%s", more, c.Message.In("zh")),
			EN: fmt.Sprintf("%d more units: %s", more, c.Message.In("en")),
		}})
	}
	return problems
}

// describe says which unit breaks a check, and with which figures.
func describe(c *pack.Check, f *frame.Frame, row int) frame.Problem {
	p := frame.Problem{Blocking: c.Error}
	var figures []string
	for _, id := range c.Fields {
		p.Cells = append(p.Cells, f.Origin(row, id)...)
		figures = append(figures, id+" "+f.Value(row, id).String())
	}
	r := f.Rows[row]
	detail := strings.Join(figures, ", ")
	p.Message = edu.Text{
		ZH: fmt.Sprintf("%s:%s(%s)", strings.TrimSpace(r.Code+" "+r.Name), c.Message.In("zh"), detail),
		EN: fmt.Sprintf("%s: %s (%s)", strings.TrimSpace(r.Code+" "+r.Name), c.Message.In("en"), detail),
	}
	return p
}
