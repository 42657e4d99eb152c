package demo

import (
	"context"
	"fmt"
	"io"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/valueadd"
)

// Value added: an invented monitoring of pupils who finish junior school, which
// the city reads and does not keep.

const (
	monitoredSchools = 60
	monitoredPupils  = 80 // of each school
)

// monitoring names the estimate; its address is made of it.
const monitoring = "demo-maths"

// estimate switches value added on, for a reason, and estimates once. Where the
// city's people have chosen otherwise, it stays so. Ranking stays off.
func (c *City) estimate(ctx context.Context, into *flow.City) error {
	sw, err := into.Switches(ctx)
	if err != nil {
		return err
	}
	if sw.ValueAdded.At.IsZero() {
		reason := fmt.Sprintf("云岫教体〔%d〕示例12号：试行增值评价，结果仅供学校改进（示例，虚构）", lastYear)
		if err := into.SetSwitch(ctx, c.actor("planner"), flow.ValueAdded, true, reason); err != nil {
			return err
		}
	} else if !sw.ValueAdded.On {
		return nil
	}
	who := c.actor("city")
	runs, err := into.ValueAddedRuns(ctx, who)
	if err != nil || len(runs) > 0 {
		return err
	}
	order := valueadd.Order{ID: monitoring, Period: edu.Year(lastYear), Title: "九年级数学监测（示例，虚构）", File: "九年级数学监测-示例数据.csv",
		Choice: valueadd.Choice{School: "学校标识码", Outcome: "九年级得分", Priors: []string{"七年级前测"}}}
	_, err = into.EstimateValueAdded(ctx, who, order, io.NopCloser(strings.NewReader(c.pupilFile())), nil)
	return err
}

// pupilFile is the monitoring's file. It has pupils' numbers, as such files do,
// of a block that nobody issues: what is estimated must not keep them.
func (c *City) pupilFile() string {
	var b strings.Builder
	b.WriteString("学籍号,学校标识码,七年级前测,九年级得分\n")
	for i, s := range c.monitored() {
		r := c.random("monitoring", s.index)
		level, adds := 6*r.NormFloat64(), 3.5*r.NormFloat64()
		for k := range monitoredPupils {
			prior := min(max(68+level+11*r.NormFloat64(), 0), 100)
			score := min(max(14+.75*prior+adds+7*r.NormFloat64(), 0), 100)
			said := fmt.Sprintf("%.1f", score)
			if r.chance(.01) {
				said = "缺考"
			}
			fmt.Fprintf(&b, "G990100%d%07d,%s,%.1f,%s\n", lastYear-15, i*monitoredPupils+k, s.school.code, prior, said)
		}
	}
	return b.String()
}

// monitored are the junior sections drawn for it, from all over the city.
func (c *City) monitored() (out []*section) {
	var large []*section
	for _, s := range c.sections {
		if s.stage == edu.Junior && s.in(newest) && s.pupils[newest][8] >= monitoredPupils {
			large = append(large, s)
		}
	}
	n := min(monitoredSchools, len(large))
	for i := range n {
		out = append(out, large[i*len(large)/n])
	}
	return out
}
