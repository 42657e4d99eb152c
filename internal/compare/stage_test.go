package compare

import (
	"fmt"
	"maps"
	"slices"
	"testing/fstest"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// tiny is a pack with a ratio that adds up, and with figures that do not.
var tiny = fstest.MapFS{
	"pack.yaml": {Data: []byte(`id: tiny
version: 1
name: {zh: 小, en: Tiny}
source: 文件
sources: {doc: 文件}
units:
  - {id: pupil, name: {zh: 人, en: pupils}}
  - {id: teacher, name: {zh: 人, en: teachers}}
keys:
  - {role: code, headers: [代码]}
`)},
	"elements.yaml": {Data: []byte(`elements:
  - {id: pupils, name: {zh: 学生, en: Pupils}, type: count, unit: pupil, source: [doc], evidence: P}
  - {id: teachers, name: {zh: 教师, en: Teachers}, type: count, unit: teacher, source: [doc], evidence: P}
  - {id: boarders, name: {zh: 寄宿生, en: Boarders}, type: count, unit: pupil, source: [doc], evidence: P}
  - id: urban_rural
    name: {zh: 城乡, en: Place}
    type: choice
    source: [doc]
    evidence: P
    choices:
      - {id: "111", name: {zh: 主城区, en: Urban}}
      - {id: "121", name: {zh: 镇, en: Town}}
      - {id: "220", name: {zh: 村, en: Village}}
  - id: ownership
    name: {zh: 举办者, en: Owner}
    type: choice
    source: [doc]
    evidence: P
    choices:
      - {id: public, name: {zh: 公办, en: Public}}
      - {id: private, name: {zh: 民办, en: Private}}
  - {id: spent, name: {zh: 支出, en: Spent}, level: county, type: count, unit: teacher, source: [doc], evidence: P}
  - {id: income, name: {zh: 收入, en: Income}, level: county, type: count, unit: pupil, source: [doc], evidence: P}
  - {id: largest, name: {zh: 最大班额, en: Largest class}, type: count, unit: pupil, source: [doc], evidence: P}
`)},
	"indicators/ratio.yaml": {Data: []byte(`id: ratio
name: {zh: 师生比, en: Teachers per 100}
unit: teacher/100 pupil
section: 100 * teachers / pupils
region: 100 * sum(teachers) / sum(pupils)
weight: pupils
better: higher
source: [doc]
evidence: P
`)},
	"indicators/spent_share.yaml": {Data: []byte(`id: spent_share
name: {zh: 支出比, en: Spent}
level: county
unit: teacher/100 pupil
section: 100 * spent / income
region: 100 * sum(spent) / sum(income)
better: higher
source: [doc]
evidence: P
`)},
	"indicators/largest_class.yaml": {Data: []byte(`id: largest_class
name: {zh: 最大班额, en: Largest class}
unit: pupil
section: largest
region: mean(largest)
better: lower
source: [doc]
evidence: P
`)},
	"indicators/sized.yaml": {Data: []byte(`id: sized
name: {zh: 规模, en: Size}
unit: pupil
section: pupils
region: sum(pupils) / count(pupils)
better: higher
source: [doc]
evidence: P
`)},
}

// stopper is a test, or a property of one.
type stopper interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// school is a section of a school: pupils, teachers, largest class.
type school struct {
	code                      string
	pupils, teachers, largest float64
	place, owner              string // empty where nobody says
	boarders                  float64
	county                    string
}

func stageOf(t stopper, schools ...school) *standard.Stage {
	t.Helper()
	a := assessed(t, 2025, schools...)
	if len(a.Stages) != 1 {
		t.Fatalf("%d stages", len(a.Stages))
	}
	return a.Stages[0]
}

func assessed(t stopper, year int, schools ...school) *standard.Assessment {
	t.Helper()
	p, err := pack.Load(tiny)
	if err != nil {
		t.Fatal(err)
	}
	n := len(schools)
	tb := &frame.Table{Period: edu.Year(year), Level: edu.Section, N: n, Key: &frame.Strings{}, Cols: map[string][]float64{}}
	var counties frame.Strings
	choice := func(id, want string) float64 {
		for i, c := range p.Element(id).Choices {
			if c.ID == want {
				return float64(i)
			}
		}
		return edu.Missing()
	}
	for i, s := range schools {
		counties.Dict, counties.Code = append(counties.Dict, s.county), append(counties.Code, uint32(i))
		tb.Key.Dict, tb.Key.Code, tb.Rows = append(tb.Key.Dict, s.code), append(tb.Key.Code, uint32(i)), append(tb.Rows, int32(i+2))
		for id, v := range map[string]float64{"pupils": s.pupils, "teachers": s.teachers, "largest": s.largest, "boarders": s.boarders, "urban_rural": choice("urban_rural", s.place), "ownership": choice("ownership", s.owner)} {
			tb.Cols[id] = append(tb.Cols[id], v)
		}
	}
	if len(schools) > 0 && schools[0].county != "" {
		tb.Path[edu.County] = &counties
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, _ := frame.Build([]*frame.Table{tb}, opt)
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// answered is an assessment of what counties answered: spent and income.
func answered(t stopper, year int, answers map[string][2]float64) *standard.Assessment {
	t.Helper()
	p, err := pack.Load(tiny)
	if err != nil {
		t.Fatal(err)
	}
	tb := &frame.Table{Period: edu.Year(year), Level: edu.County, N: len(answers), Key: &frame.Strings{}, Cols: map[string][]float64{}}
	for _, code := range slices.Sorted(maps.Keys(answers)) {
		i := len(tb.Key.Dict)
		tb.Key.Dict, tb.Key.Code, tb.Rows = append(tb.Key.Dict, code), append(tb.Key.Code, uint32(i)), append(tb.Rows, int32(i+2))
		tb.Cols["spent"], tb.Cols["income"] = append(tb.Cols["spent"], answers[code][0]), append(tb.Cols["income"], answers[code][1])
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, _ := frame.Build([]*frame.Table{tb}, opt)
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// numbered is a code by number, in the order of the numbers.
func numbered(i int) string { return fmt.Sprintf("s%03d", i) }
