package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/edu"
)

// fact is one figure that somebody is asked for.
type fact struct {
	form, id, name string
	level          edu.Level
	stages         []edu.Stage // of a section's figure
	headers        []string
}

func (f fact) String() string { return fmt.Sprintf("%s of %s (%s)", f.id, f.form, f.name) }

// cityPacks are the shipped packs that one city may be measured by.
func cityPacks(t *testing.T) []*Pack {
	t.Helper()
	var out []*Pack
	for _, name := range Shipped() {
		if strings.HasPrefix(name, "cn-") || strings.HasPrefix(name, "unesco-") {
			p, err := Open(name)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, p)
		}
	}
	return out
}

// asked are the figures that the forms of packs ask, part by part.
func asked(packs []*Pack) []fact {
	var out []fact
	for _, p := range packs {
		for _, f := range p.Forms {
			for _, a := range f.Asks {
				e := a.Element
				one := fact{f.ID, e.ID, e.Name.ZH, e.Level, nil, e.Headers}
				if e.Level == edu.Section {
					one.stages = e.StagesIn(p)
				}
				if e.By == nil {
					out = append(out, one)
					continue
				}
				for _, part := range e.By.Parts {
					o := one
					o.id, o.name, o.headers = e.ID+"."+part.ID, e.Name.ZH+"·"+part.Name.ZH, part.Headers
					if len(part.Stages) > 0 {
						o.stages = part.Stages
					}
					out = append(out, o)
				}
			}
		}
	}
	return out
}

var (
	numerals = regexp.MustCompile(`[一二三四五六七八九十]+`)
	noise    = regexp.MustCompile(`（[^）]*）|周|的|人数|数$|\s`)
	agesOf   = regexp.MustCompile(`(\d+)(?:至(\d+))?岁`)
)

// digits writes 十五 as 15, so that two ways to write an age are one.
func digits(s string) string {
	return numerals.ReplaceAllStringFunc(s, func(s string) string {
		n, last := 0, 0
		for _, r := range s {
			if r == '十' {
				n, last = 10*max(last, 1), 0
				continue
			}
			last = strings.Index("一二三四五六七八九", string(r))/len("一") + 1
		}
		return strconv.Itoa(n + last)
	})
}

// called is a name without what does not tell facts apart.
func called(name string) string { return noise.ReplaceAllString(digits(name), "") }

// people are the residents of single ages and of one sex that a figure counts.
func people(f fact) []string {
	name := called(f.name)
	m := agesOf.FindStringSubmatch(name[strings.LastIndex(name, "·")+1:])
	if m == nil || !strings.Contains(name, "人口") || f.level != edu.County {
		return nil
	}
	lo, _ := strconv.Atoi(m[1])
	hi, err := strconv.Atoi(m[2])
	if err != nil {
		hi = lo
	}
	sexes := []string{"男性", "女性"}
	if i := slices.IndexFunc(sexes, func(s string) bool { return strings.Contains(name, s) }); i >= 0 {
		sexes = sexes[i : i+1]
	}
	var out []string
	for age := lo; age <= hi; age++ {
		for _, s := range sexes {
			out = append(out, fmt.Sprintf("%s %d", s, age))
		}
	}
	return out
}

// sameFacts names every two figures that are one fact: one element on two forms,
// one name or header under two ids, or the same people counted twice. Figures
// that no date is said of come from a census and are others.
func sameFacts(all []fact, unsaid func(id string) bool) []string {
	var out []string
	meet := func(a, b fact) bool {
		return a.level == b.level && (a.level != edu.Section || slices.ContainsFunc(a.stages, func(s edu.Stage) bool { return slices.Contains(b.stages, s) }))
	}
	by := map[string][]fact{}
	claim := func(key string, f fact) {
		for _, was := range by[key] {
			if meet(was, f) && (was.id != f.id || was.form != f.form) {
				out = append(out, fmt.Sprintf("%s and %s: %s", was, f, key))
			}
		}
		by[key] = append(by[key], f)
	}
	for _, f := range all {
		claim("element "+f.id, f)
		claim("name "+called(f.name), f)
		for _, h := range f.headers {
			claim("header "+called(h), f)
		}
		if !unsaid(f.id) {
			for _, who := range people(f) {
				claim("people "+who, f)
			}
		}
	}
	return out
}

// Burden rule 1 over all packs loaded together: no fact is asked by two forms,
// whatever they call it.
func TestBurdenRule1NoFactUnderTwoNames(t *testing.T) {
	packs := cityPacks(t)
	u, err := Union(packs...)
	if err != nil {
		t.Fatal(err)
	}
	unsaid := func(id string) bool {
		id, _, _ = strings.Cut(id, ".")
		return u.Element(id).Dating() == DatedUnsaid
	}
	all := asked(packs)
	for _, same := range sameFacts(all, unsaid) {
		t.Error(same)
	}
	// What a pack computes is not asked by another.
	for _, f := range all {
		for _, e := range u.Elements {
			if e.Derive != nil && e.Level == f.level && called(e.Name.ZH) == called(f.name) && (f.level != edu.Section || slices.ContainsFunc(e.StagesIn(u), func(s edu.Stage) bool { return slices.Contains(f.stages, s) })) {
				t.Errorf("%s is asked, and %s is computed", f, e.ID)
			}
		}
	}
	// The test would notice what was there once: 15 to 17 as a total beside single
	// years by sex; and any figure again under another id.
	total := fact{"cn-senior-county", "population_youth", "十五至十七周岁人口数", edu.County, nil, nil}
	if got := sameFacts(append(slices.Clone(all), total), func(id string) bool { return id != total.id && unsaid(id) }); len(got) != 6 {
		t.Errorf("a total beside its parts: %q", got)
	}
	for _, f := range all {
		again := f
		again.form, again.id = "another", "another"
		if len(sameFacts([]fact{f, again}, func(string) bool { return true })) == 0 {
			t.Errorf("nobody notices %s under another id", f)
		}
	}
}
