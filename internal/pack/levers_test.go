package pack

import (
	"strings"
	"testing"
)

// leverPack is a pack with one lever of each kind, to be spoiled.
const leverPack = `id: x
name: {zh: 甲, en: A}
source: s
stages: [primary]
units: [{id: a, name: {zh: 甲, en: A}}, {id: yuan, name: {zh: 元, en: yuan}}]
elements:
  - {id: staff, name: {zh: 人, en: Staff}, type: count, unit: a, source: s, evidence: P}
  - {id: arts, name: {zh: 美, en: Arts}, type: count, unit: a, source: s, evidence: P}
  - {id: shared, name: {zh: 走, en: Shared}, type: count, unit: a, source: s, evidence: P}
  - {id: sets, name: {zh: 备, en: Sets}, type: money, unit: yuan, source: s, evidence: P}
  - {id: yes, name: {zh: 是, en: Yes}, type: yesno, source: s, evidence: P}
levers:
  - {id: move, name: {zh: 调, en: Move}, act: move, elements: [arts], each: [staff], price: p, per_km: k, least: {primary: staff}, authority: {zh: 县, en: County}, source: s, evidence: P}
  - {id: exchange, name: {zh: 交, en: Exchange}, act: exchange, authority: {zh: 县, en: County}, source: s, evidence: P}
  - {id: itinerant, name: {zh: 走, en: Itinerant}, act: itinerant, elements: [shared], of: [arts], price: p, months: 10, authority: {zh: 县, en: County}, source: s, evidence: P}
  - {id: hire, name: {zh: 聘, en: Hire}, act: hire, people: [{subject: {zh: 美, en: Arts}, counts: [arts]}], each: [staff], price: p, authority: {zh: 县, en: County}, source: s, evidence: P}
  - {id: buy, name: {zh: 购, en: Buy}, act: buy, elements: [sets], worth: true, authority: {zh: 县, en: County}, source: s, evidence: P}
`

// A lever that says too little, or names what nobody can change, is told where it
// stands.
func TestLeverSaysWhatItNeeds(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"it is sound", "", "", ""},
		{"an unknown element", "elements: [arts], each", "elements: [art], each", `unknown element "art"`},
		{"a judgement", "elements: [arts], each", "elements: [yes], each", "changes a count, an area or money"},
		{"no price", "per_km: k, ", "", ""},
		{"nobody can pay for it", "price: p, months", "months", "names its price"},
		{"two elements grow", "elements: [shared]", "elements: [shared, arts]", "one element that grows"},
		{"nobody to hire", "people: [{subject: {zh: 美, en: Arts}, counts: [arts]}], ", "", "act hire needs people"},
		{"worth of what is no money", "elements: [sets], worth", "elements: [arts], worth", "counted in money"},
		{"two moves", "id: exchange, name: {zh: 交, en: Exchange}, act: exchange", "id: again, name: {zh: 交, en: Again}, elements: [arts], price: p, act: move", "act move twice"},
		{"least of another stage", "least: {primary: staff}", "least: {junior: staff}", `"junior" is not one of the pack's stages`},
		{"least that is no number", "least: {primary: staff}", "least: staff > 1", "want a number"},
		{"where it may be done", "act: buy", "where: yes and arts > 1, act: buy", ""},
		{"where that is no condition", "act: buy", "where: arts + 1, act: buy", "want a condition"},
		{"where of an unknown element", "act: buy", "where: art > 1, act: buy", `unknown field "art"`},
		{"where of an exchange", "act: exchange", "where: arts > 1, act: exchange", "where belongs to the act move"},
		{"an act that is none", "act: buy", "act: steal", "act"},
		{"no source", "authority: {zh: 县, en: County}, source: s, evidence: P}\n  - {id: exchange", "authority: {zh: 县, en: County}, evidence: P}\n  - {id: exchange", `"source" is missing`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(leverPack, tt.old) {
				t.Fatal("the text to be spoiled is gone")
			}
			_, err := Kept(map[string][]byte{"x.yaml": []byte(strings.Replace(leverPack, tt.old, tt.new, 1))})
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), ":")):
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
