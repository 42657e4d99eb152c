package register

import (
	"reflect"
	"testing"

	"shuren/internal/edu"
)

// alike is a value whose fields differ from those of another n.
func alike[T any](n int64) (out T) {
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.Struct:
				fill(f)
			case reflect.String:
				f.SetString(string('a' + rune(n)))
			case reflect.Bool:
				f.SetBool(n == 1)
			case reflect.Uint8, reflect.Uint16:
				f.SetUint(uint64(n))
			case reflect.Float64:
				f.SetFloat(float64(n))
			default:
				f.SetInt(n)
			}
		}
	}
	fill(reflect.ValueOf(&out).Elem())
	return out
}

// Every field of a row stays where a file has no column for it, and none where it has
// all: a field that is added later is not forgotten. Why a teacher does not move has no
// column at all.
func TestEveryFieldStays(t *testing.T) {
	none, all := &Reader{at: map[string]int{}}, &Reader{at: map[string]int{}}
	for _, f := range append(append([]Field{}, ChildFields...), StaffFields...) {
		all.at[f.ID] = 0
	}
	was, is := alike[Child](1), alike[Child](0)
	is.Person, is.Year, was.Person, was.Year = "p", 2024, "p", 2024
	is.Sex, is.Born = UnknownSex, 0
	said := alike[Child](2)
	kept := said
	all.StayChild(&said, &was, Told{true, true, true})
	if said != kept {
		t.Errorf("over what the file says: %+v", said)
	}
	if none.StayChild(&is, &was, Told{}); is != was {
		t.Errorf("a child: %+v, want %+v", is, was)
	}
	m, teacher := alike[Staff](0), alike[Staff](1)
	m.Person, m.Year, teacher.Person, teacher.Year = "p", 2024, "p", 2024
	m.Sex, m.Born = UnknownSex, 0
	m.Unit, m.Category, m.Duty, m.Post = teacher.Unit, teacher.Category, teacher.Duty, teacher.Post // always there
	told := alike[Staff](2)
	want := told
	want.Hold = teacher.Hold
	if all.StayStaff(&told, &teacher, Told{true, true, true}); told != want {
		t.Errorf("over what the file says: %+v", told)
	}
	if none.StayStaff(&m, &teacher, Told{}); m != teacher {
		t.Errorf("a teacher: %+v, want %+v", m, teacher)
	}
}

// A stage that a file does not say is not guessed anew from a grade that fits two.
func TestAStageStaysWithItsGrade(t *testing.T) {
	grade, stage := &Reader{at: map[string]int{"grade": 0}}, &Reader{at: map[string]int{"stage": 0}}
	for _, tt := range []struct {
		name     string
		r        *Reader
		is, want Child
	}{
		{"the same grade", grade, Child{Stage: edu.Primary, Grade: 6}, Child{Stage: edu.Junior, Grade: 6}},
		{"another grade", grade, Child{Stage: edu.Primary, Grade: 5}, Child{Stage: edu.Primary, Grade: 5}},
		{"the same stage", stage, Child{Stage: edu.Junior}, Child{Stage: edu.Junior, Grade: 6}},
		{"another stage", stage, Child{Stage: edu.Special}, Child{Stage: edu.Special}},
	} {
		if tt.r.StayChild(&tt.is, &Child{Stage: edu.Junior, Grade: 6}, Told{}); tt.is != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, tt.is, tt.want)
		}
	}
}

