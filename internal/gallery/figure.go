package gallery

import (
	"fmt"
	"math"
	"net/url"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
)

// Figure is a number of a document.
type Figure struct {
	Text   string   `json:"text"`            // as it is written, and as its page writes it
	Value  float64  `json:"value,omitempty"` // 0 where it is missing
	Known  bool     `json:"known,omitempty"`
	Href   string   `json:"href"`           // the page that shows it, or those that it is counted from
	At     []string `json:"at,omitempty"`   // words that stand beside it on the page
	Source int      `json:"source"`         // of Draft.Sources, from 0
	By     Op       `json:"by,omitempty"`   // how it is counted from others
	From   []int    `json:"from,omitempty"` // which, from 1
	Few    bool     `json:"few,omitempty"`  // persons below ten: no number is kept
}

// Op is how a figure is counted from others.
type Op string

const (
	Sum     Op = "sum"
	Minus   Op = "minus"  // the first less the second
	Share   Op = "share"  // the first of the second, in percent
	Points  Op = "points" // the first less the second, both in percent
	Counted Op = "count"  // how many they are
	Rank    Op = "rank"   // the place of the first among all that follow, equal ones sharing it
)

// FewerThan is below which a number of persons is not written.
const FewerThan = 10

// few is what stands in its place.
const few = "不足10"

// figure keeps a figure and gives its number.
func (b *builder) figure(f Figure) int {
	b.d.Figures = append(b.d.Figures, f)
	return len(b.d.Figures)
}

// value is a figure that a page shows.
func (b *builder) value(v float64, decimals int, href string, at ...string) int {
	f := Figure{Text: chart.Number(v, decimals), Href: href, At: at}
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		f.Value, f.Known = v, true
	}
	return b.figure(f)
}

func (b *builder) at(n int) *Figure { return &b.d.Figures[n-1] }

// derived is a figure counted from others. What lacks one of them is missing, and
// what rests on a number that is not written is not written.
func (b *builder) derived(op Op, decimals int, from ...int) int {
	f := Figure{By: op, From: from, Text: chart.NoNumber}
	if len(from) > 0 {
		f.Href, f.Source = b.at(from[0]).Href, b.at(from[0]).Source
	}
	v, ok := count(op, from, func(n int) *Figure { return b.at(n) })
	for _, n := range from {
		f.Few = f.Few || b.at(n).Few && op != Counted && op != Rank
	}
	switch {
	case f.Few:
		f.Text = hidden
	case ok:
		f.Value, f.Known, f.Text = v, true, chart.Number(v, decimals)
		if op == Points {
			f.Text = chart.Change(v, decimals)
		}
	}
	return b.figure(f)
}

// hidden stands where a number would give away one that is not written.
const hidden = "—"

// count works out what others come to.
func count(op Op, from []int, at func(int) *Figure) (v float64, ok bool) {
	switch {
	case op == Counted:
		return float64(len(from)), true
	case op == Rank && len(from) > 0 && at(from[0]).Known:
		place := 1.0
		for _, n := range from[1:] {
			if x := at(n); x.Known && x.Value > at(from[0]).Value {
				place++
			}
		}
		return place, true
	case op == Rank:
		return 0, false
	}
	for i, n := range from {
		x := at(n)
		if !x.Known {
			return 0, false
		}
		switch {
		case i == 0:
			v = x.Value
		case op == Sum:
			v += x.Value
		case op == Share:
			if x.Value == 0 {
				return 0, false
			}
			v = 100 * v / x.Value
		default:
			v -= x.Value
		}
	}
	return v, len(from) > 0
}

// How says in words how a figure is counted; empty for one that a page shows.
func (d *Draft) How(n int) string {
	f := d.Figures[n-1]
	if f.By == "" || f.Few || !f.Known {
		return ""
	}
	name := func(k int) string { return d.Figures[k-1].Text }
	switch f.By {
	case Counted:
		return fmt.Sprintf("%s = 所列单位数", f.Text)
	case Rank:
		return fmt.Sprintf("%s：按%s%%在各单位中的位次", f.Text, name(f.From[0]))
	case Share:
		return fmt.Sprintf("%s%% = %s ÷ %s", f.Text, name(f.From[0]), name(f.From[1]))
	case Minus, Points:
		return fmt.Sprintf("%s = %s − %s", f.Text, name(f.From[0]), name(f.From[1]))
	}
	out := f.Text + " = "
	for i, k := range f.From {
		if i > 0 {
			out += " + "
		}
		out += name(k)
	}
	return out
}

// Wrong lists what is wrong with the figures of a draft: one without an address,
// one that is not what it is counted from.
func (d *Draft) Wrong() (out []string) {
	for i := range d.Figures {
		f := &d.Figures[i]
		switch {
		case f.Href == "" && f.By != Counted:
			out = append(out, fmt.Sprintf("figure %d, %s, leads nowhere", i+1, f.Text))
		case f.Source >= len(d.Sources):
			out = append(out, fmt.Sprintf("figure %d, %s, is of no data", i+1, f.Text))
		case f.By == "" || f.Few:
		default:
			v, ok := count(f.By, f.From, func(n int) *Figure { return &d.Figures[n-1] })
			if ok != f.Known || math.Abs(v-f.Value) > 1e-9 && ok {
				out = append(out, fmt.Sprintf("figure %d, %s, comes to %v", i+1, f.Text, v))
			}
		}
	}
	return out
}

// Links are addresses of pages about a year under a scheme.
type Links struct {
	Year   edu.Period
	Scheme string // empty for the city's first
}

func (l Links) query(kv ...string) string {
	q := url.Values{}
	if !l.Year.IsZero() {
		q.Set("year", l.Year.String())
	}
	if l.Scheme != "" {
		q.Set("scheme", l.Scheme)
	}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			q.Set(kv[i], kv[i+1])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// Trace is the page that explains a figure of a unit.
func (l Links) Trace(level edu.Level, code, item, stage string) string {
	return "/trace/" + level.String() + "/" + url.PathEscape(code) + "/" + url.PathEscape(item) + l.query("stage", stage)
}

// Progress is the page of a county's way to recognition.
func (l Links) Progress(code string) string {
	return "/counties/" + url.PathEscape(code) + "/progress" + l.query()
}

// ToProgress tells that an address is such a page's.
func ToProgress(href string) bool {
	path, _, _ := strings.Cut(href, "?")
	return strings.HasPrefix(path, "/counties/") && strings.HasSuffix(path, "/progress")
}

// County and School are the pages of a unit.
func (l Links) County(code string) string { return "/counties/" + url.PathEscape(code) + l.query() }
func (l Links) School(code string) string { return "/schools/" + url.PathEscape(code) + l.query() }
