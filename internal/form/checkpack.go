// The pack's own checks and the comparisons with other systems.

package form

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// pack runs the pack's checks over the paper's own figures, with last year's
// behind them.
func (c *checker) pack() error {
	opt, err := c.Pack.FrameOptions()
	if err != nil {
		return err
	}
	set, problems := frame.Build(append(c.Tables(), c.bare()...), opt)
	for i, q := range problems {
		if q.Blocking {
			c.add(Problem{Key: fmt.Sprintf("%s@%d", RuleContrary, i), Rule: RuleContrary, Blocking: true, Text: q.Message, Do: edu.Text{ZH: "请改正其中之一。", EN: "Mend one of them."}})
		}
	}
	if c.prev != nil {
		set.Prev, set.Prior = c.prev.set, c.prev.Past
	}
	for _, check := range c.Pack.Checks {
		program, err := check.Rule.Expr.Section()
		if err != nil {
			return fmt.Errorf("check %s: %w", check.ID, err)
		}
		frames := set.Sections
		if check.Level == edu.County {
			frames = nil
			if set.Counties != nil && c.Form.Level == edu.County {
				frames = []*frame.Frame{set.Counties}
			}
		} else if c.Form.Level == edu.County {
			continue
		}
		once := c.onceFor(check)
		for _, f := range frames {
			if !check.Asks(c.Pack, f.Stage) {
				continue
			}
			row, ok := f.Find(c.Unit.key())
			if !ok {
				continue
			}
			out := []float64{math.NaN()}
			program.Bind(f.Column).Eval(row, row+1, out, formula.NewScratch())
			if out[0] == 0 { // NaN: it could not be computed
				c.broken(check, f, row)
			}
			if once {
				break
			}
		}
	}
	return nil
}

// bare is a table of the paper's sections without figures: a form that asks its
// figures once for the whole school names no section, and its checks are about
// sections.
func (c *checker) bare() []*frame.Table {
	if c.Form.Level != edu.School || len(c.Parts) == 0 {
		return nil
	}
	t := c.table(edu.Section, from{"", Page}, len(c.Parts))
	if c.Parts[0] != "" {
		t.Stage = stages(c.Parts)
	}
	for n := range c.Parts {
		t.Rows[n] = int32(n + 1)
	}
	return []*frame.Table{t}
}

// onceFor tells that a check reads the school's figures only, so that it says
// the same of every section.
func (c *checker) onceFor(check *pack.Check) bool {
	for _, id := range check.Rule.Expr.Fields() {
		id, _ = formula.Past(id)
		if e := c.Pack.Element(id); e == nil || e.Level == edu.Section {
			return false
		}
	}
	return true
}

// broken reports a check that does not hold, at the cells of its fields.
func (c *checker) broken(check *pack.Check, f *frame.Frame, row int) {
	q := Problem{Key: check.ID + "@" + string(f.Stage), Rule: check.ID, Blocking: check.Error, Row: -1}
	var zh, en []string
	for _, id := range check.Fields {
		c.point(&q, f.Stage, id)
		e := c.Pack.Element(id)
		v := Format(f.Value(row, id), e)
		zh, en = append(zh, e.Name.ZH+v), append(en, e.Name.EN+" "+v)
		if was := f.Value(row, id+formula.PrevSuffix); slices.Contains(check.Rule.Expr.Fields(), id+formula.PrevSuffix) {
			zh, en = append(zh, "上年"+Format(was, e)), append(en, "last year "+Format(was, e))
		}
	}
	q.Text = edu.Text{ZH: fmt.Sprintf("%s（%s）", strings.TrimSuffix(check.Message.ZH, "。"), strings.Join(zh, "，")),
		EN: fmt.Sprintf("%s (%s)", strings.TrimSuffix(check.Message.EN, "."), strings.Join(en, ", "))}
	if check.Error {
		q.Do = edu.Text{ZH: "请改正后再提交。", EN: "Mend it before handing in."}
	} else {
		q.Do = edu.Text{ZH: "确认无误请选择原因，有误请改正。", EN: "Choose a reason where it is right, otherwise mend it."}
	}
	c.add(q)
}

// point adds the cells of an element, or the list that it follows from, to what
// a problem concerns.
func (c *checker) point(q *Problem, part edu.Stage, id string) {
	for i := range c.Fields {
		f := &c.Fields[i]
		if f.Evidence || f.ID != id && !strings.HasPrefix(f.ID, id+".") {
			continue
		}
		for _, k := range []Key{{part, f.ID}, {Whole, f.ID}} {
			if c.Has(k) {
				q.Cells = append(q.Cells, k)
			}
		}
		if compute := f.Ask.Compute; compute != nil && compute.List != "" && q.List == "" {
			q.List = compute.List
		}
	}
	if e := c.Pack.Element(id); e != nil && e.Derive != nil && e.Derive.List != "" {
		q.List = e.Derive.List
	}
}

// compare asks about figures that differ from those of another system.
func (c *checker) compare() {
	for _, x := range c.Compared() {
		if !x.Over {
			continue
		}
		e := c.Pack.Element(x.Compare.Element)
		q := Problem{Key: x.Key(), Rule: x.Compare.ID, Row: -1, Do: edu.Text{ZH: "确认无误请选择原因，有误请改正。", EN: "Choose a reason where it is right, otherwise mend it."}}
		c.point(&q, x.Part, x.Compare.Element)
		mine, other := Format(edu.Some(x.Ours), e), Format(edu.Some(x.Theirs), e)
		q.Text = edu.Text{ZH: fmt.Sprintf("%s（本表%s，%s%s）", strings.TrimSuffix(x.Compare.Message.ZH, "。"), mine, x.Feed.Name.ZH, other),
			EN: fmt.Sprintf("%s (here %s, %s %s)", strings.TrimSuffix(x.Compare.Message.EN, "."), mine, x.Feed.Name.EN, other)}
		c.add(q)
	}
}

// total is the figure of an element in a part: of a broken-down one, the sum of
// its parts.
func (p *Paper) total(part edu.Stage, id string) edu.Value {
	sum, any := 0.0, false
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Evidence || f.ID != id && !strings.HasPrefix(f.ID, id+".") || !p.Has(Key{part, f.ID}) {
			continue
		}
		v, _ := p.Value(Key{part, f.ID})
		n, ok := v.Number()
		if !ok && !v.IsNotApplicable() {
			return edu.Value{}
		}
		sum, any = sum+n, any || ok
	}
	if !any {
		return edu.Value{}
	}
	return edu.Some(tidy(sum))
}
