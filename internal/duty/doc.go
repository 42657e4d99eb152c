// Package duty holds lists of what an institution answers for, term by term: the
// duty, the document that it rests on, the post that answers, when it was seen to.
// All lists are one mechanism and come from packs; a city switches each on.
//
// What is kept is of the institution. There is no room for a file or for a
// person: who answers is a post of a closed list, and a list may allow no words
// beside a document's number. A tick is a statement of the head, and nothing here
// counts uploads or visits.
package duty

import (
	"shuren/internal/edu"
	"shuren/internal/incident"
)

// Post is who answers: one of the posts of a school.
type Post = incident.Post

// List is a list of duties, as its pack gives it.
type List struct {
	ID       string
	Name     edu.Text
	About    edu.Text
	Numbers  bool `yaml:"numbers_only"` // beside a tick stands a document's number and nothing else
	Every    Every
	Minutes  int    // what it takes a school each time, estimated
	Basis    string // the document that it rests on; empty where the city has to enter it
	Source   string
	Evidence string
	Items    []Item
	Counts   []Count
}

// Every is how often a list comes round.
type Every string

const (
	Term Every = "term"
	Year Every = "year"
)

// Name is what a rhythm is called.
func (e Every) Name() edu.Text {
	if e == Year {
		return edu.Text{ZH: "每学年", EN: "Yearly"}
	}
	return edu.Text{ZH: "每学期", EN: "Each term"}
}

// Item is one duty.
type Item struct {
	ID       string
	Text     edu.Text
	Post     Post        // who answers, unless the school says another
	Least    int         // so many times; 0 for a duty that is done or not
	Stages   []edu.Stage // schools with one of them owe it; empty for all
	Basis    string      // where it differs from the list's
	Source   string
	Evidence string
}

// Count is a number of persons that a school states. Others are never shown one
// below ten, nor one from which such a one follows.
type Count struct {
	ID   string
	Text edu.Text
	Unit edu.Text
	Help edu.Text
}

// Item finds a duty of a list.
func (l *List) Item(id string) *Item {
	for i := range l.Items {
		if l.Items[i].ID == id {
			return &l.Items[i]
		}
	}
	return nil
}

// For are the duties that a school with some stages owes.
func (l *List) For(stages []edu.Stage) (out []*Item) {
	for i := range l.Items {
		if it := &l.Items[i]; it.asks(stages) {
			out = append(out, it)
		}
	}
	return out
}

func (it *Item) asks(stages []edu.Stage) bool {
	if len(it.Stages) == 0 {
		return true
	}
	for _, a := range it.Stages {
		for _, b := range stages {
			if a == b {
				return true
			}
		}
	}
	return false
}
