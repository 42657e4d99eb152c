// What the pages of teachers say first: what is wrong, how far it has come, and what
// is not known.

package web

import (
	"math"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/teams"
)

// exchangeAnswer says first who must move, how far it has come, and what is not known.
func (r *request) exchangeAnswer(x *teams.Round) []Fact {
	out := []Fact{{Term: r.T("teams.answer.due"), Text: r.T("teams.answer.due.text", strconv.Itoa(x.Year), x.InScope[teams.Due], x.Count[teams.Due])}}
	switch {
	case x.Moved.Den == 0:
	case x.Moved.Lacks > 0:
		out = append(out, Fact{Term: r.T("teams.answer.ratio"), Text: r.T("teams.answer.short", x.Moved.Num, int(x.Moved.Line.Value), x.Moved.Lacks, x.Planned.Num-x.Moved.Num)})
	default:
		out = append(out, Fact{Term: r.T("teams.answer.ratio"), Text: r.T("teams.answer.met", x.Moved.Num, int(x.Moved.Line.Value))})
	}
	var open []string
	if x.Doubts > 0 {
		open = append(open, r.T("teams.answer.doubts", x.Doubts))
	}
	if x.Unknown > 0 {
		open = append(open, r.T("teams.answer.unplaced", x.Unknown))
	}
	if n := x.Count[teams.Unclear]; n > 0 {
		open = append(open, r.T("teams.answer.unclear", n))
	}
	if len(open) > 0 {
		out = append(out, Fact{Term: r.T("teams.answer.open"), Text: strings.Join(open, " ")})
	}
	return out
}

// countyLines are the counties of a page of several, by how they stand to a line. Where
// there is nobody to hold to it nothing is judged, and nothing is passed.
type countyLines struct {
	met                   int
	short, unjudged, none []string // below it, not judged, without a register
}

func (l *countyLines) add(name string, x teams.Ratio) {
	switch x.Verdict {
	case edu.Met:
		l.met++
	case edu.Short:
		l.short = append(l.short, name)
	case edu.Exempt, edu.Unknown:
		l.unjudged = append(l.unjudged, name)
	}
}

// countyFacts say first in which counties something lacks, and then over which nothing
// is known.
func (r *request) countyFacts(term string, l *countyLines) (out []Fact) {
	switch {
	case len(l.short) > 0:
		out = append(out, Fact{Term: term, Text: r.T("teams.answer.counties.short", len(l.short), r.List(l.short))})
	case l.met > 0 && len(l.unjudged) > 0:
		out = append(out, Fact{Term: term, Text: r.T("teams.answer.counties.others", l.met)})
	case l.met > 0:
		out = append(out, Fact{Term: term, Text: r.T("teams.answer.counties.met")})
	}
	var open []string
	if n := len(l.unjudged); n > 0 {
		open = append(open, r.T("teams.answer.counties.unjudged", n, r.List(l.unjudged)))
	}
	if n := len(l.none); n > 0 {
		open = append(open, r.T("teams.answer.counties.none", n, r.List(l.none)))
	}
	if len(open) > 0 {
		out = append(out, Fact{Term: r.T("teams.answer.open"), Text: strings.Join(open, " ")})
	}
	return out
}

// teamsAnswer says of each of the three teams how many there are and what lacks.
func (r *request) teamsAnswer(in *teams.Input, day edu.Date) []Fact {
	heads := teams.Heads(in, day)
	over, uncertified := 0, 0
	for i := range heads {
		if heads[i].Over {
			over++
		}
		if heads[i].Cert == 0 {
			uncertified++
		}
	}
	list, counts := teams.ClassHeads(in)
	off := 0
	for i := range counts {
		if counts[i].Verdict == edu.Short {
			off++
		}
	}
	ladder := teams.Ladder(in, day)
	unmoved := 0
	for i := range ladder {
		if ladder[i].Moved == 0 {
			unmoved++
		}
	}
	classes := r.T("teams.answer.classes", len(list), off)
	if off == 0 {
		classes = r.T("teams.answer.classes.same", len(list))
	}
	return []Fact{
		{Term: r.T("teams.heads"), Text: r.T("teams.answer.heads", len(heads), over, uncertified)},
		{Term: r.T("teams.classes"), Text: classes},
		{Term: r.T("teams.ladder"), Text: r.T("teams.answer.ladder", len(ladder), unmoved)},
	}
}

// trainingAnswer says how many have their hours, and how many are behind.
func (r *request) trainingAnswer(x *teams.Training) []Fact {
	out := []Fact{{Term: r.T("teams.share"), Text: r.T("teams.answer.trained", x.Share.Num, x.Share.Den, x.Share.Lacks)}}
	if math.IsNaN(x.Elapsed) {
		return append(out, Fact{Term: r.T("teams.paces"), Text: r.T("teams.cycle.unset")})
	}
	out = append(out, Fact{Term: r.T("teams.paces"), Text: r.T("teams.answer.behind", x.Count[teams.Behind])})
	if n := x.Count[teams.NotKnown]; n > 0 {
		out = append(out, Fact{Term: r.T("teams.answer.open"), Text: r.T("teams.answer.hours", n)})
	}
	return out
}

// payAnswer says whether teachers' pay reaches civil servants', and whose turn it is
// with the schemes.
func (v *payView) payAnswer(r *request, schemes []teams.Scheme) (out []Fact) {
	if v.parityOf != nil && !math.IsNaN(v.parityOf.Ratio) {
		x := v.parityOf
		out = append(out, Fact{Term: r.T("teams.parity"), Text: r.T("teams.answer.parity", strconv.Itoa(v.parityYear), chart.Number(x.Ratio, 3), r.Verdict(x.Verdict).Word)})
	}
	n := map[string]int{}
	for i := range schemes {
		n[schemes[i].State]++
	}
	if len(schemes) > 0 {
		out = append(out, Fact{Term: r.T("teams.schemes"), Text: r.T("teams.answer.schemes", len(schemes), n[teams.SchemeApproved], n[teams.SchemeSent], n[teams.SchemeDraft]+n[teams.SchemeReturned])})
	}
	return out
}
