package retention

import "shuren/internal/edu"

// RuleTerm is one of the rules in words: what it is, on whose word its default stands,
// and what another number does.
type RuleTerm struct {
	ID     string
	Name   edu.Text
	Unit   edu.Text
	Tag    string // evidence mark of the default
	Does   edu.Text
	Of     func(*Rules) *int
	Source edu.Text
}

var (
	days    = edu.Text{ZH: "天", EN: "days"}
	working = edu.Text{ZH: "个工作日", EN: "working days"}
	weeks   = edu.Text{ZH: "周", EN: "weeks"}
	months  = edu.Text{ZH: "个月", EN: "months"}
	judged  = edu.Text{ZH: "判断，没有文件规定", EN: "our judgement; no document says so"}
	usual   = edu.Text{ZH: "惯例，没有文件规定", EN: "practice; no document says so"}
)

// RuleTerms are the rules in the order of their page: warnings, clocks, reports.
var RuleTerms = []RuleTerm{
	{"amber_days", edu.Text{ZH: "连续缺课，黄色", EN: "Absent running, amber"}, days, "E", edu.Text{ZH: "达到后在考勤和个案中标黄", EN: "From then on attendance and cases are amber"}, func(r *Rules) *int { return &r.AmberDays }, judged},
	{"red_days", edu.Text{ZH: "连续缺课，红色", EN: "Absent running, red"}, days, "E", edu.Text{ZH: "达到后标红并列入待办", EN: "From then on they are red and among to-dos"}, func(r *Rules) *int { return &r.RedDays }, judged},
	{"weeks", edu.Text{ZH: "开学后未到校，黄色", EN: "Not appeared after the start of term, amber"}, weeks, "E", edu.Text{ZH: "开学超过后仍未到校的标黄", EN: "Who has not appeared by then is amber"}, func(r *Rules) *int { return &r.Weeks }, judged},
	{"leave_months", edu.Text{ZH: "休学超过，关注", EN: "On leave for more than, watched"}, months, "E", edu.Text{ZH: "超过后列为关注", EN: "A longer leave is watched"}, func(r *Rules) *int { return &r.LeaveMonths }, judged},
	{"receipt_days", edu.Text{ZH: "转出无回执，红色", EN: "Transferred without a receipt, red"}, days, "E", edu.Text{ZH: "转出个案超过后标红；也是接收学校回执的期限", EN: "A transfer is red after it; the receiving school has as long for its receipt"}, func(r *Rules) *int { return &r.ReceiptDays }, judged},
	{"check_days", edu.Text{ZH: "疑似核实期限", EN: "A suspicion is decided within"}, working, "P", edu.Text{ZH: "从立案起算，超过标黄", EN: "From the opening; amber after it"}, func(r *Rules) *int { return &r.CheckDays }, usual},
	{"first_days", edu.Text{ZH: "首次劝返期限", EN: "First persuasion within"}, working, "P", edu.Text{ZH: "从确认辍学起算，超过标黄", EN: "From confirming; amber after it"}, func(r *Rules) *int { return &r.FirstDays }, usual},
	{"again_days", edu.Text{ZH: "再次劝返期限", EN: "Next persuasion within"}, working, "P", edu.Text{ZH: "上次劝返没有约定日期时适用", EN: "Where the last one named no day"}, func(r *Rules) *int { return &r.AgainDays }, usual},
	{"term_weeks", edu.Text{ZH: "算作一学期的最少周数", EN: "Least weeks that count as a term"}, weeks, "P", edu.Text{ZH: "返校时本学期剩余不足的，观察到下学期末", EN: "Where less is left of a term, a child is observed to the end of the next"}, func(r *Rules) *int { return &r.TermWeeks }, usual},
	{"no_calendar", edu.Text{ZH: "没有校历时的观察期", EN: "Observed without a calendar"}, days, "P", edu.Text{ZH: "校历没有学期时按天数观察", EN: "Where the calendar has no term"}, func(r *Rules) *int { return &r.NoCalendar }, usual},
	{"close_days", edu.Text{ZH: "观察期满后销号期限", EN: "Closed after the term within"}, working, "P", edu.Text{ZH: "超过标黄", EN: "Amber after it"}, func(r *Rules) *int { return &r.CloseDays }, usual},
	{"remind_days", edu.Text{ZH: "缓学、免学、休学到期前提醒", EN: "Reminded before an exception ends"}, days, "P", edu.Text{ZH: "到期前列为关注", EN: "It is watched from then on"}, func(r *Rules) *int { return &r.RemindDays }, usual},
	{"zero_report_from", edu.Text{ZH: "零报告最早", EN: "Zero report opens"}, edu.Text{ZH: "天（月末前）", EN: "days before the month ends"}, "P", edu.Text{ZH: "从当月最后一个教学日往前数，此前不能报", EN: "Counted from the last school day of the month; none is taken before"}, func(r *Rules) *int { return &r.ZeroReportFrom }, usual},
	{"zero_report_on", edu.Text{ZH: "月报（零报告）截止", EN: "Monthly (zero) report by day"}, edu.Text{ZH: "日（次月）", EN: "of the next month"}, "P", edu.Text{ZH: "超过仍未报的列为逾期", EN: "A school that has not reported by then is late"}, func(r *Rules) *int { return &r.ZeroReportOn }, usual},
}
