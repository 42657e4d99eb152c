// Package family makes registers of people who do not exist, for tests and figures:
// the same seed gives the same people, and the next year has them a grade further on.
//
// Their identity numbers have a region code that was never issued.
package family

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"shuren/internal/ident"
)

// Options say what is made.
type Options struct {
	Pupils  int // of grades 1 to 9 in each year
	Year    int // school year
	Schools []string
	Homes   []string // codes of household units, in turn; may be empty
	Seed    int
}

// Head is the head of the file: the one layout that benches and tests read.
const Head = "学籍号,身份证号,姓名,性别,出生日期,学校标识码,户籍地单位,学段,年级,班级,是否住校,群体标记,就学状态,监护人,联系电话"

// Region begins all numbers here: no such code was ever issued.
const Region = "539"

// Pupil is one line.
type Pupil struct {
	Student, Citizen, Name, Sex, Born, School, Home, Stage string
	Grade                                                  int
	Class, Boards, Groups, Schooling, Guardian, Phone      string
}

var (
	surnames = []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")
	givens   = []rune("子涵雨轩梓萱浩宇欣怡俊杰佳琪思远明哲若溪晨曦嘉懿博文诗瑶天佑语桐")
)

// mix is a number that looks random and depends on nothing but its arguments.
func mix(a, b uint64) uint64 {
	x := a*0x9E3779B97F4A7C15 ^ b*0xC2B2AE3D27D4EB4F
	x ^= x >> 29
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 32
	return x
}

// Line is the n-th pupil of a year, from 0: in the order of schools, grades and
// classes. The same child stands at the same place a grade on in the year after.
func (o Options) Line(n int) Pupil {
	per := max((o.Pupils+len(o.Schools)-1)/len(o.Schools), 9)
	school := n / per
	grade := 1 + (n%per)*9/per
	// Who this is: the place within the grade, and the year of entry.
	at := n%per - ((grade-1)*per+8)/9
	entry := o.Year - grade + 1
	key := mix(uint64(school)<<20|uint64(at), uint64(entry)<<8|uint64(o.Seed&255))
	bornYear := entry - 7 + int(key>>40&1)
	month, day := 9+int(key>>8%4), 1+int(key>>16%28)
	if bornYear == entry-6 {
		month = 1 + int(key>>8%8)
	}
	born := fmt.Sprintf("%04d%02d%02d", bornYear, month, day)
	// Serials of one day are shared out by region code within a family of codes, so
	// that a million children have a million numbers.
	serial := (school*512 + at) % 1000
	region := fmt.Sprintf(Region+"%03d", (school*512+at)/1000%1000)
	first := region + born + fmt.Sprintf("%03d", serial)
	p := Pupil{Citizen: first + string(ident.Checksum(first)), Grade: grade, Stage: "小学", Sex: "女", Boards: "否", Schooling: "本县在读"}
	if serial%2 == 1 {
		p.Sex = "男"
	}
	if grade > 6 {
		p.Stage = "初中"
	}
	p.Student = "G" + p.Citizen
	p.Name = string([]rune{surnames[key%uint64(len(surnames))], givens[key>>20%uint64(len(givens))], givens[key>>26%uint64(len(givens))]})
	p.Guardian = string([]rune{surnames[key%uint64(len(surnames))], givens[key>>32%uint64(len(givens))]})
	p.Phone = fmt.Sprintf("199%08d", key>>12%100_000_000)
	p.Born = born[:4] + "-" + born[4:6] + "-" + born[6:]
	p.School = o.Schools[school%len(o.Schools)]
	if len(o.Homes) > 0 {
		p.Home = o.Homes[school%len(o.Homes)]
	}
	p.Class = fmt.Sprint(1 + at/45)
	if key>>50%10 < 2 {
		p.Boards = "是"
	}
	if key>>54%10 == 0 {
		p.Groups = "留守"
	}
	return p
}

// CSV is the line as it stands in the file.
func (p Pupil) CSV() string {
	return strings.Join([]string{p.Student, p.Citizen, p.Name, p.Sex, p.Born, p.School, p.Home, p.Stage, fmt.Sprint(p.Grade), p.Class, p.Boards, p.Groups, p.Schooling, p.Guardian, p.Phone}, ",")
}

// Write writes the register of a year as a CSV file.
func Write(w io.Writer, o Options) error {
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintln(b, Head)
	for n := range o.Pupils {
		fmt.Fprintln(b, o.Line(n).CSV())
	}
	return b.Flush()
}
