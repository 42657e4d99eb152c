package report

import (
	"math"
	"slices"
	"strings"
	"time"

	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// CountyOptions say what a county's summary tables hold beside its figures.
type CountyOptions struct {
	Lang     string
	Mark     string           // 示例数据 where the figures are made up
	Register *county.Register // evidence and answering departments; nil is none
	Progress []county.Progress
	AsOf     time.Time // when the newest figure came in; zero where nobody knows
}

// CountyBook makes a county's summary tables (县级汇总表), the sheets in the order
// in which they are handed in: a sheet for each stage, one for each block of the
// standard, the county's own answers, what is unmet, and how far its recognition
// has come. All of it follows from the pack's rules; no scheme is wired in.
func CountyBook(a *standard.Assessment, unit int, opt CountyOptions) *Book {
	if opt.Register == nil {
		opt.Register = &county.Register{}
	}
	w := &countyWriter{a: a, unit: unit, u: a.Units[edu.County][unit], opt: opt, outline: outlineOf(a)}
	w.book = &Book{Note: strings.Join(nonEmpty(opt.Mark, w.u.Name, a.Period.Label(), opt.text(a.Pack.Name), a.Pack.Ref(), opt.dates(a.Period)), " · ")}
	for si, st := range a.Stages {
		if lo, hi := a.Rows(edu.County, unit, si); hi > lo && len(w.measuresOf(st)) > 0 {
			w.book.add(w.stage(si))
		}
	}
	for _, b := range w.blocks {
		if b != w.resources {
			w.book.add(w.block(b))
		}
	}
	if a.Counties != nil && w.u.Row >= 0 {
		w.book.add(w.answers())
	}
	w.book.add(w.unmet())
	w.book.add(w.progress())
	return w.book
}

// dates are the reference date and when the newest figure came in.
func (o CountyOptions) dates(p edu.Period) string {
	var parts []string
	if !p.IsZero() {
		parts = append(parts, o.text(edu.Text{ZH: "基准日 ", EN: "reference date "})+p.Reference().Format(time.DateOnly))
	}
	if at := Minute(o.AsOf); at != "" {
		parts = append(parts, o.text(edu.Text{ZH: "数据截至 ", EN: "data as of "})+at)
	}
	return strings.Join(parts, " · ")
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func (o CountyOptions) text(t edu.Text) string { return t.In(o.Lang) }

// outline is what a pack's rules say of the shape of its tables.
type outline struct {
	section   *pack.Rule   // that a section passes or fails
	spread    *pack.Rule   // that holds differences between sections to a limit
	resources *pack.Rule   // the block that the sheets of stages are about
	blocks    []*pack.Rule // the parts of the verdict of the whole
}

func outlineOf(a *standard.Assessment) (o outline) {
	if a.Standard == nil {
		return o
	}
	rule := func(id string) *pack.Rule {
		for _, r := range a.Standard.Rules {
			if r.ID == id {
				return r
			}
		}
		return nil
	}
	for _, r := range a.Standard.Rules {
		switch {
		case r.Level == edu.Section && o.section == nil:
			o.section = r
		case r.Statistic != "" && o.spread == nil:
			o.spread = r
		case o.section != nil && o.resources == nil && r.Level != edu.Section && slices.Contains(r.Of, o.section.ID):
			o.resources = r
		}
	}
	if root := rule(a.Standard.Root); root != nil {
		for _, id := range root.Of {
			if r := rule(id); r != nil && r.Level != edu.Section && r.Statistic == "" {
				o.blocks = append(o.blocks, r)
			}
		}
		if len(o.blocks) == 0 && root.Level != edu.Section { // the whole is one block
			o.blocks = []*pack.Rule{root}
		}
	}
	return o
}

type countyWriter struct {
	a    *standard.Assessment
	unit int
	u    standard.Unit
	opt  CountyOptions
	outline
	book *Book
}

func (w *countyWriter) t(zh, en string) string { return edu.Text{ZH: zh, EN: en}.In(w.opt.Lang) }

// measuresOf are the columns of a stage's sheet: what the section rule asks, or
// every threshold of sections where there is no such rule.
func (w *countyWriter) measuresOf(st *standard.Stage) []*standard.Judged {
	var out []*standard.Judged
	for _, jd := range st.Judged {
		d := jd.Item.Def
		asked := jd.Threshold != nil && d.Level == edu.Section
		if w.section != nil {
			asked = asked && slices.Contains(w.section.Of, d.ID)
		}
		if asked {
			out = append(out, jd)
		}
	}
	return out
}

func code(code, name string) string {
	if code == "" || code[0] >= 0x80 {
		return name
	}
	return code + " " + name
}

// verdict is a verdict in words; the mark ■ and the shade say the same without
// colour.
func (w *countyWriter) verdict(v edu.Verdict) SheetCell {
	switch v {
	case edu.Met:
		return say(w.t("达标", "met"))
	case edu.Short:
		return SheetCell{Text: "■ " + w.t("未达标", "not met"), Bad: true}
	case edu.Exempt:
		return say("/")
	default:
		return say(w.t("无法判定", "cannot be judged"))
	}
}

// met is a verdict on one figure as the summary tables write it: 1 where it is
// met.
func (w *countyWriter) met(v edu.Verdict) SheetCell {
	switch v {
	case edu.Met:
		return number(1, 0)
	case edu.Short:
		return SheetCell{Text: "■", Bad: true}
	case edu.Exempt:
		return say("/")
	default:
		return SheetCell{}
	}
}

func (w *countyWriter) held(d *pack.Indicator, t *pack.Threshold) string {
	switch {
	case t == nil:
		return ""
	case t.Formula != nil:
		return w.t("按校计算", "computed for each school")
	case d.Unit == pack.YesNo && t.Value == 0:
		return w.t("否", "no")
	case d.Unit == pack.YesNo:
		return w.t("是", "yes")
	default:
		return standard.Sign(t.Op) + Number(t.Value)
	}
}

func (w *countyWriter) stageName(s edu.Stage) string {
	if n, ok := stageNames[s]; ok {
		return w.opt.text(n)
	}
	return w.t("各学段", "all stages")
}

var stageNames = map[edu.Stage]edu.Text{
	edu.Preschool: {ZH: "学前", EN: "Preschool"}, edu.Primary: {ZH: "小学", EN: "Primary"}, edu.Junior: {ZH: "初中", EN: "Junior"},
	edu.Senior: {ZH: "普通高中", EN: "Senior"}, edu.Vocational: {ZH: "中职", EN: "Vocational"}, edu.Special: {ZH: "特殊教育", EN: "Special"}, edu.Higher: {ZH: "高校", EN: "Higher"},
}

// share is a part of a limit in percent; NaN where there is none.
func share(value, limit float64, op pack.Op) float64 {
	if math.IsNaN(value) || math.IsNaN(limit) || limit == 0 || op != pack.AtLeast && op != pack.Above {
		return math.NaN()
	}
	return 100 * value / limit
}
