package pack

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"shuren/internal/edu"
)

const heads = `id: heads
version: "1"
name: {zh: 高中师生比, en: Pupils per teacher of senior schools}
source: made up
uses: [cn-common]
stages: [senior]
indicators:
  - {id: ratio, name: {zh: 生师比, en: Pupils per teacher}, unit: pupil/teacher, section: pupils / teachers, region: sum(pupils) / sum(teachers), better: lower, source: made up, evidence: P}
examples:
  - {name: ratio, source: made up, stage: senior, given: {pupils: 250, teachers: 20}, expect: {ratio: 12.5}}
`

// A pack names what the packs that it uses declare, for its own stages, and gets
// nothing else of them.
func TestUses(t *testing.T) {
	p := mustLoad(t, fstest.MapFS{"heads.yaml": file(heads)})
	pupils := p.Element("pupils")
	if pupils == nil || pupils.Pack != "cn-common" || len(pupils.By.Parts) != 3 || pupils.By.Parts[0].ID != "g10" || len(pupils.Stages) != 0 {
		t.Errorf("pupils = %+v", pupils)
	}
	if p.Indicator("ratio").Pack != "heads@1" || len(p.Indicators) != 1 || p.List("classes") == nil {
		t.Errorf("%d indicators; list %v", len(p.Indicators), p.List("classes"))
	}
	if n := len(p.Element("school_kind").Choices); n < 30 {
		t.Errorf("%d kinds of school: choices are never left out, for an answer is kept as the place of its choice", n)
	}

	q := mustLoad(t, fstest.MapFS{"pack.yaml": file("id: q\nname: {zh: 用, en: Use}\nsource: made up\nuses: [cn-compulsory]\nstages: [junior]\n")})
	if len(q.Indicators)+len(q.Standards)+len(q.Checks)+len(q.Forms)+len(q.Feeds) > 0 || q.Split != nil {
		t.Error("more than elements came along")
	}
	if q.Element("graduates") == nil || q.Element("graduates").Pack != "cn-compulsory@2017" || q.Element("boarders") == nil {
		t.Error("an element of what the used pack uses is missing")
	}
	// Elements that the compulsory pack asks of all its stages are not asked of senior schools.
	q = mustLoad(t, fstest.MapFS{"pack.yaml": file("id: q\nname: {zh: 用, en: Use}\nsource: made up\nuses: [cn-compulsory]\nstages: [senior]\n")})
	if q.Element("area_teaching") != nil || q.Element("pupils") == nil || q.Element("base_primary") == nil {
		t.Error("the pack sees elements of stages that it is not about")
	}
}

// A pack without stages of its own has those of what it uses.
func TestUsesGivesStages(t *testing.T) {
	p := mustLoad(t, fstest.MapFS{"pack.yaml": file("id: q\nname: {zh: 用, en: Use}\nsource: made up\nuses: [cn-preschool, cn-compulsory]\n")})
	if got := stagesText(p.Stages); !strings.HasPrefix(got, "preschool,primary,junior") {
		t.Errorf("stages = %s", got)
	}
}

// What is kept of a pack carries what it uses, and gives the same pack again.
func TestUsesIsKept(t *testing.T) {
	for name, text := range map[string]string{"uses": heads, "extends what uses": city} {
		t.Run(name, func(t *testing.T) {
			p := mustLoad(t, fstest.MapFS{"pack.yaml": file(text)})
			kept, n := fstest.MapFS{}, 0
			for name, data := range p.Files {
				kept[name] = &fstest.MapFile{Data: data}
				if strings.Contains(name, "uses/cn-common/") {
					n++
				}
			}
			if n == 0 {
				t.Fatalf("the used pack is not among the kept files: %v", maps.Keys(p.Files))
			}
			if again := mustLoad(t, kept); again.Hash != p.Hash {
				t.Error("the kept files give another pack")
			}
			for name := range kept {
				if strings.HasSuffix(name, "uses/cn-common/elements.yaml") {
					kept[name] = file(strings.Replace(string(kept[name].Data), "required: true", "required: false", 1))
				}
			}
			if again := mustLoad(t, kept); again.Hash == p.Hash {
				t.Error("another used pack, and the hash is the same: an old verdict could not be told from a new one")
			}
		})
	}
}

