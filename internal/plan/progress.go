package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
)

// Track is how far a target is.
type Track string

const (
	Unheard Track = "unheard" // ○ no figure, or one that is not whole
	NotYet  Track = "not_yet" // ○ no figure since the base: the action has not begun to show
	OnTrack Track = "on"      // ● the value of the year is reached
	Close   Track = "close"   // ▲ not reached, but most of the way is gone
	Late    Track = "late"    // ■ behind
	Failed  Track = "failed"  // ■ the last year is over and it was not reached
)

// Name is the track as it is shown.
func (k Track) Name() edu.Text {
	switch k {
	case OnTrack:
		return edu.Text{ZH: "达到", EN: "on track"}
	case Close:
		return edu.Text{ZH: "接近", EN: "close"}
	case Late:
		return edu.Text{ZH: "滞后", EN: "late"}
	case Failed:
		return edu.Text{ZH: "未达成", EN: "missed"}
	case NotYet:
		return edu.Text{ZH: "未启动", EN: "not begun"}
	}
	return edu.Text{ZH: "无法判断", EN: "unknown"}
}

// DefaultNear is the part of the way from the base to the value of the year that
// makes a target close. It is from practice, not from a document; a plan may set
// its own.
const DefaultNear = 0.8

// Reading is the figure of a year. NaN is missing; Owed is how many units have
// not reported what it needs.
type Reading struct {
	Value float64
	Owed  int
	// Floor: who has not reported is counted as not meeting it, so that more can
	// only make the figure higher.
	Floor bool
}

// Progress is what can be said of a target now.
type Progress struct {
	Track Track
	Why   edu.Text // the rule that fired, with its figures
	Year  int      // of the newest figure, 0 without any
	Now   float64
	Owed  int
	Base  float64 // NaN where nobody knows it
	Typed bool    // the base was typed, since the system has no figures of its year
	Want  float64 // the value of Year
	End   float64 // the value of the last year
	Part  float64 // of the way from the base to Want; NaN without a base
}

