// Who teaches what against a county's own plan of lessons, as a sheet.

package report

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/forecast"
	"shuren/internal/means"
	"shuren/internal/proposal"
)

// SubjectNote says whose figures surplus and shortage by subject are.
var SubjectNote = edu.Text{
	ZH: "应需＝班级数×每班周课时÷教师周课时；课时为本县自定（P），不是国家或省定标准。人数按主教学科计，兼教未计。",
	EN: "Needed = classes × lessons of a class ÷ lessons of a teacher; the lessons are the county's own (P), not a national or provincial norm. People count at their main subject; what they teach beside it is not told.",
}

// SubjectKinds are the qualifications of a subject's teachers in one line.
func SubjectKinds(n *means.Need, lang string) string {
	var all []string
	for _, c := range n.Counts {
		all = append(all, fmt.Sprintf("%s %d", c.Name.In(lang), c.People))
	}
	if lang == "en" {
		return strings.Join(all, "; ")
	}
	return strings.Join(all, "；")
}

// SubjectLeft says of which sections and people a stage's figures are not; "" where
// they are of all.
func SubjectLeft(s *means.StageNeeds, lang string) string {
	var zh, en []string
	if s.NoStaff > 0 {
		zh, en = append(zh, fmt.Sprintf("%d个学段未填教职工人数", s.NoStaff)), append(en, fmt.Sprintf("staff of %d sections was not told", s.NoStaff))
	}
	if s.NoClasses > 0 {
		zh, en = append(zh, fmt.Sprintf("%d个学段无班级数", s.NoClasses)), append(en, fmt.Sprintf("%d sections have no number of classes", s.NoClasses))
	}
	left := len(zh)
	if s.Untold > 0 {
		zh, en = append(zh, fmt.Sprintf("%d人未填学科，缺口可能偏大", s.Untold)), append(en, fmt.Sprintf("the subject of %d people was not told, so less may be lacking", s.Untold))
	}
	if len(zh) == 0 {
		return ""
	}
	if left > 0 {
		zh, en = append(zh, fmt.Sprintf("按其余%d个学段计", s.Counted())), append(en, fmt.Sprintf("counted are the other %d", s.Counted()))
	}
	if lang == "en" {
		return strings.Join(en, "; ")
	}
	return strings.Join(zh, "；")
}

// subjectSheet is one table of all counties: what is the county's does not change
// with the scenario.
func subjectSheet(ps []*proposal.Proposal, lang string) *Sheet {
	t := func(zh, en string) string { return edu.Text{ZH: zh, EN: en}.In(lang) }
	s := &Sheet{Name: t("学科余缺", "By subject"), Text: SubjectNote.In(lang)}
	for _, c := range []struct {
		zh, en string
		width  float64
	}{{"县区", "County", 14}, {"学段", "Stage", 10}, {"学科", "Subject", 14}, {"现有教师", "Teachers", 10}, {"其中", "Of them", 40}, {"9月1日不在岗", "Away on 1 September", 12}, {"将退休", "Will retire", 10}, {"班级数", "Classes", 9}, {"每班周课时", "Lessons of a class", 10}, {"教师周课时", "Lessons of a teacher", 10}, {"应需教师", "Needed", 10}, {"余缺", "Surplus or short", 10}, {"计划依据", "Plan from", 30}, {"说明", "Notes", 50}} {
		s.Cols = append(s.Cols, SheetCol{Label: t(c.zh, c.en), Width: c.width})
	}
	done := map[edu.UnitID]bool{}
	for _, p := range ps {
		if done[p.County] {
			continue
		}
		done[p.County] = true
		for i := range p.Subjects {
			st := &p.Subjects[i]
			for k := range st.Subjects {
				n := &st.Subjects[k]
				row := []SheetCell{say(string(p.County)), say(forecast.SectionName(string(st.Stage)).In(lang)), say(n.Subject), number(float64(n.People), 0), say(SubjectKinds(n, lang)), number(float64(n.Leave), 0), number(float64(n.Leaving), 0), say("—"), say("—"), say("—"), say("—"), say("—"), say(""), say(n.Why.In(lang))}
				if n.Known {
					row[7], row[8], row[9], row[10], row[11] = number(st.Classes, 0), number(n.Lesson.PerClass, 1), number(n.Lesson.PerTeacher, 1), number(n.Needed, 1), number(n.Net(), 1)
					row[11].Bad = n.Net() < 0
					row[12], row[13] = say(fmt.Sprintf("%s (%d)", n.Lesson.Basis, n.Lesson.Year)), say(SubjectLeft(st, lang))
				}
				s.Rows = append(s.Rows, row)
			}
		}
	}
	return s
}
