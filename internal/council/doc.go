// Package council holds what a leading group does: its meetings with venues,
// attendance, agenda and decisions, its round of duties, the schools that its
// leaders are linked to, the yearly report on duties, and the roll of honours.
//
// A decision is not followed up here: it becomes a task (package task), and what
// has come of it is always read from that task. The video of a meeting stays with
// the operator's own system; only its join link is kept. Nothing that is a state
// secret may be entered, and no pupil stands on any list.
package council
