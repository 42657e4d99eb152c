package pack

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// smallForms adds lists and forms to the small pack.
const smallForms = `elements:
  - {id: roll, name: {zh: 在校生, en: Roll}, type: count, unit: pupil, required: true, source: [doc], evidence: V, by: {id: grade, parts: [{id: g1, name: {zh: 一, en: One}, stages: [primary]}, {id: g7, name: {zh: 七, en: Seven}, stages: [junior]}]}}
  - {id: listed, name: {zh: 名册人数, en: Listed}, type: count, unit: pupil, source: [doc], evidence: V, derive: {list: rows, agg: sum, of: heads}}
  - {id: women, name: {zh: 女教师, en: Women}, type: count, unit: teacher, source: [doc], evidence: V}
  - {id: men, name: {zh: 男教师, en: Men}, type: count, unit: teacher, source: [doc], evidence: V}
  - {id: voted, name: {zh: 认可, en: Voted}, level: county, who: city, type: count, unit: pupil, source: [doc], evidence: V}
lists:
  - id: rows
    name: {zh: 名册, en: Rows}
    source: [doc]
    evidence: V
    columns:
      - {id: grade, name: {zh: 年级, en: Grade}, type: choice, required: true, choices: [{id: g1, name: {zh: 一, en: One}}, {id: g7, name: {zh: 七, en: Seven}}]}
      - {id: no, name: {zh: 号, en: No}, type: text, required: true}
      - {id: heads, name: {zh: 人数, en: Heads}, type: count, unit: pupil, required: true}
checks:
  - {id: staff_sum, rule: teachers == women + men, if_broken: error, message: {zh: 不等, en: Unequal}, source: [doc], evidence: V}
forms:
  - id: the-form
    name: {zh: 表, en: Form}
    basis: 文件
    frequency: yearly
    fills: school
    opens: 09-01
    closes: 10-31
    minutes: 10
    approver: 市局
    source: [doc]
    evidence: V
    same_groups: [{id: all, name: {zh: 全部, en: All}}]
    reasons: [{id: other, name: {zh: 其他, en: Other}}]
    sign: [{name: {zh: 填报人, en: Filler}}]
    lists: [{list: rows, from: [export], required: true}]
    asks:
      - {element: roll, from: [computed], compute: {list: rows, agg: sum, of: heads, part_by: grade}}
      - {elements: [women, men], from: [register, last_year], same: all}
feeds:
  - id: the-feed
    name: {zh: 导出, en: Export}
    kind: export
    headers: {代码: code, 人数: heads, 女: women, 备注: "-"}
    compare: [{id: women_differ, element: women, within: 2%, message: {zh: 不同, en: Other}, source: [doc], evidence: V}]
    source: [doc]
    evidence: V
`

// withForms is the small pack with forms, one text of them replaced.
func withForms(t *testing.T, old, new string) fstest.MapFS {
	t.Helper()
	if old != "" && strings.Count(smallForms, old) != 1 {
		t.Fatalf("%q stands %d times in the forms, want once", old, strings.Count(smallForms, old))
	}
	fsys := with(t, "pack.yaml", "id: small", "id: small")
	text := smallForms
	if old != "" {
		text = strings.Replace(text, old, new, 1)
	}
	fsys["forms.yaml"] = file(text)
	return fsys
}

