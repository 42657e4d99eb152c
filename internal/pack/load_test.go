package pack

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// small is a sound pack; the tests break it in one place at a time.
var small = map[string]string{
	"pack.yaml": `id: small
version: "1"
name: {zh: 小包, en: Small}
source: made up
sources: {doc: 文件}
stages: [primary, junior]
units:
  - {id: pupil, name: {zh: 人, en: pupils}}
  - {id: teacher, name: {zh: 人, en: teachers}}
keys:
  - {role: code, headers: [代码]}
`,
	"elements.yaml": `elements:
  - {id: pupils, name: {zh: 学生, en: Pupils}, type: count, unit: pupil, source: [doc 第一条], evidence: V}
  - {id: teachers, name: {zh: 教师, en: Teachers}, type: count, unit: teacher, source: [doc], evidence: V}
  - id: kind
    name: {zh: 类型, en: Kind}
    type: choice
    source: [doc]
    evidence: M
    choices:
      - {id: "211", name: {zh: 小学, en: Primary}}
      - {id: "218", name: {zh: 教学点, en: Point}}
  - {id: pay, name: {zh: 工资, en: Pay}, level: county, type: count, unit: teacher, source: [doc], evidence: V}
  - {id: review, name: {zh: 审核, en: Review}, level: county, type: yesno, needs_evidence: true, source: [doc], evidence: V}
`,
	"indicators/ratio.yaml": `id: ratio
name: {zh: 师生比, en: Teachers per 100}
unit: teacher/100 pupil
section: 100 * teachers / pupils
region: 100 * sum(teachers) / sum(pupils)
weight: pupils
better: higher
lack: {have: teachers, per: pupils / 100, unit: teacher, whole: true}
source: [doc]
evidence: S
`,
	"indicators/judged.yaml": `id: judged
name: {zh: 审核项, en: Review item}
level: county
unit: yesno
section: review
better: higher
source: [doc]
evidence: S
`,
	"standard.yaml": `id: st
name: {zh: 标准, en: Standard}
source: [doc]
scope: not (kind == "218" and pupils < 50)
scope_evidence: S
thresholds:
  - {indicator: ratio, at_least: {primary: 4, junior: 5}, source: [doc], evidence: S}
  - {indicator: judged, is: yes, evidence_of: review, source: [doc], evidence: S}
rules:
  - {id: whole, name: {zh: 总, en: Whole}, of: [part, spread, judged], source: [doc], evidence: S}
  - {id: part, name: {zh: 学校, en: School}, level: section, of: [ratio], floor: 0.85, source: [doc], evidence: S}
  - {id: spread, name: {zh: 差异, en: Spread}, of: [ratio], statistic: wcv, limit_at_most: {primary: 0.5, junior: 0.45}, source: [doc], evidence: S}
root: whole
`,
	"examples.yaml": `examples:
  - name: one
    source: by hand
    stage: primary
    given: {teachers: 3, pupils: 60}
    expect: {ratio: 5, ratio.threshold: 4, ratio.floor: 3.4, ratio.lack: 0}
`,
}

