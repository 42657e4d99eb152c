package pack

import (
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
)

// Elements that nobody types: over a county's sections, and from the record.
const derived = `elements:
  - {id: enrol_junior, name: {zh: 初中在校生, en: Junior pupils}, level: county, type: count, unit: pupil, derive: {over: county, stages: [junior], agg: sum, of: pupils, where: kind == "211"}, source: [doc], evidence: E}
  - {id: enrol, name: {zh: 在校生合计, en: All pupils}, level: county, type: count, unit: pupil, derive: {over: county, agg: sum, of: pupils}, source: [doc], evidence: E, department: {zh: 统计局, en: Statistics}}
  - {id: share, name: {zh: 占比, en: Share}, level: county, type: ratio, unit: "%", derive: {formula: 100 * enrol_junior / enrol}, source: [doc], evidence: E}
  - {id: large, name: {zh: 大校, en: Large}, type: yesno, derive: {formula: pupils >= 100}, source: [doc], evidence: E}
`

func TestDerivedElements(t *testing.T) {
	p, err := Load(with(t, "more.yaml", "", derived))
	if err != nil {
		t.Fatal(err)
	}
	// Whatever the pack is put together with, a total is over the stages of the
	// pack that says it.
	if d := p.Element("enrol").Derive; !slices.Equal(d.Stages, p.Stages) || d.Over != edu.County {
		t.Errorf("enrol is over %v of %v", d.Stages, d.Over)
	}
	if got := p.Element("enrol").Department.ZH; got != "统计局" {
		t.Errorf("the department that answers is %q", got)
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range opt.Derive {
		switch d.Element {
		case "enrol_junior":
			if d.Where == nil || !slices.Equal(d.Stages, []edu.Stage{edu.Junior}) {
				t.Errorf("enrol_junior = %+v", d)
			}
		case "share":
			if d.Formula == nil || d.Level != edu.County {
				t.Errorf("share = %+v", d)
			}
		}
	}
}

func TestDerivedReports(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"over something else", "over: county, agg", "over: city, agg", "over: want school or county"},
		{"a formula and more", "derive: {formula: pupils >= 100}", "derive: {formula: pupils >= 100, agg: count}", "derive: a formula goes without agg"},
		{"nothing", "derive: {over: county, agg: sum, of: pupils}", "derive: {agg: sum, of: pupils}", "want one of list, over and formula"},
		{"a total of a section's level", "level: county, type: count, unit: pupil, derive: {over: county, agg", "type: count, unit: pupil, derive: {over: county, agg", "enrol is a total over a county's sections, so its level is county"},
		{"a stage that the pack has not", "stages: [junior]", "stages: [senior]", `stage "senior" is not one of the pack's stages`},
		{"of another unit", "over: county, agg: sum, of: pupils}", "over: county, agg: sum, of: teachers}", "enrol is the sum of teachers"},
		{"a total of county answers", "over: county, agg: sum, of: pupils}", "over: county, agg: sum, of: enrol_junior}", "enrol_junior is no figure of a section"},
		{"a formula of another unit", "100 * enrol_junior / enrol", "enrol_junior", "the formula counts in pupil, not in %"},
		{"a condition for a number", "100 * enrol_junior / enrol", "enrol > 1", "found a condition"},
		{"last year's figure", "100 * enrol_junior / enrol", "100 * prev(enrol_junior) / enrol", "prev belongs in an indicator or a check"},
		{"a section's formula about its county", "pupils >= 100", "pay >= 100", "pay is asked of a county, and large is computed for a section"},
		{"a formula that refers to itself", "pupils >= 100", "large", "large is computed after large; put it before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if strings.Count(derived, tt.old) != 1 {
				t.Fatalf("%q stands %d times", tt.old, strings.Count(derived, tt.old))
			}
			_, err := Load(with(t, "more.yaml", "", strings.Replace(derived, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %q", err, tt.want)
			}
		})
	}
}
