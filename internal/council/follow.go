package council

import (
	"shuren/internal/edu"
	"shuren/internal/task"
)

// Followed is a decision of an earlier meeting with what has come of it.
type Followed struct {
	Meeting  string // id
	Session  string // or the meeting's name
	No       string // of the decision
	Words    string
	Class    Class
	LeadName edu.Text // the zero Text while it is 待定
	Due      edu.Date
	Last     bool      // of the last meeting, not of an earlier one
	Task     *task.Row // nil where it became none, or none that the reader may see
}

// Follow puts decisions beside their tasks, by number. Of an earlier meeting than
// the last one only what is still open is told. A decision that has not become a
// task is open.
func Follow(m *Meeting, rows map[string]task.Row, last bool, n Names) (out []Followed) {
	for _, d := range m.Decisions {
		if !d.Tasks() {
			continue
		}
		f := Followed{Meeting: m.ID, Session: m.Session, No: m.NumberOf(d.No), Words: d.Words, Class: d.Class, Due: d.Due, Last: last}
		if f.Session == "" {
			f.Session = m.Name
		}
		if d.Lead != "" {
			f.LeadName = n.Body(d.Lead)
		}
		if r, ok := rows[f.No]; ok {
			if !last && !r.State.Live() {
				continue
			}
			f.Task, f.Due, f.LeadName = &r, r.Due, r.LeadName
		}
		out = append(out, f)
	}
	return out
}
