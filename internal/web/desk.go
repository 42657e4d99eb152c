package web

import (
	"context"
	"io"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/standard"
)

// Desk is what one signed-in person can do with forms: every call is limited to
// that person's roles and part of the tree. flow implements it.
type Desk interface {
	// Tasks lists filings: a work list by deadline.
	Tasks(ctx context.Context, f collect.Filter) (collect.Tasks, error)
	// Matrix is the completeness of a period, counties by forms.
	Matrix(ctx context.Context, p edu.Period) (collect.Matrix, error)
	// MatrixIn is that of a county by townships; of the empty one it is Matrix.
	MatrixIn(ctx context.Context, p edu.Period, county edu.UnitID) (collect.Matrix, error)
	// Issues lists the issued forms of a period; the zero period gives all.
	Issues(ctx context.Context, p edu.Period) ([]collect.Issue, error)

	// Paper gives a unit's paper with what was saved last, its filing and its log.
	Paper(ctx context.Context, issue string, unit edu.UnitID) (*form.Paper, collect.Filing, []collect.Event, error)
	// Save keeps a draft. rev is the filing's as the filler saw it; where somebody
	// else saved meanwhile the error is of kind fault.Conflict and nothing changes.
	Save(ctx context.Context, issue string, unit edu.UnitID, rev int, c form.Content) (collect.Filing, error)
	// Check lists what is wrong with a content without saving it.
	Check(ctx context.Context, issue string, unit edu.UnitID, c form.Content) ([]form.Problem, error)
	// Trial judges the unit by a content without saving it (试算).
	Trial(ctx context.Context, issue string, unit edu.UnitID, c form.Content) ([]*standard.Assessment, error)
	// Step takes a step with a filing. Submit hands in c, or the saved draft where
	// c is nil; problems that block come back with an error of kind fault.Blocked.
	Step(ctx context.Context, issue string, unit edu.UnitID, rev int, a collect.Action, opt StepOptions) (collect.Filing, []form.Problem, error)

	// Template writes the workbook of an issue for a unit: a school's own, or all
	// schools of a township or county.
	Template(ctx context.Context, w io.Writer, issue string, unit edu.UnitID, lang string) (name string, err error)
	// Upload reads a filled workbook and saves drafts (or submits) of all its
	// units, or of none where anything is wrong with the file itself.
	Upload(ctx context.Context, name string, r io.ReaderAt, size int64, opt collect.UploadOptions) (*collect.Uploaded, error)

	// Remind reminds the late units of an issue below a unit (催报).
	Remind(ctx context.Context, issue string, below edu.UnitID) (collect.Reminder, error)
}

// StepOptions are what a step may need.
type StepOptions = collect.StepOptions

// FormList is 报表目录: the closed list of forms, and the issuing of them. The
// page is there where the Desk is one too.
type FormList interface {
	// Forms lists every form of every pack, with why one cannot be issued.
	Forms(ctx context.Context) ([]collect.Entry, error)
	// Issue issues a form, or says which burden rule stands against it.
	Issue(ctx context.Context, o flow.Order) (collect.Issue, error)
}

// Importer takes files that are no template of ours: a county's own workbook,
// an export of another system. The page is there where the Desk is one too.
type Importer interface {
	// Look reads a file's head and guesses what its columns mean. A mapping that
	// was saved for the same head is used instead of guesses.
	Look(ctx context.Context, name string, r io.ReaderAt, size int64) (*collect.Foreign, error)
	// Take reads the file by a mapping, saves the mapping for the same head and
	// takes the figures: all of them or none.
	Take(ctx context.Context, name string, r io.ReaderAt, size int64, m collect.Mapping) (*collect.Taken, error)
}
