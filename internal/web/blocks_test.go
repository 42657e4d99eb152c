package web

import (
	"testing"

	"shuren/internal/i18n"
)

// A county's item names a stage where it differs, and stages that come to the same
// once; two stages are always named, and in full every one is.
func TestStageFigures(t *testing.T) {
	met := func(stage, text string) stageFigure { return stageFigure{stage, text, allMet, "均达标"} }
	part := func(stage, text string) stageFigure { return stageFigure{stage: stage, text: text, same: text} }
	value := func(stage, text string) stageFigure { return stageFigure{stage, text, text, "均为" + text} }
	for _, tt := range []struct {
		name        string
		all         []stageFigure
		short, full string
	}{
		{"none", nil, "", ""},
		{"one", []stageFigure{met("小学", "3/3 达标")}, "小学 3/3 达标", "小学 3/3 达标"},
		{"two are named", []stageFigure{met("小学", "3/3 达标"), met("初中", "1/1 达标")}, "小学 3/3 达标、初中 1/1 达标", "小学 3/3 达标、初中 1/1 达标"},
		{"all alike", []stageFigure{met("小学", "3/3 达标"), met("初中", "1/1 达标"), met("中职", "2/2 达标")}, "3个学段均达标", "小学 3/3 达标、初中 1/1 达标、中职 2/2 达标"},
		{"one falls short", []stageFigure{met("幼儿园", "9/9 达标"), part("小学", "2/3 达标"), met("初中", "1/1 达标"), met("中职", "2/2 达标")}, "小学 2/3 达标、其余3个学段均达标", "幼儿园 9/9 达标、小学 2/3 达标、初中 1/1 达标、中职 2/2 达标"},
		{"sections that fall short are never put together", []stageFigure{part("小学", "2/3 达标"), part("初中", "2/3 达标"), met("中职", "2/2 达标")}, "小学 2/3 达标、初中 2/3 达标、中职 2/2 达标", "小学 2/3 达标、初中 2/3 达标、中职 2/2 达标"},
		{"the value that most have", []stageFigure{value("小学", "98%"), value("初中", "98%"), value("高中", "100%"), value("中职", "100%"), value("特教", "100%")}, "小学 98%、初中 98%、其余3个学段均为100%", "小学 98%、初中 98%、高中 100%、中职 100%、特教 100%"},
		{"every value another", []stageFigure{value("小学", "98%"), value("初中", "97%"), value("高中", "100%")}, "小学 98%、初中 97%、高中 100%", "小学 98%、初中 97%、高中 100%"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &request{locale: locale{Catalogue: i18n.For("zh")}}
			if got := r.stageFigures(tt.all, true); got != tt.short {
				t.Errorf("in short %q, want %q", got, tt.short)
			}
			if got := r.stageFigures(tt.all, false); got != tt.full {
				t.Errorf("in full %q, want %q", got, tt.full)
			}
		})
	}
}
