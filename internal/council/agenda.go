package council

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Matter is something that the next meeting could have to hear of. Whoever has
// the tasks and the plan makes them; this package only says what to put on the
// agenda.
type Matter struct {
	Kind  MatterKind
	Body  edu.Text // whose it is; the zero Text while that is open
	Title string
	Days  int    // that it is late
	Ref   string // address of the task, the target or the meeting
}

// MatterKind is why something should be heard.
type MatterKind string

// Kinds of matters, in the order in which an agenda has them.
const (
	LeftOver MatterKind = "leftover" // 上次会议遗留
	Overdue  MatterKind = "overdue"  // 逾期
	Missed   MatterKind = "missed"   // 未按期报进展
	Behind   MatterKind = "behind"   // 指标落后于目标
)

// Suggestion is an item that the agenda could have, with its reason in figures.
type Suggestion struct {
	Kind    MatterKind
	Title   edu.Text
	Why     edu.Text
	Matters []Matter // those that are behind it, the latest first
}

// Suggest makes items of an agenda from what is late, missed or behind: one item
// a kind, not one a matter, because a meeting hears a report and not a list.
func Suggest(all []Matter) (out []Suggestion) {
	for _, kind := range []struct {
		kind   MatterKind
		zh, en string
	}{
		{LeftOver, "关于上次会议议定事项落实情况的汇报", "What has come of the last meeting's decisions"},
		{Overdue, "关于逾期任务的情况汇报和下一步安排", "Tasks past their due day, and what follows"},
		{Missed, "关于未按期报送进展单位的情况通报", "Bodies whose progress reports are missing"},
		{Behind, "关于落后于年度目标的指标的分析", "Indicators that are behind the year's target"},
	} {
		var of []Matter
		for _, m := range all {
			if m.Kind == kind.kind {
				of = append(of, m)
			}
		}
		if len(of) == 0 {
			continue
		}
		slices.SortStableFunc(of, func(a, b Matter) int {
			return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Body.ZH, b.Body.ZH), cmp.Compare(a.Title, b.Title))
		})
		s := Suggestion{Kind: kind.kind, Title: edu.Text{ZH: kind.zh, EN: kind.en}, Matters: of}
		s.Why = edu.Text{ZH: fmt.Sprintf("%d项：%s", len(of), perBody(of, "zh", "、", "项")), EN: fmt.Sprintf("%d: %s", len(of), perBody(of, "en", ", ", ""))}
		if late := of[0].Days; late > 0 {
			s.Why.ZH += fmt.Sprintf("；最长逾期%d天", late)
			s.Why.EN += fmt.Sprintf("; at most %d days late", late)
		}
		out = append(out, s)
	}
	return out
}

// perBody counts matters by body, the most first.
func perBody(of []Matter, lang, between, unit string) string {
	count := map[string]int{}
	var names []string
	for _, m := range of {
		name := cmp.Or(m.Body.In(lang), edu.Text{ZH: "待定", EN: "open"}.In(lang))
		if count[name]++; count[name] == 1 {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	const most = 5
	more := ""
	if len(names) > most {
		names, more = names[:most], "…"
	}
	for i, n := range names {
		names[i] = fmt.Sprintf("%s %d", n, count[n]) + unit
	}
	return strings.Join(names, between) + more
}
