package proposal_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
	"shuren/internal/standard"
)

// gardens is a scheme that nobody foresaw: books and gardeners.
const gardens = `id: gardens
name: {zh: 花园, en: Gardens}
source: made up
stages: [primary]
units: [{id: bed, name: {zh: 畦, en: bed}}, {id: hand, name: {zh: 人, en: hand}}, {id: child, name: {zh: 人, en: child}}]
elements:
  - {id: children, name: {zh: 儿童, en: Children}, type: count, unit: child, source: made up, evidence: P}
  - {id: beds, name: {zh: 花畦, en: Beds}, type: count, unit: bed, source: made up, evidence: P}
  - {id: gardeners, name: {zh: 园丁, en: Gardeners}, type: count, unit: hand, source: made up, evidence: P}
indicators:
  - {id: green, name: {zh: 人均花畦, en: Beds a child}, unit: bed/child, section: beds / children, region: sum(beds) / sum(children), weight: children, better: higher, lack: {have: beds, per: children, unit: bed, whole: true}, source: made up, evidence: P}
  - {id: hands, name: {zh: 人均园丁, en: Gardeners a child}, unit: hand/child, section: gardeners / children, region: sum(gardeners) / sum(children), weight: children, better: higher, lack: {have: gardeners, per: children, unit: hand, whole: true}, source: made up, evidence: P}
standards:
  - id: gardens
    name: {zh: 花园标准, en: Standard of gardens}
    source: made up
    thresholds:
      - {indicator: green, at_least: 0.5, source: made up, evidence: P}
      - {indicator: hands, at_least: 0.02, source: made up, evidence: P}
    rules:
      - {id: each, name: {zh: 各园, en: Each}, level: section, of: [green, hands], source: made up, evidence: P}
      - {id: even, name: {zh: 均衡, en: Even}, level: county, of: [green], statistic: wcv, limit_at_most: 0.3, source: made up, evidence: P}
      - {id: all, name: {zh: 全部, en: All}, level: county, of: [each, even], source: made up, evidence: P}
    root: all
levers:
  - {id: dig, name: {zh: 挖, en: Dig}, act: build, elements: [beds], whole: true, price: bed, authority: {zh: 园林局, en: Parks}, source: made up, evidence: P}
  - {id: move, name: {zh: 调, en: Move}, act: move, elements: [gardeners], price: cart, authority: {zh: 园林局, en: Parks}, source: made up, evidence: P}
`

// Another scheme gets proposals from one file of YAML: no Go knows beds.
func TestAnotherPackIsProposedFor(t *testing.T) {
	name := filepath.Join(t.TempDir(), "gardens.yaml")
	if err := os.WriteFile(name, []byte(gardens), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := pack.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	table := &frame.Table{Period: edu.Year(2025), Level: edu.Section, File: "x", N: 2, Rows: []int32{2, 3}, Key: strs([]string{"a", "b"}), Name: strs([]string{"甲", "乙"}), Stage: strs([]string{"primary", "primary"}),
		Cols: map[string][]float64{"children": {100, 200}, "beds": {40, 120}, "gardeners": {5, 2}}}
	table.Path[edu.County] = strs([]string{"k", "k"})
	set, _ := frame.Build([]*frame.Table{table}, opt)
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	in := propose.Means{Years: []means.Budget{{Year: edu.Year(2026), Yuan: -1}}}
	in.Prices.Lines = []means.Price{{Item: "bed", Yuan: 7}, {Item: "cart", Yuan: 3}}
	in.Staff.Groups = []means.Group{{School: "a", Stage: edu.Primary, Counts: []string{"gardeners"}, People: 5}}
	x, err := proposal.Make(context.Background(), a, "k", in, proposal.Mixed, solve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Ten beds for a, two gardeners from a to b.
	if x.Cost != 10*7+2*3 || len(x.Lines) != 2 || x.Before.Passing != 0 || x.Checked.Passing != 2 || !x.Checked.Spread {
		t.Errorf("%+v", x)
	}
}
