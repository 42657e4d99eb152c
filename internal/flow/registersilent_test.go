package flow

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/register/family"
	"shuren/internal/store"
)

// brokenOff is half an import of a county that nobody carries out any more.
func (b *books) brokenOff(who auth.Actor, file []byte, opt RegisterOptions) RegisterReceipt {
	b.t.Helper()
	stop, cancel := context.WithCancel(b.ctx)
	defer cancel()
	opt.Progress = func(int, int64, int64) { cancel() }
	got, err := b.Import(stop, who, bytesOf(file), opt)
	if !errors.Is(err, context.Canceled) || got.State != store.RunWrites {
		b.t.Fatalf("broken off: %+v, %v", got, err)
	}
	return got
}

// said is what somebody is told who is refused.
func said(err error) string {
	if r, ok := errors.AsType[*auth.Refusal](err); ok && errors.Is(err, fault.Conflict) {
		return r.Texts[0].ZH
	}
	return ""
}

// Half an import of one county stands in nobody's way for longer than it takes to be
// sure that nobody carries it out; as long as nobody needs the way, the same file goes
// on, and nothing of it ever counts by halves.
func TestAnImportThatIsSilentGivesWay(t *testing.T) {
	const pupils = 150
	opt := RegisterOptions{Kind: store.AChild, Year: 2024, Skip: true}
	file := pupilsFile(t, family.Options{Pupils: pupils, Year: 2024, Schools: twoSchools})
	east, west, head := actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west"), actor(auth.SchoolHead, "school")
	wests := func(b *books) error {
		_, err := b.Import(b.ctx, west, bytesOf([]byte("姓名,身份证号,学校标识码,学段,年级\n")), opt)
		return err
	}
	for _, tt := range []struct {
		name  string
		needs func(b *books) error // the way
		words string               // for who is told to wait
		adds  int
		gives bool
	}{
		{"to another county", wests, "其他单位正在导入名册", 0, true},
		{"to the city, which reads the same file", func(b *books) error {
			got, err := b.Import(b.ctx, auth.Operator(), bytesOf(file), opt)
			if err == nil && (got.Resumed || got.New != pupils) {
				b.t.Errorf("the city's: %+v", got)
			}
			return err
		}, "本单位的另一个名册导入尚未结束", pupils, true},
		{"to another file of the county", func(b *books) error {
			_, err := b.Import(b.ctx, east, bytesOf(append(file[:len(file):len(file)], '\n')), opt)
			return err
		}, "本单位的另一个名册导入尚未结束", pupils, true},
		{"to a new record", func(b *books) error {
			c, who := pupil("周而复", 1)
			_, err := b.KeepChild(b.ctx, head, c, who)
			return err
		}, "暂不能新增", 1, true},
		{"not to its own file", func(b *books) error {
			got, err := b.Import(b.ctx, east, bytesOf(file), opt)
			if err == nil && !got.Resumed {
				b.t.Errorf("begun anew: %+v", got)
			}
			return err
		}, "", pupils, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				b := newBooks(t, dsn)
				b.t, b.chunk = t, 60
				half := b.brokenOff(east, file, opt)
				m := register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher", Stage: edu.Primary, Subject: "语文"}
				if _, err := b.KeepStaff(b.ctx, head, m, &register.Identity{Name: "孙立人", Citizen: citizenNo("19850310", 7)}); err != nil {
					t.Errorf("the other register takes new records: %v", err)
				}
				b.clock.add(ImportSilent - time.Second)
				if tt.gives { // its own file goes on at once: TestABrokenOffImportGoesOn
					if err := tt.needs(b); !strings.Contains(said(err), tt.words) {
						t.Errorf("before it is silent: %v", err)
					}
				}
				b.clock.add(2 * time.Second)
				lease := store.RunLease(half.Run)
				if ok, err := b.Office.city.store.Lease(b.ctx, lease, "another server", b.clock.now(), b.clock.now().Add(time.Minute)); err != nil || !ok {
					t.Fatal(ok, err)
				}
				if err := wests(b); !strings.Contains(said(err), "其他单位正在导入名册") {
					t.Errorf("while a server carries it out: %v", err)
				}
				if err := b.Office.city.store.Release(b.ctx, lease, "another server"); err != nil {
					t.Fatal(err)
				}
				if err := tt.needs(b); err != nil {
					t.Errorf("once it is silent: %v", err)
				}
				state, drops := store.RunDone, 0
				if tt.gives {
					state, drops = store.RunDropped, 1
				}
				if got := b.receipt(t, east, half.Run); got.State != state {
					t.Errorf("the import is %s, want %s", got.State, state)
				}
				if recs, _, err := b.Office.city.AuditLog(b.ctx, auth.Operator(), audit.Filter{Action: "register.import.drop", Limit: 9}); err != nil || len(recs) != drops || drops > 0 && (recs[0].Unit != "east" || recs[0].Object == "") {
					t.Errorf("the log: %+v, %v", recs, err)
				}
				if _, n, err := b.Children(b.ctx, auth.Operator(), register.ChildFilter{}); err != nil || n != tt.adds {
					t.Errorf("%d count, %v; want %d", n, err, tt.adds)
				}
				if n, err := b.Sealed(b.ctx); err != nil || n != tt.adds+1 {
					t.Errorf("%d are kept, %v; want %d", n, err, tt.adds+1)
				}
				if last := b.imported(east, file, opt); last.Resumed || last.New+last.Same+last.Changed != pupils {
					t.Errorf("its file, sent once more: %+v", last)
				}
			})
		})
	}
}

