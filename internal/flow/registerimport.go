package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/register"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

// RegisterOptions say how a file of a register is read in.
type RegisterOptions struct {
	Kind store.PersonKind
	List register.List // of children
	Year int
	// Skip leaves rows out that have blocking problems; without it such a file is
	// refused whole.
	Skip bool
	// Replace ends the rows of the year of every unit in the file that the file does
	// not have: it is the unit's whole register.
	Replace bool
	// Progress is called now and then with the rows that were read, and Ending with how
	// much of what follows the last row is done.
	Progress func(rows int, done, total int64)
	Ending   func(done, total int)
}

// RegisterReceipt is what became of a file. It holds no value of a person.
type RegisterReceipt struct {
	Run      int                `json:"-"`
	State    store.RunState     `json:"-"`
	Kind     store.PersonKind   `json:"-"`
	List     register.List      `json:"-"`
	Year     int                `json:"-"`
	Unit     edu.UnitID         `json:"-"`
	Began    time.Time          `json:"-"`
	Touched  time.Time          `json:"-"`
	Resumed  bool               `json:"-"`
	Goes     bool               `json:"-"` // it was given up, and its rows are being deleted
	Rows     int                `json:"rows"`
	New      int                `json:"new"`     // records made
	Moved    int                `json:"moved"`   // rows that are new of a person that was known
	Changed  int                `json:"changed"` // rows or identities that differ
	Same     int                `json:"same"`
	Skipped  int                `json:"skipped"` // rows with blocking problems
	Ended    int                `json:"ended"`   // rows that the file no longer has
	Done     int64              `json:"done"`    // of the file, for progress
	Total    int64              `json:"total"`
	Problems []register.Problem `json:"problems,omitempty"` // the first
	Found    int                `json:"found"`              // problems in all
	Blocking int                `json:"blocking"`
	Lacks    []string           `json:"lacks,omitempty"` // columns that must be there
	// Unread are columns of the file that were not read, by their letters: what stands in
	// a head that nobody knows may be anything.
	Unread []string `json:"unread,omitempty"`
	// Skip and Replace are how it is read: who goes on with it reads it so again.
	Skip    bool `json:"skip,omitempty"`
	Replace bool `json:"replace,omitempty"`
}

// Bounds of an import.
const (
	registerChunk = 5000 // rows of the file in one transaction
	maxProblems   = 500  // problems that are listed one by one
	headRows      = 12   // rows in which a head is looked for
)

// Import reads a file into a register and waits for the end of it: for commands. What
// it writes is hidden until all of it is in; broken off, the same file goes on where it
// was. open is called twice. Pages begin one behind them ([Registers.BeginImport]).
func (r *Registers) Import(ctx context.Context, who auth.Actor, open func() (io.ReadCloser, error), opt RegisterOptions) (RegisterReceipt, error) {
	in, err := r.beginImport(ctx, who, open, opt)
	if err != nil {
		return RegisterReceipt{}, err
	}
	return in.carryOut(ctx, open)
}

// beginImport looks whether somebody may import a file, and begins, or takes up the
// import of it that was broken off.
func (r *Registers) beginImport(ctx context.Context, who auth.Actor, open func() (io.ReadCloser, error), opt RegisterOptions) (*registerImport, error) {
	p := keepsOf(opt.Kind)
	sc, ring, err := r.reach(who, p, store.Editor)
	if err != nil {
		return nil, err
	}
	if opt.Year < 1990 || opt.Year > 2100 {
		return nil, auth.Refuse(fault.Invalid, "请指明学年，如2025", "say which school year, such as 2025")
	}
	hash, err := hashOpened(open)
	if err != nil {
		return nil, err
	}
	tree, err := r.city.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	in := &registerImport{r: r, who: who, sc: sc, ring: ring, opt: opt, places: newRegisterPlaces(tree, who.Reach(p)), got: RegisterReceipt{Skip: opt.Skip, Replace: opt.Replace}}
	in.body()
	run := store.Run{Kind: opt.Kind, List: opt.List, Year: opt.Year, Hash: fmt.Sprintf("%s skip=%t replace=%t chunk=%d", hash, opt.Skip, opt.Replace, r.chunk), Unit: in.places.top, By: record(who, "", "", r.now()).Account, Began: r.now(), Body: in.run.Body}
	err = r.pastSilent(ctx, who, sc, 0, func() error {
		in.run, err = r.city.store.BeginRun(ctx, sc, run)
		return err
	})
	if errors.Is(err, store.ErrRunWrites) {
		return nil, standsInTheWay(in.run, who, holdsIn(tree))
	} else if err != nil {
		return nil, err
	}
	in.resumed = in.run.Chunks > 0
	return in, nil
}

