// What the children looked like of whom a model was made, so that a later day can be
// held against it without keeping them.

package warning

import (
	"math"
	"slices"
)

// Profile is how a set of cases lies, feature by feature: the shares of each part,
// and nothing of any child.
type Profile []Spread

// Spread is how one feature lies. Cuts part it: below the first, from each on; the
// last part is not known.
type Spread struct {
	Cuts  []float64
	Parts []float64 // how many
}

// fewValues is up to how many different values each is a part of its own: a mark that
// one child in twenty has is lost in tenths.
const fewValues = 12

// ProfileOf is the profile of cases.
func ProfileOf(d *Data) Profile {
	out := make(Profile, len(d.Features))
	for f := range d.Features {
		var known []float64
		for _, c := range d.Cases {
			if !math.IsNaN(c.X[f]) {
				known = append(known, c.X[f])
			}
		}
		slices.Sort(known)
		out[f].Cuts = cutsOf(known)
		out[f].Parts = out[f].count(d, f)
	}
	return out
}

// cutsOf parts sorted values: at each of few, at the tenths of many.
func cutsOf(known []float64) (cuts []float64) {
	if values := slices.Compact(slices.Clone(known)); len(values) <= fewValues {
		if len(values) > 1 {
			cuts = values[1:]
		}
		return cuts
	}
	for t := 1; t < 10; t++ {
		if c := known[t*len(known)/10]; len(cuts) == 0 || c > cuts[len(cuts)-1] {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

func (s *Spread) count(d *Data, f int) []float64 {
	n := make([]float64, len(s.Cuts)+2)
	for _, c := range d.Cases {
		if math.IsNaN(c.X[f]) {
			n[len(s.Cuts)+1]++
			continue
		}
		at, _ := slices.BinarySearchFunc(s.Cuts, c.X[f], func(cut, x float64) int {
			if cut <= x {
				return -1
			}
			return 1
		})
		n[at]++
	}
	return n
}

// Against compares cases of today with the profile. Half a case is added to each part
// so that an empty one is not infinite.
func (p Profile) Against(now *Data) []Drift {
	out := make([]Drift, len(p))
	for f := range p {
		out[f].Feature = f
		a, b := shares(p[f].Parts), shares(p[f].count(now, f))
		for i := range a {
			out[f].PSI += (b[i] - a[i]) * math.Log(b[i]/a[i])
		}
	}
	return out
}

func shares(n []float64) []float64 {
	sum := 0.0
	for _, x := range n {
		sum += x
	}
	out := make([]float64, len(n))
	for i, x := range n {
		out[i] = (x + 0.5) / (sum + 0.5*float64(len(n)))
	}
	return out
}

// PSI compares the features of two sets of cases. Each is parted as the first set lies,
// not known being a part of its own.
func PSI(then, now *Data) []Drift { return ProfileOf(then).Against(now) }

// Told are the rows of a calibration table of which each may be told: neighbours are
// put together until at least ten left and ten stayed.
func Told(bins []Bin) (out []Bin) {
	var b Bin
	put := func(x Bin) {
		if b.N == 0 {
			b = x
			return
		}
		n := float64(b.N + x.N)
		b.Mean = (b.Mean*float64(b.N) + x.Mean*float64(x.N)) / n
		b.Share = (b.Share*float64(b.N) + x.Share*float64(x.N)) / n
		b.N, b.High = b.N+x.N, x.High
	}
	full := func() bool {
		left := int(math.Round(b.Share * float64(b.N)))
		return left >= Smallest && b.N-left >= Smallest
	}
	for _, x := range bins {
		if put(x); full() {
			out = append(out, b)
			b = Bin{}
		}
	}
	if b.N > 0 && len(out) > 0 { // what is left over goes with the last row
		rest := b
		b = out[len(out)-1]
		put(rest)
		out[len(out)-1] = b
	}
	return out
}

// Families are the groups of which all may be told: where one of a family (sex:, …)
// is too small, nothing is told of the others, from which and the total it would
// follow. A group that is alone in its family is all of them: there is nothing to hold
// it against, and it would tell that there is nobody else.
func Families(groups []GroupResult, all []string) (out []GroupResult) {
	family := func(g string) string {
		for i := range g {
			if g[i] == ':' {
				return g[:i]
			}
		}
		return g
	}
	for _, g := range groups {
		whole, others := true, false
		for _, name := range all {
			if family(name) != family(g.Group) {
				continue
			}
			others = others || name != g.Group
			i := slices.IndexFunc(groups, func(o GroupResult) bool { return o.Group == name })
			whole = whole && i >= 0 && groups[i].Left >= Smallest && groups[i].N-groups[i].Left >= Smallest
		}
		if whole && others {
			out = append(out, g)
		}
	}
	return out
}
