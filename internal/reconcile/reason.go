// Why a child stands where it does: a closed list of codes and their words.

package reconcile

import (
	"math/bits"

	"shuren/internal/edu"
)

// Reason is why. The order is that of a list of reasons: first what makes a
// suspicion, then what excuses, then what is wrong with the data.
type Reason uint8

const (
	PlatformCase   Reason = iota // an open case of the national platform
	NeverEnrolled                // household or ex-poverty list, on no register (失学)
	Vanished                     // last year's register, not this year's
	NotPromoted                  // left primary, entered no junior school
	NotInClass                   // register, not in class (名在人不在)
	NoReceipt                    // transferred out, no receipt in time
	ElsewhereBare                // said to be at school elsewhere, without proof
	ExceptionBare                // deferred, exempted or on leave without proof or approval
	NotFoundBare                 // nobody found, and nothing proves it
	ExPoverty                    // dropout or suspected, of an ex-poverty household
	ElsewhereProof               // at school elsewhere, with proof: no dropout
	Excused                      // deferred, exempted or on leave, in time and approved
	TaughtAtHome
	Finished // graduated, or was in the last grade last year
	Moved
	Died
	NotFoundProof
	ReceiptAwaited // transferred out, the receipt may still come
	CaseClosed     // a case of the national platform that was closed
	CaseInClass    // an open case, and the child sits in class: close it with a receipt
	DueForReview   // an exception that has run out
	LongLeave      // a leave over three months
	ProofMissing   // moved or dead, without proof
	Unregistered   // in class, on no register
	OtherSchool    // in class at another school than registered (人籍分离)
	TwoSchools     // on two schools' registers
	TwiceInSchool  // twice on one school's register
	GradeJump
	GradeBack
	Repeats
	NotOnHousehold // on the register, on no household list
	MaybeSame      // a pair that a person must decide
	Conflict       // one identity number, two names
	SharedStudent  // one student number, several identity numbers
	NumberWrong    // an identity number that cannot be
	BirthDiffers   // an identity number with another birth than the list says
	JoinedByName   // rows joined by name, birth and guardian
	reasons
)

