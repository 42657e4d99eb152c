package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"shuren/internal/edu"
)

// stamp names what figures hang on: a form of a period.
type stamp struct {
	period edu.Period
	form   string
}

// stamps are the newest visible places of what was submitted to a shard, made
// when they are first asked for.
type stamps struct {
	once sync.Once
	at   map[stamp]int64
}

func (sh *shardState) newest() map[stamp]int64 {
	sh.stamps.once.Do(func() {
		sh.stamps.at = map[stamp]int64{}
		for _, w := range sh.writes {
			if w.sub != nil && w.visible > 0 {
				k := stamp{w.sub.Period, w.sub.Form}
				sh.stamps.at[k] = max(sh.stamps.at[k], w.visible)
			}
		}
	})
	return sh.stamps.at
}

// Stamp changes whenever a figure of a period does, or, with a form, one of
// that form; it is empty where there is none. It costs no reading of what was
// submitted, however much that is.
func (s *Store) Stamp(ctx context.Context, sc Scope, p edu.Period, form string) (string, error) {
	if !sc.sees() {
		return "", nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return "", s.wrap("see what has changed", err)
	}
	shards, err := st.shardsOf(sc)
	if err != nil {
		return "", s.wrap("see what has changed", err)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(st.shards)) {
		if !sc.whole && !shards[name] {
			continue
		}
		newest := int64(0)
		for k, at := range st.shards[name].newest() {
			if k.period == p && (form == "" || k.form == form) {
				newest = max(newest, at)
			}
		}
		if newest > 0 {
			b.WriteString(name + "=" + strconv.FormatInt(newest, 10) + ";")
		}
	}
	return b.String(), nil
}

// Forms lists the forms that have visible records of a period in the scope.
func (s *Store) Forms(ctx context.Context, sc Scope, p edu.Period) ([]string, error) {
	if !sc.sees() {
		return nil, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap("list the forms of "+p.String(), err)
	}
	shards, err := st.shardsOf(sc)
	if err != nil {
		return nil, s.wrap("list the forms of "+p.String(), err)
	}
	var out []string
	for name, sh := range st.shards {
		for k := range sh.newest() {
			if k.period == p && (sc.whole || shards[name]) && !slices.Contains(out, k.form) {
				out = append(out, k.form)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}
