// What the columns of a list are called, and how their cells are read.

package reconcile

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// field is a column that a list may have.
type field int

const (
	fName field = iota
	fCitizen
	fStudent
	fBorn
	fSex
	fGuardian
	fHome
	fUnit
	fGrade
	fStatus
	fProof
	fApproved
	fFrom
	fUntil
	fLeft
	fReceipt
	fCase
	fClosed
	fGroups
	fields
)

// headings are the names of the columns: those of the forms (forms.md §6) and a short
// English one; those of the registers' files hold, too. What stands behind a bracket
// is not compared.
var headings = [fields][]string{
	fName:     {"姓名", "学生姓名", "儿童姓名", "name"},
	fCitizen:  {"身份证号", "身份证号码", "身份证件号", "公民身份号码", "citizen"},
	fStudent:  {"学籍号", "全国学籍号", "student"},
	fBorn:     {"出生日期", "出生年月日", "born"},
	fSex:      {"性别", "sex"},
	fGuardian: {"监护人", "监护人姓名", "家长姓名", "guardian"},
	fHome:     {"户籍地", "户籍所在地", "乡镇", "home"},
	fUnit:     {"就读学校", "学校", "学校代码", "学校标识码", "school"},
	fGrade:    {"年级", "grade"},
	fStatus:   {"就学状态", "状态", "status"},
	fProof:    {"证明材料", "证明", "proof"},
	fApproved: {"批准单位", "批准文号", "批准", "approved"},
	fFrom:     {"开始日期", "起始日期", "起", "from"},
	fUntil:    {"到期日期", "终止日期", "止", "复核到期", "until"},
	fLeft:     {"转出日期", "left"},
	fReceipt:  {"接收学校回执", "转学回执", "回执", "receipt"},
	fCase:     {"个案编号", "平台编号", "case"},
	fClosed:   {"销号日期", "closed"},
	fGroups:   {"群体标记", "groups"},
}

// registered are the fields of a register's file.
var registered = map[string]field{"name": fName, "citizen": fCitizen, "student": fStudent, "born": fBorn, "sex": fSex, "guardian": fGuardian, "home": fHome, "household": fHome,
	"school": fUnit, "school_name": fUnit, "grade": fGrade, "schooling": fStatus, "proof": fProof, "approved": fApproved, "approval": fApproved, "left": fLeft, "received": fReceipt, "from": fFrom, "until": fUntil, "case": fCase, "groups": fGroups}

// heading finds the field of a column's name; fields where there is none.
func heading(s string) field {
	s = fold(s)
	for f, names := range headings {
		for _, n := range names {
			if s == n {
				return field(f)
			}
		}
	}
	for _, c := range register.ChildFields {
		if f, ok := registered[c.ID]; ok && slices.ContainsFunc(c.Heads, func(h string) bool { return fold(h) == s }) {
			return f
		}
	}
	return fields
}

// fold is a heading as it is compared.
func fold(s string) string {
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	cut, _, _ := strings.Cut(s, "(")
	return strings.TrimSpace(cut)
}

// date reads a day as lists write it.
func date(s string) (edu.Date, bool) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if cut, _, ok := strings.Cut(s, " "); ok && len(cut) >= 8 {
		s = cut // a time of day behind it
	}
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return edu.DateOf(t), true
		}
	}
	return 0, false
}

// grades as they are said; junior and senior highs count on.
var grades = func() map[string]int {
	m := map[string]int{}
	words := []string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}
	for i, w := range words {
		m[w], m[w+"年级"], m["小学"+w+"年级"] = i+1, i+1, i+1
		if i < 3 {
			m["初"+w], m["初中"+w+"年级"] = i+7, i+7
			m["高"+w], m["高中"+w+"年级"] = i+10, i+10
		}
	}
	for i := 1; i <= 12; i++ {
		m[strconv.Itoa(i)], m[strconv.Itoa(i)+"年级"] = i, i
	}
	return m
}()

// status reads a state by its code or its word.
func status(s string) (register.Schooling, bool) {
	for _, t := range register.Schoolings {
		if s == t.ID || s == t.Text.ZH || strings.EqualFold(s, t.Text.EN) {
			return register.Schooling(t.ID), true
		}
	}
	return "", false
}

// groups reads marks that stand between commas or the like.
func groups(s string) (out register.Groups, ok bool) {
	ok = true
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;； /", r) }) {
		found := false
		for i, t := range register.GroupTerms {
			if w == t.ID || w == t.Text.ZH || w+"儿童" == t.Text.ZH || w == t.Text.ZH+"儿童" {
				out |= 1 << i
				found = true
			}
		}
		ok = ok && found
	}
	return out, ok
}

func sex(s string) (register.Sex, bool) {
	switch strings.ToLower(s) {
	case "男", "m", "male":
		return register.Male, true
	case "女", "f", "female":
		return register.Female, true
	}
	return register.UnknownSex, s == ""
}

// yes reads a cell that says whether there is something: empty and the words for
// no say no, whatever else stands there names what there is.
func yes(s string) bool {
	switch strings.ToLower(s) {
	case "", "否", "无", "没有", "未收到", "no", "none", "0", "-", "/":
		return false
	}
	return true
}
