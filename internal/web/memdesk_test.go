package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/workbook"
)

// memDesk is a Desk in memory: real steps over real papers, for tests of pages.
type memDesk struct {
	over  bool // the last upload was to count
	mu    *sync.Mutex
	who   auth.Actor
	files map[string]*memFiling
	order []string
	issue collect.Issue
	pack  *pack.Pack
	form  *pack.Form
	ids   map[string]bool // of submissions
	down  error
}

type memFiling struct {
	place   collect.Place
	parts   []edu.Stage
	filing  collect.Filing
	content form.Content
	log     []collect.Event
	known   map[form.Key]form.Known
	prior   map[form.Key]form.Known
}

const memIssue = "cn-annual-base-2026"

// newMemDesk has a county of n schools: the first has two sections.
func newMemDesk(p *pack.Pack, n int) *memDesk {
	i := slices.IndexFunc(p.Forms, func(f *pack.Form) bool { return f.ID == "cn-annual-base" })
	f := p.Forms[i]
	d := &memDesk{mu: &sync.Mutex{}, who: auth.Actor{Local: true, Account: "a1", Name: "李老师"}, files: map[string]*memFiling{}, pack: p, form: f, ids: map[string]bool{}}
	d.issue = collect.Issue{ID: memIssue, Form: f.ID, Pack: p.Ref(), Period: edu.Year(2026), Opens: edu.DateOf(time.Now()) - 30, Due: edu.DateOf(time.Now()) + 9}
	for i := range n {
		id := fmt.Sprintf("s%03d", i+1)
		m := &memFiling{place: collect.Place{Unit: edu.UnitID(id), Level: edu.School, Code: fmt.Sprintf("2199%06d", i+1), Name: edu.Text{ZH: fmt.Sprintf("虚构县第%d小学", i+1), EN: fmt.Sprintf("Fiction County School %d", i+1)}, County: "c1", CountyName: edu.Text{ZH: "虚构县", EN: "Fiction County"}, TownshipName: edu.Text{ZH: "某镇", EN: "Some Township"}},
			parts: []edu.Stage{edu.Primary}, known: map[form.Key]form.Known{}, prior: map[form.Key]form.Known{}}
		if i == 0 {
			m.parts = []edu.Stage{edu.Primary, edu.Junior}
		}
		m.filing = collect.Filing{Issue: memIssue, Unit: m.place.Unit, State: collect.NotStarted, Due: d.issue.Due}
		for k, part := range m.parts {
			for j, e := range []string{"boarders", "migrant_pupils", "teachers", "teachers_qualified"} {
				m.prior[form.Key{Part: part, Field: e}] = form.Known{Text: strconv.Itoa(120 + 10*j + k), Source: edu.Text{ZH: "2025年已锁定数据", EN: "locked figures of 2025"}}
			}
			m.known[form.Key{Part: part, Field: "boarders"}] = form.Known{Text: "118", Source: edu.Text{ZH: "学籍系统导出 2026-09-12", EN: "export of the pupil register, 2026-09-12"}}
		}
		for k, fd := range d.blank(m).Cells() {
			if fd.Ask.Same == "premises" {
				m.prior[k] = form.Known{Text: "1520.5", Value: edu.Some(1520.5), Source: edu.Text{ZH: "2025年已锁定数据", EN: "locked figures of 2025"}}
			}
		}
		d.files[id] = m
		d.order = append(d.order, id)
	}
	return d
}

func (d *memDesk) blank(m *memFiling) *form.Paper {
	return form.New(d.pack, d.form, d.issue.Period, form.Unit{ID: m.place.Unit, Level: edu.School, Code: m.place.Code, Name: m.place.Name}, nil, m.parts)
}

func (d *memDesk) paper(m *memFiling) *form.Paper {
	p := d.blank(m)
	p.Known, p.Prior, p.Content = m.known, m.prior, m.content
	return p
}