// The same file of another unit is another import: it is never gone on with by who
// reaches elsewhere.
func TestAnotherUnitsImportIsNotGoneOnWith(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, east, west := newBooks(t, dsn), actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west")
		b.t, b.chunk = t, 60
		file, opt := pupilsFile(t, family.Options{Pupils: 150, Year: 2024, Schools: twoSchools}), RegisterOptions{Kind: store.AChild, Year: 2024, Skip: true}
		half := b.brokenOff(east, file, opt)
		b.clock.add(time.Minute)
		if got, err := b.Import(b.ctx, west, bytesOf(file), opt); said(err) == "" || got.Run == half.Run {
			t.Errorf("another county's: %+v, %v", got, err)
		}
		if got := b.receipt(t, east, half.Run); got.State != store.RunWrites || !got.Touched.Equal(half.Touched) {
			t.Errorf("it was touched: %+v", got)
		}
		if got := b.imported(east, file, opt); !got.Resumed || got.Run != half.Run || got.New != 150 {
			t.Errorf("its own county goes on: %+v", got)
		}
	})
}

// Who was silent and wakes after its import gave way writes nothing more, and nothing of
// its half counts.
func TestWhoWakesAfterItsImportGaveWay(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, east := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		b.t = t
		slow, hold := b.killed(t, dsn), newHeld()
		slow.between, slow.chunk = hold.wait, 60
		opt := RegisterOptions{Kind: store.AChild, Year: 2024}
		text := pupilsFile(t, family.Options{Pupils: 150, Year: 2024, Schools: twoSchools})
		begun, err := slow.BeginImport(t.Context(), east, &lentFile{text: text}, opt)
		if err != nil {
			t.Fatal(err)
		}
		<-hold.began
		b.clock.add(ImportSilent)
		city := b.imported(auth.Operator(), pupilsFile(t, family.Options{Pupils: 18, Year: 2024, Schools: twoSchools[:1], Seed: 9}), opt)
		close(hold.goOn)
		<-slow.city.making.job(importingID(store.AChild, "east")).done
		if got := b.receipt(t, east, begun.No); got.State != store.RunDropped {
			t.Errorf("it is %s", got.State)
		}
		if _, n, err := b.Children(b.ctx, east, register.ChildFilter{}); err != nil || n != city.New || n == 0 {
			t.Errorf("%d count, %v; want %d", n, err, city.New)
		}
	})
}

// killed are the registers of another server, whose clock stands still: it never
// lengthens a lease by the clock that a test moves.
func (b *books) killed(t *testing.T, dsn string) *Registers {
	t.Helper()
	c, err := Open(t.Context(), dsn, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.UseKeys(b.keys, false, ident.AES); err != nil {
		t.Fatal(err)
	}
	dead, at := c.Registers(), b.clock.now()
	dead.now = func() time.Time { return at }
	return dead
}

// What is left of an import whose server died while it was dropped waits for nobody: its
// page says that it goes, and the next import, the same file anew, deletes the rest.
func TestAnImportWhoseDroppingWasCutShort(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, east := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		b.t, b.chunk = t, 60
		file, opt := pupilsFile(t, family.Options{Pupils: 150, Year: 2024, Schools: twoSchools}), RegisterOptions{Kind: store.AChild, Year: 2024, Skip: true}
		half := b.brokenOff(east, file, opt)
		if half.Goes {
			t.Errorf("broken off: %+v", half)
		}
		driver := "sqlite"
		if store.Shared(dsn) {
			driver = "pgx"
		}
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`UPDATE register_runs SET chunks = -1, hash = '' WHERE run = $1`, half.Run); err != nil {
			t.Fatal(err)
		}
		if got := b.receipt(t, east, half.Run); !got.Goes || got.State != store.RunWrites {
			t.Errorf("while it is dropped: %+v", got)
		}
		if got := b.imported(east, file, opt); got.Resumed || got.Run == half.Run || got.New != 150 {
			t.Errorf("its file at once: %+v", got)
		}
		if got := b.receipt(t, east, half.Run); got.Goes || got.State != store.RunDropped {
			t.Errorf("in the end: %+v", got)
		}
		if n, err := b.Sealed(b.ctx); err != nil || n != 150 {
			t.Errorf("%d are kept, %v", n, err)
		}
	})
}

// Half an import that nobody goes on with and nobody needs the way of is not kept for
// ever: the server drops it by itself after a week.
func TestAForgottenHalfIsDropped(t *testing.T) {
	b, east := newBooks(t, begun.SQLite(t)), actor(auth.RetentionOfficer, "east")
	b.t, b.chunk = t, 60
	half := b.brokenOff(east, pupilsFile(t, family.Options{Pupils: 150, Year: 2024, Schools: twoSchools}), RegisterOptions{Kind: store.AChild, Year: 2024, List: register.ExPoor, Skip: true})
	for _, tt := range []struct {
		after time.Duration
		state store.RunState
		kept  bool
	}{{brokenOffKept - time.Minute, store.RunWrites, true}, {time.Minute, store.RunDropped, false}} {
		b.clock.add(tt.after)
		if _, err := b.Expire(b.ctx); err != nil {
			t.Fatal(err)
		}
		n, err := b.Sealed(b.ctx)
		if got := b.receipt(t, east, half.Run); got.State != tt.state || err != nil || (n > 0) != tt.kept {
			t.Errorf("it is %s, %d are kept, %v; want %s", got.State, n, err, tt.state)
		}
	}
	if recs, _, err := b.Office.city.AuditLog(b.ctx, auth.Operator(), audit.Filter{Action: "register.import.drop", Limit: 9}); err != nil || len(recs) != 1 || recs[0].Account != "system" {
		t.Errorf("the log: %+v, %v", recs, err)
	}
}
