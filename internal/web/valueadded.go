package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/valueadd"
)

// ValueAdded is the estimate of what schools add. flow implements it; nil leaves
// its pages out. Until a city switches it on there is nothing but a page that
// says so.
type ValueAdded interface {
	Switches(ctx context.Context) (flow.Switches, error)
	LookAtPupils(ctx context.Context, who auth.Actor, r io.ReadCloser) ([]valueadd.Table, error)
	EstimateValueAdded(ctx context.Context, who auth.Actor, o valueadd.Order, r io.ReadCloser, progress func(done, total int64)) (*valueadd.Receipt, error)
	ValueAddedRuns(ctx context.Context, who auth.Actor) ([]valueadd.Run, error)
	ValueAdded(ctx context.Context, who auth.Actor, id string) (valueadd.Run, []valueadd.School, error)
	DropValueAdded(ctx context.Context, who auth.Actor, id string) error
}

// valueAddedPage lists the estimates, or says that they are off.
type valueAddedPage struct {
	Shell
	On     bool
	Runs   Table
	New    string // address of a new estimate, for who may make one
	Switch string // where it is switched on and off, for who may
	Cannot []string
}

// estimates tells whether the reader may make estimates.
func (r *request) estimates() bool { return r.who.Reach(auth.CheckData).Whole }

// valueAddedOn tells whether the city has switched it on.
func (s *Server) valueAddedOn(r *request) (flow.Switch, error) {
	if s.added == nil {
		return flow.Switch{}, fmt.Errorf("value added: %w", fault.NotFound)
	}
	sw, err := s.added.Switches(r.Context())
	return sw.ValueAdded, err
}

// valueAdded lists the estimates.
func (s *Server) valueAdded(w http.ResponseWriter, r *request) error {
	sw, err := s.valueAddedOn(r)
	if err != nil {
		return err
	}
	p := valueAddedPage{Shell: s.shell(r, r.T("va.title"), "valueadded"), On: sw.On, Cannot: r.cannot()}
	if s.choices != nil && r.who.Reach(auth.KeepChoices).Whole {
		p.Switch = "/settings"
	}
	if !sw.On {
		return s.render(w, r, "valueadded.html", p)
	}
	runs, err := s.added.ValueAddedRuns(r.Context(), r.who)
	if err != nil {
		return err
	}
	if r.estimates() {
		p.New = "/value-added/new"
	}
	p.Runs = Table{ID: "runs", Caption: r.T("va.runs"), Empty: r.T("va.none"), Cols: []Col{{Label: r.T("va.name"), Wrap: true}, {Label: r.T("va.year")}, {Label: r.T("va.schools"), Num: true}, {Label: r.T("va.pupils"), Num: true}, {Label: r.T("va.says"), Wrap: true}, {Label: r.T("va.made")}}}
	for _, run := range runs {
		p.Runs.Rows = append(p.Runs.Rows, Row{Cells: []Cell{linked(run.Title, "/value-added/"+run.ID), text(r.Period(run.Period)), count(run.Result.Schools), count(run.Result.Pupils),
			text(r.Text(run.Result.Conclusion())), {Text: r.Day(run.At.In(collect.China)), Small: run.ByName}}})
	}
	return s.render(w, r, "valueadded.html", p)
}

// cannot is what a reader must not take from an estimate.
func (r *request) cannot() (out []string) {
	for _, t := range valueadd.CannotSay() {
		out = append(out, r.Text(t))
	}
	return out
}

// dropValueAdded takes an estimate away.
func (s *Server) dropValueAdded(w http.ResponseWriter, r *request) error {
	if s.added == nil {
		return fmt.Errorf("value added: %w", fault.NotFound)
	}
	if err := s.added.DropValueAdded(r.Context(), r.who, r.PathValue("run")); err != nil {
		return err
	}
	s.redirect(w, r, "/value-added")
	return nil
}

// inWords says a refusal in the reader's language.
func (r *request) inWords(err error) error {
	if no, ok := errors.AsType[*auth.Refusal](err); ok {
		return fmt.Errorf("%s: %w", no.In(r.Lang()), no.Kind)
	}
	if no, ok := errors.AsType[*valueadd.Refusal](err); ok {
		return fmt.Errorf("%s: %w", r.Text(no.Text), fault.Invalid)
	}
	return err
}

// readingLamp is what an effect says, by shape and word.
func (r *request) readingLamp(e *valueadd.Effect) Lamp {
	tone := chart.Open
	switch e.Reading() {
	case valueadd.Above:
		tone = chart.Good
	case valueadd.Below:
		tone = chart.Near
	}
	return Lamp{tone, r.Text(e.Reading().Text()), ""}
}
