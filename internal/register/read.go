package register

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/ident"
)

// Units finds the unit that a file means; the caller knows the tree.
type Units struct {
	// School finds one by code or, without a code, by its name if only one has it.
	School func(code, name string) (edu.UnitID, bool)
	// Home finds a township or county by code or name.
	Home func(text string) (edu.UnitID, bool)
}

// Reader reads the rows of one file.
type Reader struct {
	Year  int
	Today edu.Date
	List  List
	Units Units
	// Unread are columns whose heads mean nothing here, or the same as one before them.
	Unread []int
	at     map[string]int
}

// Head finds the columns of a file in one of its first rows, and tells which columns
// to read, in the order in which Child and Staff want their cells. ok is false where
// no row is a head; lacks names columns that must be there.
func (r *Reader) Head(rows [][]string, fields []Field) (row int, columns []int, lacks []string, ok bool) {
	best := 1 // a head has at least two columns that mean something
	for i, cells := range rows {
		at := map[string]int{}
		for col, cell := range cells {
			if f := fieldOf(fields, cell); f != "" {
				if _, twice := at[f]; !twice {
					at[f] = col
				}
			}
		}
		if len(at) > best {
			best, row, r.at, ok = len(at), i, at, true
		}
	}
	if !ok {
		return 0, nil, nil, false
	}
	r.Unread = nil
	for col, cell := range rows[row] {
		if f := fieldOf(fields, cell); fold(cell) != "" && (f == "" || r.at[f] != col) {
			r.Unread = append(r.Unread, col)
		}
	}
	wanted := map[string]int{}
	for _, f := range fields {
		col, there := r.at[f.ID]
		if there {
			wanted[f.ID] = len(columns)
			columns = append(columns, col)
		} else if f.Must {
			lacks = append(lacks, f.ID)
		}
	}
	r.at = wanted
	return row, columns, lacks, true
}

func fieldOf(fields []Field, cell string) string {
	cell = fold(cell)
	if cell == "" {
		return ""
	}
	for _, f := range fields {
		if fold(f.EN) == cell {
			return f.ID
		}
		for _, h := range f.Heads {
			if fold(h) == cell {
				return f.ID
			}
		}
	}
	return ""
}

// fold is a header as it is compared: without marks of what is required, spaces and
// the width of characters.
func fold(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	return folds.Replace(s)
}

var folds = strings.NewReplacer("（", "(", "）", ")", "*", "", "＊", "", " ", "", "　", "", "\ufeff", "", "_", "", "：", "", ":", "")

// line is one row of a file while it is read.
type line struct {
	problems
	r     *Reader
	cells []string
}

func (l *line) text(field string) string {
	i, ok := l.r.at[field]
	if !ok || i >= len(l.cells) {
		return ""
	}
	s := strings.TrimSpace(l.cells[i])
	if s == "/" || s == "-" || s == "—" || s == "无" && field != "backbone" {
		return ""
	}
	return s
}

// shape tells what stands in a cell without its content: a column that was moved may
// hold anybody's name.
func shape(s string) string {
	n := utf8.RuneCountInString(s)
	if n <= 10 && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0 {
		return s // a code, a year, a grade; numbers of persons are longer
	}
	return strings.Repeat("*", min(n, 20)) // as numbers are masked, in words of no language
}

