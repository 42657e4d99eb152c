// Sharing out what a school with several stages reports once.

package pack

import (
	"maps"
	"slices"

	"shuren/internal/edu"
)

// WholeSchool is what the words of the stage key stand for that mark a row about
// a school as a whole: it holds what is shared out, once for all sections.
const WholeSchool edu.Stage = "school"

// Split says how resources that a school reports as a whole fall to its
// sections: by pupils, a pupil of each stage counting Weights of it.
type Split struct {
	By       string                // element that counts the pupils of a section
	Weights  map[edu.Stage]float64 // 0: the stage has its own resources, and no part in what is shared
	Elements []string              // that are shared out; teachers, who count where they teach, are not
	Note     edu.Text
	Source   string
	Tag      string
}

// Shares gives each stage's part of the whole. The parts add up to 1; there are
// none when a stage has no weight, or its pupils are missing or negative, or
// nobody has pupils: then nothing is known of any part.
func (s Split) Shares(pupils map[edu.Stage]float64) map[edu.Stage]float64 {
	shares, total := map[edu.Stage]float64{}, 0.0
	for _, stage := range slices.Sorted(maps.Keys(pupils)) {
		w, ok := s.Weights[stage]
		if ok && w == 0 {
			continue
		}
		weighted := w * pupils[stage]
		if !ok || !(weighted >= 0) {
			return nil
		}
		shares[stage] = weighted
		total += weighted
	}
	if !(total > 0) || total > 1e300 {
		return nil
	}
	for stage := range shares {
		shares[stage] /= total
	}
	return shares
}