// Judge holds a target against the figures of its indicator, by year. It is held
// against the value of the newest year that has a figure; where the plan sets none
// for that year, against the straight line between the values around it, the base
// included. near is Plan.Near.
func Judge(t *Target, figures map[int]Reading, near float64, last int) Progress {
	p := Progress{Track: Unheard, Now: math.NaN(), Base: math.NaN(), Want: math.NaN(), End: math.NaN(), Part: math.NaN()}
	if v, ok := t.Values[last]; ok {
		p.End = v
	}
	if f, ok := figures[t.BaseYear]; ok && t.BaseYear != 0 && finite(f.Value) {
		p.Base = f.Value
	} else if t.BaseValue != nil {
		p.Base, p.Typed = *t.BaseValue, true
	}
	if t.Indicator == "" {
		p.Why = edu.Text{ZH: "没有关联指标", EN: "it names no indicator"}
		return p
	}
	for y := range figures {
		if y > p.Year && y <= last {
			p.Year = y
		}
	}
	if p.Year == 0 {
		p.Why = edu.Text{ZH: "还没有任何年度的数据", EN: "there are no figures of any year"}
		return p
	}
	now := figures[p.Year]
	p.Now, p.Owed = now.Value, now.Owed
	switch {
	case !finite(now.Value):
		p.Now = math.NaN()
		p.Why = say("%d年数据缺失，缺失不算达到", "the figure of %d is missing, and a missing figure is no pass", p.Year)
		return p
	case t.BaseYear != 0 && p.Year <= t.BaseYear:
		p.Track, p.Why = NotYet, say("最新数据是基期%d年的，行动开始后还没有数据", "the newest figure is of %d, the base: there is none since the action began", p.Year)
		return p
	}
	if near <= 0 || near > 1 {
		near = DefaultNear
	}
	if p.Want = want(t, p.Base, p.Year); !finite(p.Want) {
		p.Why = say("方案没有%d年及以前的目标值", "the plan has no value for %d or before", p.Year)
		return p
	}
	if finite(p.Base) && p.Want != p.Base {
		p.Part = (p.Now - p.Base) / (p.Want - p.Base)
	}
	d := math.Abs(p.Now - p.Want)
	op := edu.Text{ZH: "不低于", EN: "at least"}
	if t.Direction == Down {
		op = edu.Text{ZH: "不高于", EN: "at most"}
	}
	held := edu.Text{
		ZH: fmt.Sprintf("%d年现值%s，目标%s%s", p.Year, shown(p.Now), op.ZH, shown(p.Want)),
		EN: fmt.Sprintf("%d: now %s, target %s %s", p.Year, shown(p.Now), op.EN, shown(p.Want)),
	}
	switch {
	case reaches(t, p.Now, p.Want) && p.Owed > 0 && !(now.Floor && t.Direction == Up):
		p.Why = edu.Text{ZH: held.ZH + fmt.Sprintf("；但有%d个单位未报，数据不全不算达到", p.Owed), EN: held.EN + fmt.Sprintf("; but %d units have not reported, and what is not whole is no pass", p.Owed)}
	case reaches(t, p.Now, p.Want):
		p.Track, p.Why = OnTrack, edu.Text{ZH: held.ZH + "，已达到", EN: held.EN + ": reached"}
	case p.Year >= last:
		p.Track, p.Why = Failed, edu.Text{ZH: held.ZH + fmt.Sprintf("，最后一年仍差%s", short(d)), EN: held.EN + fmt.Sprintf("; the last year misses it by %s", short(d))}
	case finite(p.Part) && p.Part >= near:
		p.Track, p.Why = Close, edu.Text{ZH: held.ZH + fmt.Sprintf("，差%s；自基期起已走完%.0f%%，不低于%.0f%%", short(d), 100*p.Part, 100*near), EN: held.EN + fmt.Sprintf("; short by %s, with %.0f%% of the way from the base gone, at least %.0f%%", short(d), 100*p.Part, 100*near)}
	default:
		p.Track, p.Why = Late, edu.Text{ZH: held.ZH + fmt.Sprintf("，差%s", short(d)), EN: held.EN + fmt.Sprintf("; short by %s", short(d))}
		switch {
		case finite(p.Part) && p.Part < 0:
			p.Why.ZH += "；比基期还差"
			p.Why.EN += "; it is worse than the base"
		case finite(p.Part):
			p.Why.ZH += fmt.Sprintf("；自基期起走完%.0f%%，低于%.0f%%", 100*p.Part, 100*near)
			p.Why.EN += fmt.Sprintf("; %.0f%% of the way from the base is gone, less than %.0f%%", 100*p.Part, 100*near)
		}
	}
	return p
}

// shown is a figure in a sentence, with at most three decimals; the comparison was
// made before.
func shown(v float64) string { return num(math.Round(v*1e3) / 1e3) }

// short is a difference in a sentence: never so rounded that it is nothing.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

func say(zh, en string, args ...any) edu.Text {
	return edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// reaches compares unrounded, but for what binary arithmetic makes of decimals.
func reaches(t *Target, v, want float64) bool {
	eps := 1e-9 * math.Max(1, math.Abs(want))
	if t.Direction == Down {
		return v <= want+eps
	}
	return v >= want-eps
}

// want is the value that a target has in a year.
func want(t *Target, base float64, year int) float64 {
	if v, ok := t.Values[year]; ok {
		return v
	}
	ys := years(t.Values)
	if t.BaseYear != 0 && finite(base) {
		ys = append([]int{t.BaseYear}, ys...)
	}
	at := func(y int) float64 {
		if v, ok := t.Values[y]; ok {
			return v
		}
		return base
	}
	i := slices.IndexFunc(ys, func(y int) bool { return y > year })
	switch {
	case i > 0: // between two
		a, b := ys[i-1], ys[i]
		return at(a) + (at(b)-at(a))*float64(year-a)/float64(b-a)
	case i < 0 && len(ys) > 0: // after the last that is set
		return at(ys[len(ys)-1])
	}
	return math.NaN()
}

// Share is a county's share as a target of its own.
func (t *Target) Share(county edu.UnitID) (Target, bool) {
	by, ok := t.Shares[county]
	if !ok {
		return Target{}, false
	}
	s := *t
	s.Values, s.Shares, s.BaseValue = by, nil, nil
	return s, true
}
