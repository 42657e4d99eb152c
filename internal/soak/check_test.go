package soak_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/flow"
)

// recorder keeps what a check says.
type recorder struct{ said []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) {
	r.Errorf("%s", fmt.Sprint(args...))
	runtime.Goexit()
}

// of gives what a check says.
func (r *recorder) of(check func()) []string {
	done := make(chan struct{})
	go func() {
		defer close(done)
		check()
	}()
	<-done
	return r.said
}

// The checks are tried too: a database that is sound passes, and each kind of
// harm is found.
func TestHarmIsFound(t *testing.T) {
	ctx := context.Background()
	dsn := filepath.Join(t.TempDir(), "soak.db")
	p := found(t, dsn, false, 3)
	c, err := flow.Open(ctx, dsn, "")
	if err != nil {
		t.Fatal(err)
	}
	var journal []entry
	for i := range p.Schools {
		s := &p.Schools[i]
		d := c.Desk(auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: s.Unit}}})
		content := s.said(s.From + i)
		e := entry{Unit: s.Unit, Action: collect.Submit, ID: fmt.Sprint("id", i), Figure: s.From + i}
		f, _, err := d.Step(ctx, p.Issue, s.Unit, 0, e.Action, collect.StepOptions{ID: e.ID, Content: &content})
		if err != nil {
			t.Fatal(err)
		}
		e.Acked, e.Rev, e.Handed, e.Check = true, f.Rev, f.Handed, f.Check
		journal = append(journal, e)
		if i > 0 {
			continue
		}
		e = entry{Unit: s.Unit, Action: collect.Recall, ID: "back"}
		if f, _, err = d.Step(ctx, p.Issue, s.Unit, f.Rev, e.Action, collect.StepOptions{ID: e.ID}); err != nil {
			t.Fatal(err)
		}
		e.Acked, e.Rev, e.Handed = true, f.Rev, f.Handed
		journal = append(journal, e)
	}
	r := &recorder{}
	n := 0
	if said := r.of(func() { n = verify(r, p, dsn, journal) }); n != 3 || len(said) > 0 {
		t.Fatalf("%d handed in, %v", n, said)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u := string(p.Schools[1].Unit)
	for _, tt := range []struct{ name, harm, want string }{
		{"an acknowledged step is gone", `DELETE FROM filing_events WHERE unit = $1`, "LOST"},
		{"the filing went back", `UPDATE filings SET state = 'draft', handed = 0 WHERE unit = $1`, "HALF: the filing"},
		{"no content", `DELETE FROM handed WHERE unit = $1`, "LOST: what"},
		{"another content", `UPDATE handed SET content = (SELECT content FROM handed WHERE unit <> $1 LIMIT 1) WHERE unit = $1`, "is not what was sent"},
		{"another check code", `UPDATE handed SET check_code = 'X' WHERE unit = $1`, "check code"},
		{"no figures", `DELETE FROM writes WHERE submission LIKE '%/' || $1 || '/1'; DELETE FROM submissions WHERE id LIKE '%/' || $1 || '/1'`, "brought no figures"},
		{"figures without content", `UPDATE writes SET submission = submission || '0' WHERE submission LIKE '%/' || $1 || '/1'; UPDATE submission_tables SET submission = submission || '0' WHERE submission LIKE '%/' || $1 || '/1'; UPDATE submissions SET id = id || '0' WHERE id LIKE '%/' || $1 || '/1'`, "belongs to nothing"},
		{"records are gone", `DELETE FROM records WHERE form = 'cn-annual-base' AND seq = (SELECT seq FROM writes WHERE submission LIKE '%/' || $1 || '/1')`, "in the store"},
		{"what was taken back still counts", `DELETE FROM records WHERE $1 <> '' AND seq IN (SELECT seq FROM writes WHERE submission LIKE '%/back-%'); DELETE FROM writes WHERE $1 <> '' AND submission LIKE '%/back-%'; DELETE FROM submissions WHERE $1 <> '' AND id LIKE '%/back-%'`, "and was taken back"},
		{"no line in the audit log", `DELETE FROM audit WHERE unit = $1 AND action LIKE 'filing%'`, "audit log"},
		{"a step that nobody sent", `UPDATE filing_events SET sent = 'other' WHERE unit = $1`, "never sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "harmed.db")
			if err := os.WriteFile(file, sound, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", file)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for harm := range strings.SplitSeq(tt.harm, ";") {
				if _, err := db.ExecContext(ctx, harm, u); err != nil {
					t.Fatal(err)
				}
			}
			r := &recorder{}
			said := r.of(func() { verify(r, p, file, journal) })
			if all := strings.Join(said, "\n"); !strings.Contains(all, tt.want) {
				t.Errorf("the checks say %q, nothing of %q", all, tt.want)
			}
		})
	}
	t.Run("a step came before the answer to an earlier one", func(t *testing.T) {
		later := slices.Clone(journal)
		for i := range later {
			later[i].At = time.Unix(int64(i), 0)
		}
		lost := entry{Acked: true, Unit: p.Schools[0].Unit, Action: collect.Recall, ID: "lost", At: time.Unix(1, 0)}
		sent := entry{Unit: p.Schools[2].Unit, Action: collect.Submit, ID: "id2", At: time.Unix(2, 0)}
		r := &recorder{}
		v := openHeld(r, p, dsn)
		defer v.close()
		v.prefix(append(later, lost, sent))
		if len(r.said) == 0 {
			t.Error("not seen")
		}
	})
}
