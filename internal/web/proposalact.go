package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/proposal"
)

// makeProposals begins to work out the scenarios that were ticked.
func (s *Server) makeProposals(w http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	list := r.PostForm["scenario"]
	if len(list) == 0 {
		return s.showProposal(w, r, proposalPage{Error: r.T("proposal.choose")}, http.StatusUnprocessableEntity)
	}
	for _, sc := range list {
		if _, err := s.gaps.Propose(r.Context(), r.who, id, proposal.Scenario(sc), r.a.Pack.Ref(), r.period); err != nil {
			return s.orSay(err, func(why string) error {
				return s.showProposal(w, r, proposalPage{Error: why}, http.StatusUnprocessableEntity)
			}, r)
		}
	}
	return away{s.toGaps(r, r.PathValue("county")) + "?did=make"}
}

// stopProposal ends a search; the best so far is kept.
func (s *Server) stopProposal(_ http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	sc := proposal.Scenario(r.PostFormValue("scenario"))
	if err := s.gaps.StopProposing(r.Context(), r.who, id, sc); err != nil {
		return err
	}
	return away{s.toGaps(r, r.PathValue("county")) + "?" + with(nil, "did", "stop").Encode()}
}

// backQuery is the query of the page from which a form was sent: what it was narrowed to.
func backQuery(r *request) url.Values {
	q, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		q = url.Values{}
	}
	for k := range q {
		if !slices.Contains([]string{"proposal", "scenario", "state", "act", "q", "page", "year", "scheme"}, k) {
			q.Del(k)
		}
	}
	return q
}

// decideProposal makes a decision on lines: those that were ticked, or all that the
// page was narrowed to.
func (s *Server) decideProposal(w http.ResponseWriter, r *request) error {
	if _, _, err := s.countyHere(r); err != nil {
		return err
	}
	rev, err := numberOf(r, "rev")
	if err != nil {
		return err
	}
	id, q, did := r.PostFormValue("proposal"), backQuery(r), r.PostFormValue("do")
	r.query = with(q, "proposal", id)
	ctx := r.Context()
	switch did {
	case "undo":
		_, err = s.gaps.UndoProposal(ctx, r.who, id, rev)
	case "check":
		_, err = s.gaps.RecheckProposal(ctx, r.who, id, rev)
	default:
		var nos []int
		if nos, err = s.decidedLines(r, id, q); err == nil {
			ch := proposal.Choice{Decision: proposal.Decision(did), Note: r.PostFormValue("note")}
			if ch.Decision == proposal.Edit {
				if ch.Amount, err = strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("amount"), ",", "")), 64); err != nil {
					return s.wrongLine(w, r, r.T("proposal.amount.wrong"), http.StatusUnprocessableEntity)
				}
				if when := r.PostFormValue("when"); when != "" {
					if ch.Year, err = edu.ParsePeriod(when); err != nil {
						return fmt.Errorf("year %q: %w", when, fault.Invalid)
					}
				}
			}
			_, err = s.gaps.DecideProposal(ctx, r.who, id, rev, nos, ch)
		}
	}
	if _, said := errors.AsType[*auth.Refusal](err); !said && errors.Is(err, fault.Conflict) {
		return s.wrongLine(w, r, r.T("proposal.conflict.rev"), http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error { return s.wrongLine(w, r, why, http.StatusUnprocessableEntity) }, r)
	}
	return away{s.toGaps(r, r.PathValue("county")) + "?" + with(r.query, "did", did, "line", "").Encode() + "#lines"}
}

// wrongLine shows the proposal as it is now with what went wrong, and with the line
// that was being changed as it was typed.
func (s *Server) wrongLine(w http.ResponseWriter, r *request, why string, status int) error {
	if no := r.PostFormValue("one"); no != "" {
		r.query.Set("line", no)
	}
	return s.showProposal(w, r, proposalPage{Error: why}, status)
}

// decidedLines are the numbers of the lines that a form means.
func (s *Server) decidedLines(r *request, id string, q url.Values) (nos []int, err error) {
	picked := r.PostForm["no"]
	if one := r.PostFormValue("one"); one != "" {
		picked = []string{one}
	}
	if r.PostFormValue("which") == "all" {
		x, err := s.gaps.Proposal(r.Context(), r.who, id)
		if err != nil {
			return nil, err
		}
		d := proposal.Decision(r.PostFormValue("do"))
		for _, k := range lineFilter(&x, q) {
			if x.Lines[k].May(d) {
				nos = append(nos, x.Lines[k].No)
			}
		}
		return nos, nil
	}
	for _, t := range picked {
		n, err := strconv.Atoi(t)
		if err != nil {
			return nil, fmt.Errorf("line %q: %w", t, fault.Invalid)
		}
		nos = append(nos, n)
	}
	return nos, nil
}

// proposalTasks makes tasks of what was taken.
func (s *Server) proposalTasks(w http.ResponseWriter, r *request) error {
	if _, _, err := s.countyHere(r); err != nil {
		return err
	}
	rev, err := numberOf(r, "rev")
	if err != nil {
		return err
	}
	id, q := r.PostFormValue("proposal"), backQuery(r)
	r.query = with(q, "proposal", id)
	into := flow.ProposalInto{Lead: r.PostFormValue("lead")}
	into.Plan, into.Measure, _ = strings.Cut(r.PostFormValue("measure"), "/")
	_, _, err = s.gaps.TasksOfProposal(r.Context(), r.who, id, rev, into, r.PostFormValue("sent"))
	if _, said := errors.AsType[*auth.Refusal](err); !said && errors.Is(err, fault.Conflict) {
		return s.wrongLine(w, r, r.T("proposal.conflict.rev"), http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error { return s.wrongLine(w, r, why, http.StatusUnprocessableEntity) }, r)
	}
	return away{s.toGaps(r, r.PathValue("county")) + "?" + with(r.query, "did", "tasks", "line", "", "state", "task").Encode() + "#lines"}
}
