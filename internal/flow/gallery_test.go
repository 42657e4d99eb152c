package flow_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/intake"
	"shuren/internal/store"
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

// orders are documents of every kind that rests on submitted figures.
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
	return []flow.ReportOrder{{Kind: gallery.Standards}, {Kind: gallery.Yearly}, {Kind: gallery.Meeting}, {Kind: gallery.CountyPlan, Unit: at}, {Kind: gallery.Consolidation, Unit: at}, {Kind: gallery.SchoolPlan, Unit: school}}
}

// A document stays as it was when newer figures come in, byte for byte; what is
// measured comes out the same from the version that it keeps; and after newer
// figures a new one is another document.
func TestDocumentsAreMadeAgain(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
		g, who := o.flow.Gallery(), auth.Operator()
		kept := map[string][]byte{}
		for _, order := range o.orders() {
			r, err := g.Make(o.ctx, who, order)
			if err != nil {
				t.Fatalf("%s: %v", order.Kind, err)
			}
			if wrong := r.Draft.Wrong(); len(wrong) > 0 || len(r.Draft.Figures) < 3 {
				t.Errorf("%s: %d figures, wrong: %s", order.Kind, len(r.Draft.Figures), strings.Join(wrong, "; "))
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
			kept[r.ID] = word(t, r)
		}

		a, err := o.flow.Assessment(o.ctx, thisYear)
		must(t, err)
		csv := "学校标识码,学段,学年,教学及辅助用房面积\n"
		for _, row := range a.Stage(edu.Junior).Frame.Rows {
			csv += row.Code + ",初中," + thisYear.String() + ",1\n"
		}
		must(t, o.flow.Import(o.ctx, []intake.File{{Name: "newer.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(csv)), nil }}}, flow.ImportOptions{By: "test", Fictional: true}))

		for id, was := range kept {
			r, err := g.Report(o.ctx, who, id)
			must(t, err)
			if !bytes.Equal(word(t, r), was) {
				t.Errorf("%s has changed", r.Kind)
			}
			switch same, err := g.Again(o.ctx, who, id); {
			case gallery.Kind(r.Kind) == gallery.Standards || gallery.Kind(r.Kind) == gallery.Meeting:
				if !errors.Is(err, fault.Invalid) {
					t.Errorf("%s holds what is not measured, and was composed anew: %v", r.Kind, err)
				}
			case err != nil || !same:
				t.Errorf("%s does not come out the same from its version: %v", r.Kind, err)
			}
		}
		for _, order := range o.orders() {
			r, err := g.Make(o.ctx, who, order)
			must(t, err)
			if kept[r.ID] != nil {
				t.Errorf("%s does not see the newer figures", order.Kind)
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
	if err != nil || n != 2 || len(list) != 2 {
		t.Errorf("the county sees %d documents, %v; want its own and its school's", n, err)
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
