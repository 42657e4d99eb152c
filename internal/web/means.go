package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/forecast"
	"shuren/internal/means"
	"shuren/internal/sheet"
)

// meansView is what a county has to work with, and the forms in which it says so.
type meansView struct {
	Shell
	Said, Error string
	Kind        string // of the form that could not be kept
	Base, Up    string
	Keeps       bool
	Prices      []priceTyped
	PriceRev    int
	PriceTable  Table
	Staff       Table
	StaffRev    int
	StaffSource string
	StaffAsOf   string
	StaffLines  string
	Ways        Table
	WaysRev     int
	WaysLines   string
	Money       []moneyTyped
	MoneyRev    int
	MoneyTable  Table
	Lessons     Table
	LessonRev   int
	LessonLines string
	Told        map[string]string
	Now         string // what is kept now, where somebody else changed it meanwhile
	stale       bool   // what was typed was not seen against what is kept now
}

// priceTyped is a line of the price list as it stands in the form.
type priceTyped struct{ Item, Name, Unit, Yuan, Year, Basis string }

// moneyTyped is a year's money as it stands in the form.
type moneyTyped struct{ Year, Label, Wan, Source string }

// meansFile is the form that sends a file of one kind.
type meansFile struct {
	Base, Kind   string
	Rev          int
	AsOf, Source string
}

const (
	sparePrices = 2
	moneyYears  = 5
)

func (s *Server) meansPage(w http.ResponseWriter, r *request) error {
	v := meansView{}
	if did := r.query.Get("did"); slices.Contains(flow.MeansKinds, flow.MeansKind(did)) {
		v.Said = r.T("means.did", r.Text(flow.MeansKind(did).Name()))
	}
	return s.showMeans(w, r, v, http.StatusOK)
}

// showMeans shows what is kept; what could not be kept stands in its form as it was
// typed, beside what is there now.
func (s *Server) showMeans(w http.ResponseWriter, r *request, v meansView, status int) error {
	i, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	u := r.a.Units[edu.County][i]
	m, err := s.gaps.Means(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("means: %w", err)
	}
	v.Up = s.toGaps(r, codeOf(u))
	v.Base = v.Up + "/means"
	v.Shell = s.shell(r, r.T("means.title", u.Name), "gaps", Link{r.T("gaps.title"), r.to([]string{"gaps"})}, Link{u.Name, v.Up})
	v.Keeps = s.mayIn(r, auth.KeepCounty, id)
	v.Told = map[string]string{}
	for _, k := range flow.MeansKinds {
		v.Told[string(k)] = r.T("means.told.none")
		if t, ok := m.Told[k]; ok {
			v.Told[string(k)] = r.T("means.told", t.Lines, r.Minute(t.At.In(collect.China)), t.Name)
		}
	}
	v.PriceTable, v.MoneyTable, v.Staff, v.Ways = r.priceTable(m), r.moneyTable(m), r.staffTable(m), r.wayTable(m)
	if v.Kind != string(flow.MeansPrices) {
		v.Prices, v.PriceRev = r.pricesTyped(m), m.Prices.Rev
	}
	if v.Kind != string(flow.MeansMoney) {
		v.Money, v.MoneyRev = r.moneyTyped(m), m.Money.Rev
	}
	if v.Kind != string(flow.MeansStaff) {
		v.StaffRev, v.StaffSource = m.Staff.Rev, m.Staff.Source
		v.StaffAsOf = collect.Today(s.now()).String()
		if m.Staff.AsOf > 0 {
			v.StaffAsOf = m.Staff.AsOf.String()
		}
	}
	v.Lessons = r.lessonTable(m)
	if v.Kind != string(flow.MeansLessons) {
		v.LessonRev = m.Lessons.Rev
		var b strings.Builder
		for _, l := range m.Lessons.Lines {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%d\t%s\n", r.stageWord(l.Stage), l.Subject, plain(l.PerClass), plain(l.PerTeacher), l.Year, l.Basis)
		}
		v.LessonLines = b.String()
	}
	if v.Kind != string(flow.MeansWays) {
		v.WaysRev = m.Ways.Rev
		var b strings.Builder
		for _, x := range m.Ways.Lines {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", x.From, x.To, plain(x.Km), plain(x.Minutes))
		}
		v.WaysLines = b.String()
	}
	if v.stale {
		v.freshen(r, m)
	}
	return s.write(w, r, status, "means.html", v)
}

