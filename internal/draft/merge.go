// What two speeches both say becomes one proposal.

package draft

import "slices"

const (
	alike      = 0.34 // share of the shorter one's pairs of characters that must agree
	alikeExact = 0.6  // the same where one of them gives figures, dates or owners
)

// merge joins proposals that ask for the same: of one row and stage, with no
// figure or date that differs. Each keeps all its sources.
func merge(in []Proposal) []Proposal {
	var out []Proposal
next:
	for _, p := range in {
		for i := range out {
			if same(&out[i], &p) {
				out[i].join(p)
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

func same(a, b *Proposal) bool {
	if a.Row == "" || a.Row != b.Row || a.Stage != b.Stage || a.Class != b.Class || a.Sources[0].Statement == b.Sources[0].Statement {
		return false
	}
	if differ(a.Numbers, b.Numbers) || differ(a.Dates, b.Dates) || differ(a.Owners, b.Owners) {
		return false
	}
	need := alike
	if len(a.Numbers)+len(a.Dates)+len(a.Owners)+len(b.Numbers)+len(b.Dates)+len(b.Owners) > 0 {
		need = alikeExact
	}
	x, y := a.pairs, b.pairs
	n := 0
	for _, p := range x {
		if slices.Contains(y, p) {
			n++
		}
	}
	return min(len(x), len(y)) > 0 && float64(n) >= need*float64(min(len(x), len(y)))
}

// differ tells that both give something, and not the same.
func differ(a, b []Found) bool {
	return len(a) > 0 && len(b) > 0 && !slices.EqualFunc(a, b, func(x, y Found) bool { return x.Text == y.Text })
}

// join takes the other's sources, and what it gives where this one gives nothing.
func (p *Proposal) join(o Proposal) {
	p.Sources = append(p.Sources, o.Sources...)
	if len(p.Numbers) == 0 {
		p.Numbers = o.Numbers
	}
	if len(p.Dates) == 0 {
		p.Dates = o.Dates
	}
	if len(p.Owners) == 0 {
		p.Owners = o.Owners
	}
	if p.Indicator == "" {
		p.Indicator = o.Indicator
	}
}
