package pack

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"shuren/internal/edu"
)

const city = `id: our-city
version: "2026"
name: {zh: 本市方案, en: Our city}
source: 本市文件
extends: cn-compulsory@2017
sources: {city: 市教督〔2026〕1号}
indicators:
  - id: r2
    name: {zh: 每百名学生拥有市级以上骨干教师数, en: City backbone teachers per 100 pupils}
    unit: teacher/100 pupil
    section: 100 * teachers_city / pupils
    region: 100 * sum(teachers_city) / sum(pupils)
    weight: pupils
    better: higher
    source: [city 第二条]
    evidence: V
elements:
  - {id: teachers_city, name: {zh: 市级以上骨干教师数, en: City backbone teachers}, type: count, unit: teacher, source: [city], evidence: V}
standards:
  - id: balanced
    thresholds:
      - {indicator: r7, at_least: {junior: 3}, source: [city 第三条], evidence: V}
      - {indicator: g14, at_least: 60, source: [city 第四条], evidence: V}
    rules:
      - {id: school, name: {zh: 学校七项全部达到, en: All seven}, block: resources, level: section, of: [r1, r2, r3, r4, r5, r6, r7], source: [city 第五条, jd2017], evidence: V}
`

func TestExtends(t *testing.T) {
	p, err := Load(fstest.MapFS{"pack.yaml": {Data: []byte(city)}})
	if err != nil {
		t.Fatal(err)
	}
	base, err := Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if p.Ref() != "our-city@2026" || p.Base.Ref() != "cn-compulsory@2017" {
		t.Errorf("%s extends %s", p.Ref(), p.Base.Ref())
	}
	if got, want := len(p.Elements), len(base.Elements)+1; got != want {
		t.Errorf("%d elements, want %d", got, want)
	}

	r2 := p.Indicator("r2")
	if r2.Pack != "our-city@2026" || r2.Replaces == nil || r2.Replaces.Pack != "cn-compulsory@2017" || !strings.HasPrefix(r2.Source, "市教督〔2026〕1号") || !strings.HasPrefix(r2.Replaces.Source, "教督〔2017〕6号") {
		t.Errorf("r2 = %+v", r2)
	}
	for i := range base.Indicators {
		if p.Indicators[i].ID != base.Indicators[i].ID {
			t.Errorf("a replaced indicator keeps its place: %s stands where %s stood", p.Indicators[i].ID, base.Indicators[i].ID)
		}
	}
	if base.Indicators[0].ID != "r1" {
		t.Errorf("the first indicator is %s, want r1", base.Indicators[0].ID)
	}

	find := func(p *Pack, id string, stage edu.Stage) []*Threshold {
		var out []*Threshold
		for _, th := range p.Standards[0].Thresholds {
			if th.Indicator == id && (th.Stage == stage || th.Stage == "") {
				out = append(out, th)
			}
		}
		return out
	}
	if got := find(p, "r7", edu.Junior); len(got) != 1 || got[0].Value != 3 || got[0].Replaces == nil || got[0].Replaces.Value != 2.4 {
		t.Errorf("r7 of junior = %+v", got)
	}
	if got := find(p, "r7", edu.Primary); len(got) != 1 || got[0].Value != 2.3 || got[0].Replaces != nil {
		t.Errorf("r7 of primary = %+v", got)
	}
	if got := find(p, "g14", ""); len(got) != 1 || got[0].Value != 60 || got[0].Replaces.Value != 50 {
		t.Errorf("g14 = %+v", got)
	}
	st := p.Standards[0]
	if len(p.Standards) != 1 || st.Scope == nil || st.Root != "balanced" || len(st.Rules) != len(base.Standards[0].Rules) {
		t.Errorf("the standard lost what it did not replace: %+v", st)
	}
	if ru := st.rule("school"); ru.AtLeast != 0 || ru.Replaces == nil || ru.Replaces.AtLeast != 6 {
		t.Errorf("rule school = %+v", ru)
	}
	var replaced int
	for _, problem := range p.Check() {
		if strings.Contains(problem.Msg, "replaces the one of cn-compulsory@2017") {
			replaced++
		}
	}
	if replaced != 2 {
		t.Errorf("packs check names %d replaced thresholds, want 2", replaced)
	}

	// What is kept of a pack carries its base, and gives the same pack again.
	kept := fstest.MapFS{}
	for name, data := range p.Files {
		kept[name] = &fstest.MapFile{Data: data}
	}
	if kept["extends/standard.yaml"] == nil {
		t.Error("the base's files are not kept")
	}
	again, err := Load(kept)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash != p.Hash || again.Base.Hash != base.Hash || !maps.EqualFunc(again.Files, p.Files, func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Error("the kept files give another pack")
	}
}

