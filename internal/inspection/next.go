package inspection

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// HazardOptions are what an act comes with.
type HazardOptions struct {
	Text    string
	Measure string
	Control string
	Person  string // 责任人
	Own     bool   // the one who acts answers for it
	Sum     float64
	Funds   string
	Due     edu.Date
	Photos  []string
	Task    string // id of the task that it becomes
	Sent    string
}

// Report makes a hazard that somebody found outside an inspection: a school that
// looked itself, or what was reported.
func Report(h Hazard, env Env) (Hazard, HazardEvent, error) {
	var no lacks
	h.Text, h.Part, h.Control = strings.TrimSpace(h.Text), strings.TrimSpace(h.Part), strings.TrimSpace(h.Control)
	if h.Text == "" || utf8.RuneCountInString(h.Text) > maxProblem {
		no.say(fmt.Sprintf("请写明隐患，不超过%d字", maxProblem), fmt.Sprintf("describe the hazard in at most %d characters", maxProblem))
	}
	no.numbers(typed, h.Text, h.Part, h.Control)
	if h.Part == "" || utf8.RuneCountInString(h.Part) > maxPart {
		no.say(fmt.Sprintf("请写明部位，不超过%d字", maxPart), fmt.Sprintf("say where, in at most %d characters", maxPart))
	}
	if len(h.Before) > maxPhotos || len(h.After) > maxPhotos {
		no.say(fmt.Sprintf("照片不得超过%d张", maxPhotos), fmt.Sprintf("at most %d photos", maxPhotos))
	}
	if h.Category == "" {
		no.say("请选择类别", "choose the category")
	}
	if h.Source != FromSchool && h.Source != FromReport {
		no.say("请选择来源", "choose how it was found")
	}
	if h.FoundAt == 0 || h.FoundAt > env.Today {
		no.say("发现日期不能为空，也不能晚于今天", "the day on which it was found is wanted, and cannot lie in the future")
	}
	if h.Major && h.Control == "" {
		no.say("重大隐患整改前须有管控措施", "a major hazard needs a measure that controls it until it is mended")
	}
	if h.Spot {
		if len(h.After) == 0 {
			no.say("当场整改须有1张照片", "what was mended on the spot needs a photo")
		}
		if h.Major {
			no.say("重大隐患不能当场销号，须限期整改并复查", "a major hazard is not closed on the spot: it is mended by a limit and checked again")
		}
	} else if h.Due < h.FoundAt || h.Due == 0 {
		no.say("限期整改须填发现日及以后的时限", "give a limit that is not before the day on which it was found")
	}
	if err := no.err(); err != nil {
		return h, HazardEvent{}, err
	}
	h.Rev, h.State, h.FirstDue, h.Holder, h.Since, h.Made, h.Changed, h.By = 1, ToMend, h.Due, HeldBySchool, env.Now, env.Now, env.Now, env.Account
	if h.Spot {
		h.State, h.Due, h.FirstDue, h.MendedAt, h.ClosedAt = Closed, 0, 0, h.FoundAt, h.FoundAt
	}
	return h, HazardEvent{Rev: 1, At: env.Now, By: env.Account, Name: env.Name, Act: Note, From: h.State, To: h.State, Text: h.Text, Due: h.Due, Photos: append(slices.Clone(h.Before), h.After...), Holder: h.Holder}, nil
}

