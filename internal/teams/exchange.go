// Who is due for exchange, who is exempt, and the two ratios.

package teams

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// State is how somebody stands towards the duty to move.
type State string

const (
	Due     State = "due"      // 符合条件: long enough here, and not exempt
	Exempt  State = "exempt"   // long enough, and exempt
	NotYet  State = "not_yet"  // not long enough
	Unclear State = "unclear"  // something that decides is not known
	Outside State = "not_held" // the duty is not theirs
)

// States are in the order in which they are shown.
var States = []register.Term{
	{ID: string(Due), Text: edu.Text{ZH: "符合条件", EN: "Due"}},
	{ID: string(Exempt), Text: edu.Text{ZH: "豁免", EN: "Exempt"}},
	{ID: string(Unclear), Text: edu.Text{ZH: "无法判断", EN: "Not known"}},
	{ID: string(NotYet), Text: edu.Text{ZH: "年限未满", EN: "Not long enough"}},
	{ID: string(Outside), Text: edu.Text{ZH: "不在范围", EN: "Not held to it"}},
}

// Judged is a person towards the duty to move, with the reason.
type Judged struct {
	Person  *register.Staff
	School  *School // nil where it is not known
	State   State
	Reason  edu.Text
	Years   int // whole, in this school, on the day; -1 if unknown
	Head    bool
	Scope   bool // works in an urban or good school, over whom the ratio is
	Placed  bool // it is known whether that is so
	Retires edu.Date
	Doubt   bool // due, while nobody said when people like this retire
	Move    *Exchange
}

// Ratio is a share with what it is made of, held to a line.
type Ratio struct {
	Num, Den int
	Percent  float64 // NaN where there is nothing to divide by
	Line     Param
	Verdict  edu.Verdict
	Lacks    int // how many more would reach the line
}

func ratio(num, den int, line Param) Ratio {
	r := Ratio{Num: num, Den: den, Percent: math.NaN(), Line: line, Verdict: edu.Exempt}
	if den == 0 {
		return r
	}
	r.Percent = 100 * float64(num) / float64(den)
	// Whole persons are compared, so that a percentage that was rounded decides nothing.
	need := int(math.Ceil(line.Value*float64(den)/100 - 1e-9))
	if r.Lacks = max(0, need-num); r.Lacks == 0 {
		r.Verdict = edu.Met
	} else {
		r.Verdict = edu.Short
	}
	return r
}

// Round is a summer's exchange.
type Round struct {
	Year    int // of the summer
	People  []Judged
	Count   map[State]int // of all
	InScope map[State]int // of urban and good schools
	Doubts  int           // due, while nobody said when people like this retire
	Unknown int           // due, of schools of which nobody said whether they are urban

	Moved    Ratio // moved and due, of the due
	Backbone Ratio // backbone teachers of the moved
	Planned  Ratio // as Moved would be with what is planned
	Apart    []Apart
}

// Apart is an exchange that does not count, with the reason.
type Apart struct {
	Move   Exchange
	Reason edu.Text
}

// Input is what a summer is worked out from.
type Input struct {
	Rules   Rules
	Staff   []register.Staff // of one year, one line a person
	Schools []School
	Moves   []Exchange
	More    []More
	Lessons []Lesson // of the county's own plan; empty where it has none
}

func (in *Input) schools() map[edu.UnitID]*School {
	out := make(map[edu.UnitID]*School, len(in.Schools))
	for i := range in.Schools {
		out[in.Schools[i].ID] = &in.Schools[i]
	}
	return out
}

// HeadOf tells whether somebody is a secretary or principal: whoever has a term.
func HeadOf(s *register.Staff) bool { return s.HeadSince != 0 || s.HeadTerms > 0 }

