package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// Fault is something that is wrong with a plan, or that its readers must know.
type Fault struct {
	ID    string // of the part
	Where edu.Text
	Text  edu.Text
	Grade Grade
}

// Grade is how far a fault matters.
type Grade uint8

const (
	Note   Grade = iota // it may stay
	Blocks              // the version cannot be handed in
	Breaks              // it cannot even be saved
)

// Blocking are the faults with which a version cannot be handed in.
func Blocking(all []Fault) []Fault { return from(all, Blocks) }

// Breaking are the faults with which a draft cannot be saved.
func Breaking(all []Fault) []Fault { return from(all, Breaks) }

func from(all []Fault, g Grade) []Fault {
	return slices.DeleteFunc(slices.Clone(all), func(f Fault) bool { return f.Grade < g })
}

// checker gathers faults and the ids that were seen.
type checker struct {
	p    *Plan
	out  []Fault
	seen map[string]bool
	name edu.Text // of the part that is looked at
	id   string
}

func (c *checker) say(g Grade, zh, en string, args ...any) {
	c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}, g})
}

// at turns to a part: what it is called, and that no other part has its id.
func (c *checker) at(kind edu.Text, id, name string) {
	short := name
	if r := []rune(short); len(r) > 24 {
		short = string(r[:24]) + "…"
	}
	c.id, c.name = id, edu.Text{ZH: fmt.Sprintf("%s“%s”", kind.ZH, short), EN: fmt.Sprintf("%s %q", kind.EN, short)}
	switch {
	case id == "":
		c.say(Breaks, "没有编号", "it has no id")
	case c.seen[id]:
		c.say(Breaks, "编号%s重复", "the id %s stands twice", id)
	}
	c.seen[id] = true
	c.text(edu.Text{ZH: "名称", EN: "the name"}, name, longText, true)
}

// text refuses what no page of ours sends and no page could show.
func (c *checker) text(what edu.Text, s string, most int, wanted bool) {
	switch {
	case wanted && strings.TrimSpace(s) == "":
		c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: "未填" + what.ZH, EN: what.EN + " is missing"}, Breaks})
	case utf8.RuneCountInString(s) > most:
		c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: fmt.Sprintf("%s超过%d字", what.ZH, most), EN: fmt.Sprintf("%s has more than %d characters", what.EN, most)}, Breaks})
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError }):
		c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: what.ZH + "中有不可见字符", EN: what.EN + " holds control characters"}, Breaks})
	}
}

var (
	aPlan    = edu.Text{ZH: "方案", EN: "plan"}
	aLine    = edu.Text{ZH: "主线", EN: "line"}
	aTarget  = edu.Text{ZH: "目标", EN: "target"}
	aMeasure = edu.Text{ZH: "措施", EN: "measure"}
	aProject = edu.Text{ZH: "项目", EN: "project"}
)

// Check names every fault of a plan.
func (p *Plan) Check() []Fault {
	c := &checker{p: p, seen: map[string]bool{}}
	c.at(aPlan, "plan", p.Name)
	if p.From < 2000 || p.To < p.From || p.To-p.From >= MostYears || p.To > 2999 {
		c.say(Breaks, "年份%d—%d不成立（起始不晚于终止，最多%d年）", "the years %d to %d are none (the first not after the last, at most %d years)", p.From, p.To, MostYears)
	}
	if p.Near < 0 || p.Near > 1 || math.IsNaN(p.Near) {
		c.say(Breaks, "“接近”的界限应在0与1之间", "the bound of being near must lie between 0 and 1")
	}
	c.text(edu.Text{ZH: "依据", EN: "the basis"}, p.Basis, longField, false)
	targets, measures, projects := p.Size()
	for _, x := range []struct {
		n, most int
		what    edu.Text
	}{{len(p.Lines), MostLines, aLine}, {targets, MostTargets, aTarget}, {measures, MostMeasures, aMeasure}, {projects, MostProjects, aProject}} {
		if x.n > x.most {
			c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: fmt.Sprintf("%s共%d条，最多%d条", x.what.ZH, x.n, x.most), EN: fmt.Sprintf("%d of kind %s; at most %d", x.n, x.what.EN, x.most)}, Breaks})
			return c.out
		}
	}
	if measures == 0 {
		c.say(Blocks, "没有措施", "it has no measures")
	}
	for i := range p.Lines {
		c.line(&p.Lines[i])
	}
	return c.out
}

