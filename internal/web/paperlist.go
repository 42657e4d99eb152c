package web

import (
	"strconv"

	"shuren/internal/chart"
	"shuren/internal/form"
)

// listView is a list of a paper as a sheet of rows: the class list.
type listView struct {
	ID      string
	Name    string
	Cols    []listCol
	Rows    []listRow
	From    int // number of the first row shown, from 0
	Total   int
	Found   string
	Source  string
	Pre     bool // the rows are known from elsewhere and not confirmed
	Prior   string
	Pages   []Choice
	Spare   int // empty rows at the end, for whoever works without script
	Problem []string
}

// Count is how many of the shown rows are saved ones.
func (l listView) Count() int { return len(l.Rows) - l.Spare }

type listCol struct {
	ID     string
	Name   string
	Unit   string
	Must   bool
	Number bool
	Local  bool
	List   string
}

type listRow struct {
	No    int // from 0, over the whole list
	Cells []listCell
}

// Nth is the number of the row as people count.
func (l listRow) Nth() int { return l.No + 1 }

type listCell struct {
	Col   listCol
	Value string
	Error string
}

// partCol is the column of a row's section, where a school has several.
const partCol = "part"

// spareRows is how many empty rows follow a list.
const spareRows = 3

func (r *request) lists(p *form.Paper, problems []form.Problem, budget int, strict bool) []listView {
	var out []listView
	for i, l := range p.Lists {
		v := listView{ID: l.List.ID, Name: r.Text(l.List.Name), Spare: spareRows}
		rows, origin := p.ShownRows(l.List.ID)
		v.Pre = origin == form.FromKnown
		v.Source = r.Text(l.Source)
		v.Total = len(rows)
		if n := len(l.Prior); n > 0 {
			v.Prior = r.T("paper.list.prior", n)
		}
		if len(p.Parts) > 1 {
			v.Cols = append(v.Cols, listCol{ID: partCol, Name: r.T("stage"), Must: true, Local: true, List: "dl-part"})
		}
		for _, e := range l.List.Columns {
			v.Cols = append(v.Cols, listCol{ID: e.ID, Name: r.Text(e.Name), Unit: r.uomIn(p.Pack, e), Must: e.Required, Number: numeric(e), Local: true, List: choiceList(e)})
		}
		row := 2*len(v.Cols) + 4 // elements of a row
		per := max(8, budget/max(1, len(p.Lists)-i)/row-spareRows)
		budget -= (min(per, len(rows)) + spareRows) * row
		page := r.number(l.List.ID)
		pages := max(1, (len(rows)+per-1)/per)
		page = min(page, pages-1)
		v.From = page * per
		hi := min(v.From+per, len(rows))
		for n := range pages {
			if pages > 1 {
				v.Pages = append(v.Pages, Choice{Link{strconv.Itoa(n + 1), r.here(l.List.ID, strconv.Itoa(n+1)) + "#l-" + l.List.ID}, n == page})
			}
		}
		v.Found = r.T("paper.list.rows", v.Total)
		if pages > 1 {
			v.Found = r.T("paper.list.some", v.Total, v.From+1, hi)
		}
		v.Problem = r.listProblems(l.List.ID, problems, strict)
		wrong := map[string]string{}
		for _, q := range problems {
			if q.List == l.List.ID && q.Column != "" && q.Row >= 0 {
				wrong[strconv.Itoa(q.Row)+":"+q.Column] = r.Text(q.Text)
			}
		}
		for i := v.From; i < hi; i++ {
			v.Rows = append(v.Rows, r.listRow(l, v.Cols, rows[i], i, wrong))
		}
		if page == pages-1 {
			for i := range spareRows {
				v.Rows = append(v.Rows, r.listRow(l, v.Cols, form.Row{}, hi+i, wrong))
			}
		} else {
			v.Spare = 0
		}
		out = append(out, v)
	}
	return out
}

func (r *request) listRow(l form.List, cols []listCol, row form.Row, no int, wrong map[string]string) listRow {
	out := listRow{No: no}
	for _, c := range cols {
		cell := listCell{Col: c, Value: row.Cells[c.ID], Error: wrong[strconv.Itoa(no)+":"+c.ID]}
		if c.ID == partCol && row.Part != "" {
			cell.Value = r.Stage(row.Part)
		}
		for _, e := range l.List.Columns {
			if e.ID == c.ID {
				cell.Value = r.shownChoice(e, cell.Value)
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

func (r *request) listProblems(id string, problems []form.Problem, strict bool) []string {
	var out []string
	for _, q := range problems {
		if q.List == id && q.Column == "" && (strict || !unfinished(&q)) {
			out = append(out, r.Text(q.Text))
		}
	}
	return out
}

// number reads a page number from the query, from 1 on; it gives it from 0.
func (r *request) number(key string) int {
	n, err := strconv.Atoi(r.query.Get(key))
	if err != nil || n < 1 {
		return 0
	}
	return n - 1
}

// thin is a typed figure as people read it, or the text as it is.
func thin(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return chart.Number(v, digits(v))
}
