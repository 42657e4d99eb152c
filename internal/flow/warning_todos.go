package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/todo"
)

// WarningLink is the page of a county's model.
func WarningLink(of edu.UnitID) string { return "/retention/warning?county=" + string(of) }

// todos are models that the drift check switched off: somebody trains anew, or leaves
// it off. Nothing is trained by itself.
func (w *Warnings) todos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	r := who.Reach(auth.EndCases)
	if r.None() || who.Local {
		return nil, nil
	}
	d, err := w.x.desk(ctx)
	if err != nil {
		return nil, err
	}
	var out []todo.Item
	for _, of := range d.warned(who, auth.EndCases) {
		if !r.Covers(of, d.holds) {
			continue
		}
		c, err := w.choice(ctx, of)
		if err != nil {
			return nil, err
		}
		if c.Drift == nil {
			continue
		}
		out = append(out, todo.Item{Kind: todo.Retention, ID: "warning/" + string(of) + "/" + c.At.UTC().Format("20060102"), Do: edu.Text{ZH: "复核预警模型", EN: "Look at the model of early warning"},
			Title: edu.Text{ZH: "数据漂移，已自动停用", EN: "it has grown old and is off"}, From: d.name(of), Link: WarningLink(of), Since: c.At, Lamp: todo.Amber,
			Why: edu.Text{ZH: "在校学生与训练时相比变化过大，本周名单已改用规则名单", EN: "the children differ too much from those it was made of; lists are by the rules again"}})
	}
	return out, nil
}
