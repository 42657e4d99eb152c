package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// twoCounties registers two counties of a city.
func twoCounties(t *testing.T, s *store.Store) {
	t.Helper()
	unit := func(id edu.UnitID, l edu.Level, code string, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: id, Level: l, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: string(id)}, Parent: up}}}
	}
	if err := s.RegisterUnits(context.Background(), all, []edu.Unit{unit("city", edu.City, "990100", ""), unit("east", edu.County, "990101", "city"), unit("west", edu.County, "990102", "city")}); err != nil {
		t.Fatal(err)
	}
}

// A county's recognition is a list of entries, each after the one that its writer
// saw; another county's is neither seen nor written.
func progress(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east := store.Part(store.Editor, "east")
	first := county.Progress{County: "east", Scheme: "cn-x", Year: 2027, Step: county.Self, Dates: map[county.Step]edu.Date{county.Self: 20000}, Conclusion: "好", Issues: 3, Closed: 1, By: "a", ByName: "甲", At: noon}
	got, err := s.AddProgress(ctx, east, first, 0, audit.Record{At: noon, Action: "county.progress", Unit: "east"})
	if err != nil || got.No != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	second := first
	second.Step, second.Checks = county.Nation, map[county.Check]edu.Date{county.Survey: 20100}
	if _, err := s.AddProgress(ctx, east, second, 0); !errors.Is(err, fault.Conflict) {
		t.Errorf("an entry over one that was not seen: %v; want conflict", err)
	}
	if _, err := s.AddProgress(ctx, all, second, 1); err != nil {
		t.Fatal(err)
	}
	for what, sc := range map[string]store.Scope{"another county": store.Part(store.Editor, "west"), "a reader": store.Part(store.Reader, "east"), "nobody": {}} {
		if _, err := s.AddProgress(ctx, sc, second, 2); err == nil {
			t.Errorf("%s may write", what)
		}
	}
	if _, err := s.AddProgress(ctx, all, county.Progress{County: "city", Scheme: "cn-x", At: noon}, 0); !errors.Is(err, fault.NotFound) {
		t.Errorf("a city is taken for a county: %v", err)
	}
	list, err := s.Progress(ctx, store.Part(store.Reader, "east"), "", "cn-x")
	first.No, second.No = 1, 2
	if d := cmp.Diff([]county.Progress{second, first}, list); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	for what, of := range map[string]func() ([]county.Progress, error){
		"another county": func() ([]county.Progress, error) {
			return s.Progress(ctx, store.Part(store.Reader, "west"), "east", "cn-x")
		},
		"another scheme": func() ([]county.Progress, error) { return s.Progress(ctx, all, "east", "cn-y") },
	} {
		if list, err := of(); len(list) != 0 || err != nil {
			t.Errorf("%s: %v %v", what, list, err)
		}
	}
	if recs, n, err := s.Audit(ctx, all, audit.Filter{Action: "county.progress"}); n != 1 || err != nil {
		t.Errorf("%d lines in the audit log: %v %v", n, recs, err)
	}
}

