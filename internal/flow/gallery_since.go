package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// sinceRead is what the last bulletin of the same kind and place said.
type sinceRead struct {
	ID, Version, Day string
	Places           map[string]gallery.Stood
	Whole            gallery.Stood
}

// since compares a bulletin with the last one that was archived (较上期): what went out
// is what its readers remember. One of schools is compared with the year before
// instead, and one of forms only with one of the same year's forms.
func (g *Gallery) since(ctx context.Context, who auth.Actor, b *gallery.Bulletin, o ReportOrder, m *moment) error {
	if b.Kind == gallery.Standards {
		return nil
	}
	was, err := readOnce(m, "since "+string(o.Unit), func() (*sinceRead, error) {
		list, _, err := g.Reports(ctx, who, store.ReportFilter{Kind: string(b.Kind), Unit: o.Unit, State: string(gallery.Final)})
		if err != nil {
			return nil, err
		}
		last := -1
		for i := range list {
			r := &list[i]
			if r.Unit != o.Unit || r.Day >= o.Day || b.Kind == gallery.Completeness && r.Period != b.Period {
				continue
			}
			if last < 0 || r.Day > list[last].Day || r.Day == list[last].Day && r.At.After(list[last].At) {
				last = i
			}
		}
		if last < 0 {
			return nil, nil
		}
		r, err := g.Report(ctx, who, list[last].ID)
		if err != nil {
			return nil, err
		}
		out := &sinceRead{ID: r.ID, Version: r.Version.Sum[:min(12, len(r.Version.Sum))], Day: r.Day.Official()}
		var ok bool
		if out.Places, out.Whole, ok = r.Draft.Standing(); !ok && len(out.Places) == 0 {
			return nil, nil
		}
		return out, nil
	})
	if err != nil || was == nil {
		return err
	}
	b.Since(was.Places, was.Whole, "/reports/"+was.ID, gallery.Source{Name: "上期" + b.Kind.Name().ZH, Version: was.Version, Day: was.Day})
	return nil
}
