package incident

import (
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Next is the incident after a further entry by a side. now is when it is typed.
// What was entered before stays as it was.
func Next(x Incident, e Entry, by Side, now time.Time) (Incident, error) {
	i := slices.IndexFunc(Steps, func(s Step) bool {
		return s.Act == e.Act && (s.From == nil && x.State == "" || slices.Contains(s.From, x.State))
	})
	if i < 0 {
		n := x.State.Name()
		return x, auth.Refuse(fault.Conflict, "事件现为“"+n.ZH+"”，不能这样办理", "the incident is in the state “"+n.EN+"”, from which this cannot be done")
	}
	step := Steps[i]
	if step.By&by == 0 {
		return x, auth.Refuse(fault.Forbidden, "这一步由"+sideName(step.By).ZH+"办理", "this is done by "+sideName(step.By).EN)
	}
	if e.Sent != "" && slices.ContainsFunc(x.Entries, func(o Entry) bool { return o.Sent == e.Sent }) {
		return x, nil // the same form sent twice
	}
	e.Text, e.Number, e.To.Name, e.To.Post = strings.TrimSpace(e.Text), strings.TrimSpace(e.Number), strings.TrimSpace(e.To.Name), strings.TrimSpace(e.To.Post)
	if e.Facts != nil {
		f := *e.Facts
		f.Place, f.What = strings.TrimSpace(f.Place), strings.TrimSpace(f.What)
		if l, ok := LevelOf(f.Harm); ok {
			f.Level = graver(f.Level, l) // figures raise a level and never lower it
		}
		e.Facts = &f
	}
	e.Entered = now
	if e.At.IsZero() && e.Act != Phone && e.Act != Write && e.Act != Pass {
		e.At = now
	}
	if why := x.wrong(step, &e, now); len(why) > 0 {
		return x, &auth.Refusal{Kind: fault.Invalid, Texts: why}
	}
	x.Rev++
	e.Rev = x.Rev
	if step.To != "" {
		x.State = step.To
	}
	x.Entries = append(slices.Clone(x.Entries), e)
	return x, nil
}

func sideName(s Side) edu.Text {
	if s == Above {
		return edu.Text{ZH: "上级主管部门", EN: "the level above"}
	}
	return edu.Text{ZH: "学校", EN: "the school"}
}

// wrong is everything that is wrong with a further entry.
func (x *Incident) wrong(step Step, e *Entry, now time.Time) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(step.Text && e.Text == "", "未填说明", "the words are missing")
	why = append(why, checkText(edu.Text{ZH: "说明", EN: "the text"}, e.Text, MaxText)...)
	add(!e.At.IsZero() && e.At.After(now), "时间还没有到", "the time has not come yet")
	f := x.Facts()
	switch e.Act {
	case Record:
		add(e.Facts == nil, "未填事件情况", "what happened is missing")
	case Phone:
		add(e.At.IsZero(), "未填电话首报时间", "the time of the call is missing")
		add(!e.At.IsZero() && e.At.Before(f.Known), "电话首报早于知悉时间", "the call is before the incident was known")
		add(e.To.Name == "", "未填接听人姓名", "who took the call is missing")
		add(e.To.Post == "", "未填接听人单位和职务", "the body and post of who took the call is missing")
	case Write:
		add(e.At.IsZero(), "未填书面报告时间", "the time of the written report is missing")
		add(!e.At.IsZero() && e.At.Before(f.Known), "书面报告早于知悉时间", "the written report is before the incident was known")
	case Pass:
		add(e.At.IsZero(), "未填上报时间", "the time of passing on is missing")
		add(!e.At.IsZero() && e.At.Before(x.firstAt(Phone)), "上报早于电话首报", "it was passed on before the first call")
		add(e.To.Post == "", "未填上报到的单位", "to whom it was passed on is missing")
	case Follow, Finish:
		add(e.At.Before(x.firstAt(Phone)), "时间早于电话首报", "the time is before the first call")
	case Correct:
		add(e.Facts == nil && e.Of == 0, "未说明更正什么", "what is put right is not said")
		if e.Of != 0 {
			why = append(why, x.wrongTime(e)...)
		}
	case Accept:
		i := len(x.Entries) - 1
		for ; i >= 0 && x.Entries[i].Act != Finish; i-- {
		}
		add(i >= 0 && e.Account != "" && x.Entries[i].Account == e.Account, "终报人不能核定自己的终报", "whoever made the final report does not accept it")
	case Return, Reopen:
	}
	for _, s := range []string{e.To.Name, e.To.Post, e.Number} {
		why = append(why, checkText(edu.Text{ZH: "接听人或文号", EN: "the call or the number"}, s, maxShort)...)
	}
	if e.Facts != nil {
		why = append(why, e.Facts.wrong(now)...)
		add(e.Act == Correct && !x.firstAt(Phone).IsZero() && e.Facts.Known.After(x.firstAt(Phone)), "知悉时间晚于电话首报", "it was known after the first call")
	}
	return why
}

// wrongTime looks at an entry that puts the time of another one right.
func (x *Incident) wrongTime(e *Entry) (why []edu.Text) {
	i := slices.IndexFunc(x.Entries, func(o Entry) bool { return o.Rev == e.Of })
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	timed := i >= 0 && slices.Contains([]Act{Phone, Write, Follow, Pass}, x.Entries[i].Act)
	add(!timed, "没有可更正时间的这条记录", "there is no such entry with a time")
	add(timed && e.At.Before(x.firstKnown()), "更正后的时间早于知悉时间", "the time is before the incident was known")
	return why
}

func (f *Facts) wrong(now time.Time) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(!slices.Contains(Kinds, f.Kind), "未选事件类型", "the kind is missing")
	add(!slices.Contains(Levels, f.Level), "未选等级", "the level is missing")
	add(f.Place == "", "未填地点部位", "the place is missing")
	add(f.What == "", "未填简要经过", "what happened is missing")
	add(f.Happened.IsZero(), "未填发生时间", "when it happened is missing")
	add(f.Known.IsZero(), "未填知悉时间", "when it was known is missing")
	add(f.Happened.After(now) || f.Known.After(now), "时间还没有到", "the time has not come yet")
	add(!f.Known.IsZero() && f.Known.Before(f.Happened), "知悉时间早于发生时间", "it was known before it happened")
	add(f.Dead < 0 || f.Hurt < 0 || f.Dead > maxPeople || f.Hurt > maxPeople || !(f.Loss >= 0 && f.Loss <= 1e7), "人数或损失不对", "a count or the loss is wrong")
	why = append(why, checkText(edu.Text{ZH: "地点部位", EN: "the place"}, f.Place, maxShort)...)
	return append(why, checkText(edu.Text{ZH: "简要经过", EN: "what happened"}, f.What, MaxText)...)
}
