package flow

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"shuren/internal/attach"
	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// evidenceOf is a file as it comes out of the check, under a name that nobody should
// read again.
func evidenceOf(t testing.TB, name string, body []byte) Attached {
	t.Helper()
	f, b, err := attach.Clean(name, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return Attached{f, b}
}

func visitPhoto(t testing.TB, grey uint8) Attached {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 8, 6))
	for i := range m.Pix {
		m.Pix[i] = grey
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	f, body, err := attach.Photo(plantedName+"入户.jpg", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return Attached{f, body}
}

// Evidence of a case, on both databases: each step carries files by whoever takes it,
// they are read in the part of the case and nowhere else, each reading is logged, a
// name that they came with is not kept, and they go with the case by the periods.
func TestEvidenceOfCases(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWard(t, dsn)
		c := w.opened(w.child)
		c = w.act("eastofficer", c, retention.Confirm, retention.Options{Cause: "weary", Day: edu.DateOf(w.clock.now()) - 5})
		acted := func(who string, a retention.Act, o retention.Options, files ...Attached) {
			t.Helper()
			next, err := w.x.Act(ctx, w.by[who], c.ID, c.Rev, a, o, files...)
			if err != nil {
				t.Fatalf("%s by %s: %v", a, who, err)
			}
			c = next
		}
		photo, notice, receipt := visitPhoto(t, 10), evidenceOf(t, plantedName+".txt", []byte("责令改正通知书")), evidenceOf(t, "回执.txt", []byte("该生已到校就读"))
		visit := visited
		visit.Sent = "visit"
		acted("eastofficer", retention.Persuade, visit, photo, photo) // the same photo twice is one
		seen := c.Rev
		if again, err := w.x.Act(ctx, w.by["eastofficer"], c.ID, c.Rev-1, retention.Persuade, visit, photo); err != nil || again.Rev != c.Rev {
			t.Errorf("the same sent twice: rev %d, %v", again.Rev, err)
		}
		acted("townofficer", retention.Notify, retention.Options{Notice: retention.Notice{Step: retention.Educate}}, notice)
		legal := c.Rev
		later := visitPhoto(t, 200)
		acted("head", retention.Attach, retention.Options{For: seen}, later)
		for name, o := range map[string]retention.Options{"to a step that was not taken": {For: 99}, "to no step": {}} {
			if _, err := w.x.Act(ctx, w.by["head"], c.ID, c.Rev, retention.Attach, o, visitPhoto(t, 90)); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v; want invalid", name, err)
			}
		}
		w.refused("head", c, retention.Attach, retention.Options{For: seen}, fault.Invalid) // without a file
		acted("eastofficer", retention.Move, retention.Options{Place: retention.Placement{School: "point"}})
		acted("pointhead", retention.Accept, retention.Options{}, receipt)
		given := c.Rev

		for _, who := range []string{"eastofficer", "head", "pointhead", "cityofficer"} {
			full, err := w.x.Case(ctx, w.by[who], c.ID)
			got := ""
			for _, f := range full.Files {
				got += fmt.Sprintf("%d %s %s; ", f.Step, f.By, f.Name)
				if strings.Contains(f.Name, plantedName) {
					t.Errorf("the name of the child is kept: %s", f.Name)
				}
			}
			want := fmt.Sprintf("%d %s persuade-2025-09-10-%s.jpg; %d %s notify-2025-09-10-%s.txt; %d %s attach-2025-09-10-%s.jpg; %d %s accept-2025-09-10-%s.txt; ",
				seen, w.ids["eastofficer"], photo.Hash[:6], legal, w.ids["townofficer"], notice.Hash[:6], seen, w.by["head"].Account, later.Hash[:6], given, w.ids["pointhead"], receipt.Hash[:6])
			if got != want || err != nil {
				t.Errorf("%s sees %v\n%s\nwant\n%s", who, err, got, want)
			}
			for _, f := range []Attached{photo, notice, later, receipt} {
				if u, body, err := w.x.File(ctx, w.by[who], c.ID, f.Hash); err != nil || !bytes.Equal(body, f.Body) || u.Type != f.Type {
					t.Errorf("%s reads %d bytes of %s, %v", who, len(body), u.Name, err)
				}
			}
		}
		other := w.opened(w.pupil("周而复", 2))
		for _, x := range []struct {
			name, who, id, hash string
			want                error
		}{
			{"another county's officer", "westofficer", c.ID, photo.Hash, fault.NotFound},
			{"a leader, who sees counts only", "leader", c.ID, photo.Hash, fault.Forbidden},
			{"by its hash, of another case", "eastofficer", other.ID, photo.Hash, fault.NotFound},
			{"another school's head", "pointhead", other.ID, photo.Hash, fault.NotFound},
		} {
			if u, body, err := w.x.File(ctx, w.by[x.who], x.id, x.hash); !errors.Is(err, x.want) || body != nil || u.Hash != "" {
				t.Errorf("%s: %v, %d bytes; want %v", x.name, err, len(body), x.want)
			}
			if err := w.x.DropFile(ctx, w.by[x.who], x.id, x.hash); !errors.Is(err, x.want) {
				t.Errorf("%s takes it off: %v; want %v", x.name, err, x.want)
			}
		}
		if _, err := w.x.Act(ctx, w.by["westofficer"], c.ID, c.Rev, retention.Attach, retention.Options{For: seen}, visitPhoto(t, 50)); !errors.Is(err, fault.NotFound) {
			t.Errorf("another county's officer adds: %v", err)
		}
		if err := w.x.DropFile(ctx, w.by["eastofficer"], c.ID, later.Hash); !errors.Is(err, fault.Forbidden) {
			t.Errorf("another's photo is taken off: %v", err)
		}
		if err := w.x.DropFile(ctx, w.by["head"], c.ID, later.Hash); err != nil {
			t.Error(err)
		}
		for action, want := range map[audit.Action]int{fileAdded: 4, fileDropped: 1, audit.PersonRead: 16} {
			if recs, n, err := w.books.city.AuditLog(ctx, auth.Operator(), audit.Filter{Action: action}); n != want || err != nil || recs[0].Object != "case/"+c.ID || recs[0].Unit != "school" {
				t.Errorf("%d lines of %s, %v, %+v; want %d", n, action, err, recs, want)
			}
		}
		w.nothingPersonal()

		w.clock.set(t, "2026-03-02 10:00")
		acted("eastofficer", retention.Close, retention.Options{})
		if err := w.x.DropFile(ctx, w.by["eastofficer"], c.ID, photo.Hash); !errors.Is(err, fault.Conflict) {
			t.Errorf("off a closed case: %v; want a conflict", err)
		}
		w.goesByPeriods(c, other, photo.Hash)
	})
}