// plain is a number as it is typed; nothing where it is not known.
func plain(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// pricesTyped are the lines of the form: the known items, the county's own, and some
// empty ones.
func (r *request) pricesTyped(m *flow.Means) (out []priceTyped) {
	line := func(p means.Price) priceTyped {
		year := ""
		if p.Year > 0 {
			year = strconv.Itoa(p.Year)
		}
		return priceTyped{p.Item, p.Name, p.Unit, plain(p.Yuan), year, p.Basis}
	}
	for _, it := range means.Items {
		x := priceTyped{Item: it.ID, Name: it.Name.ZH, Unit: it.Unit.ZH}
		if p, ok := m.Prices.Price(it.ID); ok {
			x = line(p)
		}
		out = append(out, x)
	}
	for _, p := range m.Prices.Lines {
		if _, known := means.ItemOf(p.Item); !known {
			out = append(out, line(p))
		}
	}
	return append(out, make([]priceTyped, sparePrices)...)
}

// moneyTyped are the years of the form: those that are kept, and those ahead.
func (r *request) moneyTyped(m *flow.Means) (out []moneyTyped) {
	for _, y := range moneyFor(r.period, m) {
		x := moneyTyped{Year: y.String(), Label: r.Period(y)}
		for _, b := range m.Money.Lines {
			if b.Year == y {
				x.Wan, x.Source = plain(b.Yuan/1e4), b.Source
			}
		}
		out = append(out, x)
	}
	return out
}

func (r *request) priceTable(m *flow.Means) Table {
	t := Table{ID: "prices", Caption: r.Text(flow.MeansPrices.Name()), Empty: r.T("means.prices.none"), Tight: true, Cols: []Col{{Label: r.T("means.item"), Wrap: true}, {Label: r.T("means.price"), Num: true}, {Label: r.T("means.unit")}, {Label: r.T("means.year"), Num: true}, {Label: r.T("means.basis"), Wrap: true}}}
	for _, p := range m.Prices.Lines {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(p.Name), figure(p.Yuan, 0), text(p.Unit), text(strconv.Itoa(p.Year)), text(p.Basis)}})
	}
	return t
}

func (r *request) moneyTable(m *flow.Means) Table {
	t := Table{ID: "budgets", Caption: r.Text(flow.MeansMoney.Name()), Empty: r.T("means.money.none"), Tight: true, Cols: []Col{{Label: r.T("shell.year")}, {Label: r.T("proposal.budget"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("means.source"), Wrap: true}}}
	for _, b := range m.Money.Lines {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Period(b.Year)), r.wanCell(b.Yuan), text(b.Source)}})
	}
	return t
}

// staffTable is what was told of staff, by stage: nobody is in it, and no school.
func (r *request) staffTable(m *flow.Means) Table {
	t := Table{ID: "people", Caption: r.Text(flow.MeansStaff.Name()), Empty: r.T("means.staff.none"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("staff.sections"), Num: true}, {Label: r.T("staff.people"), Num: true}, {Label: r.T("staff.ownposts"), Num: true}, {Label: r.T("staff.held"), Num: true}, {Label: r.T("staff.eligible"), Num: true}, {Label: r.T("staff.retire.all"), Num: true}}}
	for _, st := range edu.Stages {
		schools := map[string]bool{}
		var people, posts, held, eligible, retiring int
		for i := range m.Staff.Groups {
			g := &m.Staff.Groups[i]
			if g.Stage != st {
				continue
			}
			schools[g.School] = true
			people, posts, eligible = people+g.People, posts+g.Posts, eligible+g.Eligible
			for _, n := range g.Held {
				held += n
			}
			for _, n := range g.Retiring {
				retiring += n
			}
		}
		if len(schools) > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Stage(st)), count(len(schools)), count(people), count(posts), count(held), count(eligible), count(retiring)}})
		}
	}
	return t
}

func (r *request) wayTable(m *flow.Means) Table {
	t := Table{ID: "ways", Caption: r.Text(flow.MeansWays.Name()), Empty: r.T("means.ways.none"), Tight: true, Cols: []Col{{Label: r.T("means.from")}, {Label: r.T("means.to")}, {Label: r.T("means.km"), Num: true}, {Label: r.T("means.minutes"), Num: true}}}
	for i, x := range m.Ways.Lines {
		if i == 12 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.T("means.more", len(m.Ways.Lines)-i)), text(""), text(""), text("")}})
			break
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(x.From), text(x.To), figure(x.Km, 1), figure(x.Minutes, 0)}})
	}
	return t
}

