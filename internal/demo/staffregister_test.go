package demo

import (
	"path/filepath"
	"testing"

	"shuren/internal/ident"
	persons "shuren/internal/register"
	"shuren/internal/teams"
)

// The demo city's register is entered once, by the front door, and shows every state
// that a page has words for.
func TestStaffRegister(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into := founded(t, c, dir)
	if err := c.StaffRegister(ctx, into); err != nil { // no keys: nothing is entered
		t.Fatal(err)
	}
	if err := into.UseKeys(filepath.Join(dir, "keys"), true, ident.AES); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.StaffRegister(ctx, into); err != nil {
			t.Fatal(err)
		}
	}
	who := c.actor("county")
	// A register has everybody of its school, and one more for each who is lent out.
	want := 0
	for _, s := range c.withStaff() {
		for _, st := range s.sections {
			want += st.at(newest).teachers
			if st.at(newest).teachers >= manyStaff {
				want++
			}
		}
	}
	_, n, err := into.Registers().StaffList(ctx, who, persons.StaffFilter{Size: 1})
	if err != nil || n != want || len(c.withStaff()) != staffSchools {
		t.Fatalf("%d of %d on the register, %v", n, want, err)
	}
	tm := into.Teams(into.RegisterStaff())
	of, err := tm.Of(ctx, who, counties[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	r := teams.Exchanges(&of.Input, of.Year+1)
	for _, st := range []teams.State{teams.Due, teams.Exempt, teams.NotYet, teams.Unclear, teams.Outside} {
		if r.Count[st] == 0 {
			t.Errorf("nobody is %s", st)
		}
	}
	done := 0
	for _, m := range of.Input.Moves {
		if m.Stage == teams.Done && m.InSummer(of.Year+1) {
			done++
		}
	}
	if done < 3 || len(of.Input.Moves) <= done {
		t.Errorf("%d of %d exchanges took place", done, len(of.Input.Moves))
	}
	served := 0
	heads := teams.Heads(&of.Input, teams.Summer(of.Year+1))
	for _, h := range heads {
		if h.Over {
			served++
		}
	}
	if served == 0 || served == len(heads) || len(of.Input.More) < len(heads) {
		t.Errorf("%d of %d heads served their terms; %d with more than the register holds", served, len(heads), len(of.Input.More))
	}
	if len(of.Input.Rules.Retirement) > 0 {
		t.Error("the demo city makes up ages of retirement")
	}
	list, err := tm.Schemes(ctx, c.actor("head"))
	if err != nil || len(list) != 1 || list[0].State != teams.SchemeApproved {
		t.Errorf("%+v, %v", list, err)
	}
	if d, err := tm.Decisions(ctx, c.actor("head"), list[0].ID); err != nil || len(d) != 1 {
		t.Errorf("decided %d times, %v", len(d), err)
	}
	if all, err := tm.Schemes(ctx, who); err != nil || len(all) != 2 {
		t.Errorf("%d schemes of the county, %v", len(all), err)
	}
	pay, err := tm.Pay(ctx, who, counties[0].ID)
	if err != nil || teams.Compare(pay.Teachers, pay.Civil).Why.ZH != "" {
		t.Errorf("%+v, %v", pay, err)
	}
}
