// Leaving a school, and what proves where a child is now.

package register

import (
	"strings"

	"shuren/internal/edu"
)

// Move is what a row says of a child that left, came from elsewhere, or is elsewhere.
// The schools are words, since most lie outside the tree.
type Move struct {
	Left       edu.Date `json:"-"`                     // day of leaving; from then on nobody is at the row's school
	Leaving    string   `json:"-"`                     // one of Leavings
	FromSchool string   `json:"from_school,omitempty"` // the school before
	ToSchool   string   `json:"to_school,omitempty"`   // where the child went, or is, outside the county
	Received   bool     `json:"-"`                     // that school has answered (转学回执)
	Receipt    edu.Date `json:"receipt,omitempty"`     // when
	ProofKind  string   `json:"proof_kind,omitempty"`  // one of ProofKinds
	Approval   string   `json:"approval,omitempty"`    // number of the document that approved an exception
}

// AwaitsReceipt tells that the child went to another school, which has not answered.
func (m Move) AwaitsReceipt() bool {
	return m.Left != 0 && !m.Received && m.Leaving != Graduation && m.Leaving != Death
}

// Kinds of leaving that say where a child stands without a receipt.
const (
	Transfer   = "transfer"
	Graduation = "graduated"
	Death      = "dead"
	Abroad     = "abroad"
)

// Leavings are the kinds of leaving (离校类型) [P]: those of school registers as they
// are kept, no document was read for the list.
var Leavings = []Term{
	{Transfer, edu.Text{ZH: "转学", EN: "Transfer"}},
	{Graduation, edu.Text{ZH: "毕业", EN: "Graduated"}},
	{"completed", edu.Text{ZH: "结业或肄业", EN: "Ended without graduating"}},
	{"withdrawn", edu.Text{ZH: "退学", EN: "Withdrew"}},
	{Abroad, edu.Text{ZH: "出国（境）", EN: "Went abroad"}},
	{Death, edu.Text{ZH: "死亡", EN: "Died"}},
	{"other", edu.Text{ZH: "其他", EN: "Other"}},
}

// ProofKinds are the documents that prove a status (forms.md §6) [P].
var ProofKinds = []Term{
	{"extract", edu.Text{ZH: "学籍截图", EN: "Extract of the register"}},
	{"certificate", edu.Text{ZH: "在读证明", EN: "Certificate of enrolment"}},
	{"medical", edu.Text{ZH: "医疗证明", EN: "Medical certificate"}},
	{"disability", edu.Text{ZH: "残疾证明", EN: "Certificate of disability"}},
	{"household", edu.Text{ZH: "户籍证明", EN: "Certificate of the household"}},
	{"other", edu.Text{ZH: "其他", EN: "Other"}},
}

// move holds what was said of leaving to itself and to the state of schooling, and
// fills in what one says of the other.
func (ps *problems) move(c *Child, today edu.Date) {
	m := &c.Move
	if m.Receipt != 0 {
		m.Received = true
	}
	if m.Left != 0 && m.Leaving == "" {
		switch c.Schooling {
		case Graduated:
			m.Leaving = Graduation
		case Dead:
			m.Leaving = Death
		default:
			m.Leaving = Transfer
		}
	}
	if m.Leaving != "" {
		ps.closed("leaving", m.Leaving, Leavings)
	}
	if m.ProofKind != "" {
		ps.closed("proof_kind", m.ProofKind, ProofKinds)
	}
	switch {
	case m.Leaving != "" && m.Left == 0:
		ps.block("left", "", "填写了离校类型，须有离校日期", "a kind of leaving needs the day")
	case m.Left != 0 && (c.Born != 0 && m.Left < c.Born || today != 0 && m.Left > today+366):
		ps.block("left", m.Left.String(), "日期不可能", "an impossible day")
	case m.Received && m.Left == 0:
		ps.warn("left", "", "有转学回执，没有离校日期", "a receipt of a transfer without the day of leaving")
	case m.Receipt != 0 && m.Left != 0 && m.Receipt < m.Left:
		ps.warn("receipt", m.Receipt.String(), "回执早于离校日期，请核对", "the receipt is older than the leaving: please check")
	case m.Receipt != 0 && today != 0 && m.Receipt > today:
		ps.block("receipt", m.Receipt.String(), "日期不可能", "an impossible day")
	}
	for _, f := range []struct{ field, text string }{{"from_school", m.FromSchool}, {"to_school", m.ToSchool}, {"approval", m.Approval}} {
		ps.plain(f.field, f.text)
	}
}

// received reads a cell that says whether a receipt came: yes, no, or its day.
func (l *line) received(m *Move) {
	t := l.text("received")
	if day, ok := ParseDay(t); ok && t != "" {
		m.Received, m.Receipt = true, day
		return
	}
	switch strings.ToLower(t) {
	case "", "否", "未收到", "未回", "未收到回执", "没有", "无回执", "no", "no receipt", "no receipt yet", "0":
	case "是", "有", "已收到", "已回", "收到", "yes", "1", "√":
		m.Received = true
	default:
		l.block("received", shape(t), "应为是、否或回执日期", "want yes, no or the day of the receipt")
	}
}

// option reads a term of a closed list that need not be given.
func (l *line) option(field string, list []Term, more map[string]string) string {
	t := l.text(field)
	if t == "" {
		return ""
	}
	id := termOf(list, t, more)
	if id == "" {
		l.block(field, shape(t), "不在可选范围内", "not one of the list")
	}
	return id
}

var leavingWords = map[string]string{"转出": Transfer, "转学（转出）": Transfer, "转校": Transfer, "结业": "completed", "肄业": "completed", "出国": Abroad, "出境": Abroad, "出国出境": Abroad}

var proofWords = map[string]string{"在学证明": "certificate", "就读证明": "certificate", "学籍系统截图": "extract", "诊断证明": "medical", "残疾证": "disability", "户口注销证明": "household", "户籍注销证明": "household"}