// stageWord is a stage as tables of means have it, so that it is read back.
func (r *request) stageWord(st edu.Stage) string {
	if r.Lang() == "zh" {
		return forecast.SectionName(string(st)).ZH
	}
	return string(st)
}

// lessonTable is the county's own plan of lessons.
func (r *request) lessonTable(m *flow.Means) Table {
	t := Table{ID: "lessons", Caption: r.Text(flow.MeansLessons.Name()), Empty: r.T("means.lessons.none"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("staff.subject")}, {Label: r.T("means.lessons.class"), Num: true}, {Label: r.T("means.lessons.teacher"), Num: true}, {Label: r.T("means.lessons.year"), Num: true}, {Label: r.T("means.basis"), Wrap: true}}}
	for _, l := range m.Lessons.Lines {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Stage(l.Stage)), text(l.Subject), figure(l.PerClass, 1), figure(l.PerTeacher, 1), text(strconv.Itoa(l.Year)), text(l.Basis)}})
	}
	return t
}

// typeMeans keeps what was typed into one of the forms.
func (s *Server) typeMeans(w http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	rev, err := numberOf(r, "rev")
	if err != nil {
		return err
	}
	kind := flow.MeansKind(r.PostFormValue("kind"))
	v := meansView{Kind: string(kind)}
	wrong := func(why string, status int) error {
		v.Error = why
		return s.showMeans(w, r, v, status)
	}
	switch kind {
	case flow.MeansPrices:
		v.PriceRev = rev
		p, why := r.readPrices(&v)
		if why != "" {
			return wrong(why, http.StatusUnprocessableEntity)
		}
		_, err = s.gaps.KeepPrices(r.Context(), r.who, means.Prices{County: id, Rev: rev, Lines: p})
	case flow.MeansMoney:
		v.MoneyRev = rev
		m, why := r.readMoney(&v)
		if why != "" {
			return wrong(why, http.StatusUnprocessableEntity)
		}
		_, err = s.gaps.KeepMoney(r.Context(), r.who, flow.Money{County: id, Rev: rev, Lines: m})
	case flow.MeansStaff, flow.MeansWays, flow.MeansLessons:
		v.StaffRev, v.StaffSource, v.StaffAsOf, v.StaffLines = rev, r.PostFormValue("source"), r.PostFormValue("asof"), r.PostFormValue("lines")
		v.WaysRev, v.WaysLines = rev, v.StaffLines
		v.LessonRev, v.LessonLines = rev, v.StaffLines
		return s.readMeans(w, r, &v, kind, id, rev, r.T("forecast.typed"), io.NopCloser(strings.NewReader(flow.HeadedMeans(kind, v.StaffLines))))
	default:
		return fmt.Errorf("kind %q: %w", kind, fault.Invalid)
	}
	return s.meansKept(w, r, &v, kind, err)
}

// sendMeans keeps what is in a file: one of the kinds.
func (s *Server) sendMeans(w http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	rev, err := numberOf(r, "rev")
	if err != nil {
		return err
	}
	kind := flow.MeansKind(r.PostFormValue("kind"))
	if !slices.Contains(flow.MeansKinds, kind) {
		return fmt.Errorf("kind %q: %w", kind, fault.Invalid)
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of means: %w", err)
	}
	v := meansView{StaffSource: r.PostFormValue("source"), StaffAsOf: r.PostFormValue("asof")}
	return s.readMeans(w, r, &v, kind, id, rev, files[0].Filename, f)
}

