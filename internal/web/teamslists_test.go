// The lists and forms of the teams: sorted, kept where they were, and counted by county.

package web

import (
	"bytes"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/register"
)

// Rows go by the column that the address names: figures and levels by size, lamps by how
// bad they are, words by themselves, what is not known last either way. A table that
// nobody sorted, or by a column it does not have, stays as it is.
func TestRowsGoByTheColumnAsked(t *testing.T) {
	lamp := func(tone chart.Tone) Cell { return lampCell(Lamp{tone, string(tone), ""}) }
	for name, tt := range map[string]struct {
		query string
		cells []Cell
		want  string // the places of the rows
	}{
		"figures, the largest first":  {"sort=c&dir=desc", []Cell{count(9), figure(math.NaN(), 0), count(10), {Text: "–"}, count(-1)}, "20413"},
		"figures, the smallest first": {"sort=c&dir=asc", []Cell{count(9), figure(math.NaN(), 0), count(10), {Text: "–"}, count(0)}, "40213"},
		"lamps, the worst first":      {"sort=c&dir=desc", []Cell{lamp(chart.Good), lamp(chart.Bad), lamp(chart.Open), lamp(chart.Near)}, "1320"},
		"levels, not their words":     {"sort=c&dir=asc", []Cell{{Text: "a", Value: 3}, {Text: "b", Value: 2}, {Text: "c"}, {Text: "d", Value: 1}}, "2310"},
		"words":                       {"sort=c&dir=asc", []Cell{text("b"), text("–"), text("a"), text("c")}, "2031"},
		"equal ones stay":             {"sort=c&dir=desc", []Cell{text("a"), text("b"), text("a"), text("b")}, "1302"},
		"nobody sorted":               {"", []Cell{count(1), count(3), count(2)}, "012"},
		"a column that is not there":  {"sort=zz&dir=asc", []Cell{count(1), count(3), count(2)}, "012"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			r := &request{Request: &http.Request{URL: &url.URL{Path: "/x"}}, locale: locale{catalogue("en")}, query: q}
			x := Table{Cols: []Col{{}, {Key: "c"}, {Key: "d"}}}
			for i, c := range tt.cells {
				x.Rows = append(x.Rows, Row{Cells: []Cell{text(strconv.Itoa(i)), c, {}}})
			}
			r.sortRows(&x)
			got := ""
			for _, row := range x.Rows {
				got += row.Cells[0].Text
			}
			if got != tt.want {
				t.Errorf("%s", got)
			}
			if x.Cols[0].Sort != "" || x.Cols[1].Sort == "" || (x.Cols[1].Dir != "") != strings.HasPrefix(tt.query, "sort=c&") || x.Cols[2].Dir != "" {
				t.Errorf("%+v", x.Cols)
			}
		})
	}
}

// Whoever looks for who is furthest behind sorts the list, over all of its pages.
func TestListsOfTeamsAreSorted(t *testing.T) {
	w, _, clerk, _, _, _ := staffTown(t)
	// Who has all hours has them whatever the county's rules, which other tests change.
	for path, key := range map[string]string{
		"/staff/training?state=finished": "hours", "/staff/teams": "terms", "/staff/teams?team=classes": "years", "/staff/teams?team=backbone": "awarded", "/staff/exchange?state=due": "years",
	} {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		var seen [2][]int
		for i, dir := range []string{"asc", "desc"} {
			body := w.ask(http.MethodGet, path+sep+"sort="+key+"&dir="+dir, "", clerk).Body.String()
			if !strings.Contains(body, `aria-sort="`+dir+`ending"`) {
				t.Fatalf("%s: no column says that it is sorted", path)
			}
			seen[i] = columnOf(body, "sort-"+key)
		}
		if !slices.IsSorted(seen[0]) || !slices.IsSortedFunc(seen[1], func(a, b int) int { return b - a }) || len(seen[0]) > 0 && seen[0][0] > seen[1][0] {
			t.Errorf("%s by %s: %v, %v", path, key, seen[0], seen[1])
		}
	}
}

