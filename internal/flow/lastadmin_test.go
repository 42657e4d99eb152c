package flow

import (
	"fmt"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
)

// Somebody who can grant roles is always left, also where two take each other's
// away in the same moment, and where an account is closed.
func TestTheLastAdministratorStays(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": begun.SQLite, "postgres": begun.Postgres} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, dsn(t))
			guards := auth.Grant{Role: auth.SecurityAdmin, Whole: true}
			left := o.person("ann", "", guards)
			for round := range 5 {
				other := o.person(fmt.Sprintf("ben%d", round), "", guards)
				errs := make(chan error)
				for _, id := range []string{left.ID, other.ID} {
					go func() { errs <- o.Revoke(ctx, auth.Operator(), id, guards) }()
				}
				refused := 0
				for range 2 {
					if err := <-errs; err != nil {
						o.wants(err, fault.Conflict, "take the last one's role")
						refused++
					}
				}
				all, n, err := o.List(ctx, auth.Operator(), auth.AccountFilter{Role: auth.SecurityAdmin, Limit: 10})
				o.must(err)
				if refused != 1 || n != 1 {
					t.Fatalf("round %d: %d refused, %d are left; want one", round, refused, n)
				}
				left = all[0]
				o.wants(o.Close(ctx, auth.Operator(), left.ID, "test"), fault.Conflict, "close the last one's account")
			}
			o.whole()
		})
	}
}
