package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// valueAddedNew is the page of a new estimate: first a file, then its columns.
type valueAddedNew struct {
	Shell
	On      bool
	Most    string
	File    string // key on the shelf, "" before a file was chosen
	Name    string
	Sheets  []valueAddedSheet
	Years   []Choice
	ID      string
	Default int
	Error   string
}

type valueAddedSheet struct {
	Name  string
	Index int
	Cols  []valueAddedColumn
}

type valueAddedColumn struct {
	Field    string
	Head     string
	Personal bool
	Roles    []Choice
}

var valueAddedRoles = []valueadd.Role{valueadd.NoRole, valueadd.SchoolRole, valueadd.OutcomeRole, valueadd.PriorRole, valueadd.NumberRole, valueadd.TextRole}

func (s *Server) newValueAddedPage(r *request) (valueAddedNew, error) {
	sw, err := s.valueAddedOn(r)
	p := valueAddedNew{Shell: s.shell(r, r.T("va.new"), "valueadded", Link{r.T("va.title"), "/value-added"}), On: sw.On, Most: r.T("va.most", int(s.limits.File>>20)), Default: valueadd.DefaultMinPupils}
	return p, err
}

// newValueAdded shows the form to choose a file, or the columns of one.
func (s *Server) newValueAdded(w http.ResponseWriter, r *request) error {
	p, err := s.newValueAddedPage(r)
	if err != nil {
		return err
	}
	if id := r.query.Get("file"); id != "" && p.On {
		if err := s.columnsOf(r, &p, id); err != nil {
			return err
		}
	}
	return s.render(w, r, "vanew.html", p)
}

// columnsOf fills the page with the columns of a file, as their headings sound.
func (s *Server) columnsOf(r *request, p *valueAddedNew, id string) error {
	name, body, ok := s.kept.get(r.who.Account, id)
	if !ok {
		return fmt.Errorf("%s: %w", r.T("mapping.gone"), fault.NotFound)
	}
	tables, err := s.added.LookAtPupils(r.Context(), r.who, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		return r.inWords(err)
	}
	p.File, p.Name, p.ID = id, name, auth.NewID()
	for i, t := range tables {
		v := valueAddedSheet{Name: t.Sheet, Index: i}
		guessed := map[valueadd.Role]bool{}
		for k, c := range t.Columns {
			// One column is the school and one the result; the first that sounds so.
			if g := c.Guess; (g == valueadd.SchoolRole || g == valueadd.OutcomeRole) && guessed[g] {
				c.Guess = valueadd.NoRole
			}
			guessed[c.Guess] = true
			col := valueAddedColumn{Field: "c" + strconv.Itoa(i) + "." + strconv.Itoa(k), Head: c.Name, Personal: c.Personal}
			for _, role := range valueAddedRoles {
				col.Roles = append(col.Roles, Choice{Link{r.columnRole(role), string(role)}, role == c.Guess})
			}
			v.Cols = append(v.Cols, col)
		}
		p.Sheets = append(p.Sheets, v)
	}
	years := r.periods
	if len(years) == 0 {
		now := s.now().Year()
		years = []edu.Period{edu.Year(now - 1), edu.Year(now)}
	}
	for _, y := range slices.Backward(years) {
		p.Years = append(p.Years, Choice{Link{r.Period(y), y.String()}, y == r.period})
	}
	return nil
}

// columnRole says what a column is taken for.
func (r *request) columnRole(role valueadd.Role) string {
	switch role {
	case valueadd.SchoolRole:
		return r.T("va.role.school")
	case valueadd.OutcomeRole:
		return r.T("va.role.outcome")
	case valueadd.PriorRole:
		return r.T("va.role.prior")
	case valueadd.NumberRole:
		return r.T("va.role.number")
	case valueadd.TextRole:
		return r.T("va.role.category")
	default:
		return r.T("va.role.none")
	}
}

// takePupils keeps a file in memory while its columns are matched: it never
// touches the disk.
func (s *Server) takePupils(w http.ResponseWriter, r *request) error {
	if sw, err := s.valueAddedOn(r); err != nil {
		return err
	} else if !sw.On {
		return fmt.Errorf("%s: %w", r.T("va.off"), fault.Invalid)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return fmt.Errorf("upload: %w: %w", err, fault.Invalid)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: %w", r.T("upload.none"), fault.Invalid)
		}
		if err != nil {
			return fmt.Errorf("upload: %w: %w", err, fault.Invalid)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("upload: %w: %w", err, fault.Invalid)
		}
		id := s.kept.put(r.who.Account, filepath.Base(part.FileName()), body)
		s.redirect(w, r, "/value-added/new?file="+id)
		return nil
	}
}

// longestEstimate bounds one estimate; a million pupils take seconds.
const longestEstimate = 10 * time.Minute

