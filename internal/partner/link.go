package partner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Kind is what a link is.
type Kind string

const (
	Group   Kind = "group"   // 教育集团: the lead school heads the group
	Custody Kind = "custody" // 托管帮扶: the lead school runs or helps to run the member
	Paired  Kind = "paired"  // 结对: partner schools
)

// Kinds lists the kinds in the order in which they are shown.
var Kinds = []Kind{Group, Custody, Paired}

// Name is what a kind is called.
func (k Kind) Name() edu.Text {
	switch k {
	case Group:
		return edu.Text{ZH: "教育集团", EN: "Education group"}
	case Custody:
		return edu.Text{ZH: "托管帮扶", EN: "Custody help"}
	case Paired:
		return edu.Text{ZH: "结对学校", EN: "Partner school"}
	}
	return edu.Text{ZH: string(k), EN: string(k)}
}

// Link says that a school leads or helps another one for some time. A link that
// was entered by mistake is undone and not deleted.
type Link struct {
	ID     string
	Kind   Kind
	Lead   edu.UnitID
	Member edu.UnitID
	From   edu.Date
	To     edu.Date // the first day on which it no longer holds; 0 while it lasts
	// Document is the number of the document that it rests on, and Closing that of
	// the one that ended it.
	Document string
	Closing  string

	By, ByName string
	At         time.Time
	Undone     time.Time // zero while it counts
	UndoneBy   string
}

// On tells whether the link holds on a day.
func (l *Link) On(d edu.Date) bool {
	return l.Undone.IsZero() && l.From <= d && (l.To == 0 || d < l.To)
}

// Same tells whether two links say the same, whoever entered them.
func (l *Link) Same(o *Link) bool {
	return l.Kind == o.Kind && l.Lead == o.Lead && l.Member == o.Member && l.From == o.From && l.To == o.To && l.Document == o.Document
}

// meets tells whether two links hold on a common day.
func (l *Link) meets(o *Link) bool {
	return l.Undone.IsZero() && o.Undone.IsZero() && (o.To == 0 || l.From < o.To) && (l.To == 0 || o.From < l.To)
}

const longest = 80 // characters of a document's number

// Check gives everything that is wrong with a new link beside those that there
// are.
func Check(l *Link, t *edu.Tree, links []Link) Problems {
	var out Problems
	bad := func(zh, en string) { out = append(out, Problem{Text: edu.Text{ZH: zh, EN: en}}) }
	if !slices.Contains(Kinds, l.Kind) {
		bad("未选关系类型", "the kind of link is missing")
	}
	if l.From == 0 {
		bad("未填开始日期", "the first day is missing")
	}
	for _, x := range []struct {
		id     edu.UnitID
		zh, en string
	}{{l.Lead, "牵头学校", "the lead school"}, {l.Member, "成员学校", "the member school"}} {
		switch u, ok := t.Unit(x.id); {
		case x.id == "":
			bad("未填"+x.zh, x.en+" is missing")
		case !ok || u.Level != edu.School:
			bad(x.zh+"不是本市登记的学校", x.en+" is not a school of the register")
		case l.From != 0 && !u.Exists(l.From):
			bad(fmt.Sprintf("%s在%s不存在", x.zh, l.From), fmt.Sprintf("%s does not exist on %s", x.en, l.From))
		}
	}
	if l.Lead != "" && l.Lead == l.Member {
		bad("牵头学校与成员学校相同", "a school cannot be linked with itself")
	}
	if l.To != 0 && l.To <= l.From {
		bad(fmt.Sprintf("结束日期%s不晚于开始日期%s", l.To, l.From), fmt.Sprintf("it ends on %s, not after its first day %s", l.To, l.From))
	}
	if l.Document = strings.TrimSpace(l.Document); l.Document == "" {
		bad("未填依据文号", "the document's number is missing")
	} else if utf8.RuneCountInString(l.Document) > longest {
		bad(fmt.Sprintf("文号超过%d字", longest), fmt.Sprintf("the document's number is longer than %d characters", longest))
	}
	for i := range links {
		o := &links[i]
		if o.Kind != l.Kind || o.ID == l.ID || !l.meets(o) {
			continue
		}
		switch {
		case o.Lead == l.Lead && o.Member == l.Member:
			bad(fmt.Sprintf("两校自%s起已有同类关系（%s）", o.From, o.Document), fmt.Sprintf("the two have had such a link since %s (%s)", o.From, o.Document))
		case o.Lead == l.Member && o.Member == l.Lead:
			bad(fmt.Sprintf("两校自%s起已有方向相反的同类关系（%s）", o.From, o.Document), fmt.Sprintf("the two have had such a link the other way round since %s (%s)", o.From, o.Document))
		}
	}
	return out
}

// Order puts links as they are shown: those that count first, then the newest.
func Order(links []Link) {
	slices.SortStableFunc(links, func(a, b Link) int {
		if a.Undone.IsZero() != b.Undone.IsZero() {
			if a.Undone.IsZero() {
				return -1
			}
			return 1
		}
		return cmp.Or(-cmp.Compare(a.From, b.From), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Lead, b.Lead), cmp.Compare(a.Member, b.Member), cmp.Compare(a.ID, b.ID))
	})
}

// Problem is something that the person who entered links can mend. Row is the
// row of a file, 0 for a form.
type Problem struct {
	Row  int
	Text edu.Text
}

// Problems are all that is wrong with what was entered.
type Problems []Problem

func (ps Problems) Error() string { return ps.In("en") }

// Unwrap says that whoever sent it can mend it.
func (ps Problems) Unwrap() error { return fault.Invalid }

// In gives the problems in a language.
func (ps Problems) In(lang string) string {
	sep := "; "
	if lang == "zh" {
		sep = "；"
	}
	lines := make([]string, len(ps))
	for i, p := range ps {
		if lines[i] = p.Text.In(lang); p.Row > 0 {
			at := edu.Text{ZH: fmt.Sprintf("第%d行：", p.Row), EN: fmt.Sprintf("row %d: ", p.Row)}
			lines[i] = at.In(lang) + lines[i]
		}
	}
	return strings.Join(lines, sep)
}