// Judge says how somebody stands towards the duty to move on a day.
func (r *Rules) Judge(s *register.Staff, day edu.Date) Judged {
	j := Judged{Person: s, Years: -1, Head: HeadOf(s)}
	if s.Since != 0 && s.Since <= day {
		j.Years = monthsFrom(s.Since, day) / 12
	}
	j.Retires, _ = r.Retires(s)
	set := func(st State, zh, en string, args ...any) Judged {
		j.State, j.Reason = st, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
		return j
	}
	switch {
	case !slices.Contains(r.Categories, s.Category):
		return set(Outside, "人员类别不在交流范围", "the duty is not for this kind of employment")
	case s.Post != "teacher" && !j.Head:
		return set(Outside, "不是专任教师，也不是书记校长", "neither a full-time teacher nor a head")
	case s.Duty == "lent" || s.Duty == "studying" || s.Duty == "away":
		w := WordOf(register.Duties, s.Duty)
		return set(Outside, "%[1]s，不在本校任教", "%[2]s, not teaching here", w.ZH, w.EN)
	}
	var long edu.Text
	if j.Head {
		if s.HeadTerms == 0 {
			return set(Unclear, "干部任期届数未填", "how many terms is not said")
		}
		if float64(s.HeadTerms) < r.Terms.Value {
			return set(NotYet, "任职%d届，未满%s届", "%d terms of %s", s.HeadTerms, short(r.Terms.Value))
		}
		if !r.servedBy(s, day) {
			m := r.served(s).Time()
			return set(NotYet, "第%d届任期至%d年%d月，届时满%s届", "term %d ends in %d-%02d, the last of %s", s.HeadTerms, m.Year(), int(m.Month()), short(r.Terms.Value))
		}
		long = edu.Text{ZH: fmt.Sprintf("书记校长在本校任职%d届", s.HeadTerms), EN: fmt.Sprintf("head here for %d terms", s.HeadTerms)}
	} else {
		switch {
		case s.Since == 0:
			return set(Unclear, "本校起始年月未填", "since when is not said")
		case j.Years < 0:
			return set(NotYet, "本校起始年月晚于核定日", "comes to this school later")
		case float64(j.Years) < r.Years.Value:
			return set(NotYet, "在本校连续%d年，未满%s年", "%d years here of %s", j.Years, short(r.Years.Value))
		}
		long = edu.Text{ZH: fmt.Sprintf("在本校连续%d年", j.Years), EN: fmt.Sprintf("%d years here", j.Years)}
	}
	switch s.Hold {
	case "pregnant", "nursing":
		return set(Exempt, "孕期或哺乳期", "in pregnancy or nursing")
	case "ill":
		return set(Exempt, "重病", "seriously ill")
	}
	switch {
	case s.Duty == "maternity":
		return set(Exempt, "产假（孕期或哺乳期）", "on maternity leave")
	case j.Retires != 0 && j.Retires < addMonths(day, int(r.Near.Value*12)):
		m := j.Retires.Time()
		return set(Exempt, "%d年%d月退休，距退休不足%s年", "retires in %d-%02d, within %s years", m.Year(), int(m.Month()), short(r.Near.Value))
	case s.Duty == "ill":
		return set(Unclear, "病休，是否属重病须由人核定", "on sick leave: whether it is serious illness is for a person to say")
	}
	j.State, j.Reason, j.Doubt = Due, long, j.Retires == 0
	return j
}

func short(v float64) string { return fmt.Sprintf("%g", v) }

// Exchanges works out a summer: everybody's state, and the ratios of what took
// place. A move counts where the person was due and left an urban or good school.
func Exchanges(in *Input, summer int) *Round {
	day := Summer(summer)
	schools := in.schools()
	out := &Round{Year: summer, Count: map[State]int{}, InScope: map[State]int{}}
	at := map[register.PersonID]int{}
	for i := range in.Staff {
		j := in.Rules.Judge(&in.Staff[i], day)
		j.School = schools[in.Staff[i].Unit]
		j.Scope, j.Placed = in.scope(j.School)
		out.Count[j.State]++
		if j.Scope {
			out.InScope[j.State]++
		}
		if j.Doubt {
			out.Doubts++
		}
		if j.State == Due && !j.Placed {
			out.Unknown++
		}
		at[in.Staff[i].Person] = len(out.People)
		out.People = append(out.People, j)
	}
	moved, planned, backbone := 0, 0, 0
	gone := map[register.PersonID]bool{}
	moves := slices.Clone(in.Moves)
	// What took place goes before what is planned: one person counts once.
	slices.SortStableFunc(moves, func(a, b Exchange) int {
		return cmp.Or(cmp.Compare(b2i(a.Stage != Done), b2i(b.Stage != Done)), cmp.Compare(a.Begins, b.Begins), cmp.Compare(a.ID, b.ID))
	})
	for i := range moves {
		x := &moves[i]
		if !x.InSummer(summer) || x.Stage == Called {
			continue
		}
		apart := func(zh, en string) { out.Apart = append(out.Apart, Apart{*x, edu.Text{ZH: zh, EN: en}}) }
		k, there := at[x.Person]
		switch {
		case !there:
			apart("不在当年教职工名册中", "not on the register of the year")
			continue
		case gone[x.Person]:
			apart("同一人当年已计一次", "counted once already")
			continue
		case out.People[k].Person.Unit != x.From:
			apart("原校与名册所在单位不同", "leaves another school than the register says")
			continue
		}
		gone[x.Person] = true
		out.People[k].Move = x
		switch j := &out.People[k]; {
		case !in.Rules.counts(x.Way):
			apart("该交流方式不计入", "this way does not count")
		case !j.Scope:
			apart("原校不是城镇学校或优质学校", "leaves neither an urban nor a good school")
		case j.State != Due:
			apart("本人不属符合条件人员："+j.Reason.ZH, "was not due: "+j.Reason.EN)
		case x.Stage == Planned:
			planned++
		default:
			moved++
			if j.Person.Backbone != "" {
				backbone++
			}
		}
	}
	out.Moved = ratio(moved, out.InScope[Due], in.Rules.Share)
	out.Planned = ratio(moved+planned, out.InScope[Due], in.Rules.Share)
	out.Backbone = ratio(backbone, moved, in.Rules.Backbone)
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// scope tells whether the ratio is over a school: it is urban, or called good.
func (in *Input) scope(s *School) (inside, known bool) {
	if s == nil {
		return false, false
	}
	if s.Good || slices.Contains(in.Rules.Good, s.ID) {
		return true, true
	}
	return s.Urban()
}
