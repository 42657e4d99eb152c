// Keys of records: codes, names, stages, periods.

package intake

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

var (
	floated    = regexp.MustCompile(`^\d+\.0+$`)
	scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)
)

// code writes the code of a unit in one form: half-width, without what a
// spreadsheet or another program puts around it.
func code(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '.' || c == '\'' || c == '=' {
			s = strings.TrimSpace(norm.NFKC.String(s))
			if t, ok := strings.CutPrefix(s, `="`); ok {
				s = strings.TrimSuffix(t, `"`)
			}
			s = strings.TrimSpace(strings.TrimPrefix(s, "'"))
			if floated.MatchString(s) {
				s = s[:strings.IndexByte(s, '.')]
			}
			return strings.Map(func(r rune) rune {
				if r >= 0x200b && hidden(r) {
					return -1 // comes along when a code is copied off a page
				}
				return r
			}, s)
		}
	}
	return s
}

// maxCode is how long the code of a unit may be.
const maxCode = 64

// recode applies a function to the texts of a column; texts that become the
// same get the same code.
func recode(in *frame.Strings, f func(string) string) *frame.Strings {
	changed := false
	dict := make([]string, len(in.Dict))
	for i, s := range in.Dict {
		dict[i] = f(s)
		changed = changed || dict[i] != s
	}
	if !changed {
		return in
	}
	index, to := make(map[string]uint32, len(dict)), make([]uint32, len(dict))
	out := &frame.Strings{Code: make([]uint32, len(in.Code))}
	for i, s := range dict {
		c, ok := index[s]
		if !ok {
			c = uint32(len(out.Dict))
			index[s] = c
			out.Dict = append(out.Dict, s)
		}
		to[i] = c
	}
	for i, c := range in.Code {
		out.Code[i] = to[c]
	}
	return out
}

// constant is a column of one text.
func constant(s string, n int) *frame.Strings {
	return &frame.Strings{Dict: []string{s}, Code: make([]uint32, n)}
}

// keyColumn gives the column of a key, from a cell above the header where no
// column holds it, nil where neither does.
func (w *work) keyColumn(t *frame.Table, role string) *frame.Strings {
	isName := role == "name" || strings.HasSuffix(role, "_name")
	if f := w.roles[role]; f != nil {
		if isName {
			return recode(w.data.Text[f.slot], cleanName)
		}
		return recode(w.data.Text[f.slot], code)
	}
	if h := w.hints[role]; h != "" && role != "name" && role != "code" {
		if !isName {
			h = code(h)
		}
		return constant(h, t.N)
	}
	return nil
}

// Words at the front of a row that sums up, or of a note below the table.
var noRecord = []string{"合计", "总计", "小计", "共计", "平均", "均值", "县均值", "标准差", "差异系数",
	"注:", "注：", "说明:", "说明：", "备注", "填表人", "填报人", "审核人", "单位负责人", "填表日期", "填报日期"}

func sumsUp(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	switch strings.ToLower(s) {
	case "total", "subtotal", "sum", "average", "mean", "grand total":
		return true
	}
	return slices.ContainsFunc(noRecord, func(w string) bool { return strings.HasPrefix(s, w) })
}

// notRecords marks rows of totals and notes below the table; nil if none.
func (w *work) notRecords(t *frame.Table) (gone []bool) {
	var columns []*frame.Strings
	for _, c := range []*frame.Strings{t.Key, t.Name} {
		if c != nil && len(c.Code) == t.N {
			columns = append(columns, c)
		}
	}
	for l := range t.Path {
		for _, c := range []*frame.Strings{t.Path[l], t.PathName[l]} {
			if c != nil && len(c.Dict) > 1 {
				columns = append(columns, c)
			}
		}
	}
	var rows []int32
	n := 0
	for k, c := range columns {
		for code, s := range c.Dict {
			if sumsUp(s) {
				for i, at := range c.Code {
					// A name may well begin like that where the record has a code.
					if at != uint32(code) || gone != nil && gone[i] || k > 0 && t.Key.At(i) != "" {
						continue
					}
					if gone == nil {
						gone = make([]bool, t.N)
					}
					gone[i] = true
					if n++; len(rows) < 10 {
						rows = append(rows, t.Rows[i])
					}
				}
			}
		}
	}
	if n > 0 {
		slices.Sort(rows)
		w.problem(Problem{Row: int(rows[0]), Kind: KindRow, Wanted: textf("第 %s 行是合计或备注，没有作为数据读取", "taken for a sum or a remark, so not read: %s", rowList(rows, n))})
	}
	return gone
}

