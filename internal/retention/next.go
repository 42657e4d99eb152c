package retention

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Options are what somebody says with an act. Which of them an act needs is in
// [Next].
type Options struct {
	Text     string
	Day      edu.Date // of what is told; 0 is today
	Absent   int
	Lost     bool
	Cause    Cause
	Guard    []Part
	Visit    Visit
	Notice   Notice
	Place    Placement
	Number   string // of a paper, or of the national platform
	Where    string
	Proof    string
	Except   Exception
	Receiver edu.UnitID // school for which a receipt is given
	Files    []string   // hashes of evidence that comes with the act
	For      int        // rev of the step to which Attach adds them
	Sent     string     // id that the client made: the same act sent twice is one
}

// Env is what a case is judged with: nothing of it is asked of the world.
type Env struct {
	Now      time.Time
	Calendar *collect.Calendar
	Rules    Rules
	// Level is of which level a unit is; ok is false where there is none.
	Level func(edu.UnitID) (level edu.Level, ok bool)

	By, Name string // account, and as shown
}

func (e Env) today() edu.Date { return collect.Today(e.Now) }

func (e Env) level(u edu.UnitID) (edu.Level, bool) {
	if e.Level == nil || u == "" {
		return 0, false
	}
	return e.Level(u)
}

// Begin opens a case: a suspicion. Everybody who follows cases up may.
func Begin(c Case, env Env) (Case, Event, error) {
	m := move{c: c, env: env, today: env.today()}
	c.Absent = max(c.Absent, 0)
	m.c.Found = cmp.Or(c.Found, m.today)
	switch {
	case c.Person == "":
		m.lack("没有选择学生", "no child is chosen")
	case c.County == "":
		m.lack("没有县（市、区）", "the county is missing")
	}
	m.past(m.c.Found, "发现日期", "the day on which it was found")
	m.word(known(Sources, c.Source), "请选择发现途径", "choose how it was found")
	m.word(known(Causes, c.Guess), "请选择初判原因", "choose the cause as it seems")
	m.parts(c.Guard)
	if c.Absent > 400 {
		m.lack("连续缺课天数不合理", "the days of absence are not possible")
	}
	m.c.State, m.c.Rev, m.c.Opened, m.c.Since, m.c.Made, m.c.Changed = Suspected, 1, m.today, m.today, env.Now, env.Now
	m.ev = Event{Rev: 1, At: env.Now, By: env.By, Name: env.Name, Act: Open, To: Suspected, Day: m.today}
	if m.kind != nil {
		return c, Event{}, &auth.Refusal{Kind: m.kind, Texts: m.lacks}
	}
	return m.c, m.ev, nil
}

// Next gives a case as it is after an act, and the line of its history. It is the
// only function that changes a state: what the table of steps does not have is
// refused, and so is an act whose needs are not met. side are all sides on which
// the actor stands.
func Next(c Case, act Act, side Side, o Options, env Env) (Case, Event, error) {
	step, ok := Row(c.State, act)
	if !ok {
		return c, Event{}, impossible(c, act)
	}
	if side&step.By == 0 {
		return c, Event{}, forbidden(act, step)
	}
	o.Text = strings.TrimSpace(o.Text)
	m := move{c: c, o: o, env: env, today: env.today(), side: side}
	if utf8.RuneCountInString(o.Text) > maxText || utf8.RuneCountInString(o.Where)+utf8.RuneCountInString(o.Proof)+utf8.RuneCountInString(o.Number) > 400 {
		m.lack(fmt.Sprintf("文字不得超过%d字", maxText), fmt.Sprintf("the text has more than %d characters", maxText))
	}
	for _, said := range []string{o.Text, o.Where, o.Proof, o.Visit.Place, o.Visit.Proof, o.Place.Outside, o.Except.Proof, o.Except.Approver} {
		if register.HasNumber(said) {
			m.lack("个案中不得写身份证号、学籍号、电话等个人号码", "no number of a person may stand in a case")
			break
		}
	}
	m.ev = Event{Rev: c.Rev + 1, At: env.Now, By: env.By, Name: env.Name, Act: act, From: c.State, To: cmp.Or(step.To, c.State), Day: m.today, Text: o.Text, Sent: o.Sent, Files: slices.Clone(o.Files)}
	doing[act](&m)
	if m.kind != nil {
		return c, Event{}, &auth.Refusal{Kind: m.kind, Texts: m.lacks}
	}
	if m.ev.To != c.State {
		m.c.Since = m.today
	}
	switch live := m.ev.To.Live(); {
	case !live && c.State.Live():
		m.c.Ended, m.c.EndedBy = m.today, env.Name
	case live:
		m.c.Ended, m.c.EndedBy = 0, ""
	}
	m.c.State, m.c.Rev, m.c.Changed = m.ev.To, m.ev.Rev, env.Now
	return m.c, m.ev, nil
}

