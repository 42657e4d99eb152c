package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

var handedAt = time.Date(2025, 10, 1, 12, 0, 0, 0, time.UTC)

// desk is a store with one county of schools and an issue.
func desk(t *testing.T, dsn string, schools int) (*store.Store, collect.Issue) {
	t.Helper()
	s := open(t, dsn)
	units := []edu.Unit{
		{ID: "K", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Name: edu.Text{ZH: "甲县"}}}},
		{ID: "L", Level: edu.County, Attrs: []edu.Attrs{{Code: "990102", Name: edu.Text{ZH: "乙县"}}}},
		{ID: "other", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199009999", Name: edu.Text{ZH: "乙县小学"}, Parent: "L"}}},
	}
	for i := range schools {
		units = append(units, edu.Unit{ID: school(i), Level: edu.School, Attrs: []edu.Attrs{{Code: fmt.Sprintf("2199%06d", i+1), Name: edu.Text{ZH: fmt.Sprint("小学", i)}, Parent: "K"}}})
	}
	if err := s.RegisterUnits(context.Background(), all, units); err != nil {
		t.Fatal(err)
	}
	is := collect.Issue{ID: "base-2025", Form: "base", Pack: "p@1", Hash: "h", Period: year, Opens: 20000, Due: 20050, By: "city", At: handedAt}
	if err := s.PutIssue(context.Background(), all, is); err != nil {
		t.Fatal(err)
	}
	return s, is
}

func school(i int) edu.UnitID { return edu.UnitID(fmt.Sprintf("S%04d", i)) }

// submit is the step that hands in figures of a school for the first time.
func submit(is collect.Issue, i, pupils int, sent string) store.Step {
	f := collect.Filing{Issue: is.ID, Unit: school(i), State: collect.AtCounty, Rev: 1, Handed: 1, Check: "CODE", By: "clerk", At: handedAt, Since: handedAt}
	e := collect.Event{No: 1, At: handedAt, By: "clerk", Name: "某人", Action: collect.Submit, From: collect.NotStarted, To: collect.AtCounty, Handed: 1, Sent: sent}
	content := fmt.Appendf(nil, `{"cells":{"primary/pupils":"%d"}}`, pupils)
	return store.Step{Filing: f, Period: is.Period, Event: &e, Role: "school_head", Draft: content, Hand: &store.Hand{Content: content,
		Submission: store.Submission{ID: fmt.Sprintf("%s/%s/1", is.ID, school(i)), Form: is.Form, Period: is.Period, By: "某人", At: handedAt},
		Tables:     []*frame.Table{table(edu.Section, "", section(fmt.Sprintf("2199%06d", i+1), "primary", in("990101", "甲县"), "pupils", float64(pupils)))}}}
}