func (d *memDesk) check(p *form.Paper) []form.Problem {
	var out []form.Problem
	for i := range p.Fields {
		f := &p.Fields[i]
		for _, k := range keysOf(p, f) {
			text, _ := p.Shown(k)
			v, ok := parseNumber(text)
			switch {
			case text != "" && text != "/" && numeric(f.Element) && !ok:
				out = append(out, form.Problem{Key: "type:" + k.String(), Rule: "type", Blocking: true, Cells: []form.Key{k}, Text: edu.Text{ZH: "“" + text + "”不是数字", EN: "\"" + text + "\" is no number"}, Do: edu.Text{ZH: "填阿拉伯数字。", EN: "Type figures."}})
			case ok && v > 900:
				if f.Element.ID != "migrant_pupils" {
					continue
				}
				q := form.Problem{Key: "change:" + k.String(), Rule: "change", Cells: []form.Key{k}, Text: edu.Text{ZH: "与上年相差超过20%", EN: "differs by more than 20 % from last year"}}
				if why, ok := p.Content.Reasons[q.Key]; ok {
					q.Reason = &why
				}
				out = append(out, q)
			}
		}
	}
	return out
}

func (d *memDesk) at(issue string, unit edu.UnitID) (*memFiling, error) {
	m := d.files[string(unit)]
	if m == nil || issue != memIssue {
		return nil, fmt.Errorf("%s of %s: %w", issue, unit, fault.NotFound)
	}
	return m, d.down
}

func (d *memDesk) task(m *memFiling) collect.Task {
	t := collect.Task{Filing: m.filing, Place: m.place, Form: d.form.Name, Period: d.issue.Period, Left: int(m.filing.Due - edu.DateOf(time.Now()))}
	for _, s := range collect.Steps {
		if slices.Contains(s.From, m.filing.State) && d.who.May(s.Needs) {
			switch s.Action {
			case collect.GrantUnlock, collect.RefuseUnlock:
				if !m.filing.Asked {
					continue
				}
			case collect.AskUnlock:
				if m.filing.Asked {
					continue
				}
			}
			t.Todo = append(t.Todo, s.Action)
		}
	}
	if t.Left < 0 && m.filing.State.Open() {
		t.Late = -t.Left
	}
	t.Mine = slices.ContainsFunc(t.Todo, func(a collect.Action) bool {
		return a == collect.Submit || a == collect.Pass || a == collect.Lock || a == collect.GrantUnlock
	})
	for _, q := range d.check(d.paper(m)) {
		if q.Blocking {
			t.Blocking++
		}
	}
	return t
}

