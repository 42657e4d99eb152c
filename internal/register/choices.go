package register

import "shuren/internal/edu"

var (
	yesNo = []edu.Text{{ZH: "是", EN: "yes"}, {ZH: "否", EN: "no"}}
	sexes = []edu.Text{{ZH: "男", EN: "male"}, {ZH: "女", EN: "female"}}
)

// closedLists are the fields that take one word of a list.
var closedLists = map[string][]Term{
	"schooling": Schoolings, "leaving": Leavings, "proof_kind": ProofKinds,
	"category": Categories, "duty": Duties, "post": PostKinds, "backbone": Backbones, "mind": Minds,
	"groups": GroupTerms,
}

// Choices are the words that a column of a register takes, as people fill them in; none
// where it takes any. One cell takes several words of "groups".
func Choices(field string) []edu.Text {
	switch field {
	case "sex":
		return sexes
	case "boards", "left_behind", "migrant", "disabled", "orphan", "received", "class_head", "dual":
		return yesNo
	}
	var out []edu.Text
	for _, t := range closedLists[field] {
		out = append(out, t.Text)
	}
	return out
}
