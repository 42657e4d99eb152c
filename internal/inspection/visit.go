package inspection

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
)

// What people do with an inspection. Each gives the inspection as it is to be, or
// a refusal that says all that is lacking.

// LeastCheckers is how many people check (检查人≥2).
const LeastCheckers = 2

// Limits of what is typed.
const (
	maxProblem = 1000 // characters
	maxName    = 40
	maxPart    = 60
	maxVoid    = 300
	maxPhotos  = 6 // of an item
)

// Env is what acts are judged with.
type Env struct {
	Now     time.Time
	Today   edu.Date
	Account string
	Name    string
}

// typed is what people write, where nothing nearer can be said of it.
var typed = edu.Text{ZH: "文字中", EN: "what is typed"}

type lacks struct{ texts []edu.Text }

func (l *lacks) say(zh, en string) { l.texts = append(l.texts, edu.Text{ZH: zh, EN: en}) }

// numbers refuses texts with somebody's identity number: they go into tasks and
// reports, and a place or a problem needs none. what says of what they are.
func (l *lacks) numbers(what edu.Text, texts ...string) {
	if slices.ContainsFunc(texts, ident.Within) {
		l.say(what.ZH+"不得填写身份证号、学籍号", what.EN+" must not have an identity or student number")
	}
}

func (l *lacks) err() error {
	if l.texts == nil {
		return nil
	}
	if len(l.texts) > 12 {
		l.texts = append(l.texts[:12:12], edu.Text{ZH: fmt.Sprintf("等共%d处", len(l.texts)), EN: fmt.Sprintf("and more, %d in all", len(l.texts))})
	}
	return &auth.Refusal{Kind: fault.Invalid, Texts: l.texts}
}

func wrongState(x *Inspection, zh, en string) error {
	return auth.Refuse(fault.Conflict, "检查"+x.State.Name().ZH+"，不能"+zh, "the inspection is "+x.State.Name().EN+": "+en+" is not possible")
}

// Fill puts answers over those that are there: an item that the patch does not name
// stays as it is. The same patch twice is one.
func Fill(x Inspection, patch map[string]Answer, env Env) (Inspection, error) {
	if x.State != Open {
		return x, wrongState(&x, "再填写", "filling it in")
	}
	var no lacks
	out := maps.Clone(x.Answers)
	if out == nil {
		out = map[string]Answer{}
	}
	for _, id := range slices.Sorted(maps.Keys(patch)) {
		a := patch[id]
		it := x.Item(id)
		if it == nil {
			no.say("没有检查项目“"+id+"”", fmt.Sprintf("there is no item %q", id))
			continue
		}
		a.Problem, a.Control = strings.TrimSpace(a.Problem), strings.TrimSpace(a.Control)
		if a.Part = strings.TrimSpace(a.Part); a.Part == it.Where.ZH || a.Part == it.Where.EN || len(it.Parts) == 1 && a.Part == it.Parts[0] {
			a.Part = "" // what the item says itself
		}
		switch {
		case a.Result != NoResult && !slices.Contains(Results, a.Result):
			no.say(it.What.ZH+"：结果应为合格、不合格或不适用", it.What.EN+": the result must be fit, unfit or not applicable")
		case utf8.RuneCountInString(a.Problem) > maxProblem || utf8.RuneCountInString(a.Control) > maxProblem:
			no.say(fmt.Sprintf("%s：文字不得超过%d字", it.What.ZH, maxProblem), fmt.Sprintf("%s: at most %d characters", it.What.EN, maxProblem))
		case utf8.RuneCountInString(a.Part) > maxPart:
			no.say(fmt.Sprintf("%s：部位不得超过%d字", it.What.ZH, maxPart), fmt.Sprintf("%s: the place has at most %d characters", it.What.EN, maxPart))
		case len(a.Photos) > maxPhotos:
			no.say(fmt.Sprintf("%s：照片不得超过%d张", it.What.ZH, maxPhotos), fmt.Sprintf("%s: at most %d photos", it.What.EN, maxPhotos))
		}
		was := x.Answers[id] // a text that stands there already refuses no photo of its item
		fresh := slices.DeleteFunc([]string{a.Part, a.Problem, a.Control}, func(s string) bool { return s == was.Part || s == was.Problem || s == was.Control })
		no.numbers(edu.Text{ZH: it.What.ZH + "：", EN: it.What.EN + ": what is typed"}, fresh...)
		out[id] = a
	}
	if err := no.err(); err != nil {
		return x, err
	}
	x.Answers, x.Changed = out, env.Now
	return x, nil
}