// Child reads a row of a file of children. The cells are those that Head asked for.
func (r *Reader) Child(row int, cells []string) (Child, Identity, []Problem) {
	l := &line{problems: problems{row: row}, r: r, cells: cells}
	c := Child{Year: r.Year, Class: l.text("class"), Proof: l.text("proof"), Approved: l.text("approved"), Case: l.text("case")}
	id := Identity{Name: l.text("name"), Citizen: ident.Clean(l.text("citizen")), Student: ident.Clean(l.text("student")), Guardian: l.text("guardian"), Relation: l.text("relation"),
		Phone: l.text("phone"), Household: l.text("household"), Address: l.text("address")}
	c.School = l.school("school", "school_name")
	if t := l.text("home"); t != "" {
		home, ok := r.Units.Home(t)
		if !ok {
			l.block("home", shape(t), "没有这个户籍地单位", "there is no such household unit")
		}
		c.Home = home
	}
	c.Born, c.Sex = l.day("born"), l.sex()
	c.From, c.Until = l.day("from"), l.day("until")
	c.Move = Move{Left: l.day("left"), Leaving: l.option("leaving", Leavings, leavingWords), FromSchool: l.text("from_school"), ToSchool: l.text("to_school"), Receipt: l.day("receipt"),
		ProofKind: l.option("proof_kind", ProofKinds, proofWords), Approval: l.text("approval")}
	l.received(&c.Move)
	c.Boards = l.yes("boards")
	c.Stage, c.Grade = l.stage("stage"), l.grade()
	if c.Stage == "" && c.Grade > 0 {
		c.Stage = stageOf(c.Grade)
	}
	c.Groups = l.groups()
	if t := l.text("schooling"); t != "" {
		if id := termOf(Schoolings, t, schoolingWords); id != "" {
			c.Schooling = Schooling(id)
		} else {
			l.block("schooling", shape(t), "不在可选范围内", "not one of the list")
		}
	}
	if len(l.list) == 0 || !hasField(l.list, "grade", "stage") {
		l.child(&c, &id, r.Today)
	} else {
		l.identity(&id, r.Today, &c.Born, &c.Sex)
	}
	return c, id, dedupe(l.list)
}

func hasField(list []Problem, fields ...string) bool {
	for _, p := range list {
		for _, f := range fields {
			if p.Field == f {
				return true
			}
		}
	}
	return false
}

