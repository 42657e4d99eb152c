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
)

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
	ps, err := g.periods(ctx, m)
	if err != nil || !slices.Contains(ps, p.LastTime()) {
		return nil, err
	}
	return g.measure(ctx, m, by, p.LastTime())
}

// measurer is the pack that a document is measured by. Scheme is how pages name it;
// empty is the city's first.
type measurer struct{ Ref, Scheme string }

func (g *Gallery) measurer(m *moment, k gallery.Kind) (measurer, error) {
	return readOnce(m, "pack "+packOf[k], func() (measurer, error) {
		p, scheme, err := g.packFor(k)
		if err != nil {
			return measurer{}, err
		}
		return measurer{p.Ref(), scheme}, nil
	})
}

// packOf is the pack that a kind is measured by; others are by the city's first.
var packOf = map[gallery.Kind]string{gallery.Retention: "cn-retention"}

// packFor is the pack that a kind is measured by: its own where the city has it,
// the first otherwise.
func (g *Gallery) packFor(k gallery.Kind) (p *pack.Pack, scheme string, err error) {
	all := g.city.Packs()
	id := packOf[k]
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

// periods are the years of which there are figures.
func (g *Gallery) periods(ctx context.Context, m *moment) ([]edu.Period, error) {
	return readOnce(m, "periods", func() ([]edu.Period, error) { return g.city.Periods(ctx) })
}

// periodOr is the period that is asked for, or the newest.
func (g *Gallery) periodOr(ctx context.Context, m *moment, p edu.Period) (edu.Period, error) {
	ps, err := g.periods(ctx, m)
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
func (g *Gallery) source(ctx context.Context, m *moment, ref string, period edu.Period) (gallery.Source, error) {
	return readOnce(m, "source "+ref+" "+period.String(), func() (out gallery.Source, err error) {
		i := slices.IndexFunc(g.city.Packs(), func(p *pack.Pack) bool { return p.Ref() == ref })
		if i < 0 {
			return out, fmt.Errorf("pack %s: %w", ref, fault.NotFound)
		}
		p := g.city.Packs()[i]
		snap := m.snap
		if snap == nil {
			if snap, err = g.city.store.Snapshot(ctx, local); err != nil {
				return out, err
			}
		}
		out = gallery.Source{Name: p.Name.ZH + " " + period.Label(), Version: p.Ref() + "#" + p.Hash[:min(12, len(p.Hash))] + " · " + seqsName(snap.Seqs)}
		at, err := g.city.AsOf(ctx, period)
		if err == nil && !at.IsZero() {
			out.Day = edu.DateOf(at.In(collect.China)).Official()
		}
		return out, err
	})
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
	by, err := g.measurer(m, o.Kind)
	if err != nil {
		return nil, err
	}
	period, err := g.periodOr(ctx, m, o.Period)
	if err != nil {
		return nil, err
	}
	city, err := g.cityOf(m)
	if err != nil {
		return nil, err
	}
	out := &gallery.Measured{City: city.Name, Agency: city.Agency, Mark: city.Mark, Day: o.Day, Links: gallery.Links{Year: period, Scheme: by.Scheme}}
	if out.A, err = g.measure(ctx, m, by.Ref, period); err != nil {
		return nil, err
	}
	s, err := g.source(ctx, m, by.Ref, period)
	if err != nil {
		return nil, err
	}
	out.Sources = []gallery.Source{s}
	if out.AsOf, err = g.asOf(m); err != nil || !back {
		return out, err
	}
	if out.Before, err = g.before(ctx, m, by.Ref, period); err != nil || out.Before == nil {
		return out, err
	}
	out.Was = gallery.Links{Year: period.LastTime(), Scheme: by.Scheme}
	s, err = g.source(ctx, m, by.Ref, period.LastTime())
	out.Sources = append(out.Sources, s)
	return out, err
}

// asOf is the day on which the figures were read. It need not be the day of the
// document, which a person chooses.
func (g *Gallery) asOf(m *moment) (edu.Date, error) {
	return readOnce(m, "day", func() (edu.Date, error) { return collect.Today(g.now()), nil })
}
