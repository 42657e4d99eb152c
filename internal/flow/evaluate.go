package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Problem is something in the input that a person has to look at, from reading
// cells or from putting tables together.
type Problem struct {
	Blocking bool
	Text     edu.Text
}

func fromIntake(q intake.Problem) Problem {
	return Problem{q.Blocking, edu.Text{ZH: q.Chinese(), EN: q.String()}}
}

// ignored says which columns were not read, a line for each sheet: a clerk who
// misspelt a header must not think that its figures were counted.
func ignored(b *intake.Batch) []Problem {
	var out []Problem
	var last intake.Ignored
	var names []string
	flush := func() {
		if len(names) == 0 {
			return
		}
		at := edu.Cell{File: last.File, Sheet: last.Sheet}
		list := strings.Join(names, "、")
		out = append(out, Problem{false, edu.Text{
			ZH: fmt.Sprintf("%s：未读取的列（表头不在本方案中）：%s", frame.PlaceZH(at), list),
			EN: fmt.Sprintf("%s: columns not read, since the pack knows no such header: %s", frame.Place(at), strings.Join(names, ", ")),
		}})
		names = nil
	}
	for _, x := range b.Ignored {
		if x.File != last.File || x.Sheet != last.Sheet {
			flush()
			last = x
		}
		names = append(names, x.Header)
	}
	flush()
	return out
}

func fromFrame(q frame.Problem) Problem {
	zh := q.Message.ZH
	if len(q.Cells) > 0 {
		zh = frame.PlaceZH(q.Cells[0]) + "：" + zh
	}
	return Problem{q.Blocking, edu.Text{ZH: zh, EN: q.String()}}
}

// Unlisted counts the problems that are not listed, since so many are no use.
type Unlisted struct{ Blocking, Notes int }

func unlisted(b *intake.Batch) Unlisted {
	u := Unlisted{b.Blocking, b.Total - b.Blocking}
	for _, q := range b.Problems {
		if q.Blocking {
			u.Blocking--
		} else {
			u.Notes--
		}
	}
	return u
}

// Measured is what files came to without a database.
type Measured struct {
	Batch    *intake.Batch
	Problems []Problem
	Unlisted Unlisted
	Periods  []*standard.Assessment // one for each pack and period in the files: by pack, then oldest first
}

// Blocked tells whether anything must be mended before a figure may count.
func (m *Measured) Blocked() bool {
	for _, p := range m.Problems {
		if p.Blocking {
			return true
		}
	}
	return false
}

// Evaluate reads files, measures and judges. With blocking problems it returns
// them, no assessment, and an error of kind fault.Blocked.
func Evaluate(ctx context.Context, files []intake.File, p *pack.Pack, opt intake.Options) (*Measured, error) {
	return EvaluateAll(ctx, files, []*pack.Pack{p}, opt)
}

// EvaluateAll is Evaluate by several packs, which must agree.
func EvaluateAll(ctx context.Context, files []intake.File, packs []*pack.Pack, opt intake.Options) (*Measured, error) {
	s, err := together(packs)
	if err != nil {
		return nil, err
	}
	batch, err := intake.Read(ctx, files, s.union, opt)
	if err != nil {
		return nil, err
	}
	m := &Measured{Batch: batch, Problems: ignored(batch), Unlisted: unlisted(batch)}
	for _, q := range batch.Problems {
		m.Problems = append(m.Problems, fromIntake(q))
	}
	if m.Blocked() {
		return m, m.blocked()
	}
	if !slices.ContainsFunc(batch.Tables, func(t *frame.Table) bool { return t.N > 0 }) {
		return m, fmt.Errorf("the files hold no records: %w", fault.Blocked)
	}
	var sets []*frame.Set
	for _, period := range periods(batch.Tables) {
		var tables []*frame.Table
		for _, t := range batch.Tables {
			if t.Period == period {
				tables = append(tables, t)
			}
		}
		set, problems, err := Frames(tables, s.union)
		if err != nil {
			return nil, err
		}
		// Before anybody asks for a figure: checks look at last year too.
		if n := len(sets); n > 0 && sets[n-1].Period == set.Period.LastTime() {
			set.Prev = sets[n-1]
		}
		broken, err := checkAll(set, packs)
		if err != nil {
			return nil, err
		}
		for _, q := range append(problems, broken...) {
			m.Problems = append(m.Problems, fromFrame(q))
		}
		sets = append(sets, set)
	}
	if m.Blocked() {
		return m, m.blocked()
	}
	for _, p := range packs {
		for _, set := range sets {
			a, err := standard.Assess(set, p)
			if err != nil {
				return nil, err
			}
			m.Periods = append(m.Periods, a)
		}
	}
	return m, nil
}

func (m *Measured) blocked() error {
	n := m.Unlisted.Blocking
	for _, p := range m.Problems {
		if p.Blocking {
			n++
		}
	}
	return fmt.Errorf("%d to mend before anything is judged: %w", n, fault.Blocked)
}

// FindSection finds a section by the code of its school, or by a part of its
// name that no other section has, and the stage where the school has several.
func FindSection(a *standard.Assessment, what string) (st *standard.Stage, row int, err error) {
	code, stage, _ := strings.Cut(what, "/")
	type hit struct {
		st  *standard.Stage
		row int
	}
	var exact, partly []hit
	for _, s := range a.Stages {
		if stage != "" && string(s.Frame.Stage) != stage {
			continue
		}
		for i, r := range s.Frame.Rows {
			switch {
			case r.Code == code || string(r.ID) == code || r.Name == code:
				exact = append(exact, hit{s, i})
			case strings.Contains(r.Name, code):
				partly = append(partly, hit{s, i})
			}
		}
	}
	hits := exact
	if len(hits) == 0 {
		hits = partly
	}
	switch len(hits) {
	case 0:
		return nil, 0, fmt.Errorf("section %q: no school has this code or name: %w", what, fault.NotFound)
	case 1:
		return hits[0].st, hits[0].row, nil
	}
	var names []string
	for i, h := range hits {
		if i == 8 {
			names = append(names, "…")
			break
		}
		r := h.st.Frame.Rows[h.row]
		names = append(names, strings.TrimSuffix(r.Code+"/"+string(h.st.Frame.Stage), "/")+" "+r.Name)
	}
	return nil, 0, fmt.Errorf("section %q: %d sections answer to it; say which, as CODE or CODE/STAGE: %s: %w", what, len(hits), strings.Join(names, "; "), fault.Invalid)
}
