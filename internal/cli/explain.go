package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

type explainCmd struct {
	Section   string   `arg:"" help:"Code or name of the school, as CODE or CODE/STAGE; of a county for county answers."`
	Indicator string   `arg:"" help:"Id of the indicator, such as r3."`
	Files     []string `arg:"" optional:"" help:"Files to read instead of a database."`
	Pack      string   `help:"A shipped pack, a folder or a YAML file; with --db, one of the database's packs, the first without." placeholder:"P"`
	Map       string   `help:"YAML file that maps headers to elements." placeholder:"FILE"`
	Period    string   `help:"School year; the newest one without." placeholder:"Y"`
	DB        dbName   `name:"db" help:"Database to read." placeholder:"DB"`
}

func (c *explainCmd) Run(a *app) error {
	as, err := c.assessment(a)
	if err != nil {
		return err
	}
	st, row, err := c.find(as)
	if err != nil {
		return err
	}
	t, ok := as.Trace(st, row, strings.ToLower(c.Indicator))
	if !ok {
		var ids []string
		for _, jd := range st.Judged {
			ids = append(ids, jd.Item.Def.ID)
		}
		return fmt.Errorf("indicator %q: this section has %s: %w", c.Indicator, strings.Join(ids, ", "), fault.NotFound)
	}
	a.trace(as, st, row, t)
	return nil
}

func (c *explainCmd) assessment(a *app) (*standard.Assessment, error) {
	if len(c.Files) == 0 {
		if c.DB == "" {
			return nil, fmt.Errorf("explain: give files with --pack, or a database with --db: %w", fault.Invalid)
		}
		city, err := openCity(a, string(c.DB), "", false)
		if err != nil {
			return nil, err
		}
		defer city.Close()
		period, err := choosePeriod(a, city, c.Period)
		if err != nil {
			return nil, err
		}
		return measured(a, city, c.Pack, period)
	}
	if c.Pack == "" {
		return nil, fmt.Errorf("explain: files need --pack: %w", fault.Invalid)
	}
	in := inputFlags{Pack: []string{c.Pack}, Map: c.Map, Period: c.Period}
	packs, files, opt, err := in.read(a, c.Files)
	if err != nil {
		return nil, err
	}
	m, err := flow.EvaluateAll(a.ctx, files, packs, opt)
	if m != nil && errors.Is(err, fault.Blocked) {
		a.problems(m.Problems, m.Unlisted)
	}
	if err != nil {
		return nil, err
	}
	return newest(m.Periods)
}

// newest is the assessment of the last period.
func newest(as []*standard.Assessment) (*standard.Assessment, error) {
	var best *standard.Assessment
	for _, x := range as {
		if best == nil || x.Period.Compare(best.Period) > 0 {
			best = x
		}
	}
	if best == nil {
		return nil, fmt.Errorf("the files hold no records: %w", fault.Invalid)
	}
	return best, nil
}

// find takes a section, or a county where the indicator is a county's answer.
func (c *explainCmd) find(as *standard.Assessment) (*standard.Stage, int, error) {
	id := strings.ToLower(c.Indicator)
	if def := as.Pack.Indicator(id); def != nil && def.Level == edu.County && as.Counties != nil {
		for row, r := range as.Counties.Frame.Rows {
			if r.Code == c.Section || string(r.ID) == c.Section || r.Name == c.Section {
				return as.Counties, row, nil
			}
		}
		return nil, 0, fmt.Errorf("county %q: no county has this code or name: %w", c.Section, fault.NotFound)
	}
	if as.Pack.Indicator(id) == nil {
		var ids []string
		for _, d := range as.Pack.Indicators {
			ids = append(ids, d.ID)
		}
		return nil, 0, fmt.Errorf("indicator %q: %s has %s: %w", c.Indicator, as.Pack.Ref(), strings.Join(ids, ", "), fault.NotFound)
	}
	return flow.FindSection(as, c.Section)
}

// maxCells is how many cells of one figure are listed: a class list has many.
const maxCells = 5

func (a *app) trace(as *standard.Assessment, st *standard.Stage, row int, t standard.Trace) {
	w, def, r := a.Out, t.Judged.Item.Def, st.Frame.Rows[row]
	fmt.Fprintf(w, "%s (%s)", r.Name, r.Code)
	for _, s := range []string{stageName(a.lang, t.Stage), as.Period.Label()} {
		if s != "" {
			fmt.Fprintf(w, " · %s", s)
		}
	}
	fmt.Fprintf(w, "\n%s %s\n\n", strings.TrimSpace(def.Code+" "+def.Name.In(a.lang)), "= "+figure(t.Value)+" "+unitName(def.Unit))

	if th := t.Judged.Threshold; th != nil {
		fmt.Fprintf(w, "%s  %s   %s\n", a.lamp(t.Verdict), as.Reason(st, t.Judged, row).In(a.lang), a.say("标准", "standard")+" "+standard.Sign(th.Op)+" "+figure(edu.Some(t.Limit)))
		fmt.Fprintf(w, "  %s: %s %s\n", a.say("依据", "source"), th.Source, evidence(a, th.Tag))
	} else if t.Value.IsMissing() {
		fmt.Fprintf(w, "%s\n", as.Reason(st, t.Judged, row).In(a.lang))
	}
	for _, rt := range t.Rules {
		fmt.Fprintf(w, "  %s %s (%s): %s", a.say("规则", "rule"), rt.Rule.ID, rt.Rule.Name.In(a.lang), a.lamp(rt.Verdict))
		fmt.Fprintf(w, " (%s)", rt.Reason.In(a.lang))
		if rt.Rule.Source != "" {
			fmt.Fprintf(w, " · %s %s", rt.Rule.Source, evidence(a, rt.Rule.Tag))
		}
		fmt.Fprintln(w)
	}

	fmt.Fprintln(w)
	if words := def.Words.In(a.lang); words != "" {
		fmt.Fprintf(w, "%s: %s\n", a.say("口径", "in words"), words)
	}
	if t.Formula != nil {
		fmt.Fprintf(w, "%s: %s\n", a.say("公式", "formula"), t.Formula.Src)
		if t.Calc.Notation != "" {
			fmt.Fprintf(w, "     = %s = %s\n", t.Calc.Notation, figure(t.Value))
		}
	}
	a.threshold(w, st, row, t)
	fmt.Fprintf(w, "%s: %s %s\n\n", a.say("指标依据", "measure's source"), def.Source, evidence(a, def.Tag))
	for _, in := range t.Inputs {
		a.input(w, in)
	}
}

