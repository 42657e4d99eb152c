// Appraisal: marks per person for a scheme, the pool shared by it, and what was decided.

package flow

import (
	"context"
	"errors"
	"fmt"
	"io"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
	"shuren/internal/teams"
)

const (
	kindMarks  = "merit-marks"
	kindShares = "merit-shares"

	marksKept    audit.Action = "merit.marks"
	sharesDecide audit.Action = "merit.decide"
)

// Appraised is a scheme with who shares by it and the marks that were given.
type Appraised struct {
	Scheme teams.Scheme
	Marks  teams.Marks
	People []Named // names masked, by record id
}

// IDs are the records of who shares.
func (a *Appraised) IDs() []register.PersonID {
	out := make([]register.PersonID, len(a.People))
	for i := range a.People {
		out[i] = a.People[i].Person
	}
	return out
}

// Appraised gathers a scheme's people and marks for who keeps staff there.
func (t *Teams) Appraised(ctx context.Context, who auth.Actor, id string) (*Appraised, error) {
	s, err := t.Scheme(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if _, err := t.mayKeep(ctx, who, s.School); err != nil {
		return nil, err
	}
	out := &Appraised{Scheme: s}
	if out.Marks, err = t.marks(ctx, id); err != nil {
		return nil, err
	}
	out.People, err = t.sharing(ctx, who, &s)
	return out, err
}

// sharing are those of the register among whom a scheme shares.
func (t *Teams) sharing(ctx context.Context, who auth.Actor, s *teams.Scheme) ([]Named, error) {
	all, err := t.staff(ctx, who, s.School)
	if err != nil {
		return nil, err
	}
	tree, err := t.city.Tree(ctx)
	if err != nil {
		return nil, err
	}
	var out []Named
	for i := range all {
		if n := &all[i]; s.Holds(&n.Staff) && (n.Unit == s.School || countyAbove(tree, n.Unit) == s.School) {
			out = append(out, *n)
		}
	}
	return out, nil
}

func (t *Teams) marks(ctx context.Context, scheme string) (teams.Marks, error) {
	d, err := t.city.store.Document(ctx, local, kindMarks, kindMarks+"-"+scheme)
	if errors.Is(err, fault.NotFound) {
		return teams.Marks{Scheme: scheme}, nil
	}
	if err != nil {
		return teams.Marks{}, err
	}
	return opened(d, func(m *teams.Marks, rev int) { m.Rev = rev })
}

// KeepMarks changes marks over the revision that their writer saw; a mark that is no
// number is taken away. All of them are kept or none.
func (t *Teams) KeepMarks(ctx context.Context, who auth.Actor, id string, rev int, changes map[register.PersonID]map[string]float64) (teams.Marks, error) {
	a, err := t.Appraised(ctx, who, id)
	if err != nil {
		return teams.Marks{}, err
	}
	if a.Marks.Rev != rev {
		return a.Marks, fmt.Errorf("marks of scheme %s were saved meanwhile: %w", id, fault.Conflict)
	}
	there := map[register.PersonID]bool{}
	for _, p := range a.IDs() {
		there[p] = true
	}
	n := 0
	for p, marks := range changes {
		if !there[p] {
			return a.Marks, auth.Refuse(fault.Invalid, "记录编号"+string(p)+"不在本方案的人员中", "record "+string(p)+" is not among the scheme's people")
		}
		for cid, v := range marks {
			c := criterionOf(&a.Scheme, cid)
			if c == nil {
				return a.Marks, auth.Refuse(fault.Invalid, "方案中没有该考核项目，请刷新页面", "the scheme has no such consideration; open the page again")
			}
			if _, why := c.Mark(teams.MarkText(v, true)); why.ZH != "" {
				return a.Marks, auth.Refuse(fault.Invalid, why.ZH, why.EN)
			}
			n++
		}
	}
	r, err := t.reach(ctx, who, auth.KeepStaff)
	if err != nil {
		return a.Marks, err
	}
	now := a.Marks.With(changes)
	// Not which mark and of whom: the log says only that marks were entered.
	d, err := t.put(ctx, who, r, kindMarks, kindMarks+"-"+id, a.Scheme.School, rev, "", 0, now, marksKept, fmt.Sprint(n))
	now.Rev = d.Rev
	return now, err
}

func criterionOf(s *teams.Scheme, id string) *teams.Criterion {
	for i := range s.Criteria {
		if c := &s.Criteria[i]; c.ID == id && c.Field == "mark" {
			return c
		}
	}
	return nil
}

// ReadMarks reads a filled workbook of marks: the rows as they stand in it, and the
// marks, of which nothing is kept yet. sheet.Faults say what is wrong with it.
func (t *Teams) ReadMarks(ctx context.Context, a *Appraised, in io.ReadCloser) ([]teams.MarkRow, map[register.PersonID]map[string]float64, error) {
	there := map[register.PersonID]bool{}
	for _, p := range a.IDs() {
		there[p] = true
	}
	return teams.ReadMarks(ctx, in, &a.Scheme, there)
}

// MarkRows are the lines of the workbook of marks, with what was given so far.
func (t *Teams) MarkRows(ctx context.Context, a *Appraised) ([]teams.MarkRow, error) {
	tree, err := t.city.Tree(ctx)
	if err != nil {
		return nil, err
	}
	var out []teams.MarkRow
	for i := range a.People {
		p := &a.People[i]
		row := teams.MarkRow{Person: p.Person, Name: p.Name, School: nameOf(tree, p.Unit).ZH}
		for _, c := range a.Scheme.Marked() {
			v, ok := a.Marks.Of[p.Person][c.ID]
			row.Cells = append(row.Cells, teams.MarkText(v, ok))
		}
		out = append(out, row)
	}
	return out, nil
}

// Share shares a pool by the scheme, or by one that is only tried out, among the
// people and by the marks that were given. Nothing of it is kept.
func (a *Appraised) Share(s *teams.Scheme, pool teams.Fen) (*teams.Shared, error) {
	if err := refuse(s.Problems()); err != nil {
		return nil, err
	}
	people := make([]teams.Entry, len(a.People))
	for i := range a.People {
		people[i] = teams.Entry{Person: &a.People[i].Staff, Marks: a.Marks.Of[a.People[i].Person]}
	}
	return teams.Share(s, pool, people)
}

// Decide shares a pool for good by an approved scheme. The decision that stood before
// stays as a revision.
func (t *Teams) Decide(ctx context.Context, who auth.Actor, id string, rev int, pool teams.Fen, source string, day edu.Date) (teams.Decision, error) {
	a, err := t.Appraised(ctx, who, id)
	if err != nil {
		return teams.Decision{}, err
	}
	got, err := a.Share(&a.Scheme, pool)
	if err != nil {
		return teams.Decision{}, err
	}
	d, err := got.Decide(source, day, a.Marks)
	if err != nil {
		return d, err
	}
	r, err := t.reach(ctx, who, auth.KeepStaff)
	if err != nil {
		return d, err
	}
	kept, err := t.put(ctx, who, r, kindShares, kindShares+"-"+id, a.Scheme.School, rev, "decided", day, d, sharesDecide, fmt.Sprintf("%s %d", pool.Yuan(), len(d.Lines)))
	d.Rev, d.By = kept.Rev, kept.Name
	return d, err
}

// Decisions are what was decided by a scheme, the newest revision first: it is for
// who keeps staff there, as what one record gets is in it.
func (t *Teams) Decisions(ctx context.Context, who auth.Actor, id string) ([]teams.Decision, error) {
	s, err := t.Scheme(ctx, who, id)
	if err != nil {
		return nil, err
	}
	r, err := t.mayKeep(ctx, who, s.School)
	if err != nil {
		return nil, err
	}
	docs, err := t.city.store.DocumentHistory(ctx, scopeOf(r.Reach, store.Reader), kindShares, kindShares+"-"+id)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := make([]teams.Decision, len(docs))
	for i, d := range docs {
		if out[i], err = opened(d, func(x *teams.Decision, rev int) { x.Rev = rev }); err != nil {
			return nil, err
		}
		out[i].By = d.Name
	}
	return out, nil
}