// dedupe keeps the first of what is said twice of one field.
func dedupe(list []Problem) []Problem {
	var out []Problem
	for _, p := range list {
		if p.Blocking && hasField(out, p.Field) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// Staff reads a row of a file of staff.
func (r *Reader) Staff(row int, cells []string) (Staff, Identity, []Problem) {
	l := &line{problems: problems{row: row}, r: r, cells: cells}
	m := Staff{Year: r.Year, Subject: chinese(subjects, l.text("subject")), Second: chinese(subjects, l.text("second")), Degree: l.text("degree"), Licence: l.text("licence"), Title: chinese(titles, l.text("title")), Document: l.text("document")}
	id := Identity{Name: l.text("name"), Citizen: ident.Clean(l.text("citizen")), Phone: l.text("phone"), Address: l.text("address")}
	m.Unit = l.school("unit", "unit_name")
	if t := l.text("posts"); t != "" {
		posts, ok := r.Units.School(t, t)
		if !ok {
			posts, ok = r.Units.Home(t)
		}
		if !ok {
			l.block("posts", shape(t), "没有这个单位", "there is no such unit")
		}
		m.Posts = posts
	}
	m.Born, m.Sex, m.Since, m.HeadSince = l.day("born"), l.sex(), l.day("since"), l.day("head_since")
	m.Category, m.Duty, m.Post = l.term("category", Categories), l.term("duty", Duties), l.term("post", PostKinds)
	if t := l.text("backbone"); t != "" && t != "无" && !strings.EqualFold(t, "none") {
		m.Backbone = l.term("backbone", Backbones)
	}
	m.Stage = l.stage("stage")
	m.Hours, m.Training = l.figure("hours", 0), l.figure("training", math.NaN())
	m.Awarded, m.HeadTerms, m.ClassYears = int(l.figure("awarded", 0)), int(l.figure("head_terms", 0)), int(l.figure("class_years", 0))
	m.ClassHead, m.DualTrained = l.yes("class_head"), l.yes("dual")
	switch t := l.text("mind"); t {
	case "":
	case "专", "专职", "full":
		m.Mind = "full"
	case "兼", "兼职", "part":
		m.Mind = "part"
	default:
		m.Mind = "none"
	}
	l.staff(&m, &id, r.Today)
	return m, id, dedupe(l.list)
}

func (l *line) school(code, name string) edu.UnitID {
	c, n := ident.Clean(l.text(code)), l.text(name)
	if c == "" && n == "" {
		return ""
	}
	id, ok := l.r.Units.School(c, n)
	if !ok && c != "" && n == "" {
		id, ok = l.r.Units.School("", l.text(code)) // "School" heads names as often as codes
	}
	if !ok {
		if c == "" {
			l.block(name, shape(n), "没有这所学校，或不止一所同名", "there is no school of this name, or more than one")
		} else {
			l.block(code, shape(c), "没有这个学校标识码", "there is no school with this code")
		}
	}
	return id
}

func (l *line) sex() Sex {
	switch t := strings.ToLower(l.text("sex")); t {
	case "":
		return UnknownSex
	case "男", "男性", "m", "male", "1":
		return Male
	case "女", "女性", "f", "female", "2":
		return Female
	default:
		l.block("sex", shape(t), "性别应为男或女", "want male or female")
		return UnknownSex
	}
}

func (l *line) yes(field string) bool {
	switch t := strings.ToLower(l.text(field)); t {
	case "", "否", "不是", "非", "n", "no", "0", "false", "f", "走读", "非留守儿童", "无残疾":
		return false
	case "是", "y", "yes", "1", "true", "t", "√", "有", "住校", "寄宿":
		return true
	default:
		if field == "disabled" || field == "left_behind" || field == "migrant" || field == "orphan" {
			return true // these columns name the kind
		}
		l.block(field, shape(t), "应为是或否", "want yes or no")
		return false
	}
}

func (l *line) figure(field string, none float64) float64 {
	t := l.text(field)
	if t == "" {
		return none
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) > 1e6 {
		l.block(field, shape(t), "不是数字", "not a number")
		return none
	}
	return f
}

func (l *line) day(field string) edu.Date {
	t := l.text(field)
	if t == "" {
		return 0
	}
	d, ok := ParseDay(t)
	if !ok {
		l.block(field, "", "不是日期，应写成2015-03-10", "not a date; want 2015-03-10")
	}
	return d
}

var dayLayouts = []string{"2006-01-02", "20060102", "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "2006-1-2 15:04:05", "2006/1/2 15:04", "2006-01", "2006/1", "2006.1", "200601", "2006年1月"}

// ParseDay reads a day as files write it; a month is its first day, and a number of
// five digits is a spreadsheet's own.
func ParseDay(s string) (edu.Date, bool) {
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1900 || t.Year() > 2199 {
				return 0, false
			}
			return edu.DateOf(t), true
		}
	}
	if n, err := strconv.Atoi(s); err == nil && n > 7000 && n < 100_000 && len(s) == 5 {
		return edu.Date(n - 25569), true // days since 1899-12-30
	}
	return 0, false
}

var stageWords = map[string]edu.Stage{
	"学前": edu.Preschool, "幼儿园": edu.Preschool, "学前教育": edu.Preschool, "小学": edu.Primary, "初中": edu.Junior, "普通初中": edu.Junior, "高中": edu.Senior, "普通高中": edu.Senior,
	"中职": edu.Vocational, "中等职业": edu.Vocational, "中等职业教育": edu.Vocational, "特教": edu.Special, "特殊教育": edu.Special, "高等教育": edu.Higher,
}

func (l *line) stage(field string) edu.Stage {
	t := strings.ToLower(l.text(field))
	if t == "" {
		return ""
	}
	if s, ok := stageWords[t]; ok {
		return s
	}
	for _, s := range edu.Stages {
		if string(s) == t {
			return s
		}
	}
	l.block(field, shape(t), "没有这个学段", "there is no such stage")
	return ""
}

func stageOf(grade int) edu.Stage {
	switch {
	case grade <= 6:
		return edu.Primary
	case grade <= 9:
		return edu.Junior
	}
	return edu.Senior
}

var gradeWords = func() map[string]int {
	m := map[string]int{"学前": 0, "小班": 0, "中班": 0, "大班": 0, "托班": 0}
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}
	for i := 1; i <= 12; i++ {
		m[digits[i]+"年级"], m[digits[i]], m[strconv.Itoa(i)], m[strconv.Itoa(i)+"年级"], m[fmt.Sprintf("grade %d", i)] = i, i, i, i, i
		if i <= 6 {
			m["小学"+digits[i]+"年级"], m["小"+digits[i]] = i, i
		}
		if i <= 3 {
			m["初"+digits[i]], m["初中"+digits[i]+"年级"], m["高"+digits[i]], m["高中"+digits[i]+"年级"] = i+6, i+6, i+9, i+9
		}
	}
	m["初四"], m["0"] = 9, 0
	return m
}()

