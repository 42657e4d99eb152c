package standard

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

func TestShareWords(t *testing.T) {
	rule := &pack.Split{Weights: map[edu.Stage]float64{edu.Primary: 1, edu.Junior: 1.1}}
	by := &pack.Element{ID: "pupils", Name: edu.Text{ZH: "在校生数", EN: "Pupils"}}
	sections := []frame.ShareOf{{Stage: edu.Primary, By: edu.Some(166)}, {Stage: edu.Junior, By: edu.Some(210)}}
	for _, tt := range []struct {
		name   string
		in     frame.Share
		zh, en string
	}{
		{"a share", frame.Share{Whole: edu.Some(23226), Part: edu.Some(166 / 397.0), Stage: edu.Primary, Sections: sections},
			"全校 23226 的 41.8%，按加权在校生数拆分：166×1 / (166×1 + 210×1.1)", "41.8 % of 23226 for the whole school, by weighted pupils: 166×1 / (166×1 + 210×1.1)"},
		{"nobody can tell", frame.Share{Whole: edu.Some(23226), Stage: edu.Primary, Sections: sections},
			"全校 23226,各学段所占份额不明", "a part of 23226 for the whole school that cannot be told"},
		{"does not apply", frame.Share{Whole: edu.NotApplicable, Stage: edu.Primary, Sections: sections}, "全校不适用", "does not apply to the school"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := (&Share{tt.in, rule, by}).Words()
			if got.ZH != tt.zh || got.EN != tt.en {
				t.Errorf("%q, %q; want %q, %q", got.ZH, got.EN, tt.zh, tt.en)
			}
		})
	}
}
