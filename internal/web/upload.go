package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// uploadPage takes filled workbooks and says what became of each.
type uploadPage struct {
	Shell
	Files    []uploadedFile
	Submit   bool
	Over     bool // the workbooks stand over what was saved since
	MayBatch bool
	Most     string
	Mapping  string // page of files that are no template of ours
	Works    []Link // templates to download
}

// uploadedFile is one workbook and what became of it.
type uploadedFile struct {
	Name     string
	Lamp     Lamp
	Says     string
	Units    Table
	Problems Table
	Marked   string // address of the marked workbook
	Foreign  string // address where its columns can be matched
	More     string
}

const maxFiles = 50

// upload shows the form.
func (s *Server) upload(w http.ResponseWriter, r *request) error {
	p, err := s.uploadPage(r)
	if err != nil {
		return err
	}
	return s.render(w, r, "upload.html", p)
}

func (s *Server) uploadPage(r *request) (uploadPage, error) {
	p := uploadPage{Shell: s.shell(r, r.T("upload.title"), "work", Link{r.T("work.title"), r.to([]string{"work"})}), Most: r.T("upload.most", maxFiles, int(s.limits.File>>20))}
	d := s.desk(r.who)
	var err error
	if _, ok := d.(Importer); ok && r.who.May(auth.ImportFiles) {
		p.Mapping = r.to([]string{"work", "mapping"})
	}
	if p.Works, err = s.wholes(r, d); err != nil {
		return p, err
	}
	ts, err := d.Tasks(r.Context(), collect.Filter{Mine: true, Limit: 10})
	if err != nil {
		return p, fmt.Errorf("tasks: %w", err)
	}
	for _, t := range ts.List {
		if t.State.Open() {
			p.Works = append(p.Works, Link{r.Text(t.Place.Name) + " · " + r.Text(t.Form), r.to([]string{"work", t.Issue, string(t.Unit), "template"})})
		}
	}
	return p, nil
}

// takeUpload reads the workbooks: each is saved whole or not at all.
func (s *Server) takeUpload(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	p, err := s.uploadPage(r)
	if err != nil {
		return err
	}
	p.Submit = r.MultipartForm.Value["submit"] != nil
	p.Over = r.MultipartForm.Value["overwrite"] != nil
	d := s.desk(r.who)
	for _, fh := range files {
		f, err := s.takeFile(r, d, fh, collect.UploadOptions{Submit: p.Submit, Overwrite: p.Over})
		if err != nil {
			return err
		}
		p.Files = append(p.Files, f)
	}
	return s.render(w, r, "upload.html", p)
}

// filesOf are the files of a request, within limits.
func filesOf(r *request, field string) ([]*multipart.FileHeader, error) {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return nil, fmt.Errorf("upload: %w: %w", err, fault.Invalid)
	}
	files := r.MultipartForm.File[field]
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: %w", r.T("upload.none"), fault.Invalid)
	}
	if len(files) > maxFiles {
		return nil, fmt.Errorf("%d files: %w", len(files), fault.TooLarge)
	}
	return files, nil
}

func (s *Server) takeFile(r *request, d Desk, fh *multipart.FileHeader, opt collect.UploadOptions) (uploadedFile, error) {
	name := filepath.Base(fh.Filename)
	out := uploadedFile{Name: name}
	src, err := fh.Open()
	if err != nil {
		return out, fmt.Errorf("upload: %w", err)
	}
	defer src.Close()
	up, err := d.Upload(r.Context(), name, src, fh.Size, opt)
	switch {
	case up == nil && errors.Is(err, fault.Invalid), up == nil && errors.Is(err, fault.NotFound), up == nil && errors.Is(err, fault.Conflict):
		// Not a workbook of ours, or none that may be filled now: nothing was taken.
		out.Lamp, out.Says = Lamp{chart.Bad, r.T("upload.refused"), ""}, r.unread(err)
		return s.offerMapping(r, d, src, fh, out)
	case err != nil && !errors.Is(err, fault.Blocked):
		return out, fmt.Errorf("upload of %s: %w", name, err)
	}
	out.fill(r, up)
	if len(up.Marked) > 0 {
		out.Marked = r.to([]string{"work", "marked", s.kept.put(r.who.Account, name, up.Marked)})
	}
	if up.Issue == "" {
		return s.offerMapping(r, d, src, fh, out)
	}
	return out, nil
}

// offerMapping keeps a file that is no template of ours, so that its columns can
// be matched without choosing it again.
func (s *Server) offerMapping(r *request, d Desk, src multipart.File, fh *multipart.FileHeader, out uploadedFile) (uploadedFile, error) {
	if _, ok := d.(Importer); !ok || !r.who.May(auth.ImportFiles) {
		return out, nil
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return out, err
	}
	body, err := io.ReadAll(src)
	if err != nil {
		return out, err
	}
	out.Foreign = r.to([]string{"work", "mapping"}, "file", s.kept.put(r.who.Account, out.Name, body))
	return out, nil
}

