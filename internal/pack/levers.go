// Levers: how what an indicator counts can be changed, by what act, at which
// price of the county's price list, and who must approve it.

package pack

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
)

// Lever is a way in which what indicators count can be changed. Proposals are
// made of levers alone: a pack without any is measured and gets none.
type Lever struct {
	ID   string
	Name edu.Text
	Act  LeverAct
	// Elements are, of acts with people, those that a person may count to; of the
	// others, the one element that grows.
	Elements []string
	// Each are elements to which everybody counts, whatever they teach: teachers.
	Each []string
	// Of are, of itinerant, the elements of which a person must count to one; of
	// train, nothing.
	Of []string
	// People are, of hire, the kinds of people that can be hired.
	People []LeverPeople
	// Price is the item of the county's price list that a unit costs, PerKm the one
	// that comes on top for each kilometre between townships. Without the price the
	// act cannot be proposed.
	Price, PerKm string
	// Months is for prices a month: how many a school year has; 0 for others.
	Months int
	// Whole: only whole units are had (rooms). Worth: the element counts money, so
	// that a unit costs what it is and needs no price.
	Whole, Worth bool
	// Least is, of move, the number of people that a section keeps in any case, by
	// stage; "" is every stage.
	Least map[edu.Stage]*Formula
	// Where is a condition on a section: the act is proposed only where it holds, and
	// not where it cannot be told; nil is everywhere.
	Where *Formula
	// Authority says who must approve it.
	Authority edu.Text
	Source    string
	Tag       string

	Replaces *Lever
	Pack     string
}

// LeverAct is what is done.
type LeverAct string

const (
	LeverMove      LeverAct = "move"
	LeverExchange  LeverAct = "exchange"
	LeverItinerant LeverAct = "itinerant"
	LeverTrain     LeverAct = "train"
	LeverHire      LeverAct = "hire"
	LeverBuild     LeverAct = "build"
	LeverBuy       LeverAct = "buy"
)

// leverActs lists them.
var leverActs = []string{string(LeverMove), string(LeverExchange), string(LeverItinerant), string(LeverTrain), string(LeverHire), string(LeverBuild), string(LeverBuy)}

// LeverPeople is a kind of people that can be hired.
type LeverPeople struct {
	Subject edu.Text // empty where any subject will do
	Counts  []string // elements that each of them counts to
}

