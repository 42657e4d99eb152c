// A paper's figures beside those of other systems: the three-source check.

package form

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Comparison is a figure of the paper beside that of another system.
type Comparison struct {
	Feed         *pack.Feed
	Compare      *pack.Compare
	Part         edu.Stage
	Ours, Theirs float64
	Over         bool    // they differ by more than is allowed: 需说明
	Reason       *Reason // that the paper gives, nil for none
}

// Key is what a reason for the difference is kept under.
func (x *Comparison) Key() string { return x.Compare.ID + "@" + string(x.Part) }

// Compared holds the paper's figures that count against those of the feeds that
// it knows; what either does not say is not compared.
func (p *Paper) Compared() []Comparison {
	var out []Comparison
	for _, s := range p.feeds {
		for _, x := range s.Feed.Compare {
			for _, part := range p.Parts {
				theirs, ok := s.value(p, part, x.Element).Number()
				if !ok {
					continue
				}
				ours, ok := p.total(part, x.Element).Number()
				if !ok {
					continue
				}
				within := x.Within
				if x.Share {
					within *= math.Abs(theirs)
				}
				c := Comparison{Feed: s.Feed, Compare: x, Part: part, Ours: ours, Theirs: theirs, Over: math.Abs(ours-theirs) > within*(1+1e-9)}
				if r, ok := p.Content.Reasons[c.Key()]; ok && p.explains(r) {
					c.Reason = &r
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// explains tells whether a reason is one of the form's, with words where it needs
// them.
func (p *Paper) explains(r Reason) bool {
	for _, choice := range p.Form.Reasons {
		if choice.ID == r.Code && (r.Code != OtherReason || r.Text != "") {
			return true
		}
	}
	return len(p.Form.Reasons) == 0 && r.Code != "" && r.Text != ""
}
