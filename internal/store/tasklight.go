package store

import (
	"context"
	"database/sql"
	"time"

	"shuren/internal/task"
)

// TaskLight is when the lamp of a task turns.
type TaskLight struct {
	ID         string
	Rev        int
	Rest       task.Lamp
	Amber, Red time.Time
}

// LightTasks notes when lamps turn, after the rules have changed. A task that has
// changed meanwhile has been lit by its own act.
func (s *Store) LightTasks(ctx context.Context, sc Scope, lights []TaskLight) error {
	const what = "light the lamps of tasks"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		for _, l := range lights {
			if _, err := tx.ExecContext(ctx, `UPDATE tasks SET rest = $1, amber_at = $2, red_at = $3 WHERE id = $4 AND rev = $5`, string(l.Rest), l.Amber.Unix(), l.Red.Unix(), l.ID, l.Rev); err != nil {
				return err
			}
		}
		return nil
	})
}
