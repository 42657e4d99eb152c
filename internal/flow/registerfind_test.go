package flow

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// Somebody is found by a whole number, or by name, birth and guardian, also while keys
// change, by who may have persons shown and where they reach; each look-up is in the
// audit log, and nothing of what was typed.
func TestPersonsAreFoundByKeyedHash(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east, west := actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west")
		c, who := pupil("钱明远", 1)
		if _, err := b.KeepChild(ctx, auth.Operator(), c, who); err != nil {
			t.Fatal(err)
		}
		c2, who2 := pupil("孙雨涵", 2)
		who2.Citizen, who2.Student, c2.Born = "", "L53990020150310003X", 16504
		if _, err := b.KeepChild(ctx, auth.Operator(), c2, who2); err != nil {
			t.Fatal(err)
		}
		m := register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher"}
		if _, err := b.KeepStaff(ctx, auth.Operator(), m, &register.Identity{Name: "李建国", Citizen: citizenNo("19800101", 7)}); err != nil {
			t.Fatal(err)
		}
		all := func(when string) {
			t.Helper()
			for name, tt := range map[string]struct {
				who  auth.Actor
				q    RegisterQuery
				want int
				err  error
			}{
				"identity number":              {east, RegisterQuery{Number: " " + who.Citizen + " "}, 1, nil},
				"student number":               {east, RegisterQuery{Number: who.Student}, 1, nil},
				"a temporary number":           {east, RegisterQuery{Number: who2.Student}, 1, nil},
				"name, birth, guardian":        {east, RegisterQuery{Name: "孙雨涵", Born: c2.Born, Guardian: "赵监护"}, 1, nil},
				"another guardian":             {east, RegisterQuery{Name: "孙雨涵", Born: c2.Born, Guardian: "赵"}, 0, nil},
				"a part of a name":             {east, RegisterQuery{Name: "孙", Born: c2.Born, Guardian: "赵监护"}, 0, nil},
				"nobody's number":              {east, RegisterQuery{Number: citizenNo("20150310", 9)}, 0, nil},
				"a teacher's number":           {east, RegisterQuery{Number: citizenNo("19800101", 7)}, 0, nil},
				"another county":               {west, RegisterQuery{Number: who.Citizen}, 0, nil},
				"a slip in the number":         {east, RegisterQuery{Number: who.Citizen[:17] + "?"}, 0, fault.Invalid},
				"a name alone":                 {east, RegisterQuery{Name: "孙雨涵"}, 0, fault.Invalid},
				"nothing":                      {east, RegisterQuery{}, 0, fault.Invalid},
				"who may not have names shown": {actor(auth.SchoolClerk, "school"), RegisterQuery{Number: who.Citizen}, 0, fault.Forbidden},
			} {
				got, err := b.FindChildren(ctx, tt.who, tt.q)
				if !errors.Is(err, tt.err) || len(got) != tt.want || len(got) == 1 && strings.Contains(got[0].Name, "明") {
					t.Errorf("%s, %s: %d found, %v", when, name, len(got), err)
				}
			}
			head := actor(auth.SchoolHead, "school")
			if got, err := b.FindStaff(ctx, head, RegisterQuery{Number: citizenNo("19800101", 7)}); err != nil || len(got) != 1 {
				t.Errorf("%s, a teacher: %d found, %v", when, len(got), err)
			}
			if _, err := b.FindStaff(ctx, east, RegisterQuery{Number: who.Citizen}); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: who may not read staff: %v", when, err)
			}
		}
		all("at first")
		if _, err := b.Rotate(ctx, auth.Operator(), RotateOptions{Suite: ident.SM4}); err != nil {
			t.Fatal(err)
		}
		all("with a new key")
		log, _, err := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		looked := 0
		for _, l := range log {
			if l.Action == audit.PersonRead && strings.Contains(l.Detail, "look-up") {
				looked++
			}
		}
		text, _ := json.Marshal(log)
		for _, s := range []string{"孙雨涵", "赵监护", who.Citizen, who2.Student} {
			if strings.Contains(string(text), s) {
				t.Errorf("%s is in the audit log", s)
			}
		}
		if looked != 2*10 {
			t.Errorf("%d look-ups are logged; want 20", looked)
		}
	})
}