// id and words of the reasons, in their order.
var reasonTerms = [reasons]struct {
	id    string
	words edu.Text
}{
	{"platform_case", edu.Text{ZH: "国家平台有未销号个案", EN: "The national platform has an open case"}},
	{"never_enrolled", edu.Text{ZH: "户籍或脱贫户名单有，没有学籍（失学）", EN: "On the household or ex-poverty list and on no register"}},
	{"vanished", edu.Text{ZH: "上年有学籍，本年没有，去向不明", EN: "On last year's register and not on this year's: left without a trace"}},
	{"not_promoted", edu.Text{ZH: "小学毕业后未升入初中", EN: "Finished primary school and entered no junior school"}},
	{"not_in_class", edu.Text{ZH: "有学籍，不在班（名在人不在）", EN: "On the register and not in class"}},
	{"no_receipt", edu.Text{ZH: "转出超过期限，没有接收回执", EN: "Transferred out, and no receipt in time"}},
	{"elsewhere_unproven", edu.Text{ZH: "称在县外就读，没有证明", EN: "Said to be at school outside the county, without proof"}},
	{"exception_unproven", edu.Text{ZH: "缓学、免学或休学没有证明或批准", EN: "Deferred, exempted or on leave without proof or approval"}},
	{"not_found_unproven", edu.Text{ZH: "查无此人，没有证明", EN: "No such person found, and nothing proves it"}},
	{"ex_poverty", edu.Text{ZH: "脱贫户", EN: "Of an ex-poverty household"}},
	{"elsewhere", edu.Text{ZH: "县外就读，有证明（不是辍学）", EN: "At school outside the county, with proof: not a dropout"}},
	{"excused", edu.Text{ZH: "缓学、免学或休学，已批准且未到期", EN: "Deferred, exempted or on leave, approved and in time"}},
	{"at_home", edu.Text{ZH: "送教上门", EN: "Taught at home"}},
	{"finished", edu.Text{ZH: "已毕业", EN: "Graduated"}},
	{"moved_away", edu.Text{ZH: "户籍迁出", EN: "The household moved away"}},
	{"dead", edu.Text{ZH: "死亡", EN: "Died"}},
	{"not_found", edu.Text{ZH: "查无此人，有证明", EN: "No such person found, with proof"}},
	{"receipt_awaited", edu.Text{ZH: "已转出，等待接收回执", EN: "Transferred out; the receipt may still come"}},
	{"case_closed", edu.Text{ZH: "国家平台个案已销号", EN: "The national platform's case is closed"}},
	{"case_in_class", edu.Text{ZH: "个案未销号，人已在班：凭接收学校回执销号", EN: "The case is open and the child in class: close it with the school's receipt"}},
	{"due_for_review", edu.Text{ZH: "缓学、免学或休学到期，待复核", EN: "An exception has run out and is due for review"}},
	{"long_leave", edu.Text{ZH: "休学超过三个月，关注", EN: "A leave over three months: watch"}},
	{"proof_missing", edu.Text{ZH: "迁出或死亡没有证明材料", EN: "Moved away or died, without proof"}},
	{"unregistered", edu.Text{ZH: "在班，没有学籍", EN: "In class, on no register"}},
	{"other_school", edu.Text{ZH: "在班学校与学籍学校不同（人籍分离）", EN: "In class at another school than registered"}},
	{"two_schools", edu.Text{ZH: "在两所学校有学籍", EN: "On two schools' registers"}},
	{"twice_in_school", edu.Text{ZH: "在一所学校重复登记", EN: "Twice on one school's register"}},
	{"grade_jump", edu.Text{ZH: "跳级（升了不止一级）", EN: "Rose by more than one grade"}},
	{"grade_back", edu.Text{ZH: "年级倒退", EN: "Fell back by a grade or more"}},
	{"repeats", edu.Text{ZH: "留级", EN: "In the same grade as last year"}},
	{"not_on_household", edu.Text{ZH: "有学籍，不在户籍名单", EN: "On the register, on no household list"}},
	{"maybe_same", edu.Text{ZH: "可能与另一条记录是同一人，待人工判断", EN: "Perhaps the same child as another record: a person must decide"}},
	{"identity_conflict", edu.Text{ZH: "身份证号相同，姓名不符", EN: "One identity number with different names"}},
	{"student_shared", edu.Text{ZH: "多人共用一个学籍号", EN: "One student number for several children"}},
	{"number_wrong", edu.Text{ZH: "身份证号有误", EN: "The identity number cannot be right"}},
	{"birth_differs", edu.Text{ZH: "身份证号中的出生日期与名单不符", EN: "The identity number has another birth than the list"}},
	{"joined_by_name", edu.Text{ZH: "按姓名、出生日期和监护人对上", EN: "Matched by name, birth and guardian"}},
}

// ID is how a reason is kept and exported.
func (r Reason) ID() string { return reasonTerms[r].id }

// Words says a reason to people.
func (r Reason) Words() edu.Text { return reasonTerms[r].words }

// Reasons are all reasons, in their order.
func Reasons() []Reason {
	out := make([]Reason, reasons)
	for i := range out {
		out[i] = Reason(i)
	}
	return out
}

// Set is a set of reasons.
type Set uint64

// suspicion are the reasons that make a suspicion.
const suspicion = 1<<NeverEnrolled | 1<<Vanished | 1<<NotPromoted | 1<<NotInClass | 1<<NoReceipt |
	1<<ElsewhereBare | 1<<ExceptionBare | 1<<NotFoundBare

// Accounted are the reasons that say where a child is who is in no class here, and why
// that is no dropout. The forms expect the first to be the largest group.
var Accounted = []Reason{ElsewhereProof, Excused, TaughtAtHome, NotFoundProof, ReceiptAwaited}

// Has tells whether a reason is in the set.
func (s Set) Has(r Reason) bool { return s&(1<<r) != 0 }

// List gives the reasons of a set in their order.
func (s Set) List() []Reason {
	var out []Reason
	for ; s != 0; s &= s - 1 {
		out = append(out, Reason(bits.TrailingZeros64(uint64(s))))
	}
	return out
}

func (s Set) first() Reason { return Reason(bits.TrailingZeros64(uint64(s))) }
