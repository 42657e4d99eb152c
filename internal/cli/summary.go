package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// maxLines is how many units a terminal is shown; --out has them all.
const maxLines = 60

// summary prints one screen: the units of a level against what the pack judges,
// or against its measures where it only measures.
func (a *app) summary(as *standard.Assessment, by edu.Level) {
	a.heading(as)
	switch {
	case by == edu.Section:
		a.sectionTable(as)
	case as.Standard != nil:
		a.verdictTable(as, a.level(as, by))
	default:
		a.valueTable(as, a.level(as, by))
	}
	fmt.Fprintln(a.Out)
}

func (a *app) heading(as *standard.Assessment) {
	n := 0
	for _, st := range as.Stages {
		n += st.Frame.Len()
	}
	fmt.Fprintf(a.Out, "\n%s", as.Pack.Name.In(a.lang))
	if !as.Period.IsZero() {
		fmt.Fprintf(a.Out, " · %s", as.Period.Label())
	}
	fmt.Fprintf(a.Out, " · %d %s\n\n", n, a.say("个学段单位", "sections"))
}

// level is the level to show: the one asked for, otherwise counties, otherwise
// the lowest that the data have.
func (a *app) level(as *standard.Assessment, by edu.Level) edu.Level {
	if by != edu.NoLevel {
		return by
	}
	best := within(as, edu.Root)
	for _, l := range as.Levels() {
		if l <= edu.County {
			best = l
		}
	}
	return best
}

func (a *app) verdictTable(as *standard.Assessment, level edu.Level) {
	units := as.Units[level]
	t := table{head: []string{a.say("单位", "unit")}, right: []bool{false}}
	col := func(h string, right bool) {
		t.head = append(t.head, h)
		t.right = append(t.right, right)
	}
	section := sectionRule(as.Standard)
	if section != nil {
		for _, st := range as.Stages {
			col(stageName(a.lang, st.Frame.Stage)+a.say("达标校", " met"), true)
		}
	}
	rules := shown(as.Standard)
	for _, r := range rules {
		if as.RuleLevel(r.ID) >= level {
			col(brief(r.Name.In(a.lang)), false)
		}
	}
	for u, unit := range units {
		if u == maxLines {
			break
		}
		line := []string{label(unit)}
		if section != nil {
			for si, st := range as.Stages {
				cell := "–"
				if st.Rule(section.ID) != nil && unit.Region[si] >= 0 {
					tally := as.Sections(section.ID, level, u, si)
					n := tally.Total() - tally.Count[edu.Exempt]
					cell = fmt.Sprintf("%d/%d", tally.Count[edu.Met], n)
					if n > 0 {
						cell += fmt.Sprintf(" %5.1f%%", 100*float64(tally.Count[edu.Met])/float64(n))
					}
				}
				line = append(line, cell)
			}
		}
		for _, r := range rules {
			if as.RuleLevel(r.ID) >= level {
				line = append(line, a.lamp(as.Verdict(r.ID, level, u)))
			}
		}
		t.add(line...)
	}
	t.print(a.Out)
	a.more(len(units))
}

func (a *app) valueTable(as *standard.Assessment, level edu.Level) {
	units := as.Units[level]
	t := table{head: []string{a.say("单位", "unit"), "n"}, right: []bool{false, true}}
	for _, st := range as.Stages {
		for _, jd := range st.Judged {
			def := jd.Item.Def
			name := def.Short.In(a.lang)
			if name == "" {
				name = def.ID
			}
			t.head = append(t.head, name, "wcv")
			t.right = append(t.right, true, true)
		}
	}
	for u, unit := range units {
		if u == maxLines {
			break
		}
		line := []string{label(unit), ""}
		n := 0
		for si, st := range as.Stages {
			lo, hi := as.Rows(level, u, si)
			n += hi - lo
			for _, jd := range st.Judged {
				if unit.Region[si] < 0 {
					line = append(line, "–", "–")
					continue
				}
				s := jd.Item.Stats[level][unit.Region[si]]
				line = append(line, number(s.Value, jd.Item.Def.Decimals), number(s.Weighted.CV(), 3))
			}
		}
		line[1] = strconv.Itoa(n)
		t.add(line...)
	}
	t.print(a.Out)
	a.more(len(units))
}

