package indicator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// The language of the golden tests, which an education officer can read and
// correct. What it says must hold for every engine that evaluates indicators.
//
//	# A comment.
//	unit pupils=pupil area=m2
//	load 2025
//	  section{id=s1, region=east, stage=primary}  pupils=300  area=_
//	eval 2025 by region: sum(area) / sum(pupils)
//	  east  4.125  needs area of s1
//	eval 2025 by section: area / puplis
//	  fail 1:8: unknown field "puplis"; did you mean "pupils"?
//
// The labels of a section are id, name, stage and any level; "region" is the
// county. A row may also be county{…} or school{…}: its figures are those of
// all sections inside. "_" is missing, "/" does not apply. A number is compared
// to as many decimals as it is written with; a condition is yes or no. Where
// sections have stages, a result is "east/primary".

// script is a parsed test.
type script struct {
	units map[string]string // unit of measure by field
	loads []load
	evals []evaluation
}

type load struct {
	line   int
	period edu.Period
	rows   []row
}

type row struct {
	line   int
	level  edu.Level
	labels map[string]string
	values map[string]edu.Value
	order  []string // of values
}

type evaluation struct {
	line    int
	period  edu.Period
	level   edu.Level
	formula string
	want    []outcome
}

// outcome is one expected or actual line.
type outcome struct {
	line  int
	label string // "fail" for an error
	value string // of an error: its position
	note  string // "needs pupils of s3", or the error's message
}

func (o outcome) String() string {
	if o.label == "fail" {
		return "fail " + o.value + ": " + o.note
	}
	return strings.TrimRight(o.label+"  "+o.value+"  "+o.note, " ")
}

