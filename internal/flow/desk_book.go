package flow

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/store"
	"shuren/internal/workbook"
)

// Template writes the workbook of an issue for a unit: a school's own paper, or
// those of all units below a township or county, filled with what is known and
// what was saved.
func (d *Desk) Template(ctx context.Context, w io.Writer, issue string, unit edu.UnitID, lang string) (string, error) {
	m, err := d.matter(ctx, issue)
	if err != nil {
		return "", err
	}
	at := m.roster.snap.Find(unit)
	if at < 0 {
		return "", fmt.Errorf("unit %q in %s: %w", unit, issue, fault.NotFound)
	}
	papers, err := d.papers(ctx, m, unit, nil)
	if err != nil {
		return "", err
	}
	if len(papers) == 0 {
		return "", fmt.Errorf("no unit of %s below %q: %w", issue, unit, fault.NotFound)
	}
	node := &m.roster.snap.Nodes[at]
	opt := workbook.Options{Issue: m.ID, Template: rand.Text(), Lang: lang, Made: collect.Today(m.now), Due: m.Due, Fictional: d.city.Fictional(),
		Unit: form.Unit{ID: unit, Level: node.Unit.Level, Code: node.Key, Name: node.Name}}
	name := fmt.Sprintf("%s-%s-%s.xlsx", m.form.Name.In(lang), node.Name.In(lang), m.Period)
	return name, workbook.Write(w, papers, opt)
}

