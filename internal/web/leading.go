package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

const linksShown, visitsShown = 60, 30

// leadingPage is the work of the leading group: the round of its duties, the schools
// its leaders are linked to, their visits.
type leadingPage struct {
	Shell
	Report  string
	Said    string
	Error   string
	Keeps   bool
	Gives   bool
	Turns   Table
	Asked   []Choice // turns that can be marked as done
	Today   string
	Doubles Table
	Linked  Table
	Visits  []visitLine
	Found   string
	Form    leadingForm
	Duties  []Link // to change them; for who keeps them
}

// leadingForm is what the forms of a duty, a link and a visit are filled with.
type leadingForm struct {
	leadingTyped
	Everies []Choice
	Sent    string
	Leaders []string
}

// leadingTyped is what was typed where something was wrong with it.
// ID and Rev are of what is changed; a new one has none.
type leadingTyped struct{ ID, Rev, Do, Every, Words, Basis, Owner, From, Until, Leader, Post, School, To, Day, Seen, Problems, Evidence string }

// visitLine is a visit with what was found and what has become of it.
type visitLine struct {
	ID       string
	Rev      int
	Head     string
	Edit     string // where it is changed
	Seen     string
	Problems []problemLine
	Give     int
}

type problemLine struct {
	Text string
	Task Link
	Lamp Lamp
}

func (s *Server) leading(w http.ResponseWriter, r *request) error {
	p := leadingPage{}
	switch r.query.Get("did") {
	case "duty":
		p.Said = r.T("leading.did.duty")
	case "done":
		p.Said = r.T("leading.did.done")
	case "link":
		p.Said = r.T("leading.did.link")
	case "visit":
		p.Said = r.T("leading.did.visit")
	case "tasks":
		p.Said = r.T("leading.did.tasks")
	case "drop":
		p.Said = r.T("leading.did.drop")
	}
	return s.showLeading(w, r, p, http.StatusOK)
}

func (s *Server) showLeading(w http.ResponseWriter, r *request, p leadingPage, status int) error {
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	today := collect.Today(s.now())
	p.Shell = s.shell(r, r.T("leading.title"), "leading")
	p.Report, p.Today = "/leading/report", today.String()
	p.Keeps, p.Gives = r.who.May(auth.KeepMeeting), r.who.May(auth.GiveTasks)
	p.Form.Everies, p.Form.Sent = options(r, council.Everies, council.Every.Name, council.Every(orElse(p.Form.Every, string(council.Quarter)))), rand.Text()
	duties, err := s.council.Duties(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("duties: %w", err)
	}
	p.turns(r, duties, today, units)
	links, err := s.council.LinkedSchools(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("linked schools: %w", err)
	}
	visits, err := s.council.Visits(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("visits: %w", err)
	}
	p.linked(r, links, visits, today, units)
	if err := p.visited(s, r, visits, units); err != nil {
		return err
	}
	return s.write(w, r, status, "leading.html", p)
}

