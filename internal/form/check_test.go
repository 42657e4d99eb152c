package form_test

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// good is a content of a primary school with which nothing is wrong.
func good() form.Content {
	return form.Content{
		Cells: map[string]string{"primary/girls": "20", "primary/boys": "20", "primary/money": "12.34", "primary/area": "300.5", "primary/kind": "小学", "primary/motto": "勤学"},
		Lists: map[string][]form.Row{"classes": {row("一年级", "1班", "40")}},
	}
}

// What blocks, what asks for a reason, and what is fine.
func TestCheck(t *testing.T) {
	set := func(k, v string) func(*form.Content) {
		return func(c *form.Content) { c.Cells["primary/"+k] = v }
	}
	rows := func(rs ...form.Row) func(*form.Content) {
		return func(c *form.Content) { c.Lists["classes"] = rs }
	}
	for _, tt := range []struct {
		name   string
		change func(*form.Content)
		want   string // the problems, as rule@…, those that block first; "" is none
	}{
		{"nothing is wrong", func(*form.Content) {}, ""},
		{"words in place of a figure", set("area", "三百"), "type@primary/area"},
		{"below the least", set("area", "-1"), "range@primary/area"},
		{"above the most", set("area", "100001"), "range@primary/area"},
		{"a count is whole", set("girls", "20.5"), "range@primary/girls required@primary/children"},
		{"/ is no answer to a question that always arises", set("area", "/"), "type@primary/area"},
		{"/ is an answer elsewhere", set("money", "/"), ""},
		{"empty on purpose is missing", set("area", ""), "required@primary/area"},
		{"zero is a value", set("area", "0"), ""},
		{"a choice that is none", set("kind", "大学"), "type@primary/kind"},
		{"a choice of another stage", set("kind", "初中"), "type@primary/kind"},
		{"a choice of every stage", set("kind", "312"), ""},
		{"no date", set("opened", "去年"), "type@primary/opened"},
		{"a cell that is not on the paper", set("pupils.g7", "3"), "unknown@primary/pupils.g7"},
		{"a cell that is not on the paper, emptied", set("pupils.g7", ""), ""},
		{"what follows from the list is not typed over", set("pupils.g1", "41"), "computed@primary/pupils.g1"},
		{"what follows from the list may be said again", set("pupils.g1", "40"), ""},
		{"what follows from parts is not typed over", set("children", "41"), "computed@primary/children"},
		{"no row in a list that is needed", rows(), "required@primary/classes"},
		{"a row without a figure", rows(row("一年级", "1班", "")), "required@classes#0.heads"},
		{"a row without its number", rows(row("一年级", " ", "40")), "required@classes#0.no"},
		{"a row with words for a figure", rows(row("一年级", "1班", "四十")), "type@classes#0.heads"},
		{"a class twice", rows(row("一年级", "1班", "20"), row("g1", "1班", "20")), "duplicate@classes#1.no"},
		{"a class twice, once in traditional characters", rows(row("一年级", "树人班", "20"), row("一年級", "樹人班", "20")), "duplicate@classes#1.no"},
		{"a choice in traditional characters", set("kind", "小學"), ""},
		{"a grade of another stage", rows(row("一年级", "1班", "40"), row("七年级", "1班", "40")), "row@classes#1.grade"},
		{"a column that the list has not", rows(form.Row{Cells: map[string]string{"grade": "g1", "no": "1", "heads": "40", "colour": "red"}}), "unknown@classes#0.grade"},
		{"an error of the pack", set("boarders", "41"), "boarders_le@primary"},
		{"a reason is asked for", rows(row("g1", "1", "56")), "large@primary"},
		{"a reason is given", func(c *form.Content) {
			rows(row("g1", "1", "56"))(c)
			c.Reasons = map[string]form.Reason{"large@primary": {Code: "built"}}
		}, "large@primary+"},
		{"other needs words", func(c *form.Content) {
			rows(row("g1", "1", "56"))(c)
			c.Reasons = map[string]form.Reason{"large@primary": {Code: "other"}}
		}, "large@primary"},
		{"a reason that the form has not", func(c *form.Content) {
			rows(row("g1", "1", "56"))(c)
			c.Reasons = map[string]form.Reason{"large@primary": {Code: "weather"}}
		}, "large@primary"},
		{"a reason mends no error", func(c *form.Content) {
			set("boarders", "41")(c)
			c.Reasons = map[string]form.Reason{"boarders_le@primary": {Code: "built"}}
		}, "boarders_le@primary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.change(&c)
			p := paper(t, c, edu.Primary)
			problems, err := p.Check()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, q := range problems {
				key := q.Key
				if q.Reason != nil {
					key += "+"
				}
				got = append(got, key)
				if q.Text.ZH == "" || q.Text.EN == "" || q.Do.ZH == "" || q.Do.EN == "" {
					t.Errorf("%s says too little: %+v", q.Key, q)
				}
				if len(q.Cells) == 0 && q.List == "" {
					t.Errorf("%s points nowhere", q.Key)
				}
				for _, k := range q.Cells {
					if q.Rule != form.RuleUnknown && !p.Has(k) {
						t.Errorf("%s points at %s, which the paper has not", q.Key, k)
					}
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got  %q\nwant %q", s, tt.want)
			}
			ready := tt.want == "" || strings.HasSuffix(tt.want, "+")
			if err := form.Ready(problems); (err == nil) != ready || err != nil && !errors.Is(err, fault.Blocked) {
				t.Errorf("Ready: %v", err)
			}
		})
	}
}

