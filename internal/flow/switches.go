package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
)

// metaSwitch stands before the name of a switch where it is kept, as JSON. Each
// has a place of its own, so that two that are set at once do not undo each other.
const metaSwitch = "switch."

const switchSet audit.Action = "settings.switch"

// What a city can switch on. Both are off until it does: a rank and an estimate
// of schools do harm where nobody has decided to bear their effects.
const (
	Ranking    = "ranking"
	ValueAdded = "value_added"
)

// Switch is one choice of the city, with who made it and why. The zero Switch is
// off.
type Switch struct {
	On     bool      `json:"on"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"` // as shown to others
	At     time.Time `json:"at,omitzero"`
	// Before are the earlier choices, the newest first. The audit log has no
	// reasons: it holds no text that a person typed.
	Before []Switch `json:"before,omitempty"`
}

// Switches are the city's choices.
type Switches struct {
	Ranking    Switch `json:"ranking"`
	ValueAdded Switch `json:"value_added"`
}

func (s *Switches) named(name string) *Switch {
	switch name {
	case Ranking:
		return &s.Ranking
	case ValueAdded:
		return &s.ValueAdded
	}
	return nil
}

// Switches gives the city's choices. Everybody may know them: they say what the
// pages show.
func (c *City) Switches(ctx context.Context) (Switches, error) {
	var s Switches
	for _, name := range []string{Ranking, ValueAdded} {
		text, err := c.store.Meta(ctx, local, metaSwitch+name)
		if err != nil {
			return Switches{}, err
		}
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), s.named(name)); err != nil {
			return Switches{}, fmt.Errorf("the database's own note %q: %w", metaSwitch+name, err)
		}
	}
	return s, nil
}

// Switches gives the city's choices.
func (v *View) Switches(ctx context.Context) (Switches, error) { return v.city.Switches(ctx) }

const (
	longestReason = 200 // characters
	maxBefore     = 50  // choices that are remembered
)

// SetSwitch makes one of the city's choices, for a reason that is kept. Whoever
// may make it may make it for the whole city only.
func (c *City) SetSwitch(ctx context.Context, who auth.Actor, name string, on bool, reason string) error {
	sc, err := keepsChoices(who)
	if err != nil {
		return err
	}
	all, err := c.Switches(ctx)
	if err != nil {
		return err
	}
	sw := all.named(name)
	reason = strings.TrimSpace(reason)
	switch {
	case sw == nil:
		return fmt.Errorf("switch %q: %w", name, fault.NotFound)
	case reason == "":
		return auth.Refuse(fault.Invalid, "未填理由", "the reason is missing")
	case utf8.RuneCountInString(reason) > longestReason:
		return auth.Refuse(fault.Invalid, fmt.Sprintf("理由超过%d字", longestReason), fmt.Sprintf("the reason is longer than %d characters", longestReason))
	case sw.On == on:
		return nil
	}
	rec := record(who, switchSet, fmt.Sprintf("%s on=%t", name, on), c.now())
	rec.Object = name
	next := Switch{On: on, Reason: reason, By: who.Name, At: rec.At.UTC(), Before: sw.Before}
	if sw.Before = nil; !sw.At.IsZero() {
		next.Before = append([]Switch{*sw}, next.Before...)
	}
	next.Before = next.Before[:min(len(next.Before), maxBefore)]
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return c.store.SetMeta(ctx, sc, metaSwitch+name, string(b), rec)
}
