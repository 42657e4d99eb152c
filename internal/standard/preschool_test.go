package standard_test

import (
	"strings"
	"testing"
)

// Three invented counties. k1 is at the limit in everything and passes; k2 falls
// short; k3 has not reported everything.
//
//	k1: a 150 children, public, designed since 2017; b 90 and c 60, inclusive, older
//	K1 300/352 = 85.2273; K2 300/300; K3 150/300 = 50; K9 10 of 11 classes (b's big
//	class has 36) = 90.9091; K10 300/20 = 15; K11 23/23. K6: a 600/150 = 4; b
//	200/90 = 2.2222, c 240/60 = 4: one of two older ones is half.
//	k2: d 100 children, private, new: K1 100/125 = 80; K2 0; K3 0; K6 399/100;
//	K10 100/6; K11 (1+5)/(1+6) = 85.7143.
//	k3: e and f; nobody knows how many children f has.
var kindergartens = map[string]string{
	"schools.csv": `
code name 县区代码 学段 ownership designed_new children.small children.middle children.big children.nursery children.mixed principals principals_certified teachers teachers_certified area_building area_activity area_outdoor
a 甲园 k1 学前 公办 是 50 50 50 0 0 1 1 10 10 1566 1225.5 600
b 乙园 k1 学前 普惠性民办 否 24 30 36 0 0 1 1 6 6 939.6 735.3 200
c 丙园 k1 学前 普惠性民办 否 0 60 0 0 0 1 1 4 4 626.4 490.2 240
d 丁园 k2 学前 其他民办 是 50 50 0 0 0 1 1 6 5 1200 900 399
e 戊园 k3 学前 公办 否 50 0 0 0 0 1 1 4 4 522 408.5 200
f 己园 k3 学前 公办 否 _ _ _ _ _ 1 1 4 4 522 408.5 200`,
	"classes.csv": `
code name 县区代码 学段 年龄班 班级 幼儿人数
a 甲园 k1 学前 小班 1 25
a 甲园 k1 学前 小班 2 25
a 甲园 k1 学前 中班 1 25
a 甲园 k1 学前 中班 2 25
a 甲园 k1 学前 大班 1 25
a 甲园 k1 学前 大班 2 25
b 乙园 k1 学前 小班 1 24
b 乙园 k1 学前 中班 1 30
b 乙园 k1 学前 大班 1 36
c 丙园 k1 学前 中班 1 30
c 丙园 k1 学前 中班 2 30
d 丁园 k2 学前 小班 1 50
d 丁园 k2 学前 中班 1 50
e 戊园 k3 学前 小班 1 25
e 戊园 k3 学前 小班 2 25`,
}

func preschool(t *testing.T, year int, change map[string]string) county {
	all := map[string]map[string]string{}
	for _, k := range []string{"k1", "k2", "k3"} {
		all[k] = yes(t, "cn-preschool@2020", map[string]string{
			"population_3_5": "352", "funds_public_standard": "600", "subsidy_inclusive": "500", "pay_contract": "6", "pay_established": "8",
			"townships": "5", "townships_central": "5", "estate_kindergartens": "2", "estate_inclusive": "2", "recognition_preschool": "85",
		})
	}
	all["k2"]["population_3_5"] = "125"
	all["k2"]["review_kg_care"] = "否"
	for id, v := range change {
		all["k1"][id] = v
	}
	return county{pack: "cn-preschool@2020", year: year, files: kindergartens, answers: all}
}

func TestPreschoolCounty(t *testing.T) {
	a := preschool(t, 2025, nil).assess(t)
	verdicts(t, a, "k1", `k1 85.2273 met; k2 100 met; k3 50 met; k6_new 4 met; k6_old 2.9333 short; k6_before met; k7_before met; k8_after met;
		k9 90.9091 met; k10 15 met; k11 100 met; k4_public 600 met; k4_subsidy 500 exempt; k5 75 met; central 100 met; k12 85 met;
		universal_rule met; guarantee_rule met; quality_rule met; universal_county met`)
	verdicts(t, a, "a", "k6_new 4 met; k6_old 4 exempt; k7_new 8.17 met; k8_new 10.44 met")
	verdicts(t, a, "b", "k6_new 2.2222 exempt; k6_old 2.2222 short")
	verdicts(t, a, "k2", `k1 80 short; k2 0 short; k3 0 short; k6_after short; k6_before exempt; k9 0 short; k10 16.6667 short; k11 85.7143 short; c5 short;
		universal_rule short; guarantee_rule met; quality_rule short; recognition_rule met; universal_county short`)
	verdicts(t, a, "k3", `k1 _ unknown; k3 100 unknown; k6_before met; k10 12.5 unknown; universal_rule unknown; universal_county unknown`)
}

// A half is enough of the older kindergartens and not of the newer; what is not
// asked lets nobody off; and the scheme judges no year before it was there.
func TestPreschoolRules(t *testing.T) {
	for _, tt := range []struct {
		name   string
		year   int
		change map[string]string
		edit   [2]string
		want   string
	}{
		{"one yuan below the province's figure", 2025, map[string]string{"funds_public_standard": "599"}, [2]string{}, "k4_public 599 short; b4 short; universal_county short"},
		{"no contract teachers", 2025, map[string]string{"pay_contract": "/"}, [2]string{}, "k5 _ exempt; b6 met; universal_county met"},
		{"no kindergartens of housing estates", 2025, map[string]string{"estate_kindergartens": "0", "estate_inclusive": "0"}, [2]string{}, "estate exempt; b3 met"},
		{"one township without a central kindergarten", 2025, map[string]string{"townships_central": "4"}, [2]string{}, "central 80 short; b3 short"},
		{"recognition a tenth below", 2025, map[string]string{"recognition_preschool": "84.9"}, [2]string{}, "k12 84.9 short; universal_county short"},
		{"both older ones short of outdoor space", 2025, nil, [2]string{"490.2 240", "490.2 239"}, "k6_before short; k6_after met; quality_rule short"},
		{"the newer one a square metre short", 2025, nil, [2]string{"1225.5 600", "1225.5 599"}, "k6_after short; k6_before met; quality_rule short"},
		{"nobody said when c was designed", 2025, nil, [2]string{"丙园 k1 学前 普惠性民办 否", "丙园 k1 学前 普惠性民办 _"}, "k6_after unknown; universal_county unknown"},
		{"a certificate is missing", 2025, nil, [2]string{"1 1 6 6", "1 1 6 5"}, "k11 95.6522 short; c4_rule short"},
		{"before the scheme", 2019, nil, [2]string{}, "k1 85.2273 exempt; universal_county exempt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := preschool(t, tt.year, tt.change)
			if tt.edit[0] != "" {
				files := map[string]string{"classes.csv": kindergartens["classes.csv"], "schools.csv": strings.Replace(kindergartens["schools.csv"], tt.edit[0], tt.edit[1], 1)}
				if files["schools.csv"] == kindergartens["schools.csv"] {
					t.Fatalf("%q is not there", tt.edit[0])
				}
				c.files = files
			}
			verdicts(t, c.assess(t), "k1", tt.want)
		})
	}
}
