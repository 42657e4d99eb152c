package todo

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"shuren/internal/edu"
)

func day(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edu.DateOf(t)
}

func item(id, due string) Item {
	i := Item{Kind: Paper, ID: id, Do: edu.Text{ZH: "填报", EN: "Fill"}, Title: edu.Text{ZH: "typed-" + id}, Outside: edu.Text{ZH: "学年表", EN: "annual return"}, Link: "/work/" + id}
	if due != "" {
		i.Due = day(due)
	}
	return i
}

func TestWhenOf(t *testing.T) {
	for _, tt := range []struct {
		name, today, due string
		want             When
	}{
		{"yesterday", "2026-11-26", "2026-11-25", Overdue},
		{"today", "2026-11-26", "2026-11-26", Today},
		{"Sunday of a Thursday", "2026-11-26", "2026-11-29", Week},
		{"Monday after it", "2026-11-26", "2026-11-30", Later},
		{"on a Sunday the week is over", "2026-11-29", "2026-11-30", Later},
		{"a Monday has its week", "2026-11-30", "2026-12-06", Week},
		{"no day", "2026-11-26", "", Open},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := WhenOf(item("a", tt.due), day(tt.today)); got != tt.want {
				t.Errorf("%v, want %v", got.Name().EN, tt.want.Name().EN)
			}
		})
	}
}

// However items come, the groups hold each of them once, in the order of their
// days, and say the same.
func TestGroupsHoldAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := day("2026-11-26")
		items := make([]Item, rapid.IntRange(0, 30).Draw(t, "n"))
		for k := range items {
			items[k] = item(fmt.Sprint(k), "")
			if rapid.Bool().Draw(t, "dated") {
				items[k].Due = today + edu.Date(rapid.IntRange(-20, 20).Draw(t, "due"))
			}
			items[k].Lamp, items[k].N = Lamp(rapid.IntRange(0, 2).Draw(t, "lamp")), rapid.IntRange(0, 3).Draw(t, "n of")
		}
		mixed := rapid.Permutation(items).Draw(t, "order")
		groups, seen, total := Groups(mixed, today), map[string]bool{}, 0
		last := edu.Date(0)
		for _, g := range groups {
			total += Count(g.Items)
			for _, i := range g.Items {
				if seen[i.ID] || WhenOf(i, today) != g.When || due(i) < last {
					t.Fatalf("%+v stands wrongly in %s", i, g.When.Name().EN)
				}
				seen[i.ID], last = true, due(i)
			}
		}
		if len(seen) != len(items) || total != Count(items) {
			t.Fatalf("%d of %d items, %d of %d things", len(seen), len(items), total, Count(items))
		}
		if a, b := fmt.Sprint(groups), fmt.Sprint(Groups(items, today)); a != b {
			t.Fatalf("in another order the groups are others:\n%s\n%s", a, b)
		}
	})
}