// Handing in writes the filing, its log, the draft, what was handed in, the
// figures and the audit line; what is refused leaves none of them.
func filings(t *testing.T, dsn string) {
	s, is := desk(t, dsn, 3)
	ctx := context.Background()
	got, err := s.Take(ctx, all, []store.Step{submit(is, 0, 120, "x")}, &store.Uploaded{Hash: "abc", Result: []byte("{}"), By: "clerk", At: handedAt})
	if err != nil || len(got) != 1 || got[0].Rev != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	check := func(when string, rev int, log int, pupils string) {
		t.Helper()
		f, events, draft, err := s.Filing(ctx, reader, is, school(0))
		if err != nil || f.Rev != rev || len(events) != log || string(draft) != `{"cells":{"primary/pupils":"120"}}` {
			t.Errorf("%s: %+v, %d lines, draft %s, %v", when, f, len(events), draft, err)
		}
		if f := figures(read(t, s, reader, store.Query{Period: year})); f["2199000001 primary pupils"] != pupils {
			t.Errorf("%s: figures %v", when, f)
		}
		list, total, err := s.Audit(ctx, all, audit.Filter{Action: "filing.submit"})
		if err != nil || total != 1 || list[0].Unit != school(0) || list[0].Object != is.ID || list[0].Shard != "K" {
			t.Errorf("%s: audit %+v, %v", when, list, err)
		}
	}
	check("handed in", 1, 1, "120")
	h, err := s.Handed(ctx, reader, is, school(0), 0)
	if err != nil || h.No != 1 || h.Check != "CODE" || string(h.Content) != `{"cells":{"primary/pupils":"120"}}` {
		t.Errorf("handed in: %+v, %v", h, err)
	}
	if b, err := s.Upload(ctx, reader, "abc"); err != nil || string(b) != "{}" {
		t.Errorf("upload: %s, %v", b, err)
	}

	// Sent again it changes nothing; a stale revision and a foreign id are refused.
	if got, err = s.Take(ctx, all, []store.Step{submit(is, 0, 120, "x")}, nil); err != nil || got[0].Rev != 1 {
		t.Errorf("sent again: %+v, %v", got, err)
	}
	if _, err = s.Take(ctx, all, []store.Step{submit(is, 0, 130, "y")}, nil); !errors.Is(err, store.ErrStale) || !errors.Is(err, fault.Conflict) {
		t.Errorf("a stale revision: %v", err)
	}
	other := submit(is, 0, 120, "x")
	other.Event.Action = collect.Recall
	if _, err = s.Take(ctx, all, []store.Step{other}, nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("another step under the id: %v", err)
	}
	// All or none: the second of three cannot be.
	if _, err = s.Take(ctx, all, []store.Step{submit(is, 1, 50, ""), submit(is, 0, 99, ""), submit(is, 2, 60, "")}, &store.Uploaded{Hash: "def", Result: []byte("{}"), At: handedAt}); !errors.Is(err, store.ErrStale) {
		t.Errorf("one of three is stale: %v", err)
	}
	broken := submit(is, 1, 50, "")
	broken.Hand.Submission.Period = edu.Period{}
	if _, err = s.Take(ctx, all, []store.Step{broken}, nil); !errors.Is(err, fault.Invalid) {
		t.Errorf("figures that cannot be: %v", err)
	}
	check("after what was refused", 1, 1, "120")
	if f, log, draft, err := s.Filing(ctx, reader, is, school(1)); err != nil || f.Rev != 0 || f.State != collect.NotStarted || log != nil || draft != nil {
		t.Errorf("a part was written: %+v %v %s, %v", f, log, draft, err)
	}
	if b, err := s.Upload(ctx, reader, "def"); err != nil || b != nil {
		t.Errorf("the upload was noted: %s, %v", b, err)
	}

	// Scopes.
	county, foreign := store.Part(store.Editor, "K"), store.Part(store.Editor, "L")
	for _, sc := range []store.Scope{foreign, {}} {
		if list, err := s.Filings(ctx, sc, is, ""); err != nil || len(list) != 0 {
			t.Errorf("a foreign scope lists %v, %v", list, err)
		}
		if _, _, _, err := s.Filing(ctx, sc, is, school(0)); !errors.Is(err, fault.NotFound) {
			t.Errorf("a foreign scope reads a filing: %v", err)
		}
		if _, err := s.Handed(ctx, sc, is, school(0), 0); !errors.Is(err, fault.NotFound) {
			t.Errorf("a foreign scope reads what was handed in: %v", err)
		}
	}
	if _, err := s.Take(ctx, foreign, []store.Step{submit(is, 2, 5, "")}, nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("a foreign scope hands in: %v", err)
	}
	if _, err := s.Take(ctx, store.Part(store.Reader, "K"), []store.Step{submit(is, 2, 5, "")}, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a reader hands in: %v", err)
	}
	if list, err := s.Filings(ctx, county, is, ""); err != nil || len(list) != 1 || list[school(0)].Handed != 1 {
		t.Errorf("the county lists %+v, %v", list, err)
	}
	if logs, err := s.FilingLogs(ctx, county, is, school(0)); err != nil || len(logs[school(0)]) != 1 || logs[school(0)][0].Sent != "x" {
		t.Errorf("the log: %+v, %v", logs, err)
	}
	if d, err := s.Drafts(ctx, county, is, "K"); err != nil || len(d) != 1 {
		t.Errorf("drafts: %v, %v", d, err)
	}
	if got, err := s.Recorded(ctx, county, year, []string{"base"}); err != nil || len(got) != 1 || !got[edu.SectionID(school(0), "primary")] {
		t.Errorf("reported: %v, %v", got, err)
	}
}

