package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"shuren/internal/council"
	"shuren/internal/docx"
	"shuren/internal/edu"
	"shuren/internal/gallery"
	"shuren/internal/task"
)

// Official papers as Word files, from the same content as their pages: 督办单, 提请函,
// and minutes. They go out, so they are Chinese whatever language the reader has;
// the number and the seal are a person's.

// asWord tells that the reader asks for the page as a Word file.
func (r *request) asWord() bool { return r.query.Get("as") == "docx" }

// inChinese is the same request with the words of Chinese.
func (r *request) inChinese() *request {
	zh := *r
	zh.locale = locale{catalogue("zh")}
	return &zh
}

// sendDocument sends a document to be kept; one with made-up figures says so.
func (s *Server) sendDocument(w http.ResponseWriter, r *request, name string, d *docx.Document) error {
	if r.city.Fictional() {
		d.Subject = r.inChinese().T("sample.mark")
		d.Body = append([]docx.Block{docx.Para{Set: docx.Note, Runs: []docx.Run{{Text: d.Subject}}}}, d.Body...)
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return fmt.Errorf("document of %s: %w", name, err)
	}
	s.sendKept(w, r, fileName(name)+".docx", docx.Type, "export.docx", b.Bytes())
	return nil
}

// fileName is a name without what file systems mind, and no longer than they take.
func fileName(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
			return '_'
		}
		return c
	}, s)
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80])
	}
	return s
}

// sheetDocument is a 督办单, the one that the gallery makes.
func sheetDocument(p *task.Paper) *docx.Document {
	d := gallery.SheetOf(p, "", p.Day, gallery.Source{}).Document(nil)
	d.Made = madeOn(p.Day)
	return d
}

// letterDocument is a 提请函: the head of a letter, and its points one by one.
func letterDocument(p *task.Paper) *docx.Document {
	d := &docx.Document{Head: &docx.Head{Kind: docx.Letter, Agency: p.From, Number: p.No}, Title: p.Title.ZH, To: p.To, Author: p.From, Made: madeOn(p.Day)}
	for _, text := range p.Paras {
		head, rest, ok := strings.Cut(text, "：")
		if r := []rune(head); ok && rest != "" && len(r) > 2 && r[1] == '、' {
			d.Body = append(d.Body, docx.Heading{Level: 1, Text: head + "：", Then: []docx.Run{{Text: rest}}})
			continue
		}
		d.Body = append(d.Body, docx.Text(text))
	}
	day := p.Day.Official()
	if day == "" {
		day = docx.BlankDay
	}
	d.Body = append(d.Body, docx.Signature{Agency: p.From, Day: day})
	return d
}

// minutesDocument are the minutes of a meeting; until they are signed they say that
// they are a draft. Minutes have neither seal nor signature.
func (r *request) minutesDocument(m *council.Meeting, draft *council.Draft) *docx.Document {
	d := &docx.Document{Head: &docx.Head{Kind: docx.Minutes, Agency: draft.Title}, Author: m.Recorder, Made: madeOn(m.Day)}
	signed := m.State == council.Minuted
	if signed {
		d.Made = madeOn(m.SignedOn)
	} else {
		d.Body = append(d.Body, docx.Para{Set: docx.Note, Runs: []docx.Run{{Text: r.inChinese().T("meeting.minutes.draft")}}})
	}
	for _, p := range draft.Paras {
		switch p.Kind {
		case council.Head:
			d.Body = append(d.Body, docx.Heading{Level: 1, Text: p.Text})
		case council.Field:
			d.Body = append(d.Body, docx.Para{Runs: []docx.Run{{Text: p.Label + "：", Strong: true}, {Text: p.Text}}})
		case council.Body:
			d.Body = append(d.Body, docx.Text(p.Text))
		}
	}
	if signed {
		d.Body = append(d.Body, docx.Signature{Day: m.SignedOn.Official(), Bare: true})
	}
	return d
}

// madeOn is the time in the properties of a document: the day it speaks of, so that
// the same paper is the same file.
func madeOn(d edu.Date) (at time.Time) {
	if d != 0 {
		at = d.Time()
	}
	return at
}