// A child that left is there again where a file says so, with a state of schooling;
// an empty cell says nothing of that, and who stays away keeps the state.
func TestWhoLeftAndIsThereAgain(t *testing.T) {
	gone := Child{School: "s", Move: Move{Left: 20000, Leaving: Transfer, ToSchool: "elsewhere"}}
	graduated := gone
	graduated.Schooling, graduated.Leaving = Graduated, Graduation
	there, away := Child{School: "s", Schooling: Enrolled}, Child{School: "s", Schooling: OnLeave}
	for _, tt := range []struct {
		name      string
		columns   []string
		cells     []string
		was, want Child
	}{
		{"no day of leaving any more", []string{"left", "leaving"}, []string{"", ""}, gone, there},
		{"the same, after graduating", []string{"left", "leaving"}, []string{"", ""}, graduated, there},
		{"an empty state", []string{"schooling"}, []string{""}, gone, gone},
		{"an empty state of who graduated", []string{"schooling"}, []string{""}, graduated, graduated},
		{"nothing", nil, nil, gone, gone},
		{"a state", []string{"schooling"}, []string{"本县在读"}, gone, there},
		{"an empty state of who is on leave", []string{"schooling"}, []string{""}, away, there},
		{"a day of leaving of who is on leave", []string{"left"}, []string{"2024-10-08"}, away, Child{School: "s", Move: Move{Left: 20004, Leaving: Transfer}}},
	} {
		r := &Reader{Year: 2024, Today: 20100, at: map[string]int{}, Units: Units{School: func(_, name string) (edu.UnitID, bool) { return edu.UnitID(name), true }}}
		for i, c := range append(tt.columns, "school_name", "name") {
			r.at[c] = i
		}
		cells := append(append([]string{}, tt.cells...), "s", "甲一")
		c, _, problems := r.Child(1, cells)
		for _, p := range problems {
			if p.Blocking {
				t.Errorf("%s: %+v", tt.name, p)
			}
		}
		r.StayChild(&c, &tt.was, r.Told(cells))
		tt.want.Year = 2024
		if c != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, c, tt.want)
		}
	}
}

// The new name of a subject in a Chinese file is a change; the English word, which both
// names have, leaves the one that is kept.
func TestANewNameOfASubjectIsAChange(t *testing.T) {
	for _, tt := range []struct{ cell, was, want string }{
		{"信息科技", "信息技术", "信息科技"}, {"生物学", "生物", "生物学"}, {"生物", "生物学", "生物"},
		{"Biology", "生物学", "生物学"}, {"it", "信息科技", "信息科技"}, {"Biology", "物理", "生物"},
	} {
		r := &Reader{at: map[string]int{"subject": 0, "second": 1}}
		cells := []string{tt.cell, tt.cell}
		m, _, _ := r.Staff(1, cells)
		if r.StayStaff(&m, &Staff{Subject: tt.was, Second: tt.was}, r.Told(cells)); m.Subject != tt.want || m.Second != tt.want {
			t.Errorf("%s over %s: %s and %s", tt.cell, tt.was, m.Subject, m.Second)
		}
	}
}

// An English word of ours is kept as its Chinese one, always the same where two have it.
func TestEnglishWordsOfFiles(t *testing.T) {
	for word, want := range map[string]string{"Biology": "生物", "english": "英语", "木工": "木工", "": "", "语文": "语文"} {
		for range 20 {
			if got := chinese(subjects, word); got != want {
				t.Errorf("%q is %q, want %q", word, got, want)
			}
		}
	}
	for _, text := range []string{"Ex-poverty household, Left behind", "脱贫户、留守", "ex_poverty left_behind", "脱贫户 留守儿童"} {
		l := &line{r: &Reader{at: map[string]int{"groups": 0}}, cells: []string{text}}
		if g := l.groups(); g != ExPoverty|LeftBehind || len(l.list) != 0 {
			t.Errorf("%q is %b, %v", text, g, l.list)
		}
	}
}

// Every column that a page names, in either language, is read under that name, and what
// means nothing, or the same as a column before it, is told.
func TestEveryColumnIsReadByItsNames(t *testing.T) {
	for _, fields := range [][]Field{ChildFields, StaffFields} {
		for _, name := range []func(Field) string{func(f Field) string { return f.EN }, func(f Field) string { return f.Heads[0] }} {
			var heads []string
			for _, f := range fields {
				heads = append(heads, name(f))
			}
			r := &Reader{}
			if _, columns, lacks, ok := r.Head([][]string{append(heads, "", "星座", heads[0])}, fields); !ok || len(columns) != len(fields) || lacks != nil || len(r.Unread) != 2 || r.Unread[0] != len(fields)+1 || r.Lacks(fields) {
				t.Errorf("%v: read %v, unread %v", heads, columns, r.Unread)
			}
			if r.Head([][]string{heads[:2]}, fields); !r.Lacks(fields) || r.Unread != nil {
				t.Errorf("%v: lacks nothing", heads[:2])
			}
		}
	}
}
