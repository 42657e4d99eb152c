// Package draft reads a meeting notice or a plan document and proposes measures
// for a plan: what is to be done, by whom, until when, how much, and the
// sentence that says so.
//
// It invents nothing. An owner, a date or a number stands in a proposal only as
// the words of its own sentence; what the text does not give stays empty, and
// is shown as 待定. Nothing becomes a task here: a clerk accepts, edits or drops
// each proposal.
package draft

import "shuren/internal/edu"

// Class is what a sentence is.
type Class string

const (
	Narration   Class = ""            // headings, who came, where and when: nothing is stated
	Decision    Class = "decision"    // 议定事项
	Requirement Class = "requirement" // 工作要求
	Principle   Class = "principle"   // 原则性表述: kept, and makes no task
)

// Classes are those that a statement can have, in the order in which they are
// shown.
var Classes = []Class{Decision, Requirement, Principle}

// Name is the class as officers write it.
func (c Class) Name() edu.Text {
	switch c {
	case Decision:
		return edu.Text{ZH: "议定事项", EN: "decision"}
	case Requirement:
		return edu.Text{ZH: "工作要求", EN: "requirement"}
	case Principle:
		return edu.Text{ZH: "原则性表述", EN: "principle"}
	}
	return edu.Text{ZH: "叙述", EN: "narration"}
}

// Stage is one of the five kinds of education that a plan speaks of, empty where
// it speaks of all. It is coarser than edu.Stage: a notice says 义务教育.
type Stage string

// Stages are the five, in order; their words are in the glossary.
var Stages = []Stage{"preschool", "compulsory", "senior", "vocational", "higher"}

// Name is the stage as officers write it.
func (s Stage) Name() edu.Text {
	switch s {
	case "preschool":
		return edu.Text{ZH: "学前", EN: "preschool"}
	case "compulsory":
		return edu.Text{ZH: "义务", EN: "compulsory"}
	case "senior":
		return edu.Text{ZH: "高中", EN: "senior high"}
	case "vocational":
		return edu.Text{ZH: "职业", EN: "vocational"}
	case "higher":
		return edu.Text{ZH: "高等", EN: "higher"}
	}
	return edu.Text{}
}

// Document is what was read: the clean text, the statements in it and the
// measures proposed. Offsets are characters of Clean; Original leads back.
type Document struct {
	Original   string
	Clean      string
	Date       string // of the notice itself, 2024-05-20, empty where it gives none
	Statements []Statement
	Proposals  []Proposal

	at []int // byte of Original for each character of Clean, and one more
}

// Span is a part of the clean text, in characters.
type Span struct{ From, To int }

// Statement is a sentence, or a heading.
type Statement struct {
	Span
	Text    string
	Class   Class
	Heading bool
	Speaker string // as the text names it, 会议 for the meeting; empty if nobody is named
	Under   string // the nearest heading
}

// Found is something that the text gives: its words there, and what they mean.
type Found struct {
	Text string `json:"text"`
	Span `json:"-"`
	// Day is a date as 2024-12-31, empty where the text does not give the year
	// or counts from a day that it does not give.
	Day string `json:"day,omitempty"`
	// Standing is 长期坚持: a limit that is never late.
	Standing bool `json:"standing,omitempty"`
	// Lead is for owners: the text says that it leads.
	Lead bool `json:"lead,omitempty"`
	// Bound is for numbers: "at least" is >=, "at most" is <=.
	Bound string `json:"bound,omitempty"`
}

// Source is a sentence that a proposal came from.
type Source struct {
	Statement int // its place in Document.Statements
	Span
	Wording  string // the part of the sentence that asks for it
	Original string // the whole sentence as it came in
	Marked   string // the wording as it came in, a part of Original
	Speaker  string
}

// Proposal is a measure that a plan could have.
type Proposal struct {
	Wording   string
	Class     Class
	Row       string // of the mission: S3; empty where none fits
	Stage     Stage
	Indicator string // pack:id, empty where none fits
	Owners    []Found
	Dates     []Found
	Numbers   []Found
	Sources   []Source // more than one where two speeches ask for the same

	pairs []string // of the wording, by which the same is found again
}

// OriginalOf gives the words of the original for a part of the clean text.
func (d *Document) OriginalOf(s Span) string {
	if s.From < 0 || s.To >= len(d.at) || s.From >= s.To {
		return ""
	}
	return d.Original[d.at[s.From]:d.at[s.To]]
}