func TestDigest(t *testing.T) {
	today := day("2026-11-26")
	list := []Item{item("a", "2026-11-20"), item("b", "2026-11-26"), {Kind: Task, ID: "t", Do: edu.Text{ZH: "签收", EN: "Sign"}, Title: edu.Text{ZH: "某生失学"}, From: edu.Text{ZH: "typed"}}}
	list[1].N = 12
	subject, body, ok := Digest(list, today, "zh", "https://edu.example/")
	if !ok || subject != "待办：已逾期1项，今天12项，未定期限1项" {
		t.Errorf("%q %v", subject, ok)
	}
	for _, want := range []string{"您有待办14项", "\n已逾期（1）\n· 填报：学年表 2026-11-20\n", "· 填报：学年表 12份 2026-11-26\n", "· 签收：任务\n", "https://edu.example/todo\n", "我的账号"} {
		if !strings.Contains(body, want) {
			t.Errorf("the text lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "失学") || strings.Contains(body, "typed") {
		t.Errorf("what somebody typed leaves the system:\n%s", body)
	}
	subject, body, _ = Digest(list, today, "en", "")
	if subject != "To-dos: overdue 1, today 12, without a day 1" || !strings.Contains(body, "· Fill: annual return × 12 2026-11-26") || strings.Contains(body, "/todo") || strings.ContainsFunc(body, func(r rune) bool { return r > 0x2FFF }) {
		t.Errorf("%s\n%s", subject, body)
	}
	var many []Item
	for n := range 40 {
		many = append(many, item(fmt.Sprint(n), "2026-11-20"))
	}
	if _, body, _ := Digest(many, today, "zh", ""); !strings.Contains(body, "… 另有28项") || strings.Count(body, "·") != most {
		t.Errorf("forty items:\n%s", body)
	}
	if _, _, ok := Digest(nil, today, "zh", ""); ok {
		t.Error("a mail on a day without to-dos")
	}
}

// Another program's reader finds each item that has a day, on that day, whatever
// its words are; ids and typed words stay inside.
func TestCalendar(t *testing.T) {
	now := time.Date(2026, 11, 26, 1, 2, 3, 0, time.UTC)
	long := item("long", "2026-12-31")
	long.Outside = edu.Text{ZH: strings.Repeat("义务教育，优质均衡；发展\\督导\n", 20)}
	first := item("secret-id", "2026-11-28")
	list := []Item{item("open", ""), long, first}
	list[0].Title = edu.Text{ZH: "typed"}
	b := Calendar(list, now, "zh", "https://edu.example")
	for _, line := range bytes.Split(b, []byte("\r\n")) {
		if len(line) > 75 || !utf8.Valid(line) || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	if s := string(b); strings.Contains(s, "typed") || strings.Contains(s, "secret-id@") || strings.Contains(s, "UID:secret") {
		t.Error(s)
	}
	cal, err := goical.NewDecoder(bytes.NewReader(b)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	if v, err := cal.Props.Text(goical.PropVersion); v != "2.0" || err != nil {
		t.Errorf("version %q %v", v, err)
	}
	events := cal.Events()
	if len(events) != 2 {
		t.Fatalf("%d events, want 2", len(events))
	}
	uid := map[string]bool{}
	for k, want := range []struct{ summary, start, end, url string }{
		{"填报：学年表", "20261128", "20261129", "https://edu.example/work/secret-id"}, {strings.ReplaceAll("填报："+long.Outside.ZH, "\n", " "), "20261231", "20270101", "https://edu.example/work/long"},
	} {
		e := events[k]
		summary, err := e.Props.Text(goical.PropSummary)
		start, end := e.Props.Get(goical.PropDateTimeStart), e.Props.Get(goical.PropDateTimeEnd)
		if err != nil || summary != want.summary || start.Value != want.start || end.Value != want.end || start.Params.Get(goical.ParamValue) != "DATE" || e.Props.Get(goical.PropURL).Value != want.url {
			t.Errorf("%q %v %+v %+v; want %+v", summary, err, start, end, want)
		}
		if stamp, err := e.Props.DateTime(goical.PropDateTimeStamp, time.UTC); err != nil || !stamp.Equal(now) {
			t.Errorf("stamp %v %v", stamp, err)
		}
		id, _ := e.Props.Text(goical.PropUID)
		uid[id] = true
	}
	if len(uid) != 2 {
		t.Errorf("ids %v", uid)
	}
	first.Due++
	if again := Calendar([]Item{first}, now, "zh", ""); !bytes.Contains(again, []byte(firstUID(t, events))) {
		t.Error("an item whose day moved has another id")
	}
	if none := Calendar(nil, now, "en", ""); !bytes.Contains(none, []byte("END:VCALENDAR")) {
		t.Errorf("%q", none)
	}
}

func firstUID(t *testing.T, events []goical.Event) string {
	id, err := events[0].Props.Text(goical.PropUID)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func FuzzCalendar(f *testing.F) {
	f.Add("填报", "学年表\r\nBEGIN:VEVENT", "/work/1")
	f.Add("a;b,c\\", "\x00\x0b", "javascript:x")
	f.Fuzz(func(t *testing.T, do, outside, link string) {
		if !utf8.ValidString(do + outside + link) {
			return
		}
		i := Item{Kind: Task, ID: "1", Do: edu.Text{ZH: do}, Outside: edu.Text{ZH: outside}, Link: link, Due: 20000}
		cal, err := goical.NewDecoder(bytes.NewReader(Calendar([]Item{i}, time.Unix(0, 0), "zh", "https://edu.example"))).Decode()
		if err != nil || len(cal.Events()) != 1 {
			t.Errorf("%q %q %q: %v", do, outside, link, err)
		}
	})
}

// A digest goes out in both languages, Chinese first, so that whoever reads either
// knows what the mail is; of nothing there is none.
func TestDigestInBothLanguages(t *testing.T) {
	today := edu.Date(20000)
	items := []Item{{Kind: Task, ID: "a", Do: edu.Text{ZH: "签收", EN: "Sign for"}, Title: edu.Text{ZH: "甲", EN: "A"}, Due: today}}
	subject, body, ok := Both(items, today, "https://edu.example")
	zh, en, found := strings.Cut(subject, " / ")
	if !ok || !found || !strings.HasPrefix(zh, "待办：") || !strings.HasPrefix(en, "To-dos: ") {
		t.Errorf("subject %q", subject)
	}
	first, second := strings.Index(body, "您有待办1项"), strings.Index(body, "you have 1 to-dos")
	if first < 0 || second < first {
		t.Errorf("body %q", body)
	}
	if _, _, ok := Both(nil, today, ""); ok {
		t.Error("a digest of nothing")
	}
}
