package web

import (
	"testing"

	"shuren/internal/chart"
	"shuren/internal/task"
)

// A standing measure is never red, also where a task of it that has a day is late.
func TestStandingMeasureIsNeverRed(t *testing.T) {
	late := []task.Row{{Lamp: task.Green}, {Lamp: task.Red}}
	if st := measureStands(late, false); st.Tone != chart.Bad {
		t.Errorf("with a day: %+v", st)
	}
	if st := measureStands(late, true); st.Tone != toneOf(task.Amber) || st.Tone == chart.Bad {
		t.Errorf("standing: %+v", st)
	}
}
