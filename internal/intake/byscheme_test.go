package intake_test

import (
	"context"
	"io"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"shuren/internal/intake"
	"shuren/internal/pack"
)

func scheme(t *testing.T, id, stage, elements string) *pack.Pack {
	t.Helper()
	p, err := pack.Load(fstest.MapFS{"pack.yaml": {Data: []byte("id: " + id + "\nname: {zh: 样, en: Sample}\nsource: made up\nuses: [cn-common]\nstages: [" + stage + "]\nelements:\n" + elements)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readBy(t *testing.T, p *pack.Pack, text string) *intake.Batch {
	t.Helper()
	b, err := intake.Read(context.Background(), []intake.File{{Name: "t.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}, p, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A header that means one thing in a kindergarten's row and another in a
// school's goes to each in its own rows, and is checked there by its own limits.
func TestHeaderByStage(t *testing.T) {
	kg := scheme(t, "kg", "preschool", "  - {id: kg_beds, name: {zh: 床位数, en: Cots}, type: count, unit: bed, max: 100, source: made up, evidence: P}\n")
	high := scheme(t, "high", "senior", "  - {id: dorm_beds, name: {zh: 床位数, en: Dormitory beds}, type: count, unit: bed, required: true, source: made up, evidence: P}\n")
	both, err := pack.Union(kg, high)
	if err != nil {
		t.Fatal(err)
	}
	b := readBy(t, both, "学年,学校标识码,学段,床位数\n2025,1,幼儿园,60\n2025,2,高中,900\n2025,3,幼儿园,\n")
	if b.Blocking > 0 {
		t.Fatalf("%v", b.Problems)
	}
	got := b.Tables[0]
	for id, want := range map[string][]float64{"kg_beds": {60, math.NaN(), math.NaN()}, "dorm_beds": {math.NaN(), 900, math.NaN()}} {
		for i, w := range want {
			if v := got.Cols[id][i]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%s of row %d = %v, want %v", id, i+2, v, w)
			}
		}
	}
	for _, q := range b.Problems {
		if strings.Contains(q.String(), "row 4") {
			t.Errorf("a kindergarten is asked for dormitory beds: %s", q)
		}
	}
	b = readBy(t, both, "学年,学校标识码,学段,床位数\n2025,1,幼儿园,900\n2025,2,高中,900\n")
	if b.Blocking != 1 || !strings.Contains(b.Problems[0].String(), "row 2") {
		t.Errorf("900 cots: %v", b.Problems)
	}
}

// A file about one scheme is not asked for what another requires.
func TestLackingByScheme(t *testing.T) {
	a := scheme(t, "a", "primary", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: book, required: true, source: made up, evidence: P}\n  - {id: ponds, name: {zh: 水池数, en: Ponds}, type: count, unit: book, required: true, source: made up, evidence: P}\n")
	b := scheme(t, "b", "primary", "  - {id: lamps, name: {zh: 路灯数, en: Lamps}, type: count, unit: book, required: true, source: made up, evidence: P}\n")
	both, err := pack.Union(a, b)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, q := range readBy(t, both, "学年,学校标识码,学段,树木数\n2025,1,小学,3\n").Problems {
		told = append(told, q.Element)
	}
	if s := strings.Join(told, " "); !strings.Contains(s, "ponds") || strings.Contains(s, "lamps") {
		t.Errorf("a file of the scheme a lacks %s", s)
	}
}

// Lists of two schemes may stand in sheets of one name: the columns tell.
func TestListsOfOneSheetName(t *testing.T) {
	var packs []*pack.Pack
	for _, name := range []string{"cn-preschool", "cn-compulsory"} {
		p, err := pack.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, p)
	}
	for range 2 {
		u, err := pack.Union(packs...)
		if err != nil {
			t.Fatal(err)
		}
		for text, list := range map[string]string{
			"学年,学校标识码,学段,年级,班级,班型,班级人数\n2025,1,小学,一年级,1,普通,40\n": "classes",
			"学年,幼儿园代码,学段,年龄班,班级,人数\n2025,1,幼儿园,小班,1,20\n":        "kg_classes",
		} {
			if b := readBy(t, u, text); b.Blocking > 0 || b.Tables[0].List != list {
				t.Errorf("%s is read as %q: %v", text, b.Tables[0].List, b.Problems)
			}
		}
		packs[0], packs[1] = packs[1], packs[0]
	}
}