// with is small with one text changed in one file; a file can be added too.
func with(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	files := maps.Clone(small)
	if old != "" && strings.Count(files[file], old) != 1 {
		t.Fatalf("%q stands %d times in %s, want once", old, strings.Count(files[file], old), file)
	}
	if old == "" {
		files[file] = new
	} else {
		files[file] = strings.Replace(files[file], old, new, 1)
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoadSmall(t *testing.T) {
	p, err := Load(with(t, "pack.yaml", "id: small", "id: small"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Ref() != "small@1" || len(p.Hash) != 64 {
		t.Errorf("ref %q, hash %q", p.Ref(), p.Hash)
	}
	if got := p.Element("pupils").Source; got != "文件 第一条" {
		t.Errorf("source = %q", got)
	}
	if min := p.Element("pupils").Min; min == nil || *min != 0 {
		t.Errorf("a count without min has min %v, want 0", min)
	}
	st := p.Standards[0]
	if st.Rules[2].ID != "whole" || st.Root != "whole" {
		t.Errorf("a rule comes after those it refers to; got %v", st.ruleIDs())
	}
	if n := len(st.Thresholds); n != 3 {
		t.Errorf("%d thresholds, want one a stage and the judgement", n)
	}
	if got := p.Indicator("ratio").Needs; strings.Join(got, " ") != "pupils teachers" {
		t.Errorf("needs = %v", got)
	}
	if got := st.Scope.Expr.String(); got != `not (kind == 1     and pupils < 50)` {
		t.Errorf("scope = %q: the index must stand where the id stood", got)
	}
	if got := st.Scope.Src; got != `not (kind == "218" and pupils < 50)` {
		t.Errorf("scope source = %q", got)
	}
}

func TestLoadReports(t *testing.T) {
	for _, tt := range []struct {
		name           string
		file, old, new string
		want           string // the first problem
	}{
		{"no YAML", "standard.yaml", "root: whole", "root: [", "small@1/standard.yaml:13:1: not YAML"},
		{"an empty file", "more.yaml", "", " ", "small@1/more.yaml:1:1: the file is empty"},
		{"two documents", "more.yaml", "", "elements: []\n---\nelements: []\n", "small@1/more.yaml:1:1: want one YAML document"},
		{"no mapping", "more.yaml", "", "- a\n", "small@1/more.yaml:1:1: file: want keys and values, found a list"},
		{"unknown key", "pack.yaml", "stages: [", "stage: [", `small@1/pack.yaml:6:1: unknown key "stage"; did you mean "stages"?`},
		{"unknown key of an item", "indicators/ratio.yaml", "weight: pupils", "wieght: pupils", `small@1/indicators/ratio.yaml:6:1: unknown key "wieght"; did you mean "weight"?`},
		{"a key twice", "indicators/ratio.yaml", "better: higher", "better: higher\nbetter: lower", `small@1/indicators/ratio.yaml:8:1: key "better" stands here twice`},
		{"wrong type", "indicators/ratio.yaml", "better: higher", "better: [higher]", `small@1/indicators/ratio.yaml:7:9: better: want a text, found a list`},
		{"not one of", "indicators/ratio.yaml", "better: higher", "better: hihger", `small@1/indicators/ratio.yaml:7:9: better: "hihger" is not one of higher, lower; did you mean "higher"?`},
		{"one language only", "indicators/ratio.yaml", "{zh: 师生比, en: Teachers per 100}", "{zh: 师生比}", `small@1/indicators/ratio.yaml:2:7: "en" is missing`},
		{"no source", "indicators/ratio.yaml", "source: [doc]\n", "", `small@1/indicators/ratio.yaml:1:1: "source" is missing`},
		{"no evidence", "indicators/ratio.yaml", "evidence: S\n", "", `small@1/indicators/ratio.yaml:1:1: "evidence" is missing`},
		{"no evidence of a threshold", "standard.yaml", "{indicator: judged, is: yes, evidence_of: review, source: [doc], evidence: S}", "{indicator: judged, is: yes, evidence_of: review, source: [doc]}", `small@1/standard.yaml:8:5: "evidence" is missing`},
		{"unknown source", "indicators/ratio.yaml", "source: [doc]", "source: [dok]", `small@1/indicators/ratio.yaml:9:9: unknown source "dok"; did you mean "doc"?`},
		{"a hyphen in an id", "indicators/ratio.yaml", "id: ratio", "id: ra-tio", `small@1/indicators/ratio.yaml:1:5: id "ra-tio": want small letters`},
		{"element twice", "more.yaml", "", "elements:\n  - {id: pupils, name: {zh: 又, en: Again}, type: count, unit: pupil, source: [doc], evidence: V}\n", `small@1/more.yaml:2:10: element "pupils" is defined twice; first at small@1/elements.yaml:2`},
		{"indicator twice", "indicators/again.yaml", "", small["indicators/ratio.yaml"], `small@1/indicators/ratio.yaml:1:5: indicator "ratio" is defined twice; first at small@1/indicators/again.yaml:1`},
		{"a header of two elements", "elements.yaml", "{zh: 教师, en: Teachers}", "{zh: 学生, en: Teachers}", `small@1/elements.yaml:3:10: the header "学生" already means the element "pupils"`},
		{"unknown unit", "elements.yaml", "unit: pupil,", "unit: pupils,", `small@1/elements.yaml:2:65: unit of measure "pupils": unknown base unit "pupils"; did you mean "pupil"?`},
		{"a count without a unit", "elements.yaml", "unit: pupil, ", "", `small@1/elements.yaml:2:5: "unit" is missing`},
		{"filled in another kind", "elements.yaml", "unit: pupil,", "unit: pupil, filled_in: 10 teacher,", "which cannot be turned into pupil"},
		{"unknown field", "indicators/ratio.yaml", "100 * teachers / pupils", "100 * teechers / pupils", `small@1/indicators/ratio.yaml:4:16: unknown field "teechers"; did you mean "teachers"?`},
		{"in a quoted formula", "indicators/ratio.yaml", "100 * teachers / pupils", `"100 * teechers / pupils"`, `small@1/indicators/ratio.yaml:4:17: unknown field "teechers"`},
		{"in a formula over lines", "indicators/ratio.yaml", "section: 100 * teachers / pupils", "section: >-\n  100 * teachers\n  / pupilz", `small@1/indicators/ratio.yaml:6:5: unknown field "pupilz"`},
		{"a formula that does not parse", "indicators/ratio.yaml", "100 * teachers / pupils", "100 * teachers /", `small@1/indicators/ratio.yaml:4:26: the formula ends too early`},
		{"units do not agree", "indicators/ratio.yaml", "section: 100 * teachers / pupils", "section: teachers / pupils", "small@1/indicators/ratio.yaml:4:10: the formula counts in teacher/pupil, not in teacher/100 pupil; multiply by 100"},
		{"an aggregate in a section formula", "indicators/ratio.yaml", "section: 100 * teachers / pupils", "section: 100 * sum(teachers) / pupils", "small@1/indicators/ratio.yaml:4:16: sum works over the rows of a region"},
		{"a condition for a figure", "indicators/ratio.yaml", "section: 100 * teachers / pupils", "section: pupils > 1", "small@1/indicators/ratio.yaml:4:10: want a number in teacher/100 pupil, found a condition"},
		{"lack of another kind", "indicators/ratio.yaml", "per: pupils / 100", "per: pupils", "have / per should count like the indicator itself: the formula counts in teacher/pupil"},
		{"unknown weight", "indicators/ratio.yaml", "weight: pupils", "weight: pupil", `small@1/indicators/ratio.yaml:6:9: unknown element "pupil"; did you mean "pupils"?`},
		{"weight of another level", "indicators/ratio.yaml", "weight: pupils", "weight: pay", "pay is asked of a county, and the indicator measures a section"},
		{"a county's formula about sections", "indicators/judged.yaml", "section: review", "section: pupils > 5", "small@1/indicators/judged.yaml:5:10: pupils is asked of a section, and this formula is about a county's answers"},
		{"a judgement that is a number", "indicators/judged.yaml", "section: review", "section: pay", "small@1/indicators/judged.yaml:5:10: want a condition, found a number in teacher"},
		{"scope is a number", "standard.yaml", `not (kind == "218" and pupils < 50)`, "pupils", "small@1/standard.yaml:4:8: want a condition, found a number in pupil"},
		{"unknown choice", "standard.yaml", `kind == "218"`, `kind == "219"`, `"219" is no choice of kind (211, 218); did you mean "211"?`},
		{"a text that is no choice", "standard.yaml", `kind == "218"`, `pupils == "218"`, "small@1/standard.yaml:4:23: a text stands only in as"},
		{"unknown indicator", "standard.yaml", "{indicator: judged,", "{indicator: jugded,", `small@1/standard.yaml:8:17: unknown indicator "jugded"; did you mean "judged"?`},
		{"unknown indicator in a rule", "standard.yaml", "of: [ratio], floor", "of: [rtaio], floor", `unknown indicator "rtaio"; did you mean "ratio"?`},
		{"a stage that the pack has not", "standard.yaml", "at_least: {primary: 4,", "at_least: {senior: 4,", "ratio is not measured at the stage senior"},
		{"an unknown stage", "standard.yaml", "at_least: {primary: 4,", "at_least: {primery: 4,", `unknown stage "primery"; did you mean "primary"?`},
		{"a stage without a threshold", "standard.yaml", "at_least: {primary: 4, junior: 5}", "at_least: {primary: 4}", "ratio has no threshold for the stage junior"},
		{"two thresholds at one time", "standard.yaml", "thresholds:\n", "thresholds:\n  - {indicator: ratio, at_least: 3, from: 2017-04-19, source: [doc], evidence: S}\n", "ratio already has a threshold for this stage and time"},
		{"no comparison", "standard.yaml", "at_least: {primary: 4, junior: 5}", "note: {zh: 无, en: None}", "a threshold needs one of at_least"},
		{"two comparisons", "standard.yaml", "at_least: {primary: 4, junior: 5}", "at_least: 1, at_most: 2", "a threshold has one of at_least"},
		{"a figure held to yes", "standard.yaml", "at_least: {primary: 4, junior: 5}", "is: yes", "a judgement (unit yesno) is held to is"},
		{"evidence that nobody asks for", "standard.yaml", "evidence_of: review", "evidence_of: pay", "pay does not ask for evidence"},
		{"a date that is none", "standard.yaml", "{indicator: judged, is: yes,", "{indicator: judged, is: yes, from: 2017-13-01,", `from: "2017-13-01" is not a date`},
		{"in force until before it began", "standard.yaml", "{indicator: judged, is: yes,", "{indicator: judged, is: yes, from: 2017-04-19, to: 2017-04-19,", "to: 2017-04-19 is not after 2017-04-19"},
		{"rules in a circle", "standard.yaml", "level: section, of: [ratio]", "level: section, of: [ratio, whole]", "refers to itself"},
		{"more than there are", "standard.yaml", "of: [ratio], floor: 0.85", "of: [ratio], at_least: 2, floor: 0.85", "at_least 2 of 1 cannot be met"},
		{"a floor in per cent", "standard.yaml", "floor: 0.85", "floor: 85", "floor: want a part of one"},
		{"a limit without a statistic", "standard.yaml", "statistic: wcv, ", "", "a rule over a statistic has a limit"},
		{"a limit for one stage only", "standard.yaml", "{primary: 0.5, junior: 0.45}", "{primary: 0.5}", `no limit for the stage "junior"`},
		{"unknown root", "standard.yaml", "root: whole", "root: hole", `small@1/standard.yaml:13:7: root: unknown rule "hole"; did you mean "whole"?`},
		{"the first of a rule for sections", "standard.yaml", "level: section, of: [ratio], floor: 0.85", "level: section, of: [ratio], first: true", "small@1/standard.yaml:11:80: first is about the findings of a region"},
		{"the first, and how many", "standard.yaml", "of: [part, spread, judged]", "of: [part, spread, judged], first: true, at_least: 2", "first is about the findings of a region, and goes without at_least"},
		{"a section rule about a county", "standard.yaml", "level: section, of: [ratio]", "level: section, of: [judged]", "judged is judged for a region, so it is no part of a rule for sections"},
		{"an example that fails", "examples.yaml", "ratio: 5,", "ratio: 6,", `small@1/examples.yaml:6:14: example "one": ratio is 5, and 6 was expected`},
		{"an example of nothing known", "examples.yaml", "teachers: 3", "teacher: 3", `small@1/examples.yaml:5:13: unknown element "teacher"; did you mean "teachers"?`},
		{"an example of an unknown statistic", "examples.yaml", "ratio.floor", "ratio.roof", "want ratio, ratio.value or another of"},
		{"a role that is none", "pack.yaml", "role: code", "role: kode", `role "kode"`},
		{"rows of a whole school without a split", "pack.yaml", "role: code, headers: [代码]}", "role: stage, headers: [学段], values: {全校: school}}", "values: rows about a school as a whole need a split"},
		{"a split by nothing", "pack.yaml", "stages:", "split: {weights: {primary: 1}, elements: [teachers], source: [doc], evidence: S}\nstages:", `"by" is missing`},
		{"a split by a county's answer", "pack.yaml", "stages:", "split: {by: pay, weights: {primary: 1}, elements: [teachers], source: [doc], evidence: S}\nstages:", "by: pay is no count of a section"},
		{"a split of what decides", "pack.yaml", "stages:", "split: {by: pupils, weights: {primary: 1}, elements: [pupils], source: [doc], evidence: S}\nstages:", "pupils decides on the shares, so it cannot be shared out"},
		{"a split of a choice", "pack.yaml", "stages:", "split: {by: pupils, weights: {primary: 1}, elements: [kind], source: [doc], evidence: S}\nstages:", "only a count, an area or money of a section can be shared out, and kind is none"},
		{"a split of a county's answer", "pack.yaml", "stages:", "split: {by: pupils, weights: {primary: 1}, elements: [pay], source: [doc], evidence: S}\nstages:", "and pay is none"},
		{"a bad pack id", "pack.yaml", "id: small", "id: Small_1", `pack id "Small_1"`},
		{"nothing to extend", "pack.yaml", "source: made up", "source: made up\nextends: cn-compulsory@2071", `extends: no pack "cn-compulsory@2071" is shipped, and the folder "extends" does not carry it; did you mean "cn-compulsory@2017"?`},
		{"infinity", "pack.yaml", "stages:", "missing: [.inf]\nstages:", `missing: want a number, found ".inf"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Load(with(t, tt.file, tt.old, tt.new))
			if err == nil {
				t.Fatalf("loaded %s", p.Ref())
			}
			if !errors.Is(err, fault.Invalid) {
				t.Errorf("%v is not fault.Invalid", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant\n%s", err, tt.want)
			}
			if strings.Contains(tt.want, "@1/") && strings.Count(err.Error(), "\n") > 1 {
				t.Errorf("one mistake, but these problems:\n%v", err)
			}
		})
	}
}

// All problems come at once, in the order of the files.
func TestLoadReportsAll(t *testing.T) {
	fsys := with(t, "standard.yaml", "{indicator: judged,", "{indicator: jugded,")
	fsys["indicators/ratio.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(small["indicators/ratio.yaml"], "weight: pupils", "weight: x", 1))}
	_, err := Load(fsys)
	var ps Problems
	if !errors.As(err, &ps) || len(ps) < 2 || ps[0].File != "small@1/indicators/ratio.yaml" || ps[len(ps)-1].File != "small@1/standard.yaml" {
		t.Errorf("got\n%v", err)
	}
}

func TestLoadLimits(t *testing.T) {
	big := fstest.MapFS{"pack.yaml": {Data: make([]byte, maxFile+1)}}
	if _, err := Load(big); !errors.Is(err, fault.TooLarge) {
		t.Errorf("a file that is too large: %v", err)
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many["f"+strings.Repeat("x", i)+".yaml"] = &fstest.MapFile{Data: []byte("a: 1")}
	}
	if _, err := Load(many); !errors.Is(err, fault.TooLarge) {
		t.Errorf("too many files: %v", err)
	}
	if _, err := Load(fstest.MapFS{"readme.md": {}}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a folder without YAML: %v", err)
	}
	// Aliases of aliases: 10^8 elements written in a few lines.
	bomb := "id: bomb\nname: {zh: 弹, en: Bomb}\nsource: made up\nelements:\n  - items: &a [" + strings.Repeat("{id: a},", 1000) + "]\n" + strings.Repeat("  - items: *a\n", 1000)
	_, err := Load(fstest.MapFS{"pack.yaml": {Data: []byte(bomb)}})
	if err == nil || !strings.Contains(err.Error(), "values; aliases count as what they stand for") {
		t.Errorf("an alias bomb: %.200v", err)
	}
}

func TestHash(t *testing.T) {
	a, err := Load(with(t, "pack.yaml", "made up", "made up"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load(with(t, "pack.yaml", "made up", "made  up"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash == b.Hash {
		t.Error("a changed file does not change the hash")
	}
	again := fstest.MapFS{"README.md": {Data: []byte("not part of the pack")}}
	for name, data := range a.Files {
		again[name] = &fstest.MapFile{Data: data}
	}
	c, err := Load(again)
	if err != nil || c.Hash != a.Hash {
		t.Errorf("the kept files give hash %v, %v; want %v", c.Hash, err, a.Hash)
	}
}

func TestThresholdsKeepStage(t *testing.T) {
	p, err := Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]float64{ // standards as published: primary, junior
		"r1": {4.2, 5.3}, "r2": {1, 1}, "r3": {0.9, 0.9}, "r4": {4.5, 5.8}, "r5": {7.5, 10.2}, "r6": {2000, 2500}, "r7": {2.3, 2.4},
		"g5": {45, 50}, "g13": {100, 95},
	}
	for id, w := range want {
		for i, stage := range []edu.Stage{edu.Primary, edu.Junior} {
			th, _ := p.thresholdFor(p.Indicator(id), stage)
			if th == nil || th.Value != w[i] || th.Source == "" || th.Tag == "" {
				t.Errorf("%s at %s: %+v, want %v", id, stage, th, w[i])
			}
		}
	}
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
