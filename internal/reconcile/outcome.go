// What a comparison says of one child.

package reconcile

import (
	"shuren/internal/edu"
	"shuren/internal/register"
)

// Outcome is what a comparison says of one child. It holds no name and no number.
type Outcome struct {
	Person  register.PersonID  // the stored record; empty where none of the rows has one
	Ledger  Ledger             // the last of the three ledgers that the child stands in
	Status  register.Schooling // what the lists establish; empty if nothing
	Unit    edu.UnitID         // school of the newest row that has one
	Home    edu.UnitID         // of the household list
	Groups  register.Groups
	Reasons []Reason
	Rows    []Row
	Case    string // number of the national platform
}

// Row names a row of a list: which list, and the row in its file from 1. For a list
// out of the store the row is the record's, and Person says whose.
type Row struct {
	Source Source
	Number int
	Person register.PersonID
}

// Ledger is a ledger (台账). They are views of one record: who stands in a later
// one stands in those before, too.
type Ledger uint8

const (
	NoLedger  Ledger = iota // not of school age, graduated, moved away, dead
	SchoolAge               // 适龄儿童台账
	Suspected               // 疑似辍学台账: somebody has to look
	Dropout                 // 辍学台账: a case that was confirmed, never a comparison's own word
)

// Words names a ledger.
func (l Ledger) Words() edu.Text {
	switch l {
	case SchoolAge:
		return edu.Text{ZH: "适龄儿童台账", EN: "School-age children"}
	case Suspected:
		return edu.Text{ZH: "疑似辍学台账", EN: "Suspected dropouts"}
	case Dropout:
		return edu.Text{ZH: "辍学台账", EN: "Dropouts"}
	}
	return edu.Text{ZH: "不在台账", EN: "In no ledger"}
}

// ID is how a ledger is kept and exported.
func (l Ledger) ID() string {
	return [...]string{"none", "school_age", "suspected", "dropout"}[l]
}

// Source is where a list comes from.
type Source uint8

const (
	Register  Source = iota // 学籍, this year
	Last                    // 学籍 of the year before
	Roll                    // 在校学生: who sits in class
	Household               // 户籍
	Poverty                 // 脱贫户: deleted after the comparison
	Platform                // cases of the national platform
	sources
)

// Words names a list.
func (s Source) Words() edu.Text {
	switch s {
	case Register:
		return edu.Text{ZH: "本年学籍", EN: "this year's register"}
	case Last:
		return edu.Text{ZH: "上年学籍", EN: "last year's register"}
	case Roll:
		return edu.Text{ZH: "在校名单", EN: "in-class roll"}
	case Household:
		return edu.Text{ZH: "户籍名单", EN: "household list"}
	case Poverty:
		return edu.Text{ZH: "脱贫户名单", EN: "ex-poverty list"}
	}
	return edu.Text{ZH: "国家平台个案", EN: "cases of the national platform"}
}

// ID is how a source is kept and exported.
func (s Source) ID() string {
	return [...]string{"register", "last", "roll", "household", "poverty", "platform"}[s]
}

// StatusWords says what the lists establish of the child's schooling.
func (o Outcome) StatusWords() edu.Text {
	for _, t := range register.Schoolings {
		if t.ID == string(o.Status) {
			return t.Text
		}
	}
	return edu.Text{}
}
