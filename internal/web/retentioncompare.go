package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/reconcile"
	"shuren/internal/register"
)

// caseComparisonPage is the comparison of a year's lists: what there is to compare,
// what came of it, whom to look for, and which records may be one child's.
type caseComparisonPage struct {
	Shell
	Sub      string
	Said     string
	Error    string
	Year     int
	Years    []Choice
	Lists    Table
	Missing  string // the lists that there are none of
	Can      bool   // two lists at least
	Done     bool
	Ledgers  Table
	Reasons  Table
	Away     Table
	Found    string
	Table    Table
	Pages    []Choice
	Prev     string
	Next     string
	Pairs    []pairLine
	PairsSay string
	Levels   Table
	LevelSay string
	LevelEnd string // that not all are shown
	Silent   string // that of some schools there is no register
	Job      comparingBlock
}

// comparingBlock is a comparison under way, and how the last one ended.
type comparingBlock struct {
	Running, Waits, Stops bool
	Percent               int
	Says                  string
	Ended                 string // in an unhappy way
}

// pairLine is a pair of records, to be decided by a person.
type pairLine struct {
	A, B  register.PersonID
	Of    [2]Fact // who, and where
	Note  string
	Said  string
	Label string // of the pair, for who hears the page
}

func (s *Server) caseComparison(w http.ResponseWriter, r *request) error {
	year, err := yearTyped(r.query.Get("y"))
	if err != nil {
		return err
	}
	return s.showComparison(w, r, http.StatusOK, year, "")
}

func yearTyped(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	y, err := strconv.Atoi(text)
	if err != nil || y < 1990 || y > 2100 {
		return 0, fmt.Errorf("y %q: %w", text, fault.Invalid)
	}
	return y, nil
}

func (s *Server) showComparison(w http.ResponseWriter, r *request, status, year int, why string) error {
	const size = 30
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	excel, most := r.query.Get("as") == "xlsx", size
	if excel {
		page, most = 1, -1
	}
	x, err := s.retention.Comparison(r.Context(), r.who, year, page, most)
	if err != nil {
		say := r.why(err) // several units, or no key of the registers, is an answer and no failure
		if say == "" {
			return fmt.Errorf("comparison of %d: %w", year, err)
		}
		why = cmp.Or(why, say)
	}
	p := caseComparisonPage{Shell: s.shell(r, r.T("retention.compare"), "retention", Link{r.T("retention.title"), "/retention"}), Sub: r.T("retention.compare.sub"), Error: why, Year: x.Year, Done: x.Done != nil}
	years := x.Years
	if x.Year != 0 && !slices.Contains(years, x.Year) {
		years = append([]int{x.Year}, years...)
	}
	for _, y := range years {
		p.Years = append(p.Years, Choice{Link{edu.Year(y).Label(), strconv.Itoa(y)}, y == x.Year})
	}
	p.Lists, p.Missing, p.Can = r.heldLists(&x)
	p.Job = r.comparingBlock(x.Job)
	if p.Job.Running && r.Method == http.MethodGet {
		w.Header().Set("Refresh", "2")
	}
	if x.Done != nil {
		p.Sub = r.T("retention.compare.by", cmp.Or(x.Done.By, "–"), r.When(x.Done.At), x.Done.Children)
		p.Ledgers, p.Reasons, p.Away = r.comparedCounts(x.Done)
		p.Table, p.Levels = r.comparedTable(x.Rows), r.levelTable(x.Levels)
		if excel {
			if err := s.noteRead(r, "retention comparison", ""); err != nil {
				return err
			}
			return s.exportPlain(w, r, r.T("retention.compare.suspected"), p.Table, p.Levels)
		}
		p.LevelSay = r.T("retention.levels.sub", x.Done.Levels)
		if n := len(x.Levels); n < x.Done.Levels {
			p.LevelEnd = r.T("retention.levels.more", n)
		}
		if n := x.Done.Silent; n > 0 {
			p.Silent = r.T("retention.levels.silent", n)
		}
		p.Export = r.here("as", "xlsx", "page", "", "did", "")
		p.Found = r.T("retention.compare.found", x.Total)
		p.Pages, p.Prev, p.Next = r.pager(page, (x.Total+size-1)/size)
		p.PairsSay = r.T("retention.compare.pairs.open", x.Open, x.All)
		for _, pair := range x.Pairs {
			p.Pairs = append(p.Pairs, r.pairLine(pair))
		}
	} else if excel {
		return fmt.Errorf("comparison of %d: %w", x.Year, fault.NotFound)
	}
	switch r.query.Get("did") {
	case "compare":
		if p.Job.Running {
			p.Said = r.T("retention.compare.did")
		}
	case "pair":
		p.Said = r.T("retention.compare.pair.did")
	}
	return s.write(w, r, status, "retentioncompare.html", p)
}

