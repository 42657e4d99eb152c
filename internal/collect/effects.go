package collect

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

// Effects says in words what a change does to the register and to figures. It
// wants Before and After; t knows the names of units that it does not change.
func (c *UnitChange) Effects(t *edu.Tree) []edu.Text {
	name := map[edu.UnitID]edu.Text{}
	for _, u := range append(append([]edu.Unit{}, c.Before...), c.After...) {
		name[u.ID] = u.Attrs[len(u.Attrs)-1].Name
	}
	called := func(id edu.UnitID) edu.Text {
		if n, ok := name[id]; ok {
			return n
		}
		if u, ok := t.Unit(id); ok {
			if a, ok := u.On(c.Day); ok {
				return a.Name
			}
		}
		return edu.Text{ZH: string(id)}
	}
	list := func(ids []edu.UnitID) (zh, en string) {
		var a, b []string
		for _, id := range ids {
			n := called(id)
			a, b = append(a, n.In("zh")), append(b, n.In("en"))
		}
		return strings.Join(a, "、"), strings.Join(b, ", ")
	}
	day := c.Day.String()
	var out []edu.Text
	say := func(zh, en string) { out = append(out, edu.Text{ZH: zh, EN: en}) }
	zh, en := list(c.Units)
	made, madeEN := list(c.Made())
	switch c.Kind {
	case Opened:
		say(fmt.Sprintf("自%s起，%s列入学校名册，须填报此后各期的报表。", day, made), fmt.Sprintf("From %s on, %s is in the register and fills the forms that come after.", day, madeEN))
		say("该校没有往年数据，同比显示为“无”。", "It has no earlier figures: comparisons with last year are empty.")
	case Shut:
		say(fmt.Sprintf("自%s起，%s不再列入学校名册，不再填报；此前的数据保留。", day, zh), fmt.Sprintf("From %s on, %s is not in the register and fills nothing; its earlier figures stay.", day, en))
	case Merged:
		into, intoEN := made, madeEN
		if c.Into != "" {
			into, intoEN = list([]edu.UnitID{c.Into})
		}
		say(fmt.Sprintf("自%s起，%s并入%s，不再单独填报。", day, zh, into), fmt.Sprintf("From %s on, %s are part of %s and fill nothing of their own.", day, en, intoEN))
		say(fmt.Sprintf("%s的往年数据按合并前各校之和比较；合并前有一校未报的，显示为“缺”。", into), fmt.Sprintf("The earlier figures of %s are the sums of the schools before; missing where one of them is.", intoEN))
	case Split:
		say(fmt.Sprintf("自%s起，%s分立为%s。", day, zh, made), fmt.Sprintf("From %s on, %s is split into %s.", day, en, madeEN))
		say("往年数据无法拆分，各新校的同比显示为“缺（分立）”。", "Earlier figures cannot be divided: comparisons of the new schools are missing, with that reason.")
	default:
		for _, u := range c.After {
			now := u.Attrs[len(u.Attrs)-1]
			var was edu.Attrs
			for _, b := range c.Before {
				if b.ID == u.ID {
					was = b.Attrs[len(b.Attrs)-1]
				}
			}
			if was.Name != now.Name {
				say(fmt.Sprintf("自%s起，%s更名为%s。", day, was.Name.In("zh"), now.Name.In("zh")), fmt.Sprintf("From %s on, %s is called %s.", day, was.Name.In("en"), now.Name.In("en")))
			}
			if was.Code != now.Code {
				say(fmt.Sprintf("自%s起，%s的代码由%s变为%s。", day, now.Name.In("zh"), was.Code, now.Code), fmt.Sprintf("From %s on, the code of %s is %s; it was %s.", day, now.Name.In("en"), now.Code, was.Code))
			}
			if was.Parent != now.Parent {
				say(fmt.Sprintf("自%s起，%s改隶%s；此前各期仍计入原隶属单位。", day, now.Name.In("zh"), called(now.Parent).In("zh")), fmt.Sprintf("From %s on, %s stands under %s; earlier periods stay with the unit before.", day, now.Name.In("en"), called(now.Parent).In("en")))
			}
		}
		say("历年数据随学校延续，不受影响。", "Its figures of earlier years go on unbroken.")
	}
	return out
}
