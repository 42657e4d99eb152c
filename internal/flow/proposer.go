package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/frame"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
	"shuren/internal/standard"
)

// engine makes proposals by the solver and checks them by the standard.
type engine struct{ city *City }

// proposedYears is how many school years a proposal plans for.
const proposedYears = 3

func (e engine) make(ctx context.Context, in ProposalInput, tell func(solve.Progress)) (*proposal.Proposal, error) {
	years := planYears(in)
	m := propose.Means{Prices: in.Means.Prices, Staff: in.Means.Staff, Ways: in.Means.Ways, Years: years, Lessons: in.Means.Lessons}
	p, err := proposal.Make(ctx, in.Assessment, in.Within, m, in.Scenario, solve.Options{Progress: tell})
	if err != nil || in.Scenario != proposal.Wait {
		return p, err
	}
	return p, e.wait(ctx, in, p, years[len(years)-1].Year)
}

func (e engine) check(ctx context.Context, in ProposalInput, p *proposal.Proposal) (proposal.Met, error) {
	q := *p
	q.County = in.Within
	a := in.Assessment
	if p.Scenario == proposal.Wait && len(p.Years) > 0 {
		later, _, err := e.later(ctx, in, p.Years[len(p.Years)-1].Period)
		if err != nil {
			return proposal.Met{}, err
		}
		a = later
	}
	m, err := proposal.Check(&q, a)
	q.Lines, q.Short, q.Checked = nil, nil, m
	placed(&q, in.Tree)
	return q.Checked, err
}

// wait says what comes of doing nothing while fewer pupils come: the figures of now
// with the pupils that are forecast for a later year.
func (e engine) wait(ctx context.Context, in ProposalInput, p *proposal.Proposal, year edu.Period) error {
	later, notes, err := e.later(ctx, in, year)
	if err != nil {
		return err
	}
	q := *p
	q.County = in.Within
	if p.After, err = proposal.Check(&q, later); err != nil {
		return err
	}
	p.Checked, p.Notes = p.After, append(p.Notes, notes...)
	return e.waits(ctx, in, p)
}

// waitedYears is how many years of waiting are shown.
const waitedYears = 10

// waits judges the county in every year ahead, by the middle, the low and the high
// figures of the forecast. Without one there is nothing to show.
func (e engine) waits(ctx context.Context, in ProposalInput, p *proposal.Proposal) error {
	f, err := e.city.forecast(ctx)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.ShortNow = proposal.Requirements(in.Assessment, in.Within)
	paths := []proposal.Path{proposal.PathMid}
	if f.Result.Banded {
		paths = append(paths, proposal.PathLow, proposal.PathHigh)
	}
	for h, year := range f.Result.Years {
		if year <= in.Assessment.Period.Int() || h >= waitedYears {
			continue
		}
		for _, path := range paths {
			if ctx.Err() != nil {
				return nil // stopped: the years so far are kept
			}
			changes, _, then := pupilsThen(f, in, h, path)
			later, err := standard.Assess(in.Assessment.Set.Changed(changes), in.Assessment.Pack)
			if err != nil {
				return err
			}
			w := proposal.Waiting(later, in.Within)
			w.Period, w.Path, w.Pupils = edu.Year(year), path, then
			p.Waits = append(p.Waits, w)
		}
	}
	return nil
}

// later is the assessment of a county with the pupils that are forecast for a year,
// and what should be known of it.
func (e engine) later(ctx context.Context, in ProposalInput, year edu.Period) (*standard.Assessment, []edu.Text, error) {
	f, err := e.city.forecast(ctx)
	if errors.Is(err, fault.NotFound) {
		return in.Assessment, []edu.Text{{ZH: "没有学龄人口预测，按现有学生数计。", EN: "There is no forecast of pupils: those of now are counted."}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	h := slices.Index(f.Result.Years, year.Int())
	if h < 0 {
		return in.Assessment, []edu.Text{{ZH: fmt.Sprintf("学龄人口预测没有%s学年，按现有学生数计。", year), EN: fmt.Sprintf("The forecast has no school year %s: pupils of now are counted.", year)}}, nil
	}
	changes, now, then := pupilsThen(f, in, h, proposal.PathMid)
	text := edu.Text{
		ZH: fmt.Sprintf("按学龄人口预测（中方案）%s学年的学生数判定：小学、初中由 %.0f 人变为 %.0f 人；教师、校舍、设备不变。", year.Label(), now, then),
		EN: fmt.Sprintf("Judged with the pupils that are forecast (middle) for %s: from %.0f to %.0f; teachers, rooms and equipment stay.", year.Label(), now, then),
	}
	later, err := standard.Assess(in.Assessment.Set.Changed(changes), in.Assessment.Pack)
	return later, []edu.Text{text}, err
}

// pupilsThen are the changes of the pupils of a county's sections, so many years
// ahead on a path of the forecast, and how many they were and will be.
func pupilsThen(f *Forecast, in ProposalInput, h int, path proposal.Path) (out []frame.Change, now, then float64) {
	for i, p := range f.Places {
		if p.Level != edu.Section || p.County < 0 || f.Places[p.County].Unit != in.County {
			continue
		}
		for k, name := range f.Result.Sections {
			st := in.Assessment.Stage(edu.Stage(name))
			if st == nil {
				continue
			}
			row, ok := st.Frame.Find(p.Code)
			if !ok || !hasStage(f.Input, i, name) {
				continue
			}
			n, known := st.Frame.Value(row, "pupils").Number()
			s := f.Result.Section[i][k]
			mid := map[proposal.Path][]float64{proposal.PathMid: s.Mid, proposal.PathLow: s.Low, proposal.PathHigh: s.High}[path]
			if !known || h >= len(mid) || math.IsNaN(mid[h]) {
				continue
			}
			will := math.Max(1, math.Round(mid[h]))
			now, then = now+n, then+will
			out = append(out, frame.Change{Stage: st.Frame.Stage, Row: row, Element: "pupils", Add: will - n})
		}
	}
	return out, now, then
}

// hasStage tells that a node of a forecast has pupils of a stage: each section is a
// node of its own.
func hasStage(in *forecast.Input, node int, stage string) bool {
	for g, counts := range in.Counts[node] {
		if in.Grades[g].Section == stage && slices.ContainsFunc(counts, func(x float64) bool { return x > 0 }) {
			return true
		}
	}
	return false
}

// planYears are the school years ahead of the figures, with the money of each; a
// year of which none was told has no limit.
func planYears(in ProposalInput) (out []means.Budget) {
	for k := range proposedYears {
		b := means.Budget{Year: edu.Year(in.Assessment.Period.Int() + 1 + k), Yuan: -1}
		if i := slices.IndexFunc(in.Means.Money.Lines, func(x means.Budget) bool { return x.Year == b.Year }); i >= 0 {
			b = in.Means.Money.Lines[i]
		}
		out = append(out, b)
	}
	return out
}
