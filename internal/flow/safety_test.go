package flow

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"sync"
	"testing"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/pack"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/todo"
)

func somePhoto(t testing.TB, shade uint8) []Attached {
	t.Helper()
	pic := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range pic.Pix {
		pic.Pix[i] = uint8(i) + shade
	}
	pic.SetGray(0, 0, color.Gray{Y: shade})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pic, nil); err != nil {
		t.Fatal(err)
	}
	f, body, err := attach.Photo("现场.jpg", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return []Attached{{f, body}}
}

var twoCheckers = []inspection.Signature{{Name: "甲"}, {Name: "乙"}}

// From the plan to the closed hazard: who may do what, what each is asked for, which
// schools were visited, and nothing of it twice.
func TestInspectionToClosedHazard(t *testing.T) {
	onTaskDesks(t, func(d *desks) {
		t := d.t
		s := d.Safety()
		today := collect.Today(d.clock.now())
		for _, who := range []string{"head", "eastclerk", "leader", "admin"} {
			if _, err := s.KeepVisitPlan(d.ctx, d.by[who], inspection.Plan{Name: "x", Kind: inspection.Term, By: "x", From: today, Until: today, Unit: "east"}); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s plans: %v", who, err)
			}
		}
		if _, err := s.KeepVisitPlan(d.ctx, d.by["eastreviewer"], inspection.Plan{Name: "x", Kind: inspection.Term, By: "x", From: today, Until: today}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a county plans for the city: %v", err)
		}
		plan, err := s.KeepVisitPlan(d.ctx, d.by["eastreviewer"], inspection.Plan{Name: "开学检查", Kind: inspection.Term, By: "安全科", From: today, Until: today + 7, Unit: "east", Checklists: []string{"fire"}})
		if err != nil {
			t.Fatal(err)
		}
		begun := VisitBegun{ID: "abcdefgh01234567", Plan: plan.ID, School: "school"}
		if _, err := s.BeginVisit(d.ctx, d.by["eastreviewer"], VisitBegun{ID: "abcdefgh01234568", Plan: plan.ID, School: "own"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a school of another part: %v", err)
		}
		x, err := s.BeginVisit(d.ctx, d.by["eastreviewer"], begun)
		if err != nil || x.Kind != inspection.Term || len(x.Groups) != 1 {
			t.Fatalf("%+v, %v", x, err)
		}
		if again, err := s.BeginVisit(d.ctx, d.by["eastreviewer"], begun); err != nil || again.No != x.No {
			t.Errorf("begun twice: %+v, %v", again, err)
		}

		// Several fill different items at once, each for itself.
		var wg sync.WaitGroup
		for i, it := range x.Items {
			wg.Go(func() {
				who := []string{"eastreviewer", "inspector"}[i%2]
				if _, err := s.FillVisit(d.ctx, d.by[who], x.ID, map[string]inspection.Answer{it.ID: {Result: inspection.Fit}}, fmt.Sprint("p", i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		bad := map[string]inspection.Answer{x.Items[0].ID: {Result: inspection.Unfit, Part: "教学楼", Problem: "通道堵塞", Due: today + 5}, x.Items[1].ID: {Result: inspection.Unfit, Part: "二楼", Problem: "指示灯不亮", Fixed: true}}
		if x, err = s.FillVisit(d.ctx, d.by["inspector"], x.ID, bad, "bad"); err != nil {
			t.Fatal(err)
		}
		if again, err := s.FillVisit(d.ctx, d.by["inspector"], x.ID, bad, "bad"); err != nil || again.Rev != x.Rev {
			t.Errorf("the same patch twice: revision %d after %d, %v", again.Rev, x.Rev, err)
		}
		if n, _ := x.Count(); n[inspection.Fit] != len(x.Items)-2 || n[inspection.Unfit] != 2 {
			t.Fatalf("%v: answers of several at once were lost", n)
		}
		if _, err := s.SignVisit(d.ctx, d.by["inspector"], x.ID, twoCheckers, "sign"); !errors.Is(err, fault.Invalid) {
			t.Errorf("fixed on the spot without a photo: %v", err)
		}
		for range 2 {
			if x, err = s.AddVisitPhotos(d.ctx, d.by["inspector"], x.ID, x.Items[1].ID, somePhoto(t, 9)); err != nil || len(x.Answers[x.Items[1].ID].Photos) != 1 {
				t.Fatalf("%v, %v", x.Answers[x.Items[1].ID], err)
			}
		}
		var many []Attached
		for i := range 6 {
			many = append(many, somePhoto(t, uint8(30+i))...)
		}
		_, err = s.AddVisitPhotos(d.ctx, d.by["inspector"], x.ID, x.Items[1].ID, many)
		if v, verr := s.Visit(d.ctx, d.by["inspector"], x.ID); !errors.Is(err, fault.Invalid) || verr != nil || len(v.Files) != 1 {
			t.Errorf("seven photos of an item: %v; %d files are kept, %v", err, len(v.Files), verr)
		}
		if _, err := s.SignVisit(d.ctx, d.by["inspector"], x.ID, twoCheckers[:1], "sign"); !errors.Is(err, fault.Invalid) {
			t.Errorf("signed by one: %v", err)
		}
		for range 2 {
			if x, err = s.SignVisit(d.ctx, d.by["inspector"], x.ID, twoCheckers, "sign"); err != nil || x.State != inspection.Signed {
				t.Fatalf("%s, %v", x.State, err)
			}
		}
		if _, err := s.FillVisit(d.ctx, d.by["inspector"], x.ID, bad, "late"); !errors.Is(err, fault.Conflict) {
			t.Errorf("filled after the signature: %v", err)
		}
		if again, err := s.FillVisit(d.ctx, d.by["inspector"], x.ID, bad, "bad"); err != nil || again.State != inspection.Signed {
			t.Errorf("a repetition that comes late: %v", err)
		}
		if _, err := s.CountersignVisit(d.ctx, d.by["westclerk"], x.ID, inspection.Signature{Name: "丙"}, "", "c"); !errors.Is(err, fault.NotFound) {
			t.Errorf("signed by another county: %v", err)
		}
		if _, err := s.CountersignVisit(d.ctx, d.by["leader"], x.ID, inspection.Signature{Name: "丙"}, "", "c"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("signed by a leader: %v", err)
		}
		if got := d.asked("head", todo.Hazard); !strings.Contains(got, "签字确认检查") || !strings.Contains(got, "整改 通道堵塞") || strings.Contains(got, "指示灯") {
			t.Errorf("asked of the head: %s", got)
		}
		if x, err = s.CountersignVisit(d.ctx, d.by["head"], x.ID, inspection.Signature{Name: "校长"}, "", "c"); err != nil || x.State != inspection.Done {
			t.Fatalf("%s, %v", x.State, err)
		}

		list, total, err := s.Hazards(d.ctx, d.by["head"], store.HazardFilter{Inspection: x.ID})
		if err != nil || total != 2 {
			t.Fatalf("%d hazards, %v", total, err)
		}
		open := list[0]
		if open.Spot {
			open = list[1]
		}
		if spot := list[0].Spot != list[1].Spot; !spot {
			t.Error("one of the two was mended on the spot")
		}
		mend := inspection.HazardOptions{Person: "某head", Measure: "清理", Sent: "m"}
		if _, err := s.ActHazard(d.ctx, d.by["eastreviewer"], open.ID, open.Rev, inspection.Mend, mend, somePhoto(t, 20)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a county mends: %v", err)
		}
		h, err := s.ActHazard(d.ctx, d.by["head"], open.ID, open.Rev, inspection.Mend, mend, somePhoto(t, 20))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.ActHazard(d.ctx, d.by["head"], open.ID, open.Rev, inspection.Mend, mend, somePhoto(t, 20)); err != nil || again.Rev != h.Rev {
			t.Errorf("sent twice: revision %d after %d, %v", again.Rev, h.Rev, err)
		}
		if _, err := s.ActHazard(d.ctx, d.by["eastreviewer"], open.ID, open.Rev, inspection.Accept, inspection.HazardOptions{Text: "好"}, nil); !errors.Is(err, fault.Conflict) {
			t.Errorf("over an older revision: %v", err)
		}
		if got := d.asked("eastreviewer", todo.Hazard); !strings.Contains(got, "复查 通道堵塞") {
			t.Errorf("asked of the reviewer: %s", got)
		}
		if h, err = s.ActHazard(d.ctx, d.by["eastreviewer"], open.ID, h.Rev, inspection.Accept, inspection.HazardOptions{Text: "已清理"}, nil); err != nil || h.State != inspection.Closed {
			t.Fatalf("%s, %v", h.State, err)
		}
		if _, _, err := s.HazardFile(d.ctx, d.by["westclerk"], h.ID, h.After[0]); !errors.Is(err, fault.NotFound) {
			t.Errorf("another county reads the photo: %v", err)
		}
		if _, body, err := s.HazardFile(d.ctx, d.by["leader"], h.ID, h.After[0]); err != nil || len(body) == 0 {
			t.Errorf("the leader reads the photo: %v", err)
		}
		if got := d.asked("head", todo.Hazard); got != "" {
			t.Errorf("still asked of the head: %s", got)
		}

		c, err := s.SafetyCover(d.ctx, d.by["leader"], 0, 0)
		if err != nil || c.All.Schools != 3 || c.All.Visited != 1 || len(c.Oldest) != 3 || c.Oldest[0].Last != 0 || c.Oldest[2].Unit.ID != "school" {
			t.Errorf("%+v, %v", c, err)
		}
		p, err := s.VisitPlan(d.ctx, d.by["eastreviewer"], plan.ID)
		if err != nil || len(p.Due) != 2 || len(p.Left()) != 1 || p.Left()[0].ID != "point" {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := s.VisitPlan(d.ctx, d.by["westclerk"], plan.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("another county reads the plan: %v", err)
		}
	})
}

// asked is what safety asks of somebody, in words.
func (d *desks) asked(who string, kind todo.Kind) string {
	d.t.Helper()
	items, err := d.city.Todos(d.ctx, d.by[who])
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, i := range items {
		if i.Kind == kind {
			out = append(out, i.Do.ZH+" "+i.Title.ZH)
		}
	}
	return strings.Join(out, "; ")
}

// What a school cannot pay goes up with the sum; what is overdue becomes a task of the
// bureau, once however often the round is made, and only where somebody above owes it.
func TestOverdueBecomesATask(t *testing.T) {
	onTaskDesks(t, func(d *desks) {
		t := d.t
		s := d.Safety()
		today := collect.Today(d.clock.now())
		report := func(id string) inspection.Hazard {
			t.Helper()
			h, err := s.ReportHazard(d.ctx, d.by["head"], inspection.Hazard{ID: id, School: "school", Source: inspection.FromSchool, Category: "buildings", Part: "围墙", Text: "围墙开裂" + id, FoundAt: today, Due: today + 3}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		late, up := report("late000000000000"), report("passedup00000000")
		if _, err := s.ReportHazard(d.ctx, d.by["head"], inspection.Hazard{ID: "elsewhere0000000", School: "own", Source: inspection.FromSchool, Category: "fire", Part: "x", Text: "x", FoundAt: today, Due: today}, nil); !errors.Is(err, fault.NotFound) {
			t.Errorf("a hazard of another school: %v", err)
		}
		up, err := s.ActHazard(d.ctx, d.by["head"], up.ID, up.Rev, inspection.Pass, inspection.HazardOptions{Text: "无经费", Sum: 50000, Due: today + 4}, nil)
		if err != nil || up.Holder != inspection.HeldByCounty {
			t.Fatalf("%s, %v", up.Holder, err)
		}
		if got := d.asked("eastclerk", todo.Hazard); !strings.Contains(got, "答复上报的隐患 围墙开裂passedup") {
			t.Errorf("asked of the county: %s", got)
		}
		if n, err := s.EscalateOverdue(d.ctx, d.by["eastreviewer"]); err != nil || n.Made != 0 {
			t.Errorf("before the limit: %+v, %v", n, err)
		}
		d.clock.set(t, "2025-04-25 10:00")
		for round := range 2 {
			n, err := s.EscalateOverdue(d.ctx, d.by["eastreviewer"])
			if err != nil || n.Made != 1-round || n.Skipped != 1 {
				t.Errorf("round %d: %+v, %v; the county does not put itself under supervision", round, n, err)
			}
		}
		tick := &Ticker{City: d.city, Holder: "h", Now: d.clock.now, Hazards: s.EscalateDue}
		for round := range 2 {
			if did, err := tick.Tick(d.ctx); err != nil || did.Hazards != 1-round {
				t.Errorf("by the server, for the city, round %d: %+v, %v", round, did, err)
			}
		}
		for _, x := range []struct{ id, issuer, lead string }{{late.ID, "bureau:east", "unit:school"}, {up.ID, "bureau:", "bureau:east"}} {
			h, err := s.Hazard(d.ctx, d.by["leader"], x.id)
			if err != nil || h.Task == "" {
				t.Fatalf("%+v, %v", h, err)
			}
			got := d.full("section", h.Task)
			if got.Issuer != x.issuer || got.Lead != x.lead || got.State != task.Drafted || got.Source.Kind != task.FromHazard || got.Source.Ref != x.id || got.Sheet.None() {
				t.Errorf("task of %s: %+v", x.id, got.Task)
			}
		}
		if _, err := s.ActHazard(d.ctx, d.by["eastclerk"], up.ID, up.Rev+1, inspection.Reply, inspection.HazardOptions{Text: "县级安排", Funds: "县级财政", Due: collect.Today(d.clock.now()) + 20}, nil); err != nil {
			t.Errorf("the county answers: %v", err)
		}
		if _, err := s.EscalateOverdue(d.ctx, auth.Actor{}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("by nobody: %v", err)
		}
	})
}

// The number of guards that is wanted follows from pupils and boarders, by the limits
// of the pack and with their evidence mark.
func TestGuardsWanted(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	d.clock.set(t, "2025-04-14 10:00")
	for _, tt := range []struct {
		pupils, boarders int
		want             []string
	}{{99, 0, []string{"≥1"}}, {100, 0, []string{"≥2"}}, {999, 0, []string{"≥2"}}, {1000, 0, []string{"≥3"}}, {1499, 0, []string{"≥3"}}, {1500, 0, []string{"≥4"}}, {800, 599, []string{"≥2", "≥2"}}, {800, 600, []string{"≥2", "≥3"}}} {
		says, source, tag, err := d.Safety().GuardsWanted(tt.pupils, &tt.boarders)
		if err != nil || tag != "M" || !strings.Contains(source, "GB/T 29315-2022") {
			t.Fatalf("%s %s, %v", source, tag, err)
		}
		parts := strings.Split(says.ZH, "；")
		if len(parts) != len(tt.want) {
			t.Errorf("%d pupils, %d boarders: %s", tt.pupils, tt.boarders, says.ZH)
			continue
		}
		for i, w := range tt.want {
			if !strings.HasSuffix(parts[i], w) {
				t.Errorf("%d pupils, %d boarders: %s; want %v", tt.pupils, tt.boarders, says.ZH, tt.want)
			}
		}
	}
	// Of boarders that nobody knows nothing is said, as of a school that has some.
	if says, _, _, err := d.Safety().GuardsWanted(800, nil); err != nil || !strings.HasSuffix(says.ZH, "≥2") || strings.Contains(says.ZH, "；") {
		t.Errorf("boarders not known: %s, %v", says.ZH, err)
	}
	// A city's own checklists need not have the norm: then there is none to show.
	pk, err := d.Safety().SafetyPack()
	if err != nil {
		t.Fatal(err)
	}
	own, n := *pk, 800.0
	own.Checklists = slices.DeleteFunc(slices.Clone(pk.Checklists), func(c *pack.Checklist) bool { return c.ID == "gate" })
	if says, source, tag := guardsWanted(&own, Facts{Pupils: &n}, d.Safety().today()); says != (edu.Text{}) || source+tag != "" {
		t.Errorf("without the norm: %s %s %s", says.ZH, source, tag)
	}
}

// An inspection keeps whether boarders were stated: none and not known are two things.
func TestBoardersAreKeptAsStated(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	d.clock.set(t, "2025-04-14 10:00")
	s, pupils, none := d.Safety(), 800, 0
	for id, n := range map[string]*int{"boarders00000001": nil, "boarders00000002": &none} {
		if _, err := s.BeginVisit(d.ctx, d.by["inspector"], VisitBegun{ID: id, School: "school", Kind: inspection.Daily, Lists: []string{"gate"}, Pupils: &pupils, Boarders: n}); err != nil {
			t.Fatal(err)
		}
		x, err := s.Visit(d.ctx, d.by["inspector"], id)
		if err != nil || x.Pupils != pupils || (x.Boarders == nil) != (n == nil) || n != nil && *x.Boarders != 0 {
			t.Errorf("%s: %+v, %v", id, x, err)
		}
	}
}

// A key part that is chosen by its name, in either language and on the page, in the
// workbook or of a hazard outside an inspection, is kept as its id; other places are
// words.
func TestKeyPartsAreKeptAsIDs(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	d.clock.set(t, "2025-04-14 10:00")
	s := d.Safety()
	x, err := s.BeginVisit(d.ctx, d.by["inspector"], VisitBegun{ID: "keypart012345678", School: "school", Kind: inspection.Daily, Lists: []string{"gate"}})
	if err != nil {
		t.Fatal(err)
	}
	both, one := "gate_guards", "gate_24h" // of two parts, and of the gatehouse only
	for _, tt := range [][2]string{{"门卫室", "gatehouse"}, {"Gatehouse", "gatehouse"}, {"gatehouse", "gatehouse"}, {"周界", "perimeter"}, {"二楼东侧", "二楼东侧"}, {"", ""}} {
		said, want := tt[0], tt[1]
		bad := inspection.Answer{Result: inspection.Unfit, Part: said, Problem: "示例"}
		if x, err = s.FillVisit(d.ctx, d.by["inspector"], x.ID, map[string]inspection.Answer{both: bad, one: bad}, ""); err != nil {
			t.Fatal(err)
		}
		own := want
		if own == "gatehouse" {
			own = "" // what the item says itself
		}
		if x.Answers[both].Part != want || x.Answers[one].Part != own {
			t.Errorf("%q is kept as %q, and of an item of one part as %q", said, x.Answers[both].Part, x.Answers[one].Part)
		}
	}
	h, err := s.ReportHazard(d.ctx, d.by["inspector"], inspection.Hazard{ID: "keypart012345679", School: "school", Source: inspection.FromReport, Category: "gate", Part: "Outside the gate", Text: "示例", FoundAt: s.today(), Due: s.today() + 5}, somePhoto(t, 3))
	if err != nil || h.Part != "outside_gate" {
		t.Errorf("the hazard is at %q, %v", h.Part, err)
	}
}
