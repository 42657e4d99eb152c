package council

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
)

// Limits of a meeting's document: it is read and written as a whole.
const (
	MaxPeople    = 400
	MaxItems     = 40
	MaxDecisions = 200
	MaxWords     = 600 // characters of a decision
	maxField     = 120
)

// marked finds a mark of a state secret as documents carry it: 机密★5年, 绝密.
var marked = regexp.MustCompile(`(绝密|机密|秘密)\s*(★|☆|\*|[0-9０-９]+\s*年)|密级\s*[:：]\s*(绝密|机密|秘密)|[\[【（(]\s*(绝密|机密|秘密)\s*[\]】）)]|^\s*(绝密|机密|秘密)\s*$|(?i)\btop secret\b`)

var noSecret = edu.Text{ZH: "含有国家秘密标志：本系统不处理涉密内容，涉密会议请按保密规定在涉密系统办理", EN: "bears the mark of a state secret: this system takes none; use the system that is made for it"}

// Secret tells whether a text bears the mark of a state secret.
func Secret(s string) bool { return marked.MatchString(s) }

// Problems is everything that is wrong with a meeting as it was typed.
func (m *Meeting) Problems() (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(m.Name == "", "未填会议名称", "the meeting's name is missing")
	add(m.Day == 0, "未填会议日期", "the day is missing")
	add(!clock(m.From), "开始时间应为14:30的形式", "the time at which it begins is not like 14:30")
	add(m.Until != "" && !clock(m.Until), "结束时间应为16:30的形式", "the time at which it ends is not like 16:30")
	add(clock(m.From) && clock(m.Until) && m.Until <= m.From, "结束时间应晚于开始时间", "it ends before it begins")
	add(m.Link != "" && !joins(m.Link), "入会链接应为https地址，且不含账号口令", "the join link is not an https address without a password")
	if m.Level != Internal && m.Level != Public {
		why = append(why, edu.Text{ZH: "密级只能为内部或公开：本系统不处理涉密内容", EN: "a meeting is internal or public: this system takes no state secrets"})
	}
	if m.Form != OnSite && m.Form != Video && m.Form != Mixed {
		why = append(why, edu.Text{ZH: "未选会议形式", EN: "the form is missing"})
	}
	add(len(m.People) > MaxPeople, fmt.Sprintf("参会人员不能超过%d人", MaxPeople), fmt.Sprintf("there are more than %d people", MaxPeople))
	add(len(m.Items) > MaxItems, fmt.Sprintf("议题不能超过%d项", MaxItems), fmt.Sprintf("there are more than %d items", MaxItems))
	at := map[edu.UnitID]bool{m.Unit: true}
	for _, v := range m.Venues {
		add(at[v.Unit], "同一分会场列了两次", "a venue is listed twice")
		at[v.Unit] = true
	}
	seen := map[string]bool{}
	for i, p := range m.People {
		add(!at[p.Unit], fmt.Sprintf("第%d位参会人员（%s）的会场不在会场名单中", i+1, p.Called()), fmt.Sprintf("person %d, %s, comes to a venue that is not listed", i+1, p.Called()))
		add(p.As != Member && p.As != Observer, fmt.Sprintf("第%d位参会人员未注明出席或列席", i+1), fmt.Sprintf("person %d is neither member nor observer", i+1))
		add(p.ID == "" || seen[p.ID], fmt.Sprintf("第%d位参会人员重复", i+1), fmt.Sprintf("person %d stands twice", i+1))
		seen[p.ID] = true
	}
	for i, it := range m.Items {
		add(strings.TrimSpace(it.Title) == "", fmt.Sprintf("第%d项议题未填题目", i+1), fmt.Sprintf("item %d has no title", i+1))
	}
	for _, s := range m.texts() {
		if Secret(s) {
			why = append(why, noSecret)
			break
		}
	}
	for _, s := range m.texts() {
		if utf8.RuneCountInString(s) > maxField && !strings.HasPrefix(s, "https://") {
			add(true, fmt.Sprintf("“%s…”超过%d字", cut(s, 20), maxField), fmt.Sprintf("%q… has more than %d characters", cut(s, 20), maxField))
		}
	}
	return why
}

// texts are all the words of a meeting that were typed, but for its decisions.
func (m *Meeting) texts() []string {
	out := []string{m.Name, m.Series, m.Session, m.Place, m.Chair, m.Recorder, m.Signer, m.Copies, m.Link}
	for _, v := range m.Venues {
		out = append(out, v.Place)
	}
	for _, p := range m.People {
		out = append(out, p.Name, p.Post, p.Body)
	}
	for _, i := range m.Items {
		out = append(out, i.Title, i.Reporter, i.Material)
	}
	return out
}

func clock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == 5
}

// joins tells whether a link can be shown: https, to a host, without user and
// password in it.
func joins(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= 500
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
