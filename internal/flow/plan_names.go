package flow

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// planNames are those of bodies and units, for workbooks, differences and drafts.
func (o *Office) planNames(b *bodyList) plan.Names {
	var byName map[string][]string // of bodies
	bodies := func(typed string) []string {
		if typed = strings.TrimSpace(typed); typed == "" {
			return nil
		}
		if _, ok := b.find(typed); ok {
			return []string{typed}
		}
		if byName == nil {
			byName = map[string][]string{}
			for _, id := range b.known() {
				x, ok := b.find(id)
				if !ok || x.Ended {
					continue
				}
				for _, n := range []string{x.Name.ZH, x.Name.EN} {
					if n != "" && !slices.Contains(byName[n], id) {
						byName[n] = append(byName[n], id)
					}
				}
			}
		}
		return byName[typed]
	}
	units := func(levels ...edu.Level) func(string) []string {
		return func(typed string) (out []string) {
			if typed = strings.TrimSpace(typed); typed == "" {
				return nil
			}
			for i := range b.tree.Units() {
				u := &b.tree.Units()[i]
				if a := lastAttrs(u); u.Ended == 0 && slices.Contains(levels, u.Level) && (string(u.ID) == typed || a.Code == typed || a.Name.ZH == typed || a.Name.EN == typed) {
					out = append(out, string(u.ID))
				}
			}
			return out
		}
	}
	of := func(id string) edu.Text {
		if x, ok := b.find(id); ok {
			return x.Name
		}
		if u, ok := b.tree.Unit(edu.UnitID(id)); ok && len(u.Attrs) > 0 {
			return lastAttrs(u).Name
		}
		return edu.Text{ZH: id, EN: id}
	}
	return plan.Names{Of: of, Bodies: bodies, Counties: units(edu.County), Schools: units(edu.School, edu.County), Indicators: func(scheme, id string) bool {
		for _, p := range o.city.Packs() {
			if p.Ref() == scheme {
				return p.Indicator(id) != nil || slices.ContainsFunc(p.Standards, func(s *pack.Standard) bool {
					return slices.ContainsFunc(s.Rules, func(r *pack.Rule) bool { return r.ID == id })
				})
			}
		}
		return false
	}}
}

// known are the ids of all bodies but schools: a school is named by its code.
func (b *bodyList) known() []string {
	out := append([]string{task.BureauOf(""), task.GovernmentOf("")}, b.ids...)
	for i := range b.tree.Units() {
		if u := &b.tree.Units()[i]; u.Level == edu.County {
			out = append(out, task.BureauOf(u.ID), task.GovernmentOf(u.ID))
		}
	}
	return out
}

// said finds a body by the words of a notice, empty where none is meant for sure:
// the city's own departments are written 市财政局 or 财政局 there, with or without
// the city's name.
func (b *bodyList) said(words string) string {
	words = strings.TrimSpace(words)
	if words == "" {
		return ""
	}
	short := func(s string) string {
		s = strings.TrimPrefix(s, b.city.ZH)
		s = strings.TrimPrefix(s, strings.TrimSuffix(b.city.ZH, "市"))
		s = strings.TrimPrefix(s, "市")
		return strings.NewReplacer("教育体育局", "教体局", "人力资源和社会保障局", "人社局", "机构编制委员会办公室", "编办", "发展和改革委员会", "发改委", "卫生健康委员会", "卫健委").Replace(s)
	}
	found := ""
	for _, id := range b.known() {
		x, ok := b.find(id)
		if !ok || x.Ended || x.Name.ZH != words && short(x.Name.ZH) != short(words) {
			continue
		}
		if found != "" && found != id {
			return ""
		}
		found = id
	}
	return found
}
