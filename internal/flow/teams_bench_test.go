package flow

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/ident"
	"shuren/internal/store"
	"shuren/internal/teams"
)

// BenchmarkTeamsOfACounty is what each page of a county's teams reads, with 20,000
// people on the register, and what working out a summer costs beside it.
func BenchmarkTeamsOfACounty(b *testing.B) {
	const people = 20_000
	x := newBooks(b, b.TempDir()+"/a.db")
	ctx := context.Background()
	var file bytes.Buffer
	file.WriteString("姓名,身份证号,所在单位代码,人员类别,在岗状态,岗位,任教学段,主教学科,本校起始年月,五年学时\n")
	codes := []string{unitCode(b, x, "school"), unitCode(b, x, "point")}
	for i := range people {
		first := fmt.Sprintf("5399%02d19%02d%02d15%03d", i/100_000, 60+i/1000%40, 1+i/10_000, i%1000)
		fmt.Fprintf(&file, "孙立,%s%c,%s,在编,在岗,专任,小学,语文,2015-09,%d\n", first, ident.Checksum(first), codes[i%2], i%500)
	}
	r, err := x.Registers.Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }, RegisterOptions{Kind: store.AStaff, Year: 2024})
	if err != nil || r.New != people {
		b.Fatalf("%+v, %v", r, err)
	}
	tm := x.Office.city.Teams(x.Office.city.RegisterStaff())
	b.Run("first", func(b *testing.B) { // as every page did before registers were held
		for b.Loop() {
			tm := x.Office.city.Teams(x.Office.city.RegisterStaff())
			if of, err := tm.Of(ctx, x.by["eastclerk"], "east"); err != nil || len(of.Input.Staff) != people {
				b.Fatalf("%d, %v", len(of.Input.Staff), err)
			}
		}
	})
	if _, err := tm.Of(ctx, x.by["eastclerk"], "east"); err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if of, err := tm.Of(ctx, x.by["eastclerk"], "east"); err != nil || len(of.Input.Staff) != people {
				b.Fatalf("%d, %v", len(of.Input.Staff), err)
			}
		}
	})
	of, err := tm.Of(ctx, x.by["eastclerk"], "east")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("judge", func(b *testing.B) {
		for b.Loop() {
			teams.Exchanges(&of.Input, 2025)
		}
	})
}

func unitCode(t testing.TB, x *books, id string) string {
	t.Helper()
	tree, err := x.Office.city.Tree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range tree.Units() {
		if string(u.ID) == id {
			return lastAttrs(&u).Code
		}
	}
	t.Fatalf("no unit %s", id)
	return ""
}
