package web

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// patch is what a filler changed: a page holds a part of a paper only, so that
// what it sends is laid over what was saved.
type patch struct {
	Rev   int                     `json:"rev"`
	Cells map[string]*string      `json:"cells,omitempty"` // null takes the answer back
	Lists map[string]listPatch    `json:"lists,omitempty"`
	Why   map[string]*form.Reason `json:"reasons,omitempty"`
	Same  map[string]bool         `json:"same,omitempty"`
	Sign  *form.Sign              `json:"sign,omitempty"`
	// Content replaces everything: for programs that keep the whole paper.
	Content *form.Content `json:"content,omitempty"`
}

// listPatch replaces some rows of a list by others.
type listPatch struct {
	From  int        `json:"from"`
	Count int        `json:"count"`
	Rows  []form.Row `json:"rows"`
}

func readPatch(r io.Reader) (patch, error) {
	var p patch
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("draft: %w: %w", err, fault.Invalid)
	}
	return p, nil
}

// apply lays the patch over what the paper holds. The paper stays as it is.
func (p patch) apply(paper *form.Paper) (form.Content, error) {
	if p.Content != nil {
		return *p.Content, nil
	}
	c := paper.Content
	c.Cells, c.Lists, c.Reasons = clone(c.Cells), clone(c.Lists), clone(c.Reasons)
	c.Same = slices.Clone(c.Same)
	for k, v := range p.Cells {
		switch {
		case !has(paper, k):
			return c, fmt.Errorf("cell %q is not on this paper: %w", k, fault.Invalid)
		case v == nil:
			delete(c.Cells, k)
		default:
			c.Cells[k] = *v
		}
	}
	for id, l := range p.Lists {
		if !slices.ContainsFunc(paper.Lists, func(x form.List) bool { return x.List.ID == id }) {
			return c, fmt.Errorf("list %q is not on this paper: %w", id, fault.Invalid)
		}
		rows, err := l.over(shownRows(paper, id))
		if err != nil {
			return c, fmt.Errorf("list %s: %w", id, err)
		}
		c.Lists[id] = rows
	}
	for k, v := range p.Why {
		if v == nil || v.Code == "" && v.Text == "" {
			delete(c.Reasons, k)
		} else {
			c.Reasons[k] = *v
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.Same)) {
		at := slices.Index(c.Same, id)
		if on := p.Same[id]; on && at < 0 {
			c.Same = append(c.Same, id)
		} else if !on && at >= 0 {
			c.Same = slices.Delete(c.Same, at, at+1)
		}
	}
	if p.Sign != nil {
		c.Sign = *p.Sign
	}
	return c, nil
}

func has(p *form.Paper, key string) bool {
	k, ok := form.ParseKey(key)
	return ok && p.Has(k)
}

func clone[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m))
	maps.Copy(out, m)
	return out
}

