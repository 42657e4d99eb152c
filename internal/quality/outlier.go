package quality

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/pack"
)

// outliers holds the indicators of every school against those of like schools.
// Ratios are judged, not amounts: a big school is no error.
func outliers(f *frame.Frame, p *pack.Pack, opt Options) (out []Finding, err error) {
	var defs []*pack.Indicator
	for _, d := range p.Indicators {
		if d.Section != nil && ratio(d.Unit) && indicator.Applies(f, d) {
			defs = append(defs, d)
		}
	}
	if len(defs) == 0 {
		return nil, nil
	}
	res, err := indicator.Evaluate(f, defs, nil)
	if err != nil {
		return nil, err
	}
	for _, it := range res.Items {
		x := it.Values()
		spreads := map[*group]spread{}
		for row, g := range groups(f, x, opt) {
			if g == nil {
				continue
			}
			s, ok := spreads[g]
			if !ok {
				s = measure(g.x)
				spreads[g] = s
			}
			for _, v := range judge(x[row], s, opt) {
				fd := Finding{Method: v.method, School: school(f, row), Item: it.Def.ID, Name: it.Def.Name, Value: x[row], Score: v.score, Measure: true}
				fd.Reason = v.words(it.Def, p, f.Stage, g, s, x[row])
				fd.Cells = cells(f, row, it.Def.Needs)
				out = append(out, fd)
			}
		}
	}
	return out, nil
}

// ratio tells whether a unit of measure is of so much per something.
func ratio(unit string) bool { return strings.Contains(unit, "/") || unit == "%" || unit == "1" }

// said is what one method says of a figure.
type said struct {
	method  Method
	score   float64
	stoodIn bool
}

// judge asks the three methods. The modified z-score is not led astray by the
// outliers themselves; the z-score is what the provinces' rules name; the range
// finds one figure far from all others even in a wide group.
func judge(v float64, s spread, opt Options) (out []said) {
	if m, stoodIn := s.modified(v); math.Abs(m) > opt.ModifiedZ {
		out = append(out, said{ModifiedZ, m, stoodIn})
	}
	if z := s.z(v); math.Abs(z) > opt.Z {
		out = append(out, said{ZScore, z, false})
	}
	if b := s.beyond(v); b > opt.Beyond {
		out = append(out, said{Range, b, false})
	}
	return out
}

// words says why: 生均面积 41.2 m²，同类学校（小学乡村 132 所）中位数 6.1 m²，偏离 9.8 个 MAD.
func (v said) words(d *pack.Indicator, p *pack.Pack, stage edu.Stage, g *group, s spread, x float64) edu.Text {
	zh, en := unit(p, d.Unit)
	num := func(f float64) string { return strconv.FormatFloat(f, 'f', d.Decimals, 64) }
	peersZH := fmt.Sprintf("同类学校（%s%s，%d所）", stageZH(stage), g.name.ZH, s.n)
	peersEN := fmt.Sprintf("the %d like schools (%s%s)", s.n, stage, space(g.name.EN))
	side := func(up, down string) string {
		if v.score < 0 {
			return down
		}
		return up
	}
	first := edu.Text{ZH: fmt.Sprintf("%s %s%s，%s", d.Name.ZH, num(x), zh, peersZH), EN: fmt.Sprintf("%s is %s%s; %s", d.Name.In("en"), num(x), en, peersEN)}
	switch v.method {
	case ModifiedZ:
		by, byZH, byEN := math.Abs(x-s.median)/s.mad, "个 MAD", "MADs"
		if v.stoodIn {
			by, byZH, byEN = math.Abs(x-s.median)/s.around, "个平均绝对偏差（过半学校数值相同）", "mean deviations (more than half have one figure)"
		}
		return edu.Text{
			ZH: fmt.Sprintf("%s中位数 %s%s，%s偏离 %.1f %s，修正 Z 值 %.1f", first.ZH, num(s.median), zh, side("向上", "向下"), by, byZH, v.score),
			EN: fmt.Sprintf("%s have a median of %s%s: %.1f %s %s, modified z-score %.1f", first.EN, num(s.median), en, by, byEN, side("above", "below"), v.score),
		}
	case ZScore:
		return edu.Text{
			ZH: fmt.Sprintf("%s均值 %s%s、标准差 %s，%s偏离 %.1f 个标准差", first.ZH, num(s.mean), zh, num(s.sd), side("向上", "向下"), math.Abs(v.score)),
			EN: fmt.Sprintf("%s have a mean of %s%s and a standard deviation of %s: %.1f of them %s", first.EN, num(s.mean), en, num(s.sd), math.Abs(v.score), side("above", "below")),
		}
	}
	lo, hi := s.min, s.max
	if x >= s.max {
		hi = s.last
	} else {
		lo = s.second
	}
	return edu.Text{
		ZH: fmt.Sprintf("%s其余都在 %s 至 %s%s之间，超出该区间宽度的 %.1f 倍", first.ZH, num(lo), num(hi), zh, v.score),
		EN: fmt.Sprintf("%s otherwise lie between %s and %s%s: it is %.1f widths of that range outside", first.EN, num(lo), num(hi), en, v.score),
	}
}

// limits holds figures against the limits that the pack sets for an element.
func limits(f *frame.Frame, p *pack.Pack) (out []Finding) {
	for _, e := range p.Elements {
		if e.Min == nil && e.Max == nil || e.Level == edu.County || e.Level == edu.City || e.Type == edu.TypeChoice || e.Type == edu.TypeYesNo || e.Type == edu.TypeDate {
			continue
		}
		x, ok := f.Column(e.ID)
		if !ok {
			continue
		}
		for row, v := range x {
			var zh, en string
			switch {
			case math.IsNaN(v):
				continue
			case e.Min != nil && v < *e.Min:
				zh, en = "低于下限 "+short(*e.Min), "below the least plausible figure "+short(*e.Min)
			case e.Max != nil && v > *e.Max:
				zh, en = "高于上限 "+short(*e.Max), "above the greatest plausible figure "+short(*e.Max)
			default:
				continue
			}
			out = append(out, Finding{Method: Range, School: school(f, row), Item: e.ID, Name: e.Name, Value: v, Score: 1, Cells: cells(f, row, []string{e.ID}),
				Reason: edu.Text{ZH: fmt.Sprintf("%s %s，%s", e.Name.ZH, short(v), zh), EN: fmt.Sprintf("%s is %s, %s", e.Name.In("en"), short(v), en)}})
		}
	}
	return out
}
