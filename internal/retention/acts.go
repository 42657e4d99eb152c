package retention

import (
	"cmp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// doing is what each act needs and does beside the table.
var doing map[Act]func(*move)

func init() { // the table of acts and the functions name each other
	doing = map[Act]func(*move){
		Amend: (*move).amend, Confirm: (*move).confirm, Exclude: (*move).exclude, Find: (*move).find, Persuade: (*move).persuade, Notify: (*move).notify,
		Return: (*move).arrive, Move: (*move).arrive, Place: (*move).arrive, Accept: (*move).accept, Close: (*move).close, Relapse: (*move).relapse,
		Except: (*move).except, Renew: (*move).except, Resume: (*move).resume, Reopen: (*move).reopen, Number: (*move).number, Attach: (*move).attach,
	}
}

func (m *move) amend() {
	m.text(m.o.Text, "核查情况", "what was found")
	if m.o.Absent < 0 || m.o.Absent > 400 {
		m.lack("连续缺课天数不合理", "the days of absence are not possible")
	}
	if m.o.Absent > 0 {
		m.c.Absent = m.o.Absent
	}
	m.c.Lost = m.o.Lost
	if m.o.Guard != nil {
		m.parts(m.o.Guard)
		m.c.Guard = slices.Clone(m.o.Guard)
	}
}

func (m *move) confirm() {
	m.word(known(Causes, m.o.Cause), "请选择辍学原因", "choose the cause")
	if m.o.Day == 0 {
		m.lack("请填写辍学日期", "give the day since which the child is out of school")
	} else {
		m.past(m.o.Day, "辍学日期", "the day since which the child is out of school")
	}
	m.c.Dropped, m.c.Cause = m.o.Day, m.o.Cause
	m.c.Finding = Finding{Day: m.today, Text: m.o.Text}
}

func (m *move) exclude() {
	m.text(m.o.Text, "排除理由", "why it is excluded")
	m.text(m.o.Proof, "核实材料（编号或名称）", "what proves it, by number or title")
	m.c.Finding = Finding{Day: m.today, Proof: strings.TrimSpace(m.o.Proof), Text: m.o.Text}
}

func (m *move) find() {
	m.text(m.o.Where, "县外就读学校", "the school outside the county")
	m.text(m.o.Proof, "学籍截图或在读证明（编号或名称）", "the proof: a screenshot of the register or a certificate, by number or title")
	m.c.Finding = Finding{Day: m.today, Where: strings.TrimSpace(m.o.Where), Proof: strings.TrimSpace(m.o.Proof), Text: m.o.Text}
}

func (m *move) persuade() {
	v := m.o.Visit
	v.Day = cmp.Or(v.Day, m.today)
	m.past(v.Day, "劝返日期", "the day of the persuasion")
	if n := len(m.c.Visits); n > 0 && v.Day < m.c.Visits[n-1].Day {
		m.lack("劝返日期早于上一次劝返", "the day lies before that of the last persuasion")
	}
	m.word(known(Ways, v.Way), "请选择劝返方式", "choose the way")
	m.word(len(v.Parts) > 0, "请选择参加人", "choose who took part")
	m.parts(v.Parts)
	m.text(v.Place, "劝返地点", "the place")
	m.word(known(Saws, v.Saw), "请选择见到谁", "choose whom they saw")
	m.word(known(Results, v.Result), "请选择劝返结果", "choose the result")
	switch {
	case v.Next != 0 && (v.Next < v.Day || v.Next > m.today+tooLong):
		m.lack("下次劝返日期须在本次之后", "the next day must come after this one")
	case v.Next == 0 && v.Result != Promised:
		m.lack("未同意返校的，请填写下次劝返日期", "give the next day, since the child does not come back yet")
	}
	v.Parts, v.Place, v.Proof, v.Text = slices.Clone(v.Parts), strings.TrimSpace(v.Place), strings.TrimSpace(v.Proof), m.o.Text
	v.By, v.Name = m.env.By, m.env.Name
	m.c.Visits = append(slices.Clone(m.c.Visits), v)
	m.ev.Day = v.Day
}

// notify is a step of the legal path: each only after the one before it, and only
// of a township or a county.
func (m *move) notify() {
	n := m.o.Notice
	n.Day = cmp.Or(n.Day, m.today)
	if level, ok := m.env.level(n.Issuer); !ok || level != edu.Township && level != edu.County {
		m.no(fault.Forbidden, "法定文书只能由乡镇人民政府或县级教育行政部门发出，学校不得发出", "legal notices are sent by the township or the county bureau, never by a school")
	}
	m.past(n.Day, "文书日期", "the day of the notice")
	i := slices.Index(legalOrder, n.Step)
	last := -1
	if k := len(m.c.Legal); k > 0 {
		last = slices.Index(legalOrder, m.c.Legal[k-1].Step)
		if n.Day < m.c.Legal[k-1].Day {
			m.lack("文书日期早于上一步", "the day lies before that of the step before")
		}
	}
	switch {
	case i < 0:
		m.lack("请选择法定程序", "choose the legal step")
	case i > last+1:
		m.no(fault.Conflict, "法定程序须依次进行：宣传教育、责令改正、行政处罚、司法程序", "the legal path goes step by step: instruction, order to correct, penalty, court")
	case i < last:
		m.no(fault.Conflict, "该步骤已在前面进行", "that step lies behind")
	}
	if n.Step != Educate {
		m.text(n.Number, "文号", "the number of the notice")
	}
	if n.Step == Correct && n.Delivered == 0 {
		m.lack("请填写送达日期", "give the day of delivery")
	}
	if n.Delivered != 0 {
		m.past(n.Delivered, "送达日期", "the day of delivery")
		if n.Delivered < n.Day {
			m.lack("送达日期早于文书日期", "it was delivered before its own day")
		}
	}
	n.Number, n.By, n.Name = strings.TrimSpace(n.Number), m.env.By, m.env.Name
	m.c.Legal = append(slices.Clone(m.c.Legal), n)
	m.ev.Day = n.Day
}

// arrive is the child's coming back: to the former class, to another school, or to
// another place of schooling.
func (m *move) arrive() {
	p := m.o.Place
	p.Day, p.Outside = cmp.Or(p.Day, m.today), strings.TrimSpace(p.Outside)
	m.past(p.Day, "返校日期", "the day of return")
	if n := len(m.c.Visits); n > 0 && p.Day < m.c.Visits[0].Day {
		m.lack("返校日期早于首次劝返", "the day of return lies before the first persuasion")
	}
	switch m.ev.Act {
	case Return:
		p = Placement{Kind: SameClass, School: cmp.Or(p.School, m.c.School), Day: p.Day}
		if p.School != m.c.School || p.School == "" {
			m.lack("返回原班须是原学校；换学校请用“转学”", "the former class is at the former school; for another school use transfer")
		}
	case Move:
		p.Kind = OtherSeat
		if p.School != "" && p.School == m.c.School {
			m.lack("转入学校与原学校相同", "the new school is the former one")
		}
	default:
		m.word(slices.Contains([]Kind{Vocational, HomeTaught, Special}, p.Kind), "请选择安置方式：职教融合班、送教上门或专门教育", "choose a vocational class, teaching at home or special education")
	}
	m.receiving(&p)
	m.c.Placement, m.c.Receipt, m.c.Until = p, Receipt{}, 0
	m.ev.Day = p.Day
}

// receiving checks the school that a child is brought to: exactly one, by which the
// receipt will be given.
func (m *move) receiving(p *Placement) {
	switch {
	case p.School == "" && p.Outside == "":
		m.lack("请填写接收学校", "give the receiving school")
	case p.School != "" && p.Outside != "":
		m.lack("接收学校只能有一所", "there is one receiving school only")
	case p.School != "":
		if level, ok := m.env.level(p.School); !ok || level != edu.School {
			m.lack("没有这所接收学校", "there is no such receiving school")
		}
	}
}

// accept is the receipt. For a school of the city it is that school's own act; for
// one outside an officer enters the number of its paper.
func (m *move) accept() {
	day := cmp.Or(m.o.Day, m.today)
	m.past(day, "回执日期", "the day of the receipt")
	if day < m.c.Placement.Day {
		m.lack("回执日期早于返校日期", "the receipt lies before the day of return")
	}
	r := Receipt{Day: day, School: m.c.Placement.School, Number: strings.TrimSpace(m.o.Number), By: m.env.By, Name: m.env.Name}
	switch {
	case r.School != "" && (m.side&Receiver == 0 || m.o.Receiver != r.School):
		m.no(fault.Forbidden, "回执须由接收学校出具", "the receipt is given by the receiving school itself")
	case r.School == "" && m.side&Officer == 0:
		m.no(fault.Forbidden, "市外学校的回执由控辍保学专员登记", "the receipt of a school outside is entered by an officer")
	case r.School == "":
		m.text(r.Number, "回执文号", "the number of the receipt")
	}
	m.c.Receipt, m.c.Until = r, ObservedUntil(day, m.env)
	m.ev.Day = day
}

// close ends a case. The table lets it only after a receipt; this asks for it again,
// since nothing here matters more.
func (m *move) close() {
	if !m.c.Receipt.Given() {
		m.no(fault.Conflict, "没有接收学校回执，不能销号", "a case is not closed without the receipt of the receiving school")
	}
	if m.today <= m.c.Until {
		m.no(fault.Conflict, "巩固观察至"+m.c.Until.String()+"，未满一学期不能销号", "the child is observed until "+m.c.Until.String()+": a term is not over yet")
	}
	if m.c.Receipt.By == m.env.By {
		m.no(fault.Forbidden, "出具回执的人不能审批销号", "who gave the receipt does not close the case")
	}
	if m.c.Dropped != 0 && len(m.c.Visits) == 0 && m.c.Exception.Kind == "" {
		m.no(fault.Conflict, "没有劝返记录，不能销号", "there is no record of a persuasion")
	}
}

// relapse takes a child that has left again back into the work: what was received
// and observed does not count any more.
func (m *move) relapse() {
	m.word(known(Causes, m.o.Cause), "请选择辍学原因", "choose the cause")
	day := cmp.Or(m.o.Day, m.today)
	m.past(day, "辍学日期", "the day since which the child is out of school")
	if day < m.c.Placement.Day {
		m.lack("再次辍学日期早于返校日期", "the child left again before it came back")
	}
	m.c.Dropped, m.c.Cause, m.c.Receipt, m.c.Until, m.c.Placement = day, m.o.Cause, Receipt{}, 0, Placement{}
	m.c.Relapses++
	m.ev.Day = day
}

func (m *move) except() {
	x := m.o.Except
	m.word(known(Excuses, x.Kind), "请选择缓学、免学、休学或失能", "choose deferral, exemption, leave or not able")
	m.word(known(Grounds, x.Ground), "请选择事由", "choose the ground")
	m.text(x.Proof, "证明材料（编号或名称）", "the proof, by number or title")
	m.text(x.Approver, "批准单位", "who approved it")
	m.text(x.Number, "批准文号", "the number of the approval")
	switch {
	case x.From == 0 || x.Until == 0:
		m.lack("请填写起止日期", "give the days from and until")
	case x.From > x.Until:
		m.lack("起始日期晚于截止日期", "it begins after it ends")
	case x.Until <= m.today:
		m.lack("截止日期须晚于今天", "it must end later than today")
	case x.From < m.today-tooLong || x.Until > m.today+tooLong:
		m.lack("起止日期不合理", "the days are not possible")
	}
	x.Proof, x.Approver, x.Number = strings.TrimSpace(x.Proof), strings.TrimSpace(x.Approver), strings.TrimSpace(x.Number)
	m.c.Exception = x
}

// resume is a return after an exception: it has its receipt and its term too.
func (m *move) resume() {
	day := cmp.Or(m.o.Place.Day, m.today)
	m.past(day, "返校日期", "the day of return")
	p := Placement{Kind: SameClass, School: cmp.Or(m.o.Place.School, m.c.School), Outside: strings.TrimSpace(m.o.Place.Outside), Day: day}
	if p.Outside != "" {
		p.School = ""
	}
	if p.School != m.c.School || p.Outside != "" {
		p.Kind = OtherSeat
	}
	m.receiving(&p)
	m.c.Placement, m.c.Receipt, m.c.Until = p, Receipt{}, 0
	m.ev.Day = day
}

func (m *move) reopen() {
	m.text(m.o.Text, "重新核查的理由", "why it is checked again")
	m.c.Finding, m.c.Exception, m.c.Dropped, m.c.Cause = Finding{}, Exception{}, 0, ""
}

func (m *move) number() {
	no := strings.TrimSpace(m.o.Number)
	if !PlatformNumber(no) {
		m.lack("全国平台编号须为4至40位字母、数字或短横", "a number of the national platform has 4 to 40 letters, digits or hyphens")
	}
	m.c.Platform = no
}

// attach adds evidence to a step that was taken before: lines of the history never
// change, so the files stand in one of their own that names the step.
func (m *move) attach() {
	m.word(len(m.o.Files) > 0, "请选择佐证材料文件", "choose the files")
	m.word(1 <= m.o.For && m.o.For <= m.c.Rev, "请选择佐证材料所属的步骤", "choose the step to which they belong")
	m.ev.For = m.o.For
}

// PlatformNumber tells whether something can be a case's number on the national
// platform. Eighteen digits cannot: that is an identity number, which has no place
// in a case.
func PlatformNumber(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '-':
		default:
			return false
		}
	}
	if len(s) == 18 && digits >= 17 {
		return false
	}
	return 4 <= len(s) && len(s) <= 40
}
