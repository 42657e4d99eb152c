// What lacks by stage and subject, by the county's own plan of lessons.

package cli

import (
	"fmt"

	"shuren/internal/chart"
	"shuren/internal/forecast"
	"shuren/internal/means"
	"shuren/internal/report"
)

// subjects prints who teaches what against the county's own plan of lessons. A county
// that told no plan is told so once: what it needs is not known.
func (c *proposeCmd) subjects(a *app, county string, all []means.StageNeeds) {
	planned := false
	for i := range all {
		for k := range all[i].Subjects {
			planned = planned || all[i].Subjects[k].Lesson.Subject != ""
		}
	}
	if !planned {
		if len(all) > 0 {
			fmt.Fprintf(a.Out, a.say("\n%s · 学科余缺：未知，本县未填写课程课时计划（--means）\n", "\n%s · surplus and shortage by subject: not known, the county has told no plan of lessons (--means)\n"), county)
		}
		return
	}
	fmt.Fprintf(a.Out, a.say("\n%s · 学科余缺（按县自定课时，P）\n", "\n%s · surplus and shortage by subject (by the county's own plan, P)\n"), county)
	t := table{head: []string{a.say("学段", "stage"), a.say("学科", "subject"), a.say("现有", "teachers"), a.say("其中", "of them"), a.say("应需", "needed"), a.say("余缺", "net"), a.say("说明", "note")}, right: []bool{false, false, true, false, true, true, false}}
	for i := range all {
		st := &all[i]
		for k := range st.Subjects {
			n := &st.Subjects[k]
			needed, net, note := "—", "—", n.Why.In(a.lang)
			if n.Known {
				needed, net, note = chart.Number(n.Needed, 1), chart.Number(n.Net(), 1), n.Lesson.Basis
			}
			t.add(forecast.SectionName(string(st.Stage)).In(a.lang), n.Subject, fmt.Sprint(n.People), report.SubjectKinds(n, a.lang), needed, net, note)
		}
	}
	t.print(a.Out)
	for i := range all {
		if s := report.SubjectLeft(&all[i], a.lang); s != "" {
			fmt.Fprintf(a.Out, "▲ %s: %s\n", forecast.SectionName(string(all[i].Stage)).In(a.lang), s)
		}
	}
	fmt.Fprintln(a.Out, report.SubjectNote.In(a.lang))
}
