package pack

import (
	"slices"
	"strings"
	"testing"
)

const visit = `id: x
name: {zh: 甲, en: A}
source: s
units: [{id: guard, name: {zh: 名, en: guards}}]
elements: [{id: guards, name: {zh: 甲, en: A}, type: count, unit: guard, source: s, evidence: P}]
indicators: [{id: i, name: {zh: 甲, en: A}, unit: guard, section: guards, better: higher, source: s, evidence: P}]
standards: [{id: st, name: {zh: 甲, en: A}, source: s, thresholds: [{indicator: i, at_least: 1, source: s, evidence: P}]}]
key_parts: [{id: gate, name: {zh: 校门, en: Gate}, source: s, evidence: V}]
`

func TestChecklistsAreChecked(t *testing.T) {
	item := func(extra string) string {
		return "checklists: [{id: c, name: {zh: 甲, en: A}, source: s, evidence: P, items: [{id: one, what: {zh: 甲, en: A}, how: {zh: 甲, en: A}" + extra + "}]}]\n"
	}
	for _, tt := range []struct{ name, text, wrong string }{
		{"whole", item(", for: [boarding], parts: [gate], norms: [i]"), ""},
		{"a kind of school that nobody has", item(", for: [boading]"), `unknown kind of school "boading"`},
		{"a part that is not listed", item(", parts: [roof]"), `unknown key part "roof"`},
		{"a norm without a limit", item(", norms: [j]"), `no standard of the pack has a limit for "j"`},
		{"an item without evidence", "checklists: [{id: c, name: {zh: 甲, en: A}, items: [{id: one, what: {zh: 甲, en: A}, how: {zh: 甲, en: A}, source: s}]}]\n", `"evidence"`},
		{"a checklist of nothing", "checklists: [{id: c, name: {zh: 甲, en: A}, items: []}]\n", "has no items"},
		{"an item twice", item("}, {id: one, what: {zh: 乙, en: B}, how: {zh: 乙, en: B}"), `item "one" is in the checklists twice`},
		{"an unknown key", item(", photo: yes"), `unknown key "photo"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadFiles(map[string][]byte{"pack.yaml": []byte(visit), "checklists/a.yaml": []byte(tt.text)}, "")
			switch {
			case tt.wrong == "" && err != nil:
				t.Error(err)
			case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
				t.Errorf("%v; want %s", err, tt.wrong)
			}
		})
	}
}

// The shipped checklists have the thirteen categories of bureaus' forms, and claim
// the text of a standard only where a page of it was read.
func TestShippedChecklists(t *testing.T) {
	p, err := Open("cn-safety")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range p.Checklists {
		names = append(names, c.Name.ZH)
		for _, it := range c.Items {
			if it.Tag == "V" && !strings.Contains(it.Source, "GB/T 29315-2022") && !strings.Contains(it.Source, "教基一厅〔2014〕2号") {
				t.Errorf("%s is marked V by %q", it.ID, it.Source)
			}
		}
	}
	want := []string{"组织制度", "门卫三防", "消防用电", "校舍设施", "食堂饮水", "宿舍", "校车交通", "实验室危化品", "防溺水", "欺凌与矛盾排查", "周边", "在建工地", "预案演练"}
	if !slices.Equal(names, want) {
		t.Errorf("categories %v; want %v", names, want)
	}
	if len(p.KeyParts) != 4 {
		t.Errorf("%d key parts; the page that was read names 4, and the others are not to be made up", len(p.KeyParts))
	}
	for _, c := range [][2]any{{"food_licence", "canteen"}, {"dorm_staff", "boarding"}, {"water_quality", ""}, {"bus_load", "bus"}} {
		for _, l := range p.Checklists {
			for _, it := range l.Items {
				if it.ID == c[0] && strings.Join(it.For, ",") != c[1] {
					t.Errorf("%s is for %v; want %v", it.ID, it.For, c[1])
				}
			}
		}
	}
}
