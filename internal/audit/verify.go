package audit

import (
	"cmp"
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// Problem is something wrong with a chain, and where.
type Problem struct {
	Shard string
	No    int64
	Text  edu.Text
}

func (p Problem) String() string { return p.Text.EN }

// tooMany is how many problems are kept: one broken chain can give one a record.
const tooMany = 1000

// Verifier checks chains as their records pass by, in the order of shard and
// number. It needs memory for one record and for what is wrong.
type Verifier struct {
	noted    map[string][]Head // by shard, the lowest number first
	chains   map[string]Head   // as far as they were read
	at       string            // the shard that is being read
	bad      []Record          // with a hash that is not theirs
	missing  []gap
	problems []Problem
	count    int64
}

// gap is a stretch of numbers without records.
type gap struct {
	shard    string
	from, to int64
}

// NewVerifier makes a verifier that also holds the chains against heads that
// were noted before.
func NewVerifier(noted ...Head) *Verifier {
	v := &Verifier{noted: map[string][]Head{}, chains: map[string]Head{}}
	for _, h := range noted {
		v.noted[h.Shard] = append(v.noted[h.Shard], h)
	}
	for _, hs := range v.noted {
		slices.SortFunc(hs, func(a, b Head) int { return cmp.Compare(a.No, b.No) })
	}
	return v
}

// Add takes the next record.
func (v *Verifier) Add(r Record) {
	v.count++
	last, begun := v.chains[r.Shard]
	if begun && v.at != r.Shard {
		v.problem(r.Shard, r.No, "不在本链的位置上", "stands away from its chain")
	}
	v.at = r.Shard
	switch {
	case r.No <= last.No:
		v.problem(r.Shard, r.No, fmt.Sprintf("排在第%d条之后，次序不对", last.No), fmt.Sprintf("comes after row %d: out of order, or twice", last.No))
		return
	case r.No > last.No+1:
		g := gap{r.Shard, last.No + 1, r.No - 1}
		v.missing = append(v.missing, g)
		v.problem(r.Shard, g.from, "缺失"+g.zh(), "missing"+g.en())
	case r.Prev != last.Hash:
		v.problem(r.Shard, r.No, fmt.Sprintf("与第%d条不衔接：其中一条被替换", r.No-1), fmt.Sprintf("does not follow row %d: one of the two was replaced", r.No-1))
	}
	if r.Sum() != r.Hash {
		if len(v.bad) < tooMany {
			v.bad = append(v.bad, r)
		}
	}
	v.chains[r.Shard] = Head{r.Shard, r.No, r.Hash}
	v.passNoted(r)
}

// passNoted compares a record with the heads that were noted of its number.
func (v *Verifier) passNoted(r Record) {
	hs := v.noted[r.Shard]
	for len(hs) > 0 && hs[0].No <= r.No {
		if hs[0].No == r.No && hs[0].Hash != r.Hash {
			v.problem(r.Shard, r.No, "与此前记下的链尾不同：此条或更早的记录被改写", "is not the row whose hash was noted: it, or one before, was rewritten")
		}
		hs = hs[1:]
	}
	v.noted[r.Shard] = hs
}

// Finish gives everything that is wrong. The heads are those that the database
// keeps beside the chains, read after the records.
func (v *Verifier) Finish(kept []Head) []Problem {
	v.explain()
	at := map[string]Head{}
	for _, h := range kept {
		at[h.Shard] = h
	}
	for shard, end := range v.chains {
		h, ok := at[shard]
		switch {
		case !ok:
			v.problem(shard, end.No, "没有链尾", "the chain has no head")
		case h.No < end.No:
			v.problem(shard, h.No+1, "在链尾之后", "stands behind the chain's head")
		case h.No == end.No && h.Hash != end.Hash:
			v.problem(shard, end.No, "与链尾不同", "is not the row that the chain's head names")
		}
	}
	for shard, hs := range v.noted {
		if len(hs) == 0 {
			continue
		}
		g := gap{shard, v.chains[shard].No + 1, hs[len(hs)-1].No}
		v.problem(shard, g.from, "缺失"+g.zh()+"：链尾被截去", "missing"+g.en()+": the end of the chain was cut off")
	}
	slices.SortStableFunc(v.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Shard, b.Shard), cmp.Compare(a.No, b.No))
	})
	return v.problems
}

// explain says of the records with a wrong hash whether they were changed, or
// stand where another one belongs: then the hash is right for its number.
func (v *Verifier) explain() {
	for _, r := range v.bad {
		from := int64(0)
		try := r
		for _, other := range v.bad {
			try.No = other.No
			if other.Shard == r.Shard && try.Sum() == r.Hash {
				from = try.No
			}
		}
		for _, g := range v.missing {
			for no := g.from; g.shard == r.Shard && no <= min(g.to, g.from+tooMany); no++ {
				if try.No = no; try.Sum() == r.Hash {
					from = no
				}
			}
		}
		if from > 0 {
			v.problem(r.Shard, r.No, fmt.Sprintf("原为第%d条，次序被改动", from), fmt.Sprintf("was row %d: reordered", from))
		} else {
			v.problem(r.Shard, r.No, "内容被改动", "was changed")
		}
	}
	v.bad = nil
}

// Count is how many records were read.
func (v *Verifier) Count() int64 { return v.count }

func (v *Verifier) problem(shard string, no int64, zh, en string) {
	if len(v.problems) < tooMany {
		v.problems = append(v.problems, Problem{shard, no, edu.Text{
			ZH: fmt.Sprintf("审计链 %s 第%d条：%s", shard, no, zh),
			EN: fmt.Sprintf("audit chain %s, row %d: %s", shard, no, en),
		}})
	}
}

func (g gap) zh() string {
	if g.to > g.from {
		return fmt.Sprintf("（第%d至%d条）", g.from, g.to)
	}
	return ""
}

func (g gap) en() string {
	if g.to > g.from {
		return fmt.Sprintf(" (rows %d to %d)", g.from, g.to)
	}
	return ""
}
