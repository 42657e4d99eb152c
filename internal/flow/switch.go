package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
)

// Switches are what a city may switch on; all of them are off until it does.
const (
	SwitchRanking    = "ranking"     // ranks of units
	SwitchValueAdded = "value_added" // value-added estimates of schools
)

var switches = []string{SwitchRanking, SwitchValueAdded}

const switchSet audit.Action = "switch.set"

// switched is a switch as it is kept.
type switched struct {
	On     bool      `json:"on"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

func metaSwitch(name string) string { return "switch." + name }

// Switch tells whether the city has switched something on.
func (c *City) Switch(ctx context.Context, name string) (bool, error) {
	text, err := c.store.Meta(ctx, local, metaSwitch(name))
	if err != nil || text == "" {
		return false, err
	}
	var s switched
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return false, fmt.Errorf("switch %s: %w", name, err)
	}
	return s.On, nil
}

// SetSwitch switches something on or off for the whole city, with the reason.
func (c *City) SetSwitch(ctx context.Context, who auth.Actor, name string, on bool, reason string) error {
	sc, err := wholeCity(who)
	if err != nil {
		return err
	}
	if !slices.Contains(switches, name) {
		return fmt.Errorf("switch %q: %w", name, fault.NotFound)
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return auth.Refuse(fault.Invalid, "请写明依据或理由", "give the document or the reason")
	}
	rec := record(who, switchSet, fmt.Sprintf("%s on=%t: %s", name, on, reason), c.now())
	rec.Object = name
	b, err := json.Marshal(switched{on, rec.Account, rec.At, reason})
	if err != nil {
		return err
	}
	return c.store.SetMeta(ctx, sc, metaSwitch(name), string(b), rec)
}