func TestUsesReports(t *testing.T) {
	own := func(element string) string { return heads + "elements:\n  - " + element + "\n" }
	for _, tt := range []struct{ name, text, want string }{
		{"unknown", strings.Replace(heads, "uses: [cn-common]", "uses: [cn-comon]", 1), `heads@1/pack.yaml:5:8: uses: no pack "cn-comon" is shipped, and the folder "uses" does not carry it; did you mean "cn-common"?`},
		{"twice", strings.Replace(heads, "uses: [cn-common]", "uses: [cn-common, cn-common]", 1), `heads@1/pack.yaml:5:19: uses: "cn-common" stands here twice`},
		{"a name that the used pack has not", strings.Replace(heads, "section: pupils / teachers", "section: pupils / teechers", 1), `did you mean "teachers"?`},
		{"a part of another stage", strings.Replace(heads, "section: pupils / teachers", "section: pupils.g9 / teachers", 1), `unknown field "pupils.g9"`},
		{"another unit", own("{id: boarders, name: {zh: 寄宿生, en: Boarders}, type: count, unit: person, source: made up, evidence: P}"), `heads@1/pack.yaml:12:10: element "boarders" differs from the one of cn-common, which this pack uses: unit "person", not "pupil"`},
		{"another order of choices", own("{id: ownership, name: {zh: 举办者, en: Runs}, type: choice, choices: [{id: private, name: {zh: 民, en: P}}], source: made up, evidence: P}"), `choice 1 is "private", not "public"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"pack.yaml": file(tt.text)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
	ring := fstest.MapFS{
		"pack.yaml":        file("id: a\nname: {zh: 甲, en: A}\nsource: made up\nuses: [b]\n"),
		"uses/b/pack.yaml": file("id: b\nname: {zh: 乙, en: B}\nsource: made up\nuses: [a]\n"),
	}
	ring["uses/b/uses/a/pack.yaml"] = ring["pack.yaml"]
	if _, err := Load(ring); err == nil || !strings.Contains(err.Error(), "uses: a comes to use itself: a → b → a") {
		t.Errorf("a ring: %v", err)
	}
	if _, err := Load(fstest.MapFS{"pack.yaml": file(strings.Replace(heads, "uses: [cn-common]\n", "", 1)), "uses/x/pack.yaml": ring["pack.yaml"]}); err == nil || !strings.Contains(err.Error(), "uses is missing") {
		t.Errorf("carried for nothing: %v", err)
	}
}

// A used element may be declared again for the pack's own stages.
func TestUsesDeclaredAgain(t *testing.T) {
	text := heads + `elements:
  - {id: pupils, name: {zh: 高中学生数, en: Senior pupils}, type: count, unit: pupil, headers: [高中生], source: made up, evidence: P, by: {id: grade, parts: [{id: g10, name: {zh: 高一, en: Ten}}, {id: g11, name: {zh: 高二, en: Eleven}}, {id: g12, name: {zh: 高三, en: Twelve}}]}}
lists:
  - {id: classes, name: {zh: 班级名册, en: Class list}, source: made up, evidence: P, columns: [{id: class_track, name: {zh: 选科, en: Track}, type: text}]}
keys:
  - {role: name, headers: [高中名称]}
`
	p := mustLoad(t, fstest.MapFS{"pack.yaml": file(text)})
	e := p.Element("pupils")
	if e.Pack != "heads@1" || e.Name.EN != "Senior pupils" || e.Group != "pupils" {
		t.Errorf("pupils = %+v", e)
	}
	if l := p.List("classes"); l.column("class_track") == nil || l.column("grade") == nil {
		t.Error("a list that is declared again has the columns of both")
	}
	for _, k := range p.Keys {
		if k.Role == "name" && (k.Headers[0] != "高中名称" || len(k.Headers) < 3) {
			t.Errorf("name is headed by %v", k.Headers)
		}
	}
	common, err := Open("cn-common")
	if err != nil {
		t.Fatal(err)
	}
	u, err := Union(p, common)
	if err != nil {
		t.Fatal(err)
	}
	if e := u.Element("pupils"); len(e.By.Parts) < 12 || len(e.StagesIn(u)) < 6 {
		t.Errorf("pupils of both: %+v", e)
	}
	if e.Level != edu.Section {
		t.Error(e.Level)
	}
}
