package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
)

// target looks at one target: its years, its base, and whether the counties'
// shares come to what the city wants.
func (c *checker) target(t *Target) {
	c.at(aTarget, t.ID, t.Name)
	for _, s := range []string{t.Scheme, t.Indicator, string(t.Stage), t.Unit, t.BaseSource, t.Source} {
		c.text(edu.Text{ZH: "目标字段", EN: "a field of the target"}, s, longField, false)
	}
	if t.Indicator == "" || t.Scheme == "" {
		c.say(Note, "没有关联指标，进度无从计算", "it names no indicator: nothing can be said of its progress")
	}
	if !slices.Contains([]Of{Value, Passed, Spread, RuleOf}, t.Of) || t.Direction != Up && t.Direction != Down || t.Combine != Sum && t.Combine != Each {
		c.say(Breaks, "统计口径、方向或分解方式不成立", "its figure, direction or way of sharing is none that there is")
	}
	if t.BaseValue != nil {
		if !finite(*t.BaseValue) {
			c.say(Breaks, "基期值不是数", "its base is no number")
		}
		if t.BaseSource == "" {
			c.say(Blocks, "手工填写的基期值没有写明来源", "a base that was typed has no source")
		}
	}
	if t.BaseYear != 0 && t.BaseYear >= c.p.To {
		c.say(Breaks, "基期%d不早于方案的最后一年", "the base year %d is not before the last year", t.BaseYear)
	}
	for _, y := range years(t.Values) {
		if y < c.p.From || y > c.p.To {
			c.say(Breaks, "%d年的目标值不在方案年份内", "it has a value for %d, outside the years of the plan", y)
		}
		if !finite(t.Values[y]) {
			c.say(Breaks, "%d年的目标值不是数", "its value of %d is no number", y)
		}
	}
	if _, ok := t.Values[c.p.To]; !ok {
		c.say(Blocks, "没有最后一年（%d年）的目标值", "it has no value for the last year, %d", c.p.To)
	}
	for u, by := range t.Shares {
		if u == "" {
			c.say(Breaks, "有一行分解没有写明县（市、区）", "a share names no county")
		}
		for _, y := range years(by) {
			if !finite(by[y]) || y < c.p.From || y > c.p.To {
				c.say(Breaks, "%s的%d年分解值不成立", "the share of %s for %d is none", u, y)
			}
		}
	}
	for _, y := range c.p.Years() {
		if s, v := ShareOf(t, y); v == edu.Short {
			c.out = append(c.out, Fault{c.id, c.name, s, Note})
		}
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func years(m map[int]float64) []int {
	var out []int
	for y := range m {
		out = append(out, y)
	}
	slices.Sort(out)
	return out
}

// ShareOf says what the counties' shares of a year come to beside the city's
// target: met where they reach it, short where they do not. Rates do not add up:
// there it says whether all counties that reach their own make the city reach its
// own, which without their weights is unknown where some shares lie short of it.
// Without shares it is exempt.
func ShareOf(t *Target, year int) (said edu.Text, v edu.Verdict) {
	var sum float64
	n, short := 0, 0
	want, has := t.Values[year]
	for _, u := range Counties(t) {
		v, ok := t.Shares[u][year]
		if !ok {
			continue
		}
		n++
		sum += v
		if has && !reaches(t, v, want) {
			short++
		}
	}
	say := func(zh, en string, args ...any) edu.Text {
		return edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
	}
	switch {
	case n == 0:
		return edu.Text{}, edu.Exempt
	case !has:
		return say("%d年有%d个县的分解值，全市没有目标值", "%d: %d counties have a share, the city has no target", year, n), edu.Short
	case t.Combine == Sum:
		d := sum - want
		if t.Direction == Down {
			d = -d
		}
		switch {
		case math.Abs(sum-want) <= 1e-9*math.Max(1, math.Abs(want)):
			return say("%d年分解值合计%s，与全市目标相等", "%d: the shares add up to %s, which is the city's target", year, num(sum)), edu.Met
		case d > 0:
			return say("%d年分解值合计%s，优于全市目标%s", "%d: the shares add up to %s, better than the city's target of %s", year, num(sum), num(want)), edu.Met
		default:
			return say("%d年分解值合计%s，达不到全市目标%s，差%s", "%d: the shares add up to %s and miss the city's target of %s by %s", year, num(sum), num(want), num(math.Abs(sum-want))), edu.Short
		}
	case short == 0:
		return say("%d年%d个县的分解值都不低于全市目标的要求，各县达到则全市达到", "%d: the shares of all %d counties reach the city's target, so the city does if they do", year, n), edu.Met
	case short == n:
		return say("%d年%d个县的分解值都达不到全市目标%s，各县都完成全市也达不到", "%d: none of the shares of %d counties reaches the city's target of %s: it is missed even if all of them are met", year, n, num(want)), edu.Short
	default:
		return say("%d年%d个县中%d个的分解值低于全市目标%s的要求，是否达到取决于各县人数", "%d: of %d counties %d have a share short of the city's target of %s; whether it is reached depends on their sizes", year, n, short, num(want)), edu.Unknown
	}
}

// Counties are the counties that have a share, in the order of their ids.
func Counties(t *Target) []edu.UnitID {
	var out []edu.UnitID
	for u := range t.Shares {
		out = append(out, u)
	}
	slices.Sort(out)
	return out
}

// num is a figure of a sentence, without needless zeros.
func num(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }
