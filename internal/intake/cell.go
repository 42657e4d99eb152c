// Cells: what a text means as a figure of an element.

package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// whole reports that figures of the element are whole numbers.
func whole(e *pack.Element) bool { return e.Type == edu.TypeCount }

// Words in the place of a figure. See the package comment.
var (
	missingWords       = map[string]bool{"": true, "-": true, "--": true, "—": true, "——": true, "...": true, "......": true, "na": true, "nan": true, "null": true, "_": true}
	notApplicableWords = map[string]bool{"/": true, "//": true, "不适用": true, "\\": true}
	zeroWords          = map[string]bool{"无": true, "没有": true, "暂无": true, "none": true, "nil": true}
)

var (
	grouped = regexp.MustCompile(`^[-+]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)(?:\.\d+)?$`)
	dated   = regexp.MustCompile(`^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ t]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)?$`)
	short   = regexp.MustCompile(`^\d{1,2}月\d{1,2}日$`)
	suffix  = regexp.MustCompile(`^[-+]?[\d.,]+\s*[\p{Han}a-z㎡²]+\d?$`)
)

// plain makes a cell's text easy to read: half-width, lower case, all spaces
// alike, without the apostrophe that marks text in a spreadsheet.
func plain(s string) string {
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u2009', '\u202f', '\u3000', '\t', '\n', '\r':
			return ' '
		case '−':
			return '-'
		case '\u200b', '\ufeff':
			return -1
		case '’':
			return '\''
		}
		return r
	}, s)
	return strings.TrimPrefix(strings.TrimSpace(s), "'")
}

// figure reads a text as a figure of an element, the decimal point moved shift
// places. A text that cannot be read comes back as what was wanted.
func figure(text string, e *pack.Element, shift int) (v edu.Value, wanted *edu.Text) {
	t := plain(text)
	bad := func(zh, en string) (edu.Value, *edu.Text) {
		w := both(zh, en)
		return edu.Value{}, &w
	}
	switch {
	case missingWords[t]:
		return edu.Value{}, nil
	case notApplicableWords[t]:
		return edu.NotApplicable, nil
	case strings.HasPrefix(t, "#"):
		return bad("是 Excel 错误值，请改正公式或直接填数", "is an Excel error; mend its formula or write the figure")
	case strings.HasPrefix(t, "="):
		return bad("是没有计算结果的公式，请用 Excel 打开并保存，或直接填数", "is a formula without a value; open and save the file in Excel, or write the figure")
	}
	switch e.Type {
	case edu.TypeYesNo:
		switch t {
		case "1", "是", "yes", "y", "true", "√", "✓", "有":
			return edu.Some(1), nil
		case "0", "否", "no", "n", "false", "×", "✗", "无":
			return edu.Some(0), nil
		}
		return bad("应填“是”或“否”", "is neither yes nor no: want 是 or 否")
	case edu.TypeChoice:
		f := fold(text)
		for i, o := range e.Choices {
			if f == fold(o.ID) || f == fold(o.Name.ZH) || f == fold(o.Name.EN) {
				return edu.Some(float64(i)), nil
			}
			for _, h := range o.Headers {
				if f == fold(h) {
					return edu.Some(float64(i)), nil
				}
			}
		}
		w := choiceWanted(e)
		return edu.Value{}, &w
	case edu.TypeDate:
		if d, ok := day(t); ok {
			return edu.Some(d), nil
		}
		return bad("不是日期，应为 2025-09-01 的形式", "is not a date: want the form 2025-09-01")
	}
	if zeroWords[t] {
		return bad("不是数：没有请填 0，不清楚请留空", "is not a number: write 0 for none, or leave the cell empty")
	}
	if grouped.MatchString(t) {
		t = strings.NewReplacer(",", "", " ", "", "'", "").Replace(t)
	}
	if p, ok := strings.CutSuffix(t, "%"); ok {
		switch {
		case e.Unit == "%":
			t, shift = strings.TrimSpace(p), 0
		case e.Unit == "1" && e.Type == edu.TypeRatio:
			t, shift = strings.TrimSpace(p), -2
		default:
			return bad("带百分号，此列不是百分数", "is a percentage, which this column is not")
		}
	}
	if f, ok := sheet.Number(t, shift); ok {
		return edu.Some(f), nil
	}
	switch {
	case dated.MatchString(t), short.MatchString(t):
		return bad("是日期，不是数", "is a date, not a number")
	case suffix.MatchString(t):
		return bad("请只填数，不带单位或文字", "holds more than a number; write the number alone")
	case whole(e):
		return bad("不是整数", "is not a whole number")
	}
	return bad("不是数", "is not a number")
}

