package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/warning"
)

// warningList is a week's list as it is kept: children by their ids, with the reasons
// as they were on the day. It stays as it was made, so that its hits can be counted.
type warningList struct {
	County   edu.UnitID
	Rev      int      `json:"-"`
	Week     edu.Date // Monday
	Made     time.Time
	By       string
	Model    int // revision; 0 for the rule list
	Capacity int
	Children int // who could have been on it
	Lines    []warningLine
	Drift    []warning.Drift `json:",omitempty"`
	Features []string        `json:",omitempty"` // of Drift
}

type warningLine struct {
	Person register.PersonID
	School edu.UnitID
	Chance float64          `json:",omitempty"` // by the model
	Points []VisitPoint     `json:",omitempty"` // what raised it most
	Rules  []edu.Text       `json:",omitempty"` // of the rule list
	Colour retention.Colour `json:",omitempty"`
}

// VisitPoint is what one thing that is known of a child adds, in points of which 20
// double the odds.
type VisitPoint struct {
	Feature string
	Value   float64 `json:",omitempty"`
	Unknown bool    `json:",omitempty"`
	Points  int
}

// Outcomes of a suggested visit.
const (
	VisitUnneeded = "unneeded" // with a reason
	VisitFine     = "fine"
	VisitHelp     = "help"
	VisitRisk     = "risk"
)

// warningVisit is what people did about one line.
type warningVisit struct {
	Person register.PersonID
	Said   string
	Note   string `json:",omitempty"`
}

// VisitLine is a line of the list as its page shows it.
type VisitLine struct {
	ChildLine
	No     int // on the whole list
	Chance float64
	Why    []VisitPoint
	Rules  []edu.Text
	Colour retention.Colour
	Said   string // "" before anybody did anything
	Note   string
	By     string
	At     time.Time
}

// VisitList is the list of a week, as far as the reader sees.
type VisitList struct {
	County   edu.UnitID
	Name     edu.Text
	Counties []edu.UnitID
	Names    []edu.Text
	Week     edu.Date
	Made     time.Time // zero before it was made
	By       string
	Model    bool // made by the model; otherwise the rule list
	Capacity int
	Children int
	Lines    []VisitLine
	Done     int
	Keeps    bool // the reader makes lists
	On       bool // the model is on
	Drifted  bool // the drift check switched it off
	Weeks    []edu.Date
	Keys     bool // the city has keys, so names can be shown
}

// Monday is the first day of the week of a day.
func Monday(d edu.Date) edu.Date { return d - edu.Date((int(d.Time().Weekday())+6)%7) }

func listID(of edu.UnitID, week edu.Date) string {
	return kindWarningList + "-" + string(of) + "-" + week.String()
}

// Visits is the list of a week; the zero week is this one.
func (w *Warnings) Visits(ctx context.Context, who auth.Actor, of edu.UnitID, week edu.Date) (v VisitList, err error) {
	d, err := w.x.desk(ctx)
	if err != nil {
		return v, err
	}
	if of, err = d.warnedCounty(who, auth.DoRetention, of); err != nil {
		return v, err
	}
	this := Monday(w.today())
	v = VisitList{County: of, Name: d.name(of), Week: Monday(cmp.Or(week, this)), Keeps: who.Reach(auth.EndCases).Covers(of, d.holds), Keys: w.city.HasKeys()}
	for _, id := range d.warned(who, auth.DoRetention) {
		v.Counties, v.Names = append(v.Counties, id), append(v.Names, d.name(id))
	}
	c, err := w.choice(ctx, of)
	if err != nil {
		return v, err
	}
	m, err := w.model(ctx, of)
	if err != nil {
		return v, err
	}
	v.Capacity, v.On, v.Drifted = c.Capacity, inForce(&c, &m), c.Drift != nil
	past, err := w.lists(ctx, of)
	if err != nil {
		return v, err
	}
	var l *warningList
	for i := range past {
		v.Weeks = append(v.Weeks, past[i].Week)
		if past[i].Week == v.Week {
			l = &past[i]
		}
	}
	if l == nil {
		return v, nil
	}
	v.Made, v.By, v.Model, v.Capacity, v.Children = l.Made, l.By, l.Model > 0, l.Capacity, l.Children
	err = w.lines(ctx, who, d, l, &v)
	return v, err
}

