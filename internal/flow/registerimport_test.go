package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/register/family"
	"shuren/internal/store"
)

func bytesOf(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

func pupilsFile(t *testing.T, o family.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := family.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (b *books) imported(who auth.Actor, file []byte, opt RegisterOptions) RegisterReceipt {
	b.t.Helper()
	if opt.Kind == 0 {
		opt.Kind = store.AChild
	}
	got, err := b.Import(b.ctx, who, bytesOf(file), opt)
	if err != nil {
		b.t.Fatalf("%v; %+v", err, got)
	}
	return got
}

var twoSchools = []string{"2199000001", "2199000002"}

// A file read twice changes nothing; the next year's has the same children a grade
// on; a whole register ends who is not in it.
func TestImportOfARegister(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east := actor(auth.RetentionOfficer, "east")
		o := family.Options{Pupils: 180, Year: 2023, Schools: twoSchools, Homes: []string{"990101100"}}
		first := b.imported(east, pupilsFile(t, o), RegisterOptions{Year: 2023})
		if first.New != 180 || first.Rows != 180 || first.State != store.RunDone {
			t.Fatalf("%+v", first)
		}
		again := b.imported(east, append(pupilsFile(t, o), '\n'), RegisterOptions{Year: 2023})
		if again.New != 0 || again.Same != 180 {
			t.Errorf("again: %+v", again)
		}
		next := o
		next.Year = 2024
		second := b.imported(east, pupilsFile(t, next), RegisterOptions{Year: 2024})
		if second.Moved < 140 || second.New+second.Moved != 180 {
			t.Errorf("the next year: %+v", second)
		}
		list, n, err := b.Children(ctx, east, register.ChildFilter{Year: 2024, School: "school", Grade: 3, Size: -1})
		if err != nil || n != 10 || len(list) != 10 {
			t.Fatalf("%d of %d, %v", len(list), n, err)
		}
		// One child less, one in another class, and it is the whole register.
		lines := strings.Split(strings.TrimSpace(string(pupilsFile(t, next))), "\n")
		gone, moved := lines[1], strings.Split(lines[2], ",")
		moved[9] = "9"
		lines[2] = strings.Join(moved, ",")
		changed := b.imported(east, []byte(strings.Join(append(lines[:1:1], lines[2:]...), "\n")), RegisterOptions{Year: 2024, Replace: true})
		if changed.Changed != 1 || changed.Ended != 1 || changed.Same != 178 {
			t.Errorf("%+v", changed)
		}
		if _, n, err := b.Children(ctx, east, register.ChildFilter{Year: 2024}); err != nil || n != 179 {
			t.Errorf("%d are left, %v", n, err)
		}
		_ = gone
		if _, n, err := b.Children(ctx, east, register.ChildFilter{Year: 2024, Class: "9"}); err != nil || n != 1 {
			t.Errorf("%d in the new class, %v", n, err)
		}
	})
}