func (l *line) grade() int {
	t := strings.ToLower(l.text("grade"))
	if t == "" {
		return 0
	}
	if g, ok := gradeWords[t]; ok {
		return g
	}
	l.block("grade", shape(t), "年级应写成一年级至九年级、高一至高三，或1至12", "want a grade from 1 to 12")
	return 0
}

var schoolingWords = map[string]string{"在读": "enrolled", "在籍在读": "enrolled", "在校": "enrolled", "外县就读": "elsewhere", "县外就学": "elsewhere", "毕业": "graduated", "死亡": "dead", "未就学": "not_yet"}

// termOf finds a term by its id, its words or another way to say it.
func termOf(list []Term, text string, more map[string]string) string {
	t := strings.ToLower(strings.TrimSpace(text))
	for _, x := range list {
		if x.ID == t || x.Text.ZH == t || strings.ToLower(x.Text.EN) == t {
			return x.ID
		}
	}
	return more[t]
}

var staffWords = map[string]string{
	"在编在岗": "established", "编内": "established", "事业编制": "established", "特岗教师": "special_post", "特岗计划教师": "special_post", "县聘教师": "county_hired", "代课教师": "substitute", "银龄教师": "silver", "支教教师": "supporting",
	"专任教师": "teacher", "专任教师岗": "teacher", "行政人员": "admin", "教辅人员": "assistant", "工勤人员": "worker",
	"县级": "county", "市级": "city", "省级": "province", "国家级": "nation", "县级骨干": "county", "市级骨干": "city", "省级骨干": "province",
	"病假": "ill", "借调": "lent", "外出进修": "studying", "在岗在编": "on_duty",
}

func (l *line) term(field string, list []Term) string {
	t := l.text(field)
	if t == "" {
		if field != "backbone" {
			l.block(field, "", "没有填写", "nothing was filled in")
		}
		return ""
	}
	id := termOf(list, t, staffWords)
	if id == "" {
		l.block(field, shape(t), "不在可选范围内", "not one of the list")
	}
	return id
}

// groupOf is the mark that some words name; 0 where they name none.
func groupOf(w string) Groups {
	for i, t := range GroupTerms {
		if t.ID == strings.ToLower(w) || t.Text.ZH == w || strings.EqualFold(t.Text.EN, w) || t.Text.ZH+"儿童" == w || t.Text.ZH+"子女" == w {
			return 1 << i
		}
	}
	return 0
}

func (l *line) groups() (g Groups) {
	for _, part := range strings.FieldsFunc(l.text("groups"), func(r rune) bool { return strings.ContainsRune("、,，;；|", r) }) {
		if m := groupOf(strings.TrimSpace(part)); m != 0 { // English ones are of several words
			g |= m
			continue
		}
		for _, w := range strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '/' }) {
			m := groupOf(w)
			if g |= m; m == 0 {
				l.block("groups", shape(w), "没有这个群体标记", "there is no such group")
			}
		}
	}
	for _, c := range []struct {
		field string
		group Groups
	}{{"left_behind", LeftBehind}, {"migrant", Migrant}, {"disabled", Disabled}, {"orphan", Orphan}} {
		if l.yes(c.field) {
			g |= c.group
		}
	}
	if l.r.List == ExPoor && g&(ExPoverty|Monitored) == 0 {
		g |= ExPoverty
	}
	return g
}