func (a *app) sectionTable(as *standard.Assessment) {
	for _, st := range as.Stages {
		t := table{head: []string{a.say("代码", "code"), a.say("学校", "school")}, right: []bool{false, false}}
		for _, jd := range st.Judged {
			t.head = append(t.head, jd.Item.Def.ID)
			t.right = append(t.right, true)
		}
		for _, r := range st.Rules {
			t.head = append(t.head, r.Rule.Name.In(a.lang))
			t.right = append(t.right, false)
		}
		for i, row := range st.Frame.Rows {
			if i == maxLines {
				break
			}
			line := []string{row.Code, row.Name}
			for _, jd := range st.Judged {
				line = append(line, mark(jd.Verdict(i))+number(jd.Item.Value(i), jd.Item.Def.Decimals))
			}
			for _, r := range st.Rules {
				line = append(line, a.lamp(r.Verdicts[i]))
			}
			t.add(line...)
		}
		fmt.Fprintln(a.Out, stageName(a.lang, st.Frame.Stage))
		t.print(a.Out)
		a.more(st.Frame.Len())
	}
}

func (a *app) more(n int) {
	if n > maxLines {
		fmt.Fprintf(a.Out, a.say("……共 %d 个，全部结果请用 --out 输出\n", "… %d in all; --out writes every one\n"), n)
	}
}

// sectionRule is the first rule over sections, or nil.
func sectionRule(s *pack.Standard) *pack.Rule {
	for _, r := range s.Rules {
		if r.Level == edu.Section {
			return r
		}
	}
	return nil
}

// shown are the rules of a summary: what the root is made of, then the root.
func shown(s *pack.Standard) []*pack.Rule {
	var root *pack.Rule
	byID := map[string]*pack.Rule{}
	for _, r := range s.Rules {
		byID[r.ID] = r
		if r.ID == s.Root {
			root = r
		}
	}
	if root == nil {
		return nil
	}
	var out []*pack.Rule
	for _, id := range root.Of {
		if r := byID[id]; r != nil && r.Level != edu.Section {
			out = append(out, r)
		}
	}
	return append(out, root)
}

// brief is a rule's name without what stands in brackets: a terminal is narrow.
func brief(name string) string {
	if i := strings.IndexAny(name, "（("); i > 0 {
		name = name[:i]
	}
	return strings.TrimSpace(name)
}

func label(u standard.Unit) string {
	switch {
	case u.Name != "":
		return u.Name
	case u.Code != "":
		return u.Code
	default:
		return string(u.ID)
	}
}

func mark(v edu.Verdict) string {
	return [...]string{"○ ", "● ", "■ ", ""}[v]
}

// number shows a figure with a fixed number of decimals; "_" is missing.
func number(x float64, decimals int) string {
	if math.IsNaN(x) {
		return "_"
	}
	return strconv.FormatFloat(x, 'f', decimals, 64)
}

var stageNames = map[edu.Stage]edu.Text{
	edu.Preschool: {ZH: "幼儿园", EN: "preschool"}, edu.Primary: {ZH: "小学", EN: "primary"}, edu.Junior: {ZH: "初中", EN: "junior"},
	edu.Senior: {ZH: "普通高中", EN: "senior"}, edu.Vocational: {ZH: "中职", EN: "vocational"}, edu.Special: {ZH: "特教", EN: "special"}, edu.Higher: {ZH: "高等教育", EN: "higher"},
}

func stageName(lang string, s edu.Stage) string { return stageNames[s].In(lang) }