// One list tells all that is wrong with a file, and no value of a person; nothing of
// the file counts, unless its bad rows are left out.
func TestProblemsOfARegister(t *testing.T) {
	b := newBooks(t, t.TempDir()+"/city.db")
	east := actor(auth.RetentionOfficer, "east")
	good := family.Options{Pupils: 18, Year: 2023, Schools: twoSchools[:1]}
	lines := strings.Split(strings.TrimSpace(string(pupilsFile(t, good))), "\n")
	cells := func(n int, set map[int]string) string {
		c := strings.Split(lines[n], ",")
		for i, v := range set {
			c[i] = v
		}
		return strings.Join(c, ",")
	}
	no := func(n, i int) string { return strings.Split(lines[n], ",")[i] }
	spoilt := no(1, 1)[:17] + string("0123456789X"[(strings.IndexByte("0123456789X", no(1, 1)[17])+1)%11])
	bad := []struct{ field, line string }{
		{"citizen", cells(1, map[int]string{1: spoilt, 0: ""})},
		{"student", cells(2, map[int]string{0: "G" + no(3, 1)})},
		{"sex", cells(4, map[int]string{3: map[string]string{"男": "女", "女": "男"}[no(4, 3)]})},
		{"born", cells(5, map[int]string{4: "2001-01-01"})},
		{"born", cells(6, map[int]string{4: "someday"})},
		{"grade", cells(7, map[int]string{7: "初中", 8: "2"})},
		{"grade", cells(8, map[int]string{0: "", 1: "", 4: "2021-01-01", 7: "", 8: "5"})},
		{"school", cells(9, map[int]string{5: "2199099999"})},
		{"school", cells(10, map[int]string{5: "2199000003"})}, // the city's: outside the county
		{"groups", cells(11, map[int]string{11: "张三李四"})},
		{"proof", cells(12, map[int]string{12: "休学"})},
		{"name", cells(13, map[int]string{2: ""})},
		{"citizen", cells(14, nil)}, // the line after is the same again
		{"citizen", lines[14]},
	}
	file := lines[0] + "\n"
	for _, x := range bad {
		file += x.line + "\n"
	}
	got, err := b.Import(b.ctx, east, bytesOf([]byte(file)), RegisterOptions{Kind: store.AChild, Year: 2023})
	if !errors.Is(err, fault.Blocked) || got.State != store.RunRefused {
		t.Fatalf("%v, %+v", err, got)
	}
	rows := map[int]string{}
	for _, p := range got.Problems {
		if p.Blocking && rows[p.Row] == "" {
			rows[p.Row] = p.Field
		}
		for _, x := range bad {
			for i, v := range strings.Split(x.line, ",") {
				if i != 3 && i != 6 && i != 7 && i != 8 && i != 9 && i != 10 && i != 5 && i != 12 && v != "" && strings.Contains(fmt.Sprintf("%+v %s", p, p.Words()), v) {
					t.Errorf("a problem tells %q: %+v", v, p)
				}
			}
		}
	}
	for i, x := range bad {
		if want := x.field; i != 12 && rows[i+2] != want {
			t.Errorf("row %d: %q; want %q", i+2, rows[i+2], want)
		}
	}
	if _, n, _ := b.Children(b.ctx, east, register.ChildFilter{}); n != 0 {
		t.Errorf("%d rows of a refused file count", n)
	}
	left := b.imported(east, []byte(file), RegisterOptions{Year: 2023, Skip: true})
	if left.Skipped != 13 || left.New != 1 {
		t.Errorf("bad rows left out: %+v", left)
	}
	if lacks, err := b.Import(b.ctx, east, bytesOf([]byte("学籍号,身份证号\n,\n")), RegisterOptions{Kind: store.AChild, Year: 2023}); !errors.Is(err, fault.Blocked) || len(lacks.Lacks) != 1 {
		t.Errorf("without names: %+v, %v", lacks, err)
	}
	if _, err := b.Import(b.ctx, actor(auth.Leader, ""), bytesOf([]byte(file)), RegisterOptions{Kind: store.AChild, Year: 2023}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("without the right: %v", err)
	}
}

