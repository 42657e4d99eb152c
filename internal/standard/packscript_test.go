package standard_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Golden verdicts of shipped packs: an officer can read, check by hand and
// correct the scripts in testdata/packs. A script names a pack, gives units and
// their figures by year, and says what must come out of the last year:
//
//	pack cn-safety
//	city yx  east west
//	year 2025
//	  school s1        guards=2 closed_management=yes
//	  section s1 primary east  pupils=450 urban_rural=111
//	  county east      review_sf_police=yes!evidence
//	then
//	  s1 primary: sf_guards short, school short
//	  east: hundred met, sf_drills@primary 95, safe unknown
//	  yx: safe unknown
//
// Pupils that are not given by grade all stand in the first grade of the stage.
// "yes!words" is a yes with evidence; a figure that is not there is missing.
func TestPackScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/packs/*.test")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".test"), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			runPackScript(t, string(b))
		})
	}
}

// packScript is a script that is being run.
type packScript struct {
	t    *testing.T
	pack *pack.Pack
	prev *frame.Set
	year edu.Period
	// records are the year's rows by level and unit.
	records []scriptRow
	city    map[string]string // by county
	a       *standard.Assessment
	checked int
}

type scriptRow struct {
	level               edu.Level
	code, stage, county string
	given               map[string]string
}

func runPackScript(t *testing.T, script string) {
	s := &packScript{t: t, city: map[string]string{}}
	then := false
	for n, line := range strings.Split(script, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		at := fmt.Sprintf("line %d", n+1)
		switch {
		case then && words[0] != "year":
			s.expect(at, line)
		case words[0] == "pack":
			p, err := pack.Open(words[1])
			if err != nil {
				t.Fatal(at, err)
			}
			s.pack = p
		case words[0] == "city":
			for _, county := range words[2:] {
				s.city[county] = words[1]
			}
		case words[0] == "year":
			then = false
			s.build(at)
			y, err := strconv.Atoi(words[1])
			if err != nil {
				t.Fatal(at, err)
			}
			s.year = edu.Year(y)
		case words[0] == "section":
			s.records = append(s.records, scriptRow{edu.Section, words[1], words[2], words[3], pairs(t, at, words[4:])})
		case words[0] == "school":
			s.records = append(s.records, scriptRow{level: edu.School, code: words[1], given: pairs(t, at, words[2:])})
		case words[0] == "county":
			s.records = append(s.records, scriptRow{level: edu.County, code: words[1], county: words[1], given: pairs(t, at, words[2:])})
		case words[0] == "then":
			then = true
			s.build(at)
			a, err := standard.Assess(s.prev, s.pack)
			if err != nil {
				t.Fatal(at, err)
			}
			s.a = a
		default:
			t.Fatalf("%s: %q is no command", at, words[0])
		}
	}
	if s.checked == 0 {
		t.Error("the script checks nothing")
	}
}

func pairs(t *testing.T, at string, words []string) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		k, v, ok := strings.Cut(w, "=")
		if !ok {
			t.Fatalf("%s: %q: want element=figure", at, w)
		}
		out[k] = v
	}
	return out
}

// build makes the frames of the year that was given.
func (s *packScript) build(at string) {
	if len(s.records) == 0 {
		return
	}
	var tables []*frame.Table
	for _, level := range []edu.Level{edu.Section, edu.School, edu.County} {
		var rows []scriptRow
		for _, r := range s.records {
			if r.level == level {
				rows = append(rows, r)
			}
		}
		if len(rows) > 0 {
			tables = append(tables, s.table(at, level, rows))
		}
	}
	opt, err := s.pack.FrameOptions()
	if err != nil {
		s.t.Fatal(err)
	}
	set, problems := frame.Build(tables, opt)
	for _, q := range problems {
		if q.Blocking {
			s.t.Fatal(at, q)
		}
	}
	set.Prev = s.prev
	s.prev, s.records = set, nil
}

func (s *packScript) table(at string, level edu.Level, rows []scriptRow) *frame.Table {
	n := len(rows)
	tab := &frame.Table{Period: s.year, Level: level, File: "script", Sheet: level.String(), N: n, Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}
	tab.Key = texts(n, func(i int) string { return rows[i].code })
	tab.Name = tab.Key
	if level == edu.Section {
		tab.Stage = texts(n, func(i int) string { return rows[i].stage })
		tab.Path[edu.County] = texts(n, func(i int) string { return rows[i].county })
	}
	if level != edu.School && len(s.city) > 0 {
		tab.Path[edu.City] = texts(n, func(i int) string { return s.city[rows[i].county] })
	}
	for i, r := range rows {
		tab.Rows = append(tab.Rows, int32(i+2))
		for _, id := range slices.Sorted(maps.Keys(r.given)) {
			e := s.pack.Element(id)
			if e == nil {
				s.t.Fatalf("%s: the pack has no element %q", at, id)
			}
			word, evidence, cited := strings.Cut(r.given[id], "!")
			if cited {
				if tab.Texts[id] == nil {
					tab.Texts[id] = texts(n, func(int) string { return "" })
				}
				tab.Texts[id].Dict[tab.Texts[id].Code[i]] = evidence
			}
			v := s.figure(at, e, word)
			if e.By == nil || strings.Contains(id, ".") {
				set(tab, id, i, n, v)
				continue
			}
			whole := false
			for _, part := range e.By.Parts {
				if len(part.Stages) > 0 && r.stage != "" && !slices.Contains(part.Stages, edu.Stage(r.stage)) {
					continue
				}
				set(tab, id+"."+part.ID, i, n, map[bool]float64{false: v, true: 0}[whole])
				whole = true
			}
			if !whole {
				set(tab, id, i, n, v)
			}
		}
	}
	return tab
}

func (s *packScript) figure(at string, e *pack.Element, word string) float64 {
	switch {
	case e.Type == edu.TypeChoice:
		i := slices.IndexFunc(e.Choices, func(o pack.Option) bool { return o.ID == word })
		if i < 0 {
			s.t.Fatalf("%s: %q is no choice of %s", at, word, e.ID)
		}
		return float64(i)
	case word == "yes", word == "no":
		return map[string]float64{"yes": 1, "no": 0}[word]
	case word == "/":
		return edu.NotApplicable.Float()
	}
	v, err := strconv.ParseFloat(word, 64)
	if err != nil {
		s.t.Fatalf("%s: %s: %v", at, e.ID, err)
	}
	return v
}

// expect checks a line such as "s1 primary: sf_guards short" or "east: safe met,
// sf_drills@primary 95".
func (s *packScript) expect(at, line string) {
	unit, all, ok := strings.Cut(line, ":")
	who := strings.Fields(unit)
	if !ok || len(who) == 0 {
		s.t.Fatalf("%s: want unit: id verdict, …", at)
	}
	for _, one := range strings.Split(all, ",") {
		words := strings.Fields(one)
		if len(words) != 2 {
			s.t.Fatalf("%s: %q: want an id and a verdict or a figure", at, one)
		}
		s.checked++
		got := ""
		if len(who) == 2 {
			got = s.ofSection(at, who[0], edu.Stage(who[1]), words[0], words[1])
		} else {
			got = s.ofRegion(at, who[0], words[0], words[1])
		}
		want, err := strconv.ParseFloat(words[1], 64)
		if have, bad := strconv.ParseFloat(got, 64); err == nil && bad == nil && math.Abs(have-want) < 0.0005 || got == words[1] {
			continue
		}
		s.t.Errorf("%s: %s of %s is %s, want %s", at, words[0], strings.TrimSpace(unit), got, words[1])
	}
}

var verdictWords = []string{edu.Met.String(), edu.Short.String(), edu.Unknown.String(), edu.Exempt.String()}

func number(v float64) string {
	if math.IsNaN(v) {
		return "missing"
	}
	return strconv.FormatFloat(v, 'g', 12, 64)
}

// ofSection is the verdict of a section, or its value where a figure is wanted.
func (s *packScript) ofSection(at, code string, stage edu.Stage, id, want string) string {
	st := s.a.Stage(stage)
	if st == nil {
		s.t.Fatalf("%s: no frame of %s", at, stage)
	}
	row := slices.IndexFunc(st.Frame.Rows, func(r frame.Row) bool { return r.Code == code })
	if row < 0 {
		s.t.Fatalf("%s: no section %s %s", at, code, stage)
	}
	if r := st.Rule(id); r != nil {
		return r.Verdicts[row].String()
	}
	jd := st.Indicator(id)
	switch {
	case jd == nil:
		return "nothing"
	case slices.Contains(verdictWords, want):
		return jd.Verdict(row).String()
	}
	return number(jd.Item.Values()[row])
}

// ofRegion is the verdict of a county or city by a rule or a county indicator, or
// the value of an indicator over its sections of a stage.
func (s *packScript) ofRegion(at, code, id, want string) string {
	level := edu.County
	find := func() int {
		return slices.IndexFunc(s.a.Units[level], func(u standard.Unit) bool { return u.Code == code })
	}
	unit := find()
	if unit < 0 {
		level = edu.City
		unit = find()
	}
	if unit < 0 {
		s.t.Fatalf("%s: no county or city %s", at, code)
	}
	u := s.a.Units[level][unit]
	id, stage, staged := strings.Cut(id, "@")
	if staged {
		i := slices.IndexFunc(s.a.Stages, func(st *standard.Stage) bool { return st.Frame.Stage == edu.Stage(stage) })
		if i < 0 || u.Region[i] < 0 {
			s.t.Fatalf("%s: %s has no sections of %s", at, code, stage)
		}
		jd := s.a.Stages[i].Indicator(id)
		if jd == nil {
			return "nothing"
		}
		if slices.Contains(verdictWords, want) {
			if jd.Region == nil {
				return "nothing"
			}
			return jd.RegionVerdicts[level][u.Region[i]].String()
		}
		return number(jd.Item.Stats[level][u.Region[i]].Value)
	}
	if slices.ContainsFunc(s.a.Standard.Rules, func(r *pack.Rule) bool { return r.ID == id }) {
		return s.a.Verdict(id, level, unit).String()
	}
	if s.a.Counties == nil || s.a.Counties.Indicator(id) == nil {
		return "nothing"
	}
	if level == edu.City { // over the answers of its counties
		f := s.a.Counties.Frame
		at := slices.IndexFunc(f.Regions[level], func(r frame.Region) bool { return r.Code == code })
		return number(s.a.Counties.Indicator(id).Item.Stats[level][at].Value)
	}
	if u.Row < 0 {
		return "nothing"
	}
	jd := s.a.Counties.Indicator(id)
	if slices.Contains(verdictWords, want) {
		return jd.Verdict(u.Row).String()
	}
	return number(jd.Item.Values()[u.Row])
}
