package demo

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// given is what the demo city hands in of one probe.
type given struct {
	ref     string
	stages  []edu.Stage
	school  func(*City, *school, int) figures
	section func(*City, *section, int) figures
	county  func(*City, int, int) (figures, map[string]string)
}

var wholeChild = []given{
	{"cn-safety", []edu.Stage{edu.Preschool, edu.Primary, edu.Junior, edu.Senior, edu.Vocational, edu.Special}, (*City).safety, nil, (*City).safetyAnswers},
	{"cn-retention", []edu.Stage{edu.Primary, edu.Junior}, nil, (*City).stay, (*City).retentionAnswers},
	{"cn-teachers", []edu.Stage{edu.Primary, edu.Junior}, (*City).headsOf, (*City).teams, (*City).teamsAnswers},
	{"cn-wellbeing", []edu.Stage{edu.Preschool, edu.Primary, edu.Junior, edu.Senior, edu.Vocational}, (*City).careOf, (*City).fitness, (*City).careAnswers},
}

// What the demo city says of safety, retention, teachers and the whole child
// breaks none of the packs' checks, answers all that must be answered, and is
// neither a city where all is well nor one where nothing is.
func TestWholeChildFigures(t *testing.T) {
	c := New(1)
	for _, g := range wholeChild {
		t.Run(g.ref, func(t *testing.T) {
			p, err := pack.Open(g.ref)
			if err != nil {
				t.Fatal(err)
			}
			before, now := g.frames(t, c, p, newest-1), g.frames(t, c, p, newest)
			now.Prev = before
			g.checks(t, p, now)
			g.answered(t, p, now)
			a, err := standard.Assess(now, p)
			if err != nil {
				t.Fatal(err)
			}
			verdicts := map[edu.Verdict]int{}
			for u, unit := range a.Units[edu.County] {
				v := a.Verdict(a.Standard.Root, edu.County, u)
				verdicts[v]++
				var rules []string
				for _, r := range a.Standard.Rules {
					if r.Level == edu.County {
						rules = append(rules, r.ID+" "+a.Verdict(r.ID, edu.County, u).String())
					}
				}
				t.Logf("%s %v: %s", unit.Name, v, strings.Join(rules, ", "))
			}
			for _, st := range a.Stages {
				var values []string
				for _, it := range st.Items {
					values = append(values, it.Def.ID+" "+edu.FromFloat(it.Stats[edu.City][0].Value).String())
				}
				t.Logf("%s: %s", st.Frame.Stage, strings.Join(values, ", "))
			}
			if verdicts[edu.Met] == 0 || verdicts[edu.Short] == 0 || verdicts[edu.Met]+verdicts[edu.Short] < len(counties)-2 {
				t.Errorf("verdicts of the counties: %v", verdicts)
			}
		})
	}
}