// Broken off after some parts, the same file goes on; another one waits; until the end
// nothing counts.
func TestABrokenOffImportGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east := actor(auth.RetentionOfficer, "east")
		b.chunk = 200
		o := family.Options{Pupils: 2*b.chunk + 70, Year: 2023, Schools: twoSchools}
		file := pupilsFile(t, o)
		stop, cancel := context.WithCancel(ctx)
		_, err := b.Import(stop, east, bytesOf(file), RegisterOptions{Kind: store.AChild, Year: 2023, Progress: func(int, int64, int64) { cancel() }})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("broken off: %v", err)
		}
		if _, n, err := b.Children(ctx, east, register.ChildFilter{}); n != 0 || err != nil {
			t.Errorf("%d rows of half an import count, %v", n, err)
		}
		c, who := pupil("周而复", 1)
		if _, err := b.KeepChild(ctx, actor(auth.SchoolHead, "school"), c, who); !errors.Is(err, fault.Conflict) {
			t.Errorf("a new pupil meanwhile: %v", err)
		}
		other := o
		other.Seed = 5
		if _, err := b.Import(ctx, east, bytesOf(pupilsFile(t, other)), RegisterOptions{Kind: store.AChild, Year: 2023}); !errors.Is(err, fault.Conflict) {
			t.Errorf("another file meanwhile: %v", err)
		}
		got := b.imported(east, file, RegisterOptions{Year: 2023})
		if !got.Resumed || got.New != o.Pupils {
			t.Errorf("gone on: %+v", got)
		}
		if _, n, err := b.Children(ctx, east, register.ChildFilter{}); n != o.Pupils || err != nil {
			t.Errorf("%d count, %v; want %d", n, err, o.Pupils)
		}
		// Dropped, it leaves nothing.
		stop, cancel = context.WithCancel(ctx)
		other.Year = 2024
		got, err = b.Import(stop, east, bytesOf(pupilsFile(t, other)), RegisterOptions{Kind: store.AChild, Year: 2024, Progress: func(int, int64, int64) { cancel() }})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("broken off: %v", err)
		}
		if err := b.DropImport(ctx, east, got.Run); err != nil {
			t.Error(err)
		}
		if recs, _, err := b.Office.city.AuditLog(ctx, auth.Operator(), audit.Filter{Action: "register.import.drop", Limit: 9}); err != nil || len(recs) != 1 || recs[0].Object != fmt.Sprintf("run-%d", got.Run) || recs[0].Unit != "east" {
			t.Errorf("the log: %+v, %v", recs, err)
		}
		if n, err := b.Sealed(ctx); n != o.Pupils || err != nil {
			t.Errorf("%d are sealed, %v; want %d", n, err, o.Pupils)
		}
	})
}

// After a rotation all is sealed by the new key, found by new hashes, and the same.
func TestRotation(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east, head := actor(auth.RetentionOfficer, "east"), actor(auth.SchoolHead, "school")
		c, who := pupil("周而复", 1)
		id, err := b.KeepChild(ctx, head, c, who)
		if err != nil {
			t.Fatal(err)
		}
		o := family.Options{Pupils: 900, Year: 2023, Schools: twoSchools}
		b.imported(east, pupilsFile(t, o), RegisterOptions{Year: 2023})
		got, err := b.Rotate(ctx, auth.Operator(), RotateOptions{Suite: ident.SM4, Forget: true})
		if err != nil || got.Key != 2 || got.People != 901 || got.Forgot != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		if by, _ := b.Office.city.store.SealedBy(ctx, store.Whole(store.Reader)); len(by) != 1 || by[2] != 901 {
			t.Errorf("sealed by %v", by)
		}
		if again := b.imported(east, append(pupilsFile(t, o), '\n'), RegisterOptions{Year: 2023}); again.Same != 900 {
			t.Errorf("after the rotation: %+v", again)
		}
		if shown, err := b.Show(ctx, head, id, "家访前核实监护人电话"); err != nil || shown != *who {
			t.Errorf("shown: %v", err)
		}
		if _, err := b.KeepChild(ctx, head, c, who); !errors.Is(err, fault.Conflict) {
			t.Errorf("the number is not found any more: %v", err)
		}
		if _, err := b.Rotate(ctx, head, RotateOptions{}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("by a school: %v", err)
		}
	})
}