// turns shows the cycles of the duties that are owed, that run, and that ended in
// the last half year.
func (p *leadingPage) turns(r *request, duties []council.Duty, today edu.Date, units func(edu.UnitID) string) {
	var ts []council.Turn
	for i := range duties {
		for _, t := range duties[i].Turns(duties[i].From, today) {
			if t.Last >= today-183 || t.Done == nil {
				ts = append(ts, t)
			}
		}
	}
	council.SortTurns(ts)
	for i := range duties {
		if d := &duties[i]; p.Keeps && len(p.Duties) < 60 {
			p.Duties = append(p.Duties, Link{joinWords(" · ", r.Text(d.Every.Name()), d.Words, d.Owner, d.From.String()+" – "+orElse(d.Until.String(), r.T("partners.lasts"))), toLeading("duty", d.ID)})
		}
	}
	p.Turns = Table{ID: "duties", Caption: r.T("leading.duties"), Empty: r.T("leading.duties.none"), Cols: []Col{{Label: r.T("leading.cycle")}, {Label: r.T("leading.duty"), Wrap: true}, {Label: r.T("leading.basis"), Wrap: true}, {Label: r.T("leading.owner"), Wrap: true}, {Label: r.T("meeting.of")}, {Label: r.T("leading.until")}, {Label: r.T("log.state")}, {Label: r.T("leading.evidence"), Wrap: true}}}
	for _, t := range ts {
		done := Cell{}
		if t.Done != nil {
			done = Cell{Text: t.Done.Evidence, Small: t.Done.Day.String()}
		} else if keeps := r.who.Reach(auth.KeepMeeting); keeps.Whole || t.Duty.Unit != "" && p.Keeps {
			p.Asked = append(p.Asked, Choice{Link{joinWords(" · ", t.Key, t.Duty.Words), t.Duty.ID + " " + t.Key + " " + strconv.Itoa(t.Duty.Rev)}, false})
		}
		p.Turns.Rows = append(p.Turns.Rows, Row{Cells: []Cell{{Text: t.Key, Small: r.Text(t.Duty.Every.Name())}, text(t.Duty.Words), text(t.Duty.Basis), text(t.Duty.Owner), text(units(t.Duty.Unit)), text(t.Last.String()), lampCell(r.turnLamp(t, today)), done}})
	}
	const most = 40
	if n := len(p.Turns.Rows); n > most {
		p.Turns.Rows = p.Turns.Rows[n-most:]
	}
	p.Asked = p.Asked[:min(len(p.Asked), most)]
}

// turnLamp is how a turn of a duty stands.
func (l locale) turnLamp(t council.Turn, today edu.Date) Lamp {
	switch t.On(today) {
	case council.OnTime:
		return Lamp{Tone: chart.Good, Word: l.T("leading.ontime")}
	case council.DoneLate:
		return Lamp{Tone: chart.Near, Word: l.T("leading.late")}
	case council.Owed:
		return Lamp{Tone: chart.Bad, Word: l.T("leading.owed"), Why: l.T("leading.owed.why", t.Last.String())}
	case council.Ahead:
	}
	return Lamp{Tone: chart.Open, Word: l.T("leading.ahead")}
}

// linked lists the linked schools, and those that two leaders are linked to.
func (p *leadingPage) linked(r *request, links []council.Linked, visits []council.Visit, today edu.Date, units func(edu.UnitID) string) {
	at := map[string]council.Visit{}
	for _, v := range visits {
		k := v.Leader + "\x00" + string(v.School)
		if v.Day > at[k].Day {
			at[k] = v
		}
	}
	p.Linked = Table{ID: "linked", Caption: r.T("leading.linked"), Empty: r.T("leading.linked.none"), Cols: []Col{{Label: r.T("leading.school"), Wrap: true}, {Label: r.T("leading.leader")}, {Label: r.T("leading.post"), Wrap: true}, {Label: r.T("partners.from")}, {Label: r.T("partners.to")}, {Label: r.T("leading.basis"), Wrap: true}, {Label: r.T("leading.visited")}}}
	if p.Keeps {
		p.Linked.Cols = append(p.Linked.Cols, Col{Label: r.T("leading.change")})
	}
	slices.SortFunc(links, func(a, b council.Linked) int {
		return strings.Compare(a.Leader+a.From.String(), b.Leader+b.From.String())
	})
	for i, l := range links {
		if !slices.Contains(p.Form.Leaders, l.Leader) && len(p.Form.Leaders) < 60 {
			p.Form.Leaders = append(p.Form.Leaders, l.Leader)
		}
		if i >= linksShown {
			continue
		}
		last := Cell{Text: at[l.Leader+"\x00"+string(l.School)].Day.String()}
		if last.Text == "" && l.On(today) {
			lamp := Lamp{Tone: chart.Near, Word: r.T("leading.notvisited")}
			last = lampCell(lamp)
		}
		cells := []Cell{text(units(l.School)), text(l.Leader), text(l.Post), text(l.From.String()), text(orElse(l.To.String(), r.T("partners.lasts"))), text(l.Basis), last}
		if p.Keeps {
			cells = append(cells, linked(r.T("leading.change"), toLeading("link", l.ID)))
		}
		p.Linked.Rows = append(p.Linked.Rows, Row{Cells: cells})
	}
	p.Doubles = Table{ID: "doubles", Caption: r.T("leading.doubles"), Cols: []Col{{Label: r.T("leading.school"), Wrap: true}, {Label: r.T("leading.leader")}, {Label: r.T("leading.other")}, {Label: r.T("leading.overlap"), Wrap: true}}}
	for _, d := range council.Doubles(links) {
		if d.To != 0 && d.To < today {
			continue // it is over
		}
		p.Doubles.Rows = append(p.Doubles.Rows, Row{Cells: []Cell{text(units(d.School)), text(d.A.Leader), text(d.B.Leader), text(d.From.String() + " – " + orElse(d.To.String(), r.T("partners.lasts")))}})
	}
	p.Doubles.Rows = p.Doubles.Rows[:min(len(p.Doubles.Rows), 20)]
}

