package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shuren/internal/attach"
	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

const (
	// FilesOfTasks is the kind of the files that are evidence of a task; the id is
	// the task's.
	FilesOfTasks = "task"

	fileAdded   audit.Action = "file.add"
	fileDropped audit.Action = "file.drop"
)

// Attached is a file that was checked, with the bytes to store.
type Attached struct {
	attach.File
	Body []byte
}

// attach stores files as evidence of one thing. Whoever calls it has seen to it
// that the actor may: the scope here is the whole tree. The unit is the one in
// whose part of the log it stands.
func (c *City) attach(ctx context.Context, who auth.Actor, kind, id string, unit edu.UnitID, files []Attached, now time.Time) (out []store.FileUse, err error) {
	for _, f := range files {
		if err := c.store.PutFile(ctx, local, f.File, f.Body, now); err != nil {
			return out, err
		}
		rec := record(who, fileAdded, f.Hash, now)
		rec.Object, rec.Unit = kind+"/"+id, unit
		u := store.FileUse{Hash: f.Hash, Type: f.Type, Size: f.Size, Kind: kind, ID: id, Name: f.Name, Unit: unit, By: rec.Account, ByName: who.Name, At: now}
		if err := c.store.UseFile(ctx, local, u, rec); err != nil {
			return out, err
		}
		out = append(out, u)
	}
	return out, nil
}

// seenTask gives a task that somebody may see, and what they are to it.
func (o *Office) seenTask(ctx context.Context, who auth.Actor, id string) (t task.Task, es []task.Event, ns []task.Entry, side task.Side, err error) {
	if who.Reach(auth.ReadTasks).None() {
		return t, nil, nil, 0, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return t, nil, nil, 0, err
	}
	t, es, ns, err = o.city.store.Task(ctx, o.view(who, b, store.Reader), id)
	return t, es, ns, b.sides(who, t), err
}

// AddTaskFiles stores checked files as evidence of a task, by those whom it
// concerns. A closed task takes none.
func (o *Office) AddTaskFiles(ctx context.Context, who auth.Actor, id string, files []Attached) ([]store.FileUse, error) {
	t, _, _, side, err := o.seenTask(ctx, who, id)
	switch {
	case err != nil:
		return nil, err
	case side == 0:
		return nil, auth.Refuse(fault.Forbidden, "只有交办、牵头和配合单位可以上传佐证材料", "only those who give the task, lead it or help may add evidence")
	case !t.State.Live():
		return nil, auth.Refuse(fault.Conflict, "任务已结束，不再收佐证材料", "the task has ended and takes no more evidence")
	}
	return o.city.attach(ctx, who, FilesOfTasks, id, o.unitOf(ctx, t), files, o.now())
}

// cites refuses evidence that was not added to the task: a hash that is known from
// elsewhere would be cited, and never be found.
func (o *Office) cites(ctx context.Context, id string, hashes []string) error {
	if len(hashes) == 0 {
		return nil
	}
	list, err := o.city.store.Uses(ctx, local, FilesOfTasks, id)
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if !slices.ContainsFunc(list, func(u store.FileUse) bool { return u.Hash == h }) {
			return auth.Refuse(fault.Invalid, "所引用的佐证材料不在本任务中，请先上传到本任务", "evidence that is cited does not belong to this task: add it to the task first")
		}
	}
	return nil
}

// unitOf is the unit in whose part of the log a task stands; empty for the city.
func (o *Office) unitOf(ctx context.Context, t task.Task) edu.UnitID {
	if b, err := o.bodyList(ctx); err == nil {
		if x, ok := b.find(t.Lead); ok {
			return x.Unit
		}
	}
	return ""
}

// TaskFiles lists the evidence of a task that somebody may see.
func (o *Office) TaskFiles(ctx context.Context, who auth.Actor, id string) ([]store.FileUse, error) {
	if _, _, _, _, err := o.seenTask(ctx, who, id); err != nil {
		return nil, err
	}
	return o.city.store.Uses(ctx, local, FilesOfTasks, id)
}

// TaskFile gives a file of a task that somebody may see.
func (o *Office) TaskFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error) {
	if _, _, _, _, err := o.seenTask(ctx, who, id); err != nil {
		return store.FileUse{}, nil, err
	}
	return o.city.store.File(ctx, local, FilesOfTasks, id, hash)
}

// DropTaskFile takes a file off a task: by who added it, while no report or act
// cites it.
func (o *Office) DropTaskFile(ctx context.Context, who auth.Actor, id, hash string) error {
	t, events, entries, _, err := o.seenTask(ctx, who, id)
	if err != nil {
		return err
	}
	list, err := o.city.store.Uses(ctx, local, FilesOfTasks, id)
	if err != nil {
		return err
	}
	rec := record(who, fileDropped, hash, o.now())
	rec.Object, rec.Unit = FilesOfTasks+"/"+id, o.unitOf(ctx, t)
	switch i := slices.IndexFunc(list, func(u store.FileUse) bool { return u.Hash == hash }); {
	case i < 0:
		return fmt.Errorf("file of task %s: %w", id, fault.NotFound)
	case list[i].By != rec.Account:
		return auth.Refuse(fault.Forbidden, "只有上传者本人可以撤下", "only who added it may take it off")
	}
	cited := slices.Contains(t.Handed.Files, hash) || slices.ContainsFunc(events, func(e task.Event) bool { return slices.Contains(e.Files, hash) }) ||
		slices.ContainsFunc(entries, func(e task.Entry) bool { return slices.Contains(e.Files, hash) })
	if cited {
		return auth.Refuse(fault.Conflict, "已被办理记录引用，不能撤下", "what was reported cites it, so it stays")
	}
	return o.city.store.DropUse(ctx, local, FilesOfTasks, id, hash, rec)
}
