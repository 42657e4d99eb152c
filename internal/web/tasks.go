package web

import (
	"context"
	"io"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Tasks is what the pages of tasks, supervision and cadence do. flow's office
// implements it; nil leaves the pages and their items of the navigation out.
type Tasks interface {
	Tasks(ctx context.Context, who auth.Actor, f task.Filter) (task.Page, error)
	// Task is one task; what lies outside the reader's part is not found.
	Task(ctx context.Context, who auth.Actor, id string) (task.Full, error)
	// NewTask keeps a draft; the same sent twice is one.
	NewTask(ctx context.Context, who auth.Actor, t task.Task, sent string) (task.Task, error)
	// Act does something to a task. Over a revision that is not the last the answer
	// is fault.Conflict, with the task as it is now.
	Act(ctx context.Context, who auth.Actor, id string, rev int, act task.Act, o task.Options) (task.Task, error)
	// WriteTaskBook writes tasks as a workbook that can be edited; ReadTaskBook says what
	// an edited one would change, KeepTaskBook keeps that, all of it or nothing.
	WriteTaskBook(ctx context.Context, rows []task.Row, lang string, w io.Writer) error
	ReadTaskBook(ctx context.Context, who auth.Actor, f io.ReadCloser) (*flow.TaskBook, error)
	KeepTaskBook(ctx context.Context, who auth.Actor, rows []task.BookRow, sent string) error
	Bodies(ctx context.Context, who auth.Actor) ([]task.Body, error)
	KeepBody(ctx context.Context, who auth.Actor, b task.Body, rev int) error
	// AddTaskFiles keeps files as evidence of a task; whoever sees the task sees them.
	AddTaskFiles(ctx context.Context, who auth.Actor, id string, files []flow.Attached) ([]store.FileUse, error)
	DropTaskFile(ctx context.Context, who auth.Actor, id, hash string) error
	TaskFiles(ctx context.Context, who auth.Actor, id string) ([]store.FileUse, error)
	TaskFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error)
	Digest(ctx context.Context, who auth.Actor, kind task.Cadence, day edu.Date) (task.Digest, error)
	// TaskRules are the rules of supervision; SetTaskRules sets the city's own.
	TaskRules(ctx context.Context) (task.Rules, error)
	SetTaskRules(ctx context.Context, who auth.Actor, r task.Rules) error
}

// taskRoutes are the addresses of tasks. Which act somebody may do is in the table
// of steps (task.Steps), and the office asks for it: whoever sees a task may try.
func (s *Server) taskRoutes() []route {
	if s.tasks == nil {
		return nil
	}
	return []route{
		{"POST /settings/tasks", auth.KeepChoices, aboutWhole, s.saveTaskRules},
		{"GET /tasks", auth.ReadTasks, aboutReach, s.taskList},
		{"GET /tasks/new", auth.GiveTasks, aboutReach, s.newTask},
		{"POST /tasks/new", auth.GiveTasks, aboutReach, s.saveTask},
		{"GET /tasks/import", auth.GiveTasks, aboutReach, s.taskBook},
		{"POST /tasks/import/upload", auth.GiveTasks, aboutReach, s.readTaskBook},
		{"POST /tasks/import/keep/upload", auth.GiveTasks, aboutReach, s.keepTaskBook},
		{"GET /tasks/{task}", auth.ReadTasks, aboutTask, s.taskPage},
		{"GET /tasks/{task}/edit", auth.ReadTasks, aboutTask, s.editTask},
		{"POST /tasks/{task}/edit", auth.GiveTasks, aboutTask, s.saveTask},
		{"POST /tasks/{task}/acts", auth.ReadTasks, aboutTask, s.doTask},
		{"GET /tasks/{task}/sheet", auth.ReadTasks, aboutTask, s.taskSheet},
		{"GET /tasks/{task}/letter", auth.ReadTasks, aboutTask, s.taskLetter},
		{"POST /tasks/{task}/files/upload", auth.ReadTasks, aboutTask, s.takeEvidence},
		{"GET /tasks/{task}/files/{hash}", auth.ReadTasks, aboutTask, s.sendEvidence},
		{"GET /tasks/{task}/files/{hash}/small", auth.ReadTasks, aboutTask, s.smallEvidence},
		{"POST /tasks/{task}/files/drop", auth.ReadTasks, aboutTask, s.dropEvidence},
		{"GET /cadence", auth.ReadTasks, aboutReach, s.cadence},
		{"GET /cadence/open", auth.DoTasks, aboutReach, s.openReports},
		{"POST /cadence/open", auth.DoTasks, aboutReach, s.reportAll},
		{"GET /bodies", auth.ReadTasks, aboutReach, s.bodies},
		{"POST /bodies", auth.KeepPlan, aboutReach, s.keepBody},

		{"GET /api/v1/bodies", auth.ReadTasks, aboutReach, s.apiBodies},
		{"GET /api/v1/measures", auth.ReadTasks, aboutReach, s.apiMeasures},
		{"GET /api/v1/plan-measures", auth.ReadTasks, aboutReach, s.apiPlanMeasures},
		{"GET /api/v1/actions", auth.ReadTasks, aboutReach, s.apiActions},
		{"GET /api/v1/actions/{task}", auth.ReadTasks, aboutTask, s.apiAction},
		{"POST /api/v1/actions/{task}/acts", auth.ReadTasks, aboutTask, s.apiAct},
	}
}

