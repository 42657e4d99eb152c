package county

import (
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Document is a document that proves what a county answered, kept once for a
// period.
type Document struct {
	ID     string
	County edu.UnitID
	Period edu.Period
	Number string // 文号
	Title  string
	Issuer string
	Day    edu.Date // 0 where not told
	By     string
	At     time.Time
}

// Problems says what is wrong with a document; none is nil.
func (d *Document) Problems() []edu.Text {
	var out []edu.Text
	if strings.TrimSpace(d.Number) == "" {
		out = append(out, edu.Text{ZH: "未填文号", EN: "the document's number is missing"})
	}
	if strings.TrimSpace(d.Title) == "" {
		out = append(out, edu.Text{ZH: "未填名称", EN: "the document's title is missing"})
	}
	return out
}

// Cite is one item that cites a document, at a page.
type Cite struct {
	County   edu.UnitID
	Period   edu.Period
	Item     string // id of an indicator
	Document string // id of the document
	Page     string
	By       string
	At       time.Time
}

// Reference is how a document is cited: 教督〔2024〕3号 p.12.
func Reference(d Document, page string) string {
	if page = strings.TrimSpace(page); page == "" {
		return d.Number
	}
	return d.Number + " p." + page
}

// Answering names the department that answers for an item of a county.
type Answering struct {
	County     edu.UnitID
	Item       string
	Department string
}

// Register is a county's evidence of one period.
type Register struct {
	Documents   []Document
	Cites       []Cite
	Departments map[string]string // item -> answering department
}

// Document finds a document by its id.
func (r *Register) Document(id string) (Document, bool) {
	i := slices.IndexFunc(r.Documents, func(d Document) bool { return d.ID == id })
	if i < 0 {
		return Document{}, false
	}
	return r.Documents[i], true
}

// In lists the documents that a reference names, in the order of the register.
// A number that is the beginning of a longer one (3号 in 13号) is not named.
func (r *Register) In(text string) []Document {
	var out []Document
	for _, d := range r.Documents {
		if names(text, d.Number) {
			out = append(out, d)
		}
	}
	return out
}

func names(text, number string) bool {
	if number == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return false
		}
		before, after := text[:from+i], text[from+i+len(number):]
		digit := func(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
		last := ""
		if before != "" {
			last = before[len(before)-1:]
		}
		if !(digit(last) && digit(number)) && !(digit(after) && digit(number[len(number)-1:])) {
			return true
		}
		from += i + len(number)
	}
}

// Of is everything that an item cites: the text that stands beside the answer,
// then what the register adds to it, each document once.
func (r *Register) Of(item, text string) string {
	parts := []string{}
	if text = strings.TrimSpace(text); text != "" {
		parts = append(parts, text)
	}
	for _, c := range r.Cites {
		if c.Item != item {
			continue
		}
		d, ok := r.Document(c.Document)
		if ok && !names(text, d.Number) {
			parts = append(parts, Reference(d, c.Page))
		}
	}
	return strings.Join(parts, "；")
}
