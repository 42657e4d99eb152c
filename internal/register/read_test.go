package register

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

func readerOf(fields []Field) *Reader {
	r := &Reader{Year: 2024, Today: 20000, Units: Units{
		School: func(code, name string) (edu.UnitID, bool) {
			return "school", code == "1" || code == "" && name == "校"
		},
		Home: func(string) (edu.UnitID, bool) { return "home", true },
	}}
	var heads []string
	for _, f := range fields {
		heads = append(heads, f.Heads[0])
	}
	r.Head([][]string{heads}, fields)
	return r
}

// Every name of a column means one field: a second field of the same name would
// never be read.
func TestColumnsOfARegisterAreToldApart(t *testing.T) {
	for name, fields := range map[string][]Field{"children": ChildFields, "staff": StaffFields} {
		for _, f := range fields {
			for _, h := range f.Heads {
				if got := fieldOf(fields, h); got != f.ID {
					t.Errorf("%s: %q of %s is read as %s", name, h, f.ID, got)
				}
			}
		}
	}
}

// A row is read or its problems are told, never with what stood in a cell that may
// hold somebody's name; what has no problem that blocks passes the check again.
func FuzzRows(f *testing.F) {
	f.Add("钱明远\tG53990020150310001X\t53990020150310001X\t男\t2015-03-10\t1\t校\t镇\t小学\t四年级\t1\t是\t留守\t\t\t\t\t\t县外就读\t证明\t学籍截图")
	f.Add("姓名\t\t\t\t\t1\t\t\t\t3\t\t\t\t\t\t\t\t\t\t\t\t\t\t2024-01-01\t\t2024-02-01\t转学\t\t外校\t2024-03-01\t\t")
	r, s := readerOf(ChildFields), readerOf(StaffFields)
	f.Fuzz(func(t *testing.T, text string) {
		cells := strings.Split(text, "\t")
		c, id, problems := r.Child(1, cells)
		blocked := false
		for _, p := range problems {
			blocked = blocked || p.Blocking
			if name := id.Name; len([]rune(name)) > 4 && strings.IndexFunc(name, func(r rune) bool { return r < '0' || r > '9' }) >= 0 && p.Found == name {
				t.Errorf("%s tells %q", p.Field, p.Found)
			}
		}
		if !blocked {
			for _, p := range CheckChild(&c, &id, r.Today) {
				if p.Blocking {
					t.Errorf("read, and then refused: %+v", p)
				}
			}
		}
		s.Staff(1, cells)
	})
}

// What a template offers is read as it stands, one word at a time, without a problem of
// that column.
func TestChoicesAreRead(t *testing.T) {
	for name, fields := range map[string][]Field{"children": ChildFields, "staff": StaffFields} {
		offered := 0
		for i, f := range fields {
			for _, word := range Choices(f.ID) {
				offered++
				cells := make([]string, len(fields))
				cells[i] = word.ZH
				r := readerOf(fields)
				var problems []Problem
				if name == "children" {
					_, _, problems = r.Child(1, cells)
				} else {
					_, _, problems = r.Staff(1, cells)
				}
				for _, p := range problems {
					if p.Field == f.ID && p.Found != "" {
						t.Errorf("%s, %s: %q is refused: %s", name, f.Heads[0], word.ZH, p.Why.ZH)
					}
				}
			}
		}
		if offered < 15 {
			t.Errorf("%s: %d words are offered", name, offered)
		}
	}
}
