package register

import (
	"testing"

	"shuren/internal/edu"
)

// A subject that is known has an English word; another keeps its own words in both
// languages, and none stays none.
func TestSubjectsAndTitlesInBothLanguages(t *testing.T) {
	for _, c := range []struct{ got, want edu.Text }{
		{SubjectText("语文"), edu.Text{ZH: "语文", EN: "Chinese"}},
		{SubjectText("木工"), edu.Text{ZH: "木工", EN: "木工"}},
		{SubjectText(""), edu.Text{}},
		{TitleText("一级教师"), edu.Text{ZH: "一级教师", EN: "First grade"}},
		{TitleText("讲师"), edu.Text{ZH: "讲师", EN: "讲师"}},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}
