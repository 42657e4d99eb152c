package standard_test

import (
	"strings"
	"testing"
)

// k1 has exactly what the norm asks. Primary: a 950/19 = 50; b, a point of two
// classes, ceil(3.4) = 4 (more than ceil(20/19) = 2 and than 2); c, rural, six
// classes, ceil(10.2) = 11 (more than ceil(60/19) = 4): 65 in all. Junior: d
// 135/13.5 = 10. Senior: e 250/12.5 = 20. Kindergarten f: 162/24 = 6.75 ≤ 7,
// 162/18 = 9, two teachers and three of both a class, two principals for six.
//
// k2: g 136/13.5 = 10.07, so 11, and 10 are there; it has a class of 66. h is
// private: no posts. i boards: four classes need 12 teachers and 20 of both.
var staffed = map[string]string{
	"schools.csv": `
code name 县区代码 学段 school_kind urban_rural ownership pupils.g1 pupils.g2 pupils.g3 pupils.g4 pupils.g5 pupils.g6 pupils.g7 pupils.g8 pupils.g9 pupils.g10 pupils.g11 pupils.g12 staff staff_established teachers
a 甲小 k1 小学 211 121 公办 950 0 0 0 0 0 _ _ _ _ _ _ 55 50 50
b 乙点 k1 小学 218 220 公办 20 0 0 0 0 0 _ _ _ _ _ _ 4 4 3
c 丙小 k1 小学 211 220 公办 60 0 0 0 0 0 _ _ _ _ _ _ 11 11 10
d 丁中 k1 初中 311 210 公办 _ _ _ _ _ _ 135 0 0 _ _ _ 11 10 10
e 戊中 k1 普通高中 342 121 公办 _ _ _ _ _ _ _ _ _ 250 0 0 20 20 18
g 己中 k2 初中 311 121 公办 _ _ _ _ _ _ 136 0 0 _ _ _ 10 10 9
h 庚小 k2 小学 211 121 民办 500 0 0 0 0 0 _ _ _ _ _ _ 40 0 30`,
	"kindergartens.csv": `
code name 县区代码 学段 ownership children.nursery children.small children.middle children.big children.mixed staff staff_established teachers carers principals kg_regime
f 辛园 k1 学前 公办 0 54 54 54 0 24 12 12 6 2 全日制
i 壬园 k2 学前 普惠性民办 0 100 0 0 0 30 0 11 7 1 寄宿制`,
	"classes.csv": `
code name 县区代码 学段 年级 班级 班型 人数
a 甲小 k1 小学 一年级 1 普通 45
a 甲小 k1 小学 二年级 1 普通 55
b 乙点 k1 小学 一年级 1 复式 10
b 乙点 k1 小学 二年级 1 普通 10
c 丙小 k1 小学 一年级 1 普通 10
c 丙小 k1 小学 二年级 1 普通 10
c 丙小 k1 小学 三年级 1 普通 10
c 丙小 k1 小学 四年级 1 普通 10
c 丙小 k1 小学 五年级 1 普通 10
c 丙小 k1 小学 六年级 1 普通 10
d 丁中 k1 初中 七年级 1 普通 50
e 戊中 k1 普通高中 高一 1 普通 55
g 己中 k2 初中 七年级 1 普通 66
h 庚小 k2 小学 一年级 1 普通 45`,
	"kg.csv": `
code name 县区代码 学段 年龄班 班级 幼儿人数
f 辛园 k1 学前 小班 1 27
f 辛园 k1 学前 小班 2 27
f 辛园 k1 学前 中班 1 27
f 辛园 k1 学前 中班 2 27
f 辛园 k1 学前 大班 1 27
f 辛园 k1 学前 大班 2 27
i 壬园 k2 学前 小班 1 25
i 壬园 k2 学前 小班 2 25
i 壬园 k2 学前 小班 3 25
i 壬园 k2 学前 小班 4 25`,
}

