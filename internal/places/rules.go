// When a school may be closed.

package places

import "shuren/internal/forecast"

// compulsory tells that the rules of closing rural compulsory schools hold.
func (s *Stage) compulsory() bool { return s.ID == forecast.Primary || s.ID == forecast.Junior }

// steps tells that a school's closing takes the steps of compulsory rural schools.
func (in *Input) steps(s int) bool {
	return in.Stages[in.Schools[s].Stage].compulsory() || in.Schools[s].Small
}

// closing says whether a plan may close a school, and if not, why and what is not
// yet done.
func (in *Input) closing(s int) (may bool, why Reason, lacks []Step) {
	sc := &in.Schools[s]
	if sc.New {
		return false, "", nil
	}
	st := sc.Steps
	if !in.steps(s) {
		if st.Optional {
			return true, "", nil
		}
		return false, NotBegun, nil
	}
	done := 0
	for _, x := range []struct {
		ok   bool
		step Step
	}{{st.Consulted, Consulted}, {st.Published, Published}, {st.Heard, Heard}, {st.SafeRoute, SafeRoute}} {
		if x.ok {
			done++
		} else {
			lacks = append(lacks, x.step)
		}
	}
	if sc.Small && !st.Approved {
		return false, Protected, append(lacks, Approved)
	}
	switch {
	case len(lacks) == 0:
		return true, "", nil
	case done == 0 && !st.Approved:
		return false, NotBegun, lacks
	}
	return false, StepsMiss, lacks
}
