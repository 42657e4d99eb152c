package teams

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Param is a figure that people are held to, with where it stands.
type Param struct {
	Value    float64
	Source   string // document and article, or page
	Evidence string // V read in a source, S summary, M from memory, P practice, E our own
}

// sources are where the figures of [Default] stand, for readers of English.
var sources = map[string]string{
	headsRule: "Teachers [2014] No. 4 (reprint of Anhui)",
	"教师〔2014〕4号 豁免情形（凭记忆）": "Teachers [2014] No. 4, exemptions (from memory)",
	ratioRule:    "Teachers [2014] No. 4; Supervision [2017] No. 6, guarantees, item 11",
	trainingRule: "Rules of further education of teachers; Supervision [2017] No. 6, guarantees, item 9",
	"教督〔2017〕6号 政府保障程度第9项": "Supervision [2017] No. 6, guarantees, item 9",
	"国办发〔2008〕133号（凭记忆）":   "General Office [2008] No. 133 (from memory)",
}

const (
	headsRule    = "教师〔2014〕4号（安徽转载）"
	ratioRule    = "教师〔2014〕4号；教督〔2017〕6号 政府保障程度第11项"
	trainingRule = "中小学教师继续教育规定；教督〔2017〕6号 政府保障程度第9项"
)

// Basis is where a figure stands. What a county entered stays as it was entered.
func (p Param) Basis() edu.Text {
	return edu.Text{ZH: p.Source, EN: cmp.Or(sources[p.Source], p.Source)}
}

// Rules are the figures by which staff are counted. A county changes them with its
// own documents; what it has not entered stays empty and is not made up.
type Rules struct {
	Years     Param // in one school, from which somebody is due for exchange
	Terms     Param // of a head
	Near      Param // years before retirement in which nobody must move
	Share     Param // per cent of those due in urban and good schools, moved a year
	Backbone  Param // per cent of those moved
	Hours     Param // of training in a cycle
	Cycle     Param // years of a cycle
	BasicPart Param // per cent of merit pay that is basic

	Categories []string // 人员类别 that the duty to move holds for
	Ways       []string // of exchange, that count

	TermYears  Param        // length of a head's term; 0 until the county says
	CycleFrom  edu.Date     // first day of the cycle of training; 0 until the county says
	CycleBasis string       // by which document
	Retirement []Retirement // empty until the county says
	Good       []edu.UnitID // schools that the county calls good (优质学校)
	GoodBasis  string       // by which list
	Allowance  Param        // of class teachers, yuan a month; 0 until somebody says
}

// Retirement is a line of the county's table of ages: who was born in these days
// retires at this age. The gradual rise is entered line by line, with its document.
type Retirement struct {
	Sex    register.Sex
	Post   string   // one of register.PostKinds; empty for all
	From   edu.Date // of birth; 0 is without beginning
	Until  edu.Date // 0 is without end
	Months int      // age in months
	Basis  string
}

// Default are the figures that were found in documents, and nothing beside them.
var Default = Rules{
	Years:      Param{6, headsRule, "V"},
	Terms:      Param{2, headsRule, "V"},
	Near:       Param{5, "教师〔2014〕4号 豁免情形（凭记忆）", "M"},
	Share:      Param{10, ratioRule, "V"},
	Backbone:   Param{20, ratioRule, "V"},
	Hours:      Param{360, trainingRule, "S"},
	Cycle:      Param{5, trainingRule, "S"},
	BasicPart:  Param{70, "国办发〔2008〕133号（凭记忆）", "M"},
	Categories: []string{"established"},
	Ways:       []string{Transfer, Support, Walking, Shadowing, Group},
}

// Problems says what of the rules cannot stand.
func (r *Rules) Problems() (out []edu.Text) {
	add := func(zh, en string, args ...any) {
		out = append(out, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
	}
	for i, l := range r.Retirement {
		switch {
		case l.Sex == register.UnknownSex:
			add("退休年龄第%d行没有性别", "line %d of retirement has no sex", i+1)
		case l.Months < 40*12 || l.Months > 75*12:
			add("退休年龄第%d行的年龄不在40至75岁之间", "line %d of retirement: the age is not from 40 to 75", i+1)
		case strings.TrimSpace(l.Basis) == "":
			add("退休年龄第%d行没有依据", "line %d of retirement has no document", i+1)
		case l.From != 0 && l.Until != 0 && l.Until < l.From:
			add("退休年龄第%d行的出生日期起止颠倒", "line %d of retirement ends before it begins", i+1)
		}
	}
	for _, p := range []struct {
		zh, en string
		p      Param
	}{{"任期年数", "the length of a term", r.TermYears}, {"班主任津贴", "the class teachers' allowance", r.Allowance}} {
		if p.p.Value < 0 || p.p.Value != p.p.Value {
			add("%[1]s不能为负", "%[2]s is below 0", p.zh, p.en)
		}
		if p.p.Value > 0 && strings.TrimSpace(p.p.Source) == "" {
			out = append(out, edu.Text{ZH: p.zh + "没有依据", EN: p.en + " has no document"})
		}
	}
	if r.CycleFrom != 0 && strings.TrimSpace(r.CycleBasis) == "" {
		add("培训周期起始日没有依据", "the first day of the training cycle has no document")
	}
	if len(r.Good) > 0 && strings.TrimSpace(r.GoodBasis) == "" {
		add("优质学校名单没有依据", "the list of good schools has no document")
	}
	return out
}

// Retires is the month in which somebody retires, as its first day; false where the
// county has said nothing about people born then.
func (r *Rules) Retires(s *register.Staff) (edu.Date, bool) {
	if s.Born == 0 || s.Sex == register.UnknownSex {
		return 0, false
	}
	for _, l := range r.Retirement {
		if l.Sex == s.Sex && (l.Post == "" || l.Post == s.Post) && (l.From == 0 || l.From <= s.Born) && (l.Until == 0 || s.Born <= l.Until) {
			return addMonths(s.Born, l.Months), true
		}
	}
	return 0, false
}

// served is when the last of the terms after which a head moves is over: 0 until the
// county has said how long a term is.
func (r *Rules) served(s *register.Staff) edu.Date {
	if !(r.TermYears.Value > 0) || s.HeadSince == 0 || s.HeadTerms <= 0 {
		return 0
	}
	left := r.Terms.Value - float64(s.HeadTerms) + 1 // the present term included
	return addMonths(s.HeadSince, int(left*r.TermYears.Value*12))
}

// servedBy tells whether a head has the terms behind them on a day. Until the county
// has said how long a term is, their number alone decides.
func (r *Rules) servedBy(s *register.Staff, day edu.Date) bool {
	return s.HeadTerms > 0 && float64(s.HeadTerms) >= r.Terms.Value && r.served(s) <= day
}

// counts tells whether a way of exchange counts.
func (r *Rules) counts(way string) bool { return slices.Contains(r.Ways, way) }

// addMonths is the first day of the month that many months on: registers know months.
func addMonths(d edu.Date, months int) edu.Date {
	t := d.Time()
	return edu.DateOf(time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC))
}

// monthsFrom is how many whole months lie between two days, by the month.
func monthsFrom(a, b edu.Date) int {
	x, y := a.Time(), b.Time()
	return (y.Year()-x.Year())*12 + int(y.Month()) - int(x.Month())
}

// Summer is the day by which the years of a summer's exchange are counted: the
// first of September, on which the new school year begins.
func Summer(year int) edu.Date {
	return edu.DateOf(time.Date(year, time.September, 1, 0, 0, 0, 0, time.UTC))
}
