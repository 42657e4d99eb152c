package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/ident"
	nouns "shuren/internal/register"
	"shuren/internal/store"
)

// Registers enters some pupils of two counties by a file, as a county would.
// Nobody of them exists: their numbers have a region code that was never issued. It
// does no harm where that was done before, and nothing where there are no keys.
func (c *City) Registers(ctx context.Context, into *flow.City) error {
	if !into.HasKeys() {
		return nil
	}
	r := into.Registers()
	have, err := r.Years(ctx, auth.Operator(), store.AChild)
	if err != nil || len(have) > 0 {
		return err
	}
	var pupils bytes.Buffer
	pupils.WriteString("姓名,学籍号,身份证号,学校标识码,户籍地单位,学段,年级,班级,是否住校,群体标记,监护人,与监护人关系,联系电话\n")
	n := 0
	for _, s := range c.registered() {
		for _, sec := range s.sections {
			if sec.compulsory() {
				c.pupilLines(&pupils, sec, &n)
			}
		}
	}
	got, err := r.Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(pupils.Bytes())), nil }, flow.RegisterOptions{Kind: store.AChild, Year: lastYear})
	if err != nil && len(got.Problems) > 0 {
		return fmt.Errorf("registers of the demo city: %s: %w", got.Problems[0].Words().EN, err)
	}
	if err != nil {
		return fmt.Errorf("registers of the demo city: %w", err)
	}
	return nil
}

// registered are the schools whose registers are shown: the one of the accounts, and
// a few in each of two counties.
func (c *City) registered() []*school {
	out := []*school{c.nineYear()}
	of := map[int]int{0: 1}
	for _, s := range c.schools {
		if s.county > 1 || s.closed != years || of[s.county] == 4 || s == out[0] || len(s.sections) == 0 || !s.sections[0].compulsory() {
			continue
		}
		of[s.county]++
		out = append(out, s)
	}
	return out
}

const (
	demoSurnames = "云岚沐汀澄栖枕漱疏荻苇芷蘅菡茗枫桐梧"
	demoGivens   = "子涵雨轩梓浩宇欣怡俊佳琪思远明若晨曦嘉博文诗瑶佑语"
)

func (c *City) personName(r random) string {
	s, g := []rune(demoSurnames), []rune(demoGivens)
	return string([]rune{s[r.IntN(len(s))], g[r.IntN(len(g))], g[r.IntN(len(g))]})
}

// personNumber makes an identity number of a region code that was never issued.
func personNumber(born edu.Date, serial int) string {
	first := "539900" + born.Time().Format("20060102") + fmt.Sprintf("%03d", serial%1000)
	return first + string(ident.Checksum(first))
}

func (c *City) pupilLines(b *bytes.Buffer, sec *section, n *int) {
	s := sec.school
	stage, first := "小学", 1
	if sec.stage == edu.Junior {
		stage, first = "初中", 7
	}
	for grade := first; grade < first+3 && grade <= max(sec.top, first); grade++ {
		for k := range 10 {
			r := c.random("pupil", *n)
			born := edu.DateOf(time.Date(lastYear-6-grade+1, time.Month(1+r.IntN(8)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC))
			no := personNumber(born, *n)
			var groups []string
			for i, share := range []float64{0.05, 0.02, 0.005, 0.005, 0.01, 0.15, 0.06, 0.02} {
				if r.chance(share) {
					groups = append(groups, nouns.GroupTerms[i].Text.ZH)
				}
			}
			boards := "否"
			if r.chance(0.3) {
				boards = "是"
			}
			fmt.Fprintf(b, "%s,G%s,%s,%s,%s,%s,%d,%d,%s,%s,%s,%s,1990000%04d\n", c.personName(r), no, no, s.code, s.township.code, stage, grade, 1+k/5, boards, strings.Join(groups, "、"), c.personName(r), []string{"父亲", "母亲", "祖父", "祖母"}[r.IntN(4)], *n%10000)
			*n++
		}
	}
}