func (d *memDesk) Tasks(_ context.Context, f collect.Filter) (collect.Tasks, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []collect.Task
	for _, id := range d.order {
		m := d.files[id]
		t := d.task(m)
		switch {
		case f.Mine && !t.Mine, f.Late && t.Late == 0, f.State != "" && t.State != f.State, f.Issue != "" && f.Issue != t.Issue:
		case f.Unit != "" && f.Unit != t.Unit && f.Unit != m.place.County:
		case f.Query != "" && !strings.Contains(m.place.Name.ZH+m.place.Code, f.Query):
		default:
			all = append(all, t)
		}
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	lo := min(f.Offset, len(all))
	return collect.Tasks{List: all[lo:min(lo+f.Limit, len(all))], Total: len(all)}, d.down
}

func (d *memDesk) Matrix(ctx context.Context, p edu.Period) (collect.Matrix, error) {
	return d.MatrixIn(ctx, p, "")
}

func (d *memDesk) MatrixIn(context.Context, edu.Period, edu.UnitID) (collect.Matrix, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := collect.Count{By: map[collect.State]int{}}
	for _, m := range d.files {
		t := d.task(m)
		c.Total++
		c.By[t.State]++
		if t.Late > 0 {
			c.Late++
		}
	}
	return collect.Matrix{Period: d.issue.Period, Issues: []collect.Issue{d.issue}, Rows: []collect.Place{{Unit: "c1", Level: edu.County, Name: edu.Text{ZH: "虚构县", EN: "Fiction County"}}}, Cells: [][]collect.Count{{c}}, Sum: []collect.Count{c}}, nil
}

func (d *memDesk) Issues(context.Context, edu.Period) ([]collect.Issue, error) {
	return []collect.Issue{d.issue}, nil
}

func (d *memDesk) Paper(_ context.Context, issue string, unit edu.UnitID) (*form.Paper, collect.Filing, []collect.Event, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.at(issue, unit)
	if err != nil {
		return nil, collect.Filing{}, nil, err
	}
	return d.paper(m), m.filing, slices.Clone(m.log), nil
}

func copied(c form.Content) (out form.Content) {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func (d *memDesk) Save(_ context.Context, issue string, unit edu.UnitID, rev int, c form.Content) (collect.Filing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.at(issue, unit)
	if err != nil {
		return collect.Filing{}, err
	}
	if _, err := d.take(m, rev, collect.Save, StepOptions{}); err != nil {
		return m.filing, err
	}
	m.content = copied(c)
	return m.filing, nil
}

func (d *memDesk) take(m *memFiling, rev int, a collect.Action, opt StepOptions) (collect.Filing, error) {
	step, err := collect.Find(a, m.filing.State)
	if err != nil {
		return m.filing, err
	}
	if rev != m.filing.Rev {
		return m.filing, fmt.Errorf("revision %d, not %d: %w", m.filing.Rev, rev, fault.Conflict)
	}
	e := collect.Event{No: len(m.log) + 1, At: time.Now(), By: d.who.Account, Name: d.who.Name, Action: a, From: m.filing.State, Reason: opt.Reason, Due: opt.Due}
	if to := step.To(collect.Route{County: true}, m.filing.State); to != "" {
		m.filing.State = to
	}
	e.To = m.filing.State
	m.filing.Rev++
	m.filing.At, m.filing.By = e.At, e.By
	m.filing.Reason = opt.Reason
	m.filing.Asked = a == collect.AskUnlock
	if opt.Due != 0 {
		m.filing.Due = opt.Due
	}
	if a == collect.Submit {
		m.filing.Handed++
		b, _ := json.Marshal(m.content)
		sum := sha256.Sum256(b)
		m.filing.Check = strings.ToUpper(hex.EncodeToString(sum[:4]))
	}
	e.Handed = m.filing.Handed
	if a != collect.Save || len(m.log) == 0 || m.log[len(m.log)-1].Action != collect.Save {
		m.log = append(m.log, e)
	}
	return m.filing, nil
}

func (d *memDesk) Check(_ context.Context, issue string, unit edu.UnitID, c form.Content) ([]form.Problem, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.at(issue, unit)
	if err != nil {
		return nil, err
	}
	p := d.paper(m)
	p.Content = c
	return d.check(p), nil
}

func (d *memDesk) Trial(context.Context, string, edu.UnitID, form.Content) ([]*standard.Assessment, error) {
	a, err := standard.Assess(&frame.Set{Period: d.issue.Period}, d.pack)
	if a == nil || err != nil {
		return nil, err
	}
	return []*standard.Assessment{a}, nil
}

func (d *memDesk) Step(_ context.Context, issue string, unit edu.UnitID, rev int, a collect.Action, opt StepOptions) (collect.Filing, []form.Problem, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.at(issue, unit)
	if err != nil {
		return collect.Filing{}, nil, err
	}
	if opt.ID != "" && d.ids[opt.ID] {
		return m.filing, nil, nil
	}
	if a == collect.Submit {
		problems := d.check(d.paper(m))
		if slices.ContainsFunc(problems, func(q form.Problem) bool { return q.Blocking || q.Reason == nil }) {
			return m.filing, problems, fmt.Errorf("%s: %w", unit, fault.Blocked)
		}
	}
	f, err := d.take(m, rev, a, opt)
	if err == nil && opt.ID != "" {
		d.ids[opt.ID] = true
	}
	return f, nil, err
}

func (d *memDesk) Template(_ context.Context, w io.Writer, issue string, unit edu.UnitID, lang string) (string, error) {
	_, err := fmt.Fprintf(w, "template of %s for %s in %s", issue, unit, lang)
	return string(unit) + ".xlsx", err
}

// Upload takes a "workbook" that is a line of text: the unit, a space, a figure.
func (d *memDesk) Upload(ctx context.Context, name string, r io.ReaderAt, size int64, opt collect.UploadOptions) (*collect.Uploaded, error) {
	d.over = opt.Overwrite
	b := make([]byte, size)
	if _, err := r.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, err
	}
	unit, figure, ok := strings.Cut(strings.TrimSpace(string(b)), " ")
	if !ok || d.files[unit] == nil {
		return nil, fmt.Errorf("%s is no workbook of ours: %w", name, fault.Invalid)
	}
	m := d.files[unit]
	c := form.Content{Cells: map[string]string{"primary/boarders": figure}}
	problems, err := d.Check(ctx, memIssue, edu.UnitID(unit), c)
	if err != nil {
		return nil, err
	}
	up := &collect.Uploaded{Reading: &workbook.Reading{File: name, Issue: memIssue, Units: []workbook.Filled{{Unit: form.Unit{ID: m.place.Unit, Name: m.place.Name}, Content: c, Problems: problems}}}, Marked: append([]byte("marked "), b...)}
	f, err := d.Save(ctx, memIssue, edu.UnitID(unit), m.filing.Rev, c)
	if err != nil {
		return nil, err
	}
	up.Filings, up.Saved = []collect.Filing{f}, 1
	if opt.Submit && len(problems) == 0 {
		if f, _, err = d.Step(ctx, memIssue, edu.UnitID(unit), f.Rev, collect.Submit, StepOptions{}); err != nil {
			return nil, err
		}
		up.Filings, up.Handed = []collect.Filing{f}, 1
	}
	return up, nil
}

func (d *memDesk) Remind(context.Context, string, edu.UnitID) (collect.Reminder, error) {
	var units []collect.Place
	for _, id := range d.order {
		if d.task(d.files[id]).Late > 0 {
			units = append(units, d.files[id].place)
		}
	}
	return collect.Reminder{Issue: memIssue, Units: units, Sent: len(units), Text: edu.Text{ZH: fmt.Sprintf("【催报】截至11月26日9时，%s未报单位%d个。", d.form.Name.ZH, len(units)), EN: "Reminder"}}, nil
}

// Forms and the import of other files.

func (d *memDesk) Forms(context.Context) ([]collect.Entry, error) {
	old, more := *d.form, *d.form
	old.ID, old.Name, old.Valid = "old", edu.Text{ZH: "过期报表", EN: "An expired form"}, edu.DateOf(time.Now())-1
	more.ID, more.Name = "more", edu.Text{ZH: "又一张报表", EN: "One more form"}
	return []collect.Entry{{Form: d.form, Pack: d.pack}, {Form: &old, Pack: d.pack, Why: edu.Text{ZH: "已过有效期", EN: "it has expired"}}, {Form: &more, Pack: d.pack}}, nil
}

func (d *memDesk) Issue(_ context.Context, o flow.Order) (collect.Issue, error) {
	if o.Approver == "" {
		return collect.Issue{}, &collect.Over{Budget: collect.DefaultBudget, Spent: collect.Budget{Forms: 7, Minutes: 500}, Kind: edu.Text{ZH: "小学", EN: "primary classes"}, Names: []string{"甲", "乙"}}
	}
	return collect.Issue{ID: o.Form, Form: o.Form, Period: o.Period, Due: o.Due}, nil
}

func (d *memDesk) Look(_ context.Context, _ string, _ io.ReaderAt, _ int64) (*collect.Foreign, error) {
	return &collect.Foreign{Sheets: []collect.ForeignSheet{{Name: "Sheet1", Head: 1, Columns: []collect.ForeignColumn{{Head: "学校名称", Sample: []string{"虚构县第1小学"}, Target: "name", Sure: 1}, {Head: "寄宿", Sample: []string{"118"}, Target: "boarders", Sure: .6}, {Head: "备注"}}}},
		Targets: []collect.Target{{ID: "name", Name: edu.Text{ZH: "学校名称", EN: "School name"}}, {ID: "boarders", Name: edu.Text{ZH: "寄宿生数", EN: "Boarders"}}}, Feeds: []collect.Target{{ID: "feed-pupils", Name: edu.Text{ZH: "学籍系统导出", EN: "Export of the pupil register"}}}}, nil
}

func (d *memDesk) Take(_ context.Context, _ string, _ io.ReaderAt, _ int64, m collect.Mapping) (*collect.Taken, error) {
	t := &collect.Taken{Units: 12}
	for _, to := range m.Columns["Sheet1"] {
		if to == "" {
			t.Left++
		} else {
			t.Values += 12
		}
	}
	return t, nil
}