// A threshold for every stage gives way only where the city sets its own.
func TestExtendsOneStage(t *testing.T) {
	text := strings.Replace(city, "{indicator: g14, at_least: 60,", "{indicator: q4, at_least: {junior: 6},", 1)
	p, err := Load(fstest.MapFS{"pack.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[edu.Stage]float64{}
	for _, th := range p.Standards[0].Thresholds {
		if th.Indicator == "q4" {
			got[th.Stage] = th.Value
		}
	}
	if len(got) != 2 || got[edu.Primary] != 5 || got[edu.Junior] != 6 {
		t.Errorf("q4 = %v, want 5 for primary and 6 for junior", got)
	}
}

func TestExtendsReports(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"an error in the city's part", "section: 100 * teachers_city / pupils", "section: 100 * teachers_citi / pupils", `our-city@2026/pack.yaml:11:20: unknown field "teachers_citi"; did you mean "teachers_city"?`},
		{"a replaced element of another unit breaks what reads it", "{id: teachers_city, name: {zh: 市级以上骨干教师数, en: City backbone teachers}, type: count, unit: teacher,", "{id: area_hall, name: {zh: 馆, en: Hall}, type: count, unit: teacher,", "cn-compulsory@2017/indicators/1_resources.yaml"},
		{"a replaced element that the base uses contradicts it", "{id: teachers_city, name: {zh: 市级以上骨干教师数, en: City backbone teachers}, type: count, unit: teacher,", "{id: pupils, name: {zh: 学生, en: Learners}, type: count, unit: teacher,", `our-city@2026/pack.yaml:18:10: element "pupils" differs from the one of cn-common`},
		{"the carried base is another", "extends: cn-compulsory@2017", "extends: florida-2024", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"pack.yaml": {Data: []byte(strings.Replace(city, tt.old, tt.new, 1))}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
	base := fstest.MapFS{"pack.yaml": {Data: []byte(city)}}
	for name, text := range small {
		base["extends/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, err := Load(base); err == nil || !strings.Contains(err.Error(), `extends: wants "cn-compulsory@2017", but the pack here is "small@1"`) {
		t.Errorf("a carried base that is another pack: %v", err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "city.yaml")
	if err := os.WriteFile(file, []byte(city), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ ref, want string }{
		{"cn-compulsory", "cn-compulsory@2017"},
		{"cn-compulsory@2017", "cn-compulsory@2017"},
		{"california-1999", "california-1999"},
		{"florida-2024", "florida-2024"},
		{dir, "our-city@2026"},
		{file, "our-city@2026"},
	} {
		p, err := Open(tt.ref)
		if err != nil || p.Ref() != tt.want {
			t.Errorf("Open(%q) = %v, %v, want %s", tt.ref, p, err, tt.want)
		}
	}
	if _, err := Open("cn-compulsry"); err == nil || !strings.Contains(err.Error(), `did you mean "cn-compulsory@2017"?`) && !strings.Contains(err.Error(), "cn-compulsory@2017") {
		t.Errorf("an unknown pack: %v", err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(city, "at_least: 60", "at_leest: 60", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil || !strings.HasPrefix(err.Error(), filepath.ToSlash(file)+":") {
		t.Errorf("a problem is reported under the path that was opened: %v", err)
	}
}

func TestNewer(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"2026", "2017", true}, {"2017", "2026", false}, {"10", "9", true}, {"1.10", "1.9", true}, {"1", "1", false}, {"2017", "", true}} {
		if got := newer(tt.a, tt.b); got != tt.want {
			t.Errorf("newer(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}