// readMeans reads lines of a kind and keeps them.
func (s *Server) readMeans(w http.ResponseWriter, r *request, v *meansView, kind flow.MeansKind, id edu.UnitID, rev int, name string, f io.ReadCloser) error {
	wrong := func(why string) error {
		v.Error = why
		return s.showMeans(w, r, *v, http.StatusUnprocessableEntity)
	}
	got, problems, err := s.gaps.ReadMeans(r.Context(), kind, name, f)
	if no, ok := errors.AsType[*sheet.Refusal](err); ok {
		return wrong(r.Text(no.Text))
	}
	if err != nil {
		if why := r.why(err); why != "" {
			return wrong(why)
		}
		return fmt.Errorf("means: %w", err)
	}
	if len(problems) > 0 {
		var says []string
		for _, p := range problems[:min(len(problems), 5)] {
			says = append(says, r.Text(p))
		}
		if n := len(problems) - 5; n > 0 {
			says = append(says, r.T("means.problems.more", n))
		}
		return wrong(strings.Join(says, r.T("forecast.and")))
	}
	switch kind {
	case flow.MeansPrices:
		got.Prices.County, got.Prices.Rev = id, rev
		_, err = s.gaps.KeepPrices(r.Context(), r.who, got.Prices)
	case flow.MeansMoney:
		got.Money.County, got.Money.Rev = id, rev
		_, err = s.gaps.KeepMoney(r.Context(), r.who, got.Money)
	case flow.MeansWays:
		got.Ways.County, got.Ways.Rev = id, rev
		_, err = s.gaps.KeepWays(r.Context(), r.who, got.Ways)
	case flow.MeansLessons:
		got.Lessons.County, got.Lessons.Rev = id, rev
		_, err = s.gaps.KeepLessons(r.Context(), r.who, got.Lessons)
	case flow.MeansStaff:
		got.Staff.County, got.Staff.Rev, got.Staff.Source = id, rev, strings.TrimSpace(v.StaffSource)
		if got.Staff.AsOf, err = dayOf(v.StaffAsOf); err != nil {
			return wrong(r.T("forecast.asof.wrong"))
		}
		_, err = s.gaps.KeepStaff(r.Context(), r.who, got.Staff)
	}
	return s.meansKept(w, r, v, kind, err)
}

// meansKept goes on after something was kept, or shows why it was not.
func (s *Server) meansKept(w http.ResponseWriter, r *request, v *meansView, kind flow.MeansKind, err error) error {
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		v.Error, v.stale = r.T("means.conflict", r.Text(kind.Name())), true
		return s.showMeans(w, r, *v, http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error {
			v.Error = why
			return s.showMeans(w, r, *v, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{s.toGaps(r, r.PathValue("county")) + "/means?" + with(nil, "did", string(kind)).Encode()}
}

// readPrices reads the form of the price list; lines without a price are left out.
func (r *request) readPrices(v *meansView) (out []means.Price, why string) {
	f := r.PostForm
	at := func(key string, i int) string {
		if i < len(f[key]) {
			return strings.TrimSpace(f[key][i])
		}
		return ""
	}
	for i := range f["name"] {
		x := priceTyped{at("item", i), at("name", i), at("unit", i), at("yuan", i), at("year", i), at("basis", i)}
		v.Prices = append(v.Prices, x)
		if x.Yuan == "" {
			continue
		}
		yuan, err1 := strconv.ParseFloat(strings.ReplaceAll(x.Yuan, ",", ""), 64)
		year, err2 := strconv.Atoi(x.Year)
		if (err1 != nil || err2 != nil) && why == "" {
			why = r.T("means.price.wrong", x.Name)
		}
		if x.Item == "" {
			x.Item = x.Name // the county's own
		}
		out = append(out, means.Price{Item: x.Item, Name: x.Name, Unit: x.Unit, Yuan: yuan, Year: year, Basis: x.Basis})
	}
	return out, why
}

// readMoney reads the form of years; years without money are left out.
func (r *request) readMoney(v *meansView) (out []means.Budget, why string) {
	f := r.PostForm
	for i, y := range f["year"] {
		x := moneyTyped{Year: y}
		if i < len(f["wan"]) && i < len(f["source"]) {
			x.Wan, x.Source = strings.TrimSpace(f["wan"][i]), strings.TrimSpace(f["source"][i])
		}
		p, err := edu.ParsePeriod(y)
		if err == nil {
			x.Label = r.Period(p)
		}
		v.Money = append(v.Money, x)
		if x.Wan == "" {
			continue
		}
		wan, bad := strconv.ParseFloat(strings.ReplaceAll(x.Wan, ",", ""), 64)
		if (err != nil || bad != nil) && why == "" {
			why = r.T("means.money.wrong", x.Label)
		}
		out = append(out, means.Budget{Year: p, Yuan: math.Round(wan * 1e4), Source: x.Source})
	}
	return out, why
}

// meansTemplate sends an empty workbook of means: the one that the command writes.
func (s *Server) meansTemplate(w http.ResponseWriter, r *request) error {
	if _, _, err := s.countyHere(r); err != nil {
		return err
	}
	var book bytes.Buffer
	if err := s.gaps.MeansTemplate(&book); err != nil {
		return err
	}
	s.sendFile(w, r, r.T("means.template")+".xlsx", book.Bytes())
	return nil
}
