package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// Receipt is what became of one file.
type Receipt struct {
	File     string
	Problems []Problem
	Unlisted Unlisted
	Records  int  // units that it has something on
	Values   int  // figures in it; counted of feeds only
	Changed  int  // of these, how many differ from what was saved
	Repeated bool // the very same file had been read before
	Refused  bool // nothing of it was saved
}

// ImportOptions say how files are read in.
type ImportOptions struct {
	intake.Options
	By        string
	Fictional bool
	// Batch keeps everything hidden until all files are in, so that nobody sees
	// half a city; what a killed run left behind is taken up again.
	Batch string
	// Done is called after each file, in the order of the files.
	Done func(Receipt)
}

// Import reads files into the database, each in one transaction: a file with
// blocking problems is refused whole and the others go on. The error is of kind
// fault.Blocked if any was refused.
func (c *City) Import(ctx context.Context, files []intake.File, opt ImportOptions) error {
	// The next files are read, one on each processor, while the last is written.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan chan parcel, runtime.GOMAXPROCS(0))
	go func() {
		defer close(next)
		var by *intake.Reader
		for _, f := range files {
			out := make(chan parcel, 1)
			select {
			case next <- out: // a place for one file more
			case <-ctx.Done():
				return
			}
			if u := c.Union(); by == nil || by.Pack() != u {
				var err error
				if by, err = intake.NewReader(u, opt.Options); err != nil {
					out <- parcel{file: f.Name, err: err}
					return
				}
			}
			go func() { out <- c.open1(ctx, f, by) }()
		}
	}()
	refused := 0
	for out := range next {
		p := <-out
		if p.err != nil {
			return p.err
		}
		r, err := c.keep(ctx, p, opt)
		if err != nil {
			return err
		}
		if r.Refused {
			refused++
		}
		if opt.Done != nil {
			opt.Done(r)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if opt.Fictional {
		if err := c.readAbout(ctx); err != nil {
			return err
		}
	}
	if opt.Batch != "" && refused == 0 {
		if err := c.store.Publish(ctx, local, opt.Batch); err != nil {
			return err
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d files refused: %w", refused, len(files), fault.Blocked)
	}
	return nil
}

// parcel is one file that has been read.
type parcel struct {
	file  string
	hash  string
	batch *intake.Batch
	err   error
}

func (c *City) open1(ctx context.Context, f intake.File, by *intake.Reader) parcel {
	p := parcel{file: f.Name}
	if p.hash, p.err = hashOf(f); p.err != nil {
		return p
	}
	p.batch, p.err = by.Read(ctx, []intake.File{f})
	return p
}

func hashOf(f intake.File) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	hash, err := hashReader(r)
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.Name, err)
	}
	return hash, nil
}

// hashReader is the hex SHA-256 of all that a reader gives.
func hashReader(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// keep saves what was read, one submission for each period in the file.
func (c *City) keep(ctx context.Context, p parcel, opt ImportOptions) (Receipt, error) {
	r := Receipt{File: p.file, Problems: ignored(p.batch), Unlisted: unlisted(p.batch)}
	for _, q := range p.batch.Problems {
		r.Problems = append(r.Problems, fromIntake(q))
	}
	byPeriod := map[edu.Period][]*frame.Table{}
	for _, t := range p.batch.Tables {
		byPeriod[t.Period] = append(byPeriod[t.Period], t)
	}
	// The parts of one file must agree with each other before any is saved.
	for _, tables := range byPeriod {
		set, problems, err := Frames(tables, c.Union())
		if err != nil {
			return r, err
		}
		broken, err := checkAll(set, c.Packs())
		if err != nil {
			return r, err
		}
		for _, q := range append(problems, broken...) {
			r.Problems = append(r.Problems, fromFrame(q))
		}
	}
	if byPeriod[edu.Period{}] != nil {
		r.Problems = append(r.Problems, Problem{true, edu.Text{
			ZH: p.file + "：没有学年；请加“学年”列，或用 --period 指明",
			EN: p.file + ": no school year; add a column 学年 or give --period",
		}})
	}
	for _, q := range r.Problems {
		r.Refused = r.Refused || q.Blocking
	}
	if r.Refused {
		return r, nil
	}
	r.Repeated = true
	for _, period := range periods(p.batch.Tables) {
		rev, err := c.store.Import(ctx, local, store.Submission{
			ID: p.hash[:32] + c.vocabulary() + "-" + period.String(), Form: c.pack.ID, Period: period, Title: p.file, File: p.file,
			Hash: p.hash, By: opt.By, At: time.Now().UTC(), Fictional: opt.Fictional, Batch: opt.Batch,
		}, byPeriod[period])
		if err != nil {
			return r, err
		}
		r.Records += rev.Records
		r.Changed += rev.Changed
		r.Repeated = r.Repeated && rev.Repeated
	}
	return r, nil
}

// vocabulary marks submissions by what files are read by, where that is more than
// the first pack: the same file read again once a pack was added may hold columns
// that meant nothing before.
func (c *City) vocabulary() string {
	s := c.schemes()
	if len(s.packs) == 1 {
		return ""
	}
	sum := sha256.Sum256([]byte(s.hash))
	return "-" + hex.EncodeToString(sum[:4])
}

// checkAll runs the checks of all packs. What two packs say of the same cells in
// the same words is told once.
func checkAll(set *frame.Set, packs []*pack.Pack) ([]frame.Problem, error) {
	var out []frame.Problem
	told := map[string]bool{}
	for _, p := range packs {
		broken, err := intake.Check(set, p)
		if err != nil {
			return nil, err
		}
		for _, q := range broken {
			if text := q.String(); !told[text] {
				told[text] = true
				out = append(out, q)
			}
		}
	}
	return out, nil
}