// Lever finds a lever by id, or nil.
func (p *Pack) Lever(id string) *Lever {
	for _, l := range p.Levers {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// LeastOf is the formula for the people that a section of a stage keeps, nil for
// none.
func (l *Lever) LeastOf(stage edu.Stage) *Formula {
	if f := l.Least[stage]; f != nil {
		return f
	}
	return l.Least[""]
}

// Applies tells whether the act may be proposed for a section with these figures.
func (l *Lever) Applies(get func(field string) edu.Value) bool {
	if l.Where == nil {
		return true
	}
	yes, ok := l.Where.Expr.Explain(get).Value.Number()
	return ok && yes > 0
}

func (s *sections) lever(o *object) {
	r := s.r
	l := &Lever{
		ID:        o.id(),
		Act:       LeverAct(o.oneOf("act", leverActs...)),
		Elements:  o.texts("elements"),
		Each:      o.texts("each"),
		Of:        o.texts("of"),
		Price:     o.str("price"),
		PerKm:     o.str("per_km"),
		Months:    o.whole("months", 0),
		Whole:     o.flag("whole"),
		Worth:     o.flag("worth"),
		Where:     o.formula("where"),
		Authority: o.text("authority"),
	}
	for _, k := range []string{"id", "act", "elements", "each", "of", "price", "people"} {
		o.mark(l, k)
	}
	o.need("name")
	l.Name = o.text("name")
	o.need("act")
	o.need("authority")
	o.byStage("least", func(stage edu.Stage, v *yaml.Node) {
		if l.Least == nil {
			l.Least = map[edu.Stage]*Formula{}
		}
		l.Least[stage] = r.formula(v, "least")
	})
	for _, n := range o.seq("people") {
		if p, ok := r.object(n, "people"); ok {
			p.need("counts")
			l.People = append(l.People, LeverPeople{Subject: p.text("subject"), Counts: p.texts("counts")})
			p.done()
		}
	}
	s.cited(o, &l.Source, &l.Tag)
	o.done()
	if i := slices.IndexFunc(s.p.Levers, func(k *Lever) bool { return k.ID == l.ID }); i >= 0 {
		s.twice(o, "lever", l.ID, s.p.Levers[i])
		return
	}
	s.p.Levers = append(s.p.Levers, l)
}

// lever checks what a lever names, and that it says what its act needs.
func (v *resolver) lever(l *Lever) {
	at := func(key string) pos {
		if p, ok := v.at[field{l, key}]; ok && p.line > 0 {
			return p
		}
		return v.at[field{l, "id"}]
	}
	count := func(id, key string) {
		e := v.element(id, at(key))
		if e != nil && (e.Level != edu.Section || e.Derive != nil || e.ID != id || e.Type != edu.TypeCount && e.Type != edu.TypeArea && e.Type != edu.TypeMoney) {
			v.failAt(at(key), "%s: a lever changes a count, an area or money that a section reports, and %s is none", key, id)
		}
	}
	for _, id := range l.Elements {
		count(id, "elements")
	}
	for _, id := range l.Each {
		count(id, "each")
	}
	for _, id := range l.Of {
		count(id, "of")
	}
	for _, p := range l.People {
		for _, id := range p.Counts {
			count(id, "people")
		}
	}
	want := func(ok bool, key, format string, args ...any) {
		if !ok {
			v.failAt(at(key), format, args...)
		}
	}
	one := len(l.Elements) == 1
	switch l.Act {
	case LeverMove:
		want(len(l.Elements) > 0, "elements", "act move needs elements: what a person may count to")
	case LeverExchange:
		want(len(l.Elements) == 0 && l.Price == "", "elements", "act exchange is a move of those who are due for it: its elements and price are those of the act move")
	case LeverItinerant:
		want(one && len(l.Of) > 0, "elements", "act itinerant needs one element that grows, and of: what a person must count to")
	case LeverHire:
		want(len(l.People) > 0, "people", "act hire needs people: the kinds that can be hired")
	case LeverTrain, LeverBuild, LeverBuy:
		want(one, "elements", "act %s needs one element that grows", l.Act)
	}
	want(l.Price != "" || l.Worth || l.Act == LeverExchange, "price", "a lever names its price: an item of the county's price list")
	want(!l.Worth || l.Act == LeverBuy && l.Price == "" && one && v.p.Element(l.Elements[0]) != nil && v.p.Element(l.Elements[0]).Type == edu.TypeMoney, "price", "worth is for buying what is counted in money, which needs no price")
	want(len(l.Least) == 0 || l.Act == LeverMove, "act", "least belongs to the act move")
	want(len(l.People) == 0 || l.Act == LeverHire, "people", "people belong to the act hire")
	if l.Act == LeverMove || l.Act == LeverExchange || l.Act == LeverItinerant {
		for _, o := range v.p.Levers {
			if o == l {
				break
			}
			want(o.Act != l.Act, "act", "the pack has the act %s twice, in %s and %s", l.Act, o.ID, l.ID)
		}
	}
	if l.Where != nil {
		want(l.Act != LeverExchange, "act", "act exchange is a move of those who are due for it: where belongs to the act move")
		v.condition(l.Where, scope{level: edu.Section, stages: v.p.Stages})
	}
	for stage, f := range l.Least {
		stages := v.p.Stages
		if stage != "" {
			if !slices.Contains(v.p.Stages, stage) {
				v.failAt(pos{f.File, f.Line, f.Col}, "stage %q is not one of the pack's stages", stage)
				continue
			}
			stages = []edu.Stage{stage}
		}
		if t, ok := v.formulaIn(f, 0, scope{level: edu.Section, stages: stages}); ok && t.Bool {
			v.failAt(pos{f.File, f.Line, f.Col}, "want a number of people, found a condition")
		}
	}
}
