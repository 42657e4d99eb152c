package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// moveFiles sends files of exchanges of one teacher of the school: to A, the point, or
// to B, the city's own school.
type moveFiles struct {
	*testing.T
	*books
	tm *Teams
	of register.PersonID
}

func newMoveFiles(t *testing.T) *moveFiles {
	b, tm, ids := staffed(t, t.TempDir()+"/a.db")
	return &moveFiles{t, b, tm, ids[0]}
}

// read takes lines of school, way, first day, state and number.
func (f *moveFiles) read(who auth.Actor, lines ...string) ([]teams.Exchange, []edu.Text) {
	f.Helper()
	text := "记录编号,交流校,方式,开始日期,状态,文号\n"
	for _, l := range lines {
		text += string(f.of) + "," + strings.NewReplacer("A,", "2199000002,", "B,", "2199000003,").Replace(l) + "\n"
	}
	moves, bad, err := f.tm.ReadMoves(context.Background(), who, "a.csv", io.NopCloser(strings.NewReader(text)))
	if err != nil {
		f.Fatal(err)
	}
	return moves, bad
}

func (f *moveFiles) send(who auth.Actor, lines ...string) {
	f.Helper()
	moves, bad := f.read(who, lines...)
	if len(bad) > 0 {
		f.Fatal(bad)
	}
	if n, err := f.tm.KeepMoves(context.Background(), who, moves); err != nil || n != len(lines) {
		f.Fatalf("%d, %v", n, err)
	}
}

// all are the exchanges on record, in words.
func (f *moveFiles) all() []string {
	f.Helper()
	of, err := f.tm.Of(context.Background(), f.by["eastclerk"], "east")
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for _, x := range of.Input.Moves {
		out = append(out, strings.TrimSpace(fmt.Sprintln(x.Begins, x.To, x.Way, x.Stage, x.Document)))
	}
	slices.Sort(out)
	return out
}

