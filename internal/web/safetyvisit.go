package web

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// One inspection: filled in on a phone or at a desk, signed, and read. Without
// script the form is saved by its button, and the fields of a problem appear once the
// item is saved as unfit.

type visitPage struct {
	Shell
	ID      string
	Sub     string
	Said    string
	Error   string
	Lamp    Lamp
	Facts   []Fact
	Links   []Link
	Fill    bool
	Counter bool
	Groups  []visitGroup
	Names   []string // as typed, of checkers
	ForUnit string
	Sent    string
	Left    int
	Shown   string // the answers, as the form sends them back
	Today   string
	Parts   []string // key parts, offered as places
	Hazards Table
	Log     Table
	Blank   visitItem
}

type visitGroup struct {
	ID, Name string
	Items    []visitItem
}

type visitItem struct {
	No      int
	ID      string
	What    string
	How     string
	Wanted  string
	For     string
	Tag     string
	Mark    string // what the tag means, and the source
	Choices []Choice
	Result  string
	Word    string
	Tone    string
	Bad     bool
	Part    string
	Problem string
	Fixed   bool
	Major   bool
	Control string
	Due     string
	Photos  []photo
}

type photo struct {
	Hash  string `json:"hash"`
	Small string `json:"small"`
	Href  string `json:"href"`
}

func (r *request) forWord(kinds []string) string {
	words := map[string]string{"boarding": r.T("safety.for.boarding"), "bus": r.T("safety.for.bus"), "lab": r.T("safety.for.lab"), "canteen": r.T("safety.for.canteen"), "preschool": r.T("safety.for.preschool"), "works": r.T("safety.for.works")}
	var out []string
	for _, k := range kinds {
		out = append(out, cmp.Or(words[k], k))
	}
	return r.List(out)
}

func (s *Server) visitGroups(r *request, x *flow.Visit) (out []visitGroup) {
	base := flow.VisitLink(x.ID) + "/photos/"
	no := 0
	for _, g := range x.Groups {
		vg := visitGroup{ID: g.ID, Name: r.Text(g.Name)}
		for _, it := range x.Items {
			if it.Group != g.ID {
				continue
			}
			no++
			a := x.Answers[it.ID]
			v := visitItem{No: no, ID: it.ID, What: r.Text(it.What), How: r.Text(it.How), Wanted: r.Text(it.Wanted), For: r.forWord(it.For), Tag: it.Tag, Mark: r.Evidence(it.Tag) + " " + it.Source, Result: string(a.Result), Word: r.label(a.Result.Name()), Bad: a.Result == inspection.Unfit, Part: s.partName(r, it.PartOf(a)), Problem: a.Problem, Fixed: a.Fixed, Major: a.Major, Control: a.Control}
			if a.Due != 0 {
				v.Due = a.Due.String()
			}
			for _, c := range inspection.Results {
				v.Choices = append(v.Choices, Choice{Link{r.label(c.Name()), string(c)}, c == a.Result})
			}
			for _, h := range a.Photos {
				v.Photos = append(v.Photos, photo{h, base + h + "/small", base + h})
			}
			vg.Items = append(vg.Items, v)
		}
		out = append(out, vg)
	}
	return out
}

func (s *Server) visit(w http.ResponseWriter, r *request) error {
	return s.showVisit(w, r, http.StatusOK, nil, "")
}