// Sign is the checkers' signature: every item is answered, every problem is
// described with its place, and what was fixed on the spot has its photo. From here on the answers
// do not change, and the hazards run.
func Sign(x Inspection, checkers []Signature, env Env) (Inspection, error) {
	if x.State != Open {
		return x, wrongState(&x, "签字", "signing it")
	}
	var no lacks
	var kept []Signature
	for _, c := range checkers {
		c.Name = strings.Join(strings.Fields(c.Name), " ")
		if c.Name == "" {
			continue
		}
		if ident.Within(c.Name) {
			no.numbers(edu.Text{ZH: "检查人姓名", EN: "the name of a checker"}, c.Name)
			continue // no other refusal says it again
		}
		if utf8.RuneCountInString(c.Name) > maxName {
			no.say(fmt.Sprintf("姓名不得超过%d字", maxName), fmt.Sprintf("a name has at most %d characters", maxName))
		}
		if slices.ContainsFunc(kept, func(k Signature) bool { return strings.EqualFold(k.Name, c.Name) }) {
			no.say("检查人“"+c.Name+"”重复", "the checker "+c.Name+" stands there twice")
			continue
		}
		c.At, c.Account = env.Now, env.Account
		kept = append(kept, c)
	}
	if len(kept) < LeastCheckers {
		no.say(fmt.Sprintf("检查人不得少于%d人，现为%d人", LeastCheckers, len(kept)), fmt.Sprintf("at least %d checkers sign; there are %d", LeastCheckers, len(kept)))
	}
	left := 0
	for _, it := range x.Items {
		a := x.Answers[it.ID]
		name := it.What
		switch {
		case a.Result == NoResult:
			left++
		case a.Result != Unfit:
		case a.Problem == "":
			no.say(name.ZH+"：不合格须写存在问题", name.EN+": say what is wrong")
		case it.PartOf(a) == "":
			no.say(name.ZH+"：不合格须写部位", name.EN+": say where it is wrong")
		case a.Fixed && a.Major:
			no.say(name.ZH+"：重大隐患不能当场销号，须限期整改并复查", name.EN+": a major hazard is not closed on the spot")
		case a.Fixed && len(a.Photos) == 0:
			no.say(name.ZH+"：现场整改须有1张照片", name.EN+": what was fixed on the spot needs a photo")
		case !a.Fixed && a.Due < x.Day:
			no.say(name.ZH+"：须填检查日及以后的整改时限", name.EN+": give a limit that is not before the day of the visit")
		case !a.Fixed && a.Major && a.Control == "":
			no.say(name.ZH+"：重大隐患整改前须有管控措施", name.EN+": a major hazard needs a measure that controls it until it is mended")
		}
	}
	if left > 0 {
		no.say(fmt.Sprintf("还有%d项未检查", left), fmt.Sprintf("%d items were not looked at", left))
	}
	if x.Day > env.Today {
		no.say("检查日期不能晚于今天", "the day of the visit cannot lie in the future")
	}
	if err := no.err(); err != nil {
		return x, err
	}
	x.State, x.Checkers, x.Changed = Signed, kept, env.Now
	return x, nil
}

// Countersign is the school's signature, or why it does not sign. Whoever checked
// does not sign for the school.
func Countersign(x Inspection, by Signature, refused string, env Env) (Inspection, error) {
	if x.State != Signed {
		return x, wrongState(&x, "由学校签字", "the school's signature")
	}
	by.Name, refused = strings.Join(strings.Fields(by.Name), " "), strings.TrimSpace(refused)
	by.Remark = strings.TrimSpace(by.Remark)
	var no lacks
	switch {
	case by.Name == "" && refused == "":
		no.say("请填写学校签字人姓名；学校拒签的写明原因", "give the name of who signs for the school, or why it does not sign")
	case slices.ContainsFunc(x.Checkers, func(c Signature) bool { return by.Name != "" && strings.EqualFold(c.Name, by.Name) }):
		no.say("检查人不能代表学校签字", "a checker does not sign for the school")
	}
	if utf8.RuneCountInString(by.Name) > maxName || utf8.RuneCountInString(by.Remark) > maxProblem || utf8.RuneCountInString(refused) > maxProblem {
		no.say("文字过长", "the text is too long")
	}
	no.numbers(typed, by.Name, by.Remark, refused)
	if err := no.err(); err != nil {
		return x, err
	}
	by.At, by.Account = env.Now, env.Account
	x.State, x.ForUnit, x.Refused, x.Changed = Done, by, refused, env.Now
	return x, nil
}

// Scrap makes an inspection void that was begun by mistake. One that is signed stays:
// its hazards run.
func Scrap(x Inspection, why string, env Env) (Inspection, error) {
	if x.State != Open {
		return x, wrongState(&x, "作废", "making it void")
	}
	var no lacks
	if why = strings.TrimSpace(why); why == "" {
		no.say("请说明作废原因", "say why it is void")
	}
	if utf8.RuneCountInString(why) > maxVoid {
		no.say(fmt.Sprintf("作废原因不得超过%d字", maxVoid), fmt.Sprintf("the reason why it is void has at most %d characters", maxVoid))
	}
	no.numbers(typed, why)
	if err := no.err(); err != nil {
		return x, err
	}
	x.State, x.Voided, x.Changed = Void, why, env.Now
	return x, nil
}

// Found are the hazards of a signed inspection: one for each unfit item. Their ids
// follow from the inspection's, so that they can be made once only. What was fixed
// on the spot is closed in this one step, by its one photo.
func Found(x Inspection, env Env) []Hazard {
	var out []Hazard
	for _, it := range x.Items {
		a := x.Answers[it.ID]
		if a.Result != Unfit {
			continue
		}
		h := Hazard{ID: x.ID + "-" + it.ID, Rev: 1, School: x.School, County: x.County, Inspection: x.ID, Item: it.ID, FoundAt: x.Day, Source: FromInspection,
			Category: it.Group, Part: it.PartOf(a), Text: a.Problem, Major: a.Major, Control: a.Control, Before: slices.Clone(a.Photos), State: ToMend, Due: a.Due, FirstDue: a.Due, Holder: HeldBySchool, Since: env.Now, Made: env.Now, Changed: env.Now, Checked: it.What.ZH}
		for _, c := range x.Checkers {
			h.Finders = append(h.Finders, c.Name)
		}
		if a.Fixed {
			h.State, h.Spot, h.Due, h.FirstDue, h.Before, h.After, h.MendedAt, h.ClosedAt = Closed, true, 0, 0, nil, slices.Clone(a.Photos), x.Day, x.Day
		}
		out = append(out, h)
	}
	return out
}
