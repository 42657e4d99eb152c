package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

// Choices is what the city switches on. flow implements it.
type Choices interface {
	Switches(ctx context.Context) (flow.Switches, error)
	SetSwitch(ctx context.Context, who auth.Actor, name string, on bool, reason string) error
}

// ranking tells whether the city has switched ranking on.
func (s *Server) ranking(ctx context.Context) (bool, error) {
	if s.choices == nil {
		return false, nil
	}
	all, err := s.choices.Switches(ctx)
	if err != nil {
		return false, fmt.Errorf("the city's choices: %w", err)
	}
	return all.Ranking.On, nil
}

type settingsPage struct {
	Shell
	Switches []switchView
	Said     string
	Error    string
	Rules    *taskRulesView // nil where there are no tasks
	Periods  string         // of the registers
}

// switchView is one choice, as it stands, and the form that changes it.
type switchView struct {
	Name, Title, Help string
	Lamp              Lamp
	Since             string // who made the choice, when and why
	Turn              string // what the button does
	To                string // "on" or "off"
	Reason            string
	History           Table
}

// settings shows what the city has switched on.
func (s *Server) settings(w http.ResponseWriter, r *request) error {
	p := settingsPage{}
	if r.query.Get("did") == "save" {
		p.Said = r.T("settings.did")
	}
	return s.showSettings(w, r, p, http.StatusOK)
}

func (s *Server) showSettings(w http.ResponseWriter, r *request, p settingsPage, status int) error {
	if s.choices == nil {
		return fmt.Errorf("settings: %w", fault.NotFound)
	}
	all, err := s.choices.Switches(r.Context())
	if err != nil {
		return fmt.Errorf("the city's choices: %w", err)
	}
	p.Shell = s.shell(r, r.T("settings.title"), "settings")
	if s.registers != nil {
		p.Periods = "/settings/registers"
	}
	for _, x := range []struct {
		name        string
		sw          flow.Switch
		title, help string
	}{
		{flow.Ranking, all.Ranking, "settings.ranking", "settings.ranking.help"},
		{flow.ValueAdded, all.ValueAdded, "settings.value_added", "settings.value_added.help"},
	} {
		v := switchView{Name: x.name, Title: r.T(x.title), Help: r.T(x.help), Lamp: Lamp{Word: r.T("settings.off")}, Turn: r.T("settings.turn.on"), To: "on"}
		if x.sw.On {
			v.Lamp, v.Turn, v.To = Lamp{Tone: "g", Word: r.T("settings.on")}, r.T("settings.turn.off"), "off"
		}
		if !x.sw.At.IsZero() {
			v.Since = r.T("settings.since", x.sw.By, r.Minute(x.sw.At.In(collect.China)), x.sw.Reason)
		}
		v.History = Table{ID: "h-" + x.name, Caption: r.T("settings.history"), Show: true, Tight: true, Cols: []Col{{Label: r.T("changes.at")}, {Label: r.T("status")}, {Label: r.T("changes.by")}, {Label: r.T("settings.reason"), Wrap: true}}}
		for _, b := range x.sw.Before {
			word := r.T("settings.off")
			if b.On {
				word = r.T("settings.on")
			}
			v.History.Rows = append(v.History.Rows, Row{Cells: []Cell{text(r.Minute(b.At.In(collect.China))), text(word), text(b.By), text(b.Reason)}})
		}
		p.Switches = append(p.Switches, v)
	}
	if p.Rules == nil {
		if p.Rules, err = s.taskRulesForm(r, nil); err != nil {
			return err
		}
	}
	return s.write(w, r, status, "settings.html", p)
}

// saveSettings makes a choice.
func (s *Server) saveSettings(w http.ResponseWriter, r *request) error {
	if s.choices == nil {
		return fmt.Errorf("settings: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	name := r.PostFormValue("switch")
	if name == "" {
		return fmt.Errorf("settings: which switch is not said: %w", fault.Invalid)
	}
	err := s.choices.SetSwitch(r.Context(), r.who, name, r.PostFormValue("to") == "on", r.PostFormValue("reason"))
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showSettings(w, r, settingsPage{Error: why}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/settings?did=save"}
}

// apiSwitches tells a program what is on.
func (s *Server) apiSwitches(w http.ResponseWriter, r *request) error {
	if s.choices == nil {
		return fmt.Errorf("settings: %w", fault.NotFound)
	}
	all, err := s.choices.Switches(r.Context())
	if err != nil {
		return fmt.Errorf("the city's choices: %w", err)
	}
	type one struct {
		On bool      `json:"on"`
		At time.Time `json:"at,omitzero"`
	}
	return s.answer(w, r, map[string]one{flow.Ranking: {all.Ranking.On, all.Ranking.At}, flow.ValueAdded: {all.ValueAdded.On, all.ValueAdded.At}})
}

// apiSetSwitch makes a choice: {"on": true, "reason": "…"}.
func (s *Server) apiSetSwitch(w http.ResponseWriter, r *request) error {
	if s.choices == nil {
		return fmt.Errorf("settings: %w", fault.NotFound)
	}
	var in struct {
		On     *bool  `json:"on"`
		Reason string `json:"reason"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.On == nil {
		return fmt.Errorf(`want {"on": true or false, "reason": "…"}: %w`, fault.Invalid)
	}
	if err := s.choices.SetSwitch(r.Context(), r.who, r.PathValue("switch"), *in.On, in.Reason); err != nil {
		return err
	}
	return s.apiSwitches(w, r)
}
