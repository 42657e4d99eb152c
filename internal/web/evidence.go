package web

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/report"
	"shuren/internal/standard"
)

type evidencePage struct {
	Shell
	Keeps       bool
	Action      string
	Documents   Table
	Items       Table
	Drops       []Choice // documents that nothing cites
	Docs        []Choice
	Asked       []Choice // items that may cite
	Typed       county.Document
	Day         string
	Hows        []how
	Error, Said string
}

// evidencePage lists a county's documents, and which items cite them.
func (s *Server) evidencePage(w http.ResponseWriter, r *request) error {
	p := evidencePage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("evidence.did")
	}
	return s.showEvidence(w, r, p)
}

func (s *Server) showEvidence(w http.ResponseWriter, r *request, p evidencePage) error {
	u, _, id, err := s.ofCounty(r)
	if err != nil {
		return err
	}
	reg, err := s.dossier.Evidence(r.Context(), r.who, id, r.period)
	if err != nil {
		return fmt.Errorf("evidence of %s: %w", u.Name, err)
	}
	code := codeOf(u)
	p.Shell = s.shell(r, r.T("evidence.title"), "counties", Link{r.T("nav.counties"), r.to([]string{"counties"})}, Link{u.Name, r.toCounty(code)})
	p.Keeps, p.Action = s.keepsCounty(r, id), r.to([]string{"counties", code, "evidence"})
	items := r.evidenceItems(u, reg)
	p.Items = r.evidenceTable(code, items)
	p.Documents, p.Hows = r.documentTable(code, reg, items)
	for k, d := range reg.Documents {
		p.Docs = append(p.Docs, Choice{Link{d.Number + " " + d.Title, d.ID}, false})
		if p.Documents.Rows[k].Cells[4].Text == "" {
			p.Drops = append(p.Drops, Choice{Link{d.Number, d.ID}, false})
		}
	}
	for _, it := range items {
		p.Asked = append(p.Asked, Choice{Link{it.name, it.id}, it.id == r.PostFormValue("item")})
	}
	p.Export = r.here("as", "xlsx", "did", "")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, u.Name+"-"+p.Title, p.Documents, p.Items)
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "evidence.html", p)
}

// evidenceItem is an item of a county with what it cites.
type evidenceItem struct {
	id, name, who, cites string
	named                bool // the department is the county's own word
	lamp                 Lamp
}

// evidenceItems are all items that the blocks of the standard ask of a county,
// the parts of an item one by one.
func (r *request) evidenceItems(u standard.Unit, reg *county.Register) []evidenceItem {
	var out []evidenceItem
	add := func(id string, verdict edu.Verdict) {
		d := r.a.Pack.Indicator(id)
		if d == nil || slices.ContainsFunc(out, func(x evidenceItem) bool { return x.id == id }) {
			return
		}
		it := evidenceItem{id: id, name: joinCode(d.Code, r.Text(d.Name)), lamp: r.Verdict(verdict)}
		var texts []string
		if r.a.Counties != nil && u.Row >= 0 {
			for _, e := range report.EvidenceElements(r.a, d) {
				if t := strings.TrimSpace(r.a.Counties.Frame.Text(u.Row, e)); t != "" && !slices.Contains(texts, t) {
					texts = append(texts, t)
				}
			}
		}
		it.cites = reg.Of(id, strings.Join(texts, "；"))
		if it.who = reg.Departments[id]; it.who != "" {
			it.named = true
		} else {
			it.who = r.Text(report.AnsweringOf(r.a.Pack, d))
		}
		out = append(out, it)
	}
	at := r.a.Unit(edu.County, u.ID)
	for _, it := range r.lens.items() {
		if it.def != nil {
			add(it.id, r.a.Member(it.block, it.id, edu.County, at))
			continue
		}
		for _, part := range it.rule.Of {
			if r.a.Pack.Indicator(part) != nil && it.rule.Statistic == "" && it.rule.Level != edu.Section {
				add(part, r.a.Member(it.rule, part, edu.County, at))
			}
		}
	}
	return out
}

func (r *request) evidenceTable(code string, items []evidenceItem) Table {
	t := Table{ID: "items", Caption: r.T("evidence.items"), Sheet: r.T("evidence.items"), Empty: r.T("evidence.items.none"), List: true, Tight: true, Cols: []Col{
		{Label: r.T("item"), Wrap: true}, {Label: r.T("evidence.answering"), Wrap: true}, {Label: r.T("evidence.cites"), Wrap: true}, {Label: r.T("status")}}}
	for _, it := range items {
		who := text(it.who)
		if !it.named && it.who != "" {
			who.Small = r.T("evidence.bypack")
		}
		trace, lamp := r.toTrace(edu.County, code, it.id), lampCell(it.lamp)
		lamp.Href = trace
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: it.name, Href: r.to([]string{"indicators", it.id})}, who, text(r.pages(it.cites)).to(trace), lamp}})
	}
	return t
}