// startValueAdded begins the estimate that the form asks for.
func (s *Server) startValueAdded(w http.ResponseWriter, r *request) error {
	if s.added == nil {
		return fmt.Errorf("value added: %w", fault.NotFound)
	}
	key := r.PostFormValue("file")
	name, body, ok := s.kept.get(r.who.Account, key)
	id := r.PostFormValue("id")
	if _, begun := s.underway.get(id, r.who.Account); begun {
		s.redirect(w, r, "/value-added/jobs/"+id)
		return nil
	}
	if !ok || id == "" {
		return fmt.Errorf("%s: %w", r.T("mapping.gone"), fault.Invalid)
	}
	tables, err := s.added.LookAtPupils(r.Context(), r.who, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		return r.inWords(err)
	}
	o, err := valueAddedOrder(r, tables)
	if err != nil {
		return s.askAgain(w, r, key, err)
	}
	o.ID, o.File = id, name
	who, ctx := r.who, context.WithoutCancel(r.Context())
	_, err = s.underway.start(id, r.who.Account, key, s.now(), func(e *estimate) {
		ctx, stop := context.WithTimeout(ctx, longestEstimate)
		defer stop()
		receipt, err := s.added.EstimateValueAdded(ctx, who, o, inMemory{bytes.NewReader(body)}, func(done, total int64) {
			e.mu.Lock()
			e.read, e.total = done, total
			e.mu.Unlock()
		})
		e.mu.Lock()
		e.receipt, e.err = receipt, err
		e.mu.Unlock()
		if err == nil {
			s.kept.drop(who.Account, key) // nobody needs the pupils any more
		}
	})
	if err != nil {
		return err
	}
	s.redirect(w, r, "/value-added/jobs/"+id)
	return nil
}

// askAgain shows the columns once more, with what was wrong.
func (s *Server) askAgain(w http.ResponseWriter, r *request, key string, wrong error) error {
	p, err := s.newValueAddedPage(r)
	if err != nil {
		return err
	}
	if err := s.columnsOf(r, &p, key); err != nil {
		return err
	}
	p.Error = strings.TrimSuffix(r.inWords(wrong).Error(), ": "+fault.Invalid.Error())
	return s.write(w, r, http.StatusBadRequest, "vanew.html", p)
}

// valueAddedOrder reads the form: of the sheets, the one whose columns were chosen.
func valueAddedOrder(r *request, tables []valueadd.Table) (valueadd.Order, error) {
	o := valueadd.Order{Title: strings.TrimSpace(r.PostFormValue("title"))}
	if o.Title == "" {
		return o, fmt.Errorf("%s: %w", r.T("va.untitled"), fault.Invalid)
	}
	var err error
	if o.Period, err = edu.ParsePeriod(r.PostFormValue("period")); err != nil {
		return o, fmt.Errorf("period: %w: %w", err, fault.Invalid)
	}
	o.Options.SchoolMeans = r.PostFormValue("means") != ""
	if n := r.PostFormValue("fewest"); n != "" {
		if o.Options.MinPupils, err = strconv.Atoi(n); err != nil || o.Options.MinPupils < valueadd.FewestPupils {
			return o, fmt.Errorf("%s: %w", r.T("va.fewest.wrong", valueadd.FewestPupils), fault.Invalid)
		}
	}
	at, _ := strconv.Atoi(r.PostFormValue("sheet"))
	if at < 0 || at >= len(tables) {
		return o, fmt.Errorf("sheet: %w", fault.Invalid)
	}
	t := tables[at]
	o.Choice.Sheet = t.Sheet
	set := func(to *string, head string) error {
		if *to != "" {
			return fmt.Errorf("%s: %w", r.T("mapping.twice", *to, head), fault.Invalid)
		}
		*to = head
		return nil
	}
	for k, c := range t.Columns {
		switch valueadd.Role(r.PostFormValue("c" + strconv.Itoa(at) + "." + strconv.Itoa(k))) {
		case valueadd.SchoolRole:
			err = set(&o.Choice.School, c.Name)
		case valueadd.OutcomeRole:
			err = set(&o.Choice.Outcome, c.Name)
		case valueadd.PriorRole:
			o.Choice.Priors = append(o.Choice.Priors, c.Name)
		case valueadd.NumberRole:
			o.Choice.Covariates = append(o.Choice.Covariates, c.Name)
		case valueadd.TextRole:
			o.Choice.Categories = append(o.Choice.Categories, c.Name)
		}
		if err != nil {
			return o, err
		}
	}
	if o.Choice.School == "" || o.Choice.Outcome == "" || len(o.Choice.Priors) == 0 {
		return o, fmt.Errorf("%s: %w", r.T("va.roles.wanted"), fault.Invalid)
	}
	return o, nil
}

// inMemory is an uploaded file as it is read: twice, for its hash and its rows.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
