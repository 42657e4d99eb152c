package web

import (
	"context"
	"time"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// City is what the pages need to know. Assessments are computed once by whoever
// implements it; a page asks for them on every request.
type City interface {
	// Name is how the city is called on the pages.
	Name() edu.Text
	// Fictional tells that the figures are made up: every page and export says so.
	Fictional() bool
	// English are the English names of schools and of units above them, by code,
	// where they have one.
	English(ctx context.Context, p edu.Period) (map[string]string, error)
	// Tree is the whole tree of units, for deciding who may see what.
	Tree(ctx context.Context) (*edu.Tree, error)
	// Place is where a county's tile stands, in columns and rows from the upper
	// left; ok is false where nobody laid it out.
	Place(code string) (x, y int, ok bool)
	// Periods are the periods that can be shown now, oldest first.
	Periods(ctx context.Context) ([]edu.Period, error)
	// Current is the one of the Periods that is shown first: a year of which few
	// schools have reported yet is not.
	Current(ctx context.Context, periods []edu.Period) (edu.Period, error)
	// Pending is how many further periods are still being read in.
	Pending() int
	// Packs are the packs that the city is measured by, or asks for figures with;
	// the first is shown without a choice.
	Packs() []*pack.Pack
	// Measure is the assessment of one of the Periods by one of the Packs.
	Measure(ctx context.Context, ref string, p edu.Period) (*standard.Assessment, error)
	// Version names the state of a period's figures: it changes whenever one of
	// them does, and never otherwise.
	Version(ctx context.Context, p edu.Period) (string, error)
	// AsOf is when the newest figure of a period came in; zero if not known.
	AsOf(ctx context.Context, p edu.Period) (time.Time, error)
	// Submission tells when a submission came in, and from whom, for the trace.
	Submission(ctx context.Context, id string) (at time.Time, by string, err error)
}
