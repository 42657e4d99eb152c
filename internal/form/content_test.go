package form_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// A content is read strictly: what nobody reads is an error, and so is too much.
func TestReadContent(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		kind     error
	}{
		{"nothing was filled in", `{}`, nil},
		{"one of everything", `{"cells":{"primary/area":"3"},"lists":{"classes":[{"part":"primary","cells":{"no":"1"}}]},"reasons":{"change@primary":{"code":"other","text":"x"}},"same":["all"],"sign":{"filler":"a","at":"2025-10-01T00:00:00Z"},"cites":{"primary/area":{"File":"a.xlsx","Row":3}}}`, nil},
		{"an unknown word", `{"cels":{}}`, fault.Invalid},
		{"two contents", `{}{}`, fault.Invalid},
		{"a number for a text", `{"cells":{"a":3}}`, fault.Invalid},
		{"no JSON", `cells`, fault.Invalid},
		{"nothing", ``, fault.Invalid},
		{"a long text", `{"cells":{"a":"` + strings.Repeat("长", 2001) + `"}}`, fault.TooLarge},
		{"a long id", `{"cells":{"` + strings.Repeat("a", 101) + `":""}}`, fault.TooLarge},
		{"many rows", `{"lists":{"a":[` + strings.Repeat(`{"cells":{}},`, 3000) + `{"cells":{}}]}}`, fault.TooLarge},
		{"a large file", `{"cells":{"a":"` + strings.Repeat(" ", form.MaxContent) + `"}}`, fault.TooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := form.ReadContent([]byte(tt.in))
			if tt.kind == nil && err != nil || tt.kind != nil && !errors.Is(err, tt.kind) {
				t.Fatalf("err = %v, want %v", err, tt.kind)
			}
			if err == nil {
				again, err := form.ReadContent(c.JSON())
				if err != nil || !reflect.DeepEqual(c, again) {
					t.Errorf("read back as %+v, %v", again, err)
				}
			}
		})
	}
}

// Whatever a content holds, it is refused with a reason, or read, checked and
// handed in without a panic; and what it hands in are figures that can be.
func FuzzContent(f *testing.F) {
	c := good()
	f.Add(c.JSON())
	f.Add([]byte(`{"cells":{"primary/area":"1e308","school/money":"９","junior/pupils.g7":"/"},"lists":{"classes":[{"cells":{"grade":"七年级","heads":"-1"}},{"part":"x","cells":{"mixed":"是"}}]},"same":["all"]}`))
	f.Add([]byte(`{"lists":{"classes":[{"cells":null}]},"reasons":{"large@primary":{"code":"other"}}}`))
	p := smallPack(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := form.ReadContent(b)
		if err != nil {
			if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.TooLarge) {
				t.Fatalf("refused without a kind: %v", err)
			}
			return
		}
		again, err := form.ReadContent(c.JSON())
		if err != nil || string(again.JSON()) != string(c.JSON()) {
			t.Fatalf("%s is read back as %s (%v)", c.JSON(), again.JSON(), err)
		}
		for _, stages := range [][]edu.Stage{{edu.Primary}, {edu.Primary, edu.Junior}} {
			paper := form.New(p, p.Form("school"), thisYear, unit, nil, stages)
			paper.Content = c
			if _, err := paper.Check(); err != nil {
				t.Fatal(err)
			}
			paper.Required()
			if len(paper.Code(1)) != 12 {
				t.Fatal("no check code")
			}
			for k, f := range paper.Cells() {
				if v, _ := paper.Value(k); !f.IsText() {
					if n, ok := v.Number(); ok && (n < 0 || n > 1e15) && f.Element.Type != edu.TypeDate {
						t.Fatalf("%s is %v", k, v)
					}
				}
			}
		}
	})
}

