package pack

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

const ownText = `# Kept under git.
id: our-city
version: "1"
name: {zh: 本市方案, en: Our city}
source: 市政府文件
extends: cn-compulsory@2017
standards:
  - id: balanced
    thresholds:
      # As the city decided in spring.
      - {indicator: r7, at_least: {junior: 3}, source: 第三条, evidence: P}
`

// A threshold is put in place of the pack's own for the same indicator and stage,
// beside all others, and what people wrote around it stays.
func TestSetThreshold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		edit  ThresholdEdit
		file  string
		has   []string
		lacks string
	}{
		{"the same stage", map[string]string{"pack.yaml": ownText}, ThresholdEdit{Indicator: "r7", Stage: edu.Junior, Value: 3.5}, "pack.yaml", []string{"# Kept under git.", "# As the city decided in spring.", "junior: 3.5"}, "junior: 3}"},
		{"another stage", map[string]string{"pack.yaml": ownText}, ThresholdEdit{Indicator: "r7", Stage: edu.Primary, Value: 3}, "pack.yaml", []string{"junior: 3", "primary: 3"}, ""},
		{"another indicator", map[string]string{"pack.yaml": ownText}, ThresholdEdit{Indicator: "r6", Value: 2500}, "pack.yaml", []string{"r6", "r7"}, ""},
		{"no standard yet", map[string]string{"pack.yaml": strings.Split(ownText, "standards:")[0]}, ThresholdEdit{Indicator: "r6", Value: 2500}, "balanced.yaml", []string{"standards:", "r6"}, "extends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string][]byte{}
			for k, v := range tt.files {
				files[k] = []byte(v)
			}
			tt.edit.Standard, tt.edit.Op, tt.edit.Source, tt.edit.Tag = "balanced", AtLeast, "市教体局〔2026〕1号: 第一条", "V"
			tt.edit.From = 20500
			file, body, err := SetThreshold(files, tt.edit)
			if err != nil || file != tt.file {
				t.Fatalf("%s, %v", file, err)
			}
			for _, want := range tt.has {
				if !strings.Contains(string(body), want) {
					t.Errorf("lacks %q:\n%s", want, body)
				}
			}
			if tt.lacks != "" && strings.Contains(string(body), tt.lacks) {
				t.Errorf("still has %q:\n%s", tt.lacks, body)
			}
			files[file] = body
			p, err := Kept(files)
			if err != nil {
				t.Fatalf("%v\n%s", err, body)
			}
			found := false
			for _, th := range p.Standards[0].Thresholds {
				found = found || th.Indicator == tt.edit.Indicator && th.Stage == tt.edit.Stage && th.Value == tt.edit.Value && th.Source == tt.edit.Source && th.From == tt.edit.From
			}
			if !found {
				t.Errorf("the pack does not hold it:\n%s", body)
			}
		})
	}
	if _, _, err := SetThreshold(nil, ThresholdEdit{Standard: "balanced", Indicator: "g1", Op: Equal}); err == nil {
		t.Error("a judgement is taken for a figure")
	}
}
