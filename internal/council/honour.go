package council

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Honour is a line of the roll of honours: a unit, or an adult who works in
// education. Pupils have no place on it.
type Honour struct {
	ID       string
	Rev      int        `json:"-"`
	Unit     edu.UnitID // that has it, or in which the person works; empty is the city's own
	Who      string     // person or unit
	Quality  Quality
	Title    string
	Level    Rank
	Year     int
	Issuer   string
	Number   string // document
	Category string
}

// Quality is what somebody is who has an honour. There is none for pupils.
type Quality string

const (
	OfUnit    Quality = "unit"    // 单位
	Teacher   Quality = "teacher" // 教师
	Principal Quality = "head"    // 校(园)长
	Advisor   Quality = "advisor" // 教研员
	Officer   Quality = "officer" // 管理人员
	Staff     Quality = "staff"   // 其他教职工
)

// Qualities lists the qualities in the order in which they are shown.
var Qualities = []Quality{OfUnit, Teacher, Principal, Advisor, Officer, Staff}

// Name is what a quality is called.
func (q Quality) Name() edu.Text {
	switch q {
	case OfUnit:
		return edu.Text{ZH: "单位", EN: "Unit"}
	case Teacher:
		return edu.Text{ZH: "教师", EN: "Teacher"}
	case Principal:
		return edu.Text{ZH: "校（园）长", EN: "Head"}
	case Advisor:
		return edu.Text{ZH: "教研员", EN: "Advisor"}
	case Officer:
		return edu.Text{ZH: "管理人员", EN: "Officer"}
	case Staff:
		return edu.Text{ZH: "其他教职工", EN: "Other staff"}
	}
	return edu.Text{ZH: string(q), EN: string(q)}
}

// Rank is by whom an honour is given.
type Rank string

const (
	National   Rank = "national"
	Provincial Rank = "provincial"
	Municipal  Rank = "municipal"
	OfCounty   Rank = "county"
	OfSchool   Rank = "school"
)

// Ranks lists the ranks, the highest first.
var Ranks = []Rank{National, Provincial, Municipal, OfCounty, OfSchool}

// Name is what a rank is called.
func (r Rank) Name() edu.Text {
	switch r {
	case National:
		return edu.Text{ZH: "国家级", EN: "National"}
	case Provincial:
		return edu.Text{ZH: "省级", EN: "Provincial"}
	case Municipal:
		return edu.Text{ZH: "市级", EN: "Municipal"}
	case OfCounty:
		return edu.Text{ZH: "县级", EN: "County"}
	case OfSchool:
		return edu.Text{ZH: "校级", EN: "School"}
	}
	return edu.Text{ZH: string(r), EN: string(r)}
}

// ofPupils are words by which an honour is one of pupils.
var ofPupils = []string{"学生", "三好", "少先队员", "红领巾", "美德少年", "好少年", "小标兵", "班干部", "考生", "状元", "幼儿之星", "学子"}

// amongPupils are honours of adults that have such a word in them.
var amongPupils = []string{"学生工作", "学生资助", "学生管理", "学生发展", "学生营养", "学生体质", "学生处", "学生科"}

// Problems is everything that is wrong with an honour as it was typed.
func (h *Honour) Problems(thisYear int) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(h.Who == "", "未填获奖人或单位", "who has the honour is missing")
	add(!slices.Contains(Qualities, h.Quality), "身份应为单位、教师、校（园）长、教研员、管理人员或其他教职工；学生不入荣誉册", "what somebody is must be one of the list; pupils are not on the roll")
	add(h.Title == "", "未填荣誉名称", "the honour's title is missing")
	add(!slices.Contains(Ranks, h.Level), "级别应为国家级、省级、市级、县级或校级", "the level is not national, provincial, municipal, county or school")
	add(h.Year < 1949 || h.Year > thisYear, fmt.Sprintf("年度应在1949至%d之间", thisYear), fmt.Sprintf("the year is not between 1949 and %d", thisYear))
	add(h.Number == "", "未填文号或证书号", "the document's number is missing")
	title := h.Title + " " + h.Category
	for _, w := range amongPupils {
		title = strings.ReplaceAll(title, w, "")
	}
	for _, w := range ofPupils {
		if strings.Contains(title, w) {
			add(true, fmt.Sprintf("“%s”像是学生的荣誉：荣誉册只收成年人和单位，不收未成年人", h.Title), fmt.Sprintf("%q looks like an honour of pupils: the roll is of adults and units only", h.Title))
			break
		}
	}
	for _, s := range []string{h.Who, h.Title, h.Issuer, h.Number, h.Category} {
		if len([]rune(s)) > maxField {
			add(true, fmt.Sprintf("文字不能超过%d字", maxField), fmt.Sprintf("a text has more than %d characters", maxField))
			break
		}
	}
	return append(why, checkTexts(h.Who, h.Title, h.Issuer, h.Number, h.Category)...)
}

// Tidy takes blanks off what was typed.
func (h *Honour) Tidy() {
	for _, s := range []*string{&h.Who, &h.Title, &h.Issuer, &h.Number, &h.Category} {
		*s = strings.TrimSpace(*s)
	}
}

// Same tells whether two lines say the same, whatever their ids are.
func (h *Honour) Same(o *Honour) bool {
	return h.Unit == o.Unit && h.Who == o.Who && h.Title == o.Title && h.Year == o.Year && h.Number == o.Number
}

// SortHonours puts the roll in its order: newest year, highest rank, name.
func SortHonours(hs []Honour) {
	slices.SortStableFunc(hs, func(a, b Honour) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(slices.Index(Ranks, a.Level), slices.Index(Ranks, b.Level)), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Who, b.Who), cmp.Compare(a.ID, b.ID))
	})
}

// HonourFilter chooses lines of the roll; empty fields choose all.
type HonourFilter struct {
	Query    string
	Level    Rank
	Quality  Quality
	Year     int
	Category string
}

// Takes tells whether the filter chooses a line. Units are searched by whoever
// knows their names, which are given.
func (f HonourFilter) Takes(h *Honour, unit string) bool {
	if f.Level != "" && h.Level != f.Level || f.Quality != "" && h.Quality != f.Quality || f.Year != 0 && h.Year != f.Year || f.Category != "" && h.Category != f.Category {
		return false
	}
	q := strings.ToLower(strings.TrimSpace(f.Query))
	return q == "" || strings.Contains(strings.ToLower(strings.Join([]string{h.Who, h.Title, h.Issuer, h.Number, h.Category, unit}, "\n")), q)
}