func staffing(t *testing.T) county {
	all := map[string]map[string]string{
		"k1": yes(t, "cn-staffing", nil),
		"k2": yes(t, "cn-staffing", map[string]string{"review_st_misuse": "否"}),
	}
	c := county{pack: "cn-staffing", files: staffed, answers: all, typed: map[string]map[string]string{
		"k1": {"小学核定编制": "65", "初中核定编制": "10", "普通高中核定编制": "20"},
		"k2": {"小学核定编制": "0", "初中核定编制": "11", "普通高中核定编制": "0"},
	}}
	for _, k := range all {
		for id := range k {
			if !strings.HasPrefix(id, "review_st_") {
				delete(k, id) // review items of the packs that this one uses
			}
		}
	}
	return c
}

func TestStaffingCounty(t *testing.T) {
	a := staffing(t).assess(t)
	verdicts(t, a, "k1", `ratio@primary 15.8462 met; ratio@junior 13.5 met; ratio@senior 12.5 met; short_primary 0 exempt; over_primary 0 exempt; large@primary 0 met; norm_share@primary 88.8889 exempt;
		posts_primary 65 met; posts_junior 10 met; posts_senior 20 met; posts_free 0 exempt; totals met; small_schools met; class_size met; kindergartens met; posts met; review met;
		every_school met; staffing_county met`)
	verdicts(t, a, "a", "staff_primary 50 met; staff_small 50 exempt; school met")
	verdicts(t, a, "b", "staff_primary 4 exempt; staff_small 4 met; school met")
	verdicts(t, a, "f", "kg_staff 6.75 met; kg_care 9 met; kg_class_teachers 2 met; kg_class_staff 3 met; kg_principals 2 met; kindergarten met; short_kindergarten 0 exempt")
	verdicts(t, a, "k2", `ratio@junior 13.6 short; short_junior 1 exempt; super@junior 1 short; posts_primary 0 exempt; posts_junior 11 met; posts_senior 0 exempt; posts_free 1 exempt;
		totals short; small_schools exempt; class_size short; kindergartens short; posts met; misuse short; staffing_county short`)
	verdicts(t, a, "g", "staff_junior 10 short; large 1 short; super 1 short; school short")
	verdicts(t, a, "h", "staff_primary 0 exempt; ratio _ exempt; large 0 met; school exempt")
	verdicts(t, a, "i", "kg_staff 3.3333 exempt; kg_care 5.5556 exempt; kg_class_teachers 2.75 short; kg_class_staff 4.5 short; kg_principals 1 met; kindergarten short")
}

// The engine rule of small rural schools: the larger of pupils by ratio, classes
// by class ratio and the least; and what is not known is neither enough nor short.
func TestSmallRuralSchools(t *testing.T) {
	for _, tt := range []struct {
		name, old, new, unit, want string
	}{
		{"one person short of the class ratio", "11 11 10", "11 10 10", "k1", "staff_small short; small_schools short; staffing_county short; short_primary 1 exempt"},
		{"200 pupils: the pupil ratio alone, ceil(10.5) = 11", "c 丙小 k1 小学 211 220 公办 60", "c 丙小 k1 小学 211 220 公办 200", "c", "staff_primary 11 met; staff_small 11 exempt"},
		{"in town the class ratio is not asked", "c 丙小 k1 小学 211 220", "c 丙小 k1 小学 211 121", "k1", "small_schools met; over_primary 7 exempt"},
		{"nobody said where the school lies", "c 丙小 k1 小学 211 220", "c 丙小 k1 小学 211 _", "k1", "small_schools unknown; posts_primary unknown; staffing_county unknown"},
		{"nobody said how many staff have posts", "11 11 10", "11 _ 10", "k1", "small_schools unknown; totals unknown"},
		{"a seventh class of a kindergarten with six classes' staff", "f 辛园 k1 学前 小班 1 27\n", "f 辛园 k1 学前 小班 1 27\nf 辛园 k1 学前 小班 7 27\n", "f", "kg_class_teachers 1.7143 short; kg_principals 2 met"},
		{"a half-day kindergarten needs fewer", "全日制", "半日制", "f", "kg_staff 6.75 met; kg_class_staff 3 exempt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := staffing(t)
			c.files = map[string]string{}
			found := 0
			for name, text := range staffed {
				found += strings.Count(text, tt.old)
				c.files[name] = strings.Replace(text, tt.old, tt.new, 1)
			}
			if found != 1 {
				t.Fatalf("%q stands %d times", tt.old, found)
			}
			verdicts(t, c.assess(t), tt.unit, tt.want)
		})
	}
}
