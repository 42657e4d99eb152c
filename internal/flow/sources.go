package flow

import (
	"context"
	"sync"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// What papers are filled in with before anybody asks. A source is made for the
// whole city at once and kept until what it rests on changes, so that thousands
// of papers need not read it again.

type sourceKey struct {
	pack string
	feed string     // "" is what was reported before
	of   edu.Period // of the figures
	to   edu.Period // of the papers
}

type cachedSource struct {
	mu      sync.Mutex
	version string
	made    *form.Source
	at      time.Time
}

// sources are what is known of the units of a form's period: last year's
// figures, older ones that the form looks back to, then the exports of other
// systems.
func (c *City) sources(ctx context.Context, p *pack.Pack, f *pack.Form, period edu.Period) ([]*form.Source, error) {
	var out []*form.Source
	for _, back := range append([]int{1}, form.Earlier(f)...) {
		was := period
		for range back {
			was = was.LastTime()
		}
		kind := pack.FromEarlier
		if len(out) == 0 {
			kind = pack.FromLastYear
		}
		s, err := c.reportedSource(ctx, p, kind, was, period)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	for _, f := range p.Feeds {
		if f.Own() {
			own := c.ownSource
			if f.Kind == pack.OwnDrills {
				own = c.drillSource
			}
			s, err := own(ctx, p, f, period)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			continue
		}
		version, err := c.store.Stamp(ctx, local, period, f.ID)
		if err != nil {
			return nil, err
		}
		if version == "" {
			continue
		}
		s, err := c.source(sourceKey{p.Ref(), f.ID, period, period}, version, func() (*form.Source, error) { return c.feedSource(ctx, p, f, period) })
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// reportedSource is what was reported of an earlier period, with whose past it is.
func (c *City) reportedSource(ctx context.Context, p *pack.Pack, kind string, was, period edu.Period) (*form.Source, error) {
	version, err := c.version(ctx, local, was)
	if err != nil {
		return nil, err
	}
	version += c.schemes().hash
	return c.source(sourceKey{p.Ref() + " " + kind, "", was, period}, version, func() (*form.Source, error) {
		tables, err := c.tablesOf(ctx, local, was, "")
		if err != nil || len(tables) == 0 {
			return nil, err
		}
		tree, err := c.store.Tree(ctx, local)
		if err != nil {
			return nil, err
		}
		s, err := form.NewSource(p, kind, edu.Text{ZH: was.Label() + "年度已报数据", EN: "figures of " + was.Label()}, tables)
		if s != nil {
			s.Past = priorOf(tree, tree, period, was, p)
		}
		return s, err
	})
}

func (c *City) feedSource(ctx context.Context, p *pack.Pack, f *pack.Feed, period edu.Period) (*form.Source, error) {
	subs, err := c.store.Submissions(ctx, local, store.Filter{Period: period, Form: f.ID})
	if err != nil || len(subs) == 0 {
		return nil, err
	}
	tables, err := c.store.Tables(ctx, local, store.Query{Period: period, Forms: []string{f.ID}})
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	kind, word, en := pack.FromExport, "导出", "exported"
	if f.Kind == "register" {
		kind, word, en = pack.FromRegister, "锁定", "locked"
	}
	on := subs[0].At.In(collect.China).Format("2006-01-02")
	s, err := form.NewSource(p, kind, edu.Text{ZH: f.Name.ZH + word + " " + on, EN: f.Name.EN + ", " + en + " " + on}, tables)
	if s != nil {
		s.Feed = f
	}
	return s, err
}

// source gives a kept source, or makes it; two who want it wait for one.
func (c *City) source(key sourceKey, version string, make func() (*form.Source, error)) (*form.Source, error) {
	return c.sourceWithin(0, key, version, make)
}

// sourceWithin is source of what changes often and takes long to make: one that is not
// older than so much is as good as new.
func (c *City) sourceWithin(old time.Duration, key sourceKey, version string, make func() (*form.Source, error)) (*form.Source, error) {
	c.mu.Lock()
	e := c.known[key]
	if e == nil {
		e = &cachedSource{}
		c.known[key] = e
	}
	c.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	now := c.now()
	if version != "" && (e.version == version || e.version != "" && now.Sub(e.at) < old) {
		return e.made, nil
	}
	s, err := make()
	if err != nil {
		return nil, err
	}
	e.made, e.version, e.at = s, version, now
	return s, nil
}
