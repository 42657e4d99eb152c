package register

import (
	"math"
	"reflect"
	"testing"
)

// Whatever field of a row is changed, the history tells it once, by a field that has
// words, with what it was and what it is; and it tells of nothing else.
func TestEveryFieldOfARowHasAHistory(t *testing.T) {
	every(t, ChildChanges, map[string]bool{"Person": true, "Year": true})
	every(t, StaffChanges, map[string]bool{"Person": true, "Year": true})
	var was Child
	is := was
	is.Groups = ExPoverty | Orphan
	if got := ChildChanges(&was, &is); len(got) != 1 || got[0] != (Change{"groups", "", "orphan"}) {
		t.Errorf("that a household was poor stays: %v", got)
	}
	unknown, none := Staff{Training: math.NaN()}, Staff{}
	if got := StaffChanges(&unknown, &none); len(got) != 1 || got[0] != (Change{"training", "", "0"}) {
		t.Errorf("no hours are not unknown hours: %v", got)
	}
}

func every[T any](t *testing.T, changes func(a, b *T) []Change, passed map[string]bool) {
	t.Helper()
	var was T
	if got := changes(&was, &was); got != nil {
		t.Errorf("nothing changed, and %v", got)
	}
	seen := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if f.Anonymous || passed[f.Name] {
			continue
		}
		is := was
		v := reflect.ValueOf(&is).Elem().FieldByIndex(f.Index)
		switch v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Float64:
			v.SetFloat(2)
		case reflect.Uint8, reflect.Uint16:
			v.SetUint(2)
		default:
			v.SetInt(2)
		}
		got := changes(&was, &is)
		if len(got) != 1 || got[0].From == got[0].To || seen[got[0].Field] || FieldName(got[0].Field).EN == got[0].Field || FieldName(got[0].Field).ZH == "" {
			t.Errorf("%s changed: %v", f.Name, got)
			continue
		}
		seen[got[0].Field] = true
	}
}