// missingKeys says which records have no code, or one that lost its digits.
func (w *work) missingKeys(t *frame.Table, gone []bool, role string) {
	if t.Key == nil {
		return
	}
	f := w.roles[role]
	if f == nil {
		return
	}
	bad := make([]*edu.Text, len(t.Key.Dict))
	some := false
	for c, s := range t.Key.Dict {
		switch {
		case s == "":
			w := both("未填，每行都需要", "the cell is empty; every record needs one")
			bad[c], some = &w, true
		case len(s) > maxCode, strings.ContainsFunc(s, hidden):
			w := textf("不是代码：最长 %d 个字符，不能换行", "is not a code: want at most %d characters and no line break", maxCode)
			bad[c], some = &w, true
		case s[0] <= '9' && (strings.IndexByte(s, 'e') > 0 || strings.IndexByte(s, 'E') > 0) && scientific.MatchString(s):
			w := both("是科学计数法，位数已丢失，请把单元格设为文本后重新填写", "is in scientific notation and has lost digits; format the cell as text and write the code again")
			bad[c], some = &w, true
		}
	}
	if !some {
		return
	}
	for i, c := range t.Key.Code {
		if bad[c] != nil && (gone == nil || !gone[i]) {
			found := edu.Text{}
			if t.Key.Dict[c] != "" {
				found = quoted(t.Key.Dict[c])
			}
			w.at(f, i, KindKey, found, *bad[c])
		}
	}
}

// maxName is how long a name may be. A longer one is a slip, such as a whole
// table pasted into a cell, and would push everything else off a page.
const maxName = 200

// longNames says which records have such a name, of the unit or of one above.
func (w *work) longNames(t *frame.Table, gone []bool) {
	for role, f := range w.roles {
		if _, err := edu.ParseLevel(strings.TrimSuffix(role, "_name")); err != nil && role != "name" {
			continue
		}
		column := w.data.Text[f.slot]
		for c, s := range column.Dict {
			if len(s) <= maxName || utf8.RuneCountInString(s) <= maxName {
				continue
			}
			for i, at := range column.Code {
				if at == uint32(c) && (gone == nil || !gone[i]) {
					w.at(f, i, KindKey, quoted(s), textf("名称超过 %d 个字", "is longer than a name may be: at most %d characters", maxName))
				}
			}
		}
	}
}

// stage settles the stage of each record: from its column, from a cell above
// the header, from the name of the sheet or of the file.
func (w *work) stage(t *frame.Table, gone []bool) {
	if len(w.pack.Stages) == 0 || w.level < edu.Section {
		return
	}
	f := w.roles["stage"]
	if f == nil {
		s := w.stages[fold(w.hints["stage"])]
		if s == "" {
			s = w.stageIn(w.sheet)
		}
		if s == "" {
			s = w.stageIn(filepath.Base(w.file))
		}
		if s == "" {
			w.problem(Problem{Row: w.head.last, Kind: KindStage, Blocking: true, Found: both("没有学段列", "no column for the stage of schooling"), Wanted: w.wantedKey("stage")})
			return
		}
		t.Stage = constant(string(s), t.N)
		return
	}
	raw := w.data.Text[f.slot]
	named := func(text string) edu.Stage {
		s := w.stages[fold(text)]
		if s == pack.WholeSchool && w.head.shape.list != nil {
			return "" // a class belongs to one stage
		}
		return s
	}
	unknown := make([]bool, len(raw.Dict))
	for c, text := range raw.Dict {
		unknown[c] = named(text) == ""
	}
	for i, c := range raw.Code {
		if text := raw.Dict[c]; unknown[c] && (gone == nil || !gone[i]) {
			if text == "" {
				w.at(f, i, KindStage, edu.Text{}, both("未填学段", "the stage is empty"))
			} else {
				w.at(f, i, KindStage, quoted(text), both("不是已知的学段", "is not a known stage of schooling"))
			}
		}
	}
	t.Stage = recode(raw, func(s string) string { return string(named(s)) })
}