func (r *request) comparingBlock(c flow.Comparing) (b comparingBlock) {
	switch c.State {
	case flow.MakingNow:
		b.Running, b.Waits, b.Percent = true, c.Waits || c.Step == (edu.Text{}), int(100*c.Share)
		b.Stops = c.Waits || !b.Waits
		switch {
		case c.Waits:
			b.Says = r.T("retention.compare.waits")
		case b.Waits:
			b.Says = r.T("retention.compare.elsewhere")
		default:
			b.Says = r.Text(c.Step)
		}
	case flow.MakingCut:
		b.Ended = r.T("retention.compare.cut")
	case flow.MakingFailed:
		b.Ended = r.T("retention.compare.failed", r.Text(c.Why))
	case flow.MakingStopped:
		b.Ended = r.T("retention.compare.stopped")
	}
	return b
}

// levelTable holds what schools say in forms against the register.
func (r *request) levelTable(list []flow.ComparedLevel) Table {
	name := r.T("retention.levels")
	t := Table{ID: "levels", Caption: name, Sheet: name, List: true, Empty: r.T("retention.levels.none")}
	t.Cols = []Col{{Label: r.T("retention.levels.unit"), Wrap: true}, {Label: r.T("retention.levels.stage")}, {Label: r.T("retention.levels.grade")}, {Label: r.T("retention.levels.stated"), Num: true}, {Label: r.T("retention.levels.counted"), Num: true}, {Label: r.T("retention.levels.off"), Num: true}, {Label: r.T("retention.levels.twice"), Num: true}}
	for _, l := range list {
		grade := r.T("retention.levels.grades")
		if l.Grade > 0 {
			grade = r.gradeWords(l.Grade, "")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(l.Name)), text(r.stageName(l.Stage)), text(grade), count(l.Stated), count(l.Counted), change(float64(l.Off()), 0), count(l.Counted - l.Children)}})
	}
	return t
}

// heldLists are the lists with their rows, and those that are missing in words.
func (r *request) heldLists(x *flow.CaseComparison) (t Table, missing string, can bool) {
	t = Table{ID: "lists", Caption: r.T("retention.compare.lists"), Empty: r.T("retention.compare.none"), Cols: []Col{{Label: r.T("retention.compare.list")}, {Label: r.T("retention.compare.rows"), Num: true}}}
	var lacks []string
	n := 0
	for _, l := range x.Lists {
		rows := l.Rows
		if rows == 0 && x.Done != nil && l.Source == reconcile.Poverty { // deleted after the comparison
			rows = x.Done.Lists[l.Source.ID()]
		}
		if l.Rows > 0 {
			n++
		}
		name, has := r.Text(l.Source.Words()), count(rows)
		if rows == 0 {
			lacks, has = append(lacks, name), text(r.T("retention.compare.lacks"))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(name), has}})
	}
	return t, r.List(lacks), n > 1
}

// comparedCounts are the children by ledger, by reason, and by where those are who are
// in no class here and no dropouts.
func (r *request) comparedCounts(x *flow.Reconciliation) (ledgers, reasons, away Table) {
	ledgers = Table{ID: "ledgers", Caption: r.T("retention.ledgers"), Cols: []Col{{Label: r.T("retention.ledgers")}, {Label: r.T("retention.compare.children"), Num: true}}}
	for _, l := range []reconcile.Ledger{reconcile.SchoolAge, reconcile.Suspected, reconcile.Dropout, reconcile.NoLedger} {
		ledgers.Rows = append(ledgers.Rows, Row{Cells: []Cell{text(r.Text(l.Words())), count(x.Ledgers[l.ID()])}})
	}
	reasons = Table{ID: "reasons", Caption: r.T("retention.compare.reasons"), Empty: r.T("retention.compare.reasons.none"), Cols: []Col{{Label: r.T("retention.compare.reason"), Wrap: true}, {Label: r.T("retention.compare.children"), Num: true}}}
	for _, why := range reconcile.Reasons() {
		if n := x.Reasons[why.ID()]; n > 0 && !slices.Contains(reconcile.Accounted, why) {
			reasons.Rows = append(reasons.Rows, Row{Cells: []Cell{text(r.Text(why.Words())), count(n)}})
		}
	}
	away = Table{ID: "away", Caption: r.T("retention.compare.away"), Cols: []Col{{Label: r.T("retention.compare.away"), Wrap: true}, {Label: r.T("retention.compare.children"), Num: true}}}
	order := slices.Clone(reconcile.Accounted)
	slices.SortStableFunc(order, func(a, b reconcile.Reason) int { return cmp.Compare(x.Away[b.ID()], x.Away[a.ID()]) })
	for _, why := range order {
		if n := x.Away[why.ID()]; n > 0 {
			away.Rows = append(away.Rows, Row{Cells: []Cell{text(r.Text(why.Words())), count(n)}})
		}
	}
	return ledgers, reasons, away
}