// lines are those of a list that the reader sees, each with what was done.
func (w *Warnings) lines(ctx context.Context, who auth.Actor, d caseDesk, l *warningList, v *VisitList) error {
	said, err := w.said(ctx, l.County, l.Week)
	if err != nil {
		return err
	}
	sc := scopeOf(who.Reach(auth.DoRetention), store.Reader)
	ids := make([]register.PersonID, len(l.Lines))
	for i := range l.Lines {
		ids[i] = l.Lines[i].Person
	}
	of, err := w.city.store.CasesOf(ctx, sc, ids)
	if err != nil {
		return err
	}
	for i, x := range l.Lines {
		if !who.Reach(auth.DoRetention).Covers(x.School, d.holds) {
			continue
		}
		row, ok, err := w.x.childOf(ctx, who, x.Person)
		if err != nil {
			return err
		}
		if !ok {
			row.Person, row.School = x.Person, x.School
		}
		line := VisitLine{ChildLine: w.x.line(d, row, of), No: i + 1, Chance: x.Chance, Why: x.Points, Rules: x.Rules, Colour: x.Colour}
		if line.Case.ID != "" && line.Case.Opened < l.Week && !line.Case.State.Live() {
			line.Case = retention.Case{} // an earlier case is not what came of this
		}
		if s, there := said[x.Person]; there {
			line.Said, line.Note, line.By, line.At = s.Said, s.Note, s.by, s.at
		}
		if line.Said != "" || line.Case.ID != "" {
			v.Done++
		}
		v.Lines = append(v.Lines, line)
	}
	return nil
}

type warningSaid struct {
	warningVisit
	by string
	at time.Time
}

// said is what people did about the lines of a week.
func (w *Warnings) said(ctx context.Context, of edu.UnitID, week edu.Date) (map[register.PersonID]warningSaid, error) {
	docs, err := w.city.store.Documents(ctx, scopeOfCounty(of), store.DocumentFilter{Kind: kindWarningVisit, From: week, Until: week})
	if err != nil {
		return nil, err
	}
	out := map[register.PersonID]warningSaid{}
	for _, doc := range docs {
		x, err := opened(doc, func(*warningVisit, int) {})
		if err != nil {
			return nil, err
		}
		out[x.Person] = warningSaid{x, doc.Name, doc.At}
	}
	return out, nil
}

