package pack

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Adjust are other figures to be held to: what if the standard were another one?
// The zero Adjust changes nothing.
type Adjust struct {
	Thresholds []AdjustThreshold
	Limits     []AdjustLimit
}

// AdjustThreshold holds an indicator to another value, at one stage or at all.
type AdjustThreshold struct {
	Indicator string
	Stage     edu.Stage
	Value     float64
}

// AdjustLimit is another limit of a rule over a statistic, at one stage or at all.
type AdjustLimit struct {
	Rule  string
	Stage edu.Stage
	Value float64
}

// Adjusted is the pack with other figures in its first standard. It shares
// everything else with the pack and has no hash: nothing may be kept under it.
func (p *Pack) Adjusted(by Adjust) (*Pack, error) {
	if len(by.Thresholds)+len(by.Limits) == 0 {
		return p, nil
	}
	if len(p.Standards) == 0 {
		return nil, fmt.Errorf("pack %s holds nobody to anything: %w", p.Ref(), fault.Invalid)
	}
	std := *p.Standards[0]
	std.Thresholds, std.Rules = slices.Clone(std.Thresholds), slices.Clone(std.Rules)
	for _, x := range by.Thresholds {
		if err := std.threshold(p, x); err != nil {
			return nil, err
		}
	}
	for _, x := range by.Limits {
		if err := std.limit(x); err != nil {
			return nil, err
		}
	}
	out := *p
	out.Hash = ""
	out.Standards = append([]*Standard{&std}, p.Standards[1:]...)
	return &out, nil
}

func (st *Standard) threshold(p *Pack, x AdjustThreshold) error {
	changed := false
	for i, t := range st.Thresholds {
		switch {
		case t.Indicator != x.Indicator || x.Stage != "" && t.Stage != "" && t.Stage != x.Stage:
			continue
		case t.Op == Equal:
			return fmt.Errorf("indicator %s is answered with yes or no: %w", x.Indicator, fault.Invalid)
		}
		other := *t
		other.Value, other.Formula = x.Value, nil
		changed = true
		if x.Stage != "" && t.Stage == "" { // the other stages keep theirs
			other.Stage = x.Stage
			st.Thresholds = append(st.Thresholds, &other)
			continue
		}
		st.Thresholds[i] = &other
	}
	if !changed {
		return fmt.Errorf("indicator %s is held to nothing%s: %w", x.Indicator, atStage(x.Stage), fault.NotFound)
	}
	return nil
}

func (st *Standard) limit(x AdjustLimit) error {
	i := slices.IndexFunc(st.Rules, func(r *Rule) bool { return r.ID == x.Rule })
	if i < 0 || st.Rules[i].Statistic == "" {
		return fmt.Errorf("rule %s has no limit: %w", x.Rule, fault.NotFound)
	}
	other := *st.Rules[i]
	other.Limit = map[edu.Stage]float64{}
	changed := false
	for s, v := range st.Rules[i].Limit {
		if x.Stage == "" || s == x.Stage {
			v, changed = x.Value, true
		}
		other.Limit[s] = v
	}
	if !changed {
		return fmt.Errorf("rule %s has no limit%s: %w", x.Rule, atStage(x.Stage), fault.NotFound)
	}
	st.Rules[i] = &other
	return nil
}

func atStage(s edu.Stage) string {
	if s == "" {
		return ""
	}
	return " at stage " + string(s)
}
