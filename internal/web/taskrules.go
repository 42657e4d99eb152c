// The rules of supervision on the page of settings: when a lamp turns, how long
// signing and doing take, how often more time is given, who hears of delay.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// ruleField is one number of the rules.
type ruleField struct {
	Name, Label, Hint, Value string
	Max                      int
}

// taskRulesView is the form of the rules as they stand, or as they were typed.
type taskRulesView struct{ Fields []ruleField }

// taskRulesForm shows the rules in force; typed stands over them where something
// was refused.
func (s *Server) taskRulesForm(r *request, typed map[string]string) (*taskRulesView, error) {
	if s.tasks == nil || !r.who.Reach(auth.GiveTasks).Whole {
		return nil, nil
	}
	x, err := s.tasks.TaskRules(r.Context())
	if err != nil {
		return nil, fmt.Errorf("rules of supervision: %w", err)
	}
	v := &taskRulesView{Fields: []ruleField{
		{"amber_days", r.T("rules.amber_days"), r.T("rules.amber_days.hint"), strconv.Itoa(x.AmberDays), 365},
		{"amber_share", r.T("rules.amber_share"), r.T("rules.amber_share.hint"), strconv.FormatFloat(100*x.AmberShare, 'f', -1, 64), 100},
		{"sign_days", r.T("rules.sign_days"), "", strconv.Itoa(x.SignDays), 30},
		{"sign_extra", r.T("rules.sign_extra"), "", strconv.FormatFloat(x.SignExtra.Hours(), 'f', -1, 64), 72},
		{"ordinary", r.T("rules.ordinary"), "", strconv.Itoa(x.Ordinary), 250},
		{"first_days", r.T("rules.first_days"), "", strconv.Itoa(x.FirstDays), 60},
		{"extensions", r.T("rules.extensions"), r.T("rules.extensions.hint"), strconv.Itoa(x.Extensions), 10},
	}}
	for i, l := range x.Levels {
		v.Fields = append(v.Fields, ruleField{"level" + strconv.Itoa(i), r.T("rules.level", r.Text(l.Who)), "", strconv.Itoa(l.Days), 365})
	}
	for i := range v.Fields {
		if t, ok := typed[v.Fields[i].Name]; ok {
			v.Fields[i].Value = t
		}
	}
	return v, nil
}

// saveTaskRules sets the rules; what is no number is said by the name of its
// field, and what was typed is kept.
func (s *Server) saveTaskRules(w http.ResponseWriter, r *request) error {
	if s.tasks == nil {
		return fmt.Errorf("settings: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	rules, err := s.tasks.TaskRules(r.Context())
	if err != nil {
		return fmt.Errorf("rules of supervision: %w", err)
	}
	form, err := s.taskRulesForm(r, nil)
	if err != nil {
		return err
	}
	if form == nil {
		return fmt.Errorf("rules of supervision: %w", fault.Forbidden)
	}
	typed, number, bad := map[string]string{}, map[string]float64{}, []string(nil)
	for _, f := range form.Fields {
		t := strings.TrimSpace(r.PostFormValue(f.Name))
		n, err := strconv.ParseFloat(t, 64)
		whole := f.Name == "amber_share" || f.Name == "sign_extra" || n == float64(int(n))
		if typed[f.Name], number[f.Name] = t, n; err != nil || !(n >= 0 && n <= float64(f.Max)) || !whole {
			bad = append(bad, r.T("rules.bad", f.Label, t, f.Max))
		}
	}
	if r.PostFormValue("reset") != "" {
		rules, bad = task.Default, nil
	} else {
		day := func(name string) int { return int(number[name]) }
		rules.AmberDays, rules.AmberShare, rules.SignDays, rules.Ordinary, rules.FirstDays, rules.Extensions = day("amber_days"), number["amber_share"]/100, day("sign_days"), day("ordinary"), day("first_days"), day("extensions")
		rules.SignExtra = time.Duration(number["sign_extra"] * float64(time.Hour))
		levels := append([]task.Escalation(nil), rules.Levels...)
		for i := range levels {
			levels[i].Days = day("level" + strconv.Itoa(i))
		}
		rules.Levels = levels
	}
	if len(bad) == 0 {
		if err = s.tasks.SetTaskRules(r.Context(), r.who, rules); err == nil {
			return away{"/settings?did=save#rules"}
		}
		why := r.why(err)
		if why == "" {
			return err
		}
		bad = append(bad, why)
	}
	if form, err = s.taskRulesForm(r, typed); err != nil {
		return err
	}
	return s.showSettings(w, r, settingsPage{Error: strings.Join(bad, " "), Rules: form}, http.StatusUnprocessableEntity)
}