// lists are the lists of a county that were made in the last year, the newest first.
func (w *Warnings) lists(ctx context.Context, of edu.UnitID) ([]warningList, error) {
	docs, err := w.city.store.Documents(ctx, scopeOfCounty(of), store.DocumentFilter{Kind: kindWarningList, Unit: of, From: w.today() - 366})
	if err != nil {
		return nil, err
	}
	out := make([]warningList, len(docs))
	for i, doc := range docs {
		if out[i], err = opened(doc, func(l *warningList, rev int) { l.Rev = rev }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MakeList makes this week's list of a county, for who keeps its model. One that is
// there stays, since people have begun to go by it.
func (w *Warnings) MakeList(ctx context.Context, who auth.Actor, of edu.UnitID) error {
	d, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return err
	}
	_, err = w.makeList(ctx, who, d, of)
	return err
}

func (w *Warnings) makeList(ctx context.Context, who auth.Actor, d caseDesk, of edu.UnitID) (made bool, err error) {
	today := w.today()
	week := Monday(today)
	if _, err := w.city.store.Document(ctx, local, kindWarningList, listID(of, week)); err == nil {
		return false, nil
	} else if !isNotFound(err) {
		return false, err
	}
	c, err := w.choice(ctx, of)
	if err != nil {
		return false, err
	}
	m, err := w.model(ctx, of)
	if err != nil {
		return false, err
	}
	s, err := w.source(ctx, d, of, today, 1) // a register may be a year old
	if err != nil {
		return false, err
	}
	l := warningList{County: of, Week: week, Made: w.now(), By: who.Name, Capacity: c.Capacity}
	on := inForce(&c, &m)
	chosen := []warning.Feature{}
	if on {
		chosen = m.Model.Features
	}
	data, schools := s.nowData(today, chosen)
	l.Children = len(schools)
	if on && len(schools) > 0 {
		l.Drift = m.Like.Against(data)
		for _, f := range chosen {
			l.Features = append(l.Features, f.ID)
		}
		if slices.ContainsFunc(l.Drift, func(x warning.Drift) bool { return x.PSI >= warning.Drifted }) {
			if err := w.drifted(ctx, c, l.Drift); err != nil {
				return false, err
			}
			on = false
		}
	}
	if on {
		l.Model = m.Rev
		l.Lines = modelLines(m.Model, data, schools, c.Capacity)
	} else {
		l.Lines = s.ruleLines(today, data, schools, c.Capacity)
	}
	doc, err := document(who, kindWarningList, listID(of, week), of, 0, "", "", week, l, w.now())
	if err != nil {
		return false, err
	}
	rec := record(who, warningListed, fmt.Sprintf("%d lines", len(l.Lines)), w.now())
	rec.Unit, rec.Object = of, doc.ID
	_, err = w.city.store.PutDocument(ctx, local, doc, rec)
	if errors.Is(err, fault.Conflict) { // another one made it meanwhile
		return false, nil
	}
	return err == nil, err
}

// modelLines are the children that the model puts first, with what raised each.
func modelLines(m *warning.Model, d *warning.Data, schools []edu.UnitID, capacity int) (out []warningLine) {
	for _, v := range m.Visits(d, capacity) {
		l := warningLine{Person: d.Cases[v.Case].Person, School: schools[v.Case], Chance: v.Probability}
		for _, r := range v.Reasons {
			p := VisitPoint{Feature: m.Features[r.Feature].ID, Unknown: r.Unknown, Points: int(math.Round(r.Adds / math.Ln2 * warning.PerDouble))}
			if !r.Unknown {
				p.Value = d.Cases[v.Case].X[r.Feature]
			}
			if p.Points > 0 {
				l.Points = append(l.Points, p)
			}
		}
		out = append(out, l)
	}
	return out
}

// ruleLines are the children of whom a rule of attendance holds, the reddest first.
// Nobody is on it without a reason.
func (s *warningSource) ruleLines(today edu.Date, d *warning.Data, schools []edu.UnitID, capacity int) (out []warningLine) {
	at := make([]int, 0, len(schools))
	for i, c := range d.Cases {
		if c.Rule > 0 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(d.Cases[b].Rule, d.Cases[a].Rule) })
	for _, i := range at[:min(capacity, len(at))] {
		l := warningLine{Person: d.Cases[i].Person, School: schools[i]}
		_, why := s.ruled(s.of[d.Cases[i].Person], today)
		for _, x := range why {
			l.Rules = append(l.Rules, x.Text)
		}
		l.Colour = retention.TurnsOf(why).On(today)
		out = append(out, l)
	}
	return out
}

// longestNote is how long the words about a visit may be.
const longestNote = 200

// Said keeps what somebody did about a line of this week's list or an earlier one. The
// line in the log has the child's id and no words. A case is opened elsewhere.
func (w *Warnings) Said(ctx context.Context, who auth.Actor, of edu.UnitID, week edu.Date, id register.PersonID, said, note string) error {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return err
	}
	d, err := w.x.desk(ctx)
	if err != nil {
		return err
	}
	if of, err = d.warnedCounty(who, auth.DoRetention, of); err != nil {
		return err
	}
	l, err := w.listOf(ctx, of, Monday(week))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(l.Lines, func(x warningLine) bool { return x.Person == id })
	if i < 0 || !who.Reach(auth.DoRetention).Covers(l.Lines[i].School, d.holds) {
		return fmt.Errorf("line %s of the list: %w", id, fault.NotFound)
	}
	note = strings.TrimSpace(note)
	switch {
	case !slices.Contains([]string{VisitUnneeded, VisitFine, VisitHelp, VisitRisk}, said):
		return auth.Refuse(fault.Invalid, "请选择走访结果", "choose what came of it")
	case said == VisitUnneeded && note == "":
		return auth.Refuse(fault.Invalid, "请填写无需走访的理由", "say why no visit is needed")
	case utf8.RuneCountInString(note) > longestNote:
		return auth.Refuse(fault.Invalid, fmt.Sprintf("文字不得超过%d字", longestNote), fmt.Sprintf("the text has more than %d characters", longestNote))
	case register.HasNumber(note) || incident.Personal(note):
		return auth.Refuse(fault.Invalid, "不得写身份证号、学籍号、电话等个人号码", "no number of a person may stand here")
	}
	docID := kindWarningVisit + "-" + string(of) + "-" + l.Week.String() + "-" + string(id)
	old, err := w.city.store.Document(ctx, local, kindWarningVisit, docID)
	if err != nil && !isNotFound(err) {
		return err
	}
	doc, err := document(who, kindWarningVisit, docID, l.Lines[i].School, old.Rev, said, "", l.Week, warningVisit{id, said, note}, w.now())
	if err != nil {
		return err
	}
	rec := record(who, warningVisited, said, w.now())
	rec.Unit, rec.Object = l.Lines[i].School, string(id)
	_, err = w.city.store.PutDocument(ctx, sc, doc, rec)
	return err
}

