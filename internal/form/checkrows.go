// Rows of lists: whether each can be read, belongs to a section, and is there
// once.

package form

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/han"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// list checks the rows of a list that count.
func (c *checker) list(l *List) {
	rows, origin := c.rows(l.List.ID, false)
	for _, part := range c.empty(l, false) {
		c.noRows(l, part)
	}
	if origin == FromNobody {
		return
	}
	seen := map[string]int{}
	identity := identity(l.List)
	for i, r := range rows {
		c.row(l, i, r)
		var id []string
		for _, col := range identity {
			if text, _ := han.Normalise(r.Cells[col.ID]); text != "" {
				if o := option(col, text); o != nil {
					text = o.ID
				}
				id = append(id, text)
			}
		}
		if len(id) < len(identity) || len(id) == 0 {
			continue
		}
		key := string(r.Part) + "\x00" + strings.Join(id, "\x00")
		if was, ok := seen[key]; ok {
			last := identity[len(identity)-1]
			c.atRow(RuleDuplicate, l, i, last, edu.Text{ZH: fmt.Sprintf("与第%d行重复：%s", was+1, strings.Join(id, " ")), EN: fmt.Sprintf("is in row %d already: %s", was+1, strings.Join(id, " "))},
				edu.Text{ZH: "请删除一行，或改正编号。", EN: "Take one of them out, or mend its number."})
			continue
		}
		seen[key] = i
	}
}

// noRows says of a section that a list that is needed has no row of it.
func (c *checker) noRows(l *List, part edu.Stage) {
	q := Problem{Key: RuleRequired + "@" + string(part) + "/" + l.List.ID, Rule: RuleRequired, Blocking: true, List: l.List.ID, Row: -1,
		Text: edu.Text{ZH: StageName(part).ZH + l.List.Name.ZH + "未填", EN: strings.TrimSpace(l.List.Name.EN + " has no row " + StageName(part).EN)},
		Do:   edu.Text{ZH: "每个学段至少一行。", EN: "At least one row for each section."}}
	if shown, _ := c.rows(l.List.ID, true); slices.ContainsFunc(shown, func(r Row) bool { return r.Part == part }) {
		q.Rule, q.Key = RuleConfirm, RuleConfirm+"@"+string(part)+"/"+l.List.ID
		q.Text = edu.Text{ZH: fmt.Sprintf("%s%s待确认（%s）", StageName(part).ZH, l.List.Name.ZH, l.Source.ZH), EN: fmt.Sprintf("%s is to be confirmed (%s)", l.List.Name.EN, l.Source.EN)}
		q.Do = edu.Text{ZH: "与实际一致请确认，不一致请改正。", EN: "Confirm it where it is right, otherwise mend it."}
	}
	c.add(q)
}

// atRow is a problem of one cell of a row that blocks.
func (c *checker) atRow(rule string, l *List, row int, col *pack.Element, found, do edu.Text) {
	c.add(Problem{Key: fmt.Sprintf("%s@%s#%d.%s", rule, l.List.ID, row, col.ID), Rule: rule, Blocking: true, List: l.List.ID, Row: row, Column: col.ID,
		Text: edu.Text{ZH: fmt.Sprintf("%s第%d行，%s%s", l.List.Name.ZH, row+1, col.Name.ZH, found.ZH), EN: fmt.Sprintf("%s, row %d, %s: %s", l.List.Name.EN, row+1, col.Name.EN, found.EN)}, Do: do})
}

// row checks one row.
func (c *checker) row(l *List, i int, r Row) {
	mend := edu.Text{ZH: "请改正后再提交。", EN: "Mend it before handing in."}
	if !slices.Contains(c.Parts, r.Part) {
		c.atRow(RuleRow, l, i, l.List.Columns[0], edu.Text{ZH: "：没有说明是本校哪个学段", EN: "does not say which of the school's sections it is of"},
			edu.Text{ZH: "请选择学段。", EN: "Choose the section."})
	}
	for _, id := range sorted(r.Cells) {
		if r.Cells[id] != "" && column(l.List, id) == nil {
			c.atRow(RuleUnknown, l, i, l.List.Columns[0], edu.Text{ZH: "：“" + short(id) + "”不是名册的列", EN: fmt.Sprintf("%q is no column of the list", short(id))}, mend)
		}
	}
	for _, col := range l.List.Columns {
		text := r.Cells[col.ID]
		if col.Type == edu.TypeText {
			if col.Required && strings.TrimSpace(intake.Visible(text)) == "" {
				c.atRow(RuleRequired, l, i, col, edu.Text{ZH: "未填", EN: "is empty"}, mend)
			}
			continue
		}
		v, wanted := Read(text, col, nil)
		switch {
		case wanted != nil:
			c.atRow(RuleType, l, i, col, edu.Text{ZH: "“" + short(text) + "”" + wanted.ZH, EN: fmt.Sprintf("%q %s", short(text), wanted.EN)}, mend)
		case v.IsMissing() && col.Required:
			c.atRow(RuleRequired, l, i, col, edu.Text{ZH: "未填", EN: "is empty"}, mend)
		case v.IsNotApplicable() && col.Required:
			w := intake.AlwaysApplies(col)
			c.atRow(RuleType, l, i, col, edu.Text{ZH: "“/”" + w.ZH, EN: `"/" ` + w.EN}, mend)
		case col.Type == edu.TypeChoice:
			if o := option(col, text); o != nil && len(o.Stages) > 0 && r.Part != "" && !slices.Contains(o.Stages, r.Part) {
				c.atRow(RuleRow, l, i, col, edu.Text{ZH: fmt.Sprintf("“%s”不属于%s", o.Name.ZH, StageName(r.Part).ZH), EN: fmt.Sprintf("%s is not %s", o.Name.EN, StageName(r.Part).EN)}, mend)
			}
		}
	}
}

// identity are the columns that tell the rows of a list apart: grade and class
// number; the number of a room. They are the choices that stand before the first
// text that must be filled, and that text.
func identity(l *pack.List) []*pack.Element {
	var out []*pack.Element
	for _, c := range l.Columns {
		switch {
		case c.Type == edu.TypeText && c.Required:
			return append(out, c)
		case c.Type == edu.TypeChoice && c.Required:
			out = append(out, c)
		}
	}
	return nil
}

// StageName is what a part of a paper is called.
func StageName(part edu.Stage) edu.Text {
	switch part {
	case "":
		return edu.Text{}
	case Whole:
		return edu.Text{ZH: "全校", EN: "of the whole school"}
	case edu.Preschool:
		return edu.Text{ZH: "学前段", EN: "of the preschool section"}
	case edu.Primary:
		return edu.Text{ZH: "小学段", EN: "of the primary section"}
	case edu.Junior:
		return edu.Text{ZH: "初中段", EN: "of the junior section"}
	case edu.Senior:
		return edu.Text{ZH: "高中段", EN: "of the senior section"}
	}
	return edu.Text{ZH: string(part) + "段", EN: "of the " + string(part) + " section"}
}
