// What the layouts share: words, headings, the signature block.

package workbook

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// Options say what a workbook is for.
type Options struct {
	Issue     string    // id of the issue
	Unit      form.Unit // whom it is handed to: a school, a township or a county
	Lang      string    // "zh" (also the empty one) or "en"
	Layout    Layout    // empty: tall for one unit, wide for more
	Made      edu.Date  // printed at the foot
	Due       edu.Date  // printed at the head
	Template  string    // id of this copy, so that later uploads of it are known
	Fictional bool      // marks every page as 示例数据
}

// layout is one workbook while its pages are made.
type layout struct {
	opt    Options
	lang   string
	pack   *pack.Pack
	form   *pack.Form
	meta   Meta
	papers []*form.Paper
	names  map[edu.UnitID]string // of units, each its own
	dict   dictionary
	spans  map[string]span // where the rows of a list stand
	placed map[edu.UnitID]map[form.Key]string
	sums   []sum
}

// span is where the rows of a list stand: the sheet, its rows, and the letters
// of its columns by id.
type span struct {
	sheet       string
	first, last int
	columns     map[string]string
}

func newLayout(papers []*form.Paper, opt Options) (*layout, error) {
	if len(papers) == 0 {
		return nil, fmt.Errorf("a workbook without papers")
	}
	first := papers[0]
	l := &layout{opt: opt, lang: "zh", pack: first.Pack, form: first.Form, papers: papers, names: map[edu.UnitID]string{}, spans: map[string]span{}, placed: map[edu.UnitID]map[form.Key]string{}}
	if opt.Lang == "en" {
		l.lang = "en"
	}
	l.meta = Meta{Issue: opt.Issue, Form: first.Form.ID, Pack: first.Pack.Ref(), Hash: first.Pack.Hash, Period: first.Period, Layout: opt.Layout}
	if l.meta.Layout == "" {
		l.meta.Layout = Wide
		if len(papers) == 1 {
			l.meta.Layout = Tall
		}
	}
	if l.meta.Layout == Tall && len(papers) > 1 {
		return nil, fmt.Errorf("the tall layout is for one unit, not for %d", len(papers))
	}
	count := map[string]int{}
	for _, p := range papers {
		if p.Form.ID != first.Form.ID || p.Period != first.Period || p.Pack.Hash != first.Pack.Hash {
			return nil, fmt.Errorf("papers of %s and %s in one workbook", first.Form.ID, p.Form.ID)
		}
		if l.names[p.Unit.ID] != "" {
			return nil, fmt.Errorf("unit %s twice in one workbook", p.Unit.ID)
		}
		l.names[p.Unit.ID] = unitLabel(p.Unit, l.lang, false)
		count[p.Unit.Name.In(l.lang)]++
		l.meta.Units = append(l.meta.Units, p.Unit.ID)
	}
	for _, p := range papers {
		l.names[p.Unit.ID] = unitLabel(p.Unit, l.lang, count[p.Unit.Name.In(l.lang)] > 1)
	}
	return l, nil
}

// unitLabel names a unit, with its code where the name alone is not clear.
func unitLabel(u form.Unit, lang string, twice bool) string {
	n := intake.Visible(u.Name.In(lang))
	if twice || n == "" {
		return strings.TrimSpace(n + " " + u.Code)
	}
	return n
}

// say chooses the language.
func (l *layout) say(zh, en string) string {
	if l.lang == "en" {
		return en
	}
	return zh
}

// top opens a page: title, what it is about, and how to fill it. It gives the
// number of the last row.
func (l *layout) top(p *page, name, lead string, columns int) int {
	t := name
	if l.opt.Fictional {
		t += l.say("（示例数据）", " (example data)")
	}
	headed := pairs(keyKind, "head")
	for _, r := range []row{
		{id: headed, height: 30, cells: []cell{{look: title, text: t}}},
		{id: headed, height: 16*float64(lines(l.about(), width(p.widths)*0.9)) + 2, cells: []cell{{look: subtitle, text: l.about()}}},
		{id: headed, height: 14*float64(lines(lead, width(p.widths)*0.95)) + 2, cells: []cell{{look: note, text: lead}}},
	} {
		n := p.add(r)
		p.merge(2, n, 1+columns, n)
	}
	return len(p.rows) + 1
}

func width(widths []float64) float64 {
	sum := 0.0
	for _, w := range widths {
		sum += w
	}
	return sum
}

// about says for whom, for when and until when.
func (l *layout) about() string {
	var s []string
	u := l.opt.Unit
	if u.Name == (edu.Text{}) && len(l.papers) == 1 {
		u = l.papers[0].Unit
	}
	if n := u.Name.In(l.lang); n != "" {
		if u.Code != "" {
			n += l.say("（"+u.Code+"）", " ("+u.Code+")")
		}
		s = append(s, l.say("填报单位：", "Unit: ")+n)
	}
	s = append(s, l.say("学年：", "Period: ")+l.meta.Period.Label())
	if l.opt.Due != 0 {
		s = append(s, l.say("截止日期：", "Due: ")+l.opt.Due.String())
	}
	if l.form.Minutes > 0 {
		s = append(s, fmt.Sprintf(l.say("预计用时：%d分钟", "About %d minutes"), l.form.Minutes))
	}
	return strings.Join(s, l.say("　　", "    "))
}

// sourceOf says where a known figure comes from.
func (l *layout) sourceOf(k form.Known) string {
	s := k.Source.In(l.lang)
	if s == "" {
		return ""
	}
	return l.say("来源：", "Source: ") + s
}

// confirm asks whether a group is as it was.
func (l *layout) confirm(g group) string {
	if strings.Contains(g.name, "一致") || strings.Contains(g.name, "无误") || strings.HasPrefix(g.name, "Same") {
		return g.name + l.say("？", "?")
	}
	return g.name + l.say("：与上年一致？", ": as last year?")
}

// groupName names the heading of a field.
func (l *layout) groupName(f *form.Field) string {
	for _, g := range l.pack.Groups {
		if g.ID == f.Element.Group {
			return g.Name.In(l.lang)
		}
	}
	return ""
}

// listName names the sheet of a list.
func (l *layout) listName(ls *pack.List) string {
	n := ls.Name.In(l.lang)
	if l.lang == "zh" && len(ls.Sheets) > 0 {
		n = ls.Sheets[0]
	}
	// What the name of a sheet may not hold, in any spreadsheet.
	n = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return -1
		}
		return r
	}, n), "' ")
	if n == "" || n == l.say("填报表", "Form") || n == l.say("上年数据", "Last year") || n == l.say("填报说明", "Instructions") {
		n += ls.ID
	}
	return shorten(n, 31)
}

// signs are the lines of the signature block, in the order of Sign.
func (l *layout) signs() [][2]string {
	head := l.say("校长（园长）", "Head")
	if l.form.Level != edu.School {
		head = l.say("单位负责人", "Head")
	}
	return [][2]string{{"filler", l.say("填报人", "Filled by")}, {"phone", l.say("电话", "Telephone")}, {"reviewer", l.say("审核人", "Checked by")}, {"head", head}}
}

func signOf(s form.Sign, id string) string {
	switch id {
	case "filler":
		return s.Filler
	case "phone":
		return s.Phone
	case "reviewer":
		return s.Reviewer
	}
	return s.Head
}

// name of a field with a star where it must be filled.
func (l *layout) fieldLabel(f *form.Field) string {
	n := fieldName(f, l.lang)
	if f.Required() {
		n += " *"
	}
	return n
}
