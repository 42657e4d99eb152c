package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/store"
	"shuren/internal/workbook"
)

// A county's own workbook becomes drafts of its schools' papers: every figure
// with the cell that it stood in, of all schools of the file or of none. What the
// file does not say stays as it was, and who may hand in still does.

// fillable lists the issues of schools' forms of a pack that the person may fill.
func (d *Desk) fillable(ctx context.Context, p *pack.Pack, out *collect.Foreign) error {
	if d.who.Reach(auth.FillForm).None() {
		return nil
	}
	all, err := d.Issues(ctx, edu.Period{})
	if err != nil {
		return err
	}
	for _, is := range all {
		f := p.Form(is.Form)
		if f == nil || is.Closed || f.Level != edu.School || collect.Today(d.now()) < is.Opens {
			continue
		}
		out.Issues = append(out.Issues, collect.Target{ID: is.ID, Name: edu.Text{ZH: f.Name.ZH + " " + is.Period.Label(), EN: f.Name.EN + " " + is.Period.Label()}})
	}
	return nil
}

func (d *Desk) takeAnswers(ctx context.Context, m *matter, f intake.File, headers map[string]string, out *collect.Taken) error {
	switch {
	case m.Closed:
		return fmt.Errorf("%s is closed: %w", m.ID, fault.Conflict)
	case m.form.Level != edu.School:
		return fmt.Errorf("%s is not filled by schools: %w", m.ID, fault.Invalid)
	case d.who.Reach(auth.FillForm).None():
		return fmt.Errorf("filling needs the permission %s: %w", auth.FillForm, fault.Forbidden)
	}
	answers, names, err := d.readAnswers(ctx, m, f, headers, out)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		err := d.draftAnswers(ctx, m, answers, names, out)
		if !errors.Is(err, store.ErrStale) || try == 3 { // somebody saved one of them meanwhile
			return err
		}
	}
}

