package formula

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

var testBases = Bases{"teacher": true, "pupil": true, "m2": true, "yuan": true, "class": true, "room": true}

var testFields = map[string]string{
	"teachers": "teacher", "pupils": "pupil", "pupils.g7": "pupil", "boarders": "pupil", "area": "m2", "equipment": "yuan", "funds": "10000 yuan",
	"classes": "class", "rooms": "room", "rate": "%", "index": "1", "point": "yes",
}

func lookup(t *testing.T) func(string) (Type, bool) {
	return func(f string) (Type, bool) {
		src, ok := testFields[f]
		if src == "yes" || !ok {
			return Type{Bool: true}, ok
		}
		u, err := ParseUnit(src, testBases)
		if err != nil {
			t.Fatal(err)
		}
		return Type{Unit: u}, true
	}
}

func known() []string {
	var names []string
	for f := range testFields {
		names = append(names, f)
	}
	return names
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		mode      Mode
		src, want string // a type, or problems line by line
	}{
		{Section, "100 * teachers / pupils", "teacher/100 pupil"},
		{Section, "teachers * 100 / pupils", "teacher/100 pupil"},
		{Section, "teachers / pupils", "teacher/pupil"},
		{Section, "equipment / 10000", "10000 yuan"},
		{Section, "100 * boarders / pupils", "%"},
		{Section, "3 * pupils", "pupil"},
		{Section, "0.1 * pupils", "pupil"},
		{Section, "as(100, \"1\") * pupils", "pupil"},
		{Section, "pupils + pupils.g7 - 5", "pupil"},
		{Section, "10000 * funds + equipment", "yuan"},
		{Section, "100 * index + rate", "%"},
		{Section, "area / (pupils + 1)", "m2/pupil"},
		{Section, "area / pupils * pupils", "m2"},
		{Section, "ceil(classes / 12)", "class"},
		{Section, `as(ceil(classes / 12), "room") - rooms`, "room"},
		{Section, "min(pupils, 2000)", "pupil"},
		{Section, "coalesce(boarders, 0)", "pupil"},
		{Section, "point ? 45 : 50", "1"},
		{Section, "pupils >= 50 and not point", "yes or no"},
		{Section, "point == 1", "yes or no"},
		{Section, "coalesce(point, 0)", "yes or no"},
		{Section, "rate >= 85 and index <= 0.5", "yes or no"},
		{Section, "pupils - prev(pupils)", "pupil"},
		{Section, "pupils - prev(pupils, 2)", "pupil"},
		{Section, "4.5", "1"},
		{Region, "sum(area) / sum(pupils)", "m2/pupil"},
		{Region, "100 * sum(teachers) / sum(pupils)", "teacher/100 pupil"},
		{Region, "wcv(area / pupils, pupils)", "1"},
		{Region, "wmean(area / pupils, pupils)", "m2/pupil"},
		{Region, "quantile(area, 0.9)", "m2"},
		{Region, "100 * share(pupils >= 50)", "%"},
		{Region, "count(point == 1) / count(pupils)", "1"},

		{Section, "area / puplis", `1:8: unknown field "puplis"; did you mean "pupils"?`},
		{Section, "area / x", `1:8: unknown field "x"`},
		{Section, "area / prev(pupil)", `1:13: unknown field "pupil"; did you mean "pupils"?`},
		{Section, "aera / puplis", `1:1: unknown field "aera"; did you mean "area"?` + "\n" + `1:8: unknown field "puplis"; did you mean "pupils"?`},
		{Section, "area + pupils", `1:6: area is in m2 and pupils in pupil: they cannot be added or subtracted; if that is meant, write as(pupils, "m2")`},
		{Section, "funds + equipment", "1:7: funds is in 10000 yuan and equipment in yuan: they cannot be added or subtracted; multiply funds by 10000"},
		{Section, "area > pupils", `1:6: area is in m2 and pupils in pupil: they cannot be compared; if that is meant, write as(pupils, "m2")`},
		{Section, "max(area, pupils)", `1:1: area is in m2 and pupils in pupil: they cannot be compared; if that is meant, write as(pupils, "m2")`},
		{Section, "point ? area : pupils", `1:1: area is in m2 and pupils in pupil: they cannot be put in each other's place; if that is meant, write as(pupils, "m2")`},
		{Section, "pupils ? 1 : 2", "1:1: the choice needs a condition, and pupils is a number"},
		{Section, "point ? pupils : point", "1:1: pupils (a number) and point (yes or no) cannot stand for each other"},
		{Section, "pupils and point", "1:1: and needs a condition, and pupils is a number"},
		{Section, "not pupils < 50", "1:5: not needs a condition, and pupils is a number; around a comparison write not (a < b)"},
		{Section, "point + 1", "1:1: point is yes or no, and + needs a number; write point ? 1 : 0"},
		{Section, "point < 1", "1:7: point (yes or no) cannot be compared with 1 (a number) by <"},
		{Section, `as(area, "m3")`, `1:10: unit of measure "m3": unknown base unit "m3"; did you mean "m2"?`},
		{Section, "sum(area) / 2", "1:1: sum works over the rows of a region; here there is one row"},
		{Region, "area / sum(pupils)", "1:1: area has a value in every row of a region; say which is meant: sum(area) or mean(area)"},
		{Region, "aera / sum(pupils)", `1:1: unknown field "aera"; did you mean "area"?`},
		{Region, "mean(area / sum(pupils))", "1:13: sum stands inside mean; aggregates cannot be nested"},
		{Region, "5", "1:1: over a region a formula needs an aggregate, such as sum(x)"},
		{Region, "sum(point)", "1:5: sum needs a number, and point is yes or no; count and share take conditions"},
		{Region, "share(pupils)", "1:7: share needs a condition, and pupils is a number"},
		{Region, "count(point)", "1:7: count(point) could count the rows with an answer or the rows with yes; write count(point == 1)"},
	} {
		e, err := Parse(tt.src)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.src, err)
			continue
		}
		typ, err := e.Check(tt.mode, lookup(t), testBases, known)
		got := typ.String()
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Check(%q)\n got %s\nwant %s", tt.src, got, tt.want)
		}
		var one *Error
		if err != nil && !errors.As(err, &one) {
			t.Errorf("Check(%q): %T is not an *Error", tt.src, err)
		}
	}
}

