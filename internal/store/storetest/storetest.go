// Package storetest is the conformance suite of the store. Every database that
// the store runs on passes it.
//
// The suite opens and reopens databases itself, from a second process too, so a
// database is given as a maker of data source names.
package storetest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// Begun is a database with its tables. Most of the suite begins with one: to make
// them takes longer than most tests.
var Begun = testkit.Prepared{Fill: func(dsn string) error {
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	return s.Close()
}}

// Run runs the suite. empty makes the name of a new, empty database and begun that of
// one with its tables; both are removed when the test ends.
func Run(t *testing.T, empty, begun func(t testing.TB) string) {
	t.Run("programs that start together", func(t *testing.T) { together(t, empty(t)) })
	for _, tt := range []struct {
		name string
		test func(t *testing.T, dsn string)
	}{
		{"zero scope sees nothing", zeroScope},
		{"county scope sees its county", countyScope},
		{"provenance round trip", roundTrip},
		{"any table round trip", anyTable},
		{"revisions are only added", revisions},
		{"a newer submission replaces column by column", columns},
		{"lists are replaced as a whole", lists},
		{"complete submission withdraws", complete},
		{"sending twice does no harm", idempotent},
		{"refused at the door", door},
		{"what is no text", noText},
		{"a batch appears at once", batch},
		{"a failed import leaves nothing", failed},
		{"units over time", units},
		{"registered units", registered},
		{"schools are found again", schools},
		{"snapshots, packs and facts", kept},
		{"messages of an account", messages},
		{"the outbox", outbox},
		{"one holder of a lease", leases},
		{"the city's calendar", calendar},
		{"accounts", accounts},
		{"accounts of a part of the tree", accountScope},
		{"changes of an account at once", accountRace},
		{"sessions", sessions},
		{"keys of the API", tokens},
		{"failures in a row", failures},
		{"the audit log", auditLog},
		{"changes of units", unitChanges},
		{"links between schools", schoolLinks},
		{"saved views", savedViews},
		{"imports of registers", registerRuns},
		{"imports of registers that were being dropped", registersTaken},
		{"rows of registers that differ", registerDigests},
		{"pupils by class", classCounts},
		{"corrections of a register", registerHistory},
		{"drills", drills},
		{"incidents", incidents},
		{"two programs on one database", twoStores},
		{"readers during an import", readers},
		{"killed in the middle", killed},
		{"handing in is whole or nothing", filings},
		{"many hand in at once", filingsAtOnce},
		{"what is taken back counts no longer", takenBack},
		{"issues, lists and switches", collection},
		{"forms that count together", formsTogether},
		{"what is changed for many is logged with it", loggedWith},
		{"value-added runs", valueAdded},
		{"a county's recognition", progress},
		{"a county's evidence", evidence},
		{"changes of the city's own pack", proposals},
		{"documents and their history", documents},
		{"documents of the gallery", reports},
		{"evidence files", evidenceFiles},
		{"calendars and digests of to-dos", feeds},
		{"tasks and their acts", tasks},
		{"who sees a task", taskViews},
		{"lists of tasks", taskFilters},
		{"many act on a task at once", tasksAtOnce},
		{"killed in the middle of an act", tasksKilled},
		{"evidence files", evidenceFiles},
		{"documents that are kept together", documentsTogether},
		{"a document and the tasks that follow from it", documentWithTasks},
		{"cases of dropout prevention", cases},
		{"evidence of cases", caseFiles},
		{"who sees a case", caseViews},
		{"what reports of cases count", caseCells},
		{"what a comparison of lists wrote", comparedLines},
		{"attendance and zero reports", attendance},
		{"what early warning reads", warned},
		{"a child of another list, on the register", taught},
		{"inspections of schools", inspections},
		{"the ledger of hazards", hazards},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, begun(t)) })
	}
}