// visited lists the last visits with what has become of what they found.
func (p *leadingPage) visited(s *Server, r *request, visits []council.Visit, units func(edu.UnitID) string) error {
	slices.SortFunc(visits, func(a, b council.Visit) int {
		if a.Day != b.Day {
			return int(b.Day - a.Day)
		}
		return strings.Compare(a.ID, b.ID)
	})
	p.Found = r.T("leading.visits.found", len(visits))
	for _, v := range visits[:min(len(visits), visitsShown)] {
		line := visitLine{ID: v.ID, Rev: v.Rev, Head: joinWords(" · ", v.Day.String(), v.Leader, units(v.School)), Seen: v.Seen}
		if p.Keeps {
			line.Edit = toLeading("visit", v.ID)
		}
		tasks, err := s.council.VisitTasks(r.Context(), r.who, v.ID)
		if err != nil {
			return fmt.Errorf("tasks of a visit: %w", err)
		}
		for _, x := range v.Problems {
			k, there := tasks[v.Item(x.No)]
			q := problemLine{Text: x.Text}
			if there {
				q.Task, q.Lamp = Link{r.TaskState(k.State), "/tasks/" + k.ID}, r.taskLamp(k.Lamp, k.Why)
			} else {
				line.Give++
			}
			line.Problems = append(line.Problems, q)
		}
		p.Visits = append(p.Visits, line)
	}
	return nil
}

// keepLeading keeps a duty, a turn of one, a link or a visit.
func (s *Server) keepLeading(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := leadingTyped{v("id"), v("rev"), v("do"), v("every"), v("words"), v("basis"), v("owner"), v("from"), v("until"), v("leader"), v("post"), v("school"), v("to"), v("day"), v("seen"), v("problems"), v("evidence")}
	var err error
	switch f.Do {
	case "duty":
		err = s.keepDuty(r, f, v("sent"))
	case "done":
		err = s.dutyDone(r, f, v("turn"))
	case "link":
		err = s.keepLinked(r, f, v("sent"))
	case "visit":
		err = s.keepVisit(r, f, v("sent"))
	case "drop":
		err = s.dropLeading(r, f, v("of"))
	default:
		err = auth.Refuse(fault.Invalid, "未选操作", "what is to be kept is not said")
	}
	if err != nil && f.ID != "" {
		return s.leadingEditWrong(w, r, err, f, v("of"))
	}
	if err != nil {
		return s.leadingWrong(w, r, err, f)
	}
	return away{"/leading?did=" + f.Do}
}

func (s *Server) leadingWrong(w http.ResponseWriter, r *request, err error, f leadingTyped) error {
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		return s.showLeading(w, r, leadingPage{Error: r.T("leading.conflict"), Form: leadingForm{leadingTyped: f}}, http.StatusConflict)
	}
	return s.orSay(err, func(why string) error {
		return s.showLeading(w, r, leadingPage{Error: why, Form: leadingForm{leadingTyped: f}}, http.StatusUnprocessableEntity)
	}, r)
}

func (s *Server) keepDuty(r *request, f leadingTyped, sent string) error {
	d := council.Duty{ID: f.ID, Rev: f.rev(), Sent: sent, Unit: keepUnit(r), Words: f.Words, Basis: f.Basis, Owner: f.Owner, Every: council.Every(f.Every)}
	var err error
	if d.From, err = r.dayTyped(f.From); err != nil {
		return err
	}
	if d.Until, err = r.dayTyped(f.Until); err != nil {
		return err
	}
	_, err = s.council.KeepDuty(r.Context(), r.who, d)
	return err
}

