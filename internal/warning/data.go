// What a model is trained on.

package warning

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Feature is something known of a child on the day of scoring.
type Feature struct {
	ID   string
	Text edu.Text
	Unit edu.Text // of a count; empty for what is yes or no
	Late bool     // known only after the day of scoring: never used
	// Context is of the family and not of school: a county decides whether to use it.
	Context bool
}

// Features are those that a county may choose from. What is not known of a child is
// NaN, which is a state of its own and never 0. Of a child's progress the register tells
// whether it rose through its grades; no marks of single pupils are kept, so that there
// is the least of a child.
var Features = []Feature{
	{ID: "absent", Text: edu.Text{ZH: "近四周缺课天数", EN: "Days absent in four weeks"}, Unit: days},
	{ID: "run", Text: edu.Text{ZH: "最长连续缺课天数", EN: "Longest run of days absent"}, Unit: days},
	{ID: "over_age", Text: edu.Text{ZH: "超龄年数", EN: "Years over age"}, Unit: edu.Text{ZH: "岁", EN: "years"}},
	{ID: "transfers", Text: edu.Text{ZH: "两年内转学次数", EN: "Transfers in two years"}, Unit: times},
	{ID: "repeats", Text: edu.Text{ZH: "学业进程：留级次数", EN: "Progress: times a grade was repeated"}, Unit: times},
	{ID: "left_behind", Text: edu.Text{ZH: "留守", EN: "Left behind"}, Context: true},
	{ID: "difficulty", Text: edu.Text{ZH: "困境、孤儿或事实无人抚养", EN: "In difficulty, orphan or de facto unattended"}, Context: true},
	{ID: "earlier_case", Text: edu.Text{ZH: "以前有过个案", EN: "An earlier case"}},
	{ID: "unseen", Text: edu.Text{ZH: "开学未到校", EN: "Not appeared since the term began"}},
	{ID: "boards", Text: edu.Text{ZH: "住校", EN: "Boards at school"}, Context: true},
	{ID: "migrant", Text: edu.Text{ZH: "随迁", EN: "Migrant"}, Context: true},
	{ID: "disabled", Text: edu.Text{ZH: "残疾", EN: "Disabled"}, Context: true},
	{ID: "monitored", Text: edu.Text{ZH: "监测户", EN: "Monitored household"}, Context: true},
}

var (
	days  = edu.Text{ZH: "天", EN: "days"}
	times = edu.Text{ZH: "次", EN: "times"}
)

// Named gives the features of some ids, in the order of the list; ok is false where
// one is not on it.
func Named(ids []string) (out []Feature, ok bool) {
	for _, f := range Features {
		if slices.Contains(ids, f.ID) {
			out = append(out, f)
		}
	}
	return out, len(out) == len(ids)
}

// Case is a child as it was on one day, and what became of it. It has no name; Group
// is for the comparison of groups only and never weighs.
type Case struct {
	Person register.PersonID
	Day    edu.Date
	X      []float64 // in the order of Data.Features
	Left   bool      // a case was confirmed afterwards
	Groups []string  // such as sex:female, left_behind
	Rule   float64   // the rule list's own order: red before amber before watch
}

// Data are cases under one choice of features.
type Data struct {
	Features []Feature
	Cases    []Case
}

// Key is a child's values as bytes, the same for equal values: what is not known is one
// value too. It is added to dst.
func Key(dst []byte, x []float64) []byte {
	for _, v := range x {
		switch {
		case math.IsNaN(v):
			v = math.NaN() // there are many
		case v == 0:
			v = 0 // and of zeros there are two
		}
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

// check refuses what no model can be made of.
func (d *Data) check() error {
	if len(d.Features) == 0 {
		return fmt.Errorf("no feature was chosen: %w", fault.Invalid)
	}
	for _, f := range d.Features {
		if f.Late {
			return fmt.Errorf("feature %s is known only afterwards: %w", f.ID, fault.Invalid)
		}
	}
	for i, c := range d.Cases {
		if len(c.X) != len(d.Features) {
			return fmt.Errorf("case %d has %d values for %d features: %w", i, len(c.X), len(d.Features), fault.Invalid)
		}
		for _, x := range c.X {
			if math.IsInf(x, 0) {
				return fmt.Errorf("case %d has a value without end: %w", i, fault.Invalid)
			}
		}
	}
	return nil
}

// Split parts cases by time: the model learns from the earlier share and is tried
// on the later, as it would be used. Cases of one day stay together.
func (d *Data) Split(share float64) (earlier, later *Data) {
	cases := slices.Clone(d.Cases)
	slices.SortStableFunc(cases, func(a, b Case) int { return int(a.Day) - int(b.Day) })
	at := int(share * float64(len(cases)))
	for at > 0 && at < len(cases) && cases[at].Day == cases[at-1].Day {
		at++
	}
	return &Data{d.Features, cases[:at]}, &Data{d.Features, cases[at:]}
}
