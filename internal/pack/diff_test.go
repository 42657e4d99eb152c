package pack

import (
	"strings"
	"testing"
)

// Two versions are told apart in words, each changed thing once; a version does
// not differ from itself.
func TestDifferences(t *testing.T) {
	was, err := Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if d := Differences(was, was); len(d) != 0 {
		t.Fatalf("a pack differs from itself: %+v", d)
	}
	is, err := Kept(map[string][]byte{"pack.yaml": []byte(`id: our
version: "2"
name: {zh: 本市, en: Ours}
source: 文件
extends: cn-compulsory@2017
standards:
  - id: balanced
    thresholds:
      - {indicator: r7, at_least: {junior: 3}, from: 2026-01-01, source: 第三条, evidence: V}
    rules:
      - {id: school, name: {zh: 学校, en: School}, level: section, of: [r1, r2, r3, r4, r5, r6, r7], source: 第四条, evidence: V}
indicators:
  - {id: r1, code: R1, name: {zh: 甲, en: A}, unit: teacher/100 pupil, section: 100 * teachers_qualified / pupils, region: 100 * sum(teachers_qualified) / sum(pupils), weight: pupils, better: higher, stages: [primary, junior], source: 文件, evidence: V}
  - {id: extra, name: {zh: 新, en: New}, unit: teacher, section: teachers, better: higher, source: 文件, evidence: P}
`)})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range Differences(was, is) {
		key := string(d.Kind) + " " + d.ID + " " + string(d.Stage) + " " + d.Field.EN
		if _, twice := got[key]; twice {
			t.Errorf("%s stands twice", key)
		}
		got[key] = d.Was.ZH + " -> " + d.Is.ZH
	}
	for key, want := range map[string]string{
		"threshold r7 junior standard": "≥2.4（2017-04-19 起） -> ≥3（2026-01-01 起）",
		"indicator r1  name":           "每百名学生拥有高于规定学历教师数 -> 甲",
		"indicator extra  ":            " -> 新增",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
	if w := got["rule school  "]; !strings.Contains(w, "at_least 6; floor 0.85 -> section") {
		t.Errorf("the rule: %q", w)
	}
	for key := range got {
		if strings.HasPrefix(key, "threshold") && key != "threshold r7 junior standard" {
			t.Errorf("%s did not change: %s", key, got[key])
		}
	}
	back := Differences(is, was)
	if len(back) != len(Differences(was, is)) {
		t.Errorf("%d differences one way and %d the other", len(Differences(was, is)), len(back))
	}
}
