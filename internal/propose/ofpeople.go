package propose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// levers finds the levers of an act.
func (b *builder) levers(act pack.LeverAct) (out []*pack.Lever) {
	for _, l := range b.p.Levers {
		if l.Act == act {
			out = append(out, l)
		}
	}
	return out
}

// price is what an item costs, NaN where the list does not say; what is lacking is
// noted.
func (b *builder) price(l *pack.Lever, item string) float64 {
	if p, ok := b.in.Prices.Price(item); ok && p.Yuan >= 0 {
		return p.Yuan
	}
	name := b.in.Prices.Name(item)
	b.n.note(fmt.Sprintf("单价表缺“%s”，不能提出“%s”。", name.ZH, l.Name.ZH), fmt.Sprintf("The price list lacks %q, so %q cannot be proposed.", name.EN, l.Name.EN))
	return math.NaN()
}

// growths measures what one more of each element of the levers adds to each
// indicator in each row, by the indicator's own formula.
func (b *builder) growths() error {
	add := func(id string) {
		if !slices.ContainsFunc(b.grow, func(g growth) bool { return g.element == id }) {
			b.grow = append(b.grow, growth{element: id})
		}
	}
	for _, l := range b.p.Levers {
		for _, id := range l.Elements {
			add(id)
		}
		for _, p := range l.People {
			for _, id := range p.Counts {
				add(id)
			}
		}
	}
	for g := range b.grow {
		b.grow[g].by = make([][][]float64, len(b.c.Sections))
		for s := range b.c.Sections {
			by, err := b.adds(b.grow[g].element, s)
			if err != nil {
				return err
			}
			b.grow[g].by[s] = by
		}
	}
	return nil
}

// adds is what one more of an element adds to each indicator of a section, and what
// two add beyond twice that: only a formula in which it stands as a sum can be
// planned by.
func (b *builder) adds(element string, s int) ([][]float64, error) {
	w := b.n.Sections[s]
	f := b.a.Stages[w.StageAt].Frame
	out := make([][]float64, len(b.n.Indicators))
	for i, d := range b.n.Indicators {
		if d.Lack == nil || !slices.Contains(d.Lack.Have.Expr.Fields(), element) {
			continue
		}
		at := func(more float64) float64 {
			v, ok := d.Lack.Have.Expr.Explain(func(field string) edu.Value {
				v := f.Value(w.Row, field)
				if field == element {
					x, _ := v.Number()
					return edu.Some(x + more)
				}
				return v
			}).Value.Number()
			if !ok {
				return math.NaN()
			}
			return v
		}
		x0, x1, x2 := at(0), at(1), at(2)
		if math.IsNaN(x0) {
			out[i] = []float64{x0} // nobody can say: a figure is missing
			continue
		}
		if a := x1 - x0; math.Abs(x2-x0-2*a) > 1e-6*math.Max(1, math.Abs(x0)) {
			return nil, fmt.Errorf("lever on %s: the numerator of %s is no sum in it: %w", element, d.ID, fault.Invalid)
		} else if a = math.Round(a*1e6) / 1e6; a != 0 {
			out[i] = []float64{a}
		}
	}
	return out, nil
}

// effect is what one more of an element adds to an indicator of a section, NaN where
// a figure is missing.
func (b *builder) effect(element string, s, i int) float64 {
	for _, g := range b.grow {
		if g.element == element {
			if x := g.by[s][i]; x != nil {
				return x[0]
			}
		}
	}
	return 0
}

// counts tells, by indicator, whether a person who counts to some elements counts.
// Sections differ only in whether they are asked: a person who would count twice,
// or in one section and not in another, cannot be planned by.
func (b *builder) counts(elements []string) (out []bool, err error) {
	key := strings.Join(elements, " ")
	if out, ok := b.counted[key]; ok {
		return out, nil
	}
	defer func() {
		if err == nil {
			if b.counted == nil {
				b.counted = map[string][]bool{}
			}
			b.counted[key] = out
		}
	}()
	out = make([]bool, len(b.n.Indicators))
	for i, d := range b.n.Indicators {
		seen := math.NaN()
		for s := range b.c.Sections {
			if b.c.Sections[s].Limit[i] == 0 && b.c.Stages[b.c.Sections[s].Stage].Spread[i] == 0 {
				continue
			}
			sum := 0.0
			for _, e := range elements {
				sum += b.effect(e, s, i)
			}
			if math.IsNaN(sum) {
				continue
			}
			if math.IsNaN(seen) {
				seen = sum
			} else if seen != sum {
				return nil, fmt.Errorf("lever on %s: a person counts %v to %s in one section and %v in another: %w", strings.Join(elements, ", "), seen, d.ID, sum, fault.Invalid)
			}
		}
		switch {
		case math.IsNaN(seen), seen == 0:
		case seen == 1:
			out[i] = true
		default:
			return nil, fmt.Errorf("lever on %s: a person counts %v to %s, want once: %w", strings.Join(elements, ", "), seen, d.ID, fault.Invalid)
		}
	}
	return out, nil
}

