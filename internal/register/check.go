package register

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/ident"
)

// Bounds of what is taken for possible. The entry age of six is the law's
// (compulsory education act, art. 11); the margins are from practice [P].
const (
	entryAge  = 6
	tooYoung  = 3  // years below the usual age of a grade: no child is
	tooOld    = 10 // years above it
	farYoung  = 1  // worth a look
	farOld    = 3
	maxName   = 60
	maxText   = 200
	maxClass  = 24
	maxHours  = 60 // lessons a week
	youngest  = 15 // of staff
	oldest    = 80
	firstYear = 1990
	lastYear  = 2100
)

// grades are those of a stage: of six and three years, or of five and four.
var grades = map[edu.Stage][2]int{
	edu.Preschool: {0, 0}, edu.Primary: {1, 6}, edu.Junior: {6, 9}, edu.Senior: {10, 12}, edu.Vocational: {10, 12}, edu.Special: {0, 12}, "": {0, 12},
}

// CheckChild tells what is wrong with a row and who it is about, and fills in what an
// identity number says: day of birth and sex. A nil identity is not looked at.
func CheckChild(c *Child, id *Identity, today edu.Date) []Problem {
	ps := &problems{}
	ps.child(c, id, today)
	return ps.list
}

func (ps *problems) child(c *Child, id *Identity, today edu.Date) {
	ps.year(c.Year)
	if c.School == "" && c.Home == "" {
		ps.block("school", "", "没有学校，也没有户籍地单位", "neither a school nor a home unit")
	}
	if id != nil {
		ps.identity(id, today, &c.Born, &c.Sex)
		if id.Citizen == "" && id.Student == "" {
			ps.warn("citizen", "", "没有身份证号和学籍号，只能按姓名、出生日期和监护人比对", "no number: matched by name, birth and guardian only")
		}
	}
	ps.move(c, today)
	if c.Schooling == "" && c.Left == 0 { // where a child is who left is not known by that
		c.Schooling = NotYet
		if c.School != "" {
			c.Schooling = Enrolled
		}
	}
	if c.Schooling != "" || c.Left == 0 {
		ps.closed("schooling", string(c.Schooling), Schoolings)
	}
	ps.grade(c)
	if utf8.RuneCountInString(c.Class) > maxClass {
		ps.block("class", "", fmt.Sprintf("班级名称超过%d个字", maxClass), fmt.Sprintf("a class name of more than %d characters", maxClass))
	}
	if c.Sex > Male {
		ps.block("sex", "", "性别应为男或女", "want male or female")
	}
	for _, f := range []struct{ field, text string }{{"class", c.Class}, {"proof", c.Proof}, {"approved", c.Approved}, {"case", c.Case}} {
		ps.plain(f.field, f.text)
	}
	switch c.Schooling {
	case Deferred, Exempted, OnLeave:
		if c.Proof == "" && c.ProofKind == "" {
			ps.block("proof", "", "缓学、免学、休学须有证明材料", "an exception needs proof")
		}
		if c.Approved == "" && c.Approval == "" {
			ps.block("approved", "", "缓学、免学、休学须有批准单位和文号", "an exception needs who approved it, and the document")
		}
		if c.Until == 0 {
			ps.block("until", "", "缓学、免学、休学须有到期日期", "an exception needs a day on which it ends")
		}
	case Elsewhere:
		if c.Proof == "" && c.ProofKind == "" {
			ps.warn("proof", "", "县外就读尚无学籍截图或在读证明", "no proof of enrolment elsewhere yet")
		}
		if c.ToSchool == "" {
			ps.warn("to_school", "", "县外就读尚无学校名称", "no name of the school elsewhere yet")
		}
	}
	if c.From != 0 && c.Until != 0 && c.Until < c.From {
		ps.block("until", c.Until.String(), "止期早于起期", "ends before it begins")
	}
}

func (ps *problems) year(y int) {
	if y < firstYear || y > lastYear {
		ps.block("year", fmt.Sprint(y), "不是学年", "not a school year")
	}
}

