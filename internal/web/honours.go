package web

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

const honoursPerPage = 50

// honoursPage is the roll of honours, searched and printed.
type honoursPage struct {
	Shell
	Said      string
	Error     string
	Keeps     bool
	Query     string
	Ranks     []Choice
	Qualities []Choice
	Filtered  bool
	Plain     string
	Years2    []Choice
	Found     string
	Table     Table
	Drops     []Choice
	Pages     []Choice
	Prev      string
	Next      string
	Typed     honourTyped
	RankOf    []Choice
	QualityOf []Choice
}

type honourTyped struct{ Who, Unit, Title, Year, Issuer, Number, Category string }

func (s *Server) honours(w http.ResponseWriter, r *request) error {
	p := honoursPage{}
	switch r.query.Get("did") {
	case "kept":
		p.Said = r.T("honour.did.kept")
	case "dropped":
		p.Said = r.T("honour.did.dropped")
	case "file":
		n, err := strconv.Atoi(r.query.Get("n"))
		if err != nil {
			return fmt.Errorf("number of honours: %w", fault.Invalid)
		}
		p.Said = r.T("honour.did.file", n)
	}
	return s.showHonours(w, r, p, http.StatusOK)
}

func (s *Server) showHonours(w http.ResponseWriter, r *request, p honoursPage, status int) error {
	all, err := s.council.Honours(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("honours: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	f := council.HonourFilter{Query: strings.TrimSpace(r.query.Get("q")), Level: council.Rank(r.query.Get("level")), Quality: council.Quality(r.query.Get("quality"))}
	if y := r.query.Get("of"); y != "" {
		if f.Year, err = strconv.Atoi(y); err != nil {
			return fmt.Errorf("year %q: %w", y, fault.Invalid)
		}
	}
	p.Shell = s.shell(r, r.T("honour.title"), "honours")
	p.Keeps, p.Query = r.who.May(auth.KeepMeeting), f.Query
	p.Ranks, p.Qualities = options(r, council.Ranks, council.Rank.Name, f.Level), options(r, council.Qualities, council.Quality.Name, f.Quality)
	if p.RankOf == nil {
		p.RankOf, p.QualityOf = options(r, council.Ranks, council.Rank.Name, council.Municipal), options(r, council.Qualities, council.Quality.Name, council.Teacher)
	}
	var years []int
	for _, h := range all {
		if !slices.Contains(years, h.Year) && len(years) < 30 {
			years = append(years, h.Year)
		}
	}
	for _, y := range years {
		p.Years2 = append(p.Years2, Choice{Link{strconv.Itoa(y), strconv.Itoa(y)}, y == f.Year})
	}
	p.Filtered, p.Plain = f != council.HonourFilter{}, "/honours"
	all = slices.DeleteFunc(all, func(h council.Honour) bool { return !f.Takes(&h, units(h.Unit)) })
	p.Found = r.T("honour.found", len(all))
	if r.query.Get("as") == "xlsx" {
		t := r.honourTable(all, units, true)
		return s.exportPlain(w, r, r.T("honour.title"), t)
	}
	p.Export = r.here("as", "xlsx", "page", "", "did", "", "n", "")
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(all) + honoursPerPage - 1) / honoursPerPage
	page = min(page, max(1, pages))
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	all = all[min(len(all), (page-1)*honoursPerPage):min(len(all), page*honoursPerPage)]
	p.Table = r.honourTable(all, units, false)
	for _, h := range all {
		p.Drops = append(p.Drops, Choice{Link{joinWords(" · ", strconv.Itoa(h.Year), h.Who, h.Title), h.ID + " " + strconv.Itoa(h.Rev)}, false})
	}
	return s.write(w, r, status, "honours.html", p)
}

// honourTable is a table of honours; that of a file has the columns by which it can
// be read in again, in Chinese as the file has them.
func (r *request) honourTable(hs []council.Honour, units func(edu.UnitID) string, file bool) Table {
	t := Table{ID: "honours", Caption: r.T("honour.title"), Empty: r.T("honour.none"), Sheet: r.T("honour.title"), List: true}
	if file {
		for _, h := range council.HonourHead() {
			t.Cols = append(t.Cols, Col{Label: h, Wrap: true})
		}
		for _, h := range hs {
			unit := ""
			if h.Unit != "" {
				unit = units(h.Unit)
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(h.Who), text(h.Quality.Name().ZH), text(unit), text(h.Title), text(h.Level.Name().ZH), text(strconv.Itoa(h.Year)), text(h.Issuer), text(h.Number), text(h.Category)}})
		}
		return t
	}
	t.Cols = []Col{{Label: r.T("honour.who"), Wrap: true}, {Label: r.T("honour.quality")}, {Label: r.T("honour.unit"), Wrap: true}, {Label: r.T("honour.name"), Wrap: true}, {Label: r.T("honour.level")}, {Label: r.T("honour.year")}, {Label: r.T("honour.issuer"), Wrap: true}, {Label: r.T("honour.number"), Wrap: true}, {Label: r.T("honour.category"), Wrap: true}}
	for _, h := range hs {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(h.Who), text(r.Text(h.Quality.Name())), text(units(h.Unit)), text(h.Title), text(r.Text(h.Level.Name())), text(strconv.Itoa(h.Year)), text(h.Issuer), text(h.Number), text(h.Category)}})
	}
	return t
}

