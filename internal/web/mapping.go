package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// mappingPage matches the columns of a file that is no template of ours.
type mappingPage struct {
	Shell
	File    string // key on the shelf, "" before a file was chosen
	Name    string
	Sheets  []mappingSheet
	Targets []Choice
	Feeds   []Choice
	Period  string
	Ready   bool // matched before: one click takes it
	Taken   string
	Drafts  Table // papers that were filled in
	Table   Table // problems of what was taken
	Lamp    Lamp
}

type mappingSheet struct {
	Name string
	Head int
	Cols []mappingColumn
}

type mappingColumn struct {
	Field  string // name of the control
	Head   string
	Sample string
	Lamp   Lamp
	Target string
}

// mapping shows the form to choose a file, or the columns of one.
func (s *Server) mapping(w http.ResponseWriter, r *request) error {
	p := mappingPage{Shell: s.shell(r, r.T("mapping.title"), "work", Link{r.T("work.title"), r.to([]string{"work"})})}
	if id := r.query.Get("file"); id != "" {
		name, body, ok := s.kept.get(r.who.Account, id)
		if !ok {
			return fmt.Errorf("%s: %w", r.T("mapping.gone"), fault.NotFound)
		}
		if err := s.look(r, &p, id, name, body); err != nil {
			return err
		}
	}
	return s.render(w, r, "mapping.html", p)
}

func (s *Server) importer(r *request) (Importer, error) {
	im, ok := s.desk(r.who).(Importer)
	if !ok {
		return nil, fmt.Errorf("import of other files: %w", fault.NotFound)
	}
	return im, nil
}

// look fills the page with what a file seems to be.
func (s *Server) look(r *request, p *mappingPage, id, name string, body []byte) error {
	im, err := s.importer(r)
	if err != nil {
		return err
	}
	f, err := im.Look(r.Context(), name, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("look at %s: %w", name, err)
	}
	p.File, p.Name, p.Period = id, name, r.period.String()
	for _, t := range f.Targets {
		p.Targets = append(p.Targets, Choice{Link: Link{r.Text(t.Name), t.ID}})
	}
	p.Ready = f.Ready
	for _, t := range f.Issues {
		p.Feeds = append(p.Feeds, Choice{Link{r.T("mapping.issue", r.Text(t.Name)), issueFile + t.ID}, t.ID == f.Issue})
	}
	for _, t := range f.Feeds {
		p.Feeds = append(p.Feeds, Choice{Link{r.Text(t.Name), t.ID}, t.ID == f.Feed && f.Issue == ""})
	}
	for i, sh := range f.Sheets {
		v := mappingSheet{Name: sh.Name, Head: sh.Head}
		for k, c := range sh.Columns {
			v.Cols = append(v.Cols, mappingColumn{Field: "col:" + strconv.Itoa(i) + ":" + strconv.Itoa(k), Head: c.Head, Sample: strings.Join(c.Sample, "，"), Target: r.targetName(f, c.Target), Lamp: r.sure(c)})
		}
		p.Sheets = append(p.Sheets, v)
	}
	return nil
}

func (r *request) targetName(f *collect.Foreign, id string) string {
	for _, t := range f.Targets {
		if t.ID == id {
			return r.Text(t.Name)
		}
	}
	return id
}

// sure says how sure a guess is.
func (r *request) sure(c collect.ForeignColumn) Lamp {
	switch {
	case c.Saved:
		return Lamp{chart.Good, r.T("mapping.saved"), ""}
	case c.Target == "":
		return Lamp{chart.Open, r.T("mapping.none"), ""}
	case c.Sure >= 0.9:
		return Lamp{chart.Good, r.T("mapping.sure", chart.Percent(c.Sure)), ""}
	default:
		return Lamp{chart.Near, r.T("mapping.check", chart.Percent(c.Sure)), ""}
	}
}

// chooseForeign keeps a file, and shows its columns.
func (s *Server) chooseForeign(w http.ResponseWriter, r *request) error {
	if _, err := s.importer(r); err != nil {
		return err
	}
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	src, err := files[0].Open()
	if err != nil {
		return err
	}
	defer src.Close()
	body, err := io.ReadAll(src)
	if err != nil {
		return err
	}
	s.redirect(w, r, r.to([]string{"work", "mapping"}, "file", s.kept.put(r.who.Account, filepath.Base(files[0].Filename), body)))
	return nil
}

