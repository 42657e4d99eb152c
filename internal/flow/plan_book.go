package flow

import (
	"context"
	"fmt"
	"io"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/plan"
)

// ExportPlan writes a version as a workbook.
func (o *Office) ExportPlan(ctx context.Context, who auth.Actor, id string, version int, lang string, w io.Writer) error {
	v, err := o.Plan(ctx, who, id, version)
	if err != nil {
		return err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return err
	}
	return plan.Write(w, &v.Version, lang, o.planNames(b), o.city.Mark(lang))
}

// PlanBook is a workbook that was read, and what it would change.
type PlanBook struct {
	Plan    plan.Plan
	Version int
	Rev     int
	Changes []plan.Change
	Notes   []edu.Text
	Faults  []plan.Fault // with which the version could not be handed in
}

// ReadPlanBook reads an edited workbook against the draft of a plan: what it would
// change, and nothing is kept yet. Errors name each cell. A workbook that was
// exported from another revision is refused: it would undo what was changed since.
func (o *Office) ReadPlanBook(ctx context.Context, who auth.Actor, id string, r io.ReadCloser) (*PlanBook, error) {
	all, b, err := o.versions(ctx, who, id)
	if err != nil {
		r.Close()
		return nil, err
	}
	var have plan.Version
	found := false
	for _, v := range all[id] {
		if v.State == plan.Draft {
			have, found = v, true
		}
	}
	if !found {
		r.Close()
		if len(all[id]) == 0 {
			return nil, fmt.Errorf("plan %s: %w", id, fault.NotFound)
		}
		return nil, auth.Refuse(fault.Conflict, "没有可以修改的草案：请先开始新版本", "there is no draft to change: begin a new version first")
	}
	if !o.plans(b, who, auth.KeepPlan, have.Unit) {
		r.Close()
		return nil, fmt.Errorf("keep a plan: %w", fault.Forbidden)
	}
	got, err := plan.ReadBook(ctx, r, &have.Plan, o.planNames(b))
	if err != nil {
		return nil, err
	}
	if got.Version != have.Version || got.Rev != have.Rev {
		return nil, stalePlan(got.Version, got.Rev, &have)
	}
	return &PlanBook{Plan: got.Plan, Version: have.Version, Rev: have.Rev, Changes: plan.Diff(&have.Plan, &got.Plan, o.planNames(b).Of), Notes: got.Notes, Faults: plan.Blocking(got.Plan.Check())}, nil
}

func stalePlan(version, rev int, now *plan.Version) error {
	return auth.Refuse(fault.Conflict, fmt.Sprintf("工作簿是从第%d版第%d次保存导出的，草案现在是第%d版第%d次保存：导入会覆盖其间的修改，请重新导出", version, rev, now.Version, now.Rev),
		fmt.Sprintf("the workbook was exported from version %d, revision %d; the draft is version %d, revision %d: importing would undo what was changed since, so export it again", version, rev, now.Version, now.Rev))
}

// ImportPlan keeps a plan of a workbook as it is: for the machine's operator, who
// makes a plan in a new database. It gives the draft.
func (o *Office) ImportPlan(ctx context.Context, who auth.Actor, r io.ReadCloser) (plan.Version, error) {
	b, err := o.bodyList(ctx)
	if err != nil {
		r.Close()
		return plan.Version{}, err
	}
	got, err := plan.ReadBook(ctx, r, &plan.Plan{}, o.planNames(b))
	if err != nil {
		return plan.Version{}, err
	}
	return o.SavePlan(ctx, who, got.Plan, 1, 0)
}