// keepHonour keeps a new line of the roll, or takes one off.
func (s *Server) keepHonour(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	if v("do") == "drop" {
		id, rev, _ := strings.Cut(v("honour"), " ")
		n, err := strconv.Atoi(rev)
		if err != nil {
			err = auth.Refuse(fault.Invalid, "未选荣誉", "which honour is not said")
		} else {
			err = s.council.DropHonour(r.Context(), r.who, id, n)
		}
		if err != nil {
			return s.honourWrong(w, r, err, honoursPage{})
		}
		return away{"/honours?did=dropped"}
	}
	p := honoursPage{Typed: honourTyped{v("who"), v("unit"), v("title"), v("year"), v("issuer"), v("number"), v("category")}}
	h := council.Honour{Who: v("who"), Quality: council.Quality(v("quality")), Title: v("title"), Level: council.Rank(v("level")), Issuer: v("issuer"), Number: v("number"), Category: v("category"), Unit: keepUnit(r)}
	p.RankOf, p.QualityOf = options(r, council.Ranks, council.Rank.Name, h.Level), options(r, council.Qualities, council.Quality.Name, h.Quality)
	h.Year, _ = strconv.Atoi(v("year"))
	if v("unit") != "" {
		var err error
		if h.Unit, err = s.schoolTyped(r, v("unit")); err != nil {
			return s.honourWrong(w, r, err, p)
		}
	}
	if err := s.council.KeepHonours(r.Context(), r.who, []council.Honour{h}); err != nil {
		return s.honourWrong(w, r, err, p)
	}
	return away{"/honours?did=kept"}
}

func (s *Server) honourWrong(w http.ResponseWriter, r *request, err error, p honoursPage) error {
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		p.Error = r.T("honour.conflict")
		return s.showHonours(w, r, p, http.StatusConflict)
	}
	return s.orSay(err, func(why string) error {
		p.Error = why
		return s.showHonours(w, r, p, http.StatusUnprocessableEntity)
	}, r)
}

// takeHonours reads a file of honours: all of them, or none.
func (s *Server) takeHonours(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no file was sent: %w", fault.Invalid)
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of honours: %w", err)
	}
	n, err := s.council.ImportHonours(r.Context(), r.who, f)
	if err != nil {
		return s.honourWrong(w, r, err, honoursPage{})
	}
	return away{fmt.Sprintf("/honours?did=file&n=%d", n)}
}

// honourTemplate is an empty file of honours.
func (s *Server) honourTemplate(w http.ResponseWriter, r *request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="honours.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that a spreadsheet reads it as UTF-8
		return nil
	}
	out := csv.NewWriter(w)
	out.Write(council.HonourHead())
	out.Flush()
	return nil
}