var tableRow = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)

// columnOf are the whole numbers in the column of a page's table that a link sorts by.
func columnOf(body, key string) (out []int) {
	body = body[strings.LastIndex(body[:strings.Index(body, `data-key="`+key+`"`)], "<table"):]
	body = body[:strings.Index(body, "</table>")]
	rows := tableRow.FindAllStringSubmatch(body, -1)
	cell := regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
	at := slices.IndexFunc(cell.FindAllString(rows[0][1], -1), func(c string) bool { return strings.Contains(c, `data-key="`+key+`"`) })
	for _, row := range rows[1:] {
		if n, err := strconv.Atoi(cell.FindAllStringSubmatch(row[1], -1)[at][1]); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// The city's pages say first what is due over all counties, which ones are short and which
// have no register, and draw each ratio against its line; a county without a register has
// no noughts.
func TestCityIsToldWhichCountiesLackARegister(t *testing.T) {
	w, city, _, _, section, _ := staffTown(t)
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	without, _ := tree.Unit(demoCounty(t, city, "990103"))
	name := without.Attrs[len(without.Attrs)-1].Name.ZH
	for path, want := range map[string]struct {
		first string
		bar   bool
	}{"/staff/exchange": {"有名册的区县，城镇和优质学校符合条件", true}, "/staff/training": {"五年360学时", true}, "/staff/teams": {"还不知道", false}} {
		body := w.ask(http.MethodGet, path, "", section).Body.String()
		answer := body[strings.Index(body, `class="answer"`):strings.Index(body, "</dl>")]
		if !strings.Contains(answer, want.first) || !strings.Contains(answer, "没有名册，未计入：") || !strings.Contains(answer, name) {
			t.Errorf("%s says first: %s", path, answer)
		}
		for _, row := range tableRow.FindAllStringSubmatch(body[strings.Index(body, `id="t-counties"`):], -1) {
			if strings.Contains(row[1], name) && (!strings.Contains(row[1], "没有名册") || strings.Contains(row[1], ">0<")) {
				t.Errorf("%s: a county without a register has figures: %s", path, row[1])
			}
			if strings.Contains(row[1], "达标") != (want.bar && strings.Contains(row[1], "<svg")) {
				t.Errorf("%s: a verdict without its bar, or the other way round: %s", path, row[1])
			}
		}
	}
}

// What was typed and refused stands in the form again, with what is wrong.
func TestRefusedFormsOfTeamsKeepWhatWasTyped(t *testing.T) {
	w, city, clerk, _, _, school := staffTown(t)
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, _ := tree.Unit(school)
	code := u.Attrs[len(u.Attrs)-1].Code
	body := w.ask(http.MethodGet, "/staff/teams?team=backbone&sort=awarded&dir=asc&page=2", "", clerk).Body.String()
	person := regexp.MustCompile(`person=([a-z0-9]+)`).FindStringSubmatch(body)[1]
	body = w.ask(http.MethodGet, "/staff/teams?team=backbone&page=2&person="+person, "", clerk).Body.String()
	unit := regexp.MustCompile(`name="unit" value="([^"]+)"`).FindStringSubmatch(body)[1]
	if !strings.Contains(body, `name="page" value="2"`) || !strings.Contains(body, `name="team" value="backbone"`) {
		t.Error("the form does not carry where in the list one is")
	}
	for name, tt := range map[string]struct {
		path  string
		form  []string
		wants []string
	}{
		"what the register lacks": {"/staff/teams", []string{"person", person, "unit", unit, "rev", "0", "studio", "没保存的工作室", "duty", "9999", "team", "backbone", "page", "2"}, []string{"服务课时应在", `value="没保存的工作室"`, `value="9999"`, `name="page" value="2"`}},
		"a school's sums":         {"/staff/pay", []string{"do", "pool", "school", code, "year", "2026", "basic", "八万", "incentive", "34320.55", "source", "没保存的文件"}, []string{"不是以元为单位的金额", `value="八万"`, `value="34320.55"`, `value="没保存的文件"`}},
		"a component twice":       {"/staff/pay", []string{"do", "pay", "rev", "0", "year", "2025", "tmonths", "12", "cmonths", "12", "parts", "基本工资,10,10\n基本工资,20,20", "tsource", "表一", "csource", "表二"}, []string{"第2行与前面重复：基本工资", "<details class=\"noprint\" open>", "基本工资,20,20", `value="表二"`}},
	} {
		out := w.form(tt.path, clerk, tt.form...)
		if out.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, out.Code)
		}
		for _, want := range tt.wants {
			if !strings.Contains(out.Body.String(), want) {
				t.Errorf("%s: the page lacks %s", name, want)
			}
		}
	}
}

