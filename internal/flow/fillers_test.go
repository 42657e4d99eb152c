package flow

import (
	"context"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/store"
)

func TestFillers(t *testing.T) {
	ctx, c := context.Background(), newTown(t)
	c.year(2024, "2100000001 甲小学 990121 10", "2100000002 乙小学 990121 20", "2100000003 丙小学 990122 30")
	var logins []store.Login
	for _, x := range []struct {
		id     string
		role   auth.Role
		unit   edu.UnitID
		closed bool
	}{
		{"clerk1", auth.SchoolClerk, "school-2100000001", false},
		{"head1", auth.SchoolHead, "school-2100000001", false},
		{"left1", auth.SchoolClerk, "school-2100000001", true},
		{"east", auth.CountyClerk, "east", false},
		{"review", auth.CountyReviewer, "west", false},
	} {
		a := auth.Account{ID: x.id, Login: x.id, Name: x.id, Unit: x.unit, Closed: x.closed, Made: time.Now(), Grants: []auth.Grant{{Role: x.role, Unit: x.unit}}}
		logins = append(logins, store.Login{Account: a})
	}
	if err := c.store.MakeLogins(ctx, local, logins, func(int) store.Change { return store.Change{} }); err != nil {
		t.Fatal(err)
	}
	got, err := c.Fillers(ctx, []edu.UnitID{"school-2100000001", "school-2100000002", "school-2100000003", "east"})
	if err != nil {
		t.Fatal(err)
	}
	for unit, want := range map[edu.UnitID]string{"school-2100000001": "clerk1 head1", "school-2100000002": "east", "school-2100000003": "", "east": "east"} {
		var ids []string
		for _, a := range got[unit] {
			ids = append(ids, a.ID)
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%s is filled by %v, want %s", unit, ids, want)
		}
	}
}
