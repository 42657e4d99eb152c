package flow

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/testkit"
)

// Every act that the log has a word for writes its line, and no line holds a
// name, a password, a code or a key. Nor does the database hold a secret.
func TestEveryActIsLogged(t *testing.T) {
	dsn := sqlite(t)
	o := newOffice(t, dsn)
	var secrets []string
	keep := func(s string, err error) string { o.must(err); secrets = append(secrets, s); return s }

	made, err := o.SetUp(ctx)
	o.must(err)
	for _, m := range made {
		keep(m.Code, nil)
	}
	zhang, code, err := o.Make(ctx, auth.Operator(), auth.Account{Login: "zhang", Name: "张某某", Unit: "a1s", Phone: "13900000000"})
	keep(code, err)
	o.must(o.Recover(ctx, "zhang", code, keep("Secret-word-7", nil)))
	role := auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"}
	o.must(o.Grant(ctx, auth.Operator(), zhang.ID, role))
	o.must(o.Revoke(ctx, auth.Operator(), zhang.ID, role))
	secret, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "Secret-word-7", Remote: "10.0.0.9"})
	keep(secret, err)
	s, err := o.Session(ctx, secret)
	o.must(err)
	o.wants(o.ChangePassword(ctx, s.Actor, keep("Wrong-guess-5", nil), "Secret-word-8"), auth.ErrRefused, "a wrong password")
	o.must(o.ChangePassword(ctx, s.Actor, "Secret-word-7", keep("Secret-word-8", nil)))
	seed, _, err := o.BeginTOTP(ctx, s.Actor)
	o.must(err)
	o.must(o.ConfirmTOTP(ctx, s.Actor, o.code(seed)))
	o.must(o.DropTOTP(ctx, s.Actor, "Secret-word-8"))
	keep(o.MakeToken(ctx, s.Actor, "接口", 3))
	ks, err := o.Tokens(ctx, s.Actor)
	o.must(err)
	o.must(o.DropToken(ctx, s.Actor, ks[0].ID))
	o.must(o.SignOut(ctx, secret))
	o.must(o.Link(ctx, auth.Operator(), zhang.ID, "https://id.example", "9"))
	for range 5 {
		o.later(10 * time.Second)
		o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "Wrong-guess-5"})
	}
	o.must(o.Unlock(ctx, auth.Operator(), zhang.ID))
	keep2, _, err := o.RecoveryCode(ctx, auth.Operator(), zhang.ID)
	keep(keep2, err)
	o.must(o.Close(ctx, auth.Operator(), zhang.ID, "调离"))
	o.must(o.city.LogRead(ctx, zhang.Actor(), "pupil list", "a1s"))
	o.must(o.city.ExportAudit(ctx, auth.Operator(), func(audit.Record) error { return nil }))

	have := o.lines(audit.Filter{})
	for _, a := range actionsOfTheLog(t) {
		if !slices.Contains(have, a) {
			t.Errorf("nothing in this test writes %s", a)
		}
	}
	rs, _, err := o.city.AuditLog(ctx, auth.Operator(), audit.Filter{Limit: 1000})
	o.must(err)
	for _, r := range rs {
		text := strings.Join([]string{r.Account, r.Role, r.Object, r.Detail, r.Remote}, "|")
		for _, s := range append(secrets, "张", "139") {
			if strings.Contains(text, s) {
				t.Errorf("the log says %q", text)
			}
		}
		if r.Action == audit.SignIn && r.Remote != "10.0.0.9" {
			t.Errorf("the log does not say from where: %+v", r)
		}
	}
	if rs, n, err := o.city.AuditLog(ctx, auth.Operator(), audit.Filter{Account: "Zhang"}); n == 0 || err != nil || rs[0].Account != zhang.ID {
		t.Errorf("by login name: %d, %v", n, err)
	}
	o.whole()
	o.must(o.city.Close())
	files, err := filepath.Glob(dsn + "*")
	o.must(err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		o.must(err)
		for _, s := range secrets {
			if strings.Contains(string(b), s) {
				t.Errorf("%s holds the secret %q as it is", filepath.Base(f), s)
			}
		}
	}
}

// actionsOfTheLog reads the list of actions from its source, so that none is
// forgotten. Those of forms are written by their own steps and tested there.
func actionsOfTheLog(t *testing.T) (list []audit.Action) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(testkit.Root(), "internal", "audit", "record.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Action" {
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(text, "form.") {
				list = append(list, audit.Action(text))
			}
		}
		return true
	})
	if len(list) < 15 {
		t.Fatalf("only %d actions were found", len(list))
	}
	return list
}

// A read of personal data is logged in the chain of its county.
func TestReadsAreLogged(t *testing.T) {
	o := newOffice(t, sqlite(t))
	who := auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.RetentionOfficer, Unit: "a"}}}
	o.must(o.city.LogRead(auth.WithRemote(ctx, "10.1.1.1"), who, "pupil list", "a1s"))
	rs, n, err := o.city.AuditLog(ctx, auth.Actor{Account: "y", Grants: []auth.Grant{{Role: auth.AuditAdmin, Unit: "a"}}}, audit.Filter{})
	if n != 1 || err != nil || rs[0].Shard != "a" || rs[0].Remote != "10.1.1.1" || rs[0].Detail != "pupil list" {
		t.Errorf("%+v, %v", rs, err)
	}
	if _, n, _ := o.city.AuditLog(ctx, auth.Actor{Account: "y", Grants: []auth.Grant{{Role: auth.AuditAdmin, Unit: "b"}}}, audit.Filter{}); n != 0 {
		t.Error("another county's audit administrator reads it")
	}
	if _, err := o.city.VerifyAudit(ctx, auth.Actor{Account: "y", Grants: []auth.Grant{{Role: auth.AuditAdmin, Unit: "a"}}}, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county's audit administrator verifies the whole: %v", err)
	}
}
