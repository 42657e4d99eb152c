package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// What is written together with an import stands or falls with it, also where
// the import changes nothing.
func TestImportIn(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tab := &frame.Table{Level: edu.Section, File: "a.xlsx", N: 1, Cols: map[string][]float64{"pupils": {7}}, Key: &frame.Strings{Dict: []string{"2199000001"}, Code: []uint32{0}}}
	both := func(id, note string, fails error) (rev Revision, err error) {
		err = s.write(ctx, "hand in", func(tx *sql.Tx, st *state) error {
			sub := Submission{ID: id, Form: "f", Period: edu.Year(2025), At: time.Now()}
			var err error
			if rev, err = s.importIn(ctx, tx, st, Whole(Editor), sub, []*frame.Table{tab}); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, setMeta, "note", note); err != nil {
				return err
			}
			return fails
		})
		return rev, err
	}
	broken := errors.New("broken")
	for _, tt := range []struct {
		name, id string
		fails    error
		want     Revision
		note     string
	}{
		{"the rest fails", "1", broken, Revision{Records: 1, Changed: 1}, ""},
		{"both are kept", "1", nil, Revision{Records: 1, Changed: 1}, "both are kept"},
		{"sent again", "1", nil, Revision{Repeated: true}, "sent again"},
		{"nothing changed", "2", nil, Revision{Records: 1}, "nothing changed"},
	} {
		rev, err := both(tt.id, tt.name, tt.fails)
		if !errors.Is(err, tt.fails) {
			t.Errorf("%s: %v; want %v", tt.name, err, tt.fails)
		}
		if rev.Changed != tt.want.Changed || rev.Records != tt.want.Records || rev.Repeated != tt.want.Repeated {
			t.Errorf("%s: %+v; want %+v", tt.name, rev, tt.want)
		}
		if note, err := s.Meta(ctx, Whole(Reader), "note"); note != tt.note || err != nil {
			t.Errorf("%s: beside the import %q was kept, %v; want %q", tt.name, note, err, tt.note)
		}
	}
	if subs, err := s.Submissions(ctx, Whole(Reader), Filter{}); len(subs) != 1 || err != nil {
		t.Errorf("%d submissions, %v; want 1", len(subs), err)
	}
}
