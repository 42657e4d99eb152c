package council

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

func date(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edu.DateOf(t)
}

func TestTurns(t *testing.T) {
	d := Duty{ID: "1", Words: "听取汇报", Basis: "示例1号", Owner: "示例组", Every: Quarter, From: date("2024-11-15"), Marks: map[string]Done{"2024-Q4": {Day: date("2025-01-05")}, "2025-Q1": {Day: date("2025-03-31")}}}
	day := date("2025-07-02")
	var got []string
	for _, turn := range d.Turns(d.From, day) {
		got = append(got, turn.Key+" "+turn.First.String()+" "+turn.Last.String()+" "+string(turn.On(day)))
	}
	want := "2024-Q4 2024-10-01 2024-12-31 donelate|2025-Q1 2025-01-01 2025-03-31 done|2025-Q2 2025-04-01 2025-06-30 owed|2025-Q3 2025-07-01 2025-09-30 ahead"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
	for every, key := range map[Every]string{Month: "2025-07", Half: "2025-H2", Yearly: "2025"} {
		d.Every = every
		if ts := d.Turns(day, day); len(ts) != 1 || ts[0].Key != key {
			t.Errorf("%s: %+v", every, ts)
		}
	}
	d.Every, d.Until = Month, date("2025-02-10")
	if ts := d.Turns(day, day+400); len(ts) != 0 {
		t.Errorf("turns after its end: %+v", ts)
	}
	for _, tt := range []struct {
		name, key string
		k         Done
		wrong     string
	}{
		{"good", "2025-01", Done{Day: date("2025-01-20"), Evidence: "示例2号"}, ""},
		{"late is told and kept", "2025-01", Done{Day: date("2025-06-20"), Evidence: "示例2号"}, ""},
		{"a cycle that is none", "2025-13", Done{Day: date("2025-01-20"), Evidence: "示例2号"}, "no such cycle"},
		{"tomorrow", "2025-01", Done{Day: day + 1, Evidence: "示例2号"}, "not come yet"},
		{"before the cycle", "2025-01", Done{Day: date("2024-12-31"), Evidence: "示例2号"}, "before the cycle"},
		{"without evidence", "2025-01", Done{Day: date("2025-01-20")}, "evidence is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := d
			got := said(c.MarkDone(tt.key, tt.k, day))
			if tt.wrong == "" && (got != "" || c.Marks[tt.key].Day != tt.k.Day) || !strings.Contains(got, tt.wrong) {
				t.Errorf("%q, want %q", got, tt.wrong)
			}
			if tt.wrong == "" && len(d.Marks) != 2 {
				t.Error("the duty as it was has changed with it")
			}
		})
	}
}

// Cycles follow each other without gap or overlap, and every day of a span is in
// exactly one.
func TestTurnsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duty{Every: rapid.SampledFrom(Everies).Draw(t, "every"), From: edu.Date(rapid.IntRange(18000, 21000).Draw(t, "from"))}
		to := d.From + edu.Date(rapid.IntRange(0, 1500).Draw(t, "days"))
		ts := d.Turns(d.From, to)
		if len(ts) == 0 || ts[0].First > d.From || ts[0].Last < d.From || ts[len(ts)-1].Last < to || ts[len(ts)-1].First > to {
			t.Fatalf("%+v do not cover %s to %s", ts, d.From, to)
		}
		keys := map[string]bool{}
		for i, x := range ts {
			if keys[x.Key] {
				t.Fatalf("%s twice", x.Key)
			}
			keys[x.Key] = true
			if i > 0 && x.First != ts[i-1].Last+1 {
				t.Fatalf("%s begins on %s after %s", x.Key, x.First, ts[i-1].Last)
			}
		}
	})
}

// A double link is a day on which two links of a school hold: found by days, one
// by one.
func TestDoublesByDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Linked
		for i := range rapid.IntRange(0, 6).Draw(t, "n") {
			l := Linked{ID: string(rune('a' + i)), Leader: rapid.SampledFrom([]string{"甲", "乙"}).Draw(t, "leader"), School: rapid.SampledFrom([]edu.UnitID{"s1", "s2"}).Draw(t, "school"), From: edu.Date(rapid.IntRange(1, 30).Draw(t, "from"))}
			if rapid.Bool().Draw(t, "ends") {
				l.To = l.From + edu.Date(rapid.IntRange(0, 20).Draw(t, "for"))
			}
			all = append(all, l)
		}
		want := map[[2]string]bool{}
		for day := edu.Date(1); day < 60; day++ {
			for i := range all {
				for j := i + 1; j < len(all); j++ {
					if all[i].School == all[j].School && all[i].On(day) && all[j].On(day) {
						want[[2]string{all[i].ID, all[j].ID}] = true
					}
				}
			}
		}
		got := Doubles(all)
		for _, d := range got {
			if !want[[2]string{d.A.ID, d.B.ID}] || !d.A.On(d.From) || !d.B.On(d.From) || d.Same != (d.A.Leader == d.B.Leader) {
				t.Fatalf("%+v is no double", d)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d found, %d there are", len(got), len(want))
		}
	})
}

func TestVisitKeepsWhatBecameTasks(t *testing.T) {
	was := Visit{Problems: []Problem{{No: 1, Text: "旧", Made: "k"}, {No: 2, Text: "二"}, {No: 3, Text: "三"}}}
	now := Visit{Problems: []Problem{{No: 1, Text: "改"}, {No: 2, Text: "二改", Made: "forged"}, {Text: "新"}, {Text: "  "}}}
	now.Keep(&was)
	want := []Problem{{No: 1, Text: "旧", Made: "k"}, {No: 2, Text: "二改"}, {No: 4, Text: "新"}}
	if len(now.Problems) != len(want) {
		t.Fatalf("%+v", now.Problems)
	}
	for i := range want {
		if now.Problems[i] != want[i] {
			t.Errorf("%+v, want %+v", now.Problems[i], want[i])
		}
	}
}

