package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/pack"
)

type indicatorsPage struct {
	Shell
	Pack     []Fact
	Does     string
	Q        string
	Of       []Choice // this scheme, or all
	Stages   []Choice
	Tags     []Choice
	Found    string
	Table    Table
	Pages    []Choice
	Prev     string
	Next     string
	Rules    Table
	Evidence []Fact
	Links    []Link
	Views    *viewBar
}

// indicators is the catalogue: what is measured, how, and what it is held to, in
// the scheme that is shown or in all of them.
func (s *Server) indicators(w http.ResponseWriter, r *request) error {
	p := indicatorsPage{Shell: s.shell(r, r.T("nav.indicators"), "indicators"), Q: strings.TrimSpace(r.query.Get("q"))}
	if r.a == nil {
		return s.empty(w, r, p.Shell.Section)
	}
	to, err := s.opensWith(r, "/indicators")
	if err != nil || to != "" {
		return cmp.Or(err, error(away{to}))
	}
	if p.Views, err = s.viewsOf(r, "/indicators"); err != nil {
		return err
	}
	pk := r.a.Pack
	p.Pack = []Fact{{Term: r.T("pack"), Text: r.Text(pk.Name) + " · " + pk.Ref()}}
	p.Does = r.does()
	if pk.Source != "" {
		p.Pack = append(p.Pack, Fact{Term: r.T("source"), Text: pk.Source})
	}
	if n := r.Text(pk.Note); n != "" {
		p.Pack = append(p.Pack, Fact{Term: r.T("pack.note"), Text: n})
	}
	packs, several := []*pack.Pack{pk}, false
	if r.query.Get("of") == "all" {
		packs, several = r.measuring(), true
	}
	stage, tag := edu.Stage(r.query.Get("stage")), r.query.Get("tag")
	var list []entry
	all := 0
	for _, x := range packs {
		found := map[int]bool{} // by pinyin, initials and code
		for _, h := range s.finder.indicators(x).Find(p.Q, nil) {
			found[h.At] = true
		}
		for i, e := range r.entries(x) {
			all++
			if (found[i] || e.matches(p.Q)) && e.at(stage) && (tag == "" || slices.Contains(e.tags, tag)) {
				list = append(list, e)
			}
		}
	}
	p.filters(r, packs, stage, tag, several)
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(list) + perCatalogue - 1) / perCatalogue
	page = min(page, max(1, pages))
	p.Found = r.T("indicators.found", len(list), all)
	p.Rules = r.ruleTable()
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, r.T("nav.indicators"), r.catalogueSheet(list), p.Rules)
	}
	p.Table = r.catalogueTable(list[min(len(list), (page-1)*perCatalogue):min(len(list), page*perCatalogue)], several)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Evidence = r.evidence()
	p.Links = []Link{{r.T("whatif.title"), r.to([]string{"what-if"})}, {r.T("versions.title"), r.to([]string{"versions"})}}
	if s.own != nil && (r.who.May(auth.ProposePack) || r.who.May(auth.DecidePack)) {
		p.Links = append(p.Links, Link{r.T("own.title"), "/own-pack"})
	}
	return s.render(w, r, "indicators.html", p)
}

// filters are the choices above the catalogue.
func (p *indicatorsPage) filters(r *request, packs []*pack.Pack, stage edu.Stage, tag string, several bool) {
	if len(r.measuring()) > 1 {
		p.Of = []Choice{{Link{r.T("catalogue.this"), ""}, !several}, {Link{r.T("catalogue.all"), "all"}, several}}
	}
	p.Stages = []Choice{{Link{r.T("stage.every"), ""}, stage == ""}}
	for _, x := range edu.Stages {
		if slices.ContainsFunc(packs, func(k *pack.Pack) bool { return slices.Contains(k.Stages, x) }) {
			p.Stages = append(p.Stages, Choice{Link{r.Stage(x), string(x)}, x == stage})
		}
	}
	p.Tags = []Choice{{Link{r.T("evidence.every"), ""}, tag == ""}}
	for _, x := range []string{"V", "S", "M", "P", "E"} {
		p.Tags = append(p.Tags, Choice{Link{x + " · " + r.Evidence(x), x}, x == tag})
	}
}