// Next gives a hazard as it is after an act, and the line of its history. It is the
// only function that changes a state. side are all sides on which the actor stands.
func Next(h Hazard, act HazardAct, side Side, o HazardOptions, env Env) (Hazard, HazardEvent, error) {
	shown := h.Shown(env.Today)
	step, ok := FindStep(h.State, shown, act)
	if !ok {
		return h, HazardEvent{}, auth.Refuse(fault.Conflict, "隐患"+shown.Name().ZH+"，不能"+cmp.Or(act.Name().ZH, string(act)), "the hazard is "+shown.Name().EN+": "+cmp.Or(act.Name().EN, string(act))+" is not possible")
	}
	if side&step.By == 0 {
		return h, HazardEvent{}, auth.Refuse(fault.Forbidden, "您不能"+act.Name().ZH, "you may not "+act.Name().EN)
	}
	for _, p := range []*string{&o.Text, &o.Measure, &o.Control, &o.Person, &o.Funds} {
		*p = strings.TrimSpace(*p)
	}
	m := hazardMove{h: h, o: o, env: env, side: side}
	for _, s := range []string{o.Text, o.Measure, o.Control} {
		if utf8.RuneCountInString(s) > maxProblem {
			m.no.say(fmt.Sprintf("文字不得超过%d字", maxProblem), fmt.Sprintf("at most %d characters", maxProblem))
		}
	}
	m.no.numbers(typed, o.Text, o.Measure, o.Control, o.Person, o.Funds)
	if len(o.Photos) > maxPhotos {
		m.no.say(fmt.Sprintf("照片不得超过%d张", maxPhotos), fmt.Sprintf("at most %d photos", maxPhotos))
	}
	hazardDoing[act](&m)
	if m.refused != nil {
		return h, HazardEvent{}, m.refused
	}
	if err := m.no.err(); err != nil {
		return h, HazardEvent{}, err
	}
	n := &m.h
	n.State, n.Rev, n.Changed = cmp.Or(step.To, h.State), h.Rev+1, env.Now
	if n.State != h.State || n.Holder != h.Holder {
		n.Since = env.Now
	}
	return *n, HazardEvent{Rev: n.Rev, At: env.Now, By: env.Account, Name: env.Name, Act: act, From: h.State, To: n.State, Text: cmp.Or(o.Text, o.Measure), Due: n.Due, Sum: o.Sum, Photos: o.Photos, Holder: n.Holder, Sent: o.Sent}, nil
}

// HazardActs are what somebody may do with a hazard now, in the order of a page.
func HazardActs(h Hazard, side Side, env Env) (out []HazardAct) {
	shown := h.Shown(env.Today)
	for _, a := range []HazardAct{Take, Mend, Pass, Reply, Accept, Refuse, List, Escalate, Extend, Note} {
		st, ok := FindStep(h.State, shown, a)
		if !ok || side&st.By == 0 {
			continue
		}
		switch {
		case (a == Accept || a == Refuse) && h.answers(env), a == Escalate && h.Task != "", a == List && h.Listed.Day != 0, a == Pass && h.Holder.above() == "":
			continue
		case a == Accept && h.Listed.Day != 0 && side&SideKeeper == 0:
			continue
		}
		out = append(out, a)
	}
	return out
}

// answers tells that somebody answers for mending a hazard, or mended it: they do
// not check it.
func (h *Hazard) answers(env Env) bool {
	by := func(account string) bool { return account != "" && account == env.Account }
	return by(h.PersonBy) || by(h.MendedBy) || h.Person != "" && strings.EqualFold(h.Person, env.Name)
}

type hazardMove struct {
	h       Hazard
	o       HazardOptions
	env     Env
	side    Side
	no      lacks
	refused error
}

var hazardDoing = map[HazardAct]func(*hazardMove){
	Take: (*hazardMove).take, Mend: (*hazardMove).mend, Pass: (*hazardMove).pass, Reply: (*hazardMove).answer, Accept: (*hazardMove).accept, Refuse: (*hazardMove).refuse,
	List: (*hazardMove).list, Escalate: (*hazardMove).escalate, Extend: (*hazardMove).extend, Note: (*hazardMove).note,
}

func (m *hazardMove) until(d edu.Date) {
	if d == 0 || d < m.env.Today {
		m.no.say("请填今天及以后的时限", "give a limit that is not in the past")
		return
	}
	m.h.Due = d
}

// owner takes who answers for it and how it is mended, as they are given or known.
func (m *hazardMove) owner() {
	h, o := &m.h, m.o
	if o.Person != "" {
		h.Person, h.PersonBy = o.Person, ""
		if o.Own || strings.EqualFold(o.Person, m.env.Name) {
			h.PersonBy = m.env.Account
		}
	}
	h.Measure, h.Control = cmp.Or(o.Measure, h.Measure), cmp.Or(o.Control, h.Control)
	if h.Person == "" || utf8.RuneCountInString(h.Person) > maxName {
		m.no.say("请填写责任人姓名", "give the name of who answers for it")
	}
	if h.Measure == "" {
		m.no.say("请填写整改措施", "say by what measure")
	}
	if h.Major && h.Control == "" {
		m.no.say("重大隐患整改前须有管控措施", "a major hazard needs a measure that controls it until it is mended")
	}
}

func (m *hazardMove) take() { m.owner() }

