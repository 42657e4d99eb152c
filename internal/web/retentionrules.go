package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/retention"
)

// caseRulesPage shows the numbers that cases are judged by: what is in force, what is
// shipped, on whose word that stands, and what another number does.
type caseRulesPage struct {
	Shell
	Sub   string
	Said  string
	Error string
	May   bool
	Rules []caseRule
}

type caseRule struct {
	ID, Name, Unit, Value, Default, Mark, Source, Does string
	Own                                                bool // not what is shipped
}

func (s *Server) caseRules(w http.ResponseWriter, r *request) error {
	return s.showCaseRules(w, r, http.StatusOK, nil, "")
}

// showCaseRules shows the rules; typed are numbers that were refused.
func (s *Server) showCaseRules(w http.ResponseWriter, r *request, status int, typed map[string]string, why string) error {
	k, may, err := s.retention.RulesKept(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("rules of dropout prevention: %w", err)
	}
	p := caseRulesPage{Shell: s.shell(r, r.T("retention.rules"), "retention", Link{r.T("retention.title"), "/retention"}), Sub: r.T("retention.rules.shipped"), Error: why, May: may}
	if !k.At.IsZero() {
		p.Sub = r.T("retention.rules.by", k.ByName, r.When(k.At))
	}
	if r.query.Get("did") == "set" && why == "" {
		p.Said = r.T("retention.rules.did")
	}
	shipped := retention.Default
	for _, t := range retention.RuleTerms {
		v, d := *t.Of(&k.Rules), *t.Of(&shipped)
		x := caseRule{ID: t.ID, Name: r.Text(t.Name), Unit: r.Text(t.Unit), Value: strconv.Itoa(v), Default: strconv.Itoa(d), Mark: t.Tag, Source: r.Text(t.Source), Does: r.Text(t.Does), Own: v != d}
		if text, ok := typed[t.ID]; ok {
			x.Value = text
		}
		p.Rules = append(p.Rules, x)
	}
	return s.write(w, r, status, "retentionrules.html", p)
}

func (s *Server) setCaseRules(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	k, _, err := s.retention.RulesKept(r.Context(), r.who)
	if err != nil {
		return err
	}
	typed, rules := map[string]string{}, k.Rules
	for _, t := range retention.RuleTerms {
		text := strings.TrimSpace(r.PostFormValue(t.ID))
		if typed[t.ID] = text; text == "" {
			text = strconv.Itoa(*t.Of(&retentionShipped))
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 999 {
			return s.showCaseRules(w, r, http.StatusUnprocessableEntity, typed, r.T("retention.rules.number", r.Text(t.Name)))
		}
		*t.Of(&rules) = n
	}
	if err := s.retention.SetRules(r.Context(), r.who, rules); err != nil {
		return s.orSay(err, func(why string) error {
			return s.showCaseRules(w, r, http.StatusUnprocessableEntity, typed, why)
		}, r)
	}
	return away{"/retention/rules?did=set"}
}

// retentionShipped are the rules as shipped: an emptied field goes back to them.
var retentionShipped = retention.Default
