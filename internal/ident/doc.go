// Package ident knows the numbers that people have: the citizen identity number
// (公民身份号码, GB 11643) and the student number (学籍号). It reads and checks them,
// masks them, and keeps them so that a stolen database tells nobody's: sealed by a
// key that is not in it, and matched by a keyed hash.
package ident

import "shuren/internal/edu"

// Sex is what the 17th digit of an identity number says.
type Sex uint8

const (
	Female Sex = iota + 1
	Male
)

// Why is what is wrong with a number. It never holds the number.
type Why string

const (
	Empty    Why = "empty"
	Length   Why = "length"   // other than 18 characters, of a student number 19
	Letters  Why = "letters"  // something but digits, or an X not at the end
	Region   Why = "region"   // no province begins so
	Birth    Why = "birth"    // no such day, or one to come
	BadCheck Why = "checksum" // the last character does not fit the others
	Kind     Why = "kind"     // of a student number: no G, L or J
	Old      Why = "old"      // 15 digits of before 1999, without a check
)

// Words says what is wrong, and what was wanted.
func (w Why) Words() edu.Text {
	switch w {
	case Empty:
		return edu.Text{ZH: "号码为空", EN: "there is no number"}
	case Length:
		return edu.Text{ZH: "号码位数不对：身份证号应为18位，学籍号应为字母加18位", EN: "wrong length: an identity number has 18 characters, a student number a letter and 18"}
	case Letters:
		return edu.Text{ZH: "号码中有不该出现的字符：只能是数字，末位可以是X", EN: "characters that do not belong there: digits only, X at the end"}
	case Region:
		return edu.Text{ZH: "前两位不是省级行政区代码", EN: "the first two digits are no province"}
	case Birth:
		return edu.Text{ZH: "第7至14位不是有效的出生日期", EN: "the 7th to 14th digits are no day of birth"}
	case BadCheck:
		return edu.Text{ZH: "校验码不符，请核对是否抄错", EN: "the check character does not fit; was it copied wrongly?"}
	case Kind:
		return edu.Text{ZH: "学籍号应以G、L或J开头", EN: "a student number begins with G, L or J"}
	case Old:
		return edu.Text{ZH: "15位旧号码，请换成18位", EN: "an old number of 15 digits; 18 are wanted"}
	}
	return edu.Text{ZH: "号码有误", EN: "the number is wrong"}
}
