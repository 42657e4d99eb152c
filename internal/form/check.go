// What is wrong with a paper: 必改 blocks handing in, 需说明 asks for a reason.

package form

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
)

// Rules of problems beside those of the pack's checks and of feeds' comparisons.
const (
	RuleType      = "type"      // cannot be read as an answer
	RuleRange     = "range"     // reads, and cannot be true
	RuleRequired  = "required"  // must be filled
	RuleConfirm   = "confirm"   // is known, and must be confirmed
	RuleComputed  = "computed"  // was typed, though it follows from other cells
	RuleEvidence  = "evidence"  // a yes without evidence
	RuleUnknown   = "unknown"   // is no cell of the paper
	RuleRow       = "row"       // a row of a list has no section, or a wrong one
	RuleDuplicate = "duplicate" // two rows of a list are of the same class or room
	RuleContrary  = "contrary"  // figures contradict each other
	RuleSign      = "sign"      // the signature block is not complete
)

// Check lists what is wrong with the paper as it stands, those that block first,
// in the order of the form. Last year's figures and feeds are those of Know.
func (p *Paper) Check() ([]Problem, error) {
	c := &checker{Paper: p}
	for k, f := range p.Cells() {
		c.cell(k, f)
	}
	for i := range p.Lists {
		c.list(&p.Lists[i])
	}
	c.unknown()
	if err := c.pack(); err != nil {
		return nil, err
	}
	c.compare()
	c.sign()
	c.reasons()
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		if a.Blocking == b.Blocking {
			return 0
		}
		if a.Blocking {
			return -1
		}
		return 1
	})
	return c.problems, nil
}

// Ready is an error of kind fault.Blocked while a problem blocks, or asks for a
// reason that was not given.
func Ready(problems []Problem) error {
	blocking, open := 0, 0
	for _, q := range problems {
		switch {
		case q.Blocking:
			blocking++
		case q.Reason == nil:
			open++
		}
	}
	if blocking+open == 0 {
		return nil
	}
	return fmt.Errorf("%d problems must be mended and %d need a reason: %w", blocking, open, fault.Blocked)
}

type checker struct {
	*Paper
	problems []Problem
}

func (c *checker) add(q Problem) { c.problems = append(c.problems, q) }

// at is a problem of one cell that blocks.
func (c *checker) at(rule string, k Key, found, do edu.Text) {
	c.add(Problem{Key: rule + "@" + k.String(), Rule: rule, Blocking: true, Cells: []Key{k}, Text: found, Do: do})
}

// cell checks what one cell says.
func (c *checker) cell(k Key, f *Field) {
	name := f.Name()
	if v, ok := c.computed(k, f, false); ok {
		c.typedOver(k, f, v)
		return
	}
	a := c.Paper.cell(k, false)
	switch {
	case a.wanted != nil:
		rule := RuleType
		if v, wanted := intake.Figure(a.text, f.Element, f.Element.Shift()); wanted == nil && !v.IsNotApplicable() {
			rule = RuleRange
		}
		c.at(rule, k, edu.Text{ZH: name.ZH + "“" + short(a.text) + "”" + a.wanted.ZH, EN: fmt.Sprintf("%s: %q %s", name.EN, short(a.text), a.wanted.EN)},
			edu.Text{ZH: "请改正后再提交。", EN: "Mend it before handing in."})
	case f.Evidence:
		c.evidence(k, f, a.text)
	case a.origin == FromNobody && f.Required():
		c.missing(k, f)
	case f.Element.Type == edu.TypeChoice && len(f.Element.Choices) > 0:
		if n, ok := a.value.Number(); ok {
			if o := f.Element.Choices[int(n)]; k.Part != Whole && k.Part != "" && len(o.Stages) > 0 && !slices.Contains(o.Stages, k.Part) {
				c.at(RuleType, k, edu.Text{ZH: name.ZH + "“" + o.Name.ZH + "”不属于本学段", EN: fmt.Sprintf("%s: %s is not of this stage", name.EN, o.Name.EN)},
					edu.Text{ZH: "请选择本学段的选项。", EN: "Choose one of this stage."})
			}
		}
	}
}

