package cli

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
)

// Documents from the command line: one, or one for each school or county, into a
// folder. What was begun is gone on with.

type reportCmd struct {
	Kind   string `arg:"" help:"completeness, standards, supervision, retention, safety, county, keeping, school, yearly, meeting, order or consolidation." placeholder:"KIND"`
	DB     dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Scope  string `help:"Code of a county or school; all for every one; the id of a task for order. Without it the city." placeholder:"CODE"`
	Date   string `help:"Day of the document; today without." placeholder:"DAY"`
	Period string `help:"School year; the newest one without." placeholder:"Y"`
	Out    string `required:"" help:"Folder to write into; made where it is not there." placeholder:"DIR" type:"path"`
	Xlsx   bool   `help:"Write the tables as .xlsx too."`
	Keep   bool   `help:"Keep the document in the archive (one document only)."`
	Anew   bool   `help:"Begin anew where the folder holds documents of other data."`
}

func (c *reportCmd) Run(a *app) error {
	kind := gallery.Kind(c.Kind)
	if !kind.Known() {
		return fmt.Errorf("KIND %q: %s: %w", c.Kind, a.say("没有这种文档", "there is no such document"), fault.Invalid)
	}
	o := flow.ReportOrder{Kind: kind}
	if c.Date != "" {
		t, err := time.Parse(time.DateOnly, c.Date)
		if err != nil {
			return fmt.Errorf("--date %q: want a day such as 2026-03-31: %w", c.Date, fault.Invalid)
		}
		o.Day = edu.DateOf(t)
	}
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	if kind != gallery.Order {
		if o.Period, err = choosePeriod(a, city, c.Period); err != nil {
			return err
		}
	}
	many, err := c.scope(a, city, &o)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("--out %s: %w: %w", c.Out, err, fault.Invalid)
	}
	if many {
		return c.each(a, city, o)
	}
	return c.one(a, city, o)
}

// scope reads --scope: many tells that it stands for more than one document.
func (c *reportCmd) scope(a *app, city *flow.City, o *flow.ReportOrder) (many bool, err error) {
	of := o.Kind.Of()
	switch {
	case of == gallery.OfTask:
		o.Subject = c.Scope
		return false, nil
	case of == gallery.OfCity && (c.Scope == "" || c.Scope == "city"):
		return false, nil
	case of == gallery.OfCity && (!o.Kind.Bulletin() || c.Scope == "all"):
		return false, fmt.Errorf("--scope %s: %s: %w", c.Scope, a.say("这种文档只有全市的；通报可为全市或一县", "documents of this kind are about the whole city, bulletins about the city or one county"), fault.Invalid)
	case c.Scope == "all" || c.Scope == "":
		return true, nil
	}
	tree, err := city.Tree(a.ctx)
	if err != nil {
		return false, err
	}
	snap := tree.On(o.Period)
	levels := []edu.Level{edu.County, edu.School}
	if of == gallery.OfCity {
		levels = levels[:1] // a county's own bulletin
	}
	for _, level := range levels {
		for _, i := range snap.ByKey(level, c.Scope) {
			o.Unit = snap.Nodes[i].Unit.ID
			return of == gallery.OfSchool && level == edu.County, nil
		}
	}
	return false, fmt.Errorf("--scope %q: %s: %w", c.Scope, a.say("没有这个代码的县或学校", "no county or school has this code"), fault.NotFound)
}

func (c *reportCmd) one(a *app, city *flow.City, o flow.ReportOrder) error {
	g, who := city.Gallery(), operatorNamed("")
	var d *gallery.Draft
	if c.Keep {
		r, err := g.Make(a.ctx, who, o)
		if err != nil {
			return err
		}
		d = r.Draft
		fmt.Fprintln(a.Out, r.ID)
	} else {
		var err error
		if d, _, err = g.Compose(a.ctx, who, o); err != nil {
			return err
		}
	}
	name := filepath.Join(c.Out, safeName(d.Name()))
	if _, err := c.write(name, d); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "%s %s.docx\n", a.say("已写入", "wrote"), name)
	return nil
}

// write writes a draft as files and gives the hash of the first.
func (c *reportCmd) write(name string, d *gallery.Draft) (sum string, err error) {
	if sum, err = written(name+".docx", d.Document(nil).Write); err == nil && c.Xlsx {
		_, err = written(name+".xlsx", d.Book("").Write)
	}
	return sum, err
}

