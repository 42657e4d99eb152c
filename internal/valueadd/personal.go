// What looks like a person's name or number.

package valueadd

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A heading that says so. "户籍" (where a household is registered) and "家长学历"
// (parents' schooling) are background, "学籍号" and "家长姓名" are persons.
var personalHead = regexp.MustCompile(`姓名|身份证|证件|学籍|学号|考号|考生号|考籍|准考证|电话|手机|住址|地址|出生|生日|微信|银行|^编号$|^序号$|^no\.?$|^id$|name|phone|address|birth|(student|pupil|candidate|person|national|exam)[ _-]*(id|no|number|code)$`)

// A text that is a number of a person: a citizen's, a pupil's (letter and a
// citizen's number), a telephone.
var personalText = regexp.MustCompile(`^[GgLlJj]?\d{17}[\dXx]$|^1[3-9]\d{9}$|^[A-Za-z]?\d{8,}$`)

// citizen is a pupil's or a citizen's number: more than any school's code.
var citizen = regexp.MustCompile(`^[GgLlJj]?\d{17}[\dXx]$|^1[3-9]\d{9}$`)

func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
}

// personalHeading tells that a column's heading names persons. A school's name
// is not one.
func personalHeading(s string) bool {
	s = fold(s)
	if strings.Contains(s, "school") || strings.Contains(s, "学校") || strings.Contains(s, "校名") {
		return false
	}
	return personalHead.MatchString(s)
}

// personalValues tells that most texts of a column look like persons' numbers,
// or that it holds about as many different texts as rows and no numbers: names.
func personalValues(sample []string) bool {
	matched, numbers, n := 0, 0, 0
	different := map[string]bool{}
	for _, s := range sample {
		if s == "" {
			continue
		}
		n++
		different[s] = true
		if personalText.MatchString(s) {
			matched++
		}
		if _, ok := figure(s); ok {
			numbers++
		}
	}
	return n >= 3 && 2*matched > n || n > MaxLevels && 2*numbers < n && 10*len(different) > 9*n
}