// pageNo is a page behind a document's number, as references are kept.
var pageNo = regexp.MustCompile(` p\.\s?([0-9]+(?:[-–—~、,][0-9]+)*)`)

// pages writes the pages of references in the reader's language.
func (l locale) pages(cites string) string {
	return pageNo.ReplaceAllStringFunc(cites, func(s string) string { return l.T("evidence.at", pageNo.FindStringSubmatch(s)[1]) })
}

// documentTable lists the documents, and under each the items that cite it, in
// the register or in the text beside an answer; hows tell when each was recorded
// and lead to the items.
func (r *request) documentTable(code string, reg *county.Register, items []evidenceItem) (t Table, hows []how) {
	t = Table{ID: "documents", Caption: r.T("evidence.documents"), Sheet: r.T("evidence.documents"), Empty: r.T("evidence.documents.none"), List: true, Cols: []Col{
		{Label: r.T("evidence.number"), Wrap: true}, {Label: r.T("evidence.name"), Wrap: true}, {Label: r.T("evidence.issuer"), Wrap: true}, {Label: r.T("evidence.day")}, {Label: r.T("evidence.citedby"), Wrap: true}}}
	for k, d := range reg.Documents {
		var by []string
		h := how{ID: fmt.Sprintf("document-%d", k), Name: d.Number, Lines: []string{r.T("evidence.recorded", d.Number, r.Minute(d.At.In(collect.China)))}}
		for _, it := range items {
			if slices.ContainsFunc(reg.In(it.cites), func(x county.Document) bool { return x.ID == d.ID }) {
				by = append(by, it.name)
				h.Links = append(h.Links, Link{it.name, r.toTrace(edu.County, code, it.id)})
			}
		}
		row := []Cell{text(d.Number), text(d.Title), text(d.Issuer), text(d.Day.String()), text(strings.Join(by, r.T("list.semicolon")))}
		for i := 1; i < len(row); i++ {
			if figured(row[i]) {
				row[i] = row[i].to(howHref(h.ID))
			}
		}
		t.Rows, hows = append(t.Rows, Row{Cells: row}), append(hows, h)
	}
	return t, hows
}

// evidenceList is the list from which a cell for evidence is filled.
const evidenceList = "dl-evidence"

// evidenceChoices are the documents of the county's register, for the cells of
// its paper that cite evidence: a number is picked and not typed again.
func (s *Server) evidenceChoices(r *request, p *form.Paper) []datalist {
	if !slices.ContainsFunc(p.Fields, func(f form.Field) bool { return f.Evidence }) {
		return nil
	}
	d := datalist{ID: evidenceList}
	if s.dossier != nil && p.Unit.Level == edu.County {
		reg, err := s.dossier.Evidence(r.Context(), r.who, p.Unit.ID, p.Period)
		if err != nil {
			s.log.Warn("evidence beside a paper", "err", err) // the paper can be filled without
			return []datalist{d}
		}
		for _, doc := range reg.Documents {
			d.Options = append(d.Options, Link{Text: county.Reference(doc, ""), Href: doc.Title})
		}
	}
	return []datalist{d}
}

// keepEvidence changes a county's register: a document, a citation, or the
// department that answers.
func (s *Server) keepEvidence(w http.ResponseWriter, r *request) error {
	u, _, id, err := s.ofCounty(r)
	if err != nil {
		return err
	}
	if err := r.parse(); err != nil {
		return err
	}
	v, ctx := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }, r.Context()
	page := evidencePage{Typed: county.Document{County: id, Period: r.period, Number: v("number"), Title: v("title"), Issuer: v("issuer")}, Day: v("day")}
	cite := county.Cite{County: id, Period: r.period, Item: v("item"), Document: v("document"), Page: v("page")}
	switch v("do") {
	case "document":
		if err = dayInto(r, "day", func(d edu.Date) { page.Typed.Day = d }); err == nil {
			_, err = s.dossier.KeepDocument(ctx, r.who, page.Typed)
		}
	case "drop":
		err = s.dossier.DropDocument(ctx, r.who, id, r.period, v("document"))
	case "cite":
		err = s.dossier.CiteDocument(ctx, r.who, cite, false)
	case "uncite":
		err = s.dossier.CiteDocument(ctx, r.who, cite, true)
	default:
		err = s.dossier.NameAnswering(ctx, r.who, county.Answering{County: id, Item: v("item"), Department: v("department")})
	}
	if err != nil {
		return s.orSay(err, func(why string) error { page.Error = why; return s.showEvidence(w, r, page) }, r)
	}
	return away{r.to([]string{"counties", codeOf(u), "evidence"}, "did", "1")}
}
