package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/store"
	"shuren/internal/task"
)

func (o *Office) bookNames(b *bodyList) task.BookNames {
	n := o.planNames(b)
	return task.BookNames{Of: n.Of, Bodies: n.Bodies}
}

// ExportTaskBook writes the tasks of a filter, of those that somebody may see, as a
// workbook that can be edited and read back.
func (o *Office) ExportTaskBook(ctx context.Context, who auth.Actor, f task.Filter, lang string, w io.Writer) error {
	f.Page, f.Size = 1, -1
	page, err := o.Tasks(ctx, who, f)
	if err != nil {
		return err
	}
	return o.WriteTaskBook(ctx, page.Tasks, lang, w)
}

// WriteTaskBook writes rows as such a workbook.
func (o *Office) WriteTaskBook(ctx context.Context, rows []task.Row, lang string, w io.Writer) error {
	b, err := o.bodyList(ctx)
	if err != nil {
		return err
	}
	return task.WriteBook(w, rows, lang, o.bookNames(b), o.city.Mark(lang))
}

// TaskBook is a workbook of tasks that was read, and what it would change.
type TaskBook struct {
	Rows  []task.BookRow
	Notes []edu.Text
}

// Changes says in words what the workbook would do.
func (b *TaskBook) Changes() (out []edu.Text) {
	for _, r := range b.Rows {
		if r.Task.ID == "" {
			out = append(out, edu.Text{ZH: fmt.Sprintf("新增任务“%s”", r.Task.Title), EN: fmt.Sprintf("new task %q", r.Task.Title)})
			continue
		}
		for _, c := range r.Changes {
			out = append(out, edu.Text{ZH: fmt.Sprintf("任务%d“%s”：%s由“%s”改为“%s”", r.Task.No, r.Task.Title, c.Name.ZH, clipRunes(c.Was, 60), clipRunes(c.Now, 60)),
				EN: fmt.Sprintf("task %d %q: %s from %q to %q", r.Task.No, r.Task.Title, c.Name.EN, clipRunes(c.Was, 60), clipRunes(c.Now, 60))})
		}
	}
	return out
}

