// A proposal as files: what is to be done line by line, what it costs a year, and
// what holds after it.

package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/proposal"
)

// ProposalColumns are the columns of a proposal's lines in CSV.
var ProposalColumns = []string{"county", "scenario", "no", "act", "school_year", "school", "code", "stage", "township", "from", "from_code", "who", "element", "amount", "unit", "cost_yuan", "price", "basis", "km", "for", "why", "authority", "evidence", "state"}

// ActName is what is done, in words.
func ActName(a proposal.Act) edu.Text {
	return map[proposal.Act]edu.Text{
		proposal.Itinerant: {ZH: "走教", EN: "itinerant teaching"}, proposal.Exchange: {ZH: "交流轮岗", EN: "exchange"}, proposal.Move: {ZH: "调动", EN: "transfer"}, proposal.Train: {ZH: "培养培训", EN: "training"},
		proposal.Hire: {ZH: "招聘", EN: "recruitment"}, proposal.Construct: {ZH: "建设", EN: "building"}, proposal.Buy: {ZH: "购置", EN: "buying"}, proposal.Keep: {ZH: "保留", EN: "keeping"}}[a]
}

// UnitName is what the amount of a line is counted in, in words.
func UnitName(unit string) edu.Text {
	if t, ok := map[string]edu.Text{"person": {ZH: "人", EN: "people"}, "m2": {ZH: "㎡", EN: "m²"}, "yuan": {ZH: "元", EN: "yuan"}, "room": {ZH: "间", EN: "rooms"}}[unit]; ok {
		return t
	}
	return edu.Text{ZH: unit, EN: unit}
}

// WriteProposals writes proposals of one or several counties and scenarios.
func WriteProposals(w io.Writer, format Format, ps []*proposal.Proposal, lang string) error {
	switch format {
	case CSV:
		return proposalCSV(w, ps, lang)
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(ps)
	case XLSX:
		return proposalBook(ps, lang).Write(w)
	}
	return fmt.Errorf("a proposal is written as csv, json or xlsx, not %s: %w", format, fault.Invalid)
}

// inert keeps a program that opens a CSV from taking what somebody typed for a
// formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func proposalLine(p *proposal.Proposal, l *proposal.Line, lang string) []string {
	from, fromCode := "", ""
	if l.From != nil {
		from, fromCode = l.From.Name, l.From.Code
	}
	km := ""
	if l.Km > 0 {
		km = plain(l.Km)
	}
	return []string{inert(string(p.County)), string(p.Scenario), strconv.Itoa(l.No), ActName(l.Act).In(lang), l.Year().String(), inert(l.At.Name), inert(l.At.Code), string(l.At.Stage), inert(l.At.Township), inert(from), inert(fromCode),
		inert(l.WhoIn(lang)), l.Element, plain(l.Amount), inert(l.Unit), plain(l.Cost), inert(l.Price), inert(l.Basis), km, strings.Join(l.For, " "), inert(l.Why.In(lang)), inert(l.Authority.In(lang)), l.Evidence, string(l.State)}
}

func proposalCSV(w io.Writer, ps []*proposal.Proposal, lang string) error {
	b := bufio.NewWriter(w)
	if _, err := b.WriteString("\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(b)
	rows := [][]string{ProposalColumns}
	for _, p := range ps {
		for i := range p.Lines {
			rows = append(rows, proposalLine(p, &p.Lines[i], lang))
		}
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return b.Flush()
}

func proposalBook(ps []*proposal.Proposal, lang string) *Book {
	two := func(zh, en string) string {
		if lang == "en" {
			return en
		}
		return zh
	}
	b := &Book{Note: two("方案测算，供决策参考；各项须经有权单位批准", "A proposal; every line needs the approval of the authority named")}
	sum := &Sheet{Name: two("方案", "Proposals"), Cols: []SheetCol{{Label: two("县区", "County"), Width: 14}, {Label: two("情形", "Scenario"), Width: 14}, {Label: two("结果", "Status"), Width: 12},
		{Label: two("总费用（元）", "Cost, yuan"), Width: 16}, {Label: two("最低不少于（元）", "At least, yuan"), Width: 16}, {Label: two("差距%", "Gap %"), Width: 9},
		{Label: two("现达标学段", "Passing now"), Width: 12}, {Label: two("方案后达标学段", "Passing after"), Width: 14}, {Label: two("学段数", "Sections"), Width: 9}, {Label: two("引擎复核", "Engine says"), Width: 12}, {Label: two("差异系数", "Spread"), Width: 10}, {Label: two("说明", "Notes"), Width: 60}}}
	lines := &Sheet{Name: two("逐项", "Lines")}
	for _, l := range []struct {
		zh, en string
		width  float64
	}{{"县区", "County", 12}, {"情形", "Scenario", 12}, {"序号", "No", 6}, {"措施", "Act", 10}, {"学年", "School year", 11}, {"学校", "School", 22}, {"学段", "Stage", 9}, {"乡镇", "Township", 12}, {"来自", "From", 22}, {"人员", "Who", 24},
		{"数量", "Amount", 10}, {"单位", "Unit", 8}, {"费用（元）", "Cost, yuan", 14}, {"价格依据", "Price from", 18}, {"理由", "Why", 60}, {"批准单位", "Authority", 40}, {"依据等级", "Evidence", 9}} {
		lines.Cols = append(lines.Cols, SheetCol{Label: two(l.zh, l.en), Width: l.width})
	}
	for _, p := range ps {
		var notes []string
		for _, t := range append(append([]edu.Text(nil), p.Conflict...), p.Notes...) {
			notes = append(notes, t.In(lang))
		}
		spread := two("未达", "short")
		if p.Checked.Spread {
			spread = two("达标", "met")
		}
		row := []SheetCell{say(string(p.County)), say(p.Scenario.Name().In(lang)), say(p.Status), number(p.Cost, 0), number(p.Bound, 0), number(100*p.Gap, 2),
			number(float64(p.Before.Passing), 0), number(float64(p.After.Passing), 0), number(float64(p.Before.Sections), 0), number(float64(p.Checked.Passing), 0), say(spread), say(strings.Join(notes, " "))}
		if !p.Planned() { // no cost, and nothing after it: not a plan of 0 yuan
			for _, i := range []int{3, 4, 5, 7, 9, 10} {
				row[i] = say("—")
			}
		}
		sum.Rows = append(sum.Rows, row)
		for i := range p.Lines {
			l := &p.Lines[i]
			from := ""
			if l.From != nil {
				from = l.From.Name
			}
			lines.Rows = append(lines.Rows, []SheetCell{say(string(p.County)), say(p.Scenario.Name().In(lang)), number(float64(l.No), 0), say(ActName(l.Act).In(lang)), say(l.Year().Label()), say(l.At.Name), say(string(l.At.Stage)), say(l.At.Township), say(from), say(l.WhoIn(lang)),
				number(l.Amount, 2), say(UnitName(l.Unit).In(lang)), number(l.Cost, 2), say(strings.TrimSpace(l.Price + " " + l.Basis)), say(l.Why.In(lang)), say(l.Authority.In(lang)), say(l.Evidence)})
		}
	}
	b.add(sum)
	b.add(lines)
	if s := subjectSheet(ps, lang); len(s.Rows) > 0 {
		b.add(s)
	}
	return b
}