// alwaysApplies says what to write instead of "/".
func alwaysApplies(e *pack.Element) edu.Text {
	switch e.Type {
	case edu.TypeYesNo, edu.TypeChoice, edu.TypeDate:
		return both("不能填在这里：请回答，尚不清楚请留空", "is no answer here: answer it, or leave the cell empty while it is not known")
	}
	return both("不能填在这里：没有请填 0，尚不清楚请留空", "is no answer here: write 0 for none, or leave the cell empty while it is not known")
}

// day reads a date: written out, as 20250901, or as the serial number of a
// spreadsheet (1900 system). It gives days since 1970-01-01.
func day(t string) (float64, bool) {
	if m := dated.FindStringSubmatch(t); m != nil {
		y, _ := strconv.Atoi(m[1])
		mo, _ := strconv.Atoi(m[2])
		d, _ := strconv.Atoi(m[3])
		return civil(y, mo, d)
	}
	f, ok := sheet.Number(t, 0)
	switch {
	case !ok || f != math.Trunc(f):
		return 0, false
	case f >= 18000101 && f < 29991232:
		n := int(f)
		return civil(n/10000, n/100%100, n%100)
	// A bare year is no date, though it could be the serial number of one.
	case f > 3000 && f < 2958466:
		return f - 25569, true
	}
	return 0, false
}

func civil(y, m, d int) (float64, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return float64(t.Unix() / 86400), t.Month() == time.Month(m) && t.Day() == d && y > 0
}

func choiceWanted(e *pack.Element) edu.Text {
	var zh, en []string
	for i, o := range e.Choices {
		if i == 12 {
			zh, en = append(zh, "……"), append(en, "…")
			break
		}
		zh = append(zh, choiceLabel(o.ID, o.Name.ZH))
		en = append(en, choiceLabel(o.ID, o.Name.In("en")))
	}
	return both("不是可选项，应为："+strings.Join(zh, "、"), "is not one of the choices: "+strings.Join(en, ", "))
}

func choiceLabel(id, name string) string {
	if name == "" || name == id {
		return id
	}
	return id + " " + name
}

// outside says what is wrong about a number that was read, nil if nothing is.
func outside(f float64, e *pack.Element) *edu.Text {
	var w edu.Text
	switch {
	case f != f:
		return nil
	case whole(e) && f != math.Trunc(f):
		w = both("不是整数", "is not a whole number")
	case f < 0 && (e.Min == nil || *e.Min >= 0) && (e.Type == edu.TypeCount || e.Type == edu.TypeArea || e.Type == edu.TypeMoney):
		w = both("是负数", "is negative")
	case e.Min != nil && f < *e.Min:
		w = textf("小于下限 %v", "is less than %v, the least that can be", number(*e.Min))
	case e.Max != nil && f > *e.Max:
		w = textf("大于上限 %v", "is more than %v, the most that can be", number(*e.Max))
	case math.Abs(f) > most:
		w = both("大得不可能", "is too large to be true")
	default:
		return nil
	}
	return &w
}

// most is more than any figure of a nation, and still a number whose every unit
// counts: sums of what is larger would lose pupils or run over.
const most = 1e15

func number(f float64) string {
	if a := math.Abs(f); a >= 1e21 || a > 0 && a < 1e-6 {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// bounds are limits inside which a figure needs no second look.
func bounds(e *pack.Element) (lo, hi float64, entire bool) {
	lo, hi = -most, most
	if e.Type == edu.TypeCount || e.Type == edu.TypeArea || e.Type == edu.TypeMoney {
		lo = 0
	}
	if e.Min != nil {
		lo = max(*e.Min, -most)
	}
	if e.Max != nil {
		hi = min(*e.Max, most)
	}
	return lo, hi, whole(e)
}
