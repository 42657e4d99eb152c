// The three teams as files: everybody towards the duty to move, the ratios, training.

package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// Teams is what a register of staff says, to be written in one language.
type Teams struct {
	Round    *teams.Round
	Heads    []teams.Head
	Classes  []teams.ClassCount
	Ladder   []teams.Rung
	Training *teams.Training
	Leaving  []teams.Leaving // by year, from the school year of the summer on
	Subjects []teams.Subject
	Lang     string
}

// NewTeams works everything out for a summer.
func NewTeams(in *teams.Input, summer int, day edu.Date, lang string) *Teams {
	t := &Teams{Round: teams.Exchanges(in, summer), Heads: teams.Heads(in, teams.Summer(summer)), Ladder: teams.Ladder(in, teams.Summer(summer)), Training: teams.TrainingOn(in, day), Leaving: teams.Retiring(in, summer, 5), Subjects: teams.Subjects(in), Lang: lang}
	_, t.Classes = teams.ClassHeads(in)
	return t
}

// TeamsSheet is a table of the teams: a name, headings, lines of texts and numbers.
type TeamsSheet struct {
	ID, Name string
	Head     []string
	Rows     [][]any
}

func (t *Teams) say(zh, en string) string { return edu.Text{ZH: zh, EN: en}.In(t.Lang) }

func (t *Teams) word(terms []register.Term, id string) string {
	return teams.WordOf(terms, id).In(t.Lang)
}

// Lines are the ratios in words, with numerator, denominator and source.
func (t *Teams) Lines() (out []string) {
	r := t.Round
	line := func(name string, x teams.Ratio) {
		if math.IsNaN(x.Percent) {
			out = append(out, fmt.Sprintf("%s: %d/%d", name, x.Num, x.Den))
			return
		}
		s := fmt.Sprintf("%s: %d/%d = %.1f %% (%s %g %%, %s [%s])", name, x.Num, x.Den, x.Percent, t.say("要求", "wanted"), x.Line.Value, x.Line.Basis().In(t.Lang), x.Line.Evidence)
		if x.Lacks > 0 {
			s += fmt.Sprintf(t.say("，还差%d人", ", %d lacking"), x.Lacks)
		}
		out = append(out, s)
	}
	line(t.say("城镇和优质学校符合条件教师的交流比例", "moved of those due in urban and good schools"), r.Moved)
	line(t.say("计入拟交流后", "with what is planned"), r.Planned)
	line(t.say("交流教师中的骨干教师", "backbone teachers of those moved"), r.Backbone)
	if r.Doubts > 0 {
		out = append(out, fmt.Sprintf(t.say("退休年龄没有依据，%d名符合条件教师未作“距退休不足5年”判断", "no ages of retirement were given: for %d of those due it was not judged whether they are near it"), r.Doubts))
	}
	if r.Unknown > 0 {
		out = append(out, fmt.Sprintf(t.say("%d名符合条件教师的学校没有城乡分类，未计入比例", "%d of those due work at schools of unknown urban-rural class and are in no ratio"), r.Unknown))
	}
	line(t.say("五年满学时", "all hours of training"), t.Training.Share)
	return out
}

func schoolOf(s *teams.School) string {
	if s == nil {
		return ""
	}
	return s.Name
}

func day(d edu.Date) any {
	if d == 0 {
		return ""
	}
	return d.String()
}

// People is the table of everybody towards the duty to move.
func (t *Teams) People() TeamsSheet {
	out := TeamsSheet{ID: "exchange", Name: t.say("交流轮岗", "exchange"), Head: []string{t.say("记录编号", "person"), t.say("所在单位", "school"), t.say("学科", "subject"), t.say("骨干层级", "backbone"), t.say("是否干部", "head"), t.say("连续任教年限", "years"), t.say("状态", "state"), t.say("事由", "reason"), t.say("计入比例", "in the ratio"), t.say("交流安排", "move")}}
	yes := map[bool]string{true: t.say("是", "yes"), false: t.say("否", "no")}
	for i := range t.Round.People {
		j := &t.Round.People[i]
		var years any = ""
		if j.Years >= 0 {
			years = j.Years
		}
		move := ""
		if j.Move != nil {
			move = t.word(teams.Stages, j.Move.Stage)
		}
		out.Rows = append(out.Rows, []any{string(j.Person.Person), schoolOf(j.School), j.Person.Subject, t.word(register.Backbones, j.Person.Backbone), yes[j.Head], years, t.word(teams.States, string(j.State)), j.Reason.In(t.Lang), yes[j.Scope], move})
	}
	return out
}

