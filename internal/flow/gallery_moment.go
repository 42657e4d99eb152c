package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// moment is when a document's figures are read: now, or as the data stood at a
// version that a document keeps.
type moment struct {
	snap *store.Snapshot // nil is now
	pack string          // the pack that measured, once one has
	kept *gallery.Draft  // the document that is composed again; nil for a new one
}

// measure measures a period by a pack of the city.
func (g *Gallery) measure(ctx context.Context, m *moment, by string, p edu.Period) (*standard.Assessment, error) {
	m.pack = by
	if m.snap == nil {
		return g.city.Measure(ctx, by, p)
	}
	return g.city.measuredAt(ctx, m.snap, by, p)
}

// before is the year before, nil where there are no figures of it.
func (g *Gallery) before(ctx context.Context, m *moment, by string, p edu.Period) (*standard.Assessment, error) {
	ps, err := g.city.Periods(ctx)
	if err != nil || !slices.Contains(ps, p.LastTime()) {
		return nil, err
	}
	return g.measure(ctx, m, by, p.LastTime())
}

// packFor is the pack that a kind is measured by: its own where the city has it,
// the first otherwise.
func (g *Gallery) packFor(k gallery.Kind) (p *pack.Pack, scheme string, err error) {
	all := g.city.Packs()
	id := map[gallery.Kind]string{gallery.Retention: "cn-retention", gallery.Safety: "cn-safety"}[k]
	if id == "" {
		return all[0], "", nil
	}
	for i, p := range all {
		for b := p; b != nil; b = b.Base {
			if b.ID != id {
				continue
			}
			if i > 0 {
				scheme = p.Ref()
			}
			return p, scheme, nil
		}
	}
	return nil, "", auth.Refuse(fault.NotFound, "本市尚未采用方案“"+id+"”，不能生成这种文档", "the city is not measured by the pack "+id+", which this document needs")
}

// periodOr is the period that is asked for, or the newest.
func (g *Gallery) periodOr(ctx context.Context, p edu.Period) (edu.Period, error) {
	ps, err := g.city.Periods(ctx)
	switch {
	case err != nil:
		return p, err
	case len(ps) == 0:
		return p, auth.Refuse(fault.NotFound, "系统内尚无数据", "there are no figures yet")
	case p.IsZero():
		return ps[len(ps)-1], nil
	case !slices.Contains(ps, p):
		return p, fmt.Errorf("figures of %s: %w", p, fault.NotFound)
	}
	return p, nil
}

// source says of which data a pack's figures are.
func (g *Gallery) source(ctx context.Context, m *moment, p *pack.Pack, period edu.Period) (gallery.Source, error) {
	out := gallery.Source{Name: p.Name.ZH + " " + period.Label(), Day: ""}
	if m.kept != nil {
		for _, s := range m.kept.Sources {
			if s.Name == out.Name {
				return s, nil
			}
		}
	}
	snap, err := g.city.store.Snapshot(ctx, local)
	if err != nil {
		return out, err
	}
	out.Version = p.Ref() + "#" + p.Hash[:min(12, len(p.Hash))] + " · " + seqsName(snap.Seqs)
	at, err := g.city.AsOf(ctx, period)
	if err == nil && !at.IsZero() {
		out.Day = edu.DateOf(at.In(collect.China)).Official()
	}
	return out, err
}

// seqsName names a version of the data: the same name is the same data.
func seqsName(seqs map[string]int64) string {
	var b strings.Builder
	for _, shard := range slices.Sorted(maps.Keys(seqs)) {
		fmt.Fprintf(&b, "%s=%d;", shard, seqs[shard])
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:6])
}

// measuredOf is what documents about an assessment are composed of.
func (g *Gallery) measuredOf(ctx context.Context, m *moment, o ReportOrder, back bool) (*gallery.Measured, error) {
	by, scheme, err := g.packFor(o.Kind)
	if err != nil {
		return nil, err
	}
	if m.kept != nil {
		by, scheme = g.keptPack(m, by, scheme)
	}
	period, err := g.periodOr(ctx, o.Period)
	if err != nil {
		return nil, err
	}
	out := &gallery.Measured{City: g.city.Name().ZH, Agency: g.agency(), Mark: g.city.Mark("zh"), Day: o.Day, Links: gallery.Links{Year: period, Scheme: scheme}}
	if out.A, err = g.measure(ctx, m, by.Ref(), period); err != nil {
		return nil, err
	}
	s, err := g.source(ctx, m, by, period)
	if err != nil {
		return nil, err
	}
	out.Sources = []gallery.Source{s}
	if !back || m.kept != nil && len(m.kept.Sources) < 2 {
		return out, nil
	}
	if out.Before, err = g.before(ctx, m, by.Ref(), period); err != nil || out.Before == nil {
		return out, err
	}
	out.Was = gallery.Links{Year: period.LastTime(), Scheme: scheme}
	s, err = g.source(ctx, m, by, period.LastTime())
	out.Sources = append(out.Sources, s)
	return out, err
}

// keptPack is the pack that a kept document was measured by, which need not be one
// of the city's any more.
func (g *Gallery) keptPack(m *moment, by *pack.Pack, scheme string) (*pack.Pack, string) {
	for i, p := range g.city.Packs() {
		if p.Ref() == m.pack {
			if i == 0 {
				return p, ""
			}
			return p, p.Ref()
		}
	}
	return by, scheme
}

func (g *Gallery) agency() string { return g.city.Name().ZH + "教育体育局" }