func (r *request) reasonWords(ids []string) string {
	var out []string
	for _, why := range reconcile.Reasons() {
		if slices.Contains(ids, why.ID()) {
			out = append(out, r.Text(why.Words()))
		}
	}
	return r.sentences(out)
}

// sentences puts whole statements into one line: they may hold commas, and only the
// first begins with a capital letter.
func (r *request) sentences(list []string) string {
	list = slices.Clone(list)
	for i := range list {
		if first, n := utf8.DecodeRuneInString(list[i]); i > 0 && n > 0 {
			list[i] = string(unicode.ToLower(first)) + list[i][n:]
		}
	}
	return strings.Join(list, r.T("list.semicolon"))
}

// comparedTable is who is suspected, each with the way to a case. A comparison alone
// makes nobody a dropout.
func (r *request) comparedTable(rows []flow.ComparedChild) Table {
	name := r.T("retention.compare.suspected")
	t := Table{ID: "suspected", Caption: name, Sheet: name, List: true, Empty: r.T("retention.compare.nobody"), Cols: []Col{{Label: r.T("retention.child")}, {Label: r.T("retention.school"), Wrap: true}, {Label: r.T("retention.grade")}, {Label: r.T("retention.home"), Wrap: true}, {Label: r.T("retention.compare.reason"), Wrap: true}, {Label: r.T("retention.case")}}}
	for _, x := range rows {
		to := Cell{Text: r.T("retention.open"), Href: "/retention/new?source=comparison&child=" + url.QueryEscape(string(x.ChildLine.Person))}
		if x.Case.ID != "" {
			to = Cell{Text: r.label(x.Case.State.Name()), Href: flow.CaseLink(x.Case.ID)}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(x.Shown), text(cmp.Or(r.Text(x.SchoolAt), r.T("retention.noschool"))), text(r.gradeWords(x.Grade, x.Class)), text(r.Text(x.HomeAt)), text(r.reasonWords(x.Reasons)), to}})
	}
	return t
}

func (r *request) pairLine(p flow.ComparedPair) pairLine {
	l := pairLine{A: p.A, B: p.B, Said: p.Said}
	for i, c := range p.Of {
		l.Of[i] = Fact{Term: c.Shown, Text: r.List(slices.DeleteFunc([]string{cmp.Or(r.Text(c.SchoolAt), r.T("retention.noschool")), r.gradeWords(c.Grade, c.Class), r.Text(c.HomeAt)}, func(s string) bool { return s == "" })), Link: &Link{flow.ShortPerson(c.Person), "/registers/pupils/" + url.PathEscape(string(c.Person))}}
	}
	l.Label = l.Of[0].Link.Text + " " + l.Of[1].Link.Text
	if p.Numbers {
		l.Note = r.T("retention.compare.pair.numbers")
	}
	return l
}

// compareLists begins the comparison of a year.
func (s *Server) compareLists(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	year, err := yearTyped(r.PostFormValue("y"))
	if err == nil && year == 0 {
		err = fmt.Errorf("compare: no year: %w", fault.Invalid)
	}
	if err != nil {
		return err
	}
	return s.afterComparing(w, r, year, "compare", s.retention.Compare(r.Context(), r.who, year))
}

// stopComparing ends a comparison under way.
func (s *Server) stopComparing(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	year, err := yearTyped(r.PostFormValue("y"))
	if err != nil {
		return err
	}
	return s.afterComparing(w, r, year, "stop", s.retention.StopComparing(r.Context(), r.who, year))
}

// decidePair keeps what a person says of two records.
func (s *Server) decidePair(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	year, err := yearTyped(r.PostFormValue("y"))
	if err != nil {
		return err
	}
	err = s.retention.DecidePair(r.Context(), r.who, year, register.PersonID(r.PostFormValue("a")), register.PersonID(r.PostFormValue("b")), r.PostFormValue("said"))
	return s.afterComparing(w, r, year, "pair", err)
}

func (s *Server) afterComparing(w http.ResponseWriter, r *request, year int, did string, err error) error {
	if err == nil {
		return away{fmt.Sprintf("/retention/compare?y=%d&did=%s", year, did)}
	}
	status, why := http.StatusUnprocessableEntity, r.why(err)
	if errors.Is(err, fault.Conflict) {
		status, why = http.StatusConflict, cmp.Or(why, r.T("retention.compare.stale"))
	}
	if why == "" {
		return err
	}
	return s.showComparison(w, r, status, year, why)
}