// showVisit shows an inspection; typed are the names of a signature that came back.
func (s *Server) showVisit(w http.ResponseWriter, r *request, status int, typed []string, why string) error {
	x, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection"))
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	p := visitPage{Shell: s.shell(r, r.Text(x.Unit.Name)+" · "+r.Text(x.Kind.Name()), "safety"), ID: x.ID, Error: why, Lamp: r.visitLamp(x.State), Fill: x.Fill, Counter: x.Counter, Groups: s.visitGroups(r, x), Parts: s.keyParts(r), Sent: rand.Text(), Today: s.today().String(), Names: typed}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.inspections"), "/safety/inspections"})
	p.Sub = r.T("safety.visit.sub", x.No, x.Day.String(), r.Text(names(x.County).Name))
	p.Person = cmp.Or(p.Person, "local")
	if p.Shown, err = asShown(p.Groups); err != nil {
		return err
	}
	n, fixed := x.Count()
	p.Left = n[inspection.NoResult]
	for len(p.Names) < 3 {
		p.Names = append(p.Names, "")
	}
	if p.Names[0] == "" && !r.who.Local {
		p.Names[0] = r.who.Name
	}
	switch r.query.Get("did") {
	case "save":
		p.Said = r.T("safety.did.save", p.Left)
	case "sign":
		p.Said = r.T("safety.did.sign", len(x.Hazards))
	case "done":
		p.Said = r.T("safety.did.done")
	case "book":
		p.Said = r.T("safety.did.book")
	}
	base := flow.VisitLink(x.ID)
	p.Links = []Link{{r.T("safety.print"), base + "/print"}, {r.T("safety.book"), base + "/book"}}
	p.Facts = []Fact{{Term: r.T("safety.result"), Text: r.T("safety.result.words", n[inspection.Fit], n[inspection.Unfit], fixed, n[inspection.NotHere], p.Left)}}
	if x.Pupils > 0 {
		says := r.T("safety.pupils.only", x.Pupils)
		if x.Boarders != nil {
			says = r.T("safety.pupils.words", x.Pupils, *x.Boarders)
		}
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.pupils"), Text: says})
	}
	if len(x.Checkers) > 0 {
		var list []string
		for _, c := range x.Checkers {
			list = append(list, c.Name)
		}
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.checkers"), Text: r.List(list)})
	}
	switch {
	case x.ForUnit.Name != "":
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.forschool"), Text: strings.TrimSpace(x.ForUnit.Name + " " + x.ForUnit.Remark)})
	case x.Refused != "":
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.refused"), Text: x.Refused})
	}
	if x.Voided != "" {
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.void"), Text: x.Voided})
	}
	if x.Plan != "" {
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.plan"), Text: "", Link: &Link{r.T("task.source.open"), "/safety/plans/" + x.Plan}})
	}
	if !x.Fill {
		var rows []flow.HazardRow
		today := s.today()
		for _, h := range x.Hazards {
			rows = append(rows, flow.HazardRow{Hazard: h, Unit: x.Unit, Shown: h.Shown(today), Days: h.Late(today)})
		}
		p.Hazards = s.hazardTable(r, rows, names)
		p.Hazards.Caption, p.Hazards.Empty = r.T("safety.found"), r.T("safety.found.none")
	}
	acts := map[string]string{"begin": r.T("safety.act.begin"), "fill": r.T("safety.act.fill"), "photo": r.T("safety.act.photo"), "sign": r.T("safety.act.sign"), "countersign": r.T("safety.act.countersign"), "scrap": r.T("safety.act.scrap")}
	p.Log = Table{Tall: true, ID: "visitlog", Caption: r.T("task.log"), Cols: []Col{{Label: r.T("safety.when")}, {Label: r.T("safety.who")}, {Label: r.T("safety.what")}}}
	for _, e := range x.Events[max(0, len(x.Events)-20):] {
		p.Log.Rows = append(p.Log.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(r.doer(e.By, e.Name)), text(r.Capital(acts[e.Act]))}})
	}
	return s.write(w, r, status, "visit.html", p)
}

// answerTyped reads what a form says of one item.
func (r *request) answerTyped(id string) answerJSON {
	v := func(k string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(k+":"+id), "\r\n", "\n"))
	}
	return answerJSON{Result: inspection.Result(v("r")), Part: v("w"), Problem: v("p"), Fixed: v("x") != "", Major: v("m") != "", Control: v("c"), Due: v("d")}
}

// asShown are the answers that a form shows, which it sends back beside what is typed:
// what somebody else filled in meanwhile was not typed here, and stays.
func asShown(groups []visitGroup) (string, error) {
	shown := map[string]answerJSON{}
	for _, g := range groups {
		for _, it := range g.Items {
			a := answerJSON{Result: inspection.Result(it.Result)}
			if it.Bad {
				a = answerJSON{a.Result, it.Part, it.Problem, it.Fixed, it.Major, it.Control, it.Due}
			}
			if a != (answerJSON{}) {
				shown[it.ID] = a
			}
		}
	}
	b, err := json.Marshal(shown)
	return string(b), err
}