// carryOut reads the file to its end and makes it count, or refuses it whole.
func (in *registerImport) carryOut(ctx context.Context, open func() (io.ReadCloser, error)) (RegisterReceipt, error) {
	r := in.r
	if err := in.read(ctx, open); err != nil {
		// Who stops it before the first row leaves it to be gone on with.
		if _, refused := errors.AsType[*sheet.Refusal](err); refused || in.unreadable && ctx.Err() == nil {
			_ = r.city.store.DropRun(context.WithoutCancel(ctx), in.sc, &in.run, store.RunRefused, r.now())
		}
		return in.receipt(), err
	}
	if in.got.Lacks != nil || in.got.Blocking > 0 && !in.opt.Skip {
		in.body()
		if err := r.city.store.DropRun(ctx, in.sc, &in.run, store.RunRefused, r.now()); err != nil {
			return in.receipt(), err
		}
		return in.receipt(), fmt.Errorf("the file was refused, nothing of it counts: %w", fault.Blocked)
	}
	if err := in.end(ctx); err != nil {
		return in.receipt(), err
	}
	in.body()
	rec := record(in.who, "register.import", fmt.Sprintf("%s %s year %d: %d rows, %d new, %d changed, %d ended, %d skipped", kindWord(in.opt.Kind), in.opt.List, in.opt.Year, in.got.Rows, in.got.New, in.got.Changed+in.got.Moved, in.got.Ended, in.got.Skipped), r.now())
	rec.Object, rec.Unit, rec.Remote = fmt.Sprintf("run-%d", in.run.No), in.places.top, auth.Remote(ctx)
	err := r.city.store.FinishRun(ctx, in.sc, &in.run, r.now(), in.opt.Ending, rec)
	return in.receipt(), err
}

func kindWord(k store.PersonKind) string {
	if k == store.AStaff {
		return "staff"
	}
	return "pupils"
}

// Imports lists what was imported and what is under way, the newest first.
func (r *Registers) Imports(ctx context.Context, who auth.Actor) ([]RegisterReceipt, error) {
	reach := both(who.Reach(auth.KeepPupils), who.Reach(auth.KeepStaff))
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.KeepPupils, fault.Forbidden)
	}
	runs, err := r.city.store.Runs(ctx, scopeOf(reach, store.Reader), 20)
	if err != nil {
		return nil, err
	}
	var out []RegisterReceipt
	for _, run := range runs {
		out = append(out, receiptOf(run))
	}
	return out, nil
}

func receiptOf(run store.Run) RegisterReceipt {
	var got RegisterReceipt
	if run.Body != "" {
		_ = json.Unmarshal([]byte(run.Body), &got) // our own; without it there are no counts
	}
	got.Run, got.State, got.Kind, got.List, got.Year, got.Unit, got.Began, got.Touched = run.No, run.State, run.Kind, run.List, run.Year, run.Unit, run.Began, run.Touched
	got.Goes = run.Goes()
	return got
}

// DropImport gives up an import that was broken off, or is under way: nothing of it
// counts.
func (r *Registers) DropImport(ctx context.Context, who auth.Actor, no int) error {
	for _, kind := range []store.PersonKind{store.AChild, store.AStaff} {
		sc, err := inReach(who, keepsOf(kind), store.Editor)
		if err != nil {
			continue
		}
		runs, err := r.city.store.Runs(ctx, sc, 20)
		if err != nil {
			return err
		}
		for _, run := range runs {
			if run.No != no || run.State != store.RunWrites || run.Kind != kind {
				continue
			}
			if err := r.city.making.halt(ctx, importingID(kind, run.Unit)); err != nil {
				return err
			}
			rec := record(who, "register.import.drop", "", r.now())
			rec.Object, rec.Unit = fmt.Sprintf("run-%d", no), run.Unit
			return r.city.store.DropRun(ctx, sc, &run, store.RunDropped, r.now(), rec)
		}
	}
	return fmt.Errorf("import %d under way: %w", no, fault.NotFound)
}

func hashOpened(open func() (io.ReadCloser, error)) (string, error) {
	f, err := open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	return hashReader(f)
}

// receipt is what became of the file so far.
func (in *registerImport) receipt() RegisterReceipt {
	got := in.got
	got.Run, got.State, got.Kind, got.List, got.Year, got.Unit, got.Began, got.Touched = in.run.No, in.run.State, in.run.Kind, in.run.List, in.run.Year, in.run.Unit, in.run.Began, in.run.Touched
	got.Resumed = in.resumed
	return got
}

// body notes in the run what is known so far.
func (in *registerImport) body() {
	b, _ := json.Marshal(in.got) // numbers and texts only
	in.run.Body = string(b)
}