// Many schools hand in at once: each is there once, whole.
func filingsAtOnce(t *testing.T, dsn string) {
	const n = 60
	s, is := desk(t, dsn, n)
	ctx := context.Background()
	var wg sync.WaitGroup
	errs := make([]error, 2*n)
	for i := range errs { // each is sent twice
		wg.Go(func() {
			_, errs[i] = s.Take(ctx, all, []store.Step{submit(is, i%n, 100+i%n, fmt.Sprint("id", i%n))}, nil)
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("school %d: %v", i%n, err)
		}
	}
	list, err := s.Filings(ctx, reader, is, "")
	if err != nil || len(list) != n {
		t.Errorf("%d filings, %v", len(list), err)
	}
	fs := figures(read(t, s, reader, store.Query{Period: year, Forms: []string{"base"}}))
	for i := range n {
		if got, want := fs[fmt.Sprintf("2199%06d primary pupils", i+1)], fmt.Sprint(100+i); got != want {
			t.Errorf("school %d: %q pupils, want %s", i, got, want)
		}
	}
	if _, total, err := s.Audit(ctx, all, audit.Filter{Action: "filing.submit"}); err != nil || total != n {
		t.Errorf("%d audit lines, %v", total, err)
	}
}

// Issues, the list of forms, the switches of counties and column maps.
func collection(t *testing.T, dsn string) {
	s, is := desk(t, dsn, 1)
	ctx := context.Background()
	if err := s.PutIssue(ctx, all, is); err != nil {
		t.Errorf("the same issue again: %v", err)
	}
	other := is
	other.Due++
	if err := s.PutIssue(ctx, all, other); !errors.Is(err, fault.Conflict) {
		t.Errorf("the same id for another issue: %v", err)
	}
	if err := s.PutIssue(ctx, store.Part(store.Editor, "K"), is); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county issues: %v", err)
	}
	if err := s.CloseIssue(ctx, all, is.ID, true); err != nil {
		t.Fatal(err)
	}
	is.Closed = true
	got, err := s.Issue(ctx, reader, is.ID)
	if err != nil || got != is {
		t.Errorf("issue: %s, %v", cmp.Diff(is, got), err)
	}
	if _, err := s.Issue(ctx, reader, "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("no such issue: %v", err)
	}
	if list, err := s.Issues(ctx, reader, edu.Year(2024)); err != nil || len(list) != 0 {
		t.Errorf("issues of another year: %v, %v", list, err)
	}

	l := store.Listed{Form: "base", Pack: "p@1", Basis: "文件", Frequency: "yearly", Minutes: 60, Approver: "市局", Valid: 20200, By: "city", At: handedAt}
	for _, struck := range []bool{false, true} {
		l.Struck = struck
		if err := s.ListForm(ctx, all, l); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.ListedForms(ctx, reader); err != nil || list["base"] != l {
		t.Errorf("list of forms: %+v, %v", list, err)
	}

	county := store.Part(store.Editor, "K")
	if err := s.SetRoute(ctx, county, "K", is.Form, true, "k", handedAt); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRoute(ctx, county, "L", is.Form, true, "k", handedAt); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county's route: %v", err)
	}
	if err := s.SetInner(ctx, county, "K", is.ID, store.Inner{Due: 20045, Drop: []string{"built_year"}}, "k", handedAt); err != nil {
		t.Fatal(err)
	}
	sw, err := s.Switches(ctx, reader, is)
	if err != nil || !sw.Township["K"] || sw.Township["L"] || sw.Inner["K"].Due != 20045 || len(sw.Inner["K"].Drop) != 1 {
		t.Errorf("switches: %+v, %v", sw, err)
	}

	m := store.Mapping{Owner: "K", Signature: "sig", Title: "县表", Body: []byte(`{"a":"b"}`), By: "k", At: handedAt}
	if err := s.PutMapping(ctx, county, m); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		scope store.Scope
		want  int
	}{{reader, 1}, {county, 1}, {store.Part(store.Reader, school(0)), 1}, {store.Part(store.Reader, "L"), 0}, {store.Scope{}, 0}} {
		if list, err := s.Mappings(ctx, tt.scope, "sig"); err != nil || len(list) != tt.want {
			t.Errorf("maps in %+v: %+v, %v", tt.scope, list, err)
		}
	}
}

// Forms that count together: what the stronger one says stands, column by column,
// and a withdrawn record lets the weaker one through. A stamp tells what changed.
func formsTogether(t *testing.T, dsn string) {
	s := open(t, dsn)
	ctx := context.Background()
	weak, strong, apart := submission("1", year), submission("22", year), submission("333", year)
	weak.Form, strong.Form, apart.Form = "pack", "form", "feed"
	a := in("990101", "101")
	put(t, s, strong, table(edu.Section, "", section("2199000001", "primary", a, "pupils", 11)))
	put(t, s, weak, table(edu.Section, "", section("2199000001", "primary", a, "pupils", 10, "area", 7), section("2199000002", "primary", a, "pupils", 20, "area", 8)))
	before, err := s.Stamp(ctx, reader, year, "form")
	if err != nil || before == "" {
		t.Fatalf("stamp %q, %v", before, err)
	}
	put(t, s, apart, table(edu.Section, "", section("2199000001", "primary", a, "pupils", 99)))
	if after, err := s.Stamp(ctx, reader, year, "form"); err != nil || after != before {
		t.Errorf("the stamp of a form moved by another: %q, %q, %v", before, after, err)
	}
	if none, err := s.Stamp(ctx, reader, edu.Year(2020), ""); err != nil || none != "" {
		t.Errorf("the stamp of a year without figures is %q, %v", none, err)
	}
	if forms, err := s.Forms(ctx, reader, year); err != nil || !cmp.Equal(forms, []string{"feed", "form", "pack"}) {
		t.Errorf("forms %v, %v", forms, err)
	}
	q := store.Query{Period: year, Forms: []string{"pack", "form"}}
	want := map[string]string{"2199000001 primary pupils": "11", "2199000001 primary area": "7", "2199000002 primary pupils": "20", "2199000002 primary area": "8"}
	if got := figures(read(t, s, reader, q)); !cmp.Equal(got, want) {
		t.Errorf("together (-want +got):\n%s", cmp.Diff(want, got))
	}
	gone := strong
	gone.ID, gone.Complete = "4444", true
	put(t, s, gone, table(edu.Section, "", section("2199000003", "primary", a, "pupils", 30)))
	want["2199000001 primary pupils"], want["2199000003 primary pupils"] = "10", "30"
	if got := figures(read(t, s, reader, q)); !cmp.Equal(got, want) {
		t.Errorf("after a withdrawal (-want +got):\n%s", cmp.Diff(want, got))
	}
}
