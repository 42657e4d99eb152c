package quality

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// names finds schools of one county that are called alike. Sections of one
// school share its code and are one.
func names(set *frame.Set) (out []Finding) {
	byCounty := map[string][]School{}
	var order []string
	seen := map[string]bool{}
	for _, f := range set.Sections {
		for row := range f.Rows {
			s := school(f, row)
			s.Stage = ""
			if seen[s.Code] || s.Name == "" || s.Name == s.Code {
				continue
			}
			seen[s.Code] = true
			if byCounty[s.County] == nil {
				order = append(order, s.County)
			}
			byCounty[s.County] = append(byCounty[s.County], s)
		}
	}
	for _, county := range order {
		out = append(out, alike(byCounty[county])...)
	}
	return out
}

// alike compares the schools of a county: those whose plain names are equal,
// and those whose names differ by one sign that tells nothing. Only names of
// about one length are compared, in buckets, so that a county of a thousand
// schools takes no million comparisons of letters.
func alike(schools []School) (out []Finding) {
	plain := make([][]rune, len(schools))
	byLength := map[int][]int{}
	for i, s := range schools {
		plain[i] = []rune(plainName(s.Name, s.Of))
		byLength[len(plain[i])] = append(byLength[len(plain[i])], i)
	}
	for i := range schools {
		for _, n := range []int{len(plain[i]), len(plain[i]) + 1} {
			for _, j := range byLength[n] {
				if n == len(plain[i]) && j <= i || j == i {
					continue
				}
				a, b := schools[min(i, j)], schools[max(i, j)]
				switch {
				case slices.Equal(plain[i], plain[j]):
					out = append(out, sameName(b, a, "名称相同", "has the same name as"))
				case oneSign(plain[i], plain[j]):
					out = append(out, sameName(b, a, "名称只差一个字", "is called almost like"))
				}
			}
		}
	}
	return out
}

func sameName(s, other School, zh, en string) Finding {
	return Finding{Method: SameName, School: s, Other: &other, Score: 1,
		Reason: edu.Text{ZH: fmt.Sprintf("与同县%s（%s）%s，疑为同一所学校", other.Name, other.Code, zh), EN: fmt.Sprintf("%s %s (%s) of the same county: one school?", en, other.Name, other.Code)}}
}

// plainName is a name without what people write or leave out as they like:
// spaces, brackets, the county before it, and the kind of place behind a name.
func plainName(name, county string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E: // full width
			r -= 0xFEE0
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	s := b.String()
	if rest, ok := strings.CutPrefix(s, county); ok && county != "" && rest != "" {
		s = rest
	}
	for _, w := range []string{"街道", "镇", "乡", "村"} {
		if i := strings.Index(s, w); i > 0 && i+len(w) < len(s) {
			s = s[:i] + s[i+len(w):]
		}
	}
	return s
}

// telltale are signs by which schools of one place are told apart.
const telltale = "0123456789一二三四五六七八九十甲乙丙丁东西南北中上下前后左右大小新老高初幼男女内外"

// confusable are signs that are typed for each other: they sound or look alike.
// Any other change of a sign is another place: 青山小学 is not 青龙小学.
var confusable = []string{"乔桥侨荞", "青清", "阳杨扬", "城成诚", "园圆元", "岭领", "河何", "林临", "华花", "平坪萍", "湾弯", "塘堂", "庄桩", "沙砂", "洪宏红", "兴星", "祥翔", "丽莉", "箐菁", "垭丫", "坝霸", "磨摩", "者这", "密蜜", "已己", "未末", "玉王", "田由", "土士"}

// oneSign reports that two names differ by one sign, and that it looks like a
// slip: a sign typed for one that sounds or looks alike, or one left out in the
// middle of a name of some length that tells no schools apart.
func oneSign(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && slices.Equal(a[i+1:], b[i+1:]) && slices.ContainsFunc(confusable, func(s string) bool {
			return strings.ContainsRune(s, a[i]) && strings.ContainsRune(s, b[i])
		})
	}
	return len(a) >= 5 && i > 0 && len(b) == len(a)+1 && slices.Equal(a[i:], b[i+1:]) && !strings.ContainsRune(telltale, b[i])
}

// codes finds schools that have one code on the snapshot's day.
func codes(s *edu.Snapshot) (out []Finding) {
	if s == nil {
		return nil
	}
	first := map[string]int{}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Unit.Level != edu.School || n.Code == "" {
			continue
		}
		j, dup := first[n.Code]
		if !dup {
			first[n.Code] = i
			continue
		}
		a, b := placed(s, j), placed(s, i)
		out = append(out, Finding{Method: SameCode, School: b, Other: &a, Score: 1,
			Reason: edu.Text{ZH: fmt.Sprintf("标识码%s与%s%s相同", n.Code, a.Of, a.Name), EN: fmt.Sprintf("has the code %s of %s, %s", n.Code, a.Name, a.Of)}})
	}
	return out
}

func placed(s *edu.Snapshot, i int) School {
	n := &s.Nodes[i]
	out := School{ID: n.Unit.ID, Code: n.Code, Name: n.Name.In("zh")}
	if c := s.Above(i, edu.County); c >= 0 {
		out.County, out.Of = s.Nodes[c].Key, s.Nodes[c].Name.In("zh")
	}
	return out
}
