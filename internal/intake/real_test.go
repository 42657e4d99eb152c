package intake_test

import (
	"context"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/testkit"
)

func open(t testing.TB, ref string) *pack.Pack {
	t.Helper()
	p, err := pack.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFlorida(t *testing.T) {
	name := testkit.Shared(t, "data/florida-schools/public_schools_fl.csv.gz")
	b, err := intake.Read(context.Background(), []intake.File{intake.Path(name)}, open(t, "florida-2024"), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Problems[:min(12, len(b.Problems))] {
		t.Log(p, p.Chinese())
	}
	t.Log(b.Total, b.Blocking, len(b.Tables), b.Ignored)
	tab := b.Tables[0]
	if tab.N != 4337 || tab.Level != edu.Section {
		t.Errorf("%d rows of level %v", tab.N, tab.Level)
	}
}

func TestCaschools(t *testing.T) {
	name := testkit.Shared(t, "data/caschools/caschools.csv")
	b, err := intake.Read(context.Background(), []intake.File{intake.Path(name)}, open(t, "california-1999"), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Problems[:min(12, len(b.Problems))] {
		t.Log(p, p.Chinese())
	}
	t.Log(b.Total, b.Blocking, len(b.Tables), b.Ignored)
}