// Main is the TestMain of a package that calls Run: it lets the test binary be
// the other processes, such as the one that is killed in the middle of an
// import.
func Main(m *testing.M) {
	if dsn := os.Getenv(childEnv); dsn != "" {
		if err := runChild(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(testkit.Main(m))
}

var (
	all    = store.Whole(store.Editor)
	reader = store.Whole(store.Reader)
	year   = edu.Year(2025)
)

func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func submission(id string, p edu.Period) store.Submission {
	return store.Submission{ID: id, Form: "basic", Period: p, Title: "title of " + id, File: id + ".xlsx", Hash: store.HashOf([]byte(id)), By: "clerk",
		At: time.Date(2025, 10, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(len(id)) * time.Minute)}
}

func put(t testing.TB, s *store.Store, sub store.Submission, tables ...*frame.Table) store.Revision {
	t.Helper()
	rev, err := s.Import(context.Background(), all, sub, tables)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func read(t testing.TB, s *store.Store, sc store.Scope, q store.Query) []*frame.Table {
	t.Helper()
	tables, err := s.Tables(context.Background(), sc, q)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// row is one record of a test table.
type row struct {
	key, name, stage string
	path             map[edu.Level][2]string // code and name
	cells            map[string]float64
	texts            map[string]string
}

// table makes a frame table of rows. All rows have the columns of the first.
func table(level edu.Level, list string, rows ...row) *frame.Table {
	t := &frame.Table{Level: level, List: list, File: "book.xlsx", Sheet: "sheet" + list, N: len(rows), Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}
	column := func(f func(r row) string) *frame.Strings {
		s := &frame.Strings{Dict: []string{""}}
		for _, r := range rows {
			s.Dict = append(s.Dict, f(r))
			s.Code = append(s.Code, uint32(len(s.Dict)-1))
		}
		return s
	}
	t.Key = column(func(r row) string { return r.key })
	t.Name = column(func(r row) string { return r.name })
	if level == edu.Section {
		t.Stage = column(func(r row) string { return r.stage })
	}
	for i, r := range rows {
		t.Rows = append(t.Rows, int32(i+5))
		for l := range r.path {
			t.Path[l] = column(func(r row) string { return r.path[l][0] })
			t.PathName[l] = column(func(r row) string { return r.path[l][1] })
		}
		for id := range rows[0].cells {
			f, ok := r.cells[id]
			if !ok {
				f = edu.Missing()
			}
			t.Cols[id] = append(t.Cols[id], f)
			t.Heads[id] = frame.Head{Column: "D", Header: "表头 " + id, FilledIn: "10000 yuan"}
		}
	}
	for id := range rows[0].texts {
		if t.Texts == nil {
			t.Texts = map[string]*frame.Strings{}
		}
		t.Texts[id] = column(func(r row) string { return r.texts[id] })
		t.Heads[id] = frame.Head{Column: "E", Header: "佐证 " + id}
	}
	return t
}

// in is the path of a school of a county and a township.
func in(county, town string) map[edu.Level][2]string {
	return map[edu.Level][2]string{edu.County: {county, "县" + county}, edu.Township: {county + town, "镇" + town}}
}

// section is a section with some cells, given as name, value, name, value.
func section(key, stage string, path map[edu.Level][2]string, cells ...any) row {
	r := row{key: key, name: "校" + key, stage: stage, path: path, cells: map[string]float64{}}
	for i := 0; i < len(cells); i += 2 {
		switch v := cells[i+1].(type) {
		case int:
			r.cells[cells[i].(string)] = float64(v)
		case float64:
			r.cells[cells[i].(string)] = v
		case string:
			if r.texts == nil {
				r.texts = map[string]string{}
			}
			r.texts[cells[i].(string)] = v
		}
	}
	return r
}

// figures lists everything that tables say, one line a figure, for comparison.
func figures(tables []*frame.Table) map[string]string {
	out := map[string]string{}
	for _, t := range tables {
		for i := range t.N {
			at := fmt.Sprintf("%s %s%s", t.Key.At(i), t.Stage.At(i), t.List)
			if t.List != "" {
				at += fmt.Sprintf(" row %d", t.Rows[i])
			}
			for id, col := range t.Cols {
				if v := edu.FromFloat(col[i]); !v.IsMissing() {
					out[at+" "+id] = v.String()
				}
			}
			for id, s := range t.Texts {
				if s.At(i) != "" {
					out[at+" text "+id] = s.At(i)
				}
			}
		}
	}
	return out
}
