package draft

import (
	"os"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// The report of a real conference must yield what the conference asked for.
func TestCommuniqueYieldsItsMeasures(t *testing.T) {
	b, err := os.ReadFile(testkit.Shared(t, "data/communique/000_d46c0c0472e5c053.txt"))
	if err != nil {
		t.Fatal(err)
	}
	d := Make(string(b), options(t))
	if testing.Verbose() {
		for _, p := range d.Proposals {
			t.Log(p.Row, p.Stage, p.Class, p.Sources[0].Speaker, len(p.Sources), p.Wording, p.Indicator)
		}
		for _, s := range d.Statements {
			t.Log(s.Class, s.Heading, s.Speaker, s.Text[:min(len(s.Text), 120)])
		}
	}
	for _, tt := range []struct {
		name, row string
		stage     Stage
		words     string // that stand in the wording
		sources   int
	}{
		{"preschool, in both speeches", "S3", "preschool", "学前教育", 2},
		{"compulsory, in both speeches", "S4", "compulsory", "义务教育", 2},
		{"senior high, in both speeches", "S5", "senior", "高中教育", 2},
		{"vocational, in both speeches", "S6", "vocational", "职业教育", 2},
		{"higher, in both speeches", "S7", "higher", "高等教育", 2},
		{"staffing reform", "S8", "", "编制", 1},
		{"pay reform", "S9", "", "收入分配", 1},
		{"three teams", "S10", "", "三支队伍", 1},
		{"safe campus", "S11", "", "平安校园", 1},
		{"dropout prevention", "S12", "", "控辍保学", 1},
		{"ideology responsibility", "S13", "", "意识形态", 1},
		{"reform and opening", "S14", "", "开放办学", 0},
		{"moral education with family and mental health", "S15", "", "心理健康", 0},
		{"evaluation reform", "S16", "", "教育评价", 1},
		{"three duties", "S17", "", "属地责任、部门责任、行业责任", 1},
		{"three priorities", "S18", "", "优先安排教育、公共资源配置优先满足教育、资金投入优先保障教育", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, p := range d.Proposals {
				if p.Row != tt.row || p.Stage != tt.stage || !strings.Contains(p.Wording, tt.words) {
					continue
				}
				if tt.sources > 0 && len(p.Sources) != tt.sources {
					t.Errorf("%q comes from %d sentences; want %d", p.Wording, len(p.Sources), tt.sources)
				}
				if p.Sources[0].Speaker == "" || len(p.Owners)+len(p.Dates)+len(p.Numbers) > 0 {
					t.Errorf("%q: speaker %q; owners %v, dates %v, numbers %v: the report gives none", p.Wording, p.Sources[0].Speaker, p.Owners, p.Dates, p.Numbers)
				}
				return
			}
			t.Errorf("no measure of %s %s says %q", tt.row, tt.stage, tt.words)
		})
	}
	if n := len(d.Proposals); n > 20 {
		t.Errorf("%d proposals: a notice of this length asks for fewer", n)
	}
	for _, p := range d.Proposals {
		for _, s := range p.Sources {
			if s.Original == "" || !strings.Contains(string(b), s.Original) {
				t.Errorf("%q is not a part of the original", s.Original)
			}
		}
	}
}
