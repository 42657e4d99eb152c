// Package pupils makes two years of a made-up city's pupils as CSV files, of a
// fixed seed: what registers are imported and compared at full size with.
package pupils

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"

	"shuren/internal/ident"
)

// Head is the heading of both files.
const Head = "姓名,性别,出生日期,身份证号,学籍号,监护人,户籍地,就读学校,年级,班级\n"

// Counts are what is known of the two files: of n pupils last year a ninth were in
// the last grade, and as many entered this year.
type Counts struct {
	Last, This int // rows
	Finished   int // in grade 9 last year
	Left       int // below grade 9 last year and not there this year
	Entered    int // not there last year
	Twice      int // children on two schools' registers this year
}

const (
	surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
	given    = "晓明国华丽红军伟芳娜强磊洋艳勇杰娟涛超秀霞平刚桂英玉兰梅春生文武志建新宇浩然子轩梓涵欣怡思雨佳琪俊凯雪婷慧敏龙凤云山海燕鹏飞"
)

// Write makes last year's and this year's register of n pupils. Region codes
// 5399xx were never issued.
func Write(last, this io.Writer, n int, seed uint64) (c Counts, err error) {
	r := rand.New(rand.NewPCG(seed, 7))
	sur, giv := []rune(surnames), []rune(given)
	l, t := bufio.NewWriterSize(last, 1<<20), bufio.NewWriterSize(this, 1<<20)
	l.WriteString(Head)
	t.WriteString(Head)
	name := func(b []byte, s rune) []byte {
		b = append(b, string(s)...)
		b = append(b, string(giv[r.IntN(len(giv))])...)
		if r.IntN(5) > 0 {
			b = append(b, string(giv[r.IntN(len(giv))])...)
		}
		return b
	}
	serial := map[string]uint16{} // by region and birth, so that no number comes twice
	var days [10][366]string
	for g := range days {
		for d := range days[g] {
			days[g][d] = time.Date(2025-6-g, 9, 1+d, 0, 0, 0, 0, time.UTC).Format("20060102")
		}
	}
	sexes := [2]string{"女", "男"}
	line := func(w *bufio.Writer, b []byte, school, grade, class int) {
		w.Write(b)
		fmt.Fprintf(w, ",S%05d,%d,%d\n", school, grade, class)
	}
	var b []byte
	for i := range n + n/9 {
		grade := i%9 + 1 // last year's
		if i >= n {
			grade = 0 // enters
		}
		b = b[:0]
		s := sur[r.IntN(len(sur))]
		b = name(b, s)
		day := days[min(grade+1, 9)][r.IntN(365)]
		region := "5399" + strconv.Itoa(10+r.IntN(89))
		k := serial[region+day]
		serial[region+day] = k + 1
		if k > 999 {
			return c, fmt.Errorf("more than 1000 children of one county were born on one day: n = %d is too many", n)
		}
		number := region + day + fmt.Sprintf("%03d", k)
		number += string(ident.Checksum(number))
		b = append(b, ',')
		b = append(b, sexes[k%2]...)
		b = append(b, ',')
		b = append(append(append(append(append(b, day[:4]...), '-'), day[4:6]...), '-'), day[6:]...)
		b = append(append(b, ','), number...)
		b = append(append(b, ",G"...), number...)
		b = append(b, ',')
		b = name(b, s)
		b = append(append(b, ",T"...), region[3:]...)
		school, class := r.IntN(2500), 1+r.IntN(6)
		if grade > 0 {
			line(l, b, school, grade, class)
			c.Last++
			switch {
			case grade == 9:
				c.Finished++
				continue
			case r.IntN(500) == 0:
				c.Left++
				continue
			}
		} else {
			c.Entered++
		}
		line(t, b, school, grade+1, class)
		c.This++
		if r.IntN(2000) == 0 {
			line(t, b, (school+1)%2500, grade+1, class)
			c.This++
			c.Twice++
		}
	}
	if err := l.Flush(); err != nil {
		return c, err
	}
	return c, t.Flush()
}
