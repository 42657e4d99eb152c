package report

import (
	"iter"
	"slices"
	"time"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Options choose what the long form holds.
type Options struct {
	By   edu.Level // this level only; edu.NoLevel writes all of them
	Lang string    // language of names of units and reasons: zh or en
	// Mark is put before every source: 示例数据 where the data are fictional.
	Mark string
	// AsOf is when the newest figure came in; zero where nobody knows.
	AsOf time.Time
}

// Rows gives an assessment in long form: levels from the top down, units in the
// tree's order, stages and indicators in the pack's.
func Rows(a *standard.Assessment, opt Options) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		w := &walker{a: a, opt: opt, yield: yield, said: map[string]string{}, asOf: Minute(opt.AsOf)}
		for _, level := range a.Levels() {
			if opt.By != edu.NoLevel && opt.By != level {
				continue
			}
			for u := range a.Units[level] {
				w.unit(level, u)
				if w.stopped {
					return
				}
			}
		}
		if opt.By != edu.NoLevel && opt.By != edu.Section {
			return
		}
		for si := range a.Stages {
			for row := range a.Stages[si].Frame.Rows {
				w.section(si, row)
				if w.stopped {
					return
				}
			}
		}
	}
}

// walker carries what all lines share.
type walker struct {
	said    map[string]string // by indicator, of when its figures are
	asOf    string
	a       *standard.Assessment
	opt     Options
	yield   func(Row) bool
	stopped bool
}

func (w *walker) emit(r Row) {
	if w.stopped {
		return
	}
	r.Period = w.a.Period.String()
	r.Source = w.source(r.Source)
	r.Reference, r.AsOf = w.reference(r.Indicator), w.asOf
	w.stopped = !w.yield(r)
}

// reference says of when the figures of an indicator are; those of a rule's
// verdict are of the period's reference date.
func (w *walker) reference(id string) string {
	s, ok := w.said[id]
	if !ok {
		if d := w.a.Pack.Indicator(id); d != nil {
			s = d.AsOf(w.a.Period).In(w.opt.Lang)
		} else if !w.a.Period.IsZero() {
			s = edu.Text{ZH: "基准日 ", EN: "reference date "}.In(w.opt.Lang) + w.a.Period.Reference().Format(time.DateOnly)
		}
		w.said[id] = s
	}
	return s
}

// Minute is a time as exports write it; empty for none.
func Minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

func (w *walker) source(s string) string {
	switch {
	case w.opt.Mark == "":
		return s
	case s == "":
		return w.opt.Mark
	default:
		return w.opt.Mark + " · " + s
	}
}

// unit writes a unit above the sections: the figures of each stage, its own
// answers, and the verdicts of the rules.
func (w *walker) unit(level edu.Level, u int) {
	unit := &w.a.Units[level][u]
	base := Row{Level: level.String(), Unit: name(unit.Code, string(unit.ID)), UnitName: unit.Name}
	for si, st := range w.a.Stages {
		ri := unit.Region[si]
		if ri < 0 {
			continue
		}
		for _, jd := range st.Judged {
			w.region(base, st, jd, level, ri)
		}
	}
	if c := w.a.Counties; c != nil && level == c.Frame.Base && unit.Row >= 0 {
		for _, jd := range c.Judged {
			w.value(base, c, jd, unit.Row)
		}
	}
	if c := w.a.Counties; c != nil && level < c.Frame.Base {
		if ri := slices.IndexFunc(c.Frame.Regions[level], func(r frame.Region) bool { return r.ID == unit.ID }); ri >= 0 {
			for _, jd := range c.Judged {
				w.region(base, c, jd, level, ri)
			}
		}
	}
	if w.a.Standard == nil {
		return
	}
	for _, r := range w.a.Standard.Rules {
		line := base
		line.Indicator, line.Statistic, line.UOM = r.ID, "verdict", ""
		line.Value, line.Standard, line.Source = edu.Missing(), edu.Missing(), cite(r.Source, r.Tag)
		if r.Level == edu.Section {
			for si, st := range w.a.Stages {
				if unit.Region[si] < 0 || st.Rule(r.ID) == nil {
					continue
				}
				t := w.a.Sections(r.ID, level, u, si)
				line.Stage = string(st.Frame.Stage)
				line.N = t.Total() - t.Count[edu.Exempt] - t.Count[edu.Unknown]
				line.Missing = t.Count[edu.Unknown]
				line.Verdict = verdictWord(t.Verdict())
				line.Reason = standard.TallyReason(t).In(w.opt.Lang)
				w.emit(line)
			}
			continue
		}
		if level > w.a.RuleLevel(r.ID) {
			continue
		}
		line.Stage = ""
		line.Verdict = verdictWord(w.a.Verdict(r.ID, level, u))
		t, reason := w.a.RuleReason(r, level, u)
		line.N, line.Missing, line.Reason = t.Count[edu.Met]+t.Count[edu.Short], t.Count[edu.Unknown], reason.In(w.opt.Lang)
		w.emit(line)
	}
}