// written writes a file beside its place first: a run that is cut off leaves no half
// of one.
func written(name string, write func(io.Writer) error) (sum string, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".shuren-*")
	if err != nil {
		return "", fmt.Errorf("%s cannot be written: %w", name, err)
	}
	h := sha256.New()
	w := bufio.NewWriter(io.MultiWriter(f, h))
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// index is the list of what a folder holds: its first line says of which data, the
// others are files that are whole.
const index = "index.csv"

// each writes a document for every unit. What the index of the folder names, of the
// same data, is not written again; counties are few, and rest on ledgers too.
func (c *reportCmd) each(a *app, city *flow.City, o flow.ReportOrder) (err error) {
	if o.Day == 0 {
		o.Day = edu.DateOf(time.Now())
	}
	var list *os.File
	have := map[string]bool{}
	bar := a.progress(a.say("生成文档", "documents"), -1)
	fresh, skipped := 0, 0
	defer func() {
		_ = bar.Finish()
		if list != nil {
			err = errors.Join(err, list.Close())
		}
	}()
	begun := time.Now()
	err = city.Gallery().Each(a.ctx, operatorNamed(""), o, func(version string, many int) (err error) {
		bar.ChangeMax(many)
		head := []string{"shuren", string(o.Kind), o.Period.String(), o.Day.String(), version}
		list, have, err = c.begin(a, head, o.Kind.Of() == gallery.OfSchool)
		return err
	}, func(one flow.One) error {
		defer func() { _ = bar.Add(1) }()
		name := safeName(one.Code + "-" + one.Name)
		if have[name+".docx"] {
			skipped++
			return nil
		}
		d, err := one.Compose()
		if _, no := errors.AsType[*auth.Refusal](err); no {
			return nil // nothing of it is measured
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.Code, err)
		}
		sum, err := c.write(filepath.Join(c.Out, name), d)
		if err != nil {
			return err
		}
		fresh++
		w := csv.NewWriter(list)
		_ = w.Write([]string{name + ".docx", one.Code, one.Name, sum})
		w.Flush()
		return w.Error()
	})
	if err == nil || fresh > 0 {
		took := time.Since(begun).Seconds()
		fmt.Fprintf(a.Err, a.say("写入 %d 份，此前已有 %d 份；用时 %.1f 秒，每百份 %.2f 秒\n", "wrote %d, %d were there; %.1f s, %.2f s per hundred\n"), fresh, skipped, took, 100*took/float64(max(1, fresh)))
	}
	return err
}

// begin opens the index of the folder: of the same data it goes on, of other data
// only where one is told to begin anew. What is written again all the same does not
// keep its lines, or each run would list it once more.
func (c *reportCmd) begin(a *app, head []string, keep bool) (*os.File, map[string]bool, error) {
	name := filepath.Join(c.Out, index)
	have := map[string]bool{}
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	b, err := os.ReadFile(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return nil, nil, err
	default:
		// A line that was cut off is not read: its file is written again.
		if i := strings.LastIndexByte(string(b), '\n'); i >= 0 {
			b = b[:i+1]
		} else {
			b = nil
		}
		r := csv.NewReader(strings.NewReader(string(b)))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil || len(rows) == 0 || !slices.Equal(rows[0], head) {
			if !c.Anew {
				return nil, nil, fmt.Errorf("%s: %s: %w", name, a.say("文件夹里是另一批数据的文档；请换一个文件夹，或加 --anew 重新开始", "the folder holds documents of other data; give another one, or --anew to begin anew"), fault.Invalid)
			}
			flags |= os.O_TRUNC
			break
		}
		if !keep {
			flags |= os.O_TRUNC
			break
		}
		for _, row := range rows[1:] {
			if _, err := os.Stat(filepath.Join(c.Out, row[0])); err == nil {
				have[row[0]] = true
			}
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return nil, nil, err
		}
	}
	f, err := os.OpenFile(name, flags, 0o644)
	if err != nil {
		return nil, nil, err
	}
	if st, err := f.Stat(); err == nil && st.Size() == 0 {
		w := csv.NewWriter(f)
		_ = w.Write(head)
		w.Flush()
		if err := w.Error(); err != nil {
			return nil, nil, errors.Join(err, f.Close())
		}
	}
	return f, have, nil
}

// safeName is a name without what file systems mind.
func safeName(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
			return '_'
		}
		return c
	}, s)
	r := []rune(s)
	return string(r[:min(len(r), 80)])
}