// papers are the papers below a unit that the person may read or fill, with
// what was saved, in the order of the tree. only narrows them, where set.
func (d *Desk) papers(ctx context.Context, m *matter, below edu.UnitID, only map[edu.UnitID]bool, ps ...auth.Permission) ([]*form.Paper, error) {
	if len(ps) == 0 {
		ps = reading
	}
	reach := d.reach(ps...)
	drafts, err := d.city.store.Drafts(ctx, scopeOf(reach, store.Reader), m.Issue, below)
	if err != nil {
		return nil, err
	}
	sources, err := d.city.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return nil, err
	}
	var out []*form.Paper
	for i, at := range m.roster.places {
		if only != nil && !only[at.Unit] || !m.roster.within(reach, at.Unit) || !m.roster.below(at.Unit, below) {
			continue
		}
		p := m.paper(i, sources)
		if p.Content, err = contentOf(drafts[at.Unit]); err != nil {
			return nil, fmt.Errorf("draft of %s: %w", at.Unit, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// uploading is a workbook that has been read and checked, and what is to be
// written of it. Making it needs no lock.
type uploading struct {
	matter *matter
	papers []*form.Paper
	out    *collect.Uploaded
	steps  []store.Step
	up     *store.Uploaded
	wrote  map[edu.UnitID]string // what uploads of this copy of the template left before
	source io.ReaderAt
	size   int64
}

// uploadNote is what is remembered of an upload: whoever sends the same file again
// before anything else was done gets the same answer.
type uploadNote struct {
	Issue  string `json:"issue"`
	Saved  int    `json:"saved"`
	Handed int    `json:"handed"`
	Submit bool   `json:"submit"`
	Revs   []rev  `json:"revs"`
	// Wrote is what uploads of this copy of the template left of each unit.
	Wrote map[edu.UnitID]string `json:"wrote,omitempty"`
}

type rev struct {
	Unit edu.UnitID `json:"unit"`
	Rev  int        `json:"rev"`
}

// Upload reads a filled workbook and saves the drafts of all its units, or of
// none where anything is wrong with the file itself. With submit those that are
// ready are handed in, in the same transaction.
func (d *Desk) Upload(ctx context.Context, name string, r io.ReaderAt, size int64, opt collect.UploadOptions) (*collect.Uploaded, error) {
	// A workbook may take much memory within its limits, a hundred at once all of it.
	select {
	case d.city.uploads <- struct{}{}:
		defer func() { <-d.city.uploads }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	hash, err := hashReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if again, err := d.uploadedBefore(ctx, name, hash, opt); again != nil || err != nil {
		return again, err
	}
	// Somebody may save one of the units while the file is read: then once more.
	for try := 0; ; try++ {
		u, err := d.readUpload(ctx, name, hash, r, size, opt)
		if err != nil {
			return nil, err
		}
		err = d.writeUpload(ctx, u)
		if errors.Is(err, store.ErrStale) && try < 3 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return u.out, u.mark()
	}
}

// uploadedBefore gives the answer to an earlier upload of the same file, while
// its filings are as that left them.
func (d *Desk) uploadedBefore(ctx context.Context, name, hash string, opt collect.UploadOptions) (*collect.Uploaded, error) {
	scope := scopeOf(d.reach(auth.FillForm), store.Reader)
	b, err := d.city.store.Upload(ctx, scope, hash)
	if err != nil || b == nil {
		return nil, err
	}
	var k uploadNote
	if err := json.Unmarshal(b, &k); err != nil {
		return nil, fmt.Errorf("earlier upload of %s: %w", name, err)
	}
	if k.Submit != opt.Submit || opt.Issue != "" && k.Issue != opt.Issue {
		return nil, nil
	}
	m, err := d.matter(ctx, k.Issue)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	below := edu.UnitID("")
	if len(k.Revs) == 1 {
		below = k.Revs[0].Unit
	}
	filings, err := d.city.store.Filings(ctx, scope, m.Issue, below)
	if err != nil {
		return nil, err
	}
	out := &collect.Uploaded{Reading: &workbook.Reading{File: name, Issue: k.Issue}, Saved: k.Saved, Handed: k.Handed, Repeated: true}
	for _, r := range k.Revs {
		f, ok := filings[r.Unit]
		i, known := m.roster.at[r.Unit]
		if !ok || !known || f.Rev != r.Rev {
			return nil, nil
		}
		out.Filings = append(out.Filings, m.fill(f, m.roster.places[i]))
	}
	return out, nil
}

func (d *Desk) readUpload(ctx context.Context, name, hash string, r io.ReaderAt, size int64, opt collect.UploadOptions) (*uploading, error) {
	u := &uploading{source: r, size: size}
	reading, err := workbook.Read(ctx, name, r, size, func(meta workbook.Meta) ([]*form.Paper, error) {
		if opt.Issue != "" && meta.Issue != opt.Issue {
			return nil, fmt.Errorf("it was made for %s; want %s: %w", meta.Issue, opt.Issue, fault.Conflict)
		}
		m, err := d.matter(ctx, meta.Issue)
		if err != nil {
			return nil, err
		}
		if m.Closed {
			return nil, fmt.Errorf("%s is closed: %w", m.ID, fault.Conflict)
		}
		u.matter = m
		only, below := map[edu.UnitID]bool{}, edu.UnitID("")
		for _, id := range meta.Units {
			only[id] = true
		}
		if len(meta.Units) == 1 {
			below = meta.Units[0]
		}
		papers, err := d.papers(ctx, m, below, only, auth.FillForm)
		if err == nil && len(papers) == 0 {
			err = fmt.Errorf("%s: %w", name, fault.Forbidden)
		}
		u.papers = papers
		return papers, err
	})
	if err != nil {
		return nil, err
	}
	u.out = &collect.Uploaded{Reading: reading}
	if reading.Blocked() {
		return u, nil
	}
	if err := d.uploadSteps(ctx, u, hash, opt); err != nil {
		return nil, err
	}
	if reading.Blocked() {
		u.steps, u.out.Saved, u.out.Handed = nil, 0, 0
		return u, nil
	}
	k := uploadNote{Issue: u.matter.ID, Saved: u.out.Saved, Handed: u.out.Handed, Submit: opt.Submit, Wrote: u.wrote}
	for _, s := range u.steps {
		k.Revs = append(k.Revs, rev{s.Filing.Unit, s.Filing.Rev})
		if k.Wrote[s.Filing.Unit], err = digestOf(s.Draft); err != nil {
			return nil, err
		}
	}
	b, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	u.up = &store.Uploaded{Hash: hash, Also: templateKey(reading.Meta), Result: b, By: d.who.Account, At: u.matter.now}
	return u, nil
}

// uploadSteps makes the steps of a workbook's units. A unit whose filing cannot
// be changed any more is left as it is if the workbook says what was handed in,
// and otherwise blocks the whole file.
func (d *Desk) uploadSteps(ctx context.Context, u *uploading, hash string, opt collect.UploadOptions) error {
	m, below := u.matter, edu.UnitID("")
	if len(u.out.Units) == 1 {
		below = u.out.Units[0].Unit.ID
	}
	scope := scopeOf(d.reach(auth.FillForm), store.Reader)
	filings, err := d.city.store.Filings(ctx, scope, m.Issue, below)
	if err != nil {
		return err
	}
	drafts, err := d.city.store.Drafts(ctx, scope, m.Issue, below)
	if err != nil {
		return err
	}
	sources, err := d.city.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return err
	}
	if u.wrote, err = d.wroteBefore(ctx, scope, u.out.Meta); err != nil {
		return err
	}
	for n := range u.out.Units {
		filled := &u.out.Units[n]
		i, err := d.place(m, filled.Unit.ID, auth.FillForm)
		if err != nil {
			return err
		}
		f := m.fill(filings[filled.Unit.ID], m.roster.places[i])
		now := m.paper(i, sources)
		now.Content = filled.Content
		was := m.paper(i, sources)
		if was.Content, err = contentOf(drafts[filled.Unit.ID]); err != nil {
			return err
		}
		if !f.State.Open() {
			if was.Code(0) != now.Code(0) {
				u.out.Problems = append(u.out.Problems, shut(filled.Unit, f.State, edu.Cell{File: u.out.File}))
			}
			continue
		}
		if !opt.Overwrite && newer(was, now, u.out.Meta.Base[f.Unit], u.wrote[f.Unit]) {
			u.out.Problems = append(u.out.Problems, d.savedSince(ctx, filled.Unit, f, edu.Cell{File: u.out.File}))
			continue
		}
		body := filled.Content.JSON()
		s, problems, err := d.uploadStep(ctx, m, i, f, filled, now, body, opt.Submit)
		if err != nil {
			return err
		}
		if problems != nil {
			filled.Problems = problems
		}
		u.steps = append(u.steps, s)
		if s.Hand != nil {
			s.Hand.Submission.File, s.Hand.Submission.Hash = u.out.File, hash
			u.out.Handed++
		} else {
			u.out.Saved++
		}
	}
	return nil
}

func (d *Desk) uploadStep(ctx context.Context, m *matter, i int, f collect.Filing, filled *workbook.Filled, p *form.Paper, body []byte, submit bool) (store.Step, []form.Problem, error) {
	if submit && form.Ready(filled.Problems) == nil && d.may(m, f.Unit)(auth.SubmitForm) {
		return d.step(ctx, m, i, f, nil, f.Rev, collect.Submit, collect.StepOptions{Content: &filled.Content})
	}
	if err := filled.Content.Limits(); err != nil {
		return store.Step{}, nil, fmt.Errorf("%s of %s: %w", m.ID, f.Unit, err)
	}
	next, event, err := d.next(m, i, f, f.Rev, collect.Save, collect.StepOptions{})
	if err != nil {
		return store.Step{}, nil, err
	}
	next.Required, next.Blocking = p.Required(), blocking(filled.Problems)
	s := store.Step{Filing: next, Period: m.Period, Draft: body}
	if f.State != next.State {
		s.Event, s.Role = &event, d.role(m, collect.Save, f)
	}
	return s, nil, nil
}

// writeUpload writes what was read, in one transaction.
func (d *Desk) writeUpload(ctx context.Context, u *uploading) error {
	if len(u.steps) == 0 {
		return nil
	}
	var err error
	u.out.Filings, err = d.take(ctx, u.matter, u.steps, u.up)
	return err
}

// mark makes the same workbook with the bad cells marked, where there is
// anything to be looked at and the file can be marked at all.
func (u *uploading) mark() error {
	bad := len(u.out.Problems) > 0
	for _, f := range u.out.Units {
		bad = bad || form.Ready(f.Problems) != nil
	}
	if !bad || u.source == nil {
		return nil
	}
	var b bytes.Buffer
	err := workbook.Mark(&b, u.source, u.size, u.out.Reading, u.papers, "zh")
	if errors.Is(err, fault.Invalid) {
		return nil // it is no workbook of ours: the problem says so
	}
	u.out.Marked = b.Bytes()
	return err
}