// maxListed is how many problems of a file a page lists; the marked workbook has all.
const maxListed = 40

func (out *uploadedFile) fill(r *request, up *collect.Uploaded) {
	blocked := 0
	t := Table{Caption: r.T("upload.problems"), Tight: true, Cols: []Col{{Label: r.T("upload.level")}, {Label: r.T("upload.where"), Wrap: true}, {Label: r.T("upload.what"), Wrap: true}, {Label: r.T("upload.do"), Wrap: true}}}
	add := func(blocking bool, where Cell, what, do edu.Text) {
		lamp := Lamp{chart.Near, r.T("problem.ask"), ""}
		if blocking {
			lamp = Lamp{chart.Bad, r.T("problem.must"), ""}
			blocked++
		}
		if len(t.Rows) < maxListed {
			t.Rows = append(t.Rows, Row{Cells: []Cell{lampCell(lamp), where, text(r.Text(what)), text(r.Text(do))}})
		} else {
			out.More = r.T("upload.more", maxListed)
		}
	}
	if up.Reading != nil {
		for _, q := range up.Problems {
			add(q.Blocking, text(r.place(q.Cell)), q.Text, q.Do)
		}
		out.Units = Table{Caption: r.T("upload.units"), Tight: true, Cols: []Col{{Label: r.T("upload.unit"), Wrap: true}, {Label: r.T("log.state")}, {Label: r.T("problem.must"), Num: true}, {Label: r.T("problem.ask"), Num: true}}}
		same := !up.Blocked() // what was handed in already and says the same is left as it is
		for i, u := range up.Units {
			must, ask := 0, 0
			href := r.to([]string{"work", up.Issue, string(u.Unit.ID)})
			for _, q := range u.Problems {
				if q.Blocking {
					must++
				} else if q.Reason == nil {
					ask++
				}
				add(q.Blocking, Cell{Text: r.Text(u.Unit.Name) + r.problemPlace(q), Href: href + anchor(q)}, q.Text, q.Do)
			}
			state := text(r.T("upload.notsaved"))
			if k := slices.IndexFunc(up.Filings, func(f collect.Filing) bool { return f.Unit == u.Unit.ID }); k >= 0 {
				state = lampCell(r.StateLamp(up.Filings[k]))
			} else if same {
				state = text(r.T("upload.same"))
			}
			if i < 200 {
				out.Units.Rows = append(out.Units.Rows, Row{Cells: []Cell{linked(r.Text(u.Unit.Name), href), state, count(must), count(ask)}})
			}
		}
	}
	out.Problems = t
	switch {
	case up.Handed > 0:
		out.Lamp, out.Says = Lamp{chart.Good, r.T("upload.handed"), ""}, r.T("upload.handed.says", up.Handed)
	case up.Saved > 0 && blocked > 0:
		out.Lamp, out.Says = Lamp{chart.Near, r.T("upload.saved"), ""}, r.T("upload.saved.bad", up.Saved, blocked)
	case up.Saved > 0:
		out.Lamp, out.Says = Lamp{chart.Good, r.T("upload.saved"), ""}, r.T("upload.saved.says", up.Saved)
	case up.Repeated:
		out.Lamp, out.Says = Lamp{chart.Open, r.T("upload.repeated"), ""}, r.T("upload.repeated.says")
	case up.Reading != nil && len(up.Units) > 0 && !up.Blocked():
		out.Lamp, out.Says = Lamp{chart.Open, r.T("upload.same"), ""}, r.T("upload.same.says")
	default:
		out.Lamp, out.Says = Lamp{chart.Bad, r.T("upload.refused"), ""}, r.T("upload.refused.says", blocked)
	}
}

// anchor leads to the cell of a problem on the paper's page.
func anchor(q form.Problem) string {
	switch {
	case q.List != "":
		return "#l-" + q.List
	case len(q.Cells) > 0:
		return "#c:" + q.Cells[0].String()
	}
	return ""
}

// problemPlace is the section of a problem beside the name of its unit; what the
// problem says names the cell.
func (r *request) problemPlace(q form.Problem) string {
	if len(q.Cells) > 0 && q.Cells[0].Part != "" {
		return " · " + r.partName(q.Cells[0].Part)
	}
	return ""
}

// marked sends the marked workbook of an upload.
func (s *Server) marked(w http.ResponseWriter, r *request) error {
	name, body, ok := s.kept.get(r.who.Account, r.PathValue("file"))
	if !ok {
		return fmt.Errorf("marked workbook: %w", fault.NotFound)
	}
	s.sendFile(w, r, r.T("upload.marked.name")+"-"+name, bytes.Clone(body))
	return nil
}
