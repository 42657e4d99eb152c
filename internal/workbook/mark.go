// Mark: the same workbook again, with the bad cells red and commented, and a
// list of errors first.

package workbook

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// maxMarks is how many problems are marked and listed; a workbook with more is
// mended in rounds.
const maxMarks = 2000

// maxMarked bounds a workbook that is marked, unpacked: all of it is held as a
// tree meanwhile.
const maxMarked = 128 << 20

const commentAuthor = "Shuren"

// bad is one problem as the list of errors shows it.
type bad struct {
	place    edu.Cell
	unit     form.Unit
	key      string
	rule     string
	text, do edu.Text
	blocking bool
	reason   *form.Reason
}

// Mark writes the workbook that was read back with what is wrong marked in it;
// whatever else stands in it stays. What was marked before and is good now is
// unmarked. A file that was not read as a workbook of ours cannot be marked.
func Mark(w io.Writer, original io.ReaderAt, size int64, r *Reading, papers []*form.Paper, lang string) error {
	for _, p := range r.Problems {
		if p.Rule == RuleFile || p.Rule == RuleForeign {
			return fmt.Errorf("mark %s: %s: %w", r.File, p.Text.EN, fault.Invalid)
		}
	}
	f, err := excelize.OpenReader(io.NewSectionReader(original, 0, size), excelize.Options{UnzipSizeLimit: maxMarked, UnzipXMLSizeLimit: maxMarked})
	if err != nil {
		return fmt.Errorf("mark %s: %w: %w", r.File, err, fault.Invalid)
	}
	defer f.Close()
	m := &marker{file: f, lang: "zh", reading: r, styles: map[recoloured]int{}}
	if lang == "en" {
		m.lang = "en"
	}
	if err := m.clear(); err != nil {
		return fmt.Errorf("mark %s: %w", r.File, err)
	}
	if all := r.bad(); len(all) > 0 {
		if err := m.mark(all, papers); err != nil {
			return fmt.Errorf("mark %s: %w", r.File, err)
		}
	}
	_, err = f.WriteTo(w)
	return err
}

// bad lists all problems with their places, those that block first.
func (r *Reading) bad() []bad {
	var out []bad
	for _, p := range r.Problems {
		out = append(out, bad{place: p.Cell, rule: p.Rule, text: p.Text, do: p.Do, blocking: p.Blocking})
	}
	for i := range r.Units {
		u := &r.Units[i]
		for _, p := range u.Problems {
			out = append(out, bad{place: r.Place(u, p), unit: u.Unit, key: p.Key, rule: p.Rule, text: p.Text, do: p.Do, blocking: p.Blocking, reason: p.Reason})
		}
	}
	slices.SortStableFunc(out, func(a, b bad) int {
		switch {
		case a.blocking == b.blocking:
			return 0
		case a.blocking:
			return -1
		}
		return 1
	})
	return out
}

// Place is where a problem of a unit stands in the file; what has no place of
// its own has an empty one.
func (r *Reading) Place(u *Filled, p form.Problem) edu.Cell {
	for _, k := range p.Cells {
		if x, ok := u.cells[k]; ok {
			x.at.File = r.File
			return x.at
		}
	}
	if l, ok := r.lists[p.List]; ok {
		at := edu.Cell{File: r.File, Sheet: l.sheet, Column: l.columns[p.Column], Row: l.first}
		if rows := u.Content.Lists[p.List]; p.Row >= 0 && p.Row < len(rows) && p.Column != "" {
			at.Row = rows[p.Row].Cite.Row
		} else {
			at.Column = ""
		}
		return at
	}
	if no, ok := strings.CutPrefix(p.Key, form.RuleSign+"@"); ok {
		if i, err := strconv.Atoi(no); err == nil && i >= 0 && i < len(r.signs[u.Unit.ID]) {
			return r.signs[u.Unit.ID][i]
		}
	}
	return edu.Cell{File: r.File}
}

// marker marks one workbook.
type marker struct {
	file    *excelize.File
	lang    string
	reading *Reading
	styles  map[recoloured]int
	was     map[string]string // cell -> its colour before it was red
	users   map[string]map[string]bool
}

func (m *marker) say(t edu.Text) string { return t.In(m.lang) }