// read reads the file and writes its rows part by part.
func (in *registerImport) read(ctx context.Context, open func() (io.ReadCloser, error)) error {
	in.unreadable = true // until it is read: what goes wrong is the file's doing
	f, err := open()
	if err != nil {
		return err
	}
	book, err := sheet.Open(f, sheet.DefaultLimits)
	if err != nil {
		return err
	}
	defer book.Close()
	fields := register.ChildFields
	if in.opt.Kind == store.AStaff {
		fields = register.StaffFields
	}
	in.reader = &register.Reader{Year: in.opt.Year, Today: edu.DateOf(in.r.now()), List: in.opt.List, Units: in.places.units()}
	for _, s := range book.Sheets {
		head, err := s.Head(ctx, headRows)
		if err != nil {
			return err
		}
		rows := make([][]string, len(head))
		width := 0
		for i, h := range head {
			rows[i] = h.Cells
			width = max(width, len(h.Cells))
		}
		at, columns, lacks, ok := in.reader.Head(rows, fields)
		if !ok {
			continue
		}
		in.got.Unread = nil
		for _, c := range in.reader.Unread {
			in.got.Unread = append(in.got.Unread, sheet.Letters(c))
		}
		if lacks != nil {
			in.got.Lacks = lacks
			return nil
		}
		in.unreadable = false
		if err := in.known(ctx); err != nil {
			return err
		}
		want := make([]sheet.Column, len(columns))
		for i, c := range columns {
			want[i] = sheet.Column{Index: c, Kind: sheet.Texts}
		}
		// Rows are read and checked while those before are written.
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		parts := make(chan []registerLine, 2)
		ended := make(chan error, 1)
		go func() {
			defer close(parts)
			ended <- in.lines(ctx, s, head[at].Number+1, width, want, parts)
		}()
		for part := range parts {
			if err := in.take(ctx, part); err != nil {
				return err
			}
			in.got.Done, in.got.Total = in.done.Load(), in.total.Load()
			if in.opt.Progress != nil {
				in.opt.Progress(in.got.Rows, in.got.Done, in.got.Total)
			}
		}
		return <-ended
	}
	return auth.Refuse(fault.Invalid, "文件中没有认得的表头：至少要有“姓名”等两列", "no row of the file is a head that is known: want at least two columns such as 姓名")
}

// registerLine is one row, read and hashed.
type registerLine struct {
	child    register.Child
	staff    register.Staff
	who      register.Identity
	problems []register.Problem
	row      int
	unit     edu.UnitID // that the file names
	text     string     // what is sealed
	hashes   []personHashes
	told     register.Told
	seeks    []personHashes // by which the person is looked for, where others are sealed
}

// personHashes are by one key.
type personHashes struct {
	citizen, student, coarse, digest []byte
}

// lines reads rows, checks and hashes them, and passes them on in parts of the file.
func (in *registerImport) lines(ctx context.Context, s *sheet.Sheet, from, width int, want []sheet.Column, parts chan<- []registerLine) error {
	part := make([]registerLine, 0, in.r.chunk)
	pass := func() error {
		select {
		case parts <- part:
			part = make([]registerLine, 0, in.r.chunk)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	cells := make([]string, len(want))
	err := s.Stream(ctx, from, width, want, func(done, total int64) { in.done.Store(done); in.total.Store(total) }, func(d *sheet.Data) error {
		for i := range d.N {
			for c := range cells {
				cells[c] = textAt(d.Text[c], i)
			}
			part = append(part, in.line(int(d.Rows[i]), cells))
			if len(part) == in.r.chunk {
				if err := pass(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil && len(part) > 0 {
		err = pass()
	}
	return err
}

func textAt(s *frame.Strings, i int) string {
	if s == nil {
		return ""
	}
	return s.At(i)
}

func (in *registerImport) line(row int, cells []string) registerLine {
	l := registerLine{row: row, told: in.reader.Told(cells)}
	born := edu.Date(0)
	if in.opt.Kind == store.AStaff {
		l.staff, l.who, l.problems = in.reader.Staff(row, cells)
		born = l.staff.Born
	} else {
		l.child, l.who, l.problems = in.reader.Child(row, cells)
		born = l.child.Born
	}
	for _, p := range l.problems {
		if p.Blocking {
			return l
		}
	}
	l.unit = l.unitOf(in.opt.Kind)
	in.hash(&l, born)
	return l
}

// unitOf is the unit where a line's row is kept.
func (l *registerLine) unitOf(kind store.PersonKind) edu.UnitID {
	if kind == store.AStaff {
		return l.staff.Unit
	}
	return cmp.Or(l.child.School, l.child.Home)
}

// hash makes what is sealed of who a line is about, and its hashes by every key.
func (in *registerImport) hash(l *registerLine, born edu.Date) {
	b, _ := json.Marshal(sealedText{l.who, born}) // texts and a day only
	l.text, l.hashes = string(b), nil
	for _, key := range in.ring.Keys() {
		var h personHashes
		h.citizen, h.student, h.coarse = hashesOf(in.ring, key, in.opt.Kind, l.who, born)
		digest, _ := in.ring.MatchBy(key, matchDigest, l.text)
		h.digest = digest[:]
		l.hashes = append(l.hashes, h)
	}
}