func (f *moveFiles) holds(want ...string) {
	f.Helper()
	if got := f.all(); !slices.Equal(got, want) {
		f.Errorf("on record:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The exchange of the autumn, confirmed with its number, stays when a list of the spring
// names the same person for another school; sent again, the list is the same line.
func TestFileLeavesAnotherExchangeThatTookPlace(t *testing.T) {
	f := newMoveFiles(t)
	east := f.by["eastclerk"]
	f.send(east, "A,调动,2025-09-01,已交流,东教1号")
	for range 2 {
		f.send(east, "B,支教,2026-03-01,拟交流,")
		f.holds("2025-09-01 point transfer done 东教1号", "2026-03-01 own support planned")
	}
}

// Two exchanges of one person in one file stay two however often it is sent, also where
// somebody else had planned them.
func TestFileSentTwiceKeepsTwoExchangesOfOnePerson(t *testing.T) {
	f := newMoveFiles(t)
	two := []string{"A,走教,2025-09-01,拟交流,", "B,走教,2026-03-01,拟交流,"}
	want := []string{"2025-09-01 point walking planned", "2026-03-01 own walking planned"}
	for _, who := range []string{"head", "head", "eastclerk", "eastclerk"} {
		f.send(f.by[who], two...)
		f.holds(want...)
	}
	for range 2 { // the county confirms both, a day later than planned
		f.send(f.by["eastclerk"], "B,走教,2026-03-02,已交流,东教3号", "A,走教,2025-09-02,已交流,东教1号")
		f.holds("2025-09-02 point walking done 东教1号", "2026-03-02 own walking done 东教3号")
	}
}

// What took place is changed on the page only: a line that means it and says otherwise
// is refused with its number and nothing of the file is kept; one that says the same
// leaves it untouched.
func TestFileNeverChangesWhatTookPlace(t *testing.T) {
	f := newMoveFiles(t)
	east, done := f.by["eastclerk"], "A,调动,2025-09-01,已交流,东教1号"
	f.send(east, done)
	for name, line := range map[string]string{
		"planned again": "A,调动,2025-09-01,拟交流,", "called off": "A,调动,2025-09-01,已取消,东教1号", "another number": "A,调动,2025-09-01,已交流,东教2号",
		"another way": "A,支教,2025-09-01,已交流,东教1号", "another school on the same day": "B,调动,2025-09-01,拟交流,",
	} {
		moves, bad := f.read(east, "B,支教,2026-03-01,拟交流,", line)
		if moves != nil || len(bad) != 1 || !strings.HasPrefix(bad[0].ZH, "第2条：与已确认的交流") || !strings.HasPrefix(bad[0].EN, "line 2: differs from an exchange that took place") {
			t.Errorf("%s: %v, %v", name, moves, bad)
		}
	}
	if _, bad := f.read(f.by["head"], "A,调动,2025-09-01,拟交流,"); len(bad) != 1 {
		t.Errorf("planned again by the school: %v", bad)
	}
	f.send(east, done)
	of, err := f.tm.Of(context.Background(), east, "east")
	if err != nil || len(of.Input.Moves) != 1 || of.Input.Moves[0].Rev != 1 {
		t.Errorf("the same line is written again: %+v, %v", of.Input.Moves, err)
	}
}

// Between reading a file and keeping it the county may have confirmed a line: then
// nothing of the file is kept.
func TestFileIsHeldAgainstWhatTookPlaceMeanwhile(t *testing.T) {
	f := newMoveFiles(t)
	f.send(f.by["head"], "A,调动,2025-09-01,拟交流,")
	moves, bad := f.read(f.by["eastclerk"], "B,支教,2026-03-01,拟交流,", "A,支教,2025-09-01,拟交流,")
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	f.send(f.by["eastclerk"], "A,调动,2025-09-01,已交流,东教1号")
	if n, err := f.tm.KeepMoves(context.Background(), f.by["eastclerk"], moves); n != 0 || !errors.Is(err, fault.Conflict) {
		t.Errorf("%d, %v", n, err)
	}
	f.holds("2025-09-01 point transfer done 东教1号")
}

// Of the exchanges on record each is meant by one line of a file at most.
func TestLinesOfAFileMeanDifferentExchanges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		record []string // school, way, first day, state and number, as the school sent them
		file   []string // the county's
		bad    int      // the line that is at fault, 0 for none
		after  int      // exchanges on record
	}{
		{"the same school and day", []string{"A,调动,2025-09-01,拟交流,"}, []string{"A,支教,2025-09-01,拟交流,"}, 0, 1},
		{"planned for the same school", []string{"A,调动,2025-09-01,拟交流,"}, []string{"A,调动,2025-10-01,已交流,东教1号"}, 0, 1},
		{"planned for the same day", []string{"A,调动,2025-09-01,拟交流,"}, []string{"B,调动,2025-09-01,拟交流,"}, 0, 1},
		{"planned for another school and day", []string{"A,调动,2025-09-01,拟交流,"}, []string{"B,调动,2026-03-01,拟交流,"}, 0, 2},
		{"planned for the same school in another summer", []string{"A,调动,2025-09-01,拟交流,"}, []string{"A,调动,2026-09-01,拟交流,"}, 0, 2},
		{"called off", []string{"A,调动,2025-09-01,已取消,"}, []string{"A,调动,2025-09-01,拟交流,"}, 0, 2},
		{"two lines could mean the same plan", []string{"A,调动,2025-09-01,拟交流,"}, []string{"A,调动,2025-10-01,拟交流,", "A,调动,2025-11-01,拟交流,"}, 2, 1},
		{"one by its school, one by its day", []string{"A,调动,2025-09-01,拟交流,"}, []string{"B,调动,2025-09-01,拟交流,", "A,调动,2025-11-01,拟交流,"}, 2, 1},
		{"one surely, so the other is new", []string{"A,走教,2025-09-01,拟交流,"}, []string{"A,走教,2026-03-01,拟交流,", "A,走教,2025-09-01,拟交流,"}, 0, 2},
		{"two plans for one school", []string{"A,走教,2025-09-01,拟交流,", "A,支教,2026-03-01,拟交流,"}, []string{"A,支教,2026-03-02,拟交流,", "A,走教,2025-09-02,拟交流,"}, 0, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newMoveFiles(t)
			f.send(f.by["head"], tt.record...)
			was := f.all()
			moves, bad := f.read(f.by["eastclerk"], tt.file...)
			if tt.bad > 0 {
				if moves != nil || len(bad) != 1 || !strings.HasPrefix(bad[0].ZH, fmt.Sprintf("第%d条：与第1条对应同一条已有记录", tt.bad)) || !strings.HasPrefix(bad[0].EN, fmt.Sprintf("line %d: means the same", tt.bad)) {
					t.Errorf("%v, %v", moves, bad)
				}
				f.holds(was...)
				return
			}
			f.send(f.by["eastclerk"], tt.file...)
			if got := f.all(); len(got) != tt.after {
				t.Errorf("on record: %q", got)
			}
		})
	}
}

// Of two plans for one school a line means the nearer in time: a task made of a plan
// stays with it.
func TestLineMeansTheNearestPlan(t *testing.T) {
	plan := func(id, begins string) teams.Exchange {
		day, _ := teams.Month(begins)
		return teams.Exchange{ID: id, Person: "p", From: "x", To: "a", Stage: teams.Planned, Begins: day}
	}
	of := map[register.PersonID][]teams.Exchange{"p": {plan("autumn", "2025-09-01"), plan("spring", "2026-03-01")}}
	spring, autumn := plan("n1", "2026-03-02"), plan("n2", "2025-09-02")
	means, twin := matchMoves([]*teams.Exchange{&spring, &autumn}, of)
	if len(twin) > 0 || means[0] == nil || means[0].ID != "spring" || means[1] == nil || means[1].ID != "autumn" {
		t.Errorf("%v, %v", means, twin)
	}
}