// grade holds stage, grade and age to each other.
func (ps *problems) grade(c *Child) {
	bounds, known := grades[c.Stage]
	if !known {
		ps.block("stage", "", "没有这个学段", "there is no such stage")
		return
	}
	if c.Grade < bounds[0] || c.Grade > bounds[1] {
		ps.block("grade", fmt.Sprint(c.Grade), fmt.Sprintf("此学段的年级应为%d至%d", bounds[0], bounds[1]), fmt.Sprintf("this stage has grades %d to %d", bounds[0], bounds[1]))
		return
	}
	if c.Born == 0 || c.Year < firstYear || c.Year > lastYear {
		return
	}
	age := AgeOn(c.Born, edu.DateOf(time.Date(c.Year, 9, 1, 0, 0, 0, 0, time.UTC)))
	found := fmt.Sprint(age)
	if age < 0 || age > 40 {
		ps.block("born", "", "出生日期与学年不符", "the day of birth does not fit the school year")
		return
	}
	if c.Grade == 0 {
		return
	}
	switch usual := c.Grade + entryAge - 1; {
	case age < usual-tooYoung, age > usual+tooOld:
		ps.block("grade", found, fmt.Sprintf("%d岁不可能读%d年级", age, c.Grade), fmt.Sprintf("nobody of %d is in grade %d", age, c.Grade))
	case age < usual-farYoung, age > usual+farOld:
		ps.warn("grade", found, fmt.Sprintf("%d岁读%d年级，请核对", age, c.Grade), fmt.Sprintf("aged %d in grade %d: please check", age, c.Grade))
	}
}

// AgeOn is somebody's age in full years on a day.
func AgeOn(born, day edu.Date) int {
	b, d := born.Time(), day.Time()
	age := d.Year() - b.Year()
	if d.Month() < b.Month() || d.Month() == b.Month() && d.Day() < b.Day() {
		age--
	}
	return age
}

// identity checks who somebody is and takes from the numbers what they say.
func (ps *problems) identity(id *Identity, today edu.Date, born *edu.Date, sex *Sex) {
	switch n := utf8.RuneCountInString(id.Name); {
	case n == 0:
		ps.block("name", "", "没有姓名", "there is no name")
	case n > maxName, !utf8.ValidString(id.Name), hasControl(id.Name), numberLike.MatchString(id.Name):
		ps.block("name", "", "不像姓名", "not like a name")
	}
	for _, f := range []struct{ field, text string }{{"guardian", id.Guardian}, {"relation", id.Relation}, {"phone", id.Phone}, {"household", id.Household}, {"address", id.Address}} {
		if utf8.RuneCountInString(f.text) > maxText || hasControl(f.text) || !utf8.ValidString(f.text) {
			ps.block(f.field, "", "文字过长，或含有不可见字符", "too long, or with characters that cannot be seen")
		}
	}
	if id.Citizen != "" {
		c, why := ident.ParseCitizen(id.Citizen, today)
		if why != "" {
			ps.number("citizen", id.Citizen, why)
		} else {
			id.Citizen = c.Number
			ps.says("citizen", c, born, sex)
		}
	}
	if id.Student != "" {
		s, why := ident.ParseStudent(id.Student, today)
		switch {
		case why != "":
			ps.number("student", id.Student, why)
		case s.Kind == ident.Formal && id.Citizen != "" && id.Citizen != s.Citizen.Number:
			ps.block("student", ident.MaskNumber(s.Number), "G开头的学籍号与身份证号不一致", "a student number with G is not that of the identity number")
		default:
			id.Student = s.Number
			if s.Kind == ident.Formal && id.Citizen == "" {
				ps.says("student", s.Citizen, born, sex)
			}
		}
	}
	if *born > today && today != 0 {
		ps.block("born", "", "出生日期在将来", "born on a day to come")
	}
}

