package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/store"
)

// What was reached of the projects of a plan is kept beside it, since an approved
// version never changes: one document a plan, over all its versions.
const reachedKind = "plan-reached"

// Reached is what was reached, by the id of the project.
type Reached map[string]ProjectReached

// ProjectReached is how far a project is.
type ProjectReached struct {
	Done map[string]edu.Date `json:"done,omitempty"` // milestones, and when
	Text string              `json:"text,omitempty"` // 进度, at most 200 characters
	By   string              `json:"by"`
	Name string              `json:"name"`
	At   time.Time           `json:"at"`
}

// On is when a milestone was reached, 0 while it was not.
func (r Reached) On(project, stone string) edu.Date { return r[project].Done[stone] }

func (o *Office) reached(ctx context.Context, id string, unit edu.UnitID) (Reached, store.Document, error) {
	d, err := o.city.store.Document(ctx, local, reachedKind, id)
	if errors.Is(err, fault.NotFound) {
		return Reached{}, store.Document{Kind: reachedKind, ID: id, Unit: unit}, nil
	}
	if err != nil {
		return nil, d, err
	}
	r := Reached{}
	if err := json.Unmarshal([]byte(d.Body), &r); err != nil {
		return nil, d, fmt.Errorf("projects of plan %s: %w", id, err)
	}
	return r, d, nil
}

// ReachProject keeps what was reached of a project: by those who keep the plan, and
// by whoever acts for the body that leads its measure.
func (o *Office) ReachProject(ctx context.Context, who auth.Actor, id, project string, done map[string]edu.Date, text string) error {
	v, err := o.Plan(ctx, who, id, 0)
	if err != nil {
		return err
	}
	m, p := v.Project(project)
	if p == nil {
		return fmt.Errorf("project %s of plan %s: %w", project, id, fault.NotFound)
	}
	if may, err := o.mayReach(ctx, who, v, m); err != nil || !may {
		return errors.Join(err, fmt.Errorf("project %s of plan %s: %w", project, id, fault.Forbidden))
	}
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > 200 {
		return auth.Refuse(fault.Invalid, "进度不得超过200字", "the progress has more than 200 characters")
	}
	today := o.onDay()
	kept := map[string]edu.Date{}
	for _, s := range p.Stones {
		if d := done[s.ID]; d > today {
			return auth.Refuse(fault.Invalid, "完成日期"+d.String()+"还没有到", "the day "+d.String()+" is still to come")
		} else if d != 0 {
			kept[s.ID] = d
		}
	}
	all, d, err := o.reached(ctx, id, v.Unit)
	if err != nil {
		return err
	}
	all[project] = ProjectReached{kept, text, plan.Account(who), who.Name, o.now()}
	body, err := json.Marshal(all)
	if err != nil {
		return err
	}
	rec := record(who, audit.Action("plan.project"), project, o.now())
	rec.Object, rec.Unit = id, v.Unit
	d.Title, d.Body, d.By, d.Name, d.At = v.Plan.Name, string(body), rec.Account, who.Name, rec.At
	_, err = o.city.store.PutDocument(ctx, local, d, rec) // the permission was asked above: an owner writes its own project of the city's plan
	return err
}

// mayReach tells whether somebody may say what was reached of a measure's projects.
func (o *Office) mayReach(ctx context.Context, who auth.Actor, v *PlanView, m *plan.Measure) (bool, error) {
	if v.Keeps {
		return true, nil
	}
	b, err := o.bodyList(ctx)
	if err != nil || m.Lead() == nil || v.State != plan.Approved {
		return false, err
	}
	x, ok := b.find(m.Lead().Body)
	return ok && b.acts(who, x), nil
}

// MayReach tells of each measure whether somebody may say what was reached of its
// projects.
func (o *Office) MayReach(ctx context.Context, who auth.Actor, v *PlanView) (map[string]bool, error) {
	out := map[string]bool{}
	for i := range v.Lines {
		for k := range v.Lines[i].Measures {
			m := &v.Lines[i].Measures[k]
			if len(m.Projects) == 0 {
				continue
			}
			may, err := o.mayReach(ctx, who, v, m)
			if err != nil {
				return nil, err
			}
			out[m.ID] = may
		}
	}
	return out, nil
}
