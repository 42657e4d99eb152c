package region

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/testkit"
)

func qujing(t *testing.T) *edu.Tree {
	t.Helper()
	units, err := Units("qujing")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := edu.NewTree(units)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestQujing(t *testing.T) {
	tree := qujing(t)
	for _, tt := range []struct {
		year         int
		id           edu.UnitID
		code, zh, en string
	}{
		{2015, "QJ-ZY", "530328", "沾益县", "Zhanyi County"},
		{2016, "QJ-ZY", "530303", "沾益区", "Zhanyi District"},
		{2017, "QJ-ML", "530321", "马龙县", "Malong County"},
		{2018, "QJ-ML", "530304", "马龙区", "Malong District"},
		{2000, "QJ-QL", "530302", "麒麟区", "Qilin District"},
		{2025, "QJ-XW", "530381", "宣威市", "Xuanwei City"},
		{2025, "QJ-JKQ", "", "曲靖经济技术开发区", "Qujing Economic and Technological Development Zone"},
		{2025, "QJ-LL-501", "530322501", "陆良华侨管理区", ""},
	} {
		s := tree.On(edu.Year(tt.year))
		n := s.Nodes[s.Find(tt.id)]
		if n.Code != tt.code || n.Name.ZH != tt.zh || n.Name.EN != tt.en {
			t.Errorf("%d: %s is %q %q %q; want %q %q %q", tt.year, tt.id, n.Code, n.Name.ZH, n.Name.EN, tt.code, tt.zh, tt.en)
		}
	}
	s := tree.On(edu.Year(2025))
	towns := map[edu.UnitID]int{}
	for i, n := range s.Nodes {
		if n.Unit.Level == edu.Township {
			towns[s.Nodes[s.Above(i, edu.County)].Unit.ID]++
			if !strings.HasPrefix(n.Code, s.Nodes[n.Up].Code) {
				t.Errorf("township %s stands under %s", n.Code, s.Nodes[n.Up].Code)
			}
		}
		if n.Source == "" || n.Tag == "" {
			t.Errorf("%s says neither where it was read nor how sure it is", n.Unit.ID)
		}
	}
	want := map[edu.UnitID]int{"QJ-QL": 16, "QJ-ZY": 11, "QJ-ML": 10, "QJ-LL": 12, "QJ-SZ": 10, "QJ-LP": 13, "QJ-FY": 12, "QJ-HZ": 25, "QJ-XW": 29}
	total := 0
	for id, n := range want {
		total += n
		if towns[id] != n {
			t.Errorf("%s has %d townships; want %d", id, towns[id], n)
		}
	}
	if len(towns) != len(want) || total != 138 {
		t.Errorf("townships stand under %v", towns)
	}
	if len(s.Nodes) != 1+9+1+138 {
		t.Errorf("%d units; want 149", len(s.Nodes))
	}
	if z := s.Nodes[s.Find("QJ-JKQ")]; z.Kind != edu.Zone || z.Statutory != "QJ-QL" || z.Parent != "QJ" || z.Tag != "M" {
		t.Errorf("the zone: %+v", z.Attrs)
	}
}

// The table agrees with the edition of the codes that is kept beside the project.
func TestQujingAgainstSource(t *testing.T) {
	f, err := os.Open(testkit.Shared(t, "data/region-codes/streets_530300.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	recs, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := qujing(t).On(edu.Year(2025))
	for _, r := range recs[1:] {
		is := s.ByKey(edu.Township, r[0])
		if len(is) != 1 || s.Nodes[is[0]].Name.ZH != r[1] || s.Nodes[s.Nodes[is[0]].Up].Code != r[2] {
			t.Errorf("%v is not in the tree as such", r)
		}
	}
}

func TestUnknown(t *testing.T) {
	if _, err := Units("atlantis"); !errors.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "qujing") {
		t.Errorf("%v; want not found, with what there is", err)
	}
	for _, c := range Choices() {
		if _, err := Units(c.ID); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	head := strings.Join(columns, ",") + "\n"
	f.Add(head + "A,city,,1,城,City,,,,s,V\nB,county,2016-01-01,2,县,,A,,,s,V\n")
	f.Add(head + "Z,county,,,区,,A,zone,B,s,M\n")
	f.Add("id\n")
	f.Fuzz(func(t *testing.T, in string) {
		units, err := read(strings.NewReader(in))
		if err != nil {
			return
		}
		if _, err := edu.NewTree(units); err != nil {
			t.Errorf("what was read without error is no tree: %v", err)
		}
	})
}