// threshold shows how the limit of a row came about, of whom it is asked, and
// what the pack says about it.
func (a *app) threshold(w io.Writer, st *standard.Stage, row int, t standard.Trace) {
	th := t.Judged.Threshold
	if th == nil {
		return
	}
	get := func(field string) edu.Value { return st.Frame.Value(row, field) }
	if f := th.Formula; f != nil {
		fmt.Fprintf(w, "%s: %s\n     = %s = %s\n", a.say("标准的公式", "formula of the standard"), f.Src, f.Expr.Explain(get).Notation, figure(edu.FromFloat(t.Limit)))
	}
	if f := th.When; f != nil {
		e := f.Expr.Explain(get)
		value := figure(e.Value)
		if x, ok := e.Value.Number(); ok {
			value = map[bool]string{true: a.say("是", "yes"), false: a.say("否", "no")}[x != 0]
		}
		fmt.Fprintf(w, "%s: %s\n     = %s = %s\n", a.say("适用条件", "asked where"), f.Src, e.Notation, value)
	}
	if note := th.Note.In(a.lang); note != "" {
		fmt.Fprintf(w, "%s: %s\n", a.say("说明", "note"), note)
	}
}

func (a *app) input(w io.Writer, in standard.Input) {
	name, unit, value := in.Field, "", figure(in.Value)
	if in.Element != nil {
		name, unit = in.Element.Name.In(a.lang), unitName(in.Element.Unit)
		value = a.answer(in.Element, in.Value)
		if in.Part != nil {
			name += " · " + in.Part.Name.In(a.lang)
		}
	}
	fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%s (%s) = %s %s", in.Field, name, value, unit), " "))
	if sh := in.Share; sh != nil {
		fmt.Fprintf(w, "    = %s\n", sh.Words().In(a.lang))
		fmt.Fprintf(w, "    %s: %s %s %s\n", a.say("拆分依据", "split's source"), sh.Rule.Source, evidence(a, sh.Rule.Tag), sh.Rule.Note.In(a.lang))
	}
	for i, cell := range in.Cells {
		if i == maxCells {
			fmt.Fprintf(w, a.say("    ……共 %d 格\n", "    … %d cells in all\n"), len(in.Cells))
			break
		}
		text := frame.Place(cell)
		if a.lang == "zh" {
			text = frame.PlaceZH(cell)
		}
		if cell.Column != "" && cell.Row > 0 {
			text += fmt.Sprintf(" [%s%d]", cell.Column, cell.Row)
		}
		if cell.Text != "" {
			text += fmt.Sprintf(" %q", cell.Text)
		}
		fmt.Fprintln(w, "    ← "+text)
	}
	if len(in.Cells) == 0 {
		fmt.Fprintln(w, a.say("    ← 文件中没有这一项", "    ← nobody gave it"))
	}
}

// answer is a figure as it was asked for: a choice by its name, yes or no in
// words, a date as a date.
func (a *app) answer(e *pack.Element, v edu.Value) string {
	x, ok := v.Number()
	if !ok {
		return figure(v)
	}
	switch i := int(x); {
	case e.Type == edu.TypeChoice && i >= 0 && i < len(e.Choices):
		c := e.Choices[i]
		return strings.TrimSpace(c.ID + " " + c.Name.In(a.lang))
	case e.Type == edu.TypeYesNo && x == 1:
		return a.say("是", "yes")
	case e.Type == edu.TypeYesNo && x == 0:
		return a.say("否", "no")
	case e.Type == edu.TypeDate:
		return edu.Date(i).String()
	}
	return figure(v)
}

// figure is a value with all its digits; "_" is missing, "/" not applicable.
func figure(v edu.Value) string {
	return v.String()
}

// evidence is the mark that says how well a source was checked.
func evidence(a *app, tag string) string {
	words := map[string]edu.Text{
		"V": {ZH: "已核对官方或转载文本", EN: "read on an official page or a copy of it"},
		"S": {ZH: "仅见于第三方", EN: "read on third-party pages only"},
		"M": {ZH: "凭记忆，未核对", EN: "from memory, unverified"},
		"P": {ZH: "来自实践，未核对", EN: "from practice, unverified"},
		"E": {ZH: "本项目测算", EN: "computed here"},
	}
	if tag == "" {
		return ""
	}
	return "[" + tag + " " + words[tag].In(a.lang) + "]"
}

// unitName writes a unit of measure; a pure number and a yes or no have none.
func unitName(unit string) string {
	if unit == "1" || unit == pack.YesNo {
		return ""
	}
	return unit
}
