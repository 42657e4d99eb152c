package flow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

func actor(role auth.Role, unit edu.UnitID) auth.Actor {
	return auth.Actor{Account: "id-" + string(role), Name: string(role), Grants: []auth.Grant{{Role: role, Whole: unit == "", Unit: unit}}}
}

// lines are the actions in the audit log.
func (c *town) lines() (out []string) {
	c.t.Helper()
	if err := c.store.WalkAudit(ctx, local, func(r audit.Record) error {
		out = append(out, string(r.Action)+" "+r.Object+" "+r.Detail)
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return out
}

// Nothing is ranked and nobody's value added is shown until the city's planner
// says so, with a reason; every choice is logged and remembered.
func TestSwitches(t *testing.T) {
	c := newTown(t)
	s, err := c.Switches(ctx)
	if err != nil || s.Ranking.On || s.ValueAdded.On {
		t.Fatalf("a new city: %+v, %v", s, err)
	}
	planner := actor(auth.CityPlanner, "")
	for _, tt := range []struct {
		name, reason string
		who          auth.Actor
		want         error
	}{
		{Ranking, "局务会同意", actor(auth.CitySection, ""), fault.Forbidden},
		{Ranking, "局务会同意", actor(auth.Leader, ""), fault.Forbidden},
		{Ranking, "局务会同意", actor(auth.SystemAdmin, ""), fault.Forbidden},
		{Ranking, "局务会同意", actor(auth.CityPlanner, "east"), fault.Forbidden},
		{Ranking, "局务会同意", auth.Actor{}, fault.Forbidden},
		{Ranking, "  ", planner, fault.Invalid},
		{Ranking, strings.Repeat("长", 201), planner, fault.Invalid},
		{"rank_pupils", "局务会同意", planner, fault.NotFound},
	} {
		if err := c.SetSwitch(ctx, tt.who, tt.name, true, tt.reason); !errors.Is(err, tt.want) {
			t.Errorf("%s by %s for %q: %v, want %v", tt.name, tt.who.Name, tt.reason, err, tt.want)
		}
	}
	if n := len(c.lines()); n != 0 {
		t.Errorf("%d lines in the log for what was refused", n)
	}
	at := time.Date(2025, 12, 1, 2, 0, 0, 0, time.UTC)
	c.SetClock(func() time.Time { return at })
	for i, on := range []bool{true, true, false, true} {
		if err := c.SetSwitch(ctx, planner, Ranking, on, "第"+string(rune('1'+i))+"次"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetSwitch(ctx, planner, ValueAdded, true, "试点"); err != nil {
		t.Fatal(err)
	}
	s, err = c.Switches(ctx)
	if r := s.Ranking; err != nil || !r.On || r.Reason != "第4次" || r.By != "city_planner" || !r.At.Equal(at) || len(r.Before) != 2 || r.Before[0].On || r.Before[0].Reason != "第3次" || len(r.Before[1].Before) != 0 || !s.ValueAdded.On {
		t.Errorf("%+v, %v", s, err)
	}
	if got := strings.Join(c.lines(), "; "); got != "settings.switch ranking ranking on=true; settings.switch ranking ranking on=false; settings.switch ranking ranking on=true; settings.switch value_added value_added on=true" {
		t.Errorf("the log has %s", got)
	}
	if v, err := c.As(actor(auth.SchoolClerk, "east")).Switches(ctx); err != nil || !v.Ranking.On {
		t.Errorf("a reader is not told: %+v, %v", v, err)
	}
}
