package gallery

import (
	"fmt"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// State is how far a kept document has come.
type State string

const (
	Waiting State = "waiting" // made by a schedule, and nobody has looked at it
	Drafted State = "draft"
	Final   State = "final"   // archived: nothing in it changes any more
	Dropped State = "dropped" // not needed
)

// States lists all states.
var States = []State{Waiting, Drafted, Final, Dropped}

var stateNames = map[State]edu.Text{Waiting: {ZH: "待处理", EN: "waiting"}, Drafted: {ZH: "草稿", EN: "draft"}, Final: {ZH: "已归档", EN: "archived"}, Dropped: {ZH: "已作废", EN: "dropped"}}

// Name is the state in words.
func (s State) Name() edu.Text { return stateNames[s] }

// Act is what somebody does with a kept document.
type Act string

const (
	Write  Act = "write"  // in the fields that a person may write
	Finish Act = "finish" // into the archive
	Drop   Act = "drop"
)

// Acts lists all acts.
var Acts = []Act{Write, Finish, Drop}

// steps are the only ways from one state to another.
var steps = map[State]map[Act]State{
	Waiting: {Write: Drafted, Finish: Final, Drop: Dropped},
	Drafted: {Write: Drafted, Finish: Final, Drop: Dropped},
}

// Next is the state after an act; an act that cannot be done then is refused.
func Next(s State, a Act) (State, error) {
	if to, ok := steps[s][a]; ok {
		return to, nil
	}
	return s, auth.Refuse(fault.Conflict, "文档现为“"+s.Name().ZH+"”，不能这样处理", "the document is “"+s.Name().EN+"”; this cannot be done with it")
}

// Check refuses what is no field of the kind, and what is too long.
func (e Edits) Check(k Kind) error {
	for id, text := range e {
		ok := false
		for _, f := range k.Fields() {
			if f.ID != id {
				continue
			}
			ok = true
			if n := utf8.RuneCountInString(text); n > f.Most {
				return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”有%d字，最多%d字", f.Name.ZH, n, f.Most), fmt.Sprintf("“%s” has %d characters; at most %d", f.Name.EN, n, f.Most))
			}
		}
		if !ok {
			return fmt.Errorf("field %q of %s: %w", id, k, fault.Invalid)
		}
	}
	return nil
}
