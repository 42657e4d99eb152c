package storetest

import (
	"context"
	"errors"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

// noText: what one database would keep and another refuse is refused by all,
// with words of ours. Any real text comes back as it was.
func noText(t *testing.T, dsn string) {
	s := open(t, dsn)
	for name, bad := range map[string]string{"a NUL": "校\x00一", "broken UTF-8": "校\xff", "half a character": "校"[:2]} {
		for where, edit := range map[string]func(*store.Submission, *row){
			"name":   func(_ *store.Submission, r *row) { r.name = bad },
			"code":   func(_ *store.Submission, r *row) { r.key = bad },
			"county": func(_ *store.Submission, r *row) { r.path[edu.County] = [2]string{"990101", bad} },
			"file":   func(sub *store.Submission, _ *row) { sub.File = bad },
			"by":     func(sub *store.Submission, _ *row) { sub.By = bad },
		} {
			sub, r := submission("x", year), section("2199000001", "primary", in("990101", "101"), "pupils", 1)
			edit(&sub, &r)
			if _, err := s.Import(context.Background(), all, sub, []*frame.Table{table(edu.Section, "", r)}); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s in the %s: %v; want invalid", name, where, err)
			}
		}
	}
	for i, good := range []string{"𠮷野小学", "a'b\"c\\d%e_f;--", "e\u0301", "\u200b\ufeff校", "🏫", "İstanbul"} {
		p := edu.Year(1990 + i)
		r := section("2199000001", "primary", in("990101", "101"), "pupils", 1)
		r.name = good
		put(t, s, submission(p.String(), p), table(edu.Section, "", r))
		if got := read(t, s, all, store.Query{Period: p}); len(got) != 1 || got[0].Name.At(0) != good {
			t.Errorf("the name %q came back as %q", good, got[0].Name.At(0))
		}
	}
}
