package flow_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/workbook"
)

// own is a county's own workbook: a title, its own headers, its own order.
func own(t *testing.T, title string, head []string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	set := func(row int, cells []any) {
		at, _ := excelize.CoordinatesToCellName(1, row)
		if err := f.SetSheetRow("Sheet1", at, &cells); err != nil {
			t.Fatal(err)
		}
	}
	set(1, []any{title})
	var h []any
	for _, s := range head {
		h = append(h, s)
	}
	set(2, h)
	for i, r := range rows {
		set(3+i, r)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var ownHead = []string{"校名", "学段", "住校生人数（不含走读）", "图书室藏书", "教学用房面积合计"}

var ownMeans = map[string]string{"校名": "name", "学段": "stage", "住校生人数（不含走读）": "boarders", "图书室藏书": "", "教学用房面积合计": "area_teaching"}

func look(o *office, d *flow.Desk, body []byte) *collect.Foreign {
	o.t.Helper()
	f, err := d.Look(o.ctx, "本县统计.xlsx", bytes.NewReader(body), int64(len(body)))
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

func take(o *office, d *flow.Desk, is collect.Issue, body []byte, means map[string]string) (*collect.Taken, error) {
	return d.Take(o.ctx, "本县统计.xlsx", bytes.NewReader(body), int64(len(body)), collect.Mapping{Issue: is.ID, Columns: map[string]map[string]string{"Sheet1": means}})
}

// A county's own workbook, matched once, becomes drafts of its schools' papers:
// each figure with the cell that it stood in. The next file with the same head
// needs no matching, whatever order its columns are in.
func TestCountysOwnWorkbook(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t.(*testing.T)
		is := o.issue()
		clerk := o.as(auth.CountyClerk, o.county.ID)
		a, b := o.school(is.ID, 1, 0), o.school(is.ID, 1, 1)
		stage := func(p collect.Place) (edu.Stage, string) {
			paper, _, _, err := o.section().Paper(o.ctx, is.ID, p.Unit)
			if err != nil {
				t.Fatal(err)
			}
			return paper.Parts[0], strings.TrimSuffix(form.StageName(paper.Parts[0]).ZH, "段")
		}
		sa, wa := stage(a)
		_, wb := stage(b)
		kept := form.Content{Cells: map[string]string{string(sa) + "/funds_budget": "12"}}
		if _, err := o.as(auth.SchoolClerk, a.Unit).Save(o.ctx, is.ID, a.Unit, 0, kept); err != nil {
			t.Fatal(err)
		}
		body := own(t, "2025年统计", ownHead, []any{a.Name.ZH, wa, 12, 3000, 2345.5}, []any{b.Name.ZH, wb, 0, 100, 999})
		seen := look(o, clerk, body)
		if seen.Ready || len(seen.Issues) != 1 || seen.Issues[0].ID != is.ID || len(seen.Sheets) != 1 || seen.Sheets[0].Head != 2 {
			t.Fatalf("seen as %+v", seen)
		}
		got, err := take(o, clerk, is, body, ownMeans)
		if err != nil || got.Units != 2 || got.Values != 4 || got.Left != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, d := range got.Drafts {
			if d.Filing.State != collect.Draft || len(d.Problems) == 0 || d.Values != 2 {
				t.Errorf("%s: %+v with %d problems", d.Unit.Name.ZH, d.Filing, len(d.Problems))
			}
		}
		p, f, _, err := o.as(auth.SchoolClerk, a.Unit).Paper(o.ctx, is.ID, a.Unit)
		if err != nil || f.Rev != 2 || f.Handed != 0 {
			t.Fatalf("%+v, %v", f, err)
		}
		k := form.Key{Part: sa, Field: "boarders"}
		if v, from := p.Value(k); v != edu.Some(12) || from != form.FromTyping {
			t.Errorf("boarders are %v from %v", v, from)
		}
		if c := p.Content.Cites[k.String()]; c.File != "本县统计.xlsx" || c.Row != 3 || c.Column != "C" || c.Header != ownHead[2] {
			t.Errorf("it is cited as %+v", c)
		}
		if v := p.Content.Cells[string(sa)+"/funds_budget"]; v != "12" {
			t.Errorf("what the school typed is %q now", v)
		}
		// The same once more changes nothing.
		if got, err = take(o, clerk, is, body, ownMeans); err != nil || o.now(is, a.Unit).Rev != 2 {
			t.Errorf("again: %+v, %v", got, err)
		}
		// Next month's file, columns moved: everything is matched.
		moved := own(t, "2025年统计（修订）", []string{ownHead[4], ownHead[0], ownHead[1], ownHead[3], ownHead[2]}, []any{1000, b.Name.ZH, wb, 5, 7})
		if seen = look(o, clerk, moved); !seen.Ready || seen.Issue != is.ID || seen.Feed != "" {
			t.Fatalf("the second file: %+v", seen)
		}
		means := map[string]string{}
		for _, c := range seen.Sheets[0].Columns {
			if means[c.Head] = c.Target; !c.Saved || c.Target != ownMeans[c.Head] {
				t.Errorf("column %+v, want %q", c, ownMeans[c.Head])
			}
		}
		if got, err = take(o, clerk, is, moved, means); err != nil || got.Units != 1 || got.Drafts[0].Filing.Rev != 2 {
			t.Errorf("second: %+v, %v", got, err)
		}
		// Another county's people do not see what was matched here.
		if seen := look(o, o.as(auth.CountyClerk, "YX-HL"), moved); seen.Ready {
			t.Error("another county uses the mapping")
		}
	})
}

// All schools of such a file are saved, or none; every problem has its cell.
func TestOwnWorkbookAllOrNone(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t.(*testing.T)
		is := o.issue()
		clerk := o.as(auth.CountyClerk, o.county.ID)
		a, b := o.school(is.ID, 1, 0), o.school(is.ID, 1, 1)
		word := func(p collect.Place) string {
			paper, _, _, err := o.section().Paper(o.ctx, is.ID, p.Unit)
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimSuffix(form.StageName(paper.Parts[0]).ZH, "段")
		}
		good := []any{a.Name.ZH, word(a), 12, 1, 2345.5}
		for _, tt := range []struct {
			name string
			row  []any
			says string
			row1 int
		}{
			{"a figure in words", []any{b.Name.ZH, word(b), "很多", 1, 999}, "很多", 4},
			{"a school that nobody knows", []any{"无名学校", word(b), 1, 1, 999}, "无名学校", 4},
			{"a school that comes twice", good, "重复", 4},
			{"a stage that nobody knows", []any{b.Name.ZH, "大学", 1, 1, 999}, "大学", 4},
		} {
			body := own(t, "统计", ownHead, good, tt.row)
			got, err := take(o, clerk, is, body, ownMeans)
			if !errors.Is(err, fault.Blocked) {
				t.Errorf("%s: %+v, %v", tt.name, got, err)
				continue
			}
			if !slices.ContainsFunc(got.Problems, func(q workbook.FileProblem) bool {
				return q.Blocking && q.Cell.Row == tt.row1 && strings.Contains(q.Text.ZH, tt.says)
			}) {
				t.Errorf("%s: %+v", tt.name, got.Problems)
			}
			if f := o.now(is, a.Unit); f.Rev != 0 {
				t.Errorf("%s: the good school was saved: %+v", tt.name, f)
			}
		}
		// What was handed in is not overwritten.
		o.handIn(is, b.Unit)
		got, err := take(o, clerk, is, own(t, "统计", ownHead, good, []any{b.Name.ZH, word(b), 3, 1, 1}), ownMeans)
		if !errors.Is(err, fault.Blocked) || o.now(is, a.Unit).Rev != 0 || !strings.Contains(got.Problems[len(got.Problems)-1].Text.ZH, b.Name.ZH) {
			t.Errorf("a school that has handed in: %+v, %v", got, err)
		}
		for name, d := range map[string]*flow.Desk{"a school": o.as(auth.SchoolHead, a.Unit), "the city": o.section()} {
			if _, err := take(o, d, is, own(t, "统计", ownHead, good), ownMeans); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := take(o, o.as(auth.CountyClerk, "YX-HL"), is, own(t, "统计", ownHead, good), ownMeans); !errors.Is(err, fault.Blocked) {
			t.Errorf("another county's clerk: %v", err)
		}
		if err := o.section().CloseIssue(o.ctx, is.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := take(o, clerk, is, own(t, "统计", ownHead, good), ownMeans); !errors.Is(err, fault.Conflict) {
			t.Errorf("a closed issue: %v", err)
		}
	})
}

// Names in traditional characters or with bracketed pinyin find their school; the
// cell keeps what was written, and nobody is renamed by it.
func TestForeignNamesAreCleanedAndKept(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	clerk := o.as(auth.CountyClerk, o.county.ID)
	place := o.school(is.ID, 1, 0)
	paper, _, _, err := o.section().Paper(o.ctx, is.ID, place.Unit)
	if err != nil {
		t.Fatal(err)
	}
	word := form.StageName(paper.Parts[0]).ZH
	strange := strings.NewReplacer("学", "學(xué)", "县", "縣").Replace(place.Name.ZH)
	if strange == place.Name.ZH {
		t.Fatalf("%s has no character to write otherwise", strange)
	}
	body := own(t, "统计", ownHead, []any{strange, strings.TrimSuffix(word, "段"), 12, 3000, 2345.5})
	got, err := take(o, clerk, is, body, ownMeans)
	if err != nil || got.Units != 1 || got.Drafts[0].Unit.ID != place.Unit {
		t.Fatalf("%+v, %v", got, err)
	}
	if !slices.ContainsFunc(got.Problems, func(q workbook.FileProblem) bool {
		return !q.Blocking && strings.Contains(q.Text.ZH, strange) && strings.Contains(q.Text.ZH, place.Name.ZH) && q.Cell.Row == 3 && q.Cell.Column == "A"
	}) {
		t.Errorf("nobody is told: %+v", got.Problems)
	}
	p, _, _, err := clerk.Paper(o.ctx, is.ID, place.Unit)
	if err != nil || p.Content.Cites[form.NameCite].Text != strange || p.Content.Cites[form.NameCite].Row != 3 {
		t.Errorf("the original is %+v, %v", p.Content.Cites[form.NameCite], err)
	}
	// An export of another system with the same name renames nobody.
	text := "学校（机构）标识码,学校（机构）名称,学段,教学及辅助用房面积\n" + place.Code + "," + strange + "," + strings.TrimSuffix(word, "段") + ",4321.5\n"
	rs, err := clerk.ImportFeed(o.ctx, "feed-statistics", csv("statistics.csv", text), flow.FeedOptions{Period: thisYear})
	if err != nil || rs[0].Records != 1 || rs[0].Values != 1 {
		t.Fatalf("%+v, %v", rs, err)
	}
	if p, _, _, err = clerk.Paper(o.ctx, is.ID, place.Unit); err != nil || p.Unit.Name != paper.Unit.Name {
		t.Errorf("the school is called %s now, %v", p.Unit.Name.ZH, err)
	}
}