// goesByPeriods lets the time go on: the files go three years after the school year in
// which the case ended, the case ten years after it, and one that is open stays.
func (w *ward) goesByPeriods(c, open retention.Case, hash string) {
	w.t.Helper()
	st := w.books.city.store
	if _, err := w.x.Act(ctx, w.by["head"], open.ID, open.Rev, retention.Amend, retention.Options{Text: "仍在核实"}, visitPhoto(w.t, 77)); err != nil {
		w.t.Fatal(err)
	}
	swept := func() int {
		w.t.Helper()
		n, err := st.SweepFiles(ctx, w.clock.now().Add(-24*time.Hour))
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	swept() // what was taken off
	for _, step := range []struct {
		at    string
		want  store.ExpiredCases
		swept int
	}{
		{"2029-08-31 10:00", store.ExpiredCases{}, 0}, {"2029-09-01 10:00", store.ExpiredCases{Files: 3}, 3}, {"2029-09-02 10:00", store.ExpiredCases{}, 0},
		{"2036-08-31 10:00", store.ExpiredCases{}, 0}, {"2036-09-01 10:00", store.ExpiredCases{Cases: 1}, 0},
	} {
		w.clock.set(w.t, step.at)
		if got, err := w.x.Expire(ctx); got != step.want || err != nil {
			w.t.Errorf("on %s: %+v, %v; want %+v", step.at, got, err, step.want)
		}
		if n := swept(); n != step.swept {
			w.t.Errorf("on %s: the bytes of %d files are gone; want %d", step.at, n, step.swept)
		}
		full, err := w.x.Case(ctx, w.by["eastofficer"], c.ID)
		if gone := step.want.Cases > 0; gone != errors.Is(err, fault.NotFound) || !gone && err != nil {
			w.t.Errorf("on %s: the case: %v", step.at, err)
		}
		_, _, err = w.x.File(ctx, w.by["eastofficer"], c.ID, hash)
		if old := step.at > "2029-08-31 24"; old != errors.Is(err, fault.NotFound) || old && len(full.Files) > 0 {
			w.t.Errorf("on %s: %d files, %v", step.at, len(full.Files), err)
		}
	}
	if full, err := w.x.Case(ctx, w.by["eastofficer"], open.ID); err != nil || len(full.Files) != 1 {
		w.t.Errorf("a case that is open: %d files, %v", len(full.Files), err)
	}
	recs, n, err := w.books.city.AuditLog(ctx, auth.Operator(), audit.Filter{Action: "retention.expire"})
	if err != nil || n != 2 || recs[0].Detail != "0 files, 1 cases" || recs[1].Detail != "3 files, 0 cases" {
		w.t.Errorf("%d lines of what expired, %v: %+v", n, err, recs)
	}
}