// clear takes the marks of the last time away: its list says which they are.
func (m *marker) clear() error {
	m.was, m.users = map[string]string{}, map[string]map[string]bool{}
	var ours [][2]string
	for _, s := range m.file.GetSheetList() {
		comments, err := m.file.GetComments(s)
		if err != nil {
			return err
		}
		m.users[s] = map[string]bool{}
		for _, c := range comments {
			if !strings.HasPrefix(strings.TrimPrefix(commentText(c), commentAuthor+":\n"), markOpen) {
				m.users[s][c.Cell] = true
				continue
			}
			if err := m.file.DeleteComment(s, c.Cell); err != nil {
				return err
			}
			ours = append(ours, [2]string{s, c.Cell})
		}
	}
	if err := m.clearList(); err != nil {
		return err
	}
	for _, c := range ours { // the list is gone, and with it the colour from before
		if m.was[c[0]+"!"+c[1]] == "" && c[0] != errorSheet {
			if _, err := m.recolour(c[0], c[1], ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// clearList gives cells the colours back that the list remembers, and takes the
// list away.
func (m *marker) clearList() error {
	i, err := m.file.GetSheetIndex(errorSheet)
	if err != nil || i < 0 {
		return err
	}
	rows, err := m.file.GetRows(errorSheet)
	if err != nil {
		return err
	}
	sheets := m.file.GetSheetList()
	for _, r := range rows {
		if len(r) == 0 {
			continue
		}
		v := parseID(r[0])
		s, cell := v.Get("sheet"), v.Get("cell")
		if !v.Has("fill") || !slices.Contains(sheets, s) || m.was[s+"!"+cell] != "" {
			continue
		}
		if _, _, err := excelize.CellNameToCoordinates(cell); err != nil {
			continue
		}
		m.was[s+"!"+cell] = "x"
		if _, err := m.recolour(s, cell, v.Get("fill")); err != nil {
			return err
		}
	}
	return m.file.DeleteSheet(errorSheet)
}

// markOpen begins every comment of ours.
const markOpen = "【"

func commentText(c excelize.Comment) string {
	if c.Text != "" {
		return c.Text
	}
	var b strings.Builder
	for _, p := range c.Paragraph {
		b.WriteString(p.Text)
	}
	return b.String()
}

// mark reddens and comments the cells and writes the list.
func (m *marker) mark(all []bad, papers []*form.Paper) error {
	sheets := m.file.GetSheetList()
	fills := make([]string, len(all))
	marked := map[string][]int{}
	var order []string
	for i, b := range all {
		if i == maxMarks {
			break
		}
		if b.place.Column == "" || b.place.Row == 0 || !slices.Contains(sheets, b.place.Sheet) {
			continue
		}
		cell := b.place.Column + strconv.Itoa(b.place.Row)
		key := b.place.Sheet + "!" + cell
		if len(marked[key]) == 0 {
			before, err := m.recolour(b.place.Sheet, cell, lightRed)
			if err != nil {
				return err
			}
			fills[i] = "#" + before
			order = append(order, key)
		}
		marked[key] = append(marked[key], i)
	}
	for _, key := range order {
		b := all[marked[key][0]]
		cell := b.place.Column + strconv.Itoa(b.place.Row)
		if m.users[b.place.Sheet][cell] {
			continue // somebody's own comment stays; the list says what is wrong
		}
		var said []string
		for _, i := range marked[key] {
			said = append(said, m.kind(all[i])+m.say(all[i].text)+m.end()+m.say(all[i].do))
		}
		if err := m.file.AddComment(b.place.Sheet, excelize.Comment{Author: commentAuthor, Cell: cell, Text: shorten(strings.Join(said, "\n"), 1000), Width: 320, Height: uint(30 + 34*len(said))}); err != nil {
			return err
		}
	}
	return m.list(all, fills, papers)
}

func (m *marker) end() string {
	if m.lang == "en" {
		return ". "
	}
	return "。"
}

// kind says whether it must be mended or explained.
func (m *marker) kind(b bad) string {
	switch {
	case b.blocking && m.lang == "en":
		return "【mend】"
	case b.blocking:
		return "【必改】"
	case m.lang == "en":
		return "【note】"
	case b.key == "":
		return "【提示】"
	}
	return "【需说明】"
}