func (m *hazardMove) mend() {
	m.owner()
	h := &m.h
	if h.Holder != HeldBySchool {
		m.refused = auth.Refuse(fault.Conflict, "隐患已上报，待上级答复后再报整改完成", "the hazard was passed up: it is answered before it can be mended")
		return
	}
	if len(m.o.Photos) == 0 {
		m.no.say("限期整改须有整改后照片", "what is mended by a limit needs a photo of it mended")
	}
	h.After, h.MendedAt, h.MendedBy = slices.Clone(m.o.Photos), m.env.Today, m.env.Account
}

func (m *hazardMove) pass() {
	h, o := &m.h, m.o
	up := h.Holder.above()
	if up == "" {
		m.refused = auth.Refuse(fault.Conflict, "市级之上不再上报", "there is nobody above the city to pass it up to")
		return
	}
	if !(o.Sum > 0) || math.IsInf(o.Sum, 0) || o.Sum > 1e10 {
		m.no.say("上报待解决须写明所需资金（元）", "what is passed up carries the sum that is needed, in yuan")
	}
	if o.Text == "" {
		m.no.say("请说明为何不能自行整改", "say why it cannot be mended here")
	}
	h.Control = cmp.Or(o.Control, h.Control)
	if h.Major && h.Control == "" {
		m.no.say("重大隐患整改前须有管控措施", "a major hazard needs a measure that controls it until it is mended")
	}
	m.until(o.Due)
	h.Sum, h.Holder = o.Sum, up
}

func (m *hazardMove) answer() {
	h, o := &m.h, m.o
	if o.Text == "" {
		m.no.say("请写明如何解决", "say how it is solved")
	}
	if o.Funds == "" || utf8.RuneCountInString(o.Funds) > 100 {
		m.no.say("请写明资金来源；不需资金的也请写明", "say where the money comes from, or that none is needed")
	}
	if o.Sum > 0 && !math.IsInf(o.Sum, 0) {
		h.Sum = o.Sum
	}
	m.until(o.Due)
	h.Funds, h.Holder = o.Funds, HeldBySchool
}

func (m *hazardMove) accept() {
	h := &m.h
	m.other()
	if h.Listed.Day != 0 && m.side&SideKeeper == 0 {
		m.refused = auth.Refuse(fault.Forbidden, "挂牌督办的隐患由挂牌单位销号", "a hazard on the list is closed by those who keep the list")
	}
	if len(h.After) == 0 {
		m.no.say("没有整改后照片，不能销号", "without a photo of it mended it is not closed")
	}
	if m.o.Text == "" {
		m.no.say("请填写复查结论", "write what the re-check found")
	}
	h.Rechecker, h.RecheckBy, h.RecheckAt, h.Conclusion, h.ClosedAt = m.env.Name, m.env.Account, m.env.Today, m.o.Text, m.env.Today
}

// other refuses a re-check by the one who answers for the hazard or mended it.
func (m *hazardMove) other() {
	if m.h.answers(m.env) {
		m.refused = auth.Refuse(fault.Forbidden, "复查人不能是责任人或报整改的人", "who answers for a hazard, or mended it, does not check it")
	}
}

func (m *hazardMove) refuse() {
	h := &m.h
	m.other()
	if m.o.Text == "" {
		m.no.say("请写明哪里不到位", "say what is still wrong")
	}
	m.until(m.o.Due)
	h.Rechecker, h.RecheckBy, h.RecheckAt, h.Conclusion = m.env.Name, m.env.Account, m.env.Today, m.o.Text
	h.After, h.MendedAt = nil, 0
}

func (m *hazardMove) list() {
	if m.h.Listed.Day != 0 {
		m.refused = auth.Refuse(fault.Conflict, "已挂牌督办", "it is on the list already")
		return
	}
	if m.o.Text == "" {
		m.no.say("请写明挂牌督办的依据", "say on what ground")
	}
	m.h.Listed = Listing{By: m.env.Account, Name: m.env.Name, Day: m.env.Today, Why: m.o.Text}
}

func (m *hazardMove) escalate() {
	if m.h.Task != "" {
		m.refused = auth.Refuse(fault.Conflict, "已转督办", "it is under supervision already")
		return
	}
	if m.o.Task == "" {
		m.no.say("没有督办任务", "there is no task")
	}
	m.h.Task = m.o.Task
}

func (m *hazardMove) extend() {
	if m.o.Text == "" {
		m.no.say("请说明理由", "say why")
	}
	m.until(m.o.Due)
}

func (m *hazardMove) note() {
	if m.o.Text == "" {
		m.no.say("请填写备注", "write the note")
	}
}