func TestFits(t *testing.T) {
	for _, tt := range []struct{ src, declared, misfit string }{
		{"100 * teachers / pupils", "teacher/100 pupil", ""},
		{"teachers / pupils", "teacher/pupil", ""},
		{"area / pupils", "m2/pupil", ""},
		{"10000 * funds / pupils", "yuan/pupil", ""},
		{"funds", "10000 yuan", ""},
		{"100 * boarders / pupils", "%", ""},
		{"boarders / pupils", "1", ""},
		{"45", "pupil", ""},
		{"100 * teachers / pupils", "teacher/pupil", "the formula counts in teacher/100 pupil, not in teacher/pupil; leave out the factor 100"},
		{"teachers / pupils", "teacher/100 pupil", "the formula counts in teacher/pupil, not in teacher/100 pupil; multiply by 100"},
		{"funds / pupils", "yuan/pupil", "the formula counts in 10000 yuan/pupil, not in yuan/pupil; multiply by 10000"},
		{"equipment / pupils", "10000 yuan/pupil", "the formula counts in yuan/pupil, not in 10000 yuan/pupil; divide by 10000"},
		{"area / pupils", "yuan/pupil", "the formula counts in m2/pupil, not in yuan/pupil"},
		{"boarders / pupils", "%", "the formula counts in 1, not in %; multiply by 100"},
	} {
		e, err := Parse(tt.src)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Check(Section, lookup(t), testBases, nil)
		if err != nil {
			t.Fatal(err)
		}
		declared, err := ParseUnit(tt.declared, testBases)
		if err != nil {
			t.Fatal(err)
		}
		if m := Misfit(got.Unit, declared); m != tt.misfit || Fits(got.Unit, declared) != (m == "") {
			t.Errorf("%s in %s: %q, want %q", tt.src, tt.declared, m, tt.misfit)
		}
	}
}

func TestParseUnit(t *testing.T) {
	for _, tt := range []struct{ src, want, problem string }{
		{"teacher/100 pupil", "teacher/100 pupil", ""},
		{" teacher / 100  pupil ", "teacher/100 pupil", ""},
		{"m2/pupil", "m2/pupil", ""},
		{"10000 yuan", "10000 yuan", ""},
		{"%", "%", ""},
		{"0.01", "%", ""},
		{"1", "1", ""},
		{"yuan pupil/m2", "pupil yuan/m2", ""},
		{"yuan yuan/yuan", "yuan", ""},
		{"yuan^2", "yuan^2", ""},
		{"1/pupil", "1/pupil", ""},
		{"yuan/pupil/class", "yuan/class pupil", ""},
		{"", "", "empty; a plain number is written 1"},
		{"pupils", "", `unknown base unit "pupils"; did you mean "pupil"?`},
		{"teacher/", "", `something is missing beside the "/"`},
		{"pupil 100", "", "the number 100 must stand before the base units"},
		{"1e3 yuan", "", `"1e3" is not a number`},
		{"yuan^x", "", `"x" is not a power from 2 to 9`},
		{"0 yuan", "", "0 is out of range"},
	} {
		u, err := ParseUnit(tt.src, testBases)
		problem := ""
		if err != nil {
			_, problem, _ = strings.Cut(err.Error(), `": `)
		}
		if problem != tt.problem || err == nil && u.String() != tt.want {
			t.Errorf("ParseUnit(%q) = %q, %q; want %q, %q", tt.src, u, problem, tt.want, tt.problem)
		}
	}
}

func TestFactor(t *testing.T) {
	unit := func(s string) Unit {
		u, err := ParseUnit(s, testBases)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	if f, ok := Factor(unit("10000 yuan"), unit("yuan")); f != 10000 || !ok {
		t.Errorf("Factor = %v, %v", f, ok)
	}
	if _, ok := Factor(unit("m2"), unit("yuan")); ok {
		t.Error("an area has a factor to money")
	}
	if f, ok := Factor(Unit{}, One); f != 1 || !ok {
		t.Errorf("the zero Unit is not a plain number: %v, %v", f, ok)
	}
}

func FuzzParseUnit(f *testing.F) {
	for _, s := range []string{"teacher/100 pupil", "m2/pupil", "10000 yuan", "%", "1", "yuan^2 pupil/m2/room", "0.01 class", "1/pupil", "//", "^", "yuan^-1", "9999999999999 yuan", "1e9", "3 yuan/7 pupil", "学生"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		u, err := ParseUnit(src, testBases)
		if err != nil {
			return
		}
		if !(u.scale > 0) || math.IsInf(u.scale, 0) || !Fits(u, u) {
			t.Fatalf("ParseUnit(%q) = %+v", src, u)
		}
		if slices.ContainsFunc(u.dims, func(d dim) bool { return d.power > 9 || d.power < -9 }) {
			return // written as a power that ParseUnit does not read
		}
		again, err := ParseUnit(u.String(), testBases)
		if err != nil || !Fits(again, u) {
			t.Fatalf("ParseUnit(%q) is %q, which reads as %v, %v", src, u, again, err)
		}
	})
}
