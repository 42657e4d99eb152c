package web

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// Burden rule 4 on the pages: what one school handed in once stands, the same, on
// its own page, on that of the indicator, in the list behind the figure and in
// what programs read; what its county comes to stands on the county's page and on
// the list of counties; and nobody finds it to be done once more.
func TestBurdenRule4OnThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a city")
	}
	ctx := t.Context()
	c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "a.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	const smallest = 7
	d, now := demo.New(1), time.Date(2025, time.November, 26, 10, 0, 0, 0, collect.China)
	years := d.Years()
	this := years[len(years)-1]
	if err := d.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	if err := d.Issue(ctx, c, now); err != nil {
		t.Fatal(err)
	}
	if err := d.HandIn(ctx, c, smallest, now); err != nil {
		t.Fatal(err)
	}
	a, err := c.Assessment(ctx, this)
	if err != nil {
		t.Fatal(err)
	}
	county := d.Counties()[smallest]
	ts, err := c.Desk(auth.Operator()).Tasks(ctx, collect.Filter{Period: this, Unit: county.ID, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(ts.List, func(x collect.Task) bool { return x.State == collect.Locked || x.State == collect.AtCity })
	if at < 0 {
		t.Fatalf("nobody of %d handed in", ts.Total)
	}
	school := ts.List[at]
	st := a.Stage(edu.Primary)
	row, ok := st.Frame.Find(school.Place.Code)
	if !ok {
		st = a.Stage(edu.Junior)
		if row, ok = st.Frame.Find(school.Place.Code); !ok {
			t.Fatalf("%s is measured in neither stage", school.Place.Name.ZH)
		}
	}
	h, err := New(c, Config{Log: quiet(), Checks: c, Desk: func(who auth.Actor) Desk { return c.Desk(who) }})
	if err != nil {
		t.Fatal(err)
	}
	shows := func(path, text string) {
		t.Helper()
		w := get(t, h, path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s: status %d, it does not show %s", path, w.Code, text)
		}
	}
	n := 0
	region := st.Frame.RegionOf(edu.County, row)
	for _, j := range st.Judged {
		if j.Item.Def.Group != "resources" {
			continue
		}
		v, ok := edu.FromFloat(j.Item.Value(row)).Number()
		if !ok {
			continue
		}
		n++
		text := chart.Number(v, j.Item.Def.Decimals)
		shows("/schools/"+school.Place.Code, text)
		shows("/trace/section/"+school.Place.Code+"/"+j.Item.Def.ID+"?stage="+string(st.Frame.Stage), edu.Some(v).String())
		text = chart.Number(j.Item.Stats[edu.County][region].Value, j.Item.Def.Decimals)
		shows("/counties/"+county.Code+"?stage="+string(st.Frame.Stage), text)
		shows("/indicators/"+j.Item.Def.ID+"?stage="+string(st.Frame.Stage), text)
	}
	if n < 5 {
		t.Errorf("only %d figures were looked for", n)
	}
	var paper struct {
		State collect.State `json:"state"`
	}
	if err := json.Unmarshal(get(t, h, "/api/v1/forms/"+school.Issue+"/units/"+string(school.Unit)).Body.Bytes(), &paper); err != nil || paper.State != school.State {
		t.Errorf("programs read %+v, %v", paper, err)
	}
	head := auth.Actor{Account: "h", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: school.Unit}}}
	mine, err := c.Desk(head).Tasks(ctx, collect.Filter{Mine: true})
	if err != nil || mine.Total != 0 {
		t.Errorf("its head finds %d things to do, %v", mine.Total, err)
	}
}
