package register

import "shuren/internal/edu"

// Child is one child's record in one school year: on a school's register, on a
// household list, or both. The three ledgers of dropout prevention are views of
// it (forms.md §6).
type Child struct {
	Person PersonID
	Year   int // a school year by the year in which it begins

	School edu.UnitID // empty for a child on no register here
	Home   edu.UnitID // county or township whose household list has the child; empty if unknown
	Stage  edu.Stage
	Grade  int // 1 to 12 through all stages; 0 where there is none
	Class  string

	Born   edu.Date // 0 if unknown
	Sex    Sex
	Groups Groups
	Boards bool

	Schooling Schooling
	Proof     string   // document that proves the status, by number or reference, never a name
	Approved  string   // who approved an exception (缓学, 免学, 休学)
	From      edu.Date // of an exception
	Until     edu.Date // of an exception: it is due for review then
	Case      string   // number of the national platform, so that no case is typed twice

	Move
}

// Schooling is the state of a child's schooling (就学状态, forms.md §6.1).
type Schooling string

const (
	Enrolled  Schooling = "enrolled"   // 本县在读
	Elsewhere Schooling = "elsewhere"  // 县外就读, with proof: not a dropout
	NotYet    Schooling = "not_yet"    // 未入学
	Deferred  Schooling = "deferred"   // 缓学
	Exempted  Schooling = "exempted"   // 免学
	OnLeave   Schooling = "on_leave"   // 休学
	AtHome    Schooling = "at_home"    // 送教上门
	Graduated Schooling = "graduated"  // 已毕业
	MovedAway Schooling = "moved_away" // 户籍迁出
	Dead      Schooling = "dead"       // 死亡
	NotFound  Schooling = "not_found"  // 查无此人
)

// Excused tells that a state needs proof, an approval and a day on which it ends.
func (s Schooling) Excused() bool { return s == Deferred || s == Exempted || s == OnLeave }

// Schoolings are the states, in the order of the form.
var Schoolings = []Term{
	{string(Enrolled), edu.Text{ZH: "本县在读", EN: "Enrolled in this county"}},
	{string(Elsewhere), edu.Text{ZH: "县外就读", EN: "Enrolled outside the county"}},
	{string(NotYet), edu.Text{ZH: "未入学", EN: "Never enrolled"}},
	{string(Deferred), edu.Text{ZH: "缓学", EN: "Entry deferred"}},
	{string(Exempted), edu.Text{ZH: "免学", EN: "Exempted"}},
	{string(OnLeave), edu.Text{ZH: "休学", EN: "On leave"}},
	{string(AtHome), edu.Text{ZH: "送教上门", EN: "Taught at home"}},
	{string(Graduated), edu.Text{ZH: "已毕业", EN: "Graduated"}},
	{string(MovedAway), edu.Text{ZH: "户籍迁出", EN: "Household moved away"}},
	{string(Dead), edu.Text{ZH: "死亡", EN: "Died"}},
	{string(NotFound), edu.Text{ZH: "查无此人", EN: "No such person found"}},
}

// Groups are the marks of a child (群体标记), as bits.
type Groups uint16

const (
	ExPoverty  Groups = 1 << iota // 脱贫户: deleted after the comparison
	Monitored                     // 监测户
	Orphan                        // 孤儿
	Unattended                    // 事实无人抚养
	Disabled                      // 残疾
	LeftBehind                    // 留守
	Migrant                       // 随迁
	InNeed                        // 困境
)

// GroupTerms are the marks, in the order of their bits.
var GroupTerms = []Term{
	{"ex_poverty", edu.Text{ZH: "脱贫户", EN: "Ex-poverty household"}},
	{"monitored", edu.Text{ZH: "监测户", EN: "Monitored household"}},
	{"orphan", edu.Text{ZH: "孤儿", EN: "Orphan"}},
	{"unattended", edu.Text{ZH: "事实无人抚养", EN: "De facto unattended"}},
	{"disabled", edu.Text{ZH: "残疾", EN: "Disabled"}},
	{"left_behind", edu.Text{ZH: "留守", EN: "Left behind"}},
	{"migrant", edu.Text{ZH: "随迁", EN: "Migrant"}},
	{"in_need", edu.Text{ZH: "困境", EN: "In difficulty"}},
}

// Has tells whether all marks of m are set.
func (g Groups) Has(m Groups) bool { return g&m == m }