// actionLight tells that an address is of tasks, which need no assessment: hundreds
// of owners report on a Friday.
func actionLight(path string) bool {
	for _, p := range []string{"/tasks", "/cadence", "/bodies"} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// taskNavigation adds supervision and tasks to the group of daily work.
func (s *Server) taskNavigation(r *request, sh *Shell) {
	if s.tasks == nil || !r.who.May(auth.ReadTasks) {
		return
	}
	sh.item("sheets", r.T("task.sheets"), "", "M4 2h8v12H4zM6 5h4M6 8h4M6 11h2", "/tasks?sheet=1", 0)
	sh.item("tasks", r.T("task.title"), "", "M2 4l1.5 1.5L6 3M2 9l1.5 1.5L6 8M8 4.5h6M8 9.5h6M8 13.5h6", "/tasks", s.tasksWaiting(r))
	sh.item("cadence", r.T("cadence.title"), "", "M8 2a6 6 0 100 12A6 6 0 008 2zM8 5v3l2 2", "/cadence", 0)
}

// tasksWaiting counts the tasks that wait for the reader: to be signed, or to be
// decided on. 0 where that cannot be told.
func (s *Server) tasksWaiting(r *request) int {
	var turn []task.State
	if r.who.May(auth.GiveTasks) {
		turn = append(turn, task.InReview, task.Extension)
	}
	if reach := r.who.Reach(auth.DoTasks); !reach.None() && !reach.Whole {
		turn = append(turn, task.ToSign)
	}
	if turn == nil {
		return 0
	}
	page, err := s.tasks.Tasks(r.Context(), r.who, task.Filter{Mine: true, State: turn, Size: 1})
	if err != nil {
		s.log.Warn("count of tasks", "err", err) // the page itself is still good
	}
	return page.Total
}

// Acting tells that the page is of what people owe: its acts open as dialogs, its
// owners are picked while one types.
func (sh Shell) Acting() bool {
	return slices.Contains([]string{"tasks", "sheets", "cadence", "meetings", "leading", "honours", "retention", "reports"}, sh.Section)
}

// taskLamp is a lamp with the rule that lit it.
func (l locale) taskLamp(x task.Lamp, why edu.Text) Lamp {
	out := Lamp{Word: first(l.Text(x.Name())), Why: l.Text(why)}
	switch x {
	case task.Red:
		out.Tone = chart.Bad
	case task.Amber:
		out.Tone = chart.Near
	case task.Green:
		out.Tone = chart.Good
	default:
		out.Tone = chart.Open
	}
	return out
}