// Sheets are all the tables.
func (t *Teams) Sheets() []TeamsSheet {
	out := []TeamsSheet{t.People()}
	heads := TeamsSheet{ID: "heads", Name: t.say("书记校长", "heads"), Head: []string{t.say("记录编号", "person"), t.say("所在单位", "school"), t.say("任职届数", "terms"), t.say("本届年数", "years in term"), t.say("应交流", "due"), t.say("两届期满", "end of the last term")}}
	for _, h := range t.Heads {
		heads.Rows = append(heads.Rows, []any{string(h.Person.Person), schoolOf(h.School), h.Terms, h.Years, h.Over, day(h.Due)})
	}
	classes := TeamsSheet{ID: "class_teachers", Name: t.say("班主任配备", "class teachers"), Head: []string{t.say("学校", "school"), t.say("班级数", "classes"), t.say("班主任数", "class teachers")}}
	for _, c := range t.Classes {
		var n any = ""
		if c.Classes >= 0 {
			n = c.Classes
		}
		classes.Rows = append(classes.Rows, []any{schoolOf(c.School), n, c.Heads})
	}
	ladder := TeamsSheet{ID: "backbone", Name: t.say("骨干教师", "backbone teachers"), Head: []string{t.say("记录编号", "person"), t.say("所在单位", "school"), t.say("层级", "level"), t.say("学科", "subject"), t.say("最近交流", "last move")}}
	for _, l := range t.Ladder {
		ladder.Rows = append(ladder.Rows, []any{string(l.Person.Person), schoolOf(l.School), t.word(register.Backbones, l.Person.Backbone), l.Person.Subject, day(l.Moved)})
	}
	training := TeamsSheet{ID: "training", Name: t.say("培训学时", "training"), Head: []string{t.say("记录编号", "person"), t.say("所在单位", "school"), t.say("五年学时", "hours"), t.say("按进度应达", "wanted by now"), t.say("进度", "pace")}}
	for _, p := range t.Training.People {
		training.Rows = append(training.Rows, []any{string(p.Person.Person), schoolOf(p.School), told(p.Hours), told(p.Wanted), t.word(teams.Paces, string(p.Pace))})
	}
	leaving := TeamsSheet{ID: "retiring", Name: t.say("退休预测", "retiring"), Head: []string{t.say("学段", "stage"), t.say("学科", "subject"), t.say("在编教师", "teachers"), t.say("年龄不明", "unknown")}}
	for y := range 5 {
		leaving.Head = append(leaving.Head, fmt.Sprint(t.Round.Year+y))
	}
	for _, l := range t.Leaving {
		row := []any{string(l.Stage), l.Subject, l.People, l.Unknown}
		for _, n := range l.ByYear {
			row = append(row, n)
		}
		leaving.Rows = append(leaving.Rows, row)
	}
	subjects := TeamsSheet{ID: "subjects", Name: t.say("学科结构", "subjects"), Head: []string{t.say("学段", "stage"), t.say("学科", "subject"), t.say("主教", "main"), t.say("兼教", "second"), t.say("学校数", "schools"), t.say("没有该科教师的学校", "schools without"), t.say("缺口", "lacking")}}
	for _, s := range t.Subjects {
		subjects.Rows = append(subjects.Rows, []any{string(s.Stage), s.Name, s.Main, s.Second, s.Schools, s.Without, told(s.Lacks)})
	}
	return append(out, heads, classes, ladder, training, leaving, subjects)
}

func told(v float64) any {
	if math.IsNaN(v) {
		return ""
	}
	return v
}

// WriteTeams writes everybody's state as CSV, or all tables as JSON or a workbook.
func WriteTeams(w io.Writer, f Format, t *Teams) error {
	switch f {
	case CSV:
		cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
		s := t.People()
		if err := cw.Write(s.Head); err != nil {
			return err
		}
		for _, row := range s.Rows {
			line := make([]string, len(row))
			for i, v := range row {
				line[i] = fmt.Sprint(v)
			}
			if err := cw.Write(line); err != nil {
				return err
			}
		}
		cw.Flush()
		return cw.Error()
	case JSON:
		out := map[string]any{"summer": t.Round.Year, "moved": jsonRatio(t.Round.Moved), "planned": jsonRatio(t.Round.Planned), "backbone": jsonRatio(t.Round.Backbone), "count": t.Round.Count, "in_scope": t.Round.InScope, "doubts": t.Round.Doubts, "lines": t.Lines()}
		for _, s := range t.Sheets() {
			rows := make([]map[string]any, len(s.Rows))
			for i, r := range s.Rows {
				rows[i] = map[string]any{}
				for k, v := range r {
					rows[i][s.Head[k]] = v
				}
			}
			out[s.ID+"_list"] = rows
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(out)
	case XLSX:
		return t.xlsx(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", f, fault.Invalid)
}

func jsonRatio(r teams.Ratio) map[string]any {
	out := map[string]any{"num": r.Num, "den": r.Den, "line": r.Line.Value, "source": r.Line.Basis().ZH, "evidence": r.Line.Evidence, "lacks": r.Lacks}
	if !math.IsNaN(r.Percent) {
		out["percent"] = r.Percent
	}
	return out
}

func (t *Teams) xlsx(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	notes := t.say("比例", "ratios")
	if err := f.SetSheetName("Sheet1", notes); err != nil {
		return err
	}
	for i, l := range t.Lines() {
		if err := f.SetCellStr(notes, fmt.Sprintf("A%d", i+1), l); err != nil {
			return err
		}
	}
	if err := f.SetColWidth(notes, "A", "A", 110); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}})
	if err != nil {
		return err
	}
	for _, s := range t.Sheets() {
		if _, err := f.NewSheet(s.Name); err != nil {
			return err
		}
		sw, err := f.NewStreamWriter(s.Name)
		if err != nil {
			return err
		}
		if err := sw.SetColWidth(1, len(s.Head), 16); err != nil {
			return err
		}
		if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		head := make([]any, len(s.Head))
		for i, h := range s.Head {
			head[i] = excelize.Cell{StyleID: bold, Value: h}
		}
		if err := sw.SetRow("A1", head); err != nil {
			return err
		}
		for i, r := range s.Rows {
			if err := sw.SetRow(fmt.Sprintf("A%d", i+2), r); err != nil {
				return err
			}
		}
		if err := sw.Flush(); err != nil {
			return err
		}
	}
	return f.Write(w)
}
