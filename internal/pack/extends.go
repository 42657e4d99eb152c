// A pack that extends another: it adds items, and replaces those that it names
// again. Both values and both sources stay visible in the Replaces fields.

package pack

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// extend puts the pack that p extends under it.
func (r *reader) extend(p *Pack, s *sections, carried map[string][]byte, depth int) {
	if depth >= maxExtends {
		r.failAt(s.pointAt, "packs extend each other more than %d deep", maxExtends)
		return
	}
	files, label := carried, ""
	if len(files) == 0 {
		name, ok := shippedName(s.extends)
		if !ok {
			r.failAt(s.pointAt, "extends: no pack %q is shipped, and the folder %q does not carry it%s", s.extends, extendsDir, formula.DidYouMean(s.extends, Shipped()))
			return
		}
		files = shippedFiles(name)
	} else {
		label = path.Join(path.Dir(s.headAt.file), extendsDir)
	}
	base := r.pack(files, label, depth+1)
	if ref := base.Ref(); ref != s.extends && base.ID != s.extends {
		r.failAt(s.pointAt, "extends: wants %q, but the pack here is %q", s.extends, ref)
	}
	// Only the base's own text is kept apart for comparison; everything is
	// merged into p and resolved there, once.
	under := *base
	p.Base = &under
	for name, b := range base.Files {
		p.Files[path.Join(extendsDir, name)] = b
	}

	p.MissingCodes = append(slices.Clone(base.MissingCodes), p.MissingCodes...)
	p.Sources = mergeBy(base.Sources, p.Sources, func(s Source) string { return s.ID }, nil)
	p.Units = mergeBy(base.Units, p.Units, func(u Unit) string { return u.ID }, nil)
	p.Keys = mergeBy(base.Keys, p.Keys, func(k Key) string { return k.Role }, nil)
	p.Groups = mergeBy(base.Groups, p.Groups, func(g Group) string { return g.ID }, nil)
	p.Lists = mergeBy(base.Lists, p.Lists, func(l *List) string { return l.ID }, nil)
	if len(p.Stages) == 0 {
		p.Stages = base.Stages
	}
	if p.Split == nil {
		p.Split = base.Split
	}
	p.Elements = mergeBy(base.Elements, p.Elements, func(e *Element) string { return e.ID }, func(old, e *Element) {
		e.Replaces = old
		if old.taken {
			r.agrees(e, old)
		}
		if e.Group == "" {
			e.Group = old.Group
		}
		e.Dated = cmp.Or(e.Dated, old.Dated)
	})
	p.Checks = mergeBy(base.Checks, p.Checks, func(c *Check) string { return c.ID }, func(old, c *Check) { c.Replaces = old })
	p.Indicators = mergeBy(base.Indicators, p.Indicators, func(i *Indicator) string { return i.ID }, func(old, i *Indicator) {
		i.Replaces = old
		if i.Group == "" {
			i.Group = old.Group
		}
	})
	p.Standards = mergeBy(base.Standards, p.Standards, func(st *Standard) string { return st.ID }, func(old, st *Standard) { st.over(old, p.Stages) })
	p.Forms = mergeBy(base.Forms, p.Forms, func(f *Form) string { return f.ID }, nil)
	p.Feeds = mergeBy(base.Feeds, p.Feeds, func(f *Feed) string { return f.ID }, nil)
	p.Levers = mergeBy(base.Levers, p.Levers, func(l *Lever) string { return l.ID }, func(old, l *Lever) { l.Replaces = old })
	p.Checklists = mergeBy(base.Checklists, p.Checklists, func(c *Checklist) string { return c.ID }, func(old, c *Checklist) { c.Replaces = old })
	p.KeyParts = mergeBy(base.KeyParts, p.KeyParts, func(k *KeyPart) string { return k.ID }, nil)
	// The base's examples speak of the base's definitions, which p may have
	// replaced: only p's own are run.
}

// mergeBy puts the items of a pack over those of its base: replaced ones stay
// in their place, new ones come after.
func mergeBy[T any](base, own []T, id func(T) string, replace func(old, item T)) []T {
	out := slices.Clone(base)
	for _, item := range own {
		i := slices.IndexFunc(out[:len(base)], func(k T) bool { return id(k) == id(item) })
		if i < 0 {
			out = append(out, item)
			continue
		}
		if replace != nil {
			replace(out[i], item)
		}
		out[i] = item
	}
	return out
}

// over puts a standard over the one of the same id in the base.
func (st *Standard) over(old *Standard, stages []edu.Stage) {
	if st.Name == (edu.Text{}) {
		st.Name = old.Name
	}
	if st.Scope == nil {
		st.Scope, st.ScopeNote, st.ScopeTag = old.Scope, old.ScopeNote, old.ScopeTag
	}
	if st.Root == "" {
		st.Root = old.Root
	}
	st.Source = strings.Trim(old.Source+"；"+st.Source, "；")
	st.Rules = mergeBy(old.Rules, st.Rules, func(r *Rule) string { return r.ID }, func(was, r *Rule) { r.Replaces = was })

	var kept []*Threshold
	for _, was := range old.Thresholds {
		kept = append(kept, was.besides(st.Thresholds, stages)...)
	}
	st.Thresholds = append(kept, st.Thresholds...)
}

// besides is what stays of a threshold beside newer ones for the same
// indicator, which then remember it.
func (t *Threshold) besides(newer []*Threshold, stages []edu.Stage) []*Threshold {
	taken := map[edu.Stage]bool{}
	for _, n := range newer {
		if n.Indicator == t.Indicator && (n.Stage == "" || t.Stage == "" || n.Stage == t.Stage) {
			n.Replaces = t
			taken[n.Stage] = true
		}
	}
	switch {
	case len(taken) == 0:
		return []*Threshold{t}
	case taken[""], t.Stage != "":
		return nil
	}
	// It was for every stage, and some stages have their own now.
	var out []*Threshold
	for _, stage := range stages {
		if !taken[stage] {
			part := *t
			part.Stage = stage
			out = append(out, &part)
		}
	}
	return out
}
