package duty

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

func shipped(t testing.TB) []*List {
	t.Helper()
	all, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func list(t testing.TB, id string) *List {
	t.Helper()
	for _, l := range shipped(t) {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no list %s", id)
	return nil
}

// What is shipped, and that no document number stands in it that nobody read.
func TestShipped(t *testing.T) {
	want := map[string]bool{"ideology": false, "party": false, "home_school": true, "mind": true, "surroundings": false} // whether the pack knows the basis
	for _, l := range shipped(t) {
		based, ok := want[l.ID]
		if !ok || (l.Basis != "") != based {
			t.Errorf("%s rests on %q", l.ID, l.Basis)
		}
		delete(want, l.ID)
		if on := (Setting{}).On; on {
			t.Error("the zero setting is on")
		}
	}
	if len(want) > 0 {
		t.Errorf("not shipped: %v", want)
	}
	if l := list(t, "ideology"); !l.Numbers || len(l.Counts) > 0 {
		t.Error("ideology work takes more than document numbers")
	}
	// The norms of standards §9, by kind of school.
	for _, tt := range []struct {
		stage edu.Stage
		want  map[string]int
	}{
		{edu.Primary, map[string]int{"guidance": 1, "practice": 1, "board": 1}},
		{edu.Senior, map[string]int{"guidance": 1, "practice": 1, "board": 1}},
		{edu.Preschool, map[string]int{"guidance": 1, "family": 2}},
		{edu.Vocational, map[string]int{"either": 1}},
	} {
		got := map[string]int{}
		for _, it := range list(t, "home_school").For([]edu.Stage{tt.stage}) {
			got[it.ID] = it.Least
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", tt.stage, got, tt.want)
		}
	}
}

// What is kept can hold no file, no person, no name and no count of uploads or
// visits, however deep one looks.
func TestNoRoomForAFileOrAPerson(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(path string, typ reflect.Type)
	walk = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice, reflect.Array, reflect.Pointer:
			if typ.Elem().Kind() == reflect.Uint8 {
				t.Errorf("%s holds bytes", path)
			}
			walk(path, typ.Elem())
		case reflect.Map:
			walk(path, typ.Elem())
		case reflect.Interface, reflect.Func, reflect.Chan:
			t.Errorf("%s holds anything", path)
		case reflect.Struct:
			if seen[typ] || typ == reflect.TypeFor[edu.Period]() || typ == reflect.TypeFor[time.Time]() {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				for _, bad := range []string{"Name", "File", "Photo", "Upload", "Hash", "Person", "Pupil", "Student", "Teacher", "Member", "Citizen", "Phone", "Login", "Visit", "Score", "Rank"} {
					if strings.Contains(f.Name, bad) {
						t.Errorf("%s.%s", path, f.Name)
					}
				}
				walk(path+"."+f.Name, f.Type)
			}
		}
	}
	walk("Sheet", reflect.TypeFor[Sheet]())
	walk("Progress", reflect.TypeFor[Progress]())
}

