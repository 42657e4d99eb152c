package web

import (
	"cmp"
	"fmt"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/flow"
	"shuren/internal/retention"
)

// The ledgers of cases and their columns (forms §6): each is a view of the one record,
// a page shows what decides the next step, and a file has the whole form. The name is
// masked in both; who the child is otherwise, its guardian and the telephone stand in
// the register and are shown there for a reason.

// caseColumn is a column of a ledger.
type caseColumn struct {
	label string
	wrap  bool
	of    func(*flow.CaseRow) Cell
}

// ledgerColumns are the columns of each ledger on its page; caseFile are those of a
// file of any.
var (
	ledgerColumns = map[string][]string{
		"live":      {"child", "school", "grade", "state", "colour", "found", "cause", "next", "due"},
		"suspected": {"child", "school", "grade", "colour", "found", "source", "absent", "lost", "guess", "next", "due"},
		"dropouts":  {"child", "school", "grade", "state", "colour", "dropped", "cause", "visits", "legal", "receipt", "due"},
		"excepted":  {"child", "school", "grade", "colour", "excuse", "ground", "proof", "approver", "from", "recheck"},
		"ended":     {"child", "school", "grade", "verdict", "cause", "finding", "receipt", "ended", "endedby"},
	}
	caseFile = []string{"child", "sex", "school", "grade", "county", "home", "groups", "platform", "state", "colour", "found", "source", "absent", "lost", "guess", "guard", "verdict", "checked", "finding",
		"dropped", "cause", "visits", "persuasions", "legal", "back", "placement", "receipt", "until", "excuse", "ground", "proof", "approver", "from", "recheck", "ended", "endedby", "next", "due"}
)