// saveVisit keeps what was changed on the form, with its photos.
func (s *Server) saveVisit(w http.ResponseWriter, r *request) error {
	id := r.PathValue("inspection")
	x, err := s.safety.Visit(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	show := func(why string) error { return s.showVisit(w, r, http.StatusUnprocessableEntity, nil, why) }
	shown, patch := map[string]answerJSON{}, map[string]inspection.Answer{}
	if v := r.PostFormValue("shown"); v != "" {
		if err := json.Unmarshal([]byte(v), &shown); err != nil {
			return fmt.Errorf("shown: %w: %w", err, fault.Invalid)
		}
	}
	for _, it := range x.Items {
		typed, was := r.answerTyped(it.ID), shown[it.ID]
		if typed.Result != inspection.Unfit && was.Result != inspection.Unfit {
			typed = answerJSON{Result: typed.Result}
		}
		if typed == was {
			continue
		}
		if patch[it.ID], err = r.visitAnswer(typed); err != nil {
			return s.orSay(err, show, r)
		}
	}
	if len(patch) > 0 {
		if _, err := s.safety.FillVisit(r.Context(), r.who, id, patch, ""); err != nil {
			return s.orSay(err, show, r)
		}
	}
	for _, it := range x.Items {
		files, err := s.takePhotos(r, "f:"+it.ID)
		if err == nil && len(files) > 0 {
			_, err = s.safety.AddVisitPhotos(r.Context(), r.who, id, it.ID, files)
		}
		if err != nil {
			return s.orSay(err, show, r)
		}
	}
	return away{flow.VisitLink(id) + "?did=save"}
}

func (s *Server) signVisit(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("inspection")
	typed := r.PostForm["checker"]
	if _, err := s.safety.SignVisit(r.Context(), r.who, id, signatures(typed), r.PostFormValue("sent")); err != nil {
		return s.orSay(err, func(why string) error {
			return s.showVisit(w, r, http.StatusUnprocessableEntity, typed, why)
		}, r)
	}
	return away{flow.VisitLink(id) + "?did=sign"}
}

func signatures(names []string) (out []inspection.Signature) {
	for _, n := range names[:min(10, len(names))] {
		out = append(out, inspection.Signature{Name: n})
	}
	return out
}

func (s *Server) countersign(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("inspection")
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	refused := ""
	if v("refuse") != "" {
		refused = cmp.Or(v("remark"), " ")
	}
	by := inspection.Signature{Name: v("name"), Remark: v("remark")}
	if refused != "" {
		by = inspection.Signature{}
	}
	if _, err := s.safety.CountersignVisit(r.Context(), r.who, id, by, refused, v("sent")); err != nil {
		return s.orSay(err, func(why string) error { return s.showVisit(w, r, http.StatusUnprocessableEntity, nil, why) }, r)
	}
	return away{flow.VisitLink(id) + "?did=done"}
}

func (s *Server) scrapVisit(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("inspection")
	if _, err := s.safety.ScrapVisit(r.Context(), r.who, id, r.PostFormValue("text")); err != nil {
		return s.orSay(err, func(why string) error { return s.showVisit(w, r, http.StatusUnprocessableEntity, nil, why) }, r)
	}
	return away{"/safety/inspections"}
}

// printVisit is the sheet to be filled in by hand, or what was filled in, on A4.
func (s *Server) printVisit(w http.ResponseWriter, r *request) error {
	x, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection"))
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	p := r.visitSheet(s, x)
	p.Crumbs = r.safetyCrumbs(Link{strconv.FormatInt(x.No, 10), flow.VisitLink(x.ID)})
	p.Sub = r.T("safety.sheet.sub", x.No, r.Text(x.Kind.Name()), x.Day.String())
	for _, c := range x.Checkers {
		p.Names = append(p.Names, c.Name)
	}
	p.ForUnit = x.ForUnit.Name
	return s.render(w, r, "visitprint.html", p)
}

func (r *request) visitSheet(s *Server, x *flow.Visit) visitPage {
	return visitPage{Shell: s.shell(r, r.T("safety.sheet", r.Text(x.Unit.Name)), "safety"), ID: x.ID, Groups: s.visitGroups(r, x), Fill: x.Fill}
}

// takePhotos takes the photos of a form, each drawn anew.
func (s *Server) takePhotos(r *request, field string) (out []flow.Attached, err error) {
	files, err := s.takeFiles(r, field)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		again, body, err := s.redraw(f)
		if err != nil {
			return nil, err
		}
		out = append(out, flow.Attached{File: again, Body: body})
	}
	return out, nil
}

func (s *Server) sendVisitPhoto(w http.ResponseWriter, r *request) error {
	use, body, err := s.safety.VisitFile(r.Context(), r.who, r.PathValue("inspection"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return s.serveFile(w, r, use, body)
}

func (s *Server) smallVisitPhoto(w http.ResponseWriter, r *request) error {
	use, body, err := s.safety.VisitFile(r.Context(), r.who, r.PathValue("inspection"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return s.serveThumb(w, r, use, func() ([]byte, error) { return body, nil })
}

// answerJSON is an answer as a page sends it: the day is text, so that it need not count
// days.
type answerJSON struct {
	Result  inspection.Result `json:"result"`
	Part    string            `json:"part,omitempty"`
	Problem string            `json:"problem,omitempty"`
	Fixed   bool              `json:"fixed,omitempty"`
	Major   bool              `json:"major,omitempty"`
	Control string            `json:"control,omitempty"`
	Due     string            `json:"due,omitempty"`
}

func (r *request) visitAnswer(a answerJSON) (inspection.Answer, error) {
	day, err := r.dayTyped(a.Due)
	return inspection.Answer{Result: a.Result, Part: a.Part, Problem: a.Problem, Fixed: a.Fixed, Major: a.Major, Control: a.Control, Due: day}, err
}

// refusedJSON answers a refusal in the reader's words; other errors go on.
func (s *Server) refusedJSON(w http.ResponseWriter, r *request, err error) error {
	why := r.why(err)
	if why == "" {
		return err
	}
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, fault.Conflict):
		status = http.StatusConflict
	case errors.Is(err, fault.Forbidden):
		status = http.StatusForbidden
	case errors.Is(err, fault.TooLarge):
		status = http.StatusRequestEntityTooLarge
	}
	return s.sendProblem(w, r, problem{Type: "about:blank", Title: r.T("safety.refusal"), Status: status, Detail: why})
}

func sortedItems(m map[string]answerJSON) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