// says takes day of birth and sex from a number, and tells where a column differs.
func (ps *problems) says(field string, c ident.Citizen, born *edu.Date, sex *Sex) {
	if *born != 0 && *born != c.Born {
		ps.block("born", "", "出生日期与号码中的不一致", "the day of birth is not that of the number")
	}
	said := Female
	if c.Sex == ident.Male {
		said = Male
	}
	if *sex != UnknownSex && *sex != said {
		ps.block("sex", "", "性别与号码不一致", "the sex is not that of the number")
	}
	*born, *sex = c.Born, said
}

// numberLike is what might be an identity number inside a text that is not sealed.
var numberLike = regexp.MustCompile(`[0-9]{14,}[0-9Xx]`)

// plain refuses a text that is kept as it is but seems to hold a person's number.
func (ps *problems) plain(field, text string) {
	switch {
	case numberLike.MatchString(text):
		ps.block(field, "", "此栏不加密，不得填写身份证号等个人号码", "this field is not encrypted: no personal number may stand in it")
	case utf8.RuneCountInString(text) > maxText || hasControl(text) || !utf8.ValidString(text):
		ps.block(field, "", "文字过长，或含有不可见字符", "too long, or with characters that cannot be seen")
	}
}

func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return true
		}
	}
	return false
}

func (ps *problems) closed(field, id string, list []Term) {
	if !slices.ContainsFunc(list, func(t Term) bool { return t.ID == id }) {
		ps.block(field, "", "不在可选范围内", "not one of the list")
	}
}

// CheckStaff tells what is wrong with a row of staff and who it is about, and fills in
// what the identity number says.
func CheckStaff(m *Staff, id *Identity, today edu.Date) []Problem {
	ps := &problems{}
	ps.staff(m, id, today)
	return ps.list
}

func (ps *problems) staff(m *Staff, id *Identity, today edu.Date) {
	ps.year(m.Year)
	if m.Unit == "" {
		ps.block("unit", "", "没有所在单位", "there is no unit")
	}
	if m.Posts == "" {
		m.Posts = m.Unit
	}
	if id != nil {
		ps.identity(id, today, &m.Born, &m.Sex)
	}
	ps.closed("category", m.Category, Categories)
	ps.closed("duty", m.Duty, Duties)
	ps.closed("post", m.Post, PostKinds)
	ps.closed("backbone", m.Backbone, Backbones)
	if m.Stage != "" && !slices.Contains(edu.Stages, m.Stage) {
		ps.block("stage", "", "没有这个学段", "there is no such stage")
	}
	if m.Sex > Male {
		ps.block("sex", "", "性别应为男或女", "want male or female")
	}
	if m.Born != 0 && m.Year >= firstYear && m.Year <= lastYear {
		if age := AgeOn(m.Born, edu.DateOf(time.Date(m.Year, 9, 1, 0, 0, 0, 0, time.UTC))); age < youngest || age > oldest {
			ps.block("born", "", "年龄不像在职人员", "not the age of somebody at work")
		}
	}
	if math.IsInf(m.Hours, 0) || math.IsNaN(m.Hours) || m.Hours < 0 || m.Hours > maxHours {
		ps.block("hours", "", fmt.Sprintf("周课时应为0至%d", maxHours), fmt.Sprintf("want 0 to %d lessons a week", maxHours))
	}
	if math.IsInf(m.Training, 0) || m.Training < 0 || m.Training > 10_000 {
		ps.block("training", "", "培训学时不可能", "impossible hours of training")
	}
	for _, d := range []struct {
		field string
		day   edu.Date
	}{{"since", m.Since}, {"head_since", m.HeadSince}} {
		if today != 0 && d.day > today || d.day != 0 && m.Born != 0 && d.day < m.Born {
			ps.block(d.field, d.day.String(), "日期不可能", "an impossible day")
		}
	}
	for _, f := range []struct{ field, text string }{{"subject", m.Subject}, {"second", m.Second}, {"degree", m.Degree}, {"licence", m.Licence}, {"title", m.Title}, {"document", m.Document}, {"mind", m.Mind}, {"hold", m.Hold}} {
		ps.plain(f.field, f.text)
	}
}

// HasNumber tells whether a text seems to hold somebody's number.
func HasNumber(text string) bool { return numberLike.MatchString(ident.Clean(text)) }
