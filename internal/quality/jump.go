package quality

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// floor is the least change worth a question, by type: small schools move by a
// class, and that is half of them.
var floor = map[edu.ElementType]float64{edu.TypeCount: 30, edu.TypeArea: 200, edu.TypeMoney: 100_000}

// jumps holds the amounts that a school gave against last year's. The past of a
// merged school is the sum of its predecessors'; that of a split one is not
// known and nothing is said.
func jumps(f *frame.Frame, p *pack.Pack, opt Options) (out []Finding) {
	for _, e := range p.Elements {
		least, amount := floor[e.Type]
		if !amount || e.Unit == "year" || e.Level == edu.County || e.Level == edu.City || !asked(f, e) {
			continue
		}
		x, ok := f.Column(e.ID)
		was, ok2 := f.Column(e.ID + formula.PrevSuffix)
		if !ok || !ok2 {
			continue
		}
		for row, v := range x {
			w := was[row]
			if math.IsNaN(v) || math.IsNaN(w) || math.Abs(v-w) < least || math.Abs(v-w) <= opt.Jump*math.Abs(w) {
				continue
			}
			score := math.Inf(1)
			zh, en := "上年为 0", "from 0"
			if w != 0 {
				score = (v - w) / math.Abs(w)
				zh, en = fmt.Sprintf("变动 %+.0f%%", 100*score), fmt.Sprintf("%+.0f%%", 100*score)
			}
			u, uEN := unit(p, e.Unit)
			out = append(out, Finding{Method: Jump, School: school(f, row), Item: e.ID, Name: e.Name, Value: v, Score: score,
				Cells: cells(f, row, []string{e.ID, e.ID + formula.PrevSuffix}),
				Reason: edu.Text{ZH: fmt.Sprintf("%s由上年 %s%s变为 %s%s，%s", e.Name.ZH, short(w), u, short(v), u, zh),
					EN: fmt.Sprintf("%s went from %s%s last year to %s%s: %s", e.Name.In("en"), short(w), uEN, short(v), uEN, en)}})
		}
	}
	return out
}

// asked tells whether an element is asked of the stage.
func asked(f *frame.Frame, e *pack.Element) bool {
	return f.Stage == "" || len(e.Stages) == 0 || slices.Contains(e.Stages, f.Stage)
}
