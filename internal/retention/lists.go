package retention

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// The closed lists of a case, in the order of the form (forms §6).

type (
	// Source is how a case was found (发现途径).
	Source string
	// Cause is why a child stays away (原因).
	Cause string
	// Way is how somebody tried to bring a child back.
	Way string
	// Part is what somebody who takes part is: cases name nobody.
	Part string
	// Saw is whom a visit met (见到谁).
	Saw string
	// Result is what a visit came to.
	Result string
	// Legal is a step of the legal path (法定程序).
	Legal string
	// Kind is where a child is placed (安置).
	Kind string
	// Excuse is a kind of exception (不计入).
	Excuse string
	// Ground is what an exception rests on (事由).
	Ground string
)

const (
	ByAttendance Source = "attendance"
	ByComparison Source = "comparison"
	ByVisit      Source = "visit"
	ByTransfer   Source = "transfer"
	ByReport     Source = "report"

	SameClass  Kind = "same_class"
	OtherSeat  Kind = "transfer"
	Vocational Kind = "vocational"
	HomeTaught Kind = "home"
	Special    Kind = "special"

	Educate  Legal = "educate"
	Correct  Legal = "correct"
	Penalise Legal = "penalise"
	Court    Legal = "court"

	Deferral  Excuse = "deferral"
	Exemption Excuse = "exemption"
	Leave     Excuse = "leave"
	Incapable Excuse = "incapable"

	Promised Result = "promised"
)

func term(id, zh, en string) register.Term {
	return register.Term{ID: id, Text: edu.Text{ZH: zh, EN: en}}
}

var (
	Sources = []register.Term{
		term("attendance", "考勤", "Attendance"), term("comparison", "比对", "Comparison of lists"), term("visit", "走访", "House visit"),
		term("transfer", "转学无回执", "Transfer without receipt"), term("report", "举报", "Report by somebody"),
	}
	Causes = []register.Term{
		term("weary", "厌学", "Weary of school"), term("work", "务工", "Working"), term("marriage", "早婚", "Early marriage"), term("family", "家庭变故", "Change in the family"),
		term("illness", "疾病", "Illness"), term("moved", "外出未转学", "Left without a transfer"), term("other", "其他", "Other"),
	}
	Ways = []register.Term{
		term("home", "入户走访", "Visit at home"), term("phone", "电话", "Telephone"), term("video", "视频", "Video call"), term("workplace", "务工地走访", "Visit at a workplace"), term("letter", "函件", "Letter"),
	}
	Parts = []register.Term{
		term("county", "县级干部", "County official"), term("township", "乡镇干部", "Township official"), term("village", "村（社区）干部", "Village official"), term("group", "村民小组长", "Head of a villagers' group"),
		term("bureau", "教体局干部", "Bureau staff"), term("head", "校长", "Principal"), term("grade", "年级组长", "Head of grade"), term("class", "班主任", "Class teacher"), term("teacher", "教师", "Teacher"),
		term("police", "公安民警", "Police"), term("justice", "司法人员", "Judicial staff"), term("league", "团委、妇联", "Youth league, women's federation"), term("relative", "亲属", "Relative"),
	}
	Saws = []register.Term{
		term("child", "学生本人", "The child"), term("guardian", "监护人", "A guardian"), term("both", "学生和监护人", "The child and a guardian"), term("relative", "其他亲属", "Another relative"), term("nobody", "未见到", "Nobody"),
	}
	Results = []register.Term{
		term("promised", "同意返校", "Agreed to come back"), term("undecided", "犹豫", "Undecided"), term("refused", "拒绝", "Refused"), term("not_found", "未联系上", "Not reached"),
	}
	Legals = []register.Term{
		term("educate", "宣传教育", "Instruction in the law"), term("correct", "责令改正", "Order to correct"), term("penalise", "行政处罚", "Administrative penalty"), term("court", "司法程序", "Court proceedings"),
	}
	Kinds = []register.Term{
		term("same_class", "原班就读", "The former class"), term("transfer", "转学", "Another school"), term("vocational", "职教融合班", "Vocational class"), term("home", "送教上门", "Taught at home"), term("special", "专门教育", "Special education"),
	}
	Excuses = []register.Term{
		term("deferral", "缓学", "Entry deferred"), term("exemption", "免学", "Exempted"), term("leave", "休学", "On leave"), term("incapable", "失能", "Not able to study"),
	}
	Grounds = []register.Term{
		term("illness", "重大疾病", "Grave illness"), term("disability", "重度残疾", "Severe disability"), term("mental", "精神疾病", "Mental illness"),
	}
)

// Word gives what people say for a word of a closed list.
func Word[T ~string](list []register.Term, id T) edu.Text {
	for _, t := range list {
		if t.ID == string(id) {
			return t.Text
		}
	}
	return edu.Text{ZH: string(id), EN: string(id)}
}

func known[T ~string](list []register.Term, id T) bool {
	return slices.ContainsFunc(list, func(t register.Term) bool { return t.ID == string(id) })
}

// legalOrder are the steps of the legal path, each only after the one before it.
var legalOrder = []Legal{Educate, Correct, Penalise, Court}
