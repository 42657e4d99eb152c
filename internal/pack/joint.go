// One form out of several: small forms of different packs that the same unit
// fills in at the same time.

package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// jointFile is the one file of a joint pack: which packs it was made of.
const jointFile = "joint.json"

type jointManifest struct {
	Joins   string   `json:"joins"`
	Members []string `json:"members"` // by hash
}

// Joint gives, for every form that parts in two or more of the packs join, a
// pack that has that form alone, with the elements, lists and checks of its
// members. It has no indicators and no standard: they stay with the members.
//
// A part stays a form of its own where it is filled by others or at another time
// than the first, or asks again what another part asks. Of one form, whatever
// pack it was taken over by, the first counts.
func Joint(packs []*Pack) ([]*Pack, error) {
	var ids []string
	parts := map[string][]OpenForm{}
	seen := map[string]bool{}
	for _, p := range packs {
		for _, f := range p.Forms {
			if seen[f.ID] {
				continue
			}
			seen[f.ID] = true
			if f.Joins == nil {
				continue
			}
			of := parts[f.Joins.ID]
			if len(of) == 0 {
				ids = append(ids, f.Joins.ID)
			}
			if len(of) == 0 || fits(of, p, f) {
				parts[f.Joins.ID] = append(of, OpenForm{Pack: p, Form: f})
			}
		}
	}
	var out []*Pack
	for _, id := range ids {
		if len(parts[id]) < 2 {
			continue
		}
		if seen[id] {
			return nil, fmt.Errorf("%q is a form, so others cannot join to one of that id", id)
		}
		p, err := joint(id, parts[id])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// fits tells whether a form can be a part beside others.
func fits(of []OpenForm, p *Pack, f *Form) bool {
	first := of[0].Form
	if f.Fills != first.Fills || f.Level != first.Level || f.Frequency != first.Frequency || f.Opens != first.Opens || f.Closes != first.Closes {
		return false
	}
	return !slices.ContainsFunc(of, func(o OpenForm) bool {
		return slices.ContainsFunc(o.Form.Asks, func(a *Ask) bool { return f.ask(a.Element.ID) != nil }) ||
			slices.ContainsFunc(o.Form.Lists, func(l *AskList) bool { return f.list(l.List.ID) != nil })
	})
}

// joint makes the pack of one form.
func joint(id string, parts []OpenForm) (*Pack, error) {
	var members []*Pack
	for _, x := range parts {
		if !slices.Contains(members, x.Pack) {
			members = append(members, x.Pack)
		}
	}
	u, err := Union(members...)
	if err != nil {
		return nil, err
	}
	p := *u
	first := parts[0].Form
	p.ID, p.Version, p.Name, p.Members = id, "", first.Joins.Name, members
	p.Checks, p.Indicators, p.Standards, p.Examples = nil, nil, nil, nil
	m := jointManifest{Joins: id}
	for _, q := range members {
		m.Members = append(m.Members, q.Hash)
		p.Checks = append(p.Checks, checksOf(q, p.Checks)...)
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	p.Hash, p.Files = hex.EncodeToString(sum[:]), map[string][]byte{jointFile: b}

	f := *first
	f.ID, f.Name, f.Pack, f.Joins = id, first.Joins.Name, id, nil
	f.Stages, f.Minutes, f.Asks, f.Lists, f.Same, f.Reasons = nil, 0, nil, nil, nil, nil
	var basis, approver, basisEN, byEN, source, zh, en []string
	for _, x := range parts {
		g := x.Form
		f.Minutes += g.Minutes
		if g.Valid != 0 && (f.Valid == 0 || g.Valid < f.Valid) {
			f.Valid = g.Valid
		}
		f.Stages = unite(f.Stages, g.stages(x.Pack))
		f.Reasons = uniteChoices(f.Reasons, g.Reasons)
		basis, approver, source = unite(basis, []string{g.Basis}), unite(approver, []string{g.Approver}), unite(source, []string{g.Source})
		basisEN, byEN = unite(basisEN, []string{g.Rests().EN}), unite(byEN, []string{g.ApprovedBy().EN})
		zh, en = append(zh, "【"+g.Name.ZH+"】"+g.Note.ZH), append(en, g.Name.EN+": "+g.Note.EN)
		same := map[string]string{}
		for _, c := range g.Same {
			own := c
			if slices.ContainsFunc(f.Same, func(k Choice) bool { return k.ID == c.ID }) {
				own.ID = strings.ReplaceAll(g.ID, "-", "_") + "_" + c.ID
			}
			same[c.ID] = own.ID
			f.Same = append(f.Same, own)
		}
		for _, a := range g.Asks {
			own, e := *a, *u.Element(a.Element.ID)
			if e.Level != edu.County {
				e.Stages = g.stagesOf(x.Pack, a)
			}
			own.Element, own.Same, own.Part = &e, same[a.Same], g.Name
			f.Asks = append(f.Asks, &own)
		}
		for _, l := range g.Lists {
			own := *l
			own.List, own.Same = u.List(l.List.ID), same[l.Same]
			f.Lists = append(f.Lists, &own)
		}
	}
	f.Stages = inOrder(f.Stages)
	f.Basis, f.Approver, f.Source = strings.Join(basis, "；"), strings.Join(approver, "；"), strings.Join(source, "；")
	f.BasisEN, f.ByEN = strings.Join(basisEN, "; "), strings.Join(byEN, "; ")
	f.Note = edu.Text{ZH: strings.Join(zh, ""), EN: strings.Join(en, " ")}
	p.Forms = []*Form{&f}
	return &p, nil
}

// Has tells whether the form asks all that another one does.
func (f *Form) Has(part *Form) bool {
	return !slices.ContainsFunc(part.Asks, func(a *Ask) bool { return f.ask(a.Element.ID) == nil }) &&
		!slices.ContainsFunc(part.Lists, func(l *AskList) bool { return f.list(l.List.ID) == nil })
}

// stages are those of a form.
func (f *Form) stages(p *Pack) []edu.Stage {
	if len(f.Stages) > 0 {
		return f.Stages
	}
	return p.Stages
}

// checksOf are a member's checks as they stand beside those of others: each with
// its stages spelled out, and an id of its own.
func checksOf(q *Pack, taken []*Check) []*Check {
	var out []*Check
	for _, c := range q.Checks {
		own := *c
		if len(own.Stages) == 0 {
			own.Stages = q.Stages
		}
		if i := slices.IndexFunc(taken, func(k *Check) bool { return k.ID == c.ID }); i >= 0 {
			if taken[i].Rule.Src == c.Rule.Src && taken[i].Level == c.Level {
				stages := *taken[i]
				stages.Stages = inOrder(unite(stages.Stages, own.Stages))
				taken[i] = &stages
				continue
			}
			own.ID = strings.ReplaceAll(q.ID, "-", "_") + "_" + c.ID
		}
		out = append(out, &own)
	}
	return out
}

func uniteChoices(a, b []Choice) []Choice {
	for _, c := range b {
		if !slices.ContainsFunc(a, func(k Choice) bool { return k.ID == c.ID }) {
			a = append(a, c)
		}
	}
	return a
}

// JointOf tells whether files are those of a joint pack, and which packs, by
// hash, it was made of.
func JointOf(files map[string][]byte) (joins string, members []string, ok bool) {
	b, ok := files[jointFile]
	if !ok || len(files) != 1 {
		return "", nil, false
	}
	var m jointManifest
	if json.Unmarshal(b, &m) != nil {
		return "", nil, false
	}
	return m.Joins, m.Members, true
}

// IsJoint tells whether the pack is one form made of several.
func (p *Pack) IsJoint() bool {
	_, _, ok := JointOf(p.Files)
	return ok
}