// The check code of the sign-and-seal page changes with any figure, and with
// nothing else.
func TestCode(t *testing.T) {
	code := func(change func(*form.Content)) string {
		c := good()
		change(&c)
		return paper(t, c, edu.Primary).Code(1)
	}
	base := code(func(*form.Content) {})
	if len(base) != 12 || base != paper(t, good(), edu.Primary).Code(1) {
		t.Errorf("code %q", base)
	}
	if paper(t, good(), edu.Primary).Code(2) == base {
		t.Error("the second time has the code of the first")
	}
	seen := map[string]string{base: "nothing"}
	for name, change := range map[string]func(*form.Content){
		"a figure":         func(c *form.Content) { c.Cells["primary/area"] = "300.6" },
		"an emptied cell":  func(c *form.Content) { c.Cells["primary/area"] = "" },
		"zero for nothing": func(c *form.Content) { c.Cells["primary/boarders"] = "0" },
		"a word":           func(c *form.Content) { c.Cells["primary/motto"] = "勤思" },
		"a row":            func(c *form.Content) { c.Lists["classes"][0].Cells["heads"] = "39" },
		"another row":      func(c *form.Content) { c.Lists["classes"] = append(c.Lists["classes"], row("g1", "2班", "0")) },
		"a bad figure":     func(c *form.Content) { c.Cells["primary/area"] = "abc" },
		"a reason":         func(c *form.Content) { c.Reasons = map[string]form.Reason{"x": {Code: "built"}} },
		"a name":           func(c *form.Content) { c.Sign.Head = "某人" },
	} {
		got := code(change)
		if was, ok := seen[got]; ok {
			t.Errorf("%s changes the code no more than %s", name, was)
		}
		seen[got] = name
	}
	for name, change := range map[string]func(*form.Content){
		"the same figure otherwise written": func(c *form.Content) { c.Cells["primary/area"] = " 300.50 " },
		"where a figure came from":          func(c *form.Content) { c.Cites = map[string]edu.Cell{"primary/area": {File: "a.xlsx"}} },
	} {
		if code(change) != base {
			t.Errorf("%s changes the code", name)
		}
	}
}

// Two drafts that started from one: what only one changed is kept, what both
// changed differently is a conflict, and nothing is lost.
func TestMerge(t *testing.T) {
	cells := func(kv ...string) form.Content {
		c := form.Content{Cells: map[string]string{}}
		for i := 0; i < len(kv); i += 2 {
			c.Cells[kv[i]] = kv[i+1]
		}
		return c
	}
	list := func(heads ...string) form.Content {
		c := form.Content{Lists: map[string][]form.Row{"classes": nil}}
		for _, h := range heads {
			c.Lists["classes"] = append(c.Lists["classes"], row("g1", "1", h))
		}
		return c
	}
	for _, tt := range []struct {
		name                     string
		base, mine, theirs, want form.Content
		conflicts                string
	}{
		{"only I changed it", cells("a", "1"), cells("a", "2"), cells("a", "1"), cells("a", "2"), ""},
		{"only they changed it", cells("a", "1"), cells("a", "1"), cells("a", "2"), cells("a", "2"), ""},
		{"different cells", cells(), cells("a", "1"), cells("b", "2"), cells("a", "1", "b", "2"), ""},
		{"both the same", cells("a", "1"), cells("a", "2"), cells("a", "2"), cells("a", "2"), ""},
		{"both differently", cells("a", "1"), cells("a", "2"), cells("a", "3"), cells("a", "2"), "a: 1 2 3"},
		{"I emptied what they changed", cells("a", "1"), cells("a", ""), cells("a", "3"), cells("a", ""), "a: 1  3"},
		{"I took back what they left", cells("a", "1", "b", "1"), cells("b", "1"), cells("a", "1", "b", "1"), cells("b", "1"), ""},
		{"a list that only they changed", list("1"), list("1"), list("1", "2"), list("1", "2"), ""},
		{"a list that both changed", list("1"), list("3"), list("2"), list("3"), "list classes: g1 1 1 g1 3 1 g1 2 1"},
		{"groups add up", form.Content{}, form.Content{Same: []string{"x"}}, form.Content{Same: []string{"y"}}, form.Content{Same: []string{"x", "y"}}, ""},
		{"a group that they took back", form.Content{Same: []string{"x"}}, form.Content{Same: []string{"x"}}, form.Content{}, form.Content{}, ""},
		{"names", form.Content{}, form.Content{Sign: form.Sign{Filler: "甲"}}, form.Content{Sign: form.Sign{Head: "乙"}}, form.Content{Sign: form.Sign{Filler: "甲", Head: "乙"}}, ""},
		{"a name that both changed", form.Content{}, form.Content{Sign: form.Sign{Head: "甲"}}, form.Content{Sign: form.Sign{Head: "乙"}}, form.Content{Sign: form.Sign{Head: "甲"}}, "sign head:  甲 乙"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, conflicts := form.Merge(tt.base, tt.mine, tt.theirs)
			var lines []string
			for _, c := range conflicts {
				lines = append(lines, strings.Join([]string{c.Key + ":", c.Base, c.Mine, c.Theirs}, " "))
			}
			if s := strings.Join(lines, "; "); s != tt.conflicts {
				t.Errorf("conflicts %q, want %q", s, tt.conflicts)
			}
			if string(got.JSON()) != string(tt.want.JSON()) {
				t.Errorf("got %s, want %s", got.JSON(), tt.want.JSON())
			}
		})
	}
}
