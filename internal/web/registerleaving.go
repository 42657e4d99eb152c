// What the pages of the register say of children who left, and of what proves where
// they are.

package web

import (
	"cmp"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/register"
)

// receiptText tells whether the school that a child went to has answered.
func (r *request) receiptText(m register.Move) string {
	switch {
	case m.Received:
		return cmp.Or(m.Receipt.String(), r.T("register.yes"))
	case m.AwaitsReceipt():
		return r.T("register.received.no")
	}
	return ""
}

// leftText is the small line of a list below the state of schooling.
func (r *request) leftText(m register.Move) string {
	if m.Left == 0 {
		return ""
	}
	text := r.Text(register.Words(register.Leavings, m.Leaving)) + " " + m.Left.String()
	if m.AwaitsReceipt() {
		text += " · " + r.T("register.received.no")
	}
	return text
}

// addLeaving adds to an exported list what its page has no room for.
func (r *request) addLeaving(t *Table, list []register.Child) {
	for _, label := range []string{r.T("register.proof"), r.T("register.proof.kind"), r.T("register.approved"), r.T("register.approval"), r.T("register.from"), r.T("register.until"),
		r.T("register.left"), r.T("register.leaving"), r.T("register.fromschool"), r.T("register.toschool"), r.T("register.received")} {
		t.Cols = append(t.Cols, Col{Label: label})
	}
	for i, c := range list {
		for _, text := range []string{c.Proof, r.Text(register.Words(register.ProofKinds, c.ProofKind)), c.Approved, c.Approval, c.From.String(), c.Until.String(),
			c.Left.String(), r.Text(register.Words(register.Leavings, c.Leaving)), c.FromSchool, c.ToSchool, r.receiptText(c.Move)} {
			t.Rows[i].Cells = append(t.Rows[i].Cells, Cell{Text: text})
		}
	}
}

// placeLabel names a unit in a list of the register: for who reads one part of the
// tree alone without its county, which would be the same in every row.
func (s *Server) placeLabel(r *request, p auth.Permission, id edu.UnitID) string {
	label := s.unitLabel(r, id)
	if reach := r.who.Reach(p); !reach.Whole && len(reach.Units) == 1 {
		if _, name, ok := strings.Cut(label, " · "); ok {
			return name
		}
	}
	return label
}