// frames are a year's figures as frames.
func (g given) frames(t *testing.T, c *City, p *pack.Pack, y int) *frame.Set {
	t.Helper()
	var sections, schools, answers rows
	for _, s := range c.schools {
		if y < s.opened || y >= s.closed {
			continue
		}
		any := false
		for _, x := range s.sections {
			if !slices.Contains(g.stages, x.stage) || x.total(y) == 0 {
				continue
			}
			any = true
			f := figures{}
			if g.section != nil && (x.compulsory() || x.stage != edu.Preschool && x.stage != edu.Special && g.ref == "cn-wellbeing") {
				f = g.section(c, x, y)
			}
			f["urban_rural"] = s.urban
			if x.compulsory() {
				maps.Copy(f, figures{"teachers": x.at(y).teachers})
				full := c.record(x, y)
				for id, v := range full {
					if e := p.Element(id); e != nil && f[id] == nil {
						f[id] = v
					}
				}
			} else if x.stage == edu.Preschool {
				f["children"] = x.total(y)
			} else {
				f["pupils"], f["boarders"] = x.total(y), 0
			}
			sections.add(s.code, string(x.stage), counties[s.county].key(), f)
		}
		if any && g.school != nil {
			schools.add(s.code, "", counties[s.county].key(), g.school(c, s, y))
		}
	}
	for i := range counties {
		f, evidence := g.county(c, i, y)
		if p.Element("pay_teacher") != nil {
			more, cited := c.countyAnswers(i, y)
			for id, v := range more {
				if p.Element(id) != nil {
					f[id] = v
				}
			}
			maps.Copy(evidence, cited)
		}
		for id, e := range evidence {
			if p.Element(id) != nil {
				f[id+"!"] = e
			}
		}
		answers.add(counties[i].key(), "", counties[i].key(), f)
	}
	tables := []*frame.Table{sections.table(t, p, edu.Section, y), answers.table(t, p, edu.County, y)}
	if g.school != nil {
		tables = append(tables, schools.table(t, p, edu.School, y))
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := frame.Build(tables, opt)
	for _, q := range problems {
		if q.Blocking {
			t.Fatal(q)
		}
	}
	return set
}

// checks runs the pack's checks of errors.
func (g given) checks(t *testing.T, p *pack.Pack, set *frame.Set) {
	for _, check := range p.Checks {
		prog, err := check.Rule.Expr.Section()
		if err != nil {
			t.Fatal(err)
		}
		frames := set.Sections
		if check.Level == edu.County {
			frames = []*frame.Frame{set.Counties}
		}
		for _, f := range frames {
			if len(check.Stages) > 0 && f.Stage != "" && !slices.Contains(check.Stages, f.Stage) {
				continue
			}
			out := make([]float64, f.Len())
			prog.Bind(f.Column).Eval(0, len(out), out, formula.NewScratch())
			broken := 0
			for _, v := range out {
				if v == 0 {
					broken++
				}
			}
			if broken > 0 && check.Error || broken > len(out)/20+1 {
				t.Errorf("%d of %d break %s at %s", broken, len(out), check.ID, f.Stage)
			}
		}
	}
}

// answered finds elements of the pack's own that must be answered and are not.
func (g given) answered(t *testing.T, p *pack.Pack, set *frame.Set) {
	for _, e := range p.Elements {
		if !e.Required || e.Pack != p.Ref() {
			continue
		}
		frames := set.Sections
		if e.Level == edu.County {
			frames = []*frame.Frame{set.Counties}
		}
		for _, f := range frames {
			if f.Stage != "" && !slices.Contains(e.StagesIn(p), f.Stage) {
				continue
			}
			col, ok := f.Column(e.ID)
			n := 0
			for _, v := range col {
				if edu.FromFloat(v).IsMissing() {
					n++
				}
			}
			if !ok || n > 0 {
				t.Errorf("%d of %d do not say %s at %s", n, f.Len(), e.ID, f.Stage)
			}
		}
	}
}

// rows are records on their way into a table.
type rows struct {
	code, stage, county []string
	given               []figures
}

func (r *rows) add(code, stage, county string, f figures) {
	r.code, r.stage, r.county, r.given = append(r.code, code), append(r.stage, stage), append(r.county, county), append(r.given, f)
}

func (r *rows) table(t *testing.T, p *pack.Pack, level edu.Level, y int) *frame.Table {
	t.Helper()
	n := len(r.code)
	words := func(s []string) *frame.Strings {
		out, at := &frame.Strings{}, map[string]uint32{}
		for _, w := range s {
			if _, ok := at[w]; !ok {
				at[w] = uint32(len(out.Dict))
				out.Dict = append(out.Dict, w)
			}
			out.Code = append(out.Code, at[w])
		}
		return out
	}
	tab := &frame.Table{Period: edu.Year(firstYear + y), Level: level, File: "demo", Sheet: level.String(), N: n, Rows: make([]int32, n), Key: words(r.code), Name: words(r.code),
		Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}
	if level == edu.Section {
		tab.Stage = words(r.stage)
	}
	city := make([]string, n)
	for i := range city {
		city[i] = cityCode
	}
	if level != edu.School {
		tab.Path[edu.County], tab.Path[edu.City] = words(r.county), words(city)
	}
	texts := map[string][]string{}
	for i, f := range r.given {
		for id, v := range f {
			if id, ok := strings.CutSuffix(id, "!"); ok {
				if texts[id] == nil {
					texts[id] = make([]string, n)
				}
				texts[id][i] = v.(string)
				continue
			}
			e := p.Element(id)
			if e == nil {
				if id == "pupils" || id == "children" || id == "boarders" || id == "teachers" || id == "urban_rural" {
					continue // not of this probe
				}
				t.Fatalf("%s has no element %s", p.Ref(), id)
			}
			col := tab.Cols[id]
			if col == nil {
				col = make([]float64, n)
				for k := range col {
					col[k] = edu.Missing()
				}
				tab.Cols[id] = col
			}
			col[i] = asFloat(t, e, v)
		}
	}
	for id, s := range texts {
		tab.Texts[id] = words(s)
	}
	return tab
}

func asFloat(t *testing.T, e *pack.Element, v any) float64 {
	switch x := v.(type) {
	case bool:
		if x {
			return 1
		}
		return 0
	case int:
		return float64(x)
	case float64:
		return x
	case string:
		if x == notApplicable {
			return edu.NotApplicable.Float()
		}
		for i, o := range e.Choices {
			if o.ID == x {
				return float64(i)
			}
		}
	}
	t.Fatalf("%s: %v", e.ID, v)
	return 0
}
