package flow

import (
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/register/family"
	"shuren/internal/store"
)

// lentFile is a file that knows whether it was closed.
type lentFile struct {
	text   []byte
	closed atomic.Int32
}

func (f *lentFile) Again() (io.ReadCloser, error) { return bytesOf(f.text)() }
func (f *lentFile) Close() error                  { f.closed.Add(1); return nil }

func (b *books) importing(t *testing.T, who auth.Actor, kind store.PersonKind) Importing {
	t.Helper()
	return ended(t, func() (Importing, MakingState, error) {
		at, err := b.Importing(t.Context(), who, kind)
		return at, at.State, err
	})
}

// ended looks until what runs behind a page has ended, a minute long.
func ended[T any](t *testing.T, look func() (T, MakingState, error)) (at T) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		at, state, err := look()
		if err != nil {
			t.Fatal(err)
		}
		if state != MakingNow {
			return at
		}
	}
	t.Fatal("it does not end")
	return at
}

func (b *books) receipt(t *testing.T, who auth.Actor, no int) RegisterReceipt {
	t.Helper()
	all, err := b.Imports(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Run == no {
			return x
		}
	}
	t.Fatalf("no import %d among %d", no, len(all))
	return RegisterReceipt{}
}

// However an import behind a page ends, its file is closed, a half counts for nothing,
// and what was written is gone on with by the same file.
func TestHoweverAnImportBehindAPageEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		do    func(t *testing.T, b *books, who auth.Actor, hold *held)
		state MakingState
		run   store.RunState
	}{
		{"it is done", func(t *testing.T, b *books, who auth.Actor, hold *held) { close(hold.goOn) }, MakingDone, store.RunDone},
		{"it is stopped", func(t *testing.T, b *books, who auth.Actor, hold *held) {
			at, err := b.Importing(t.Context(), who, store.AChild)
			if err == nil { // of a page that is older than this import
				err = b.StopImport(t.Context(), who, store.AChild, at.No-1)
			}
			if now, wrong := b.Importing(t.Context(), who, store.AChild); wrong != nil || now.State != MakingNow {
				t.Errorf("stopped by another number: %+v, %v", now, wrong)
			}
			if err == nil {
				err = b.StopImport(t.Context(), who, store.AChild, at.No)
			}
			if err != nil {
				t.Error(err)
			}
		}, MakingStopped, store.RunWrites},
		{"it is given up", func(t *testing.T, b *books, who auth.Actor, hold *held) {
			at, err := b.Importing(t.Context(), who, store.AChild)
			if err == nil {
				err = b.DropImport(t.Context(), who, at.No)
			}
			if err != nil {
				t.Error(err)
			}
		}, MakingStopped, store.RunDropped},
		{"it fails", func(t *testing.T, b *books, who auth.Actor, hold *held) { hold.panics = true; close(hold.goOn) }, MakingFailed, store.RunWrites},
		{"the server ends in order", func(t *testing.T, b *books, who auth.Actor, hold *held) {
			c := b.Office.city
			c.making.close()
			c.making = newMakings()
		}, MakingCut, store.RunWrites},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onOne := func(t *testing.T, do func(t *testing.T, dsn string)) { do(t, t.TempDir()+"/city.db") }
			if tt.state == MakingStopped && tt.run == store.RunWrites {
				onOne = onBoth // what the databases have to do with it
			}
			onOne(t, func(t *testing.T, dsn string) {
				b, who := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
				b.chunk = 60
				const pupils = 150
				file := &lentFile{text: pupilsFile(t, family.Options{Pupils: pupils, Year: 2024, Schools: twoSchools})}
				opt := RegisterOptions{Kind: store.AChild, Year: 2024, Skip: true}
				hold := newHeld()
				b.between = hold.wait
				begun, err := b.BeginImport(t.Context(), who, file, opt)
				if err != nil || begun.State != MakingNow {
					t.Fatalf("begun: %+v, %v", begun, err)
				}
				<-hold.began
				if at, err := b.Importing(t.Context(), who, store.AChild); err != nil || at.State != MakingNow || at.No != begun.No {
					t.Errorf("under way: %+v, %v", at, err)
				}
				again := &lentFile{text: file.text}
				if _, err := b.BeginImport(t.Context(), who, again, opt); !errors.Is(err, fault.Conflict) || again.closed.Load() != 1 {
					t.Errorf("begun twice: %v, its file closed %d times", err, again.closed.Load())
				}
				tt.do(t, b, who, hold)
				at := b.importing(t, who, store.AChild)
				got := b.receipt(t, who, begun.No)
				if at.State != tt.state || got.State != tt.run || file.closed.Load() != 1 {
					t.Fatalf("it ended %s (%s), its run %s, its file closed %d times; want %s, %s, once", at.State, at.Why.EN, got.State, file.closed.Load(), tt.state, tt.run)
				}
				want, resumed := 0, tt.run == store.RunWrites
				if tt.run == store.RunDone {
					want = pupils
				}
				if _, n, err := b.Children(t.Context(), who, register.ChildFilter{}); err != nil || n != want {
					t.Errorf("%d count, %v; want %d", n, err, want)
				}
				if resumed && (got.Rows == 0 || !got.Skip || got.Replace) {
					t.Errorf("what is known of half an import: %+v", got)
				}
				// The same file, in the same way.
				b.between = nil
				file = &lentFile{text: file.text}
				if begun, err = b.BeginImport(t.Context(), who, file, opt); err != nil {
					t.Fatal(err)
				}
				if at := b.importing(t, who, store.AChild); at.State != MakingDone || file.closed.Load() != 1 {
					t.Errorf("again: %+v, its file closed %d times", at, file.closed.Load())
				}
				if after := b.receipt(t, who, begun.No); after.State != store.RunDone || (begun.No == got.Run) != resumed || resumed && after.New != pupils {
					t.Errorf("again: %+v; before %+v", after, got)
				}
				if _, n, err := b.Children(t.Context(), who, register.ChildFilter{}); err != nil || n != pupils {
					t.Errorf("%d count in the end, %v", n, err)
				}
			})
		})
	}
}