// region writes the region formula's value and every statistic of the section
// values.
func (w *walker) region(base Row, st *standard.Stage, jd *standard.Judged, level edu.Level, ri int) {
	def, s := jd.Item.Def, jd.Item.Stats[level][ri]
	line := base
	line.Stage, line.Indicator = string(st.Frame.Stage), def.ID
	line.N, line.Missing, line.Source = s.N, s.Missing, cite(def.Source, def.Tag)
	for _, f := range jd.Item.Summary(level, ri) {
		l := line
		l.Statistic, l.Value, l.UOM, l.Standard = f.Statistic, f.Value, uom(w.a.Pack, def, f.Statistic), edu.Missing()
		l.N, l.Missing = f.N, f.Missing
		switch {
		case f.Statistic == "value" && jd.Region != nil:
			l.Standard, l.Op = jd.Region.Value, string(jd.Region.Op)
			l.Verdict = verdictWord(jd.RegionVerdicts[level][ri])
			l.Reason = jd.RegionReason(level, ri).In(w.opt.Lang)
			l.Source = cite(jd.Region.Source, jd.Region.Tag)
		default:
			w.dispersion(&l, st, def, s)
		}
		w.emit(l)
	}
}

// dispersion adds the limit and verdict to the statistic that a rule holds to
// one.
func (w *walker) dispersion(l *Row, st *standard.Stage, def *pack.Indicator, s indicator.Stat) {
	if w.a.Standard == nil {
		return
	}
	for _, r := range w.a.Standard.Rules {
		limit, ok := r.Limit[st.Frame.Stage]
		if !ok || r.Mean || r.Statistic != l.Statistic || !slices.Contains(r.Of, def.ID) || s.N == 0 && s.Missing == 0 {
			continue
		}
		l.Standard, l.Op = limit, string(r.Op)
		v := standard.Compare(l.Value, r.Op, limit)
		if v == edu.Met && s.Missing > 0 {
			v = edu.Unknown
		}
		l.Verdict, l.Source = verdictWord(v), cite(r.Source, r.Tag)
	}
}

// section writes the values of one section and the verdicts of its rules.
func (w *walker) section(si, row int) {
	st := w.a.Stages[si]
	r := st.Frame.Rows[row]
	base := Row{Level: edu.Section.String(), Unit: name(r.Code, string(r.ID)), UnitName: r.Name}
	for _, jd := range st.Judged {
		w.value(base, st, jd, row)
	}
	for _, sr := range st.Rules {
		line := base
		line.Stage, line.Indicator, line.Statistic = string(st.Frame.Stage), sr.Rule.ID, "verdict"
		line.Value, line.Standard = edu.Missing(), edu.Missing()
		line.Verdict, line.Source = verdictWord(sr.Verdicts[row]), cite(sr.Rule.Source, sr.Rule.Tag)
		var t edu.AllOf
		for _, id := range sr.Rule.Of {
			if jd := st.Indicator(id); jd != nil && jd.Threshold != nil {
				t.Add(jd.Verdict(row))
			}
		}
		line.N, line.Missing = t.Count[edu.Met]+t.Count[edu.Short], t.Count[edu.Unknown]
		line.Reason = w.a.SectionRuleReason(st, sr, row).In(w.opt.Lang)
		w.emit(line)
	}
}

// value writes one row's value of one indicator with its verdict.
func (w *walker) value(base Row, st *standard.Stage, jd *standard.Judged, row int) {
	def := jd.Item.Def
	line := base
	line.Stage, line.Indicator, line.Statistic = string(st.Frame.Stage), def.ID, "value"
	line.Value, line.UOM, line.Standard = jd.Item.Value(row), def.Unit, jd.Limit(row)
	line.Source = cite(def.Source, def.Tag)
	switch v := edu.FromFloat(line.Value); {
	case v.IsMissing():
		line.Missing = 1
	default:
		if _, ok := v.Number(); ok {
			line.N = 1
		}
	}
	if jd.Threshold != nil {
		line.Op, line.Verdict = string(jd.Threshold.Op), verdictWord(jd.Verdict(row))
		line.Source = cite(jd.Threshold.Source, jd.Threshold.Tag)
	}
	line.Reason = w.a.Reason(st, jd, row).In(w.opt.Lang)
	w.emit(line)
}

func name(code, id string) string {
	if code != "" {
		return code
	}
	return id
}

// cite is a source with its evidence mark: "教督〔2017〕6号 [V]".
func cite(source, tag string) string {
	if tag == "" {
		return source
	}
	return source + " [" + tag + "]"
}

// uom is the unit of measure of a statistic of an indicator.
func uom(p *pack.Pack, def *pack.Indicator, statistic string) string {
	switch statistic {
	case "value", "mean", "wmean", "max", "min":
		return def.Unit
	case "weight":
		if e := p.Element(def.Weight); e != nil {
			return e.Unit
		}
	}
	return "1"
}
