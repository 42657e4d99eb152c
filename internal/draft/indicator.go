// Which indicator of the city's packs a measure speaks of.

package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

var bracketed = regexp.MustCompile(`（[^）]*）`)

// named is an indicator by the words that a notice may use for it.
type named struct {
	id     string
	pack   string
	name   string
	short  string
	share  bool // a percentage
	judged bool // yes or no
	pairs  []string
	stages []edu.Stage
}

const (
	shortName = 4   // characters of a short name that says enough alone
	judgement = 6   // characters of the name of a judgement that says enough
	likeness  = 0.7 // share of a name's pairs of characters that a clause must hold
)

// names are the indicators of some packs.
func names(packs []*pack.Pack) []named {
	var out []named
	for _, p := range packs {
		for _, d := range p.Indicators {
			n := named{id: p.Ref() + ":" + d.ID, pack: p.ID, name: bracketed.ReplaceAllString(d.Name.ZH, ""), short: d.Short.ZH, share: d.Unit == "%", judged: d.Unit == pack.YesNo, stages: d.Stages}
			if size := utf8.RuneCountInString(n.name); size < shortName || n.judged && size < judgement {
				continue
			}
			n.pairs = pairs(n.name)
			out = append(out, n)
		}
	}
	return out
}

var figured = regexp.MustCompile(`不低于|不高于|不少于|不超过|达到|低于|高于`)

// indicator finds the one that a measure speaks of: by its whole name, by a
// short name that says enough, then, where the measure gives something to
// reach, by most of the characters of its name. Of several with one name it is
// that of the line of packs that measures the row.
func indicator(text string, stage Stage, line string, numbers []Found, all []named) string {
	best, at, own := "", -1, false
	take := func(i int, n named) {
		if i < 0 || !n.fits(stage) {
			return
		}
		if at < 0 || i < at || i == at && n.pack == line && !own {
			best, at, own = n.id, i, n.pack == line
		}
	}
	for _, n := range all {
		take(strings.Index(text, n.name), n)
	}
	if best != "" {
		return best
	}
	for _, n := range all {
		if utf8.RuneCountInString(n.short) >= shortName && strings.HasSuffix(n.short, "率") {
			take(strings.Index(text, n.short), n)
		}
	}
	if best != "" || len(numbers) == 0 && !figured.MatchString(text) {
		return best
	}
	percent := slices.ContainsFunc(numbers, func(f Found) bool { return strings.Contains(f.Text, "%") || strings.HasPrefix(f.Text, "百分之") })
	have, most := pairs(text), 0.0
	for _, n := range all {
		if len(n.pairs) < 6 || n.judged || !n.fits(stage) || n.share && len(numbers) > 0 && !percent {
			continue
		}
		hold := 0
		for _, p := range n.pairs {
			if slices.Contains(have, p) {
				hold++
			}
		}
		share := float64(hold) / float64(len(n.pairs))
		if share >= likeness && (share > most || share == most && n.pack == line && !own) {
			best, most, own = n.id, share, n.pack == line
		}
	}
	return best
}

var stageSections = map[Stage][]edu.Stage{
	"preschool": {edu.Preschool}, "compulsory": {edu.Primary, edu.Junior}, "senior": {edu.Senior}, "vocational": {edu.Vocational}, "higher": {edu.Higher},
}

// fits tells that the indicator is of the stage, where both name one.
func (n named) fits(stage Stage) bool {
	if stage == "" || len(n.stages) == 0 {
		return true
	}
	return slices.ContainsFunc(stageSections[stage], func(s edu.Stage) bool { return slices.Contains(n.stages, s) })
}

// pairs are the neighbouring characters of a text, without marks and digits.
func pairs(s string) []string {
	var rs []rune
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			rs = append(rs, r)
		}
	}
	var out []string
	for i := 1; i < len(rs); i++ {
		if p := string(rs[i-1 : i+1]); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