func (c *checker) line(l *Line) {
	c.at(aLine, l.ID, l.Name)
	if l.Row != "" && draft.Words().Row(l.Row).ZH == "" {
		c.say(Breaks, "没有“%s”这一行", "there is no row %q of the mission", l.Row)
	}
	if l.Stage != "" && !slices.Contains(draft.Stages, l.Stage) {
		c.say(Breaks, "没有学段“%s”", "there is no stage %q", l.Stage)
	}
	if len(l.Targets) == 0 {
		c.say(Note, "没有目标", "it has no target")
	}
	if len(l.Measures) == 0 {
		c.say(Note, "没有措施", "it has no measure")
	}
	for i := range l.Targets {
		c.target(&l.Targets[i])
	}
	for i := range l.Measures {
		c.measure(l, &l.Measures[i])
	}
}

func (c *checker) measure(l *Line, m *Measure) {
	c.at(aMeasure, m.ID, m.Text)
	c.text(edu.Text{ZH: "出处", EN: "the source"}, m.Source, 3*longText, false)
	c.text(edu.Text{ZH: "数值表述", EN: "the figures"}, m.Figures, longField, false)
	switch {
	case m.Standing && m.Due != 0:
		c.say(Breaks, "长期坚持的措施不能再有完成时限", "a standing measure has no day on which it is due")
	case m.From != 0 && m.Due != 0 && m.Due < m.From:
		c.say(Breaks, "完成时限%s早于开始%s", "it is due on %s, before it begins on %s", m.Due, m.From)
	case !m.Standing && m.Due == 0:
		c.say(Note, "完成时限待定", "the time limit is still to be set")
	case !m.Standing && (m.Due.Time().Year() < c.p.From || m.Due.Time().Year() > c.p.To+1):
		c.say(Note, "完成时限%s不在方案年份内", "it is due on %s, outside the years of the plan", m.Due)
	}
	if m.Target != "" && !slices.ContainsFunc(l.Targets, func(t Target) bool { return t.ID == m.Target }) {
		if _, t := c.p.Target(m.Target); t == nil {
			c.say(Breaks, "对应的目标%s不存在", "its target %s is not there", m.Target)
		}
	}
	c.owners(m)
	for i := range m.Projects {
		c.project(&m.Projects[i])
	}
}

func (c *checker) owners(m *Measure) {
	type key struct {
		body, said string
		duty       task.Duty
	}
	seen := map[key]bool{}
	for _, o := range m.Owners {
		if o.Body == "" && strings.TrimSpace(o.Said) == "" {
			c.say(Breaks, "有一行责任没有单位", "an owner has no name")
		}
		if o.Duty != "" && !slices.Contains(Duties, o.Duty) {
			c.say(Breaks, "没有责任类型“%s”", "there is no kind of duty %q", o.Duty)
		}
		k := key{o.Body, o.Said, o.Duty}
		if seen[k] {
			c.say(Breaks, "同一单位的同一责任写了两次", "the same body has the same duty twice")
		}
		seen[k] = true
		if o.Body == "" {
			c.say(Note, "责任单位“%s”还没有对应到系统中的单位", "the owner %q is none of the bodies yet", o.Said)
		}
	}
	g := GapOf(m)
	switch {
	case g.Leads > 1:
		c.say(Blocks, "有%d个牵头单位，应只有一个", "%d bodies lead; exactly one must", g.Leads)
	case g.Leads == 0:
		c.say(Blocks, "没有牵头单位", "nobody leads")
	}
	for _, d := range g.Missing {
		c.out = append(c.out, Fault{c.id, c.name, edu.Text{ZH: "没有" + DutyName(d).ZH + "责任单位", EN: "it has no " + DutyName(d).EN + " owner"}, Note})
	}
}

func (c *checker) project(p *Project) {
	c.at(aProject, p.ID, p.Name)
	for _, s := range []string{p.Kind, p.Scale, p.Place} {
		c.text(edu.Text{ZH: "项目字段", EN: "a field of the project"}, s, longField, false)
	}
	for _, f := range p.Money {
		if f.Amount < 0 || math.IsNaN(f.Amount) || math.IsInf(f.Amount, 0) {
			c.say(Breaks, "%d年资金不是非负数", "the money of %d is no amount", f.Year)
		}
		if f.Year < c.p.From || f.Year > c.p.To {
			c.say(Note, "资金年份%d不在方案年份内", "money of %d lies outside the years of the plan", f.Year)
		}
		c.text(edu.Text{ZH: "资金来源", EN: "the source of money"}, f.Source, longField, false)
	}
	if len(p.Money) == 0 {
		c.say(Note, "没有资金安排", "no money is set for it")
	}
	if len(p.Stones) == 0 {
		c.say(Note, "没有节点", "it has no milestone")
	}
	what := c.name
	for _, s := range p.Stones {
		c.at(edu.Text{ZH: what.ZH + "的节点", EN: "milestone of " + what.EN}, s.ID, s.Mark)
		if s.Day == 0 {
			c.say(Blocks, "没有日期", "it has no day")
		}
	}
}
