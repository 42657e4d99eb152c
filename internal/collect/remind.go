package collect

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Reminders go out three working days and one working day before a filing is
// due and one working day after: T-3, T-1, T+1.

// Moment is when a reminder goes out, in working days from the due day.
type Moment int

// Moments are all of them, the earliest first.
var Moments = []Moment{-3, -1, 1}

// staleAfter is for how many working days a reminder that was missed is still
// worth sending: a server that was off over a holiday catches up, one that meets
// last year's forms keeps silent.
const staleAfter = 5

func (m Moment) String() string { return fmt.Sprintf("T%+d", int(m)) }

// Waiting is a filing that has not been handed in, as reminders see it.
type Waiting struct {
	Issue string
	Form  edu.Text
	Due   edu.Date
	Place Place
}

// Nudge is a reminder that is due now.
type Nudge struct {
	Waiting
	Moment Moment
	// Key names the reminder: the same one never goes out twice, and an extended
	// deadline has its own.
	Key string
}

// Nudges gives the reminders that are due: of each filing the latest whose day
// has come. Nothing goes out at night or on a day off.
func Nudges(list []Waiting, cal *Calendar, now time.Time) []Nudge {
	today := Today(now)
	if !cal.Working(today) || now.Before(Opens(today)) || now.After(Closes(today)) {
		return nil
	}
	var out []Nudge
	for _, w := range list {
		if w.Due == 0 {
			continue
		}
		for _, m := range slices.Backward(Moments) {
			day := cal.AddWorking(w.Due, int(m))
			if day > today {
				continue
			}
			if m < 0 && today <= w.Due || m > 0 && cal.WorkingBetween(day, today) <= staleAfter {
				out = append(out, Nudge{w, m, strings.Join([]string{"remind", w.Issue, string(w.Place.Unit), m.String(), w.Due.String()}, ":")})
			}
			break
		}
	}
	return out
}

// PaperLink is the page of a unit's paper.
func PaperLink(issue string, unit edu.UnitID) string {
	return "/work/" + url.PathEscape(issue) + "/" + url.PathEscape(string(unit))
}

// Message is what the account that fills the paper is told.
func (n Nudge) Message(account string, now time.Time) Message {
	unit := n.Place.Name
	due := n.Due.String()
	m := Message{Account: account, ID: n.Key, At: now, Kind: "remind", Link: PaperLink(n.Issue, n.Place.Unit)}
	if n.Moment > 0 {
		m.Title = edu.Text{ZH: "已逾期：" + n.Form.ZH, EN: "Overdue: " + n.Form.In("en")}
		m.Body = edu.Text{
			ZH: fmt.Sprintf("%s的%s应于%s前报送，至今未报。请尽快报送；确有困难的，请向县区申请延期。", unit.ZH, n.Form.ZH, due),
			EN: fmt.Sprintf("%s of %s was due on %s and has not been handed in. Hand it in now, or ask the county for more time.", n.Form.In("en"), unit.In("en"), due),
		}
		return m
	}
	days := -int(n.Moment)
	m.Title = edu.Text{ZH: fmt.Sprintf("还有%d个工作日：%s", days, n.Form.ZH), EN: fmt.Sprintf("Due in %d working days: %s", days, n.Form.In("en"))}
	if days == 1 {
		m.Title = edu.Text{ZH: "还有1个工作日：" + n.Form.ZH, EN: "Due in one working day: " + n.Form.In("en")}
	}
	m.Body = edu.Text{
		ZH: fmt.Sprintf("%s的%s请于%s前报送。", unit.ZH, n.Form.ZH, due),
		EN: fmt.Sprintf("Hand in %s of %s by %s.", n.Form.In("en"), unit.In("en"), due),
	}
	return m
}

// Mail is the message as a mail to an address.
func (m Message) Mail(to, lang, site string) Mail {
	body := m.Body.In(lang)
	if site != "" && m.Link != "" {
		body += "\n\n" + strings.TrimSuffix(site, "/") + m.Link
	}
	return Mail{ID: m.ID + "@" + m.Account, To: to, Subject: m.Title.In(lang), Body: body, State: MailWaiting, Made: m.At, Next: m.At}
}

// Contact is whom late units may call.
type Contact struct{ Name, Phone string }

// Chase is the text that a clerk pastes into a chat group (催报): which units
// have not handed in, by when they must, and whom to call. Units of another
// county than the first are told apart by its name.
func Chase(form edu.Text, late []Place, now time.Time, until edu.Date, who Contact) edu.Text {
	late = slices.Clone(late)
	slices.SortStableFunc(late, func(a, b Place) int { return cmp.Compare(a.Code, b.Code) })
	several := slices.ContainsFunc(late, func(p Place) bool { return p.County != late[0].County })
	name := func(p Place, lang string) string {
		n := p.Name.In(lang)
		if several && p.Level > edu.County {
			if lang == "en" {
				return n + " (" + p.CountyName.In(lang) + ")"
			}
			return p.CountyName.In(lang) + n
		}
		return n
	}
	var zh, en []string
	for _, p := range late {
		zh, en = append(zh, name(p, "zh")), append(en, name(p, "en"))
	}
	at := now.In(China)
	text := edu.Text{
		ZH: fmt.Sprintf("【催报】截至%d月%d日%02d:%02d，%s未报单位%d个：%s。", at.Month(), at.Day(), at.Hour(), at.Minute(), form.ZH, len(late), strings.Join(zh, "、")),
		EN: fmt.Sprintf("[Reminder] As of %s, %d units have not handed in %s: %s.", at.Format("2006-01-02 15:04"), len(late), form.In("en"), strings.Join(en, ", ")),
	}
	if len(late) == 0 {
		return edu.Text{
			ZH: fmt.Sprintf("截至%d月%d日%02d:%02d，%s已全部报送。", at.Month(), at.Day(), at.Hour(), at.Minute(), form.ZH),
			EN: fmt.Sprintf("As of %s, everybody has handed in %s.", at.Format("2006-01-02 15:04"), form.In("en")),
		}
	}
	u := until.Time()
	text.ZH += fmt.Sprintf("请于%d月%d日前报送，联系人%s%s。", u.Month(), u.Day(), who.Name, who.Phone)
	text.EN += fmt.Sprintf(" Please hand in by %s; contact %s.", until, strings.TrimSpace(who.Name+" "+who.Phone))
	return text
}
