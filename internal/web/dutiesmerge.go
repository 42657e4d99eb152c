package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"shuren/internal/duty"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

// A sheet of duties is sent whole. Where somebody else saved it meanwhile, what was
// not changed on the form was not typed here: it is shown as it is now, so that
// saving again undoes nobody's ticks.

// dutyTyped is a form that comes back: what was typed, and what the form showed
// before, which it sends in its field "shown".
type dutyTyped struct{ typed, shown dutySaid }

// dutySaid is what a sheet says.
type dutySaid struct {
	Marks  map[string]duty.Mark
	Counts map[string]int
}

func dutyShown(v *flow.DutySheet) (string, error) {
	s := dutySaid{Marks: v.Marks}
	if v.Own {
		s.Counts = v.Counts
	}
	b, err := json.Marshal(s)
	return string(b), err
}

// dutySent reads back what a form showed; nothing where it does not say.
func dutySent(shown string) (s dutySaid, err error) {
	if shown == "" {
		return s, nil
	}
	if err = json.Unmarshal([]byte(shown), &s); err != nil {
		return s, fmt.Errorf("shown: %w: %w", err, fault.Invalid)
	}
	return s, nil
}

// over puts what was changed on the form over the sheet as it is now. theirs are the
// duties and counts that somebody else changed too, as that one saved them: what the
// reader would undo.
func (f *dutyTyped) over(v *flow.DutySheet) (out duty.Sheet, theirs map[string]bool) {
	out, theirs = v.Sheet, map[string]bool{}
	kept := dutySaid{v.Marks, v.Counts}
	out.Marks = maps.Clone(v.Marks)
	if out.Marks == nil {
		out.Marks = map[string]duty.Mark{}
	}
	for _, it := range v.Of.For(v.Stages) {
		as := func(s dutySaid) duty.Mark { // as its fields show it
			m := s.Marks[it.ID]
			m.By = cmp.Or(m.By, it.Post)
			return m
		}
		typed, shown, now := as(f.typed), as(f.shown), as(kept)
		if typed == shown {
			continue
		}
		out.Marks[it.ID] = typed
		theirs[it.ID] = now != shown && now != typed
	}
	if !v.Own { // whoever may not see a count does not write it
		return out, theirs
	}
	out.Counts = maps.Clone(v.Counts)
	if out.Counts == nil {
		out.Counts = map[string]int{}
	}
	for _, c := range v.Of.Counts {
		as := func(s dutySaid) string {
			if n, said := s.Counts[c.ID]; said {
				return strconv.Itoa(n)
			}
			return ""
		}
		typed, shown, now := as(f.typed), as(f.shown), as(kept)
		if typed == shown {
			continue
		}
		if n, said := f.typed.Counts[c.ID]; said {
			out.Counts[c.ID] = n
		} else {
			delete(out.Counts, c.ID)
		}
		theirs[c.ID] = now != shown && now != typed
	}
	return out, theirs
}

// dutyTheirs says what somebody else saved of a duty.
func (r *request) dutyTheirs(m duty.Mark) string {
	var words []string
	if m.Done != 0 {
		words = append(words, m.Done.String(), r.Text(m.By.Name()))
	}
	if m.Times > 0 {
		words = append(words, r.T("duties.times")+" "+strconv.Itoa(m.Times))
	}
	said := joinWords(r.T("mark.comma"), append(words, m.Number, m.Remark)...)
	return r.T("duties.theirs", cmp.Or(said, r.T("duties.unsaid")))
}