// Last year stands behind a check, and an export behind a comparison.
func TestCheckAgainstWhatIsKnown(t *testing.T) {
	for _, tt := range []struct {
		name       string
		last, roll string // pupils of grade 1; "" is not known
		want       string
	}{
		{"nothing to compare with", "", "", ""},
		{"as last year", "40", "", ""},
		{"a fifth more is no question", "34", "", ""},
		{"more than a fifth", "30", "", "change@primary"},
		{"within 2 % of the roll", "", "40", ""},
		{"beyond 2 % of the roll", "", "41", "roll_differs@primary"},
		{"both", "30", "41", "change@primary roll_differs@primary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := paper(t, good(), edu.Primary)
			other := func(n string) *form.Paper {
				return paper(t, form.Content{Lists: map[string][]form.Row{"classes": {row("g1", "1", n)}}}, edu.Primary)
			}
			if tt.last != "" {
				p.Know(known(t, pack.FromLastYear, other(tt.last), nil))
			}
			if tt.roll != "" {
				p.Know(known(t, pack.FromExport, other(tt.roll), p.Pack.Feed("roll")))
			}
			problems, err := p.Check()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, q := range problems {
				got = append(got, q.Key)
				if !strings.Contains(q.Text.ZH, "40") {
					t.Errorf("%s does not say the figure: %s", q.Key, q.Text.ZH)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}

// A county's form: one part without a stage, evidence beside a yes, a signature.
func TestCheckCounty(t *testing.T) {
	sign := form.Sign{Filler: "某人"}
	for _, tt := range []struct {
		name, want string
		cells      map[string]string
		sign       form.Sign
	}{
		{"nothing is wrong", "", map[string]string{"/base": "800", "/review": "是", "/review.evidence": "文〔2025〕1号第3页"}, sign},
		{"a yes without evidence", "evidence@/review.evidence", map[string]string{"/base": "800", "/review": "是"}, sign},
		{"a no needs none", "", map[string]string{"/base": "800", "/review": "否"}, sign},
		{"nobody signed", "sign@0", map[string]string{"/base": "800"}, form.Sign{}},
		{"an error of the pack", "done_le@", map[string]string{"/base": "800", "/done": "3", "/planned": "2"}, sign},
		{"empty", "required@/base", nil, sign},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := smallPack(t)
			c := form.New(p, p.Form("county"), thisYear, aCounty, nil, nil)
			c.Content = form.Content{Cells: tt.cells, Sign: tt.sign}
			problems, err := c.Check()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, q := range problems {
				got = append(got, q.Key)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}
