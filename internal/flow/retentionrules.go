// The rules of dropout prevention as a city set them, and who did.

package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// metaRetention is where the city's own rules are kept.
const metaRetention = "retention_rules"

const rulesChanged audit.Action = "retention.rules"

// RulesKept are the rules in force, with who set them last; nobody where they are those
// that are shipped.
type RulesKept struct {
	retention.Rules
	ByName string    `json:",omitzero"`
	At     time.Time `json:",omitzero"`
}

// RulesKept gives the rules in force to who follows cases up.
func (x *Retention) RulesKept(ctx context.Context, who auth.Actor) (out RulesKept, may bool, err error) {
	if who.Reach(auth.DoRetention).None() {
		return out, false, fmt.Errorf("%s: %w", auth.DoRetention, fault.Forbidden)
	}
	out, err = x.rules(ctx)
	return out, who.Reach(auth.EndCases).Whole, err
}

// Rules are the rules in force.
func (x *Retention) Rules(ctx context.Context) (retention.Rules, error) {
	k, err := x.rules(ctx)
	return k.Rules, err
}

func (x *Retention) rules(ctx context.Context) (RulesKept, error) {
	k := RulesKept{Rules: retention.Default}
	text, err := x.city.store.Meta(ctx, local, metaRetention)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &k)
	}
	return k, err
}

// SetRules sets the city's rules and judges all cases anew. The log has every number
// that changed, before and after.
func (x *Retention) SetRules(ctx context.Context, who auth.Actor, r retention.Rules) error {
	if !who.Reach(auth.EndCases).Whole {
		return fmt.Errorf("the rules of dropout prevention are the whole city's: %w", fault.Forbidden)
	}
	if err := r.Check(); err != nil {
		return err
	}
	old, err := x.Rules(ctx)
	if err != nil || old == r {
		return err
	}
	var changed []string
	for _, t := range retention.RuleTerms {
		if a, b := *t.Of(&old), *t.Of(&r); a != b {
			changed = append(changed, fmt.Sprintf("%s %d→%d", t.ID, a, b))
		}
	}
	text, err := json.Marshal(RulesKept{r, who.Name, x.now()})
	if err != nil {
		return err
	}
	rec := record(who, rulesChanged, strings.Join(changed, ", "), x.now())
	rec.Remote = auth.Remote(ctx)
	if err := x.city.store.SetMeta(ctx, local, metaRetention, string(text), rec); err != nil {
		return err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return err
	}
	list, err := x.city.store.Cases(ctx, local, store.CaseFilter{Live: true, Size: -1, Today: retention.Today(d.Env)})
	if err != nil {
		return err
	}
	turns := make([]store.CaseTurn, len(list.Cases))
	for i, c := range list.Cases {
		m := d.move(c, retention.Event{}, "")
		turns[i] = store.CaseTurn{ID: c.ID, Rev: c.Rev, Due: m.Due, Turns: m.Turns}
	}
	return x.city.store.TurnCases(ctx, local, turns)
}
