// One answer, for those who get it otherwise than in a file.

package intake

import (
	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Figure reads a text as a figure of an element, as it is read in a cell of a
// file: the decimal point is moved shift places (4 where 万元 are filled and
// yuan measured). wanted is nil, or says what is wrong in words that follow the
// text: “十二”不是整数.
func Figure(text string, e *pack.Element, shift int) (v edu.Value, wanted *edu.Text) {
	if v, wanted = figure(text, e, shift); wanted != nil {
		return edu.Value{}, wanted
	}
	return v, nil
}

// Outside says what is wrong about a figure that was read: below the least,
// above the most, not whole. It is nil where nothing is.
func Outside(v edu.Value, e *pack.Element) *edu.Text { return outside(v.Float(), e) }

// AlwaysApplies says what to write instead of "/" where a question always
// arises.
func AlwaysApplies(e *pack.Element) edu.Text { return alwaysApplies(e) }

// Visible is a text without characters that are not seen; what breaks a line
// is a blank.
func Visible(s string) string { return visible(s) }
