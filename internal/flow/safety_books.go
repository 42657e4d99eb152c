package flow

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// Workbooks of inspections that have not begun: made for all schools of a plan in one
// go, filled in at the schools, and read back, which begins the inspection.

// NewVisitID makes the id of an inspection.
func NewVisitID() string { return strings.ToLower(rand.Text()) }

// begunFor are the schools of a plan that have an inspection, under way or done.
func (s *Safety) begunFor(ctx context.Context, who auth.Actor, plan string) (map[edu.UnitID]bool, error) {
	rows, _, err := s.Visits(ctx, who, store.InspectionFilter{Plan: plan, Size: -1})
	out := map[edu.UnitID]bool{}
	for _, x := range rows {
		if x.State != inspection.Void {
			out[x.School] = true
		}
	}
	return out, err
}

// PlanSheets gives the blank inspection of each school of a plan that nobody has
// begun to visit, one after another, until do fails.
func (s *Safety) PlanSheets(ctx context.Context, who auth.Actor, plan string, do func(SafetyUnit, *inspection.Inspection) error) error {
	p, err := s.VisitPlan(ctx, who, plan)
	if err != nil {
		return err
	}
	if p.Ended {
		return auth.Refuse(fault.Invalid, "检查计划已结束", "the plan has ended")
	}
	begun, err := s.begunFor(ctx, who, p.ID)
	if err != nil {
		return err
	}
	for _, u := range p.Due {
		if begun[u.ID] {
			continue
		}
		x, err := s.BlankVisit(ctx, who, VisitBegun{ID: NewVisitID(), Plan: p.ID, School: u.ID, Way: inspection.Workbook})
		if err != nil {
			return err
		}
		x.Day = 0 // which the checkers say when they hand it in
		if err := do(u, &x); err != nil {
			return err
		}
	}
	return nil
}

// TakeBook takes a workbook that was filled in. Its inspection begins where it has not
// begun, on the day of the visit; a workbook with a wrong cell begins nothing.
func (s *Safety) TakeBook(ctx context.Context, who auth.Actor, body []byte, day edu.Date) (inspection.Inspection, error) {
	open := func() io.ReadCloser { return io.NopCloser(bytes.NewReader(body)) }
	id, b, err := inspection.BookOf(ctx, open())
	if err != nil {
		return inspection.Inspection{}, err
	}
	var x inspection.Inspection
	begun := true
	switch v, err := s.Visit(ctx, who, id); {
	case err == nil:
		x = v.Inspection
	case !errors.Is(err, fault.NotFound) || b.School == "":
		return x, err
	default:
		begun = false
		if b.Plan != "" {
			begun, err := s.begunFor(ctx, who, b.Plan)
			if err != nil {
				return x, err
			}
			if begun[b.School] {
				return x, auth.Refuse(fault.Conflict, "该校在本计划下已有检查记录：请在那次检查中导出工作簿填写", "the school was visited for this plan already: fill in the workbook of that inspection")
			}
		}
		if x, err = s.BlankVisit(ctx, who, VisitBegun{ID: id, Plan: b.Plan, School: b.School, Kind: b.Kind, Lists: b.Lists, Day: day, Way: inspection.Workbook}); err != nil {
			return x, err
		}
	}
	patch, err := inspection.ReadBook(ctx, open(), &x)
	if err != nil {
		return x, err
	}
	if !begun {
		if x, err = s.putVisit(ctx, who, auth.Inspect, x, 0, visitBegun, "begin", "", nil, nil); err != nil {
			return x, err
		}
	}
	return s.FillVisit(ctx, who, id, patch, "")
}