// missing says of a required cell whether it is known and waits to be confirmed.
func (c *checker) missing(k Key, f *Field) {
	name := f.Name()
	if known, ok := c.Known[k]; ok {
		if _, emptied := c.Content.Cells[k.String()]; !emptied {
			c.at(RuleConfirm, k, edu.Text{ZH: fmt.Sprintf("%s待确认：%s（%s）", name.ZH, known.Text, known.Source.ZH), EN: fmt.Sprintf("%s is to be confirmed: %s (%s)", name.EN, known.Text, known.Source.EN)},
				edu.Text{ZH: "与实际一致请确认，不一致请改填。", EN: "Confirm it where it is right, otherwise type the right one."})
			return
		}
	}
	if shown := c.Paper.cell(k, true); shown.origin == FromCells {
		c.at(RuleConfirm, k, edu.Text{ZH: fmt.Sprintf("%s由已有数据计算为%s，待确认", name.ZH, shown.text), EN: fmt.Sprintf("%s follows from known figures that are to be confirmed: %s", name.EN, shown.text)},
			edu.Text{ZH: "请确认所依据的分项或名册。", EN: "Confirm the parts or the list that it follows from."})
		return
	}
	if l := f.Ask.Compute; l != nil && l.List != "" {
		if list := c.Paper.list(l.List); list != nil && slices.Contains(c.empty(list, false), k.Part) {
			return // the list is what is missing
		}
	}
	c.at(RuleRequired, k, edu.Text{ZH: name.ZH + "未填", EN: name.EN + " is empty"}, edu.Text{ZH: "此项必填，没有的填0。", EN: "It must be filled; write 0 for none."})
}

// typedOver reports a figure that was typed though it follows from others, and
// differs from them.
func (c *checker) typedOver(k Key, f *Field, v edu.Value) {
	text, ok := c.Content.Cells[k.String()]
	if !ok || text == "" {
		return
	}
	typed, wanted := Read(text, f.Element, f.Part)
	if v.IsMissing() || typed.IsMissing() && wanted == nil || wanted == nil && typed == v {
		return
	}
	name := f.Name()
	c.at(RuleComputed, k, edu.Text{
		ZH: fmt.Sprintf("%s填为%s，而由名册或分项计算为%s", name.ZH, short(text), Format(v, f.Element)),
		EN: fmt.Sprintf("%s was typed as %s, but comes to %s", name.EN, short(text), Format(v, f.Element)),
	}, edu.Text{ZH: "请清空此格，或改正名册、分项。", EN: "Empty the cell, or mend the list or the parts that it follows from."})
}

func (c *checker) evidence(k Key, f *Field, text string) {
	n, ok := c.Paper.cell(Key{k.Part, f.Element.ID}, false).value.Number()
	if f.Element.Type != edu.TypeYesNo || !ok || n != 1 || text != "" {
		return
	}
	c.at(RuleEvidence, k, edu.Text{ZH: f.Element.Name.ZH + "填“是”，没有佐证材料", EN: f.Element.Name.EN + " is answered yes without evidence"},
		edu.Text{ZH: "请填写佐证材料的文号和页码。", EN: "Cite the document and the page."})
}

// unknown reports what was filled in and is no cell of this paper: nothing that
// somebody wrote is dropped without a word.
func (c *checker) unknown() {
	for _, id := range sorted(c.Content.Cells) {
		k, ok := ParseKey(id)
		if c.Content.Cells[id] == "" || ok && c.Has(k) {
			continue
		}
		c.at(RuleUnknown, k, edu.Text{ZH: "“" + short(id) + "”不是本表的项目", EN: fmt.Sprintf("%q is no cell of this form", short(id))},
			edu.Text{ZH: "请删除，或检查学段是否正确。", EN: "Take it out, or see whether the school's sections are right."})
	}
	for _, id := range sorted(c.Content.Lists) {
		if len(c.Content.Lists[id]) > 0 && c.Paper.list(id) == nil {
			c.add(Problem{Key: RuleUnknown + "@" + id, Rule: RuleUnknown, Blocking: true, List: id, Row: -1,
				Text: edu.Text{ZH: "“" + short(id) + "”不是本表的名册", EN: fmt.Sprintf("%q is no list of this form", short(id))},
				Do:   edu.Text{ZH: "请删除。", EN: "Take it out."}})
		}
	}
}

// sign asks for the names in the signature block, where the form has one.
func (c *checker) sign() {
	s := c.Content.Sign
	for i, text := range []string{s.Filler, s.Phone, s.Reviewer, s.Head} {
		if i >= len(c.Form.Sign) || text != "" {
			continue
		}
		line := c.Form.Sign[i]
		c.add(Problem{Key: fmt.Sprintf("%s@%d", RuleSign, i), Rule: RuleSign, Blocking: true,
			Text: edu.Text{ZH: "签署栏“" + line.ZH + "”未填", EN: "the signature block lacks: " + line.EN},
			Do:   edu.Text{ZH: "提交前请填写。", EN: "Fill it in before handing in."}})
	}
}

// reasons puts the reasons that were given to their problems.
func (c *checker) reasons() {
	for i := range c.problems {
		q := &c.problems[i]
		if r, ok := c.Content.Reasons[q.Key]; ok && !q.Blocking && c.explains(r) {
			q.Reason = &r
		}
	}
}

// OtherReason is the reason of a list that needs words beside it.
const OtherReason = "other"

// short is a text for a message.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