func TestSheet(t *testing.T) {
	const today = edu.Date(20400)
	ok := func() Mark { return Mark{Done: today - 3, By: "head"} }
	for _, tt := range []struct {
		name  string
		list  string
		stage edu.Stage
		item  string
		mark  func(*Mark)
		wrong bool
		state Standing
	}{
		{"seen to", "party", edu.Primary, "plan", func(*Mark) {}, false, Done},
		{"tomorrow", "party", edu.Primary, "plan", func(m *Mark) { m.Done = today + 1 }, true, ""},
		{"without a post", "party", edu.Primary, "plan", func(m *Mark) { m.By = "" }, true, ""},
		{"a name where a post belongs", "party", edu.Primary, "plan", func(m *Mark) { m.By = "示例甲" }, true, ""},
		{"once where twice is owed", "home_school", edu.Preschool, "family", func(m *Mark) { m.Times = 1 }, false, Less},
		{"twice", "home_school", edu.Preschool, "family", func(m *Mark) { m.Times = 2 }, false, Done},
		{"a duty of other schools", "home_school", edu.Vocational, "family", func(m *Mark) { m.Times = 2 }, true, ""},
		{"a duty that is not on the list", "party", edu.Primary, "secret", func(*Mark) {}, true, ""},
		{"a document number", "ideology", edu.Junior, "studied", func(m *Mark) { m.Number = "示例校党[2025] 3号" }, false, Done},
		{"a file's address for a number", "ideology", edu.Junior, "studied", func(m *Mark) { m.Number = "https://x.example/a.docx" }, true, ""},
		{"a remark where only numbers are taken", "ideology", edu.Junior, "studied", func(m *Mark) { m.Remark = "张某某" }, true, ""},
		{"a remark", "party", edu.Primary, "plan", func(m *Mark) { m.Remark = "与教学安排一并印发" }, false, Done},
		{"a remark as long as a case", "party", edu.Primary, "plan", func(m *Mark) { m.Remark = strings.Repeat("长", MaxRemark+1) }, true, ""},
		{"a number of a person", "party", edu.Primary, "plan", func(m *Mark) { m.Remark = "电话13900000000" }, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, m := list(t, tt.list), ok()
			tt.mark(&m)
			s := Sheet{List: l.ID, Marks: map[string]Mark{tt.item: m}}
			s.Tidy()
			if got := s.Wrong(l, []edu.Stage{tt.stage}, today); len(got) > 0 != tt.wrong {
				t.Fatalf("wrong: %v", got)
			}
			if !tt.wrong && s.On(l.Item(tt.item)) != tt.state {
				t.Errorf("stands %s, want %s", s.On(l.Item(tt.item)), tt.state)
			}
		})
	}
	l := list(t, "mind")
	s := Sheet{Counts: map[string]int{"referred": 3}}
	if p := s.Progress(l, []edu.Stage{edu.Primary}); p != (Progress{1, 7}) {
		t.Errorf("progress %+v", p)
	}
	if p := s.Progress(list(t, "home_school"), []edu.Stage{edu.Higher}); p.Owed != 0 {
		t.Errorf("owed by nobody: %+v", p)
	}
	if len((&Sheet{Counts: map[string]int{"referred": -1}}).Wrong(l, nil, today)) == 0 {
		t.Error("fewer than none")
	}
}

// A list is sent out only with what it rests on and who approved it, and asks only
// where there was fair time.
func TestSetting(t *testing.T) {
	bare := Setting{On: true, Approver: "示例批准人", Reason: "试行"}
	if len(bare.Wrong(list(t, "ideology"))) == 0 {
		t.Error("a list without a basis is sent out")
	}
	if why := bare.Wrong(list(t, "mind")); len(why) > 0 {
		t.Errorf("a list with one is not: %v", why)
	}
	if bare.Approver = ""; len(bare.Wrong(list(t, "mind"))) == 0 {
		t.Error("nobody approved it")
	}
	cal := collect.Usual()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 10, 0, 0, 0, collect.China) }
	asked := func(on time.Time, today time.Time) (out []string) {
		for _, r := range Rounds(list(t, "party"), Setting{On: true, At: on}, cal, collect.Today(today)) {
			if r.Asked {
				out = append(out, r.Period.String())
			}
			if !cal.Working(r.Due) {
				t.Errorf("%s is due on a day off", r.Period)
			}
		}
		return out
	}
	for _, tt := range []struct {
		on, today time.Time
		want      string
	}{
		{at(2025, 10, 15), at(2025, 11, 1), "[2025T1]"},
		{at(2026, 1, 16), at(2026, 1, 17), "[]"}, // the last day of the term
		{at(2026, 1, 16), at(2026, 3, 20), "[2025T2]"},
		{at(2025, 6, 1), at(2025, 9, 3), "[2024T2 2025T1]"},
	} {
		if got := fmt.Sprint(asked(tt.on, tt.today)); got != tt.want {
			t.Errorf("on from %s, on %s asked for %s, want %s", tt.on.Format(time.DateOnly), tt.today.Format(time.DateOnly), got, tt.want)
		}
	}
	if got := Rounds(list(t, "party"), Setting{At: at(2025, 9, 10)}, cal, collect.Today(at(2025, 11, 1))); got[len(got)-1].Asked {
		t.Error("a list that is off asks")
	}
}