func (s *Server) dutyDone(r *request, f leadingTyped, turn string) error {
	parts := strings.Fields(turn)
	if len(parts) != 3 {
		return auth.Refuse(fault.Invalid, "未选职责和周期", "which duty was done is not said")
	}
	rev, err := strconv.Atoi(parts[2])
	if err != nil {
		return fmt.Errorf("revision %q: %w", parts[2], fault.Invalid)
	}
	k := council.Done{Evidence: f.Evidence}
	if k.Day, err = r.dayTyped(f.Day); err != nil {
		return err
	}
	_, err = s.council.DutyDone(r.Context(), r.who, parts[0], rev, parts[1], k)
	return err
}

// schoolTyped is the school that was meant, by code or name.
func (s *Server) schoolTyped(r *request, typed string) (edu.UnitID, error) {
	if typed == "" {
		return "", nil
	}
	t, err := s.tree(r)
	if err != nil {
		return "", err
	}
	switch found := findUnit(t, r.who.Reach(auth.KeepMeeting), typed); len(found) {
	case 0:
		return "", auth.Refuse(fault.Invalid, fmt.Sprintf("在您的管辖范围内没有找到“%s”", typed), fmt.Sprintf("%q is not found in your part", typed))
	case 1:
		return t.Nodes[found[0]].Unit.ID, nil
	default:
		return "", auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”对应%d个单位，请填代码", typed, len(found)), fmt.Sprintf("%q fits %d units; give the code", typed, len(found)))
	}
}

func (s *Server) keepLinked(r *request, f leadingTyped, sent string) error {
	l := council.Linked{ID: f.ID, Rev: f.rev(), Sent: sent, Leader: f.Leader, Post: f.Post, Basis: f.Basis}
	var err error
	if l.School, err = s.schoolTyped(r, f.School); err != nil {
		return err
	}
	if l.From, err = r.dayTyped(f.From); err != nil {
		return err
	}
	if l.To, err = r.dayTyped(f.To); err != nil {
		return err
	}
	_, err = s.council.KeepLinked(r.Context(), r.who, l)
	return err
}

// keepVisit keeps a visit. Problems stand one a line, with owner and day where they
// are known: 问题|牵头单位|2025-09-01.
func (s *Server) keepVisit(r *request, f leadingTyped, sent string) error {
	x := council.Visit{ID: f.ID, Rev: f.rev(), Leader: f.Leader, Seen: f.Seen, Sent: sent}
	var err error
	if x.School, err = s.schoolTyped(r, f.School); err != nil {
		return err
	}
	if x.Day, err = r.dayTyped(f.Day); err != nil {
		return err
	}
	nos, err := s.problemNos(r, f.ID)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(f.Problems, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		text, lead, day := line, "", ""
		if parts := strings.Split(strings.ReplaceAll(line, "｜", "|"), "|"); len(parts) > 1 {
			parts = append(parts, "")
			text, lead, day = parts[0], strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])
		}
		q := council.Problem{Text: strings.TrimSpace(text)}
		if same := nos[q.Text]; len(same) > 0 {
			q.No, nos[q.Text] = same[0], same[1:]
		}
		why, err := s.ownersTyped(r, lead, "", &q.Lead, nil)
		if err != nil {
			return err
		}
		if why != "" {
			return auth.Refuse(fault.Invalid, why, why)
		}
		if q.Due, err = r.dayTyped(day); err != nil {
			return err
		}
		x.Problems = append(x.Problems, q)
	}
	_, err = s.council.KeepVisit(r.Context(), r.who, x)
	return err
}

// problemsToTasks makes tasks of what a visit found.
func (s *Server) problemsToTasks(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err == nil {
		_, err = s.council.ProblemsToTasks(r.Context(), r.who, r.PostFormValue("visit"), rev)
	} else {
		err = auth.Refuse(fault.Invalid, "未选走访记录", "which visit is not said")
	}
	if err != nil {
		return s.leadingWrong(w, r, err, leadingTyped{})
	}
	return away{"/leading?did=tasks#visits"}
}
