// What became of an import of a register, and how far one is.

package web

import (
	"fmt"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/store"
)

// runBlock is one import: how far it is, or what became of the file.
type runBlock struct {
	No       int
	Running  bool
	Stops    bool // it runs in this server
	Percent  int
	Broken   bool // the same file goes on with it
	Lamp     Lamp
	Says     string
	Lacks    string
	Unread   string
	Problems Table
	All      string // address of the workbook with the problems
}

// problemsShown is how many problems a page lists; the workbook has all that are kept.
const problemsShown = 100

// importShown is the import that is asked for, or else the one that is under way or was
// broken off.
func importShown(runs []flow.RegisterReceipt, kind store.PersonKind, asked int) (flow.RegisterReceipt, bool) {
	for _, x := range runs {
		if x.Kind == kind && (x.Run == asked || asked == 0 && x.State == store.RunWrites) {
			return x, true
		}
	}
	return flow.RegisterReceipt{}, false
}

// runBlock says what became of an import. at is how far the last one is that the
// reader's part began on a page.
func (s *Server) runBlock(r *request, x flow.RegisterReceipt, at flow.Importing) (b runBlock) {
	if at.No != x.Run {
		at = flow.Importing{}
	}
	b.No, b.Lamp = x.Run, Lamp{Tone: runTones[x.State], Word: r.runName(x)}
	switch x.State {
	case store.RunDone:
		b.Says = r.T("register.receipt", x.Rows, x.New+x.Moved, x.Changed, x.Same, x.Skipped)
		if x.Ended > 0 {
			b.Says += r.T("register.receipt.ended", x.Ended)
		}
	case store.RunRefused:
		b.Says = r.T("register.refused", x.Blocking)
		if x.Blocking == 0 {
			b.Says = r.T("register.unread")
		}
		if at.State == flow.MakingFailed {
			b.Says = r.Text(at.Why)
		}
	case store.RunDropped:
		b.Says = r.T("register.dropped")
	default:
		s.runUnderWay(r, &b, x, at)
	}
	var lacks []string
	for _, f := range x.Lacks {
		lacks = append(lacks, register.FieldName(f).In(r.Lang()))
	}
	b.Lacks = strings.Join(lacks, r.T("register.and"))
	if len(x.Unread) > 0 {
		b.Unread = r.T("register.unreadcolumns", strings.Join(x.Unread, r.T("register.and")))
	}
	list := x.Problems
	if r.query.Get("as") != "xlsx" {
		list = list[:min(len(list), problemsShown)]
	}
	b.Problems = r.problemTable(list)
	if x.Found > len(list) {
		b.Problems.Caption = r.T("register.problems.first", len(list), x.Found)
	}
	if x.Found > 0 {
		b.All = r.here("run", strconv.Itoa(x.Run), "as", "xlsx")
	}
	return b
}

func (s *Server) runUnderWay(r *request, b *runBlock, x flow.RegisterReceipt, at flow.Importing) {
	switch {
	case x.Goes:
		b.Running, b.Percent, b.Says = at.State == flow.MakingNow, 100, r.T("register.goes")
	case at.State == flow.MakingNow:
		b.Running, b.Stops, b.Percent = true, at.Step != (edu.Text{}), int(100*at.Share)
		if b.Says = r.Text(at.Step); b.Says == "" {
			b.Says = r.T("register.run.writes")
		}
		b.Says = r.T("register.running", b.Says, x.Rows)
	case at.State == "" && s.now().Sub(x.Touched) < flow.ImportSilent:
		b.Running, b.Says = true, r.T("register.running.elsewhere", x.Rows) // a command's
		if x.Total > 0 {
			b.Percent = int(100 * x.Done / x.Total)
		}
	default:
		b.Broken, b.Lamp.Word = true, r.T("register.run.broken")
		b.Says = r.T("register.broken", x.Rows)
		switch at.State {
		case flow.MakingFailed:
			b.Says = r.T("register.broken.failed", r.Text(at.Why)) + b.Says
		case flow.MakingCut:
			b.Says = r.T("register.broken.cut") + b.Says
		}
	}
}

func (r *request) problemTable(list []register.Problem) Table {
	t := Table{ID: "problems", Caption: r.T("register.problems"), Sheet: r.T("register.problems"), Show: true, Cols: []Col{{Label: r.T("register.row"), Num: true}, {Label: r.T("register.column")}, {Label: r.T("register.must")}, {Label: r.T("register.what"), Wrap: true}, {Label: r.T("register.foundthere")}}}
	for _, q := range list {
		must := ""
		if q.Blocking {
			must = "■"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: strconv.Itoa(q.Row), Value: float64(q.Row), Number: true}, {Text: register.FieldName(q.Field).In(r.Lang())}, {Text: must}, {Text: r.Text(q.Why)}, {Text: q.Found}}})
	}
	return t
}

var runTones = map[store.RunState]chart.Tone{store.RunDone: chart.Good, store.RunWrites: chart.Near, store.RunRefused: chart.Bad, store.RunDropped: chart.Open}

// runTable lists imports: whoever looks while one runs sees how far it is.
func (s *Server) runTable(r *request, runs []flow.RegisterReceipt, kind store.PersonKind) Table {
	t := Table{ID: "runs", Caption: r.T("register.runs"), Empty: r.T("register.runs.none"), Cols: []Col{{Label: r.T("register.began")}, {Label: r.T("year")}, {Label: r.T("unit"), Wrap: true}, {Label: r.T("status")}, {Label: r.T("register.rows"), Num: true}, {Label: r.T("register.fresh"), Num: true}, {Label: r.T("register.changed"), Num: true}, {Label: r.T("register.problems"), Num: true}}}
	if kind == store.AChild {
		t.Cols = append(t.Cols, Col{Label: r.T("register.list")})
	}
	_, base := registerOf(r)
	for _, x := range runs {
		if x.Kind != kind {
			continue
		}
		n := func(v int) Cell { return Cell{Text: strconv.Itoa(v), Value: float64(v), Number: true} }
		counts := func(v int) Cell { // of what was refused or dropped nothing counts
			if x.State == store.RunRefused || x.State == store.RunDropped || x.Goes {
				return Cell{Text: "–"}
			}
			return n(v)
		}
		row := Row{Cells: []Cell{{Text: r.Minute(x.Began.In(collect.China)), Href: base + "/import?run=" + strconv.Itoa(x.Run)}, {Text: edu.Year(x.Year).Label()}, {Text: s.unitLabel(r, x.Unit)}, {Lamp: &Lamp{Tone: runTones[x.State], Word: r.runName(x)}, Small: r.progressText(x)},
			n(x.Rows), counts(x.New + x.Moved), counts(x.Changed), n(x.Found)}}
		if kind == store.AChild {
			row.Cells = append(row.Cells, Cell{Text: r.Text(register.Words(register.Lists, string(x.List)))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// runName is what became of an import, in words.
func (r *request) runName(x flow.RegisterReceipt) string {
	switch {
	case x.Goes:
		return r.T("register.run.goes")
	case x.State == store.RunDone:
		return r.T("register.run.done")
	case x.State == store.RunRefused:
		return r.T("register.run.refused")
	case x.State == store.RunDropped:
		return r.T("register.run.dropped")
	default:
		return r.T("register.run.writes")
	}
}

func (r *request) progressText(x flow.RegisterReceipt) string {
	if x.State != store.RunWrites || x.Goes || x.Total <= 0 {
		return ""
	}
	return fmt.Sprintf("%d%%", min(x.Done*100/x.Total, 100))
}
