package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/fault"
	"shuren/internal/saved"
)

// savedViews: everybody has their own, sees what others share, and changes none
// of theirs.
func savedViews(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	keep := func(account, id, name string, with saved.Shared) saved.View {
		t.Helper()
		v := saved.View{ID: id, Account: account, By: "名 " + account, Page: "/schools", Name: name, Query: "verdict=short&col=" + id, Shared: with, At: noon}
		got, err := s.SaveView(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		v.ID = got
		return v
	}
	list := func(account, page string) []saved.View {
		t.Helper()
		got, err := s.SavedViews(ctx, account, page)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	mine := keep("a", "1", "乡村", saved.Shared{})
	unit := keep("b", "2", "本县", saved.Shared{Unit: "county"})
	all := keep("b", "3", "全市", saved.Shared{All: true})
	own := keep("b", "4", "自己", saved.Shared{})
	if d := cmp.Diff([]saved.View{mine, all, unit}, list("a", "/schools")); d != "" && cmp.Diff([]saved.View{mine, unit, all}, list("a", "/schools")) != "" {
		t.Errorf("a sees (-want +got):\n%s", d)
	}
	if got := list("c", "/schools"); len(got) != 2 {
		t.Errorf("c sees %+v, want the two that are shared", got)
	}
	if got := list("a", "/counties"); len(got) != 0 {
		t.Errorf("of another page: %+v", got)
	}

	again := mine
	again.ID, again.Query = "9", "stage=junior"
	if id, err := s.SaveView(ctx, again); err != nil || id != "1" {
		t.Errorf("kept again under the name: id %s, %v; want 1", id, err)
	}
	if got := list("a", "/schools"); got[0].Query != "stage=junior" || len(got) != 3 {
		t.Errorf("after it was replaced: %+v", got)
	}

	for what, err := range map[string]error{
		"rename another's": s.RenameView(ctx, "a", own.ID, "x"), "drop another's": s.DropView(ctx, "a", all.ID), "open with another's own": s.SetDefaultView(ctx, "a", "/schools", own.ID),
		"open with one of another page": s.SetDefaultView(ctx, "b", "/counties", own.ID), "drop what is not there": s.DropView(ctx, "a", "zz"),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v; want not found", what, err)
		}
	}
	if err := s.RenameView(ctx, "b", own.ID, "本县"); !errors.Is(err, fault.Conflict) {
		t.Errorf("two of one name: %v; want conflict", err)
	}
	if err := s.RenameView(ctx, "b", own.ID, "自己的"); err != nil {
		t.Error(err)
	}

	if err := errors.Join(s.SetDefaultView(ctx, "a", "/schools", mine.ID), s.SetDefaultView(ctx, "a", "/schools", all.ID), s.SetDefaultView(ctx, "b", "/schools", unit.ID)); err != nil {
		t.Fatal(err)
	}
	opens := func(account string) (id string) {
		for _, v := range list(account, "/schools") {
			if v.Default {
				id += v.ID
			}
		}
		return id
	}
	if a, b, c := opens("a"), opens("b"), opens("c"); a != all.ID || b != unit.ID || c != "" {
		t.Errorf("lists open with %q, %q, %q", a, b, c)
	}
	if err := s.SetDefaultView(ctx, "b", "/schools", ""); err != nil || opens("b") != "" {
		t.Errorf("b's list still opens with %q, %v", opens("b"), err)
	}
	if err := s.DropView(ctx, "b", all.ID); err != nil || opens("a") != "" || len(list("a", "/schools")) != 2 {
		t.Errorf("after it was deleted, a's list opens with %q, %v", opens("a"), err)
	}

	for i := range saved.MostNamed {
		_, err := s.SaveView(ctx, saved.View{ID: fmt.Sprint("many", i), Account: "a", Page: "/schools", Name: fmt.Sprint("第", i), At: noon})
		if want := i < saved.MostNamed-1; want != (err == nil) {
			t.Errorf("view %d: %v", i+2, err)
		}
	}
}
