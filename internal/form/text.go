// Figures as a filler types them, and back.

package form

import (
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/han"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// Format writes a figure as a filler would type it, in the unit that the form is
// filled in: 123400 yuan as 12.34 where 万元 are filled. Reading it back gives the
// very same figure, of up to 15 digits. A missing one is empty.
func Format(v edu.Value, e *pack.Element) string {
	n, ok := v.Number()
	switch {
	case v.IsNotApplicable():
		return "/"
	case !ok:
		return ""
	}
	switch e.Type {
	case edu.TypeChoice:
		if i := int(n); i >= 0 && i < len(e.Choices) {
			return e.Choices[i].Name.In("zh")
		}
		return ""
	case edu.TypeYesNo:
		if n == 0 {
			return "否"
		}
		return "是"
	case edu.TypeDate:
		return edu.Date(n).Time().Format("2006-01-02")
	}
	return moved(n, e.Shift())
}

// moved is a number with its decimal point moved to the left, digit for digit;
// to the right where places is negative.
func moved(n float64, places int) string {
	s := strconv.FormatFloat(n, 'f', -1, 64)
	if places == 0 || n == 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	if places < 0 {
		frac += strings.Repeat("0", max(0, -places-len(frac)))
		whole, frac = strings.TrimLeft(whole+frac[:-places], "0"), frac[-places:]
	} else {
		whole = strings.Repeat("0", max(0, places+1-len(whole))) + whole
		cut := len(whole) - places
		whole, frac = whole[:cut], whole[cut:]+frac
	}
	if whole == "" {
		whole = "0"
	}
	if frac = strings.TrimRight(frac, "0"); frac == "" {
		return sign + whole
	}
	return sign + whole + "." + frac
}

// Read reads a text as an answer of an element: what it says, or what is wrong
// with it in words that follow the text.
// Traditional characters and pinyin in brackets do not keep a choice from being
// recognised.
func Read(text string, e *pack.Element, part *pack.Option) (v edu.Value, wanted *edu.Text) {
	if e.Type == edu.TypeChoice {
		text, _ = han.Normalise(text)
	}
	v, wanted = intake.Figure(text, e, e.Shift())
	if wanted == nil {
		wanted = intake.Outside(v, e)
	}
	if wanted == nil && v.IsNotApplicable() && e.Always && part == nil {
		w := intake.AlwaysApplies(e)
		wanted = &w
	}
	if wanted != nil {
		return edu.Value{}, wanted
	}
	return v, nil
}