// ReadTaskBook reads an edited workbook against the tasks as they are: what it would
// change, and nothing is kept yet. Errors name each cell.
func (o *Office) ReadTaskBook(ctx context.Context, who auth.Actor, r io.ReadCloser) (*TaskBook, error) {
	env, b, err := o.env(ctx)
	if err == nil && who.Reach(auth.GiveTasks).None() {
		err = fmt.Errorf("%s: %w", auth.GiveTasks, fault.Forbidden)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	v := o.view(who, b, store.Reader)
	all, err := o.city.store.Tasks(ctx, v, task.Filter{Size: -1}, env.Now)
	if err != nil {
		r.Close()
		return nil, err
	}
	byID := make(map[string]task.Task, len(all.Tasks))
	for _, t := range all.Tasks {
		byID[t.ID] = t
	}
	got, err := task.ReadBook(ctx, r, func(id string) (task.Task, bool) { t, ok := byID[id]; return t, ok }, o.bookNames(b))
	if err != nil {
		return nil, err
	}
	out := &TaskBook{got.Rows, got.Notes}
	fresh, changed, _, err := o.bookMoves(ctx, who, out.Rows, "")
	if err == nil && len(fresh)+len(changed) != len(out.Rows) {
		err = errors.New("rows of the workbook were lost")
	}
	return out, err
}

// KeepTaskBook keeps the rows of a workbook, as ReadTaskBook gave them: all of them
// or none. sent makes it once, however often it is sent.
func (o *Office) KeepTaskBook(ctx context.Context, who auth.Actor, rows []task.BookRow, sent string) error {
	if len(rows) == 0 {
		return auth.Refuse(fault.Invalid, "没有改动", "nothing is changed")
	}
	fresh, changed, recs, err := o.bookMoves(ctx, who, rows, sent)
	if err != nil {
		return err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return err
	}
	return o.city.store.DraftTasks(ctx, o.view(who, b, store.Editor), fresh, changed, recs...)
}

// bookMoves works out what a workbook's rows do, by the rules of making and of
// editing a draft: what is wrong is said of each row.
func (o *Office) bookMoves(ctx context.Context, who auth.Actor, rows []task.BookRow, sent string) (fresh, changed []store.TaskMove, recs []audit.Record, err error) {
	env, b, err := o.env(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	var bad sheet.Faults
	wrong := func(row task.BookRow, err error) error {
		text := edu.Text{ZH: "无权以该单位名义交办", EN: "you may not give tasks in the name of that body"}
		switch no, told := errors.AsType[*auth.Refusal](err); {
		case told:
			text = edu.Text{ZH: no.In("zh"), EN: no.In("en")}
		case errors.Is(err, fault.NotFound):
			text = edu.Text{ZH: "任务不存在", EN: "there is no such task"}
		case errors.Is(err, fault.Conflict):
			text = edu.Text{ZH: "该任务刚被他人修改，请重新导出", EN: "the task was changed meanwhile: export it again"}
		case !errors.Is(err, fault.Forbidden):
			return err
		}
		bad = append(bad, task.BookFault(fmt.Sprintf("B%d", row.Row), text))
		return nil
	}
	plans := map[task.Serves]error{}
	for i, row := range rows {
		if err := o.bookServes(ctx, who, b, row, plans); err != nil {
			if err := wrong(row, err); err != nil {
				return nil, nil, nil, err
			}
			continue
		}
		key := fmt.Sprintf("%s#%d", sent, i)
		if sent == "" {
			key = ""
		}
		if row.Task.ID == "" {
			moves, rec, err := o.drafted(ctx, who, []task.Task{row.Task}, "")
			if err != nil {
				if err := wrong(row, err); err != nil {
					return nil, nil, nil, err
				}
				continue
			}
			moves[0].Event.Sent = key
			fresh, recs = append(fresh, moves...), append(recs, rec...)
			continue
		}
		m, rec, err := o.bookEdit(ctx, who, b, env, row.Task, key)
		if err != nil {
			if err := wrong(row, err); err != nil {
				return nil, nil, nil, err
			}
			continue
		}
		changed, recs = append(changed, m), append(recs, rec)
	}
	if bad != nil {
		return nil, nil, nil, bad
	}
	return fresh, changed, recs, nil
}

// bookEdit is the edit of a draft that a row is.
func (o *Office) bookEdit(ctx context.Context, who auth.Actor, b *bodyList, env task.Env, as task.Task, sent string) (m store.TaskMove, rec audit.Record, err error) {
	t, events, _, err := o.city.store.Task(ctx, o.view(who, b, store.Editor), as.ID)
	if err != nil {
		return m, rec, err
	}
	rec = o.record(who, b, t, "task.edit")
	again := sent != "" && slices.ContainsFunc(events, func(e task.Event) bool { return e.Sent == sent && e.By == rec.Account })
	if t.Rev != as.Rev && !again {
		return m, rec, store.ErrStale
	}
	if as.Issuer != t.Issuer {
		if x, ok := b.find(as.Issuer); !ok || !b.acts(who, x) || !b.gives(who, as.Issuer) {
			return m, rec, fmt.Errorf("give a task for %s: %w", as.Issuer, fault.Forbidden)
		}
	}
	env.By, env.Name, env.Body = rec.Account, who.Name, b.actingBody(who, t, task.Giver)
	next, e, err := task.Next(t, task.Edit, b.sides(who, t), task.Options{Edit: &as, Sent: sent, Text: "由工作簿导入"}, env)
	if err != nil {
		return m, rec, err
	}
	return o.moveOf(next, e, nil, env, b), rec, nil
}

// bookServes checks the measures that a row adds: they are of plans in force that the
// actor may read.
func (o *Office) bookServes(ctx context.Context, who auth.Actor, b *bodyList, row task.BookRow, known map[task.Serves]error) error {
	was := map[task.Serves]bool{}
	if row.Task.ID != "" {
		if t, _, _, err := o.city.store.Task(ctx, o.view(who, b, store.Reader), row.Task.ID); err == nil {
			for _, s := range t.Serves {
				was[s] = true
			}
		}
	}
	for _, s := range row.Task.Serves {
		if was[s] {
			continue
		}
		err, ok := known[s]
		if !ok {
			_, err = o.servesWords(ctx, who, task.Options{Serve: []task.Serves{s}})
			known[s] = err
		}
		if err != nil {
			return err
		}
	}
	return nil
}
