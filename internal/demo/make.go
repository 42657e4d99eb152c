package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

// Found names the city in a database and registers its units. It does no harm
// where that was done before.
func (c *City) Found(ctx context.Context, into *flow.City) error {
	tiles := map[string][2]int{}
	for _, k := range c.Counties() {
		tiles[k.key()] = [2]int{k.Column, k.Row}
	}
	if err := into.Describe(ctx, c.Name(), tiles); err != nil {
		return err
	}
	// Sections follow from the records of their schools.
	units := slices.DeleteFunc(c.Units(), func(u edu.Unit) bool { return u.Level == edu.Section })
	if err := into.Register(ctx, units); err != nil {
		return err
	}
	if err := c.Measured(ctx, into); err != nil {
		return err
	}
	return into.SetDemo(ctx, fmt.Sprintf("seed=%d", c.seed))
}

// Measured adds the packs that the city reports for to those by which a database
// is measured.
func (c *City) Measured(ctx context.Context, into *flow.City) error {
	return into.AddPacks(ctx, c.Packs()[1:]...)
}

// ReadIn brings one school year in through the front door: each county's
// workbooks are written and then read like any other.
func (c *City) ReadIn(ctx context.Context, into *flow.City, year edu.Period, done func(county string)) error {
	if err := c.ReadBase(ctx, into, year, done); err != nil {
		return err
	}
	return c.ReadMore(ctx, into, year, nil)
}

// ReadBase is ReadIn of compulsory education alone, which the first page shows.
// The year appears at once.
func (c *City) ReadBase(ctx context.Context, into *flow.City, year edu.Period, done func(county string)) error {
	var files []intake.File
	for i, k := range c.Counties() {
		files = append(files, written(fmt.Sprintf("%s-%s.xlsx", k.Name.ZH, year), func(w io.Writer) error { return c.Workbook(w, i, year) }))
	}
	return c.readFiles(ctx, into, files, "demo-"+year.String(), done)
}

// written is a workbook that is written when it is first opened, and only once:
// whoever reads a file in opens it twice, first to know it by its hash.
func written(name string, write func(io.Writer) error) intake.File {
	once := sync.OnceValues(func() ([]byte, error) {
		var b bytes.Buffer
		err := write(&b)
		return b.Bytes(), err
	})
	return intake.File{Name: name, Open: func() (io.ReadCloser, error) {
		b, err := once()
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// readFiles reads files in; they appear together.
func (c *City) readFiles(ctx context.Context, into *flow.City, files []intake.File, batch string, done func(file string)) error {
	var refused []flow.Problem
	err := into.Import(ctx, files, flow.ImportOptions{
		By: "示例数据生成器", Fictional: true, Batch: batch,
		Done: func(r flow.Receipt) {
			if r.Refused {
				refused = append(refused, r.Problems...)
			}
			if done != nil {
				done(r.File)
			}
		},
	})
	if err != nil && len(refused) > 0 {
		return fmt.Errorf("%s: %w", refused[0].Text.EN, err)
	}
	return err
}

// Wanting are the years that a database does not show yet, newest first.
func (c *City) Wanting(ctx context.Context, in *flow.City) ([]edu.Period, error) {
	have, err := in.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var out []edu.Period
	for _, y := range c.Years() {
		if !slices.Contains(have, y) {
			out = append(out, y)
		}
	}
	slices.Reverse(out)
	return out, nil
}
