package duty

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/incident"
)

// Sheet is what a school says of a list in a term or a year.
type Sheet struct {
	List   string
	Unit   edu.UnitID
	Period edu.Period
	Rev    int `json:"-"`
	Marks  map[string]Mark
	Counts map[string]int
}

// Mark is what is said of one duty.
type Mark struct {
	Done   edu.Date // when it was seen to, the last time; 0 while it was not
	Times  int      `json:",omitempty"` // of a duty that is counted
	By     Post     // who saw to it
	Number string   `json:",omitempty"` // of the school's own document
	Remark string   `json:",omitempty"` // at most MaxRemark characters; none on a list of numbers only
}

// MaxRemark is how long a remark may be: enough for a reason, too short for a case.
const MaxRemark = 40

// number is the shape of a document's number: 示例教〔2025〕3号.
var number = regexp.MustCompile(`^[\p{Han}A-Za-z]{1,20}〔(19|20)[0-9]{2}〕[0-9]{1,4}号$`)

// TidyNumber writes the brackets of a document's number as they are printed.
func TidyNumber(s string) string {
	return strings.NewReplacer("[", "〔", "［", "〔", "(", "〔", "（", "〔", "]", "〕", "］", "〕", ")", "〕", "）", "〕", " ", "", "第", "").Replace(strings.TrimSpace(s))
}

// Tidy brings what was typed into its form and drops what says nothing.
func (s *Sheet) Tidy() {
	for id, m := range s.Marks {
		m.Number, m.Remark = TidyNumber(m.Number), strings.TrimSpace(m.Remark)
		if m.Done == 0 && m.Times == 0 && m.Number == "" && m.Remark == "" {
			delete(s.Marks, id)
			continue
		}
		s.Marks[id] = m
	}
}

// Wrong is everything that is wrong with a sheet of a school with some stages.
func (s *Sheet) Wrong(l *List, stages []edu.Stage, today edu.Date) (why []edu.Text) {
	for _, id := range slices.Sorted(maps.Keys(s.Marks)) {
		m, it := s.Marks[id], l.Item(id)
		if it == nil || !it.asks(stages) {
			return append(why, edu.Text{ZH: "清单中没有这一项", EN: "there is no such duty on the list"})
		}
		add := func(bad bool, zh, en string) {
			if bad {
				why = append(why, edu.Text{ZH: it.Text.ZH + "：" + zh, EN: it.Text.EN + ": " + en})
			}
		}
		add(m.Done > today, "完成日期还没有到", "the day has not come yet")
		add(m.Done != 0 && !m.By.Known(), "未选责任岗位", "the post is missing")
		add(it.Least == 0 && m.Times != 0, "这一项不填次数", "no number of times is asked")
		add(it.Least > 0 && (m.Times < 0 || m.Times > 99), "次数应为0至99", "the number of times is not 0 to 99")
		add(it.Least > 0 && m.Times > 0 && m.Done == 0, "未填日期", "the day is missing")
		add(it.Least > 0 && m.Done != 0 && m.Times == 0, "未填次数", "the number of times is missing")
		add(m.Number != "" && !number.MatchString(m.Number), "文号应为“某某〔2025〕3号”的形式", "a document number is like 某某〔2025〕3号")
		add(l.Numbers && m.Remark != "", "本清单只填文号，不填备注", "this list takes document numbers and no remark")
		add(utf8.RuneCountInString(m.Remark) > MaxRemark, fmt.Sprintf("备注不能超过%d字", MaxRemark), fmt.Sprintf("a remark has at most %d characters", MaxRemark))
		add(incident.Personal(m.Remark), "备注中不填证件号和电话", "no identity number and no telephone in a remark")
	}
	for _, id := range slices.Sorted(maps.Keys(s.Counts)) {
		n := s.Counts[id]
		i := slices.IndexFunc(l.Counts, func(c Count) bool { return c.ID == id })
		switch {
		case i < 0:
			why = append(why, edu.Text{ZH: "清单中没有这个数", EN: "there is no such count on the list"})
		case n < 0 || n > 100_000:
			why = append(why, edu.Text{ZH: l.Counts[i].Text.ZH + "：不是人数", EN: l.Counts[i].Text.EN + ": no number of persons"})
		}
	}
	return why
}

// Standing is how a duty stands.
type Standing string

const (
	Open Standing = "open" // nothing is said
	Less Standing = "less" // not as often as it is to be
	Done Standing = "done"
)

// On is how a duty stands on a sheet.
func (s *Sheet) On(it *Item) Standing {
	m, ok := s.Marks[it.ID]
	switch {
	case !ok || m.Done == 0:
		return Open
	case m.Times < it.Least:
		return Less
	}
	return Done
}

// Progress is how far a sheet is. It knows what was done and what is owed, and
// nothing that a rank could be made of.
type Progress struct{ Done, Owed int }

// Progress counts the duties of a school with some stages. A count that the list
// asks is one of them.
func (s *Sheet) Progress(l *List, stages []edu.Stage) (p Progress) {
	for _, it := range l.For(stages) {
		p.Owed++
		if s.On(it) == Done {
			p.Done++
		}
	}
	if p.Owed == 0 {
		return p
	}
	for _, c := range l.Counts {
		p.Owed++
		if _, ok := s.Counts[c.ID]; ok {
			p.Done++
		}
	}
	return p
}

// Whole tells that nothing is owed any more.
func (p Progress) Whole() bool { return p.Done >= p.Owed }

// Add adds the progress of another sheet.
func (p *Progress) Add(o Progress) { p.Done, p.Owed = p.Done+o.Done, p.Owed+o.Owed }
