// A run as it is kept.

package valueadd

import (
	"time"

	"shuren/internal/edu"
)

// Run is one estimate that a city keeps: the model, and beside it the effects.
type Run struct {
	ID     string
	Period edu.Period
	Title  string // such as 九年级数学质量监测
	By     string // account
	ByName string
	At     time.Time
	// Unknown is how many schools of the file are not in the register: they are in
	// the model and shown to nobody.
	Unknown int
	Result  Result // without effects
}

// UnitEffect is the effect of a school of the register.
type UnitEffect struct {
	Unit edu.UnitID
	Effect
}

// Order is what somebody asks to be estimated from a file.
type Order struct {
	ID      string // made by who asks: the same again does no harm
	Period  edu.Period
	Title   string
	File    string // as problems call it; it is not kept
	Choice  Choice
	Options Options
}

// Receipt is what came of an order.
type Receipt struct {
	Run      Run
	Problems []Problem
}

// School is a school of the register with its effect, for a reader who may see it.
type School struct {
	UnitEffect
	Code   string
	Name   edu.Text
	County edu.Text
}
