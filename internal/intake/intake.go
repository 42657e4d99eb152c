// Read: files in, tables and problems out.

package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// Options change how files are read.
type Options struct {
	Map      map[string]string // from a map file: header -> element; see ReadMap
	Period   edu.Period        // of figures whose file does not say; may be zero
	Progress func(done, total int64)
	Limits   sheet.Limits // zero: sheet.DefaultLimits
	// Named gives the code of a unit by its name, or says why there is none, for
	// files that give names only; nil refuses them.
	Named func(name string) (code string, wanted edu.Text)
	// Problems is how many problems of a file are listed, of each kind that
	// blocks or does not; 0 is 1,000. All are counted.
	Problems int
}

// Ignored is a column whose header means nothing to the pack.
type Ignored struct {
	File, Sheet    string
	Column, Header string
}

// Batch is what came out of some files. Where anything blocks, the tables hold
// what could be read and must not count.
type Batch struct {
	Tables   []*frame.Table
	Problems []Problem
	Total    int // problems, listed or not
	Blocking int // those that block, listed or not
	Ignored  []Ignored
	Cleaned  []Cleaned // names that were read otherwise than they stand there
}

// Err is an error of kind fault.Blocked where anything blocks.
func (b *Batch) Err() error {
	if b.Blocking == 0 {
		return nil
	}
	return fmt.Errorf("%d problems must be mended first: %w", b.Blocking, fault.Blocked)
}

// Reader reads files by a pack. The pack's words are made ready once, which for
// a dozen packs together costs as much as reading a small file. It may be used by
// many goroutines.
type Reader struct {
	vocabulary *vocabulary
	opt        Options
}

// NewReader makes a pack's words ready. The error is a wrong map.
func NewReader(p *pack.Pack, opt Options) (*Reader, error) {
	v, err := newVocabulary(p, opt.Map)
	if err != nil {
		return nil, err
	}
	if opt.Limits == (sheet.Limits{}) {
		opt.Limits = sheet.DefaultLimits
	}
	if opt.Problems == 0 {
		opt.Problems = 1000
	}
	return &Reader{v, opt}, nil
}

// Pack is what the reader reads by.
func (by *Reader) Pack() *pack.Pack { return by.vocabulary.pack }

// Read is [Reader.Read] of a reader for these files alone.
func Read(ctx context.Context, files []File, p *pack.Pack, opt Options) (*Batch, error) {
	r, err := NewReader(p, opt)
	if err != nil {
		return nil, err
	}
	return r.Read(ctx, files)
}

// Read reads files side by side. Problems of the input are in the batch; the
// error is for what no clerk can mend: a file that cannot be opened, a cancelled
// context.
func (by *Reader) Read(ctx context.Context, files []File) (*Batch, error) {
	v, opt := by.vocabulary, by.opt
	readers, errs := make([]*reader, len(files)), make([]error, len(files))
	bytes := newProgress(len(files), opt.Progress)
	next := atomic.Int64{}
	var wg sync.WaitGroup
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) || ctx.Err() != nil {
					return
				}
				readers[i] = &reader{vocabulary: v, opt: opt, file: files[i].Name, problems: &collector{max: opt.Problems}}
				errs[i] = readers[i].read(ctx, files[i], bytes.of(i))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, err
	}
	b := &Batch{}
	for _, r := range readers {
		b.Tables = append(b.Tables, r.tables...)
		b.Ignored = append(b.Ignored, r.ignored...)
		b.Cleaned = append(b.Cleaned, r.cleanly...)
	}
	last := &collector{max: opt.Problems}
	lacking(v.pack, b.Tables, last)
	for _, r := range readers {
		b.add(r.problems)
	}
	b.add(last)
	return b, nil
}

func (b *Batch) add(c *collector) {
	b.Problems = append(b.Problems, c.list()...)
	b.Total += c.total
	b.Blocking += c.blockers
}

// lacking warns of required elements that no table gives, where there are
// tables of their level.
func lacking(p *pack.Pack, tables []*frame.Table, problems *collector) {
	given, levels := map[string]bool{}, map[edu.Level]bool{}
	for _, t := range tables {
		if t.List == "" {
			levels[t.Level] = true
		}
		for id := range t.Heads {
			given[id] = true
			if e := p.Element(id); e != nil {
				given[e.ID] = true
			}
		}
	}
	told := map[string]bool{}
	for _, q := range asking(p, tables) {
		lackingOf(q, given, levels, told, problems)
	}
}

func lackingOf(p *pack.Pack, given map[string]bool, levels map[edu.Level]bool, told map[string]bool, problems *collector) {
	for _, e := range p.Elements {
		if e.Required && e.Derive == nil && !given[e.ID] && levels[e.Level] && !told[e.ID] {
			told[e.ID] = true
			problems.add(Problem{Kind: KindMissing, Element: e.ID, Found: both("没有“"+e.Name.In("zh")+"”列", "no column for "+e.Name.In("en")+" ("+e.ID+")"),
				Wanted: both("，此数据项必填；有关指标无法计算", "was given, which is required; indicators that need it cannot be computed")})
		}
	}
}

// progress adds up the bytes read of several files.
type progress struct {
	mu          sync.Mutex
	done, total []int64
	report      func(done, total int64)
}

func newProgress(n int, report func(done, total int64)) *progress {
	return &progress{done: make([]int64, n), total: make([]int64, n), report: report}
}

func (p *progress) of(i int) func(done, total int64) {
	if p.report == nil {
		return nil
	}
	return func(done, total int64) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.done[i], p.total[i] = done, total
		var d, t int64
		for j := range p.done {
			d, t = d+p.done[j], t+p.total[j]
		}
		p.report(d, t)
	}
}

// reader reads one file.
type reader struct {
	*vocabulary
	opt      Options
	file     string
	format   sheet.Format
	problems *collector
	tables   []*frame.Table
	ignored  []Ignored
	cleanly  []Cleaned
	counties []string // codes of counties that cells above a header name
	names    []string // and their names
	periods  []edu.Period
	known    int // sheets that were recognised
}

func (r *reader) read(ctx context.Context, f File, progress func(done, total int64)) error {
	in, err := f.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no such file: %w", f.Name, fault.NotFound)
	} else if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	book, err := sheet.Open(in, r.opt.Limits)
	if err != nil {
		return r.refused("", err)
	}
	defer book.Close()
	r.format = book.Format
	for _, s := range book.Sheets {
		if err := r.sheet(ctx, s, progress); err != nil {
			return err
		}
	}
	if r.known == 0 && r.problems.blockers == 0 {
		r.problems.add(Problem{File: r.file, Kind: KindSheet, Blocking: true,
			Wanted: both("没有可识别的表：表头应含学校代码等键列和数据项名称", "no table is recognised: its header should name a key and elements of "+r.pack.Ref())})
	}
	return r.settle()
}

// refused turns the refusal of a file or a sheet into a problem; any other
// error stays one.
func (r *reader) refused(sheetName string, err error) error {
	var no *sheet.Refusal
	if errors.As(err, &no) {
		r.problems.add(Problem{File: r.file, Sheet: sheetName, Row: no.Row, Kind: KindFile, Blocking: true, Wanted: no.Text})
		return nil
	}
	return fmt.Errorf("%s: %w", r.file, err)
}
