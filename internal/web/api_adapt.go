package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pack"
)

// Adapter lets a county adapt an issue for its own schools: drop what it knows,
// and ask for it a little earlier. It may add nothing. The address is there where
// the Desk is one too.
type Adapter interface {
	Adapt(ctx context.Context, issue string, county edu.UnitID, ch flow.Change) error
}

// apiAdapt changes an issue for the schools of a county. What adds to their
// burden is understood, so that the refusal can say which rule it breaks.
func (s *Server) apiAdapt(w http.ResponseWriter, r *request) error {
	var ask struct {
		Due   string          `json:"due"`   // the county's own earlier day
		Drop  []string        `json:"drop"`  // fields that are not asked where they are known
		Add   []string        `json:"add"`   // always refused
		Asks  map[string]bool `json:"asks"`  // always refused
		Fills []pack.Filler   `json:"fills"` // always refused
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&ask); err != nil {
		return fmt.Errorf("change of a form: %w: %w", err, fault.Invalid)
	}
	ch := flow.Change{Drop: ask.Drop, Add: ask.Add, Asks: ask.Asks, Fills: ask.Fills}
	if ask.Due != "" {
		due, err := parseDate(ask.Due)
		if err != nil {
			return err
		}
		ch.Due = due
	}
	a, ok := s.desk(r.who).(Adapter)
	if !ok {
		return fmt.Errorf("change of a form: %w", fault.NotFound)
	}
	if err := a.Adapt(r.Context(), r.PathValue("issue"), edu.UnitID(r.PathValue("unit")), ch); err != nil {
		return fmt.Errorf("change of a form: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
