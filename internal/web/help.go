package web

import "net/http"

type helpPage struct {
	Shell
	Keys     []Fact
	Lamps    []lampLine
	Evidence []Fact
	Rule     string
}

type lampLine struct {
	Lamp Lamp
	Text string
}

// help says what the signs mean and which keys there are.
func (s *Server) help(w http.ResponseWriter, r *request) error {
	p := helpPage{Shell: s.shell(r, r.T("help.title"), "help"), Evidence: r.evidence()}
	for _, k := range []struct{ keys, key string }{
		{"/", "help.key.search"}, {"g o", "help.key.overview"}, {"g c", "help.key.counties"}, {"g s", "help.key.schools"}, {"g i", "help.key.indicators"},
		{"g d", "help.key.work"}, {"j", "help.key.down"}, {"k", "help.key.up"}, {"Enter", "help.key.open"}, {"Esc", "help.key.leave"}, {"?", "help.key.help"},
	} {
		p.Keys = append(p.Keys, Fact{Term: k.keys, Text: r.T(k.key)})
	}
	for _, t := range []struct{ lamp Lamp }{
		{Lamp{"g", r.T("verdict.met"), r.T("verdict.met.why")}}, {Lamp{"y", r.T("verdict.near"), r.T("value.rule")}},
		{Lamp{"r", r.T("verdict.short"), r.T("verdict.short.why")}}, {Lamp{"n", r.T("verdict.unknown"), r.T("verdict.unknown.why")}}, {Lamp{"n", r.T("verdict.exempt"), r.T("verdict.exempt.why")}},
	} {
		p.Lamps = append(p.Lamps, lampLine{t.lamp, t.lamp.Why})
	}
	if r.a != nil {
		for i, rule := range r.lens.at {
			if rule != nil {
				p.Rule = r.sectionRuleWords(i)
				break
			}
		}
	}
	return s.render(w, r, "help.html", p)
}