// A document stands once in a county's register of a year, and stays while an
// item cites it.
func evidence(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east := store.Part(store.Editor, "east")
	doc := county.Document{ID: "d1", County: "east", Period: year, Number: "教督〔2024〕3号", Title: "通知", Issuer: "县政府", Day: 20000, By: "a", At: noon}
	cite := county.Cite{County: "east", Period: year, Item: "g1", Document: "d1", Page: "12", By: "a", At: noon}
	if err := errors.Join(s.SetDocument(ctx, east, doc), s.Cite(ctx, east, county.Cite{County: "east", Period: year, Item: "g1", Document: "d1", Page: "1", At: noon}), s.Cite(ctx, east, cite),
		s.SetAnswering(ctx, east, county.Answering{County: "east", Item: "g8", Department: "人社局"}, "a", noon), s.SetAnswering(ctx, east, county.Answering{County: "east", Item: "g8", Department: "财政局"}, "a", noon)); err != nil {
		t.Fatal(err)
	}
	twice := doc
	twice.ID = "d2"
	if err := s.SetDocument(ctx, east, twice); !errors.Is(err, fault.Conflict) {
		t.Errorf("a number twice: %v; want conflict", err)
	}
	if err := s.Cite(ctx, east, county.Cite{County: "east", Period: year, Item: "g1", Document: "none", At: noon}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a document that is not there is cited: %v", err)
	}
	if err := s.DropDocument(ctx, east, "east", year, "d1"); !errors.Is(err, fault.Conflict) {
		t.Errorf("a cited document is dropped: %v; want conflict", err)
	}
	got, err := s.Register(ctx, store.Part(store.Reader, "east"), "east", year)
	if d := cmp.Diff(&county.Register{Documents: []county.Document{doc}, Cites: []county.Cite{cite}, Departments: map[string]string{"g8": "财政局"}}, got, cmp.AllowUnexported(edu.Period{})); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	west := store.Part(store.Editor, "west")
	if r, err := s.Register(ctx, west, "east", year); err != nil || len(r.Documents)+len(r.Cites)+len(r.Departments) > 0 {
		t.Errorf("another county reads %+v, %v", r, err)
	}
	if err := s.SetDocument(ctx, west, doc); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county writes: %v", err)
	}
	if err := errors.Join(s.DropCite(ctx, east, cite), s.DropDocument(ctx, east, "east", year, "d1"), s.SetAnswering(ctx, east, county.Answering{County: "east", Item: "g8"}, "a", noon)); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Register(ctx, all, "east", year); err != nil || len(r.Documents)+len(r.Cites)+len(r.Departments) > 0 {
		t.Errorf("what was dropped is still there: %+v, %v", r, err)
	}
}

// Whoever proposes a change of the pack does not decide on it; what is decided
// stays decided.
func proposals(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	p := store.Proposal{ID: "p1", File: "pack.yaml", Base: "abc", Body: "id: x\n", Title: "提高标准", Why: "市政府文件", By: "a", Name: "甲", At: noon}
	if err := errors.Join(s.AddProposal(ctx, all, p, audit.Record{At: noon, Action: "pack.propose"}), s.AddProposal(ctx, all, p, audit.Record{At: noon, Action: "pack.propose"})); err != nil {
		t.Fatal(err)
	}
	other := p
	other.Body = "id: y\n"
	if err := s.AddProposal(ctx, all, other); !errors.Is(err, fault.Conflict) {
		t.Errorf("another text under the same id: %v; want conflict", err)
	}
	for _, sc := range []store.Scope{{}, reader, store.Part(store.Editor, "county")} {
		if err := s.AddProposal(ctx, sc, other); !errors.Is(err, fault.Forbidden) {
			t.Errorf("AddProposal: %v; want forbidden", err)
		}
		if err := s.DecideProposal(ctx, sc, "p1", store.Approved, "b", "乙", "", noon); !errors.Is(err, fault.Forbidden) {
			t.Errorf("DecideProposal: %v; want forbidden", err)
		}
		if err := s.ProposalWritten(ctx, sc, "p1", "def"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("ProposalWritten: %v; want forbidden", err)
		}
	}
	if err := s.DecideProposal(ctx, all, "p1", store.Approved, "a", "甲", "", noon); !errors.Is(err, fault.Forbidden) {
		t.Errorf("approved by who proposed: %v; want forbidden", err)
	}
	if err := s.ProposalWritten(ctx, all, "p1", "def"); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Proposals(ctx, reader); err != nil || len(list) != 1 || list[0].State != store.Proposed {
		t.Errorf("written before it was approved: %+v, %v", list, err)
	}
	if err := s.DecideProposal(ctx, all, "p1", store.Approved, "b", "乙", "同意", noon); err != nil {
		t.Fatal(err)
	}
	if err := s.DecideProposal(ctx, all, "p1", store.Rejected, "c", "丙", "", noon); !errors.Is(err, fault.Conflict) {
		t.Errorf("decided twice: %v; want conflict", err)
	}
	if err := s.ProposalWritten(ctx, all, "p1", "def"); err != nil {
		t.Fatal(err)
	}
	p.No, p.State, p.Decider, p.DeciderName, p.Decided, p.Reason, p.Written = 1, store.Written, "b", "乙", noon, "同意", "def"
	list, err := s.Proposals(ctx, reader)
	if d := cmp.Diff([]store.Proposal{p}, list); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: "pack.propose"}); n != 1 || err != nil {
		t.Errorf("%d lines in the audit log, want 1: %v", n, err)
	}
}
