package flow

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/han"
)

// sameName writes a name so that two ways to write it are one: in simplified
// characters, without pinyin and blanks, brackets in one width.
func sameName(s string) string {
	s, _ = han.Normalise(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// named finds schools within a reach by their names, for files without codes.
// It never guesses: a name that two schools have is of neither.
func named(r *roster, reach auth.Reach) func(string) (string, edu.Text) {
	codes := map[string][]string{}
	for i := range r.snap.Nodes {
		n := &r.snap.Nodes[i]
		if n.Unit.Level == edu.School && n.Key != "" && r.within(reach, n.Unit.ID) {
			k := sameName(n.Name.ZH)
			codes[k] = append(codes[k], n.Key)
		}
	}
	return func(name string) (string, edu.Text) {
		switch found := codes[sameName(name)]; len(found) {
		case 0:
			return "", edu.Text{ZH: "不在您的学校名册中，请改用名册上的全称或加学校代码列", EN: "is no school of yours; write the name as the register has it or add a column of codes"}
		case 1:
			return found[0], edu.Text{}
		default:
			return "", edu.Text{ZH: fmt.Sprintf("有%d所学校同名，请加学校代码列", len(found)), EN: fmt.Sprintf("is the name of %d schools; add a column of codes", len(found))}
		}
	}
}