// over gives the rows with some of them replaced; empty rows are left out.
func (l listPatch) over(rows []form.Row) ([]form.Row, error) {
	if l.From < 0 || l.Count < 0 || l.From > len(rows) || l.From+l.Count > len(rows) {
		return nil, fmt.Errorf("rows %d to %d of %d: %w", l.From, l.From+l.Count, len(rows), fault.Invalid)
	}
	out := slices.Clone(rows[:l.From])
	for _, row := range l.Rows {
		if row.Part == "" && !slices.ContainsFunc(slices.Collect(maps.Values(row.Cells)), func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		out = append(out, row)
	}
	return append(out, rows[l.From+l.Count:]...), nil
}

// keysOf are the cells of a field.
func keysOf(p *form.Paper, f *form.Field) []form.Key {
	var out []form.Key
	for _, part := range p.PartsOf(f) {
		out = append(out, form.Key{Part: part, Field: f.ID})
	}
	return out
}

// posted reads a patch from the fields of a plain form. A cell that shows what is
// known and was left alone is not an answer, unless its group was confirmed.
func (r *request) posted(paper *form.Paper, v url.Values) (patch, error) {
	rev, err := strconv.Atoi(v.Get("rev"))
	if err != nil {
		return patch{}, fmt.Errorf("rev %q: %w", v.Get("rev"), fault.Invalid)
	}
	p := patch{Rev: rev, Cells: map[string]*string{}, Lists: map[string]listPatch{}, Why: map[string]*form.Reason{}, Same: map[string]bool{}}
	var base map[string]string // what the page showed; a program's form has none
	if b := v.Get("base"); b != "" {
		if err := json.Unmarshal([]byte(b), &base); err != nil {
			return p, fmt.Errorf("base: %w: %w", err, fault.Invalid)
		}
	}
	for _, g := range v["group"] { // the groups that the page showed
		if g != "" {
			p.Same[g] = slices.Contains(v["same"], g)
		}
	}
	for i := range paper.Fields {
		f := &paper.Fields[i]
		sure := slices.Contains(v["confirm"], f.Element.Group)
		for _, k := range keysOf(paper, f) {
			name := "cell:" + k.String()
			if !v.Has(name) {
				continue
			}
			got := strings.TrimSpace(v.Get(name))
			if base != nil && got == base[k.String()] && !sure {
				continue
			}
			text, origin := paper.Shown(k)
			if origin == form.FromCells || got == r.shownChoice(f.Element, text) && (origin != form.FromKnown || !sure) {
				continue
			}
			p.Cells[k.String()] = &got
		}
	}
	for _, l := range paper.Lists {
		if lp, changed := r.postedList(paper, l, v); changed {
			p.Lists[l.List.ID] = lp
		}
	}
	for name := range v {
		if key, ok := strings.CutPrefix(name, "why:"); ok {
			p.Why[key] = &form.Reason{Code: v.Get(name), Text: strings.TrimSpace(v.Get("whytext:" + key))}
		}
	}
	if v.Has("sign.filler") {
		p.Sign = &form.Sign{Filler: v.Get("sign.filler"), Phone: v.Get("sign.phone"), Reviewer: v.Get("sign.reviewer"), Head: v.Get("sign.head"), At: paper.Content.Sign.At}
		if s := paper.Content.Sign; p.Sign.Filler != s.Filler || p.Sign.Phone != s.Phone || p.Sign.Reviewer != s.Reviewer || p.Sign.Head != s.Head {
			p.Sign.At = time.Now().UTC()
		}
	}
	return p, nil
}

func (r *request) postedList(paper *form.Paper, l form.List, v url.Values) (listPatch, bool) {
	id := l.List.ID
	from, err1 := strconv.Atoi(v.Get("from:" + id))
	n, err2 := strconv.Atoi(v.Get("count:" + id))
	shown, err3 := strconv.Atoi(v.Get("shown:" + id))
	if err1 != nil || err2 != nil || err3 != nil || shown > 2000 {
		return listPatch{}, false
	}
	lp := listPatch{From: from, Count: n}
	for i := from; i < from+shown; i++ {
		row := form.Row{Cells: map[string]string{}}
		for _, c := range l.List.Columns {
			if s := strings.TrimSpace(v.Get("row:" + id + ":" + strconv.Itoa(i) + ":" + c.ID)); s != "" {
				row.Cells[c.ID] = s
			}
		}
		if len(row.Cells) > 0 {
			row.Part = r.partOf(paper, v.Get("row:"+id+":"+strconv.Itoa(i)+":"+partCol))
			lp.Rows = append(lp.Rows, row)
		}
	}
	rows := shownRows(paper, id)
	if from < 0 || n < 0 || from+n > len(rows) {
		return lp, true // apply says what is wrong
	}
	sure := slices.Contains(v["confirm"], "list:"+id)
	return lp, sure || !slices.EqualFunc(lp.Rows, rows[from:from+n], func(a, b form.Row) bool {
		return (a.Part == b.Part || a.Part == "" || b.Part == "") && maps.EqualFunc(a.Cells, b.Cells, func(x, y string) bool { return x == y || r.sameChoice(l, x, y) })
	})
}

func (r *request) sameChoice(l form.List, x, y string) bool {
	for _, c := range l.List.Columns {
		if r.shownChoice(c, y) == x {
			return true
		}
	}
	return false
}

// partOf finds a part by its id or its name; what is neither stays as it is, for
// the checks to name.
func (r *request) partOf(p *form.Paper, s string) edu.Stage {
	s = strings.TrimSpace(s)
	for _, part := range p.Parts {
		if s == string(part) || s == r.Stage(part) {
			return part
		}
	}
	if s == "" && len(p.Parts) == 1 {
		return p.Parts[0]
	}
	return edu.Stage(s)
}
