package compare

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/stats"
)

// Feature is one thing in which units may be alike.
type Feature struct {
	ID     string
	Name   edu.Text
	How    edu.Text // how it is measured, in words
	Weight float64  // how much it counts; equal weights are 1
	Reads  []string // elements that it is computed from
}

// Peer is a unit that is like another one.
type Peer struct {
	Unit int
	// Distance is the root of the weighted mean of the squared differences, each
	// in standard deviations of its feature: 1 is "one standard deviation apart".
	Distance float64
	// Apart is the difference in each feature, in standard deviations: positive
	// where the peer has more.
	Apart []float64
}

// Peers are the units nearest to one unit.
type Peers struct {
	Features []Feature
	// Mean and Spread are those of each feature over the units that have all of
	// them; a feature with no spread tells nobody apart.
	Mean, Spread []float64
	Nearest      []Peer
	// Lacks are the features that the unit itself has no figure of: then it has
	// no peers, and the page says which figures are wanted.
	Lacks []int
	Among int // units that have all features, the unit itself included
	Left  int // units left out, since a feature of theirs is missing
}

// Alike finds the k units nearest to unit at. values[u][f] is feature f of unit
// u, NaN where it is missing. Units equally far stand in the order given, which
// is that of their codes; that order is all that a tie decides.
func Alike(features []Feature, values [][]float64, at, k int) Peers {
	p := Peers{Features: features, Mean: make([]float64, len(features)), Spread: make([]float64, len(features))}
	for f, v := range values[at] {
		if math.IsNaN(v) {
			p.Lacks = append(p.Lacks, f)
		}
	}
	var whole []int
	for u := range values {
		if slices.ContainsFunc(values[u], math.IsNaN) {
			if u != at {
				p.Left++
			}
			continue
		}
		whole = append(whole, u)
	}
	p.Among = len(whole)
	weight := 0.0
	for f := range features {
		col := make([]float64, len(whole))
		for i, u := range whole {
			col[i] = values[u][f]
		}
		p.Mean[f], p.Spread[f] = meanAndSpread(col)
		weight += features[f].Weight
	}
	if len(p.Lacks) > 0 || weight <= 0 {
		return p
	}
	type far struct {
		Peer
		key float64 // the distance as it is compared, worked out once for each unit
	}
	all := make([]far, 0, len(whole))
	apart := make([]float64, len(whole)*len(features))
	for i, u := range whole {
		if u == at {
			continue
		}
		peer := Peer{Unit: u, Apart: apart[i*len(features) : (i+1)*len(features)]}
		sum := 0.0
		for f := range features {
			if p.Spread[f] > 0 {
				peer.Apart[f] = (values[u][f] - values[at][f]) / p.Spread[f]
			}
			sum += float64(features[f].Weight * float64(peer.Apart[f]*peer.Apart[f]))
		}
		peer.Distance = math.Sqrt(sum / weight)
		all = append(all, far{peer, exactly(peer.Distance)})
	}
	slices.SortFunc(all, func(a, b far) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.Unit, b.Unit))
	})
	for _, x := range all[:min(k, len(all))] {
		x.Apart = slices.Clone(x.Apart) // lets go of those of the others
		p.Nearest = append(p.Nearest, x.Peer)
	}
	return p
}

// meanAndSpread are the mean and the standard deviation (with n) of a set.
func meanAndSpread(x []float64) (mean, spread float64) {
	if len(x) == 0 {
		return math.NaN(), 0
	}
	mean = stats.Mean(x)
	var sum stats.Total
	for _, v := range x {
		sum.Add(float64((v - mean) * (v - mean)))
	}
	spread = math.Sqrt(sum.Value() / float64(len(x)))
	if spread <= 1e-12*math.Abs(mean) { // the noise of a mean of equal values
		spread = 0
	}
	return mean, spread
}
