// Grades, years and figures as people write them.

package forecast

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/sheet"
)

// clean takes away what makes two names differ that are the same.
func clean(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

// fold is clean without regard to case.
func fold(s string) string { return strings.ToLower(clean(s)) }

// cut shortens what is quoted.
func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

var yearForms = regexp.MustCompile(`^(\d{4})(?: ?年| ?学年| ?年度|\.0+)?$|^(\d{4}) ?[-–—~/] ?(\d{2}|\d{4}) ?(?:学年)?$`)

// yearOf reads 2024, 2024年, 2024-2025 and 2024/25: the year in which it begins.
func yearOf(s string) (int, bool) {
	m := yearForms.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, _ := strconv.Atoi(m[1] + m[2]) // four digits
	if m[3] != "" {
		if end, _ := strconv.Atoi(m[3]); end%100 != (y+1)%100 || end > 99 && end != y+1 {
			return 0, false
		}
	}
	return y, y >= firstYear && y <= lastYear
}

// figure reads a count: some tells that there is one, good that it is one or
// nothing.
func figure(s string) (x float64, some, good bool) {
	switch fold(s) {
	case "", "-", "—", "——", "/", "na", "n/a", "nan", "null", "不详", "未知", "missing":
		return math.NaN(), false, true
	}
	x, ok := sheet.Number(strings.ReplaceAll(s, ",", ""), 0)
	ok = ok && x >= 0 && x <= 1e9 && x == math.Trunc(x)
	return x, ok, ok
}

var chineseGrades = []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

// ranks are the grades by the names they go by: 1 is the first of a primary
// school, 0 the year before it.
var ranks = func() map[string]int {
	m := map[string]int{"k": 0, "kg": 0, "kindergarten": 0, "大班": 0, "学前班": 0, "中班": -1, "小班": -2, "托班": -3, "pk": -1, "pre-k": -1, "prek": -1,
		"初一": 7, "初二": 8, "初三": 9, "高一": 10, "高二": 11, "高三": 12}
	for n := 1; n <= 12; n++ {
		d := strconv.Itoa(n)
		for _, s := range []string{d, "0" + d, "g" + d, "grade " + d, d + "年级", chineseGrades[n] + "年级"} {
			m[s] = n
		}
	}
	return m
}()

// gradeName is how a grade is called: numbers that a spreadsheet made fractions
// are numbers again.
func gradeName(s string) string { return strings.TrimSuffix(clean(s), ".0") }

// rankOf gives a grade's place among all, where its name is known.
func rankOf(name string) (int, bool) {
	r, ok := ranks[fold(name)]
	return r, ok
}

// Stages that grades are of where no column says it.
const (
	Preschool = "preschool"
	Primary   = "primary"
	Junior    = "junior"
	Senior    = "senior"
)

// stageOf is the stage of a known grade. A kindergarten year that is called K is
// of the primary school, as where it is called so.
func stageOf(name string, rank int) string {
	switch {
	case rank >= 10:
		return Senior
	case rank >= 7:
		return Junior
	case rank >= 1 || slices.Contains([]string{"k", "kg", "kindergarten"}, fold(name)):
		return Primary
	}
	return Preschool
}

// order puts grades in the order in which pupils move through them; where a name
// is not known, all stay as the file has them.
func order(names []string) (sorted []string, known bool) {
	sorted = slices.Clone(names)
	for _, n := range names {
		if _, ok := rankOf(n); !ok {
			return sorted, false
		}
	}
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(ranks[fold(a)], ranks[fold(b)]) })
	return sorted, true
}
