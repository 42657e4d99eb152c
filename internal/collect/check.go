package collect

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"time"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// codes are told over the telephone: no I, L, O, U.
var codes = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

// CheckCode is printed on the sign-and-seal page, and belongs to what was
// filled in: a signed sheet of paper is of the figures that were handed in if
// the codes are equal. When and from which file they came makes no difference.
func CheckCode(issue string, unit edu.UnitID, c form.Content) string {
	c.Cites, c.Sign.At = nil, time.Time{}
	lists := map[string][]form.Row{}
	for id, rows := range c.Lists {
		out := make([]form.Row, len(rows))
		for i, r := range rows {
			out[i] = form.Row{Part: r.Part, Cells: r.Cells}
		}
		lists[id] = out
	}
	c.Lists = lists
	b, err := json.Marshal([]any{issue, unit, c})
	if err != nil {
		panic(err) // texts and times only
	}
	sum := sha256.Sum256(b)
	s := codes.EncodeToString(sum[:10])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}