// May lists the acts that the table offers on these sides, in its order. What else
// an act needs is said when it is tried.
func May(c Case, side Side) (out []Act) {
	for _, a := range Acts {
		if st, ok := Row(c.State, a); ok && st.By&side != 0 {
			out = append(out, a)
		}
	}
	return out
}

// maxText is how long what is said with an act may be, in characters.
const maxText = 2000

// impossible says why an act is not in the table for a state. Of closing it names
// what is lacking, since that is what people ask.
func impossible(c Case, act Act) error {
	if act == Close && c.State.Arrived() {
		return noReceipt()
	}
	return auth.Refuse(fault.Conflict, fmt.Sprintf("个案%s，不能%s", c.State.Name().ZH, cmp.Or(act.Name().ZH, string(act))),
		fmt.Sprintf("%s is not possible while the case is %s", cmp.Or(act.Name().EN, string(act)), c.State.Name().EN))
}

func noReceipt() error {
	return auth.Refuse(fault.Conflict, "没有接收学校回执，不能销号", "a case is not closed without the receipt of the receiving school")
}

func forbidden(act Act, step Step) error {
	if act == Notify {
		return auth.Refuse(fault.Forbidden, "法定文书只能由乡镇人民政府或县级教育行政部门发出，学校不得发出", "legal notices are sent by the township or the county bureau, never by a school")
	}
	who := edu.Text{ZH: "控辍保学专员", EN: "an officer of dropout prevention"}
	if step.By&Worker != 0 {
		who = edu.Text{ZH: "本校或控辍保学专员", EN: "the school or an officer of dropout prevention"}
	} else if step.By&Receiver != 0 {
		who = edu.Text{ZH: "接收学校", EN: "the receiving school"}
	}
	return auth.Refuse(fault.Forbidden, "只有"+who.ZH+"可以"+act.Name().ZH, "only "+who.EN+" may "+act.Name().EN)
}

// move is an act while it is worked out.
type move struct {
	c     Case
	ev    Event
	o     Options
	env   Env
	side  Side
	today edu.Date
	kind  error
	lacks []edu.Text
}

// lack notes a need that is not met.
func (m *move) lack(zh, en string) { m.no(fault.Invalid, zh, en) }

func (m *move) no(kind error, zh, en string) {
	if m.kind == nil || kind != fault.Invalid {
		m.kind = kind
	}
	m.lacks = append(m.lacks, edu.Text{ZH: zh, EN: en})
}

// word notes that a word is not of its closed list.
func (m *move) word(ok bool, zh, en string) {
	if !ok {
		m.lack(zh, en)
	}
}

// text notes that something that must be written is not.
func (m *move) text(s, zh, en string) {
	if strings.TrimSpace(s) == "" {
		m.lack("请填写"+zh, "give "+en)
	}
}

// past notes that a day lies ahead, or before any case of a child now at school.
func (m *move) past(d edu.Date, zh, en string) {
	if d > m.today || d < m.today-tooLong {
		m.lack(zh+"不能晚于今天，也不能早于12年前", en+" must not lie ahead, nor twelve years back")
	}
}

// tooLong are twelve years, longer than a child is at school: a day so far from
// another is a slip of the pen.
const tooLong = 12 * 366

func (m *move) parts(list []Part) {
	for _, p := range list {
		m.word(known(Parts, p), "没有参加人身份“"+string(p)+"”", "there is no such part as "+string(p))
	}
}
