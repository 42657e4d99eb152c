package flow

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// both runs a test on both databases.
func onBoth(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, begun.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, begun.Postgres(t)) })
}

// books is a city with registers.
type books struct {
	*desks
	*Registers
	keys string
}

func newBooks(t testing.TB, dsn string) *books {
	t.Helper()
	d := newDesks(t, dsn)
	b := &books{desks: d, Registers: d.Office.city.Registers(), keys: filepath.Join(t.TempDir(), "keys.json")}
	b.Registers.now = d.clock.now
	if err := d.Office.city.UseKeys(b.keys, true, ident.AES); err != nil {
		t.Fatal(err)
	}
	return b
}

// citizenNo makes an identity number of a region code that was never issued.
func citizenNo(born string, serial int) string {
	first := fmt.Sprintf("539900%s%03d", born, serial)
	return first + string(ident.Checksum(first))
}

func pupil(name string, serial int) (register.Child, *register.Identity) {
	n := citizenNo("20150310", serial)
	return register.Child{Year: 2024, School: "school", Home: "town", Stage: edu.Primary, Grade: 4, Class: "1"},
		&register.Identity{Name: name, Citizen: n, Student: "G" + n, Guardian: "赵监护", Phone: "13800000000"}
}

// A record is read where a role reaches, masked; it is shown for a reason alone, and
// the log tells that, and never what was shown.
func TestRegistersAreReadWhereOneReaches(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		head, east, west := actor(auth.SchoolHead, "school"), actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west")
		c, who := pupil("钱明远", 1)
		id, err := b.KeepChild(ctx, head, c, who)
		if err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			who  auth.Actor
			want int
			err  error
		}{
			"the school": {head, 1, nil}, "its county": {east, 1, nil}, "another county": {west, 0, nil}, "the operator": {auth.Operator(), 1, nil},
			"a leader": {actor(auth.Leader, ""), 0, fault.Forbidden}, "nobody": {auth.Actor{}, 0, fault.Forbidden},
		} {
			list, n, err := b.Children(ctx, tt.who, register.ChildFilter{})
			if n != tt.want || len(list) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%s: %d of %d, %v", name, len(list), n, err)
			}
			for _, r := range list {
				if r.Name != "钱**" || r.Sex == register.UnknownSex || r.Born == 0 || r.Schooling != register.Enrolled {
					t.Errorf("%s: %+v", name, r)
				}
			}
		}
		if _, err := b.Child(ctx, west, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("a child of another county: %v", err)
		}
		// The same number again is another record's.
		if _, err := b.KeepChild(ctx, head, c, who); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same number twice: %v", err)
		}
		// A correction keeps the record; another county cannot take it.
		c.Person, c.Class = id, "2"
		if _, err := b.KeepChild(ctx, head, c, nil); err != nil {
			t.Error(err)
		}
		if r, err := b.Child(ctx, east, id); err != nil || r.Class != "2" || r.Name != "钱**" {
			t.Errorf("corrected: %+v, %v", r, err)
		}
		taken := c
		taken.School, taken.Home = "", "west"
		if _, err := b.KeepChild(ctx, west, taken, nil); !errors.Is(err, fault.NotFound) {
			t.Errorf("taken over by another county: %v", err)
		}
		for reason, want := range map[string]error{"": fault.Invalid, "核实": fault.Invalid, "家访钱明远的情况": fault.Invalid, "核对号码 " + who.Citizen: fault.Invalid, "家访前核实监护人电话": nil} {
			got, err := b.Show(ctx, head, id, reason)
			if !errors.Is(err, want) || want == nil && got != *who || want != nil && got != (register.Identity{}) {
				t.Errorf("shown for %q: %v", reason, err)
			}
		}
		if _, err := b.Show(ctx, west, id, "家访前核实监护人电话"); !errors.Is(err, fault.NotFound) {
			t.Errorf("shown to another county: %v", err)
		}
		if _, err := b.Show(ctx, actor(auth.SchoolClerk, "school"), id, "家访前核实监护人电话"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("shown without the right: %v", err)
		}
		log, n, err := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{Action: audit.PersonRead})
		if err != nil || n != 1 || log[0].Object != string(id) || log[0].Unit != "school" {
			t.Errorf("the log: %+v, %v", log, err)
		}
		all, _, _ := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{Limit: 1000})
		for _, r := range all {
			for _, v := range []string{who.Name, who.Citizen, who.Guardian, who.Phone} {
				if strings.Contains(r.Detail+r.Object, v) {
					t.Errorf("the log tells %q", v)
				}
			}
		}
	})
}

// Staff are kept as pupils are, by other rights.
func TestStaffRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		head := actor(auth.SchoolHead, "school")
		m := register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher", Stage: edu.Primary, Subject: "语文", ClassHead: true, HeadSince: 18000, Training: 120}
		n := citizenNo("19850310", 7)
		id, err := b.KeepStaff(ctx, head, m, &register.Identity{Name: "孙立人", Citizen: n})
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]register.StaffFilter{"all": {}, "county": {County: "east"}, "post": {Post: "teacher"}, "heads": {Heads: true}, "classes": {Classes: true, Subject: "语文"}} {
			list, total, err := b.StaffList(ctx, actor(auth.CountyReviewer, "east"), f)
			if err != nil || total != 1 || list[0].Name != "孙**" || list[0].Person != id || list[0].Training != 120 || list[0].Posts != "school" {
				t.Errorf("%s: %+v, %v", name, list, err)
			}
		}
		if list, _, err := b.StaffList(ctx, head, register.StaffFilter{Duty: "lent"}); err != nil || len(list) != 0 {
			t.Errorf("lent out: %+v, %v", list, err)
		}
		if _, err := b.KeepStaff(ctx, head, m, &register.Identity{Name: "另一人", Citizen: n}); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same number twice: %v", err)
		}
		m.Person, m.Duty, m.Year = id, "lent", 2025
		if _, err := b.KeepStaff(ctx, head, m, nil); err != nil {
			t.Error(err)
		}
		if r, err := b.Staff(ctx, head, id); err != nil || r.Duty != "lent" || r.Year != 2025 {
			t.Errorf("the newest year: %+v, %v", r, err)
		}
	})
}

// Without its key file a city has no registers, and says so.
func TestNoKeysNoRegisters(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	var no *auth.Refusal
	if _, _, err := d.Office.city.Registers().Children(d.ctx, auth.Operator(), register.ChildFilter{}); !errors.As(err, &no) {
		t.Errorf("%v", err)
	}
}
