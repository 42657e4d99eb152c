package proposal

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/propose"
)

// conflict says in words which requirement stands in the way.
func conflict(x propose.Conflict, c *propose.County, n *propose.Names) edu.Text {
	who := func() (zh, en string) {
		if x.Section < 0 || x.Section >= len(n.Sections) {
			return "全县", "the county"
		}
		w := n.Sections[x.Section]
		return w.Name + "（" + stageZH(w.Stage) + "）", fmt.Sprintf("%s (%s)", w.Name, w.Stage)
	}
	what := func() (zh, en string) {
		if x.Indicator < 0 || x.Indicator >= len(n.Indicators) {
			return "", ""
		}
		d := n.Indicators[x.Indicator]
		return d.Short.ZH, d.Short.EN
	}
	zh, en := who()
	izh, ien := what()
	switch x.Rule {
	case "limit":
		if izh == "" {
			return edu.Text{ZH: zh + "要达到规定项数", EN: en + " must reach as many indicators as the rule asks"}
		}
		limit := figure(c.Limit(x.Section, x.Indicator))
		return edu.Text{ZH: fmt.Sprintf("%s的%s要达到标准 %s 或其底线", zh, izh, limit), EN: fmt.Sprintf("%s of %s must reach %s, or its floor", ien, en, limit)}
	case "spread":
		st := c.Stages[x.Stage]
		return edu.Text{ZH: fmt.Sprintf("%s的%s差异系数不超过 %s", stageZH(edu.Stage(st.Name)), izh, figure(st.Spread[x.Indicator])), EN: fmt.Sprintf("the spread of %s at the stage %s is at most %s", ien, st.Name, figure(st.Spread[x.Indicator]))}
	case "budget":
		y := n.Years[x.Year]
		return edu.Text{ZH: fmt.Sprintf("%s学年经费 %s 元", y.Label(), figure(c.Years[x.Year].Budget)), EN: fmt.Sprintf("the money of %s is %s yuan", y, figure(c.Years[x.Year].Budget))}
	case "least":
		return edu.Text{ZH: fmt.Sprintf("%s按标准至少保留 %d 人", zh, c.Sections[x.Section].Least), EN: fmt.Sprintf("%s keeps at least %d people", en, c.Sections[x.Section].Least)}
	case "place":
		return edu.Text{ZH: fmt.Sprintf("%s没有更多场地增加%s", zh, izh), EN: fmt.Sprintf("%s has no place for more of %s", en, ien)}
	case "posts":
		return edu.Text{ZH: fmt.Sprintf("全县空余编制 %d 个", *c.Posts), EN: fmt.Sprintf("the county has %d posts left", *c.Posts)}
	}
	return edu.Text{ZH: zh + "可以调动、培养的人员有限", EN: "only so many people of " + en + " can be moved or trained"}
}

// stageZH is what a stage is called.
func stageZH(s edu.Stage) string {
	if zh, ok := map[edu.Stage]string{edu.Preschool: "学前", edu.Primary: "小学", edu.Junior: "初中", edu.Senior: "高中", edu.Vocational: "中职", edu.Special: "特教", edu.Higher: "高校"}[s]; ok {
		return zh
	}
	return string(s)
}