// takeMapping takes the figures of a file by the mapping that was confirmed.
func (s *Server) takeMapping(w http.ResponseWriter, r *request) error {
	im, err := s.importer(r)
	if err != nil {
		return err
	}
	id := r.PostFormValue("key")
	name, body, ok := s.kept.get(r.who.Account, id)
	if !ok {
		return fmt.Errorf("%s: %w", r.T("mapping.gone"), fault.NotFound)
	}
	f, err := im.Look(r.Context(), name, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("look at %s: %w", name, err)
	}
	m, err := mappingOf(r, f)
	if err != nil {
		return err
	}
	got, err := im.Take(r.Context(), name, bytes.NewReader(body), int64(len(body)), m)
	if err != nil && (got == nil || !errors.Is(err, fault.Blocked)) {
		return fmt.Errorf("take %s: %w", name, err)
	}
	p := mappingPage{Shell: s.shell(r, r.T("mapping.title"), "work", Link{r.T("work.title"), r.to([]string{"work"})})}
	p.taken(r, name, got)
	status := http.StatusOK
	if err != nil { // nothing was taken: the page says why, and offers the columns again
		status = http.StatusUnprocessableEntity
		if err := s.look(r, &p, id, name, body); err != nil {
			return err
		}
		p.Ready = false
	}
	return s.write(w, r, status, "mapping.html", p)
}

// issueFile stands before the id of an issue where a page says what a file is.
const issueFile = "issue:"

// mappingOf reads the choices of the page.
func mappingOf(r *request, f *collect.Foreign) (collect.Mapping, error) {
	m := collect.Mapping{Feed: r.PostFormValue("feed"), Period: r.period, Columns: map[string]map[string]string{}}
	if id, ok := strings.CutPrefix(m.Feed, issueFile); ok {
		m.Feed, m.Issue = "", id
	}
	if y := r.PostFormValue("period"); y != "" {
		var err error
		if m.Period, err = edu.ParsePeriod(y); err != nil {
			return m, fmt.Errorf("period: %w: %w", err, fault.Invalid)
		}
	}
	for i, sh := range f.Sheets {
		cols := map[string]string{}
		used := map[string]string{}
		for k, c := range sh.Columns {
			t, err := targetOf(r, f, r.PostFormValue("col:"+strconv.Itoa(i)+":"+strconv.Itoa(k)))
			if err != nil {
				return m, err
			}
			if other := used[t]; t != "" && other != "" {
				return m, fmt.Errorf("%s: %w", r.T("mapping.twice", other, c.Head), fault.Invalid)
			}
			cols[c.Head], used[t] = t, c.Head
		}
		m.Columns[sh.Name] = cols
	}
	return m, nil
}

// targetOf finds what a column means by the name that was chosen, or by its id.
func targetOf(r *request, f *collect.Foreign, s string) (string, error) {
	s = strings.TrimSpace(s)
	for _, t := range f.Targets {
		if s == t.ID || s == r.Text(t.Name) {
			return t.ID, nil
		}
	}
	if s == "" {
		return "", nil
	}
	return "", fmt.Errorf("%s: %w", r.T("mapping.unknown", s), fault.Invalid)
}

func (p *mappingPage) taken(r *request, name string, got *collect.Taken) {
	p.Name = name
	p.drafts(r, got)
	p.Lamp = Lamp{chart.Good, r.T("mapping.taken"), ""}
	p.Taken = r.T("mapping.taken.says", got.Units, got.Values, got.Left)
	p.Table = Table{Caption: r.T("upload.problems"), Tight: true, Cols: []Col{{Label: r.T("upload.level")}, {Label: r.T("upload.where"), Wrap: true}, {Label: r.T("upload.what"), Wrap: true}, {Label: r.T("upload.do"), Wrap: true}}}
	for i, q := range got.Problems {
		lamp := Lamp{chart.Near, r.T("problem.ask"), ""}
		if q.Blocking {
			lamp = Lamp{chart.Bad, r.T("problem.must"), ""}
			p.Lamp = Lamp{chart.Bad, r.T("upload.refused"), ""}
		}
		if i < maxListed {
			p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{lampCell(lamp), text(r.place(q.Cell)), text(r.Text(q.Text)), text(r.Text(q.Do))}})
		}
	}
}

// drafts lists the papers that a file filled in, with what is still wrong with
// each: the link leads to the paper.
func (p *mappingPage) drafts(r *request, got *collect.Taken) {
	if got.Issue == "" {
		return
	}
	p.Drafts = Table{Caption: r.T("upload.units"), Tight: true, Cols: []Col{{Label: r.T("upload.unit"), Wrap: true}, {Label: r.T("log.state")}, {Label: r.T("mapping.values"), Num: true}, {Label: r.T("problem.must"), Num: true}, {Label: r.T("problem.ask"), Num: true}}}
	for i, d := range got.Drafts {
		if i == maxListed {
			break
		}
		must, ask := 0, 0
		for _, q := range d.Problems {
			if q.Blocking {
				must++
			} else if q.Reason == nil {
				ask++
			}
		}
		p.Drafts.Rows = append(p.Drafts.Rows, Row{Cells: []Cell{linked(r.Text(d.Unit.Name), r.to([]string{"work", got.Issue, string(d.Unit.ID)})), lampCell(r.StateLamp(d.Filing)), count(d.Values), count(must), count(ask)}})
	}
}