// Two problems in the same words are two: each has a number, by which its task is made.
func TestProblemsInTheSameWordsAreTwo(t *testing.T) {
	was := Visit{Problems: []Problem{{No: 1, Text: "漏雨"}}}
	now := Visit{Problems: []Problem{{No: 1, Text: "漏雨"}, {No: 1, Text: "漏雨"}}}
	now.Keep(&was)
	if len(now.Problems) != 2 || now.Problems[0].No != 1 || now.Problems[1].No != 2 {
		t.Errorf("%+v", now.Problems)
	}
}

// The roll is of adults and units: what looks like a pupil's honour is refused.
func TestProblemsOfHonour(t *testing.T) {
	good := Honour{Who: "示例", Quality: Teacher, Title: "优秀教师", Level: Municipal, Year: 2025, Number: "示例3号"}
	for _, tt := range []struct {
		name  string
		alter func(*Honour)
		wrong string
	}{
		{"a teacher", func(*Honour) {}, ""},
		{"a unit", func(h *Honour) { h.Quality, h.Title = OfUnit, "学生资助工作先进单位" }, ""},
		{"a pupil by quality", func(h *Honour) { h.Quality = "pupil" }, "pupils are not on the roll"},
		{"a pupil by title", func(h *Honour) { h.Title = "三好学生" }, "adults and units only"},
		{"a pupil by category", func(h *Honour) { h.Category = "优秀少先队员" }, "adults and units only"},
		{"an examination", func(h *Honour) { h.Title = "中考状元" }, "adults and units only"},
		{"next year", func(h *Honour) { h.Year = 2026 }, "not between"},
		{"no number", func(h *Honour) { h.Number = "" }, "number is missing"},
		{"no rank", func(h *Honour) { h.Level = "" }, "level is not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := good
			tt.alter(&h)
			got := said(h.Problems(2025))
			if tt.wrong == "" && got != "" || !strings.Contains(got, tt.wrong) {
				t.Errorf("%q, want %q", got, tt.wrong)
			}
		})
	}
}

func readHonours(text string) ([]HonourLine, error) {
	lim := sheet.DefaultLimits
	lim.Rows, lim.Columns = 20000, 100
	return ReadHonours(context.Background(), io.NopCloser(bytes.NewReader([]byte(text))), lim, 2025)
}

func TestReadHonours(t *testing.T) {
	head := strings.Join(HonourHead(), ",") + "\n"
	got, err := readHonours("示例荣誉册\n" + head + "示例甲,教师,9901,优秀教师,市级,2024年,示例市政府,示例4号,师德\n,,,,,,,,\n示例学校,单位,,先进单位,省级,2023,,示例5号,\n示例乙,校(园)长,x,优秀校长,县级,2022,,示例6号,\n")
	if err != nil || len(got) != 3 || got[0].Honour.Quality != Teacher || got[0].Honour.Year != 2024 || got[0].AtUnit != "9901" || got[1].Row != 5 || got[2].Honour.Quality != Principal {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = readHonours(head + "示例甲,学生,9901,三好学生,市级,2024,,示例4号,\n示例乙,教师,,优秀教师,市,20x4,,,\n")
	for _, want := range []string{"row 2: what somebody is", "row 2: \"三好学生\" looks like", "row 3: the level", "row 3: the year", "row 3: the document's number"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if _, err := readHonours("a,b\n1,2\n"); err == nil || !strings.Contains(err.Error(), "no head") {
		t.Errorf("without a head: %v", err)
	}
}

// Whatever the file is, reading it ends with lines or with reasons.
func FuzzReadHonours(f *testing.F) {
	head := strings.Join(HonourHead(), ",") + "\n"
	f.Add(head + "示例甲,教师,9901,优秀教师,市级,2024,示例,示例4号,师德\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := readHonours(text)
		if err != nil && len(lines) > 0 {
			t.Error("lines beside an error")
		}
		for _, l := range lines {
			if why := l.Honour.Problems(2025); len(why) > 0 {
				t.Errorf("a line that is wrong was taken: %+v %v", l, why)
			}
		}
	})
}

func TestService(t *testing.T) {
	day := date("2025-12-31")
	d := Duty{Every: Quarter, From: date("2025-01-01"), Marks: map[string]Done{"2025-Q1": {Day: date("2025-02-01")}, "2025-Q2": {Day: date("2025-07-09")}}}
	s := Service{Year: 2025, Figures: Figures{Given: 5, Closed: 3, ClosedLate: 1, Open: 2, Overdue: 1}, Turns: d.Turns(date("2025-01-01"), day),
		Links: []Linked{{School: "a"}, {School: "b"}}, Visits: []Visit{{School: "a"}, {School: "a"}, {School: "elsewhere"}}, Honours: []Honour{{Level: Provincial}, {Level: Municipal}, {Level: Municipal}}}
	s.Count(day)
	if s.Duties != 3 || s.OnTime != 1 || s.Late != 1 || s.Owed != 1 || s.Schools != 2 || s.Visited != 1 {
		t.Errorf("%+v", s.Figures)
	}
	var zh []string
	for _, x := range s.Says() {
		zh = append(zh, x.ZH)
	}
	want := "承担任务5项：已办结3项（其中逾期办结1项），在办2项（其中逾期1项），延期0项。|应履行职责3次：按期1次，逾期补做1次，未做1次。|挂联学校2所，走访3次，走访到1所；发现的问题转为任务0项，已办结0项。|获得荣誉3项（省级1项，市级2项）。"
	if got := strings.Join(zh, "|"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