func (w *Warnings) listOf(ctx context.Context, of edu.UnitID, week edu.Date) (warningList, error) {
	doc, err := w.city.store.Document(ctx, local, kindWarningList, listID(of, week))
	if err != nil {
		return warningList{}, err
	}
	return opened(doc, func(l *warningList, rev int) { l.Rev = rev })
}

// WarningWeek is what came of a week's list: how right it was is counted from cases
// that were confirmed within a term, by either list.
type WarningWeek struct {
	Week      edu.Date
	Model     bool
	Capacity  int
	Listed    int
	Visited   int
	Unneeded  int
	Opened    int  // cases opened of its children since
	Confirmed int  // of them confirmed within a term
	Over      bool // the term after it is over
	drift     []warning.Drift
}

// weeks are a county's lists with what came of them, the newest first.
func (w *Warnings) weeks(ctx context.Context, of edu.UnitID) ([]WarningWeek, error) {
	lists, err := w.lists(ctx, of)
	if err != nil {
		return nil, err
	}
	steps := map[register.PersonID][]store.CaseStep{}
	if err := w.city.store.CaseSteps(ctx, scopeOfCounty(of), of, func(x store.CaseStep) error {
		steps[x.Person] = append(steps[x.Person], x)
		return nil
	}); err != nil {
		return nil, err
	}
	var out []WarningWeek
	for i := range lists {
		l := &lists[i]
		x := WarningWeek{Week: l.Week, Model: l.Model > 0, Capacity: l.Capacity, Listed: len(l.Lines), Over: l.Week+Horizon <= w.today(), drift: l.Drift}
		said, err := w.said(ctx, of, l.Week)
		if err != nil {
			return nil, err
		}
		for _, line := range l.Lines {
			switch s := said[line.Person].Said; s {
			case "":
			case VisitUnneeded:
				x.Unneeded++
			default:
				x.Visited++
			}
			opened, confirmed := false, false
			for _, s := range steps[line.Person] {
				within := s.Day >= l.Week && s.Day <= l.Week+Horizon
				opened = opened || within && s.Act == retention.Open
				confirmed = confirmed || within && (s.Act == retention.Confirm || s.Act == retention.Relapse)
			}
			if opened {
				x.Opened++
			}
			if confirmed {
				x.Confirmed++
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// metaWarningWeek is the week whose lists were made.
const metaWarningWeek = "warning_week"

// keepAttendance is how long schools' words of attendance are kept (practice, P): what
// a model learns from.
const keepAttendance edu.Date = 5 * 366

// Weekly makes the lists of all counties that keep a register or marks, once a week,
// and checks that models have not grown old. Old words of attendance are deleted.
func (w *Warnings) Weekly(ctx context.Context) (int, error) {
	d, err := w.x.desk(ctx)
	if err != nil {
		return 0, err
	}
	week := Monday(w.today()).String()
	if last, err := w.city.store.Meta(ctx, local, metaWarningWeek); err != nil || last == week {
		return 0, err
	}
	n := 0
	var errs []error
	for _, u := range d.tree.Units() {
		if u.Level != edu.County || !u.Exists(w.today()) {
			continue
		}
		has := false
		if err := w.city.store.AttendanceLog(ctx, scopeOfCounty(u.ID), u.ID, 0, w.today(), func(retention.Mark) error { has = true; return errEnough }); err != nil && !errors.Is(err, errEnough) {
			return n, err
		}
		if !has {
			continue // no school has ever said anything: nothing to go by
		}
		made, err := w.makeList(ctx, auth.Actor{Local: true}, d, u.ID)
		if made {
			n++
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return n, err
	}
	if err := w.city.store.TrimAttendance(ctx, local, w.today()-keepAttendance); err != nil {
		return n, err
	}
	return n, w.city.store.SetMeta(ctx, local, metaWarningWeek, week)
}

var errEnough = errors.New("enough")
