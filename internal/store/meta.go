package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"shuren/internal/audit"
	"shuren/internal/fault"
)

const setMeta = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`

// Meta gives a small fact about the whole store, "" where it is not set.
func (s *Store) Meta(ctx context.Context, sc Scope, name string) (value string, err error) {
	if !sc.sees() {
		return "", nil
	}
	err = s.r.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, s.wrap("read "+name, err)
}

// SetMeta sets a small fact about the whole store.
func (s *Store) SetMeta(ctx context.Context, sc Scope, name, value string, recs ...audit.Record) error {
	what := "set " + name
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, setMeta, name, value)
		return err
	})
}

// PutPack keeps the files of a pack under their hash, which is the pack's own.
// Content under a hash never changes.
func (s *Store) PutPack(ctx context.Context, sc Scope, hash, ref string, files map[string][]byte) error {
	what := "keep the pack " + ref
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	if hash == "" {
		return fmt.Errorf("%s: it has no hash: %w", what, fault.Invalid)
	}
	body, err := json.Marshal(files) // keys sorted, so equal content gives equal text
	if err != nil {
		return s.wrap(what, err)
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		var old []byte
		switch err := tx.QueryRowContext(ctx, `SELECT body FROM packs WHERE hash = $1`, hash).Scan(&old); {
		case err == nil && string(old) == string(body):
			return errNothing
		case err == nil:
			return fmt.Errorf("other content is kept under the hash %s: %w", hash, fault.Conflict)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO packs (hash, ref, body) VALUES ($1, $2, $3)`, hash, ref, body)
		return err
	})
}

// Pack gives the files of the pack that has a hash, and its "id@version".
func (s *Store) Pack(ctx context.Context, sc Scope, hash string) (ref string, files map[string][]byte, err error) {
	what := "pack " + hash
	if !sc.sees() {
		return "", nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	var body []byte
	err = s.r.QueryRowContext(ctx, `SELECT ref, body FROM packs WHERE hash = $1`, hash).Scan(&ref, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	if err == nil {
		err = json.Unmarshal(body, &files)
	}
	return ref, files, s.wrap(what, err)
}

// HashOf is the hex SHA-256 of a file, as Submission.Hash wants it.
func HashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// KeptPack names a pack whose content is kept.
type KeptPack struct{ Hash, Ref string }

// Packs lists the packs whose content is kept, by ref and hash.
func (s *Store) Packs(ctx context.Context, sc Scope) ([]KeptPack, error) {
	if !sc.sees() {
		return nil, nil
	}
	var out []KeptPack
	err := each(ctx, s.r, `SELECT hash, ref FROM packs ORDER BY ref, hash`, nil, func(rows *sql.Rows) error {
		var k KeptPack
		err := rows.Scan(&k.Hash, &k.Ref)
		out = append(out, k)
		return err
	})
	return out, s.wrap("list the packs", err)
}
