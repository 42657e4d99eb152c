package web

import (
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// taskCard stands on the pages of the city, a county and a school: the tasks that
// are late, then those that fall due next.
type taskCard struct {
	Sub   string
	Table Table
	All   []Link
}

// cardTasks is how many tasks a card shows.
const cardTasks = 5

// taskCardOf makes the card of what a filter chooses; nil where there is nothing
// to show, or the reader sees no tasks. all is the query of the list behind it.
func (s *Server) taskCardOf(r *request, f task.Filter, all string) (*taskCard, error) {
	if s.tasks == nil || !r.who.May(auth.ReadTasks) {
		return nil, nil
	}
	f.Live, f.Size, f.Sort = true, cardTasks, "due"
	page, err := s.tasks.Tasks(r.Context(), r.who, f)
	if err != nil {
		return nil, fmt.Errorf("late and due tasks: %w", err)
	}
	if page.Total == 0 {
		return nil, nil
	}
	rows := page.Tasks
	if late := page.Counts[task.Red]; late > 0 {
		f.Lamp = task.Red
		red, err := s.tasks.Tasks(r.Context(), r.who, f)
		if err != nil {
			return nil, fmt.Errorf("late tasks: %w", err)
		}
		seen := map[string]bool{}
		for _, x := range red.Tasks {
			seen[x.ID] = true
		}
		for _, x := range rows {
			if !seen[x.ID] {
				red.Tasks = append(red.Tasks, x)
			}
		}
		rows = red.Tasks[:min(cardTasks, len(red.Tasks))]
	}
	c := &taskCard{Sub: r.T("task.card.sub", page.Counts[task.Red], page.Counts[task.Amber], page.Total)}
	c.Table = Table{ID: "duetasks", Caption: r.T("task.card.due"), Cols: []Col{{Label: r.T("task.col.title"), Wrap: true}, {Label: r.T("task.lead"), Wrap: true}, {Label: r.T("task.due")}, {Label: r.T("task.lamp")}}}
	for i := range rows {
		x := &rows[i]
		c.Table.Rows = append(c.Table.Rows, Row{Cells: []Cell{linked(x.Title, "/tasks/"+x.ID), text(r.bodyName(x.LeadName)), text(r.dueWords(&x.Task)), lampCell(r.taskLamp(x.Lamp, x.Why))}})
	}
	q := ""
	if all != "" {
		q = "?" + all
	}
	c.All = []Link{{r.T("task.card.all"), "/tasks" + q}}
	return c, nil
}

// schoolTasks is the card of a school: what it owes itself.
func (s *Server) schoolTasks(r *request, code string) (*taskCard, error) {
	if s.tasks == nil {
		return nil, nil
	}
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	at := t.ByKey(edu.School, code)
	if len(at) != 1 {
		return nil, nil
	}
	body := task.InstitutionOf(t.Nodes[at[0]].Unit.ID)
	return s.taskCardOf(r, task.Filter{Body: body}, "body="+queryEscape(body))
}

// countyTasks is the card of a county: what its bodies owe.
func (s *Server) countyTasks(r *request, code string) (*taskCard, error) {
	if s.tasks == nil {
		return nil, nil
	}
	id, ok := s.countyID(r, code)
	if !ok {
		return nil, nil
	}
	return s.taskCardOf(r, task.Filter{County: id}, "county="+queryEscape(code))
}