// periodColumn gives the period of each record, as an index in its values.
func (w *work) periodColumn(t *frame.Table, gone []bool) *periods {
	f := w.roles["period"]
	if f == nil {
		p := edu.Period{}
		if h := w.hints["period"]; h != "" {
			p, _ = periodOf(h)
		}
		if p.IsZero() {
			p = periodIn(w.sheet)
		}
		return &periods{values: []edu.Period{p}}
	}
	raw := w.data.Text[f.slot]
	ps := &periods{codes: make([]uint32, t.N)}
	to, errs := make([]uint32, len(raw.Dict)), make([]*edu.Text, len(raw.Dict))
	for c, s := range raw.Dict {
		p, err := periodOf(s)
		if err != nil {
			w := both("不是学年，应为 2025 或 2025-2026", "is not a period: want 2025 or 2025-2026")
			errs[c] = &w
		}
		at := slices.Index(ps.values, p)
		if at < 0 {
			at = len(ps.values)
			ps.values = append(ps.values, p)
		}
		to[c] = uint32(at)
	}
	for i, c := range raw.Code {
		ps.codes[i] = to[c]
		if errs[c] != nil && (gone == nil || !gone[i]) {
			w.at(f, i, KindPeriod, quoted(raw.Dict[c]), *errs[c])
		}
	}
	return ps
}

// periods are the periods of the records of a table; without codes all have
// the one.
type periods struct {
	values []edu.Period
	codes  []uint32
}

func (p *periods) at(i int) uint32 {
	if p.codes == nil {
		return 0
	}
	return p.codes[i]
}

// duplicates says which units come twice in one stage and period.
func (w *work) duplicates(t *frame.Table, ps *periods, gone []bool) {
	if t.List != "" || t.Key == nil {
		return
	}
	stages := 1
	if t.Stage != nil {
		stages = len(t.Stage.Dict)
	}
	size := len(t.Key.Dict) * stages * len(ps.values)
	var first []int32 // record+1
	var sparse map[int]int32
	if size <= 1<<26 {
		first = make([]int32, size)
	} else {
		sparse = make(map[int]int32, t.N)
	}
	for i, k := range t.Key.Code {
		if gone != nil && gone[i] || t.Key.Dict[k] == "" {
			continue
		}
		at := int(k)*stages*len(ps.values) + int(ps.at(i))
		if t.Stage != nil {
			at += int(t.Stage.Code[i]) * len(ps.values)
		}
		var before int32
		if first != nil {
			before = first[at]
			if before == 0 {
				first[at] = int32(i + 1)
			}
		} else if before = sparse[at]; before == 0 {
			sparse[at] = int32(i + 1)
		}
		if before > 0 {
			w.problem(Problem{Row: int(t.Rows[i]), Kind: KindDuplicate, Blocking: true, Column: w.keyLetter(), Header: w.keyHeader(), Found: quoted(t.Key.Dict[k]),
				Wanted: textf("与第 %d 行重复", "is there already in row %d", t.Rows[before-1])})
		}
	}
}

func (w *work) keyField() *field {
	role := "code"
	if w.level == edu.County {
		role = edu.County.String()
		if w.roles[role] == nil {
			role += "_name"
		}
	}
	return w.roles[role]
}

func (w *work) keyLetter() string {
	if f := w.keyField(); f != nil {
		return sheet.Letters(f.index)
	}
	return ""
}

func (w *work) keyHeader() string {
	if f := w.keyField(); f != nil {
		return f.header
	}
	return ""
}
