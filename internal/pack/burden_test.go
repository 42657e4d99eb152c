package pack

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// traces are words for what people leave behind in a system, as opposed to what
// there is in a school.
var traces = regexp.MustCompile(`(?i)上传|下载|登录|登陆|留痕|痕迹|打卡|签到|点击|浏览|访问量|照片数|截图|附件数|upload|download|log-?in\b|sign-?in\b|trace|click|visit|photo|screenshot|attachment`)

// Burden rule 7: nothing in any shipped pack counts uploads, sign-ins or traces:
// no element asks them, and what is measured, checked, ruled or compared reads
// elements of the pack alone.
func TestBurdenRule7NothingCountsTraces(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{}
		say := func(what string, texts ...string) {
			for _, s := range texts {
				if m := traces.FindString(s); m != "" {
					t.Errorf("%s: %s speaks of %q: %s", name, what, m, s)
				}
			}
		}
		elements := append([]*Element{}, p.Elements...)
		for _, l := range p.Lists {
			elements = append(elements, l.Columns...)
			say("list "+l.ID, l.ID, l.Name.ZH, l.Name.EN)
		}
		for _, e := range elements {
			say("element "+e.ID, e.ID, e.Name.ZH, e.Name.EN)
			known[e.ID] = true
		}
		for _, x := range p.Indicators {
			say("indicator "+x.ID, x.ID, x.Name.ZH, x.Name.EN, x.Words.ZH)
			for _, f := range []*Formula{x.Section, x.Region} {
				if f == nil {
					continue
				}
				for _, id := range f.Expr.Fields() {
					id, _ = formula.Past(id)
					id, _, _ = strings.Cut(id, ".")
					if p.Element(id) == nil && !known[id] {
						t.Errorf("%s: indicator %s reads %s, which is no element", name, x.ID, id)
					}
				}
			}
		}
		for _, c := range p.Checks {
			say("check "+c.ID, c.ID, c.Message.ZH, c.Message.EN)
		}
		for _, st := range p.Standards {
			for _, r := range st.Rules {
				say("rule "+r.ID, r.ID, r.Name.ZH, r.Name.EN)
			}
		}
		for _, f := range p.Feeds {
			for _, c := range f.Compare {
				if p.Element(c.Element) == nil {
					t.Errorf("%s: feed %s compares %s, which is no element", name, f.ID, c.Element)
				}
			}
		}
	}
}

// Burden rule 7: evidence is a reference beside a review item, and no form asks
// for a file: there is no kind of answer that is one.
func TestBurdenRule7EvidenceIsAReference(t *testing.T) {
	kinds := map[edu.ElementType]bool{edu.TypeCount: true, edu.TypeArea: true, edu.TypeMoney: true, edu.TypeRatio: true, edu.TypeChoice: true, edu.TypeYesNo: true, edu.TypeDate: true, edu.TypeText: true}
	reviews := 0
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Forms {
			for _, a := range f.Asks {
				if !kinds[a.Element.Type] {
					t.Errorf("%s: %s is answered by a %s", f.ID, a.Element.ID, a.Element.Type)
				}
				if a.Element.Evidence {
					reviews++
					if a.Element.Type != edu.TypeYesNo {
						t.Errorf("%s: %s cites evidence and is no review item", f.ID, a.Element.ID)
					}
				}
			}
		}
	}
	if reviews == 0 {
		t.Error("no form has an item with evidence")
	}
}

// Burden rule 2: what no import, register or earlier year can tell is little: of
// no shipped form more than 25 required cells are left, in any one stage.
func TestBurdenRule2FewCellsAreLeft(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Forms {
			stages := f.Stages
			if len(stages) == 0 {
				stages = p.Stages
			}
			if f.Level == edu.County {
				stages = []edu.Stage{""}
			}
			for _, st := range stages {
				left := 0
				for _, a := range f.Asks {
					if !a.Required || len(a.From) > 0 || st != "" && !slices.Contains(a.Element.StagesIn(p), st) {
						continue
					}
					if a.Element.By == nil {
						left++
						continue
					}
					left += len(a.Element.partsOf(st))
				}
				if left > 25 {
					t.Errorf("%s: the form %s leaves %d required cells of a %s %s to be typed", name, f.ID, left, f.Level, st)
				}
			}
		}
	}
}