// caseTable is a ledger of cases; whole is that of a file.
func (r *request) caseTable(rows []flow.CaseRow, ledger string, whole bool) Table {
	name := r.ledgerName(ledger)
	t := Table{ID: "cases", Caption: name, Sheet: name, List: true, Tight: true, Empty: r.T("retention.none")}
	shown := ledgerColumns[ledger]
	if whole {
		shown = caseFile
	}
	all := r.caseColumns()
	for _, id := range shown {
		t.Cols = append(t.Cols, Col{Label: all[id].label, Wrap: all[id].wrap})
	}
	for i := range rows {
		var cells []Cell
		for _, id := range shown {
			cells = append(cells, all[id].of(&rows[i]))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// caseColumns are all columns of the ledgers.
func (r *request) caseColumns() map[string]caseColumn {
	word := func(f func(*flow.CaseRow) string) func(*flow.CaseRow) Cell {
		return func(x *flow.CaseRow) Cell { return text(f(x)) }
	}
	return map[string]caseColumn{
		"child":   {r.T("retention.child"), false, func(x *flow.CaseRow) Cell { return Cell{Text: x.Child, Href: flow.CaseLink(x.ID)} }},
		"sex":     {r.T("register.sex"), false, word(func(x *flow.CaseRow) string { return r.sexText(x.Sex) })},
		"school":  {r.T("retention.school"), true, word(func(x *flow.CaseRow) string { return cmp.Or(r.Text(x.SchoolAt), r.T("retention.noschool")) })},
		"grade":   {r.T("retention.grade"), false, word(func(x *flow.CaseRow) string { return r.gradeWords(x.Grade, x.Group) })},
		"county":  {r.T("retention.county"), false, word(func(x *flow.CaseRow) string { return r.Text(x.CountyAt) })},
		"home":    {r.T("retention.home"), true, word(func(x *flow.CaseRow) string { return r.Text(x.HomeAt) })},
		"groups":  {r.T("retention.groups"), true, word(func(x *flow.CaseRow) string { return r.groupWords(x.Groups) })},
		"state":   {r.T("log.state"), false, word(func(x *flow.CaseRow) string { return r.label(x.State.Name()) })},
		"colour":  {r.T("retention.colour"), false, func(x *flow.CaseRow) Cell { return lampCell(r.caseLamp(x.Colour, x.Why)) }},
		"found":   {r.T("retention.found.on"), false, word(func(x *flow.CaseRow) string { return x.Found.String() })},
		"source":  {r.T("retention.source"), false, word(func(x *flow.CaseRow) string { return r.Text(retention.Word(retention.Sources, x.Source)) })},
		"absent":  {r.T("retention.absent"), false, word(func(x *flow.CaseRow) string { return fmt.Sprint(x.Absent) })},
		"lost":    {r.T("retention.lost"), false, word(func(x *flow.CaseRow) string { return r.yes(x.Lost) })},
		"guess":   {r.T("retention.guess"), true, word(func(x *flow.CaseRow) string { return r.Text(retention.Word(retention.Causes, x.Guess)) })},
		"guard":   {r.T("retention.guard"), true, word(func(x *flow.CaseRow) string { return r.partWords(x.Guard) })},
		"verdict": {r.T("retention.verdict"), false, word(r.verdictWords)},
		"checked": {r.T("retention.verdict.on"), false, word(func(x *flow.CaseRow) string { return x.Finding.Day.String() })},
		"finding": {r.T("retention.finding"), true, word(func(x *flow.CaseRow) string {
			return caseJoined(r.T("list.semicolon"), x.Finding.Where, x.Finding.Text, x.Finding.Proof)
		})},
		"dropped": {r.T("retention.dropped"), false, word(func(x *flow.CaseRow) string { return x.Dropped.String() })},
		"cause": {r.T("retention.cause"), true, word(func(x *flow.CaseRow) string {
			return r.Text(retention.Word(retention.Causes, cmp.Or(x.Cause, x.Guess)))
		})},
		"visits":      {r.T("retention.visits.count"), false, word(func(x *flow.CaseRow) string { return fmt.Sprint(len(x.Visits)) })},
		"persuasions": {r.T("retention.visits"), true, word(r.visitWords)},
		"legal":       {r.T("retention.legal"), true, word(r.legalWords)},
		"back":        {r.T("retention.back"), false, word(func(x *flow.CaseRow) string { return x.Placement.Day.String() })},
		"placement": {r.T("retention.placement"), true, word(func(x *flow.CaseRow) string {
			if x.Placement.Kind == "" {
				return ""
			}
			return caseJoined(" ", r.Text(retention.Word(retention.Kinds, x.Placement.Kind)), r.Text(x.Receiver))
		})},
		"receipt": {r.T("retention.receipt"), false, func(x *flow.CaseRow) Cell {
			if x.State.Arrived() {
				return lampCell(Lamp{chart.Near, r.T("retention.receipt.none"), ""})
			}
			return text(caseJoined(" ", x.Receipt.Day.String(), x.Receipt.Number))
		}},
		"until":    {r.T("retention.until"), false, word(func(x *flow.CaseRow) string { return x.Until.String() })},
		"excuse":   {r.T("retention.excuse"), false, word(func(x *flow.CaseRow) string { return r.Text(retention.Word(retention.Excuses, x.Exception.Kind)) })},
		"ground":   {r.T("retention.ground"), false, word(func(x *flow.CaseRow) string { return r.Text(retention.Word(retention.Grounds, x.Exception.Ground)) })},
		"proof":    {r.T("retention.proof"), true, word(func(x *flow.CaseRow) string { return x.Exception.Proof })},
		"approver": {r.T("retention.approved"), true, word(func(x *flow.CaseRow) string { return caseJoined(" ", x.Exception.Approver, x.Exception.Number) })},
		"from":     {r.T("retention.from"), false, word(func(x *flow.CaseRow) string { return x.Exception.From.String() })},
		"recheck":  {r.T("retention.recheck"), false, word(func(x *flow.CaseRow) string { return x.Exception.Until.String() })},
		"ended":    {r.T("retention.ended"), false, word(func(x *flow.CaseRow) string { return x.Ended.String() })},
		"endedby":  {r.T("retention.endedby"), false, word(func(x *flow.CaseRow) string { return x.EndedBy })},
		"platform": {r.T("retention.platform"), false, word(func(x *flow.CaseRow) string { return x.Platform })},
		"next": {r.T("retention.next"), true, word(func(x *flow.CaseRow) string {
			if !x.Runs {
				return ""
			}
			return r.Text(x.Clock.Do)
		})},
		"due": {r.T("retention.due"), false, word(func(x *flow.CaseRow) string {
			if !x.Runs {
				return ""
			}
			return x.Clock.Due.String()
		})},
	}
}

// caseJoined puts what there is into one cell.
func caseJoined(between string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, between)
}

// verdictWords are what checking the suspicion came to (核实结论); nothing while it is
// not decided.
func (r *request) verdictWords(x *flow.CaseRow) string {
	switch {
	case x.State == retention.Suspected:
		return ""
	case x.State == retention.Excluded || x.State == retention.Elsewhere || x.State == retention.Excepted:
		return r.label(x.State.Name())
	case x.Dropped != 0:
		return r.label(retention.Confirmed.Name())
	}
	return r.label(x.State.Name())
}

// visitWords are all records of persuasion, the newest first, as the form wants them.
func (r *request) visitWords(x *flow.CaseRow) string {
	var out []string
	for i := len(x.Visits) - 1; i >= 0; i-- {
		v := x.Visits[i]
		next := ""
		if v.Next != 0 {
			next = r.T("retention.visit.next") + " " + v.Next.String()
		}
		line := r.T("retention.visit.line", r.Text(retention.Word(retention.Ways, v.Way)), v.Place, r.Text(retention.Word(retention.Saws, v.Saw)), r.Text(retention.Word(retention.Results, v.Result)))
		out = append(out, caseJoined(" · ", v.Day.String(), r.partWords(v.Parts), line, next))
	}
	return strings.Join(out, "\n")
}

// legalWords are the last step of the legal path, with its number and its delivery.
func (r *request) legalWords(x *flow.CaseRow) string {
	n := len(x.Legal)
	if n == 0 {
		return ""
	}
	l := x.Legal[n-1]
	delivered := ""
	if l.Delivered != 0 {
		delivered = r.T("retention.delivered") + " " + l.Delivered.String()
	}
	return caseJoined(" ", r.Text(retention.Word(retention.Legals, l.Step)), l.Number, delivered)
}