var (
	fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$`)
	rowStart  = regexp.MustCompile(`^(section|school|county)\{([^{}]*)\}(.*)$`)
	evalStart = regexp.MustCompile(`^eval\s+(\S+)\s+by\s+([a-z]+)\s*:\s*(.*)$`)
	failStart = regexp.MustCompile(`^fail\s+(\d+:\d+)\s*:\s*(.*)$`)
	baseUnit  = regexp.MustCompile(`[a-z][a-z0-9]*`)
)

// parseScript reads a test and reports everything that is wrong with it.
func parseScript(text string) (*script, error) {
	s := &script{units: map[string]string{}}
	var errs []error
	bad := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...)))
	}
	inside := "" // the block that indented lines belong to
	for i, line := range strings.Split(text, "\n") {
		n := i + 1
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			switch inside {
			case "load":
				l := &s.loads[len(s.loads)-1]
				r, err := parseRow(trimmed)
				if err != nil {
					bad(n, "%v", err)
					continue
				}
				r.line = n
				l.rows = append(l.rows, r)
			case "eval":
				e := &s.evals[len(s.evals)-1]
				o, err := parseOutcome(trimmed)
				if err != nil {
					bad(n, "%v", err)
					continue
				}
				o.line = n
				e.want = append(e.want, o)
			default:
				bad(n, "an indented line belongs to a load or an eval above it; there is none")
			}
			continue
		}
		word, rest, _ := strings.Cut(trimmed, " ")
		inside = word
		switch word {
		case "unit":
			for _, f := range strings.Fields(rest) {
				name, unit, ok := strings.Cut(f, "=")
				if !ok || !fieldName.MatchString(name) || unit == "" {
					bad(n, "%q is not field=unit", f)
					continue
				}
				s.units[name] = unit
			}
		case "load":
			p, err := edu.ParsePeriod(rest)
			if err != nil {
				bad(n, "%v", err)
			}
			s.loads = append(s.loads, load{line: n, period: p})
		case "eval":
			m := evalStart.FindStringSubmatch(trimmed)
			if m == nil {
				bad(n, "want: eval PERIOD by LEVEL: formula")
				inside = ""
				continue
			}
			p, err := edu.ParsePeriod(m[1])
			if err != nil {
				bad(n, "%v", err)
			}
			level, err := parseLevel(m[2])
			if err != nil {
				bad(n, "%v", err)
			}
			s.evals = append(s.evals, evaluation{line: n, period: p, level: level, formula: m[3]})
		default:
			bad(n, "%q: want load, eval, unit or a comment", word)
		}
	}
	return s, errors.Join(errs...)
}

func parseLevel(s string) (edu.Level, error) {
	if s == "region" {
		return edu.County, nil
	}
	return edu.ParseLevel(s)
}

// parseRow reads "section{id=s1, region=east}  pupils=300".
func parseRow(text string) (row, error) {
	m := rowStart.FindStringSubmatch(text)
	if m == nil {
		return row{}, fmt.Errorf("want section{id=…, …} field=value …")
	}
	level, _ := edu.ParseLevel(m[1])
	r := row{level: level, labels: map[string]string{}, values: map[string]edu.Value{}}
	for _, label := range strings.Split(m[2], ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(label), "=")
		if !ok || value == "" || strings.ContainsAny(value, " \t/") {
			return r, fmt.Errorf("%q is not label=text", strings.TrimSpace(label))
		}
		if name == "region" {
			name = edu.County.String()
		}
		if l, err := edu.ParseLevel(name); name != "id" && name != "name" && name != "stage" && (err != nil || l < edu.Nation || l > edu.Township) {
			return r, fmt.Errorf("%q is not a label: want id, name, stage, region or a level above the section", name)
		}
		if _, twice := r.labels[name]; twice {
			return r, fmt.Errorf("two labels %s", name)
		}
		r.labels[name] = value
	}
	if r.labels["id"] == "" {
		return r, fmt.Errorf("a %s without an id", level)
	}
	for _, f := range strings.Fields(m[3]) {
		name, text, ok := strings.Cut(f, "=")
		if !ok || !fieldName.MatchString(name) {
			return r, fmt.Errorf("%q is not field=value", f)
		}
		if _, twice := r.values[name]; twice {
			return r, fmt.Errorf("two values of %s", name)
		}
		v := edu.Value{}
		switch text {
		case "_":
		case "/":
			v = edu.NotApplicable
		default:
			x, err := strconv.ParseFloat(text, 64)
			if v = edu.Some(x); err != nil || v.IsMissing() {
				return r, fmt.Errorf("%s=%s: want a number, _ or /", name, text)
			}
		}
		r.values[name] = v
		r.order = append(r.order, name)
	}
	return r, nil
}

// parseOutcome reads an expected line.
func parseOutcome(text string) (outcome, error) {
	if m := failStart.FindStringSubmatch(text); m != nil {
		return outcome{label: "fail", value: m[1], note: m[2]}, nil
	}
	f := strings.Fields(text)
	if len(f) < 2 || f[0] == "fail" {
		return outcome{}, fmt.Errorf("want a unit and its value, or: fail LINE:COLUMN: message")
	}
	return outcome{label: f[0], value: f[1], note: strings.Join(f[2:], " ")}, nil
}

// sets builds the frames of every period, each knowing the period before.
func (s *script) sets() (map[edu.Period]*frame.Set, error) {
	tables := map[edu.Period][]*frame.Table{}
	var errs []error
	for _, l := range s.loads {
		for _, level := range []edu.Level{edu.Section, edu.School, edu.County} {
			if t := l.table(level); t.N > 0 {
				tables[l.period] = append(tables[l.period], t)
			}
		}
	}
	sets := map[edu.Period]*frame.Set{}
	for p, ts := range tables {
		set, problems := frame.Build(ts, frame.Options{})
		sets[p] = set
		for _, problem := range problems {
			line := 0
			if len(problem.Cells) > 0 {
				line = problem.Cells[0].Row
			}
			errs = append(errs, fmt.Errorf("line %d: %s", line, problem.Message.EN))
		}
	}
	for p, set := range sets {
		set.Prev = sets[p.LastTime()]
	}
	return sets, errors.Join(errs...)
}

// table gathers the rows of one level.
func (l *load) table(level edu.Level) *frame.Table {
	t := &frame.Table{Period: l.period, Level: level, Cols: map[string][]float64{}}
	var rows []row
	labels := map[string]bool{}
	for _, r := range l.rows {
		if r.level != level {
			continue
		}
		rows = append(rows, r)
		t.Rows = append(t.Rows, int32(r.line))
		for name := range r.labels {
			labels[name] = true
		}
		for name := range r.values {
			t.Cols[name] = nil
		}
	}
	t.N = len(rows)
	for name := range labels {
		col := &frame.Strings{}
		for _, r := range rows {
			i := slices.Index(col.Dict, r.labels[name])
			if i < 0 {
				i = len(col.Dict)
				col.Dict = append(col.Dict, r.labels[name])
			}
			col.Code = append(col.Code, uint32(i))
		}
		switch name {
		case "id":
			t.Key = col
		case "name":
			t.Name = col
		case "stage":
			t.Stage = col
		default:
			level, _ := edu.ParseLevel(name)
			t.Path[level] = col
		}
	}
	for name := range t.Cols {
		for _, r := range rows {
			t.Cols[name] = append(t.Cols[name], r.values[name].Float())
		}
	}
	return t
}

// run evaluates one formula and gives a line for each unit, or for each error.
func (s *script) run(e evaluation, sets map[edu.Period]*frame.Set) []outcome {
	def, kind, errs := s.compile(e)
	if len(errs) > 0 {
		return errs
	}
	set := sets[e.period]
	if set == nil {
		return []outcome{{label: "fail", value: "0:0", note: "nothing is loaded for " + e.period.String()}}
	}
	var out []outcome
	for _, f := range set.Sections {
		res, err := Evaluate(f, []*pack.Indicator{def}, nil)
		if err != nil {
			return append(out, outcome{label: "fail", value: "0:0", note: err.Error()})
		}
		stage := ""
		if f.Stage != "" {
			stage = "/" + string(f.Stage)
		}
		it := res.Items[0]
		if e.level == edu.Section {
			for i, r := range f.Rows {
				o := outcome{label: r.Code + stage, value: show(it.Value(i), kind)}
				o.note = it.Reason(i)
				out = append(out, o)
			}
			continue
		}
		for i, r := range f.Regions[e.level] {
			st := it.Stats[e.level][i]
			o := outcome{label: r.Code + stage, value: show(st.Value, kind)}
			if owes := it.Owes(e.level, i); len(owes) > 0 {
				o.note = needs(it, owes)
			} else if st.Value != st.Value {
				o.note = it.RegionReason(e.level, i)
			}
			if got := len(it.Owes(e.level, i)); got != st.Missing {
				o.note += fmt.Sprintf(" (but %d are counted as missing)", st.Missing)
			}
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return []outcome{{label: "fail", value: "0:0", note: "nothing that is loaded has a " + e.level.String()}}
	}
	return out
}

// needs writes what rows lack: "needs pupils of s3" where figures are missing.
func needs(it *Item, owes []Owe) string {
	text := it.Needs(owes, len(owes))
	if len(owes[0].Fields) > 0 {
		text = "needs " + text
	}
	return text
}

// compile parses and checks a formula as a pack would.
func (s *script) compile(e evaluation) (*pack.Indicator, formula.Type, []outcome) {
	bases := formula.Bases{}
	for _, u := range s.units {
		for _, b := range baseUnit.FindAllString(u, -1) {
			bases[b] = true
		}
	}
	types := map[string]formula.Type{}
	for _, l := range s.loads {
		for _, r := range l.rows {
			for _, name := range r.order {
				types[name] = formula.Type{}
			}
		}
	}
	for name, u := range s.units {
		unit, err := formula.ParseUnit(u, bases)
		if err != nil {
			return nil, formula.Type{}, []outcome{{label: "fail", value: "0:0", note: err.Error()}}
		}
		types[name] = formula.Type{Unit: unit}
	}
	x, err := formula.Parse(e.formula)
	var kind formula.Type
	if err == nil {
		mode := formula.Region
		if e.level == edu.Section {
			mode = formula.Section
		}
		var names []string
		for name := range types {
			names = append(names, name)
		}
		slices.Sort(names)
		kind, err = x.Check(mode, func(field string) (formula.Type, bool) { t, ok := types[field]; return t, ok }, bases, func() []string { return names })
	}
	var errs []outcome
	for _, p := range formula.Problems(err) {
		errs = append(errs, outcome{label: "fail", value: fmt.Sprintf("%d:%d", p.Line, p.Col), note: p.Msg})
	}
	f := &pack.Formula{Src: e.formula, Expr: x}
	def := &pack.Indicator{ID: "x", Region: f}
	if e.level == edu.Section {
		def = &pack.Indicator{ID: "x", Section: f}
	}
	return def, kind, errs
}

// show writes a value: a number with six decimals at most.
func show(v float64, kind formula.Type) string {
	switch x, ok := edu.FromFloat(v).Number(); {
	case !ok:
		return edu.FromFloat(v).String()
	case kind.Bool && x == 0:
		return "no"
	case kind.Bool:
		return "yes"
	default:
		x += 0 // -0 is 0
		short := strconv.FormatFloat(x, 'f', -1, 64)
		if _, decimals, _ := strings.Cut(short, "."); len(decimals) > 6 {
			return strconv.FormatFloat(x, 'f', 6, 64)
		}
		return short
	}
}

// check compares the outcome of every evaluation with what is written, and
// gives each difference with its line.
func (s *script) check(sets map[edu.Period]*frame.Set) []string {
	var wrong []string
	for _, e := range s.evals {
		got := s.run(e, sets)
		for i, g := range got {
			at := slices.IndexFunc(e.want, func(o outcome) bool { return o.label == g.label && (g.label != "fail" || o.value == g.value) })
			switch {
			case at < 0:
				wrong = append(wrong, fmt.Sprintf("line %d: got a line that is not expected: %s", e.line, g))
			case !same(e.want[at], g):
				wrong = append(wrong, fmt.Sprintf("line %d: got %s; want %s", e.want[at].line, g, e.want[at]))
			case i < len(e.want) && e.want[i].label != g.label:
				wrong = append(wrong, fmt.Sprintf("line %d: %s comes where %s is expected", e.want[i].line, g.label, e.want[i].label))
			}
		}
		for _, w := range e.want {
			if !slices.ContainsFunc(got, func(o outcome) bool { return o.label == w.label && (w.label != "fail" || o.value == w.value) }) {
				wrong = append(wrong, fmt.Sprintf("line %d: expected, but did not come: %s", w.line, w))
			}
		}
	}
	return wrong
}

// same compares a number to the decimals that are written.
func same(want, got outcome) bool {
	if want.note != got.note {
		return false
	}
	if want.label == "fail" || want.value == got.value {
		return want.value == got.value
	}
	w, err := strconv.ParseFloat(want.value, 64)
	g, err2 := strconv.ParseFloat(got.value, 64)
	if err != nil || err2 != nil {
		return false
	}
	_, decimals, _ := strings.Cut(want.value, ".")
	return strconv.FormatFloat(g, 'f', len(decimals), 64) == strconv.FormatFloat(w, 'f', len(decimals), 64)
}

// rewrite puts what came out in place of what was expected.
func (s *script) rewrite(text string, sets map[edu.Period]*frame.Set) string {
	lines := strings.Split(text, "\n")
	drop := map[int]bool{}
	after := map[int][]string{}
	for _, e := range s.evals {
		for _, w := range e.want {
			drop[w.line] = true
		}
		width := 0
		got := s.run(e, sets)
		for _, o := range got {
			if o.label != "fail" {
				width = max(width, len(o.label))
			}
		}
		for _, o := range got {
			line := "  " + o.String()
			if o.label != "fail" {
				line = strings.TrimRight(fmt.Sprintf("  %-*s  %s  %s", width, o.label, o.value, o.note), " ")
			}
			after[e.line] = append(after[e.line], line)
		}
	}
	var out []string
	for i, line := range lines {
		if !drop[i+1] {
			out = append(out, line)
		}
		out = append(out, after[i+1]...)
	}
	return strings.Join(out, "\n")
}
