package standard

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/pack"
)

// Assess measures every frame of the set that the pack knows and judges it by
// the pack's first standard. It fails only where a formula cannot be bound.
func Assess(set *frame.Set, p *pack.Pack) (*Assessment, error) {
	a := &Assessment{Pack: p, Period: set.Period, Set: set}
	if len(p.Standards) > 0 {
		a.Standard = p.Standards[0]
	}
	var frames []*frame.Frame
	for _, f := range set.Sections {
		if measures(p, f.Stage) {
			frames = append(frames, f)
		}
	}
	// Side by side: while one frame's space is made ready another is measured.
	stages, errs := make([]*Stage, len(frames)), make([]error, len(frames)+1)
	var wg sync.WaitGroup
	for i, f := range frames {
		wg.Go(func() {
			if stages[i], errs[i] = a.stage(f, edu.Section); errs[i] != nil {
				errs[i] = fmt.Errorf("stage %q: %w", f.Stage, errs[i])
			}
		})
	}
	if set.Counties != nil {
		st, err := a.stage(set.Counties, edu.County)
		if err != nil {
			errs[len(frames)] = fmt.Errorf("county answers: %w", err)
		}
		a.Counties = st
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a.Stages = stages
	a.units()
	a.regionRules()
	return a, nil
}

// measures tells whether the pack has anything to say about a stage. Data that
// do not tell stages apart are measured by any pack that does not either.
func measures(p *pack.Pack, s edu.Stage) bool {
	return len(p.Stages) == 0 || slices.Contains(p.Stages, s)
}

func (a *Assessment) stage(f *frame.Frame, level edu.Level) (*Stage, error) {
	var scope *pack.Formula
	if a.Standard != nil && level == edu.Section {
		scope = a.Standard.Scope
	}
	scoped, unscoped := a.split(scope)
	ev, err := indicator.Prepare(f, scoped, scope)
	if err != nil {
		return nil, err
	}
	evs := []*indicator.Eval{ev}
	result := ev.Result()
	if len(unscoped) > 0 {
		ev, err := indicator.Prepare(f, unscoped, nil)
		if err != nil {
			return nil, err
		}
		evs = append(evs, ev)
		result = indicator.Join(a.Pack.Indicators, result, ev.Result())
	}
	n := len(result.Items)
	st := &Stage{Result: result, Judged: make([]*Judged, n), byID: make(map[string]*Judged, n)}
	j := &judge{stage: st, lines: make([]line, 0, n)}
	judged := make([]Judged, n)
	for i, it := range st.Items {
		jd := &judged[i]
		jd.Item, st.Judged[i] = it, jd
		st.byID[it.Def.ID] = jd
		if a.Standard == nil {
			continue
		}
		jd.Threshold = a.threshold(it.Def.ID, f.Stage, false)
		jd.Region = a.threshold(it.Def.ID, f.Stage, true)
		if jd.Region != nil && jd.Region.When != nil {
			when, err := bind(jd.Region.When, f)
			if err != nil {
				return nil, err
			}
			jd.asked = make([]float64, f.Len())
			when.Eval(0, f.Len(), jd.asked, formula.NewScratch())
		}
		if jd.Threshold == nil {
			continue
		}
		jd.Verdicts = make([]edu.Verdict, f.Len())
		line := line{judged: jd, eval: slices.IndexFunc(evs, func(ev *indicator.Eval) bool { return ev.Result().Item(it.Def.ID) == it })}
		if jd.Threshold.Formula != nil {
			jd.Limits = make([]float64, f.Len())
			if line.limit, err = bind(jd.Threshold.Formula, f); err != nil {
				return nil, err
			}
		}
		if jd.Threshold.When != nil {
			if line.when, err = bind(jd.Threshold.When, f); err != nil {
				return nil, err
			}
		}
		j.lines = append(j.lines, line)
	}
	if a.Standard != nil {
		for _, r := range a.Standard.Rules {
			if r.Level != edu.Section || level != edu.Section {
				continue
			}
			ruled := &SectionRuled{Rule: r, Verdicts: make([]edu.Verdict, f.Len())}
			of, lines := make([]*Judged, 0, len(r.Of)), make([]int, 0, len(r.Of))
			for _, id := range r.Of {
				if jd := st.byID[id]; jd != nil && jd.Threshold != nil {
					of = append(of, jd)
					lines = append(lines, slices.IndexFunc(j.lines, func(l line) bool { return l.judged == jd }))
				}
			}
			if len(of) == 0 {
				continue // asks nothing of this stage
			}
			st.Rules = append(st.Rules, ruled)
			j.rules = append(j.rules, newSectionRule(ruled, of, lines))
		}
	}
	run(evs, j)
	for _, jd := range st.Judged {
		jd.judgeRegions(f)
	}
	return st, nil
}

// bind prepares a row formula of the pack over a frame.
func bind(f *pack.Formula, fr *frame.Frame) (*formula.Bound, error) {
	prog, err := f.Expr.Section()
	if err != nil {
		return nil, fmt.Errorf("%s:%d:%d: %w", f.File, f.Line, f.Col, err)
	}
	return prog.Bind(fr.Column), nil
}

// threshold finds the threshold in force on the period's reference date. Data
// without a period are held to what is in force without an end.
func (a *Assessment) threshold(id string, stage edu.Stage, region bool) *pack.Threshold {
	var found *pack.Threshold
	on := edu.Date(0)
	if !a.Period.IsZero() {
		on = edu.DateOf(a.Period.Reference())
	}
	for _, t := range a.Standard.Thresholds {
		if t.Indicator != id || t.Region != region || t.Stage != "" && t.Stage != stage {
			continue
		}
		if on == 0 && t.To != 0 || on != 0 && (t.From != 0 && on < t.From || t.To != 0 && on >= t.To) {
			continue
		}
		found = t
	}
	return found
}

// split parts the indicators by whether the standard's scope bounds them: what
// is asked of every school, training or class size, is asked of points too.
func (a *Assessment) split(scope *pack.Formula) (scoped, unscoped []*pack.Indicator) {
	if scope == nil {
		return a.Pack.Indicators, nil
	}
	free := map[string]bool{}
	for _, t := range a.Standard.Thresholds {
		if !t.Scoped {
			free[t.Indicator] = true
		}
	}
	for _, d := range a.Pack.Indicators {
		if free[d.ID] {
			unscoped = append(unscoped, d)
		} else {
			scoped = append(scoped, d)
		}
	}
	return scoped, unscoped
}

// run evaluates and judges chunk by chunk, so that a chunk's values are judged
// while they are still in the cache.
func run(evs []*indicator.Eval, j *judge) {
	chunks := evs[0].Chunks()
	workers := min(runtime.GOMAXPROCS(0), len(chunks))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			ws := make([]*indicator.Worker, len(evs))
			for i, ev := range evs {
				ws[i] = ev.NewWorker()
			}
			s := newScratch()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(chunks) {
					return
				}
				lo, hi := chunks[i][0], chunks[i][1]
				for k, ev := range evs {
					ev.Chunk(lo, hi, ws[k])
				}
				j.rows(lo, hi, ws, s)
			}
		})
	}
	wg.Wait()
	for _, ev := range evs {
		ev.Finish()
	}
}

// exactly removes the binary noise of a product of two decimals: 0.85 × 4.2 is
// to be 3.57, the figure that the standard means, so that a school at exactly
// 3.57 is not below it.
func exactly(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	if err != nil {
		return x
	}
	return y
}
