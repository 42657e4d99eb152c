package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// The clerk of a central school fills for the units of a township in one
// workbook: it goes out and comes back through the pages, with a draft and the
// name of its own head for every unit, and nothing of other townships.
func TestTownshipClerkThroughThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a city")
	}
	c, is := deskCity(t)
	ts, err := c.Desk(auth.Operator()).Tasks(t.Context(), collect.Filter{Issue: is.ID, Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	of := map[edu.UnitID][]collect.Task{}
	for _, x := range ts.List {
		if x.Place.Township != "" {
			of[x.Place.Township] = append(of[x.Place.Township], x)
		}
	}
	var town, other edu.UnitID
	for _, x := range ts.List {
		switch n := len(of[x.Place.Township]); {
		case n < 5 || n > 20:
		case town == "":
			town = x.Place.Township
		case x.Place.Township != town:
			other = x.Place.Township
		}
	}
	units := of[town]
	clerk := auth.Actor{Account: "tc", Name: "某中心校干事", Grants: []auth.Grant{{Role: auth.TownshipClerk, Unit: town}}}
	h := cityHandler(t, c, &clerk)
	path := "/work/" + is.ID + "/"
	w := get(t, h, path+string(town)+"/template")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if w := get(t, h, path+string(other)+"/template"); w.Code != http.StatusNotFound {
		t.Errorf("another township's: status %d", w.Code)
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[0]
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	column := func(id string) string {
		for i, text := range rows[0] {
			if text == id {
				name, _ := excelize.ColumnNumberToName(i + 1)
				return name
			}
		}
		t.Fatalf("no column %s among %v", id, rows[0])
		return ""
	}
	left, head := column("f=left_behind_pupils"), column("s=head")
	filled := map[string]int{}
	for i, r := range rows {
		if _, unit, ok := strings.Cut(r[0], "u="); ok {
			filled[unit]++
			for col, v := range map[string]any{left: 3, head: "校长" + unit} {
				if err := f.SetCellValue(sheet, col+strconv.Itoa(i+1), v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if len(filled) != len(units) {
		t.Fatalf("the workbook has %d units, the township %d", len(filled), len(units))
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	w = sendFiles(t, h, "/work/upload", nil, map[string]string{"中心校.xlsx": b.String()})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), strconv.Itoa(len(units))+" 个单位已存为草稿") {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	check(t, w.Body.String(), "zh")
	for _, u := range units {
		p, filing, _, err := c.Desk(auth.Operator()).Paper(t.Context(), is.ID, u.Unit)
		if err != nil || filing.State != collect.Draft || filing.By != "tc" {
			t.Fatalf("%s: %+v, %v", u.Place.Name.ZH, filing, err)
		}
		got := ""
		for k, v := range p.Content.Cells {
			if strings.HasSuffix(k, "/left_behind_pupils") {
				got = v
			}
		}
		if got != "3" || p.Content.Sign.Head != "校长"+string(u.Unit) {
			t.Errorf("%s says %q, its head is %q", u.Place.Name.ZH, got, p.Content.Sign.Head)
		}
	}
	for _, u := range of[other] {
		if _, filing, _, err := c.Desk(auth.Operator()).Paper(t.Context(), is.ID, u.Unit); err != nil || filing.Rev != 0 {
			t.Errorf("%s of the other township: %+v, %v", u.Place.Name.ZH, filing, err)
		}
	}
	// The clerk of another township cannot send it.
	stranger := auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.TownshipClerk, Unit: other}}}
	w = sendFiles(t, cityHandler(t, c, &stranger), "/work/upload", nil, map[string]string{"中心校.xlsx": b.String()})
	if strings.Contains(w.Body.String(), "已存为草稿") {
		t.Error("another township's clerk saved it")
	}
}