// kind finds or makes the kind of people who count so.
func (b *builder) kind(counts []bool, tours bool) int {
	for k, kind := range b.c.Kinds {
		if slices.Equal(kind.Counts, counts) && kind.Tours == tours {
			return k
		}
	}
	id := ""
	for i, c := range counts {
		if c {
			id += b.n.Indicators[i].ID + " "
		}
		if c {
			b.c.Indicators[i].What = People
		}
	}
	b.c.Kinds = append(b.c.Kinds, Kind{ID: strings.TrimSpace(id), Counts: counts, Tours: tours})
	b.n.Hires = append(b.n.Hires, nil)
	return len(b.c.Kinds) - 1
}

// known leaves of a group's elements those of a lever, each indicator once: a person
// is counted by the main subject.
func (b *builder) known(counts, elements []string) (out []string) {
	key := strings.Join(counts, " ")
	if out, ok := b.knows[key]; ok {
		return out
	}
	defer func() {
		if b.knows == nil {
			b.knows = map[string][]string{}
		}
		b.knows[key] = out
	}()
	for _, e := range counts {
		if !slices.Contains(elements, e) || slices.Contains(out, e) {
			continue
		}
		twice := false
		for s := range b.c.Sections {
			for i := range b.n.Indicators {
				if b.effect(e, s, i) > 0 && slices.ContainsFunc(out, func(o string) bool { return b.effect(o, s, i) > 0 }) {
					twice = true
				}
			}
		}
		if !twice {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

func first[T any](list []T) (t T) {
	if len(list) > 0 {
		t = list[0]
	}
	return t
}

// people are kinds, who there is of each, and what can be done with them.
func (b *builder) people() error {
	n := b.n
	n.Move, n.Exchange, n.Tour, n.Hire = first(b.levers(pack.LeverMove)), first(b.levers(pack.LeverExchange)), first(b.levers(pack.LeverItinerant)), first(b.levers(pack.LeverHire))
	b.c.Prices.Move, b.c.Prices.Hire, b.c.Prices.Tour = math.NaN(), math.NaN(), math.NaN()
	if n.Move != nil {
		b.c.Prices.Move = b.price(n.Move, n.Move.Price)
		if n.Move.PerKm != "" && b.c.Km != nil {
			b.c.Prices.PerKm = b.price(n.Move, n.Move.PerKm)
		}
	}
	if n.Hire != nil {
		b.c.Prices.Hire = b.price(n.Hire, n.Hire.Price)
	}
	if n.Tour != nil {
		b.c.Prices.Tour = b.price(n.Tour, n.Tour.Price) * float64(max(1, n.Tour.Months))
	}
	n.Groups = make([][][]Group, len(b.c.Sections))
	if err := b.staff(); err != nil {
		return err
	}
	if n.Hire != nil {
		for _, p := range n.Hire.People {
			counts, err := b.counts(p.Counts)
			if err != nil {
				return err
			}
			k := b.kind(counts, b.tours(p.Counts))
			b.c.Kinds[k].Hire = true
			n.Hires[k] = append(n.Hires[k], p)
		}
	}
	b.guests()
	b.training()
	// Kinds were found one after another: every section has a number for each.
	for s := range b.c.Sections {
		sec := &b.c.Sections[s]
		for len(sec.Staff) < len(b.c.Kinds) {
			sec.Staff, sec.Free = append(sec.Staff, 0), append(sec.Free, 0)
			n.Groups[s] = append(n.Groups[s], nil)
		}
	}
	if p := b.in.Staff.Posts; p != nil {
		left := max(0, p.Approved-p.Established)
		b.c.Posts = &left
	} else if n.Hire != nil {
		n.note("未填报核定编制和在编人数，招聘未按空编限制。", "Approved and taken posts were not told: hires are not bounded by posts.")
	}
	return nil
}

// closed are the acts of the pack that are not for a section.
func (b *builder) closed() {
	var zh, en []string
	many := 0
	for s := range b.c.Sections {
		w, some := b.n.Sections[s], false
		f := b.a.Stages[w.StageAt].Frame
		applies := func(l *pack.Lever) bool {
			if l == nil || l.Applies(func(field string) edu.Value { return f.Value(w.Row, field) }) {
				return true
			}
			if some = true; !slices.Contains(zh, l.Name.ZH) {
				zh, en = append(zh, l.Name.ZH), append(en, l.Name.EN)
			}
			return false
		}
		at := &b.c.Sections[s].Closed
		at.Move, at.Tour, at.Hire = !applies(b.n.Move), !applies(b.n.Tour), !applies(b.n.Hire)
		for i := range b.n.Indicators {
			at.Grow = append(at.Grow, !applies(b.n.Train[i]) || !applies(b.n.Build[i]))
		}
		if some {
			many++
		}
	}
	if many > 0 {
		b.n.note(fmt.Sprintf("%d 个学段按指标包的条件（如举办者类别）不安排：%s。", many, strings.Join(zh, "、")), fmt.Sprintf("By the pack's conditions, such as who runs the school, %d sections get none of: %s.", many, strings.Join(en, ", ")))
	}
}

// tours tells whether people who count to these elements may teach at a second school.
func (b *builder) tours(counts []string) bool {
	return b.n.Tour != nil && slices.ContainsFunc(counts, func(e string) bool { return slices.Contains(b.n.Tour.Of, e) })
}

// staff are the groups that the county told, by section and kind.
func (b *builder) staff() error {
	if len(b.in.Staff.Groups) == 0 {
		b.n.note("未填报分学段、分学科教师数，不能提出调动、交流、走教和培养。", "Staff by section and subject were not told: nobody can be moved, exchanged, trained or sent to a second school.")
		return nil
	}
	if b.n.Move == nil {
		return nil
	}
	at := map[string]int{}
	for s, w := range b.n.Sections {
		at[w.Code+"\x00"+string(w.Stage)] = s
		if _, ok := at[w.Name+"\x00"+string(w.Stage)]; !ok {
			at[w.Name+"\x00"+string(w.Stage)] = s
		}
	}
	lost := 0
	posts := slices.ContainsFunc(b.in.Staff.Groups, func(g means.Group) bool { return g.Posts > 0 }) // were told
	for _, g := range b.in.Staff.Groups {
		s, ok := at[g.School+"\x00"+string(g.Stage)]
		if !ok {
			lost++
			continue
		}
		held := 0
		for _, n := range g.Held {
			held += n
		}
		group := Group{Subject: g.Subject, Counts: b.known(g.Counts, b.n.Move.Elements), People: g.People, Free: max(0, g.People-max(held, g.Leave))}
		if posts {
			group.Free = min(group.Free, g.Posts) // who holds no post of the school is not the school's to give
		}
		group.Due = min(group.Free, g.Eligible)
		counts, err := b.counts(group.Counts)
		if err != nil {
			return err
		}
		k := b.kind(counts, b.tours(group.Counts))
		sec := &b.c.Sections[s]
		for len(sec.Staff) <= k {
			sec.Staff, sec.Free = append(sec.Staff, 0), append(sec.Free, 0)
			b.n.Groups[s] = append(b.n.Groups[s], nil)
		}
		sec.Staff[k] += group.People
		sec.Free[k] += group.Free
		b.n.Groups[s][k] = append(b.n.Groups[s][k], group)
	}
	if lost > 0 {
		b.n.note(fmt.Sprintf("教师数中有 %d 行的学校或学段不在本期数据中，未采用。", lost), fmt.Sprintf("%d rows of staff name a school or stage that the figures do not have; they are not used.", lost))
	}
	return b.agree()
}

// agree holds the staff against what schools reported: nobody may be moved who is
// not in the figures, and no more than a section's own floor allows.
func (b *builder) agree() error {
	differ := 0
	for s := range b.c.Sections {
		sec, w := &b.c.Sections[s], b.n.Sections[s]
		st := b.a.Stages[w.StageAt]
		for i := range b.c.Indicators {
			if b.c.Indicators[i].What != People {
				continue
			}
			told := 0
			for k := range sec.Staff {
				if b.c.Kinds[k].Counts[i] {
					told += sec.Staff[k]
				}
			}
			if float64(told) > sec.Have[i]+1e-9 {
				differ++
				for k := range sec.Free {
					if b.c.Kinds[k].Counts[i] {
						sec.Free[k] = 0
					}
				}
			}
		}
		least := b.least(st, w)
		total := 0
		for _, n := range sec.Staff {
			total += n
		}
		if math.IsNaN(least) {
			least = float64(total)
		}
		sec.Least = int(math.Ceil(least - 1e-9))
	}
	if differ > 0 {
		b.n.note(fmt.Sprintf("%d 处教师数多于学校填报数，这些学段的相应教师不安排调动。", differ), fmt.Sprintf("In %d places staff outnumber what the school reported; such teachers are not moved.", differ))
	}
	return nil
}

// least is how many people a section keeps in any case; NaN where it cannot be told.
func (b *builder) least(st *standard.Stage, w Where) float64 {
	f := b.n.Move.LeastOf(w.Stage)
	if f == nil {
		return 0
	}
	v, ok := f.Expr.Explain(func(field string) edu.Value { return st.Frame.Value(w.Row, field) }).Value.Number()
	if !ok {
		return math.NaN()
	}
	return v
}

// guests are where the standard counts people of other schools.
func (b *builder) guests() {
	if b.n.Tour == nil {
		return
	}
	for s := range b.c.Sections {
		sec := &b.c.Sections[s]
		for i := range b.n.Indicators {
			if g := b.effect(b.n.Tour.Elements[0], s, i); g > 0 && sec.Counted {
				if sec.Guest == nil {
					sec.Guest = make([]float64, len(b.n.Indicators))
				}
				sec.Guest[i] = g
			}
		}
	}
}

// training makes of people who do not count to an indicator some who do.
func (b *builder) training() {
	n := len(b.n.Indicators)
	b.c.Prices.Train, b.n.Train = slices.Repeat([]float64{math.NaN()}, n), make([]*pack.Lever, n)
	for _, l := range b.levers(pack.LeverTrain) {
		for i := range b.n.Indicators {
			if b.c.Indicators[i].What != People || b.n.Train[i] != nil || !b.grows(l.Elements[0], i) {
				continue
			}
			b.c.Prices.Train[i], b.n.Train[i] = b.price(l, l.Price), l
		}
	}
	for k := range b.c.Kinds {
		kind := &b.c.Kinds[k]
		kind.Into = slices.Repeat([]int{-1}, n)
		for i := range kind.Into {
			if b.n.Train[i] != nil && !kind.Counts[i] {
				kind.Into[i] = k // whoever is trained counts to one indicator more; the kind is not followed further
			}
		}
	}
}

// grows tells whether an element adds one to an indicator, and nothing to others.
func (b *builder) grows(element string, i int) bool {
	some := false
	for s := range b.c.Sections {
		for j := range b.n.Indicators {
			e := b.effect(element, s, j)
			if math.IsNaN(e) {
				continue
			}
			if j != i && e != 0 || j == i && e != 0 && e != 1 {
				return false
			}
			some = some || e == 1
		}
	}
	return some
}

// amounts are what can be built and bought, by indicator the cheapest lever.
func (b *builder) amounts() {
	n := len(b.n.Indicators)
	b.c.Prices.Build, b.n.Build, b.n.Elements = make([]float64, n), make([]*pack.Lever, n), make([]string, n)
	for _, l := range append(b.levers(pack.LeverBuild), b.levers(pack.LeverBuy)...) {
		for i := range b.n.Indicators {
			if b.c.Indicators[i].What != Amount || !b.grows(l.Elements[0], i) {
				continue
			}
			price := 1.0
			if !l.Worth {
				price = b.price(l, l.Price)
			}
			if price > 0 && (b.n.Build[i] == nil || price < b.c.Prices.Build[i]) {
				b.c.Prices.Build[i], b.n.Build[i], b.n.Elements[i] = price, l, l.Elements[0]
				b.c.Indicators[i].Whole = l.Whole
			}
		}
	}
	for i, l := range b.n.Train {
		if l != nil {
			b.n.Elements[i] = l.Elements[0]
		}
	}
}
