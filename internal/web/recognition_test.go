package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/county"
	"shuren/internal/edu"
)

// The counties' recognition stands side by side as each county recorded it last,
// in the order of their codes, with sums that agree with the rows; who sees one
// county only has no such page.
func TestRecognitionSideBySide(t *testing.T) {
	c := demoCity(t)
	h := handlerOf(t, c)
	a := newest(t)
	tree, err := c.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	book := sheets(t, get(t, h, "/recognition?as=xlsx"))
	rows := book["认定进度"]
	at := map[string]int{}
	for i, name := range rows[1] {
		at[name] = i
	}
	cell := func(row []string, name string) string {
		k, ok := at[name]
		if !ok {
			t.Fatalf("no column %s in %v", name, rows[1])
		}
		if k >= len(row) {
			return ""
		}
		return row[k]
	}
	units := a.Units[edu.County]
	if len(rows) != 2+len(units)+1 {
		t.Fatalf("%d rows for %d counties and a sum", len(rows), len(units))
	}
	issues, closed, years := 0, 0, map[string]int{}
	last := ""
	for _, row := range rows[2 : 2+len(units)] {
		var code string
		var id edu.UnitID
		for _, u := range units {
			if u.Name == row[0] {
				code = codeOf(u)
			}
		}
		if code <= last {
			t.Errorf("%s stands out of order", row[0])
		}
		last = code
		on := tree.On(a.Period)
		for _, k := range on.ByKey(edu.County, code) {
			id = on.Nodes[k].Unit.ID
		}
		list, err := c.Progress(t.Context(), auth.Operator(), id, a.Pack.ID)
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %d entries, %v", row[0], len(list), err)
		}
		p := list[0]
		want := map[string]string{"当前环节": p.Step.Name().ZH, "问题数": strconv.Itoa(p.Issues), "销号数": strconv.Itoa(p.Closed), "结论": p.Conclusion, "规划认定年度": strconv.Itoa(p.Year)}
		for _, s := range county.Steps {
			want[s.Name().ZH] = p.Dates[s].String()
		}
		for name, v := range want {
			if got := cell(row, name); got != v && !(p.Year == 0 && name == "规划认定年度") {
				t.Errorf("%s, %s: %q, want %q", row[0], name, got, v)
			}
		}
		issues, closed = issues+p.Issues, closed+p.Closed
		years[cell(row, "规划认定年度")]++
	}
	sum := rows[2+len(units)]
	if cell(sum, "问题数") != strconv.Itoa(issues) || cell(sum, "销号数") != strconv.Itoa(closed) {
		t.Errorf("the sum %v, want %d issues, %d closed", sum, issues, closed)
	}
	for _, row := range book["各年度规划认定"][2:] {
		if n := years[row[0]]; strconv.Itoa(n) != row[1] {
			t.Errorf("%s counties are planned for %s, want %d", row[1], row[0], n)
		}
	}
	// Of a scheme under which no county recorded anything the page names who owes it.
	if page := get(t, h, "/recognition?scheme=cn-preschool@2020").Body.String(); !strings.Contains(page, "未登记") || !strings.Contains(page, "由各该县教育局登记") {
		t.Error("the page does not say what is missing")
	}
	if page := get(t, h, "/counties").Body.String(); !strings.Contains(page, `href="/recognition`) {
		t.Error("the list of counties does not lead here")
	}

	w := newTown(t)
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	_, _, leader := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	if got := w.ask("GET", "/recognition", "", clerk); got.Code == http.StatusOK {
		t.Error("who sees one county sees them side by side")
	}
	if got := w.ask("GET", "/recognition", "", leader); got.Code != http.StatusOK {
		t.Errorf("a leader: status %d", got.Code)
	}
}