// blocked is the error of a file that was not taken.
func blocked(name string, out *collect.Taken) error {
	n := 0
	for _, q := range out.Problems {
		if q.Blocking {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d problems must be mended first: %w", name, n, fault.Blocked)
}

// readAnswers reads the file, and which of its units were named otherwise than
// the register names them, by code.
func (d *Desk) readAnswers(ctx context.Context, m *matter, f intake.File, headers map[string]string, out *collect.Taken) (*form.Answers, map[string]edu.Cell, error) {
	reach := d.reach(auth.FillForm)
	b, err := intake.Read(ctx, []intake.File{f}, m.pack, intake.Options{Map: headers, Period: m.Period, Named: named(m.roster, reach)})
	if err != nil {
		return nil, nil, err
	}
	add := func(blocking bool, rule string, at edu.Cell, text edu.Text) {
		out.Problems = append(out.Problems, workbook.FileProblem{Blocking: blocking, Rule: rule, Cell: at, Text: text})
	}
	for _, q := range b.Problems {
		if q.Kind == intake.KindMissing {
			continue // every paper says what it lacks
		}
		add(q.Blocking, q.Kind, edu.Cell{File: q.File, Sheet: q.Sheet, Row: q.Row, Column: q.Column, Header: q.Header},
			edu.Text{ZH: q.Found.ZH + q.Wanted.ZH, EN: strings.TrimSpace(q.Found.EN + " " + q.Wanted.EN)})
	}
	original := map[string]edu.Cell{}
	for _, c := range b.Cleaned {
		original[c.Name] = c.Cell
	}
	var tables []*frame.Table
	names := map[string]edu.Cell{}
	for _, t := range b.Tables {
		switch {
		case t.Level == edu.County:
			add(false, intake.KindSheet, edu.Cell{File: t.File, Sheet: t.Sheet}, edu.Text{ZH: "是县级数据，本表由学校填报，没有读取", EN: "is of the county, but schools fill this form; it was not read"})
			continue
		case t.Period != m.Period:
			add(true, intake.KindPeriod, edu.Cell{File: t.File, Sheet: t.Sheet}, edu.Text{ZH: "是" + t.Period.Label() + "的数据，本期要" + m.Period.Label(), EN: "is of " + t.Period.Label() + "; wanted is " + m.Period.Label()})
			continue
		}
		keep := make([]bool, t.N)
		seen := map[string]bool{}
		for i := range t.N {
			code, name := t.Key.At(i), t.Name.At(i)
			if at, ok := original[name]; ok {
				names[code] = at
			}
			text, blocks, taken := m.fits(reach, code, name)
			if keep[i] = taken; text != (edu.Text{}) && !seen[code] && code != "" {
				seen[code] = true
				at := edu.Cell{File: t.File, Sheet: t.Sheet}
				if i < len(t.Rows) {
					at.Row = int(t.Rows[i])
				}
				add(blocks, intake.KindKey, at, text)
			}
		}
		tables = append(tables, rows(t, keep))
	}
	answers, problems, err := form.NewAnswers(m.pack, tables)
	if err != nil {
		return nil, nil, err
	}
	for _, q := range problems {
		at := edu.Cell{File: f.Name}
		if len(q.Cells) > 0 {
			at = q.Cells[0]
		}
		add(q.Blocking, "contrary", at, q.Message)
	}
	return answers, names, blocked(f.Name, out)
}

// fits tells what is wrong with a unit that a file names, whether that holds the
// whole file up (a school that nobody knows may be a slip of a digit), and whether
// its row is taken.
func (m *matter) fits(reach auth.Reach, code, name string) (text edu.Text, blocks, taken bool) {
	at := m.roster.snap.ByKey(edu.School, code)
	if len(at) != 1 || !m.roster.within(reach, m.roster.snap.Nodes[at[0]].Unit.ID) {
		return edu.Text{ZH: "学校代码“" + code + "”不在您的填报范围内", EN: fmt.Sprintf("%q is no school that you may fill for", code)}, true, false
	}
	node := &m.roster.snap.Nodes[at[0]]
	if _, fills := m.roster.at[node.Unit.ID]; !fills {
		return edu.Text{ZH: node.Name.ZH + "不填本表，已略过", EN: node.Name.In("en") + " does not fill this form; it was passed over"}, false, false
	}
	if name != "" && sameName(name) != sameName(node.Name.ZH) {
		text = edu.Text{ZH: fmt.Sprintf("代码%s在名册上是“%s”，文件中写作“%s”，请核对", code, node.Name.ZH, name), EN: fmt.Sprintf("%s is %s in the register, but %q in the file: see which is right", code, node.Name.In("en"), name)}
	}
	return text, false, true
}

// draftAnswers saves the drafts of all units of the file in one transaction.
func (d *Desk) draftAnswers(ctx context.Context, m *matter, answers *form.Answers, names map[string]edu.Cell, out *collect.Taken) error {
	out.Units, out.Values, out.Drafts = 0, 0, nil
	scope := scopeOf(d.reach(auth.FillForm), store.Reader)
	filings, err := d.city.store.Filings(ctx, scope, m.Issue, "")
	if err != nil {
		return err
	}
	drafts, err := d.city.store.Drafts(ctx, scope, m.Issue, "")
	if err != nil {
		return err
	}
	sources, err := d.city.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return err
	}
	var steps []store.Step
	var of []int
	for i, at := range m.roster.places {
		if !m.roster.within(d.reach(auth.FillForm), at.Unit) {
			continue
		}
		p := m.paper(i, sources)
		if !answers.Has(p) {
			continue
		}
		if p.Content, err = contentOf(drafts[at.Unit]); err != nil {
			return fmt.Errorf("draft of %s: %w", at.Unit, err)
		}
		was := p.Code(0)
		var n int
		p.Content, n = answers.Into(p)
		if c, ok := names[at.Code]; ok {
			p.Content.Cites = maps.Clone(p.Content.Cites)
			if p.Content.Cites == nil {
				p.Content.Cites = map[string]edu.Cell{}
			}
			p.Content.Cites[form.NameCite] = c
		}
		if err := p.Content.Limits(); err != nil {
			return fmt.Errorf("%s: %w", p.Unit.Name.In("zh"), err)
		}
		f := m.fill(filings[at.Unit], at)
		drafted := collect.Drafted{Filing: f, Unit: p.Unit, Values: n}
		if drafted.Problems, err = p.Check(); err != nil {
			return err
		}
		out.Units, out.Values = out.Units+1, out.Values+n
		out.Drafts = append(out.Drafts, drafted)
		if err := p.Content.Limits(); err != nil {
			return fmt.Errorf("%s of %s: %w", m.ID, at.Unit, err)
		}
		body := p.Content.JSON()
		switch {
		case !f.State.Open() && was == p.Code(0), f.State.Open() && bytes.Equal(drafts[at.Unit], body):
			continue // it says what is there already
		case !f.State.Open():
			out.Problems = append(out.Problems, shut(p.Unit, f.State, edu.Cell{}))
			continue
		}
		next, event, err := d.next(m, i, f, f.Rev, collect.Save, collect.StepOptions{})
		if err != nil {
			return err
		}
		next.Required, next.Blocking = p.Required(), blocking(drafted.Problems)
		s := store.Step{Filing: next, Period: m.Period, Draft: body}
		if f.State != next.State {
			s.Event, s.Role = &event, d.role(m, collect.Save, f)
		}
		steps, of = append(steps, s), append(of, len(out.Drafts)-1)
	}
	if out.Units == 0 {
		out.Problems = append(out.Problems, workbook.FileProblem{Blocking: true, Rule: intake.KindKey, Text: edu.Text{ZH: "文件中没有本期要填报的学校", EN: "no school of the file fills this form"}})
	}
	if err := blocked(m.ID, out); err != nil {
		return err
	}
	if len(steps) == 0 {
		return nil
	}
	saved, err := d.take(ctx, m, steps, nil)
	if err != nil {
		return err
	}
	for n, k := range of {
		out.Drafts[k].Filing = saved[n]
	}
	return nil
}

// shut is the problem of a file that says of a unit what it may not say any more.
func shut(u form.Unit, s collect.State, at edu.Cell) workbook.FileProblem {
	state := s.Name()
	return workbook.FileProblem{Blocking: true, Rule: "state", Cell: at,
		Text: edu.Text{ZH: fmt.Sprintf("%s%s，不能再改，而文件中的数据与已提交的不同", u.Name.ZH, state.ZH), EN: fmt.Sprintf("%s is %s and cannot be changed, but the file says something else", u.Name.In("en"), state.EN)},
		Do:   edu.Text{ZH: "请撤回、申请退回或解锁后再上传，或在文件中删除该校的行。", EN: "Recall it, ask for its return or for an unlock, or take its rows out of the file."}}
}