// evidence explains the marks that stand behind every figure of a standard.
func (r *request) evidence() []Fact {
	var out []Fact
	for _, tag := range []string{"V", "S", "M", "P", "E"} {
		out = append(out, Fact{Term: tag, Text: r.Evidence(tag)})
	}
	return out
}

// inForce lists the thresholds of an indicator of the scheme that is shown, on
// the period's reference date.
func (r *request) inForce(id string) []*pack.Threshold {
	var out []*pack.Threshold
	for _, t := range r.a.Standard.Thresholds {
		if t.Indicator == id && r.forced(t) {
			out = append(out, t)
		}
	}
	return out
}

func (r *request) thresholdWords(d *pack.Indicator, t *pack.Threshold) string {
	return r.thresholdIn(r.a.Pack, d, t)
}

func (r *request) ruleTable() Table {
	t := Table{ID: "rules", Caption: r.T("rules.caption"), Sheet: r.T("rules.title"), Empty: r.T("rules.none"),
		Cols: []Col{{Label: r.T("rule"), Wrap: true}, {Label: r.T("rule.level")}, {Label: r.T("rule.words"), Wrap: true}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
	if r.a.Standard == nil {
		return t
	}
	for _, rule := range r.a.Standard.Rules {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			text(joinCode(rule.Code, r.Text(rule.Name))), text(r.Level(rule.Level)), text(r.ruleWords(rule)), r.cite(rule.Source), r.mark(rule.Tag),
		}})
	}
	return t
}

// ruleWords says what a rule asks.
func (r *request) ruleWords(rule *pack.Rule) string {
	names := r.List(r.itemCodes(rule.Of))
	switch {
	case rule.Statistic != "":
		var parts []string
		for _, st := range slices.Concat([]edu.Stage{""}, edu.Stages) {
			if v, ok := rule.Limit[st]; ok {
				parts = append(parts, strings.TrimSpace(stageName(r, st)+" "+r.Op(rule.Op)+r.Limit(v)))
			}
		}
		if rule.Mean {
			return r.T("rule.words.mean", names, r.List(parts))
		}
		return r.T("rule.words.spread", names, r.List(parts))
	case rule.First:
		return r.T("rule.words.first", names)
	case rule.AtLeast > 0 && rule.Floor > 0:
		return r.T("rule.words.floor", names, rule.AtLeast, len(rule.Of), r.Limit(100*rule.Floor))
	case rule.AtLeast > 0:
		return r.T("rule.words.some", names, rule.AtLeast)
	case rule.Share > 0 && rule.Share < 1:
		return r.T("rule.words.share", names, r.Limit(100*rule.Share))
	case len(rule.Of) == 1:
		return r.T("rule.words.one", names)
	default:
		return r.T("rule.words.all", names)
	}
}

func stageName(r *request, s edu.Stage) string {
	if s == "" {
		return ""
	}
	return r.Stage(s)
}

// itemCodes are the members of a rule in short; several under one code are said
// once, with their number.
func (r *request) itemCodes(ids []string) []string {
	var out []string
	for i := 0; i < len(ids); {
		code, n := r.itemCode(ids[i]), 1
		for i+n < len(ids) && r.itemCode(ids[i+n]) == code {
			n++
		}
		if i += n; n > 1 {
			code = r.T("rule.words.times", code, n)
		}
		out = append(out, code)
	}
	return out
}

// itemCode is a member of a rule in short: its code, otherwise its name.
func (r *request) itemCode(id string) string {
	if d := r.a.Pack.Indicator(id); d != nil {
		if d.Code != "" {
			return d.Code
		}
		return shortName(r.locale, d)
	}
	if x := r.lens.rule(id); x != nil {
		if x.Code != "" {
			return x.Code
		}
		return r.Text(x.Name)
	}
	return id
}