func TestFormLoads(t *testing.T) {
	p, err := Load(withForms(t, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	f := p.Form("the-form")
	if f == nil || f.Closes.String() != "10-31" || f.Minutes != 10 || f.Fills != FillSchool || f.Level != edu.School || f.Pack != "small@1" {
		t.Fatalf("form = %+v", f)
	}
	if len(f.Asks) != 3 || !f.Asks[0].Required || f.Asks[1].Required || f.Asks[2].Same != "all" || f.Lists[0].List != p.List("rows") {
		t.Errorf("asks = %+v", f.Asks)
	}
	feed := p.Feed("the-feed")
	if c := feed.Compare[0]; c.Within != 0.02 || !c.Share || feed.Headers["人数"] != "heads" {
		t.Errorf("feed = %+v, compare %+v", feed, c)
	}
}

// What a form or feed may not say, and where the message points.
func TestFormReports(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"an unknown element", "[women, men]", "[women, mem]", `forms.yaml:36:20: unknown element "mem"; did you mean "men"?`},
		{"an unknown list", "lists: [{list: rows", "lists: [{list: row", `forms.yaml:33:20: unknown list "row"; did you mean "rows"?`},
		{"an unknown group", "last_year], same: all", "last_year], same: al", `forms.yaml:36:69: same: "al" is none of the form's same_groups`},
		{"an unknown source", "from: [export]", "from: [exports]", `from: "exports" is not one of computed, register, export, last_year, earlier`},
		{"no basis: it is not on the list of forms", "    basis: 文件\n", "", `"basis" is missing`},
		{"no minutes", "minutes: 10", "minutes: 0", `minutes: say how long it takes`},
		{"no approver", "    approver: 市局\n", "", `"approver" is missing`},
		{"a day that is none", "closes: 10-31", "closes: 09-31", `closes: "09-31" is not a day of every year`},
		{"rule 3: what is derived is never asked", "[women, men]", "[women, men, listed]", `listed is derived by the pack, so it is never asked`},
		{"rule 3: a total of asked parts", "[women, men]", "[women, men, teachers]", `teachers is the total of women + men (check staff_sum), which the form asks already; compute it instead`},
		{"rule 3: a total that is computed is no input", "      - {elements: [women", "      - {element: teachers, compute: {sum: [women, men]}}\n      - {elements: [women", ""},
		{"a part alone", "[women, men]", "[women, men, roll.g1]", `roll.g1 is a part; a form asks an element with all of its parts`},
		{"rule 1: the same element twice in a form", "[women, men]", "[women, men, men]", `men`},
		{"what the city answers", "[women, men]", "[women, men, voted]", `voted is answered by the city`},
		{"a county's element on a school's form", "[women, men]", "[women, men, pay]", `pay is asked of a county, and the form is about a school`},
		{"computed from a list that is not asked", "    lists: [{list: rows, from: [export], required: true}]\n", "", `roll is computed from the list "rows", which the form does not ask`},
		{"computed in another unit", "      - {elements: [women", "      - {element: teachers, compute: {list: rows, agg: sum, of: heads}}\n      - {elements: [women", `teachers adds up heads, which is measured in "pupil", not in "teacher"`},
		{"parts that no choice tells apart", "part_by: grade}", "part_by: no}", `part_by: list "rows" has no choice column "no"`},
		{"from computed, without saying how", "from: [register, last_year]", "from: [computed]", `women is from computed, but the form does not say how`},
		{"from earlier, without saying of what", "from: [register, last_year]", "from: [earlier]", `women: from earlier and the key earlier, which says of what and when, belong together`},
		{"earlier in another unit", "from: [register, last_year]", "earlier: {years: 3, of: roll.g1}, from: [earlier]", `women cannot be what roll.g1 was`},
		{"earlier than anybody remembers", "from: [register, last_year]", "earlier: {years: 30, of: teachers}, from: [earlier]", `years is from 1 to 12, found 30`},
		{"a condition that is none", "part_by: grade}", "part_by: grade, unless: heads}", `want a condition, found a number in pupil`},
		{"a whole that nothing shares out", "last_year], same: all", "last_year], whole: true", `whole: women is none of the elements that the pack's split shares out`},
		{"a school form that a county fills", "fills: school", "fills: county", `form "the-form" is about a school, but a county fills it`},
		{"a feed's header that leads nowhere", "女: women", "女: womem", `unknown element "womem"`},
		{"a feed that gives what is derived", "女: women", "女: listed", `listed is derived, so no file gives it`},
		{"a tolerance that is none", "within: 2%", "within: two", `within: want a number from 0 on, or a share such as 2%, found "two"`},
		{"a comparison without a number", "element: women, within", "element: kind, within", `kind is no number`},
		{"an unknown key", "minutes: 10", "minute: 10", `unknown key "minute"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(withForms(t, tt.old, tt.new))
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// Burden rule 1 inside a pack: each element has one owner form. Forms of other
// stages do not meet.
func TestOneOwnerForm(t *testing.T) {
	second := strings.NewReplacer("the-form", "second", "{list: rows, from: [export], required: true}", "", "      - {element: roll, from: [computed], compute: {list: rows, agg: sum, of: heads, part_by: grade}}\n", "").
		Replace(smallForms[strings.Index(smallForms, "  - id: the-form"):strings.Index(smallForms, "feeds:")])
	for _, tt := range []struct{ name, first, second, want string }{
		{"the same stages", "", "", `women is asked by the form "the-form" already, and "second" asks it again of the same units and period`},
		{"other stages", "    stages: [primary]\n", "    stages: [junior]\n", ""},
		{"one stage in both", "    stages: [primary, junior]\n", "    stages: [junior]\n", `"second" asks it again`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stages := func(s, text string) string {
				return strings.Replace(s, "    basis: 文件\n", "    basis: 文件\n"+text, 1)
			}
			fsys := withForms(t, "", "")
			text := stages(smallForms, tt.first)
			fsys["forms.yaml"] = file(strings.Replace(text, "feeds:", stages(second, tt.second)+"feeds:", 1))
			_, err := Load(fsys)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// Burden rule 1 across packs: two open forms that ask the same element of the
// same units and period fail, naming both.
func TestBurdenRule1OneFactOneForm(t *testing.T) {
	load := func(form, stages string) OpenForm {
		t.Helper()
		fsys := withForms(t, "id: the-form", "id: "+form+"\n    stages: ["+stages+"]")
		p, err := Load(fsys)
		if err != nil {
			t.Fatal(err)
		}
		return OpenForm{Pack: p, Form: p.Form(form), Period: edu.Year(2025)}
	}
	one, two, junior := load("one", "primary, junior"), load("two", "primary"), load("junior", "junior")
	later := two
	later.Period = edu.Year(2026)
	for _, tt := range []struct {
		name  string
		open  []OpenForm
		clash bool
	}{
		{"the same units and period", []OpenForm{one, two}, true},
		{"another period", []OpenForm{one, later}, false},
		{"another stage", []OpenForm{two, junior}, false},
		{"one form alone", []OpenForm{one}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckOpen(tt.open)
			switch {
			case !tt.clash && err != nil:
				t.Error(err)
			case tt.clash && (!errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), `women is asked by the form "one" already, and "two"`) || !strings.Contains(err.Error(), "roll")):
				t.Errorf("err = %v", err)
			}
		})
	}
	var shipped []OpenForm
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Forms {
			shipped = append(shipped, OpenForm{p, f, edu.Year(2025)})
		}
	}
	if len(shipped) < 4 {
		t.Errorf("%d shipped forms", len(shipped))
	}
	if err := CheckOpen(shipped); err != nil {
		t.Error(err)
	}
}

// Burden rule 3 on the shipped forms: nothing is asked that a pack derives, and
// every total that a check names is computed where its parts are asked.
func TestBurdenRule3PartsNotTotals(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Forms {
			for _, a := range f.Asks {
				if a.Element.Derive != nil {
					t.Errorf("%s asks %s, which the pack derives", f.ID, a.Element.ID)
				}
				if c := a.Compute; c != nil && c.List == "" && len(c.Parts) == 0 {
					t.Errorf("%s: %s is computed from nothing", f.ID, a.Element.ID)
				}
			}
		}
	}
}

// Every element of a shipped form's level is asked by one form, or is known to
// be somebody else's.
func TestShippedFormsAskEverything(t *testing.T) {
	for name, left := range map[string]string{
		// Bands of class sizes are for places without a class list; the rest is the city's.
		"cn-compulsory": "class_bands recognition veto_exam veto_choice veto_key veto_false",
		"cn-preschool":  "recognition_preschool built_year", // packs of other schemes may use the latter
	} {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]bool{}
		for _, f := range p.Forms {
			for _, a := range f.Asks {
				asked[a.Element.ID] = true
			}
		}
		for _, id := range strings.Fields(left) {
			if asked[id] {
				t.Errorf("%s: %s is asked", name, id)
			}
			asked[id] = true
		}
		for _, e := range p.Elements {
			if e.Derive == nil && !asked[e.ID] {
				t.Errorf("%s: no form asks %s", name, e.ID)
			}
		}
	}
}

// A pack that extends another takes over its forms, with its own elements in
// them, and replaces those that it names again.
func TestFormsExtend(t *testing.T) {
	base := withForms(t, "", "")
	fsys := fstest.MapFS{"pack.yaml": file(`id: ours
name: {zh: 我们, en: Ours}
source: made up
extends: small@1
elements:
  - {id: women, name: {zh: 女, en: Women here}, type: count, unit: teacher, required: true, source: made up, evidence: P}
`)}
	for name, f := range maps.All(base) {
		fsys["extends/"+name] = f
	}
	p, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if a := p.Form("the-form").Asks[1]; a.Element.Name.EN != "Women here" || !a.Required {
		t.Errorf("women = %+v", a.Element)
	}
	fsys["forms.yaml"] = file(strings.Replace(smallForms[strings.Index(smallForms, "forms:"):strings.Index(smallForms, "feeds:")], "minutes: 10", "minutes: 5", 1))
	fsys["forms.yaml"] = file(strings.ReplaceAll(string(fsys["forms.yaml"].Data), "[doc]", "made up"))
	if p, err = Load(fsys); err != nil {
		t.Fatal(err)
	}
	if len(p.Forms) != 1 || p.Forms[0].Minutes != 5 || p.Forms[0].Pack != "ours" {
		t.Errorf("forms = %+v", p.Forms)
	}
}

// Every form of ours says in English too on what it rests and who approved it; a city's
// own pack may say it in one language, and then says it so to everybody.
func TestFormsTellTheirBasisInEnglish(t *testing.T) {
	for _, p := range cityPacks(t) {
		for _, f := range p.Forms {
			for _, x := range []edu.Text{f.Rests(), f.ApprovedBy()} {
				if x.ZH == "" || x.EN == "" || strings.ContainsFunc(x.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("%s, form %s: %+v", p.Ref(), f.ID, x)
				}
			}
		}
	}
	if x := (&Form{Basis: "本市文件", Approver: "市局"}); x.Rests().EN != "本市文件" || x.ApprovedBy().EN != "市局" {
		t.Errorf("%+v, %+v", x.Rests(), x.ApprovedBy())
	}
}
