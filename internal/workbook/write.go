// Write: papers in, a workbook out.

package workbook

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// Write writes papers of one form and period as a workbook.
func Write(w io.Writer, papers []*form.Paper, opt Options) error {
	l, err := newLayout(papers, opt)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	b := &book{file: excelize.NewFile()}
	defer b.file.Close()
	b.file.SetZipWriter(SortedZip)
	if b.styles, err = makeStyles(b.file); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	b.header, b.footer = l.headers()
	if err := errors.Join(b.put(l.pages()), l.properties(b.file)); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	_, err = b.file.WriteTo(w)
	return err
}

// pages are the sheets in their order. Lists are laid out first, because the
// figures added up from them need to know where their rows stand.
func (l *layout) pages() []*page {
	var lists []*page
	for _, ls := range l.listsOf() {
		lists = append(lists, l.list(ls))
	}
	var pages []*page
	if l.meta.Layout == Tall {
		pages = []*page{l.tall()}
	} else {
		pages = l.wide()
	}
	pages = append(pages[:1:1], append(lists, pages[1:]...)...)
	pages = append(pages, l.notes())
	if len(l.dict.lists) > 0 {
		d := l.dict.page()
		d.mark = l.meta.mark(pairs(keyKind, "dict"))
		pages = append(pages, d)
	}
	return append(pages, l.secretPage())
}

// headers are what is printed above and below each page: the watermark in words.
func (l *layout) headers() (header, footer string) {
	escape := func(s string) string { return strings.ReplaceAll(s, "&", "&&") }
	u := l.opt.Unit
	if u.Name == (edu.Text{}) && len(l.papers) == 1 {
		u = l.papers[0].Unit
	}
	// A header holds 255 characters in all.
	name, mark := shorten(l.form.Name.In(l.lang), 50), shorten(u.Name.In(l.lang), 50)
	if l.opt.Made != 0 {
		mark = strings.TrimPrefix(mark+" · "+l.opt.Made.String(), " · ")
	}
	header = "&L&8 " + escape(name) + "&R&8 " + escape(mark)
	if l.opt.Fictional {
		header = "&L&8 " + escape(name) + "&C&8 " + l.say("示例数据", "Example data") + "&R&8 " + escape(mark)
	}
	footer = "&L&8 " + escape(shorten(l.form.ID, 40)+" · "+l.say("版本 ", "version ")+version(l.meta.Hash)) + "&C&8 " + l.say("第&P页，共&N页", "Page &P of &N") + "&R&8 " + escape(mark)
	return header, footer
}

// properties write into the document what it is.
func (l *layout) properties(f *excelize.File) error {
	made := "2000-01-01T00:00:00Z"
	if l.opt.Made != 0 {
		made = l.opt.Made.String() + "T00:00:00Z"
	}
	subject := l.meta.Period.Label()
	if l.opt.Fictional {
		subject += " " + l.say("示例数据", "example data")
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: l.form.Name.In(l.lang), Subject: subject, Creator: "Shuren", Identifier: l.meta.Form,
		Version: l.meta.Hash, Created: made, Modified: made}); err != nil {
		return err
	}
	for _, kv := range [][2]string{{"shuren.form", l.meta.Form}, {"shuren.issue", l.meta.Issue}, {"shuren.pack", l.meta.Pack}, {"shuren.version", l.meta.Hash},
		{"shuren.period", l.meta.Period.String()}, {"shuren.layout", string(l.meta.Layout)}} {
		if err := f.SetCustomProps(excelize.CustomProperty{Name: kv[0], Value: kv[1]}); err != nil {
			return err
		}
	}
	return nil
}