// A file that is no table, or is the table as it was given out, is refused on the page
// itself and in the reader's language; nothing is kept.
func TestFilesOfExchangesAreRefusedOnThePage(t *testing.T) {
	w, _, clerk, _, _, _ := staffTown(t)
	given := w.ask(http.MethodGet, "/staff/exchange/template", "", clerk).Body.Bytes()
	if bytes.Count(given, []byte("\n")) < 3 {
		t.Fatalf("nobody is due: %s", given)
	}
	for name, tt := range map[string]struct {
		file []byte
		want string
	}{
		"as it was given out": {given, "没有填写一条交流安排"},
		"a picture":           {append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 64)...), "不是"},
		"nothing":             {nil, "文件是空的"},
		"another table":       {[]byte("甲,乙\n1,2\n"), "没有找到"},
	} {
		out := w.sendFile("/staff/exchange/upload", clerk, "a.csv", "text/csv", tt.file)
		_, wrong, _ := strings.Cut(out.Body.String(), `id="wrong">`)
		wrong, _, _ = strings.Cut(wrong, "</p>")
		if out.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong, tt.want) || strings.Contains(wrong, "table") {
			t.Errorf("%s: status %d, %q", name, out.Code, wrong)
		}
	}
}

// A unit is found by its code, its whole name in either language, however many words it
// has, and by a choice of a list, which is a code and a name.
func TestUnitsAreFoundAsTheyAreTyped(t *testing.T) {
	w, city, _, head, _, school := staffTown(t)
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, _ := tree.Unit(school)
	a := u.Attrs[len(u.Attrs)-1]
	if strings.Count(a.Name.EN, " ") < 2 {
		t.Fatalf("%q is one word", a.Name.EN)
	}
	on := tree.At(a.From)
	for typed, want := range map[string]bool{a.Code: true, a.Name.ZH: true, a.Name.EN: true, strings.ToUpper(a.Name.EN): true, " " + a.Code + " " + a.Name.ZH: true, a.Code + " " + a.Name.EN: true,
		strings.Fields(a.Name.EN)[0]: false, "": false, " ": false, "nowhere at all": false} {
		found := findUnit(on, auth.Reach{Whole: true}, typed)
		if (len(found) == 1) != want || want && on.Nodes[found[0]].Unit.ID != school {
			t.Errorf("%q: %v", typed, found)
		}
	}
	// The form of an exchange finds it too: what is refused is something else.
	list, _, err := city.Registers().StaffList(t.Context(), auth.Operator(), register.StaffFilter{School: school, Size: 1})
	if err != nil || len(list) == 0 {
		t.Fatalf("nobody is on the register: %v", err)
	}
	for _, to := range []string{a.Name.EN, strings.ToLower(a.Name.EN), a.Code + " " + a.Name.ZH} {
		out := w.form("/staff/exchange", head, "person", string(list[0].Person), "from", string(school), "to", to, "way", "support", "stage", "done", "begins", "2026-09-01", "document", "一号")
		if out.Code != http.StatusUnprocessableEntity || strings.Contains(out.Body.String(), "所学校") {
			t.Errorf("%q: status %d", to, out.Code)
		}
	}
}