func TestStaffImport(t *testing.T) {
	b := newBooks(t, t.TempDir()+"/city.db")
	head := actor(auth.SchoolHead, "school")
	file := "姓名,身份证件号,学校标识码,人员类别,在岗状态,岗位,任教学段,主教学科,骨干层级,本校起始年月,五年学时,班主任\n" +
		"孙立人," + citizenNo("19850310", 7) + ",2199000001,在编,在岗,专任,小学,语文,县级,2010年9月,361.5,是\n" +
		"李四光," + citizenNo("19860310", 8) + ",2199000001,特岗,产假,专任,小学,数学,无,2015-09,,否\n"
	if got := b.imported(head, []byte(file), RegisterOptions{Kind: store.AStaff, Year: 2023}); got.New != 2 {
		t.Fatalf("%+v", got)
	}
	list, n, err := b.StaffList(b.ctx, head, register.StaffFilter{Backbone: "county"})
	if err != nil || n != 1 || !list[0].ClassHead || list[0].Training != 361.5 || list[0].Since != edu.Date(14853) {
		t.Errorf("%+v, %v", list, err)
	}
}

// What has been kept long enough goes by itself, who it was before what was counted;
// a list is deleted with who was on it alone.
func TestPeriodsOfRegisters(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east, head := actor(auth.RetentionOfficer, "east"), actor(auth.SchoolHead, "school")
		o := family.Options{Pupils: 90, Year: 2023, Schools: twoSchools[:1]}
		b.imported(east, pupilsFile(t, o), RegisterOptions{Year: 2023})
		poor := "姓名,身份证号,学校标识码,户籍地单位,群体标记\n"
		lines := strings.Split(string(pupilsFile(t, o)), "\n")
		for _, l := range lines[1:4] {
			c := strings.Split(l, ",")
			poor += c[2] + "," + c[1] + ",,990101100,脱贫户\n"
		}
		poor += "吴一人," + citizenNo("20160310", 77) + ",,990101100,脱贫户\n"
		if got := b.imported(east, []byte(poor), RegisterOptions{Year: 2023, List: register.ExPoor}); got.New != 1 || got.Moved != 3 {
			t.Fatalf("%+v", got)
		}
		if _, err := b.DeleteList(ctx, east, register.Register, 2023); !errors.Is(err, fault.Invalid) {
			t.Errorf("the register as a list: %v", err)
		}
		if got, err := b.DeleteList(ctx, east, register.ExPoor, 2023); err != nil || got != (store.Expired{Identities: 1, Rows: 4}) {
			t.Errorf("the list: %+v, %v", got, err)
		}
		c, who := pupil("周而复", 1)
		c.Year = 2024
		id, err := b.KeepChild(ctx, head, c, who)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Expire(ctx); err != nil || got != (store.Expired{}) {
			t.Errorf("too early: %+v, %v", got, err)
		}
		b.clock.set(t, "2027-09-02 10:00")
		if got, err := b.Expire(ctx); err != nil || got.Identities != 90 || got.Rows != 0 {
			t.Errorf("three years after: %+v, %v", got, err)
		}
		list, n, err := b.Children(ctx, east, register.ChildFilter{Year: 2023})
		if err != nil || n != 90 || list[0].Name != "" || list[0].Grade == 0 {
			t.Errorf("rows without names: %d, %v", n, err)
		}
		if n, err := b.Sealed(ctx); n != 1 || err != nil {
			t.Errorf("%d are sealed, %v", n, err)
		}
		if _, err := b.Show(ctx, head, id, "家访前核实监护人电话"); err != nil {
			t.Errorf("who is still here: %v", err)
		}
		b.clock.set(t, "2034-09-02 10:00")
		if got, err := b.Expire(ctx); err != nil || got.Rows != 90 {
			t.Errorf("ten years after: %+v, %v", got, err)
		}
		if err := b.SetPeriods(ctx, auth.Operator(), register.Periods{PupilIdentity: 24, PupilRows: 12, StaffIdentity: 1, StaffRows: 1, Lists: 1, Imports: 1}); !errors.Is(err, fault.Invalid) {
			t.Errorf("rows before identities: %v", err)
		}
	})
}
