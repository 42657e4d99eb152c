// The columns of a model, and batches of their rows.

package valueadd

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

// Term is a column of the file that explains the outcome.
type Term struct {
	Name string `json:"name"` // as the file heads it
	// Category is a column of a few texts, each of which gets its own
	// coefficient against the most frequent one; otherwise it holds numbers.
	Category bool `json:"category,omitempty"`
	Prior    bool `json:"prior,omitempty"` // an earlier result: its school mean may enter too
}

// Values are one column of a batch: numbers with NaN for what is missing, or
// texts with the empty text for what is missing.
type Values struct {
	Num  []float64
	Text *frame.Strings
}

// Batch is a stretch of rows, one a pupil.
type Batch struct {
	School  *frame.Strings
	Outcome []float64
	Terms   []Values // in the order of the terms
}

// Refusal says why the data allow no estimate, for the person who sent them. It
// wraps fault.Invalid.
type Refusal struct{ Text edu.Text }

func (r *Refusal) Error() string { return r.Text.EN }
func (r *Refusal) Unwrap() error { return fault.Invalid }

func refuse(zh, en string, args ...any) *Refusal {
	return &Refusal{edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
}
