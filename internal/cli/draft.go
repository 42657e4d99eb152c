package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/draft"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

type draftCmd struct {
	File  string   `arg:"" help:"Meeting notice or plan document: .docx or text; - is standard input."`
	Pack  []string `sep:"none" help:"Pack whose indicators a measure may speak of; give it again for several. Default: every shipped pack." placeholder:"P"`
	Place []string `sep:"," help:"Counties of the city, which may have to do it: 霁川县,枕溪县." placeholder:"NAME"`
	Out   string   `help:"Write the proposals here: .xlsx, .csv or .json; - writes CSV to standard output." placeholder:"FILE"`
}

func (c *draftCmd) Run(a *app) error {
	format := draft.CSV
	if c.Out != "" && c.Out != "-" {
		var err error
		if format, err = draft.FormatOf(c.Out); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	refs := c.Pack
	if len(refs) == 0 {
		refs = pack.Shipped()
	}
	opt := draft.Options{Places: c.Place}
	for _, ref := range refs {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		opt.Packs = append(opt.Packs, p)
	}
	text, err := c.text(a)
	if err != nil {
		return err
	}
	d := draft.Make(text, opt)
	lines := d.Lines()
	if c.Out == "-" {
		return draft.Write(a.Out, format, lines, a.lang, draft.Words())
	}
	a.draft(d, lines)
	if c.Out == "" {
		return nil
	}
	return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return draft.Write(w, format, lines, a.lang, draft.Words()) })
}

// text reads the file, at most one byte more than is allowed.
func (c *draftCmd) text(a *app) (string, error) {
	in := a.In
	if c.File != "-" {
		info, err := os.Stat(c.File)
		if err != nil {
			return "", err
		}
		if info.IsDir() {
			return "", fmt.Errorf("%s: %s: %w", c.File, a.say("是文件夹，不是文件", "a folder, not a file"), fault.Invalid)
		}
		f, err := os.Open(c.File)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, draft.MaxFile+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", c.File, err)
	}
	text, err := draft.Read(c.File, b)
	if no, ok := errors.AsType[*draft.Refusal](err); ok {
		return "", auth.Refuse(no.Kind, c.File+"："+no.Text.ZH, c.File+": "+no.Text.EN)
	}
	return text, err
}

// draft prints what was found: a line a proposal, then how many of each class.
func (a *app) draft(d *draft.Document, lines []draft.Line) {
	t := table{right: []bool{true}}
	shown := []int{0, 2, 4, 5, 7, 8, 9, 11, 3}
	for _, i := range shown {
		t.head = append(t.head, draft.Columns[i].In(a.lang))
	}
	for n, l := range lines {
		if n == maxLines {
			break
		}
		cells := l.Cells(strconv.Itoa(n+1), a.lang, draft.Words())
		var row []string
		for _, i := range shown {
			row = append(row, cells[i])
		}
		t.add(row...)
	}
	if len(lines) > 0 {
		t.print(a.Out)
		a.more(len(lines))
	}
	count := map[draft.Class]int{}
	for _, s := range d.Statements {
		if !s.Heading {
			count[s.Class]++
		}
	}
	fmt.Fprintln(a.Out)
	for _, c := range draft.Classes {
		fmt.Fprintf(a.Out, "%s %d  ", c.Name().In(a.lang), count[c])
	}
	fmt.Fprintf(a.Out, a.say("句；任务建议 %d 条\n", "sentences; %d proposals\n"), len(lines))
	if len(lines) == 0 {
		fmt.Fprintln(a.Out, a.say("没有找到可列为任务的内容", "nothing was found that could be a task"))
	}
	fmt.Fprintln(a.Out, a.say("这是草稿，没有保存；每条须由人确认，待定的由人补充", "This is a draft and nothing was saved: a person confirms each line and fills what is to be set"))
}