// A file that is refused, or cannot be read, ends with why it was, stands in nobody's
// way, and lies nowhere any more.
func TestFilesThatAreRefusedBehindAPage(t *testing.T) {
	b, who := newBooks(t, t.TempDir()+"/city.db"), actor(auth.RetentionOfficer, "east")
	head := "姓名,身份证号,学校标识码,学段,年级\n"
	for _, tt := range []struct {
		name, text string
		state      MakingState
		blocking   int
		lacks      int
	}{
		{"a wrong number", head + "钱明远,539900201503100011,2199000001,小学,4\n", MakingDone, 1, 0},
		{"a column is lacking", "学籍号,身份证号\n,\n", MakingDone, 0, 1},
		{"no head", "a,b\nc,d\n", MakingFailed, 0, 0},
		{"not what its name says", "PK\x03\x04" + head, MakingFailed, 0, 0},
	} {
		file := &lentFile{text: []byte(tt.text)}
		begun, err := b.BeginImport(t.Context(), who, file, RegisterOptions{Kind: store.AChild, Year: 2024})
		if err != nil {
			t.Fatal(tt.name, err)
		}
		at, got := b.importing(t, who, store.AChild), b.receipt(t, who, begun.No)
		if at.State != tt.state || got.State != store.RunRefused || got.Blocking != tt.blocking || len(got.Lacks) != tt.lacks || file.closed.Load() != 1 || (at.Why.ZH == "") == (tt.state == MakingFailed) {
			t.Errorf("%s: %+v; %+v, its file closed %d times", tt.name, at, got, file.closed.Load())
		}
	}
	file := &lentFile{text: []byte(head)}
	if _, err := b.BeginImport(t.Context(), actor(auth.Leader, ""), file, RegisterOptions{Kind: store.AChild, Year: 2024}); !errors.Is(err, fault.Forbidden) || file.closed.Load() != 1 {
		t.Errorf("without the right: %v, its file closed %d times", err, file.closed.Load())
	}
	if _, err := b.Importing(t.Context(), actor(auth.SchoolClerk, "school"), store.AStaff); !errors.Is(err, fault.Forbidden) {
		t.Errorf("of somebody who imports nothing: %v", err)
	}
}

// The import of a server that was killed is seen to be under way until its lease is
// over, and is gone on with by another server after it.
func TestTheServerThatImportedIsKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, who := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		dead := b.killed(t, dsn)
		dead.chunk, b.chunk = 60, 60
		hold := newHeld()
		dead.between = hold.wait
		text := pupilsFile(t, family.Options{Pupils: 150, Year: 2024, Schools: twoSchools})
		opt := RegisterOptions{Kind: store.AChild, Year: 2024}
		begun, err := dead.BeginImport(t.Context(), who, &lentFile{text: text}, opt)
		if err != nil {
			t.Fatal(err)
		}
		<-hold.began // and nothing more is heard of it

		if at, err := b.Importing(t.Context(), who, store.AChild); err != nil || at.State != MakingNow {
			t.Errorf("seen by another server: %+v, %v", at, err)
		}
		if _, err := b.BeginImport(t.Context(), who, &lentFile{text: text}, opt); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second one: %v", err)
		}
		b.clock.add(2 * comparingLease)
		if at, err := b.Importing(t.Context(), who, store.AChild); err != nil || at.State != MakingCut {
			t.Errorf("after its lease: %+v, %v", at, err)
		}
		again, err := b.BeginImport(t.Context(), who, &lentFile{text: text}, opt)
		if err != nil || again.No != begun.No {
			t.Fatalf("gone on with: %+v, %v", again, err)
		}
		if at, got := b.importing(t, who, store.AChild), b.receipt(t, who, again.No); at.State != MakingDone || got.State != store.RunDone || got.New != 150 {
			t.Errorf("%+v, %+v", at, got)
		}
	})
}
