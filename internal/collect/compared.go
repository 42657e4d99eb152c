package collect

import "shuren/internal/edu"

// Compared is a figure of a form beside that of another system, where they differ
// by more than the form allows without a reason.
type Compared struct {
	Issue  string
	Place  Place
	State  State
	Form   edu.Text
	Feed   edu.Text // the other system
	Name   edu.Text // of the figure
	Stage  edu.Stage
	Ours   float64
	Theirs float64
	Share  bool     // the allowed difference is a share of theirs
	Within float64  // allowed difference
	Reason edu.Text // as given; zero where none was
	Words  string   // beside it
}

// Comparisons are those of a period, and how many figures were compared at all.
type Comparisons struct {
	Period edu.Period
	Total  int
	Open   int // of the list, how many without a reason
	List   []Compared
}
