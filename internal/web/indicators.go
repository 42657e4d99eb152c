package web

import (
	"net/http"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/pinyin"
)

type indicatorsPage struct {
	Shell
	Pack     []Fact
	Does     string
	Q        string
	Found    string
	Table    Table
	Rules    Table
	Evidence []Fact
}

// indicators is the catalogue: what is measured, how, and what it is held to.
func (s *Server) indicators(w http.ResponseWriter, r *request) error {
	p := indicatorsPage{Shell: s.shell(r, r.T("nav.indicators"), "indicators"), Q: strings.TrimSpace(r.query.Get("q"))}
	if r.a == nil {
		return s.empty(w, r, p.Shell.Section)
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
	p.Table = r.catalogue(p.Q, s.finder.indicators(pk))
	p.Found = r.T("indicators.found", len(p.Table.Rows), len(pk.Indicators))
	p.Rules = r.ruleTable()
	p.Evidence = r.evidence()
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, r.T("nav.indicators"), p.Table, p.Rules)
	}
	return s.render(w, r, "indicators.html", p)
}

// evidence explains the marks that stand behind every figure of a standard.
func (r *request) evidence() []Fact {
	var out []Fact
	for _, tag := range []string{"V", "S", "M", "P", "E"} {
		out = append(out, Fact{Term: tag, Text: r.Evidence(tag)})
	}
	return out
}

func (r *request) catalogue(q string, index *pinyin.Index) Table {
	found := map[int]bool{}
	for _, h := range index.Find(q, nil) {
		found[h.At] = true
	}
	t := Table{ID: "catalogue", Caption: r.T("catalogue.caption"), List: true, Sheet: r.T("nav.indicators"), Empty: r.T("indicators.none"),
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("catalogue.words"), Wrap: true}, {Label: r.T("unit")}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
	for i, d := range r.a.Pack.Indicators {
		limits, source, tag := r.limits(d.ID)
		if source == "" {
			source, tag = d.Source, d.Tag
		}
		hay := strings.ToLower(strings.Join([]string{d.ID, d.Code, d.Name.ZH, d.Name.EN, d.Words.ZH, d.Words.EN, source}, " "))
		if q != "" && !found[i] && !strings.Contains(hay, strings.ToLower(q)) {
			continue
		}
		unit := r.Uom(r.a.Pack, d.Unit)
		if d.Unit == pack.YesNo {
			unit = r.T("unit.yesno")
		}
		words := r.Text(d.Words)
		if words == "" && d.Unit == pack.YesNo {
			words = r.T("words.review")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: joinCode(d.Code, r.Text(d.Name)), Href: r.to([]string{"indicators", d.ID})},
			text(words), text(unit), text(limits), r.cite(source), r.mark(tag),
		}})
	}
	return t
}

// limits writes what an indicator is held to, stage by stage, with the source
// and the weakest evidence mark among them.
func (r *request) limits(id string) (limits, source, tag string) {
	if r.a.Standard == nil {
		return "", "", ""
	}
	d := r.a.Pack.Indicator(id)
	var parts, sources []string
	for _, t := range r.inForce(id) {
		s := r.thresholdWords(d, t)
		if t.Stage != "" {
			s = r.Stage(t.Stage) + " " + s
		}
		parts = appendNew(parts, s)
		sources = appendNew(sources, t.Source)
		tag = t.Tag
	}
	return strings.Join(parts, r.T("list.semicolon")), strings.Join(sources, r.T("list.semicolon")), tag
}

// inForce lists the thresholds of an indicator on the period's reference date.
func (r *request) inForce(id string) []*pack.Threshold {
	var out []*pack.Threshold
	for _, t := range r.a.Standard.Thresholds {
		if t.Indicator != id {
			continue
		}
		if !r.period.IsZero() {
			on := edu.DateOf(r.period.Reference())
			if t.From != 0 && on < t.From || t.To != 0 && on >= t.To {
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

func (r *request) thresholdWords(d *pack.Indicator, t *pack.Threshold) string {
	switch {
	case t.Formula != nil:
		return r.T("limit.byrow")
	case d != nil && d.Unit == pack.YesNo && t.Value == 0:
		return r.T("no")
	case d != nil && d.Unit == pack.YesNo:
		return r.T("yes")
	case d != nil:
		return r.measured(r.Op(t.Op)+r.Limit(t.Value), r.Uom(r.a.Pack, d.Unit))
	default:
		return r.Op(t.Op) + r.Limit(t.Value)
	}
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
	var of []string
	for _, id := range rule.Of {
		of = append(of, r.itemCode(id))
	}
	names := r.List(of)
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
