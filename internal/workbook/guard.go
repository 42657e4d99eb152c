// What a cell lets in: drop-downs, ranges, and the counting rule that shows when
// the cell is chosen. The reader checks all of it again.

package workbook

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Excel's own limits of a message at a cell, in characters.
const (
	maxPromptTitle = 32
	maxPrompt      = 255
	maxError       = 225
)

// guard makes the check of cells of an element. first is the top left cell of
// the range, hint what is shown beside the counting rule.
func (l *layout) guard(e *pack.Element, sqref, first, hint string) *excelize.DataValidation {
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(sqref)
	l.ask(dv, e.Name.In(l.lang), l.promptOf(e), hint)
	bad := func(zh, en string) {
		dv.SetError(excelize.DataValidationErrorStyleStop, l.say("填得不对", "Not possible"), shorten(l.say(zh, en), maxError))
	}
	lo, hi := 0.0, 1e12
	if e.Min != nil {
		lo = *e.Min
	}
	if e.Max != nil {
		hi = *e.Max
	}
	limits := rangeText(e, l.lang)
	switch e.Type {
	case edu.TypeChoice:
		dv.SetSqrefDropList(l.dict.choices(e, l.lang))
		bad("请从下拉列表中选择。", "Choose from the list.")
	case edu.TypeYesNo:
		dv.SetSqrefDropList(l.dict.list("yesno", l.say("是否", "Yes or no"), []string{l.say("是", "yes"), l.say("否", "no")}))
		bad("请选“是”或“否”。", "Choose yes or no.")
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
		kind, what := excelize.DataValidationTypeDecimal, l.say("数", "a number")
		if e.Type == edu.TypeCount {
			kind, what = excelize.DataValidationTypeWhole, l.say("整数", "a whole number")
		}
		if e.Always {
			// The limits of a pack always make a sound range.
			_ = dv.SetRange(lo, hi, kind, excelize.DataValidationOperatorBetween)
			bad("应填"+what+limits+"；没有请填0。", "Want "+what+limits+"; write 0 for none.")
			break
		}
		whole := ""
		if e.Type == edu.TypeCount {
			whole = fmt.Sprintf(",%[1]s=INT(%[1]s)", first)
		}
		dv.Type = "custom"
		// The library writes the formula as it is.
		dv.Formula1 = strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(fmt.Sprintf(`IF(ISNUMBER(%[1]s),AND(%[1]s>=%[2]s,%[1]s<=%[3]s%[4]s),%[1]s="/")`, first, figure(lo), figure(hi), whole))
		bad("应填"+what+limits+"；没有请填0，不适用请填/。", "Want "+what+limits+"; 0 for none, / where it does not apply.")
	}
	return dv
}

// ask sets the message that shows when the cell is chosen.
func (l *layout) ask(dv *excelize.DataValidation, name string, texts ...string) {
	var said []string
	for _, t := range texts {
		if t != "" {
			said = append(said, t)
		}
	}
	if len(said) > 0 {
		dv.SetInput(shorten(name, maxPromptTitle), shorten(strings.Join(said, "\n"), maxPrompt))
	}
}

// promptOf is the counting rule with the unit and the range.
func (l *layout) promptOf(e *pack.Element) string {
	var parts []string
	if u := unitName(l.pack, e, l.lang); u != "" {
		parts = append(parts, l.say("单位：", "Unit: ")+u)
	}
	if t := e.Help.In(l.lang); t != "" {
		parts = append(parts, t)
	}
	return strings.Join(parts, "\n")
}

// rangeText says the limits of a figure: （1800至2100）.
func rangeText(e *pack.Element, lang string) string {
	zh := lang != "en"
	switch {
	case e.Min != nil && e.Max != nil && zh:
		return "（" + figure(*e.Min) + "至" + figure(*e.Max) + "）"
	case e.Min != nil && e.Max != nil:
		return " from " + figure(*e.Min) + " to " + figure(*e.Max)
	case e.Max != nil && zh:
		return "（不超过" + figure(*e.Max) + "）"
	case e.Max != nil:
		return " of at most " + figure(*e.Max)
	case e.Min != nil && *e.Min == 0: // nobody counts below nothing
		return ""
	case e.Min != nil && zh:
		return "（不小于" + figure(*e.Min) + "）"
	case e.Min != nil:
		return " of at least " + figure(*e.Min)
	}
	return ""
}

func figure(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// dictionary is the hidden sheet of what drop-downs offer: a column a list.
type dictionary struct {
	names []string
	heads []string
	lists [][]string
}

// list gives the range of a list, entering it when it is new.
func (d *dictionary) list(name, head string, items []string) string {
	i := 0
	for i < len(d.names) && d.names[i] != name {
		i++
	}
	if i == len(d.names) {
		d.names, d.heads, d.lists = append(d.names, name), append(d.heads, head), append(d.lists, items)
	}
	c := letters(i + 2)
	return fmt.Sprintf("'%s'!$%s$3:$%s$%d", dictSheet, c, c, len(items)+2)
}

func (d *dictionary) choices(e *pack.Element, lang string) string {
	var items []string
	for _, o := range e.Choices {
		items = append(items, o.Name.In(lang))
	}
	return d.list("choice "+e.ID, e.Name.In(lang), items)
}

// page lays the lists out.
func (d *dictionary) page() *page {
	p := &page{name: dictSheet, hidden: true}
	top := row{id: pairs(keyKind, "head")}
	rows := 0
	for i, l := range d.lists {
		p.columns, p.widths = append(p.columns, pairs(keyKind, "dict")), append(p.widths, 16)
		top.cells = append(top.cells, cell{look: head, text: d.heads[i]})
		rows = max(rows, len(l))
	}
	p.add(top)
	for r := range rows {
		line := row{}
		for _, l := range d.lists {
			c := cell{look: plain}
			if r < len(l) {
				c.text = l[r]
			}
			line.cells = append(line.cells, c)
		}
		p.add(line)
	}
	return p
}
