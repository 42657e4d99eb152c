package flow_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/inspection"
	"shuren/internal/intake"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func word(t testing.TB, r flow.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Draft.Document(r.Edits).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// orders are documents of every kind, and bulletins of a county; the city has what
// they are of.
func (o *office) orders() []flow.ReportOrder {
	o.t.Helper()
	tree, err := o.flow.Tree(o.ctx)
	must(o.t, err)
	a, err := o.flow.Assessment(o.ctx, thisYear)
	must(o.t, err)
	row := a.Stage(edu.Junior).Frame.Rows[0]
	snap := tree.On(thisYear)
	school := snap.Nodes[snap.ByKey(edu.School, row.Code)[0]].Unit.ID
	at := o.town.county.ID
	return []flow.ReportOrder{{Kind: gallery.Standards}, {Kind: gallery.Yearly}, {Kind: gallery.Meeting}, {Kind: gallery.CountyPlan, Unit: at}, {Kind: gallery.Consolidation, Unit: at}, {Kind: gallery.SchoolPlan, Unit: school},
		{Kind: gallery.Completeness}, {Kind: gallery.Supervision}, {Kind: gallery.Retention}, {Kind: gallery.Safety}, {Kind: gallery.Order, Subject: o.supervised(school)},
		{Kind: gallery.Completeness, Unit: at}, {Kind: gallery.Standards, Unit: at}, {Kind: gallery.Supervision, Unit: at}, {Kind: gallery.Retention, Unit: at}, {Kind: gallery.Safety, Unit: at}, {Kind: gallery.KeepingPlan, Unit: at}}
}

// supervised issues a form, a task and a hazard, and gives the task.
func (o *office) supervised(school edu.UnitID) string {
	o.t.Helper()
	if _, err := o.section().Issue(o.ctx, flow.Order{Form: form1, Period: thisYear, Due: date("2025-10-24")}); err != nil && !errors.Is(err, fault.Conflict) {
		o.t.Fatal(err)
	}
	desk := flow.NewOffice(o.flow, "").At(func() time.Time { return o.clock })
	x, err := desk.NewTask(o.ctx, auth.Operator(), task.Task{Title: "补齐音体美教师", Demand: "年底前配齐", Issuer: task.BureauOf(""), Lead: task.BureauOf(o.town.county.ID), Due: date("2026-06-30"),
		Source: task.Source{Kind: task.FromMeeting, Ref: "m1", Item: "1", Name: "市教育大会"}, Sheet: task.Sheet{Urgency: task.Ordinary}}, "sent")
	must(o.t, err)
	if x.State == task.Drafted {
		if x, err = desk.Act(o.ctx, auth.Operator(), x.ID, x.Rev, task.Issue, task.Options{}); err != nil {
			o.t.Fatal(err)
		}
	}
	o.hazard(school, "hazard0000000000000000001")
	return x.ID
}

func (o *office) hazard(school edu.UnitID, id string) {
	o.t.Helper()
	s := flow.NewOffice(o.flow, "").At(func() time.Time { return o.clock }).Safety()
	pk, err := s.SafetyPack()
	must(o.t, err)
	_, err = s.ReportHazard(o.ctx, auth.Operator(), inspection.Hazard{ID: id, School: school, Text: "消防通道堆放杂物", Part: "教学楼", Category: pk.Checklists[0].ID, Source: inspection.FromSchool, FoundAt: collect.Today(o.clock), Due: collect.Today(o.clock) + 15}, nil)
	must(o.t, err)
}

// A document stays as it was when newer figures come in, byte for byte; every kind is
// composed anew from the data version that it keeps and comes out the same, also
// after later hand-ins, acts, names and days, and by a program that was started
// again; and after newer figures a new one is another document.
func TestDocumentsAreMadeAgain(t *testing.T) {
	testkit.Sequential(t)
	onBoth(t, func(o *office) {
		t := o.t
		must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
		g, who := o.flow.Gallery(), auth.Operator()
		kept, content, made := map[string][]byte{}, map[string]string{}, map[gallery.Kind]bool{}
		orders := o.orders()
		for _, order := range orders {
			r, err := g.Make(o.ctx, who, order)
			if err != nil {
				t.Fatalf("%s: %v", order.Kind, err)
			}
			made[order.Kind] = true
			if wrong := r.Draft.Wrong(); len(wrong) > 0 || len(r.Draft.Figures) < 3 && order.Kind != gallery.Order {
				t.Errorf("%s: %d figures, wrong: %s", order.Kind, len(r.Draft.Figures), strings.Join(wrong, "; "))
			}
			for _, s := range r.Draft.Sources {
				if s.Version == "" || strings.Contains(s.Version, "截至") {
					t.Errorf("%s is of %s, whose version is %q", order.Kind, s.Name, s.Version)
				}
			}
			again, err := g.Make(o.ctx, who, order)
			if err != nil || again.ID != r.ID {
				t.Errorf("%s made twice is %s and %s, %v", order.Kind, r.ID, again.ID, err)
			}
			if f := order.Kind.Fields(); len(f) > 0 {
				if r, err = g.Act(o.ctx, who, r.ID, r.Rev, gallery.Write, gallery.Edits{f[0].ID: "第一条\n第二条"}); err != nil {
					t.Fatal(err)
				}
			}
			if order.Kind.Bulletin() { // the next one is compared with it
				if r, err = g.Act(o.ctx, who, r.ID, r.Rev, gallery.Finish, nil); err != nil {
					t.Fatal(err)
				}
			}
			kept[r.ID], content[r.ID] = word(t, r), r.Content
		}
		if len(made) != len(gallery.Kinds) || len(kept) != len(orders) {
			t.Errorf("%d kinds and %d documents were made", len(made), len(kept))
		}

		// Later: figures, a form handed in, a task and a hazard more, another name, a week.
		a, err := o.flow.Assessment(o.ctx, thisYear)
		must(t, err)
		csv := "学校标识码,学段,学年,教学及辅助用房面积\n"
		for _, row := range a.Stage(edu.Junior).Frame.Rows {
			csv += row.Code + ",初中," + thisYear.String() + ",1\n"
		}
		must(t, o.flow.Import(o.ctx, []intake.File{{Name: "newer.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(csv)), nil }}}, flow.ImportOptions{By: "test", Fictional: true}))
		issues, err := o.section().Issues(o.ctx, thisYear)
		must(t, err)
		place := o.school(issues[0].ID, 1, 0)
		o.step(o.as(auth.CountyReviewer, o.town.county.ID), o.now(issues[0], place.Unit), collect.Excuse, collect.StepOptions{Reason: "本学年停办"})
		desk := flow.NewOffice(o.flow, "").At(func() time.Time { return o.clock })
		x, err := desk.Task(o.ctx, who, orders[10].Subject)
		must(t, err)
		_, err = desk.Act(o.ctx, who, x.ID, x.Rev, task.Sign, task.Options{})
		must(t, err)
		o.hazard(place.Unit, "hazard0000000000000000002")
		must(t, o.flow.Describe(o.ctx, edu.Text{ZH: "新名市", EN: "New name"}, nil))
		o.clock = o.clock.AddDate(0, 0, 7)

		again, err := flow.Open(o.ctx, o.dsn, "")
		must(t, err)
		defer again.Close()
		again.SetClock(func() time.Time { return o.clock })
		for id, was := range kept {
			r, err := again.Gallery().Report(o.ctx, who, id)
			must(t, err)
			if !bytes.Equal(word(t, r), was) || r.Content != content[id] {
				t.Errorf("%s has changed", r.Kind)
			}
			if same, err := again.Gallery().Again(o.ctx, who, id); err != nil || !same {
				t.Errorf("%s of %q does not come out the same from its version: %v", r.Kind, r.Unit, err)
			}
		}
		for _, order := range orders {
			r, err := g.Make(o.ctx, who, order)
			must(t, err)
			if kept[r.ID] != nil {
				t.Errorf("%s of %q does not see the newer figures", order.Kind, order.Unit)
			}
			if same, err := g.Again(o.ctx, who, r.ID); err != nil || !same {
				t.Errorf("a second %s of %q does not come out the same from its version: %v", r.Kind, r.Unit, err)
			}
			if k := order.Kind; k == gallery.Supervision || k == gallery.Safety || k == gallery.Completeness {
				before := -1
				for i, s := range r.Draft.Sources {
					if s.Name == "上期"+k.Name().ZH && s.Version != "" && s.Day != "" {
						before = i
					}
				}
				if !slices.ContainsFunc(r.Draft.Figures, func(f gallery.Figure) bool { return f.By == gallery.Points && f.Known }) || !slices.ContainsFunc(r.Draft.Figures, func(f gallery.Figure) bool {
					return f.Source == before && strings.HasPrefix(f.Href, "/reports/") && kept[strings.TrimPrefix(f.Href, "/reports/")] != nil
				}) {
					t.Errorf("%s of %q is not compared with the one that was archived a week before", k, order.Unit)
				}
			}
		}
	})
}

// Whoever may not make a document gets none, and one is found only by whose it is.
func TestWhoMakesDocuments(t *testing.T) {
	o := newOffice(t)
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	g := o.flow.Gallery()
	orders := o.orders()
	own := o.town.county.ID
	actor := func(role auth.Role, unit edu.UnitID) auth.Actor {
		return auth.Actor{Account: string(role) + string(unit), Name: "某人", Grants: []auth.Grant{{Role: role, Unit: unit, Whole: unit == ""}}}
	}
	other := o.town.city.Counties()[0].ID
	for _, tt := range []struct {
		name string
		who  auth.Actor
		at   int
		want error
	}{
		{"the city about itself", actor(auth.CityPlanner, ""), 0, nil},
		{"a county about the city", actor(auth.CountyReviewer, own), 0, fault.Forbidden},
		{"a county about itself", actor(auth.CountyReviewer, own), 3, nil},
		{"a county's own bulletin", actor(auth.CountyReviewer, own), 12, nil},
		{"the city's bulletin of a county", actor(auth.CityPlanner, ""), 12, nil},
		{"another county's bulletin", actor(auth.CountyReviewer, other), 12, fault.Forbidden},
		{"a head's bulletin of the county", actor(auth.SchoolHead, orders[5].Unit), 12, fault.Forbidden},
		{"another county about it", actor(auth.CountyReviewer, other), 3, fault.NotFound},
		{"a head about the school", actor(auth.SchoolHead, orders[5].Unit), 5, nil},
		{"a head about the county", actor(auth.SchoolHead, orders[5].Unit), 3, fault.NotFound},
		{"a clerk of the school", actor(auth.SchoolClerk, orders[5].Unit), 5, fault.Forbidden},
		{"a leader", actor(auth.Leader, ""), 0, fault.Forbidden},
		{"an administrator", actor(auth.SystemAdmin, ""), 0, fault.Forbidden},
		{"nobody", auth.Actor{}, 0, fault.Forbidden},
	} {
		r, err := g.Make(o.ctx, tt.who, orders[tt.at])
		if tt.want == nil && err != nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want != nil {
			continue
		}
		for _, reader := range []auth.Actor{actor(auth.CityPlanner, ""), actor(auth.CountyClerk, other), {}} {
			_, err := g.Report(o.ctx, reader, r.ID)
			if sees := reader.Reach(auth.ReadReports).Whole; sees && err != nil || !sees && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s, read by %s: %v", tt.name, reader.Account, err)
			}
		}
	}
	list, n, err := g.Reports(o.ctx, actor(auth.CountyClerk, own), store.ReportFilter{})
	if err != nil || n != 3 || len(list) != 3 {
		t.Errorf("the county sees %d documents, %v; want its own two and its school's", n, err)
	}
}

// A document is written in over what its writer saw, in its own fields, and not once
// it is archived.
func TestWritingInADocument(t *testing.T) {
	o := newOffice(t)
	g, who := o.flow.Gallery(), auth.Operator()
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	r, err := g.Make(o.ctx, who, o.orders()[3])
	must(t, err)
	for name, e := range map[string]gallery.Edits{"a field that is none": {"title": "x"}, "too long": {"reasons": strings.Repeat("字", 801)}} {
		if _, err := g.Act(o.ctx, who, r.ID, r.Rev, gallery.Write, e); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	now, err := g.Act(o.ctx, who, r.ID, r.Rev, gallery.Write, gallery.Edits{"reasons": strings.Repeat("字", 800)})
	must(t, err)
	if !bytes.Contains([]byte(r.Content), []byte(`"blocks"`)) || now.Content != r.Content {
		t.Error("writing changed what was composed")
	}
	if _, err := g.Act(o.ctx, who, r.ID, r.Rev, gallery.Write, gallery.Edits{"reasons": "late"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("over an old revision: %v", err)
	}
	if now, err = g.Act(o.ctx, who, r.ID, now.Rev, gallery.Finish, nil); err != nil {
		t.Fatal(err)
	}
	for _, a := range gallery.Acts {
		if _, err := g.Act(o.ctx, who, r.ID, now.Rev, a, nil); !errors.Is(err, fault.Conflict) {
			t.Errorf("%s of an archived document: %v", a, err)
		}
	}
	if h, err := g.History(o.ctx, who, r.ID); err != nil || len(h) != 3 {
		t.Errorf("history of %d, %v", len(h), err)
	}
}
