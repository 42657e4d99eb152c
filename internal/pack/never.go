// What no pack may ask, whoever writes it.

package pack

import (
	"regexp"

	"shuren/internal/edu"
)

// Results of entrance examinations are never kept: neither scores nor rates. A
// question that is answered by yes or no, such as whether a school recruits by
// examination, is no result.
var (
	examResult = regexp.MustCompile(`(?i)(中考|高考|升学考试|入学考试|选拔考试|统考|联考|entrance[ _-]?exam\w*|gaokao|zhongkao).{0,12}(分|成绩|率|排名|名次|人数|score|mark|result|rate|rank)` +
		`|上线率|上线人数|一本率|二本率|重点率|重本率|录取分数|投档线|清北`)
	// Nor is a pupil ever ranked.
	pupilRank = regexp.MustCompile(`(?i)学生(成绩)?(排名|名次|排位)|(年级|班级|校)(排名|名次)|pupil[ _-]?rank|rank[ _-]?of[ _-]?pupils?|class[ _-]?rank`)
)

// never says why an element may not be asked, empty where it may.
func never(e *Element) string {
	switch e.Type {
	case edu.TypeYesNo, edu.TypeChoice, edu.TypeDate:
		return ""
	}
	for _, s := range append([]string{e.ID, e.Name.ZH, e.Name.EN}, e.Headers...) {
		switch {
		case examResult.MatchString(s):
			return "scores and rates of entrance examinations are never kept"
		case pupilRank.MatchString(s):
			return "pupils are never ranked"
		}
	}
	return ""
}
