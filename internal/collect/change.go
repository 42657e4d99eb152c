package collect

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// ChangeKind is what happened to schools.
type ChangeKind string

const (
	Opened  ChangeKind = "opened"  // 开办
	Shut    ChangeKind = "closed"  // 撤销
	Merged  ChangeKind = "merged"  // 合并
	Split   ChangeKind = "split"   // 分立
	Renamed ChangeKind = "renamed" // 更名
	Recoded ChangeKind = "recoded" // 代码变更, with the name where that changes too
	Moved   ChangeKind = "moved"   // 隶属变更
)

// ChangeKinds lists all kinds in the order in which they are shown.
var ChangeKinds = []ChangeKind{Opened, Shut, Merged, Split, Renamed, Recoded, Moved}

// NewUnit is a school that a change makes.
type NewUnit struct {
	Code       string
	Name       edu.Text
	Parent     edu.UnitID
	Kind       string
	Ownership  edu.Ownership
	UrbanRural string
}

// UnitChange is one change of the register of schools: from a day on, by a
// document. A permanent id never changes, so a school's history goes on under
// another name, code or place.
type UnitChange struct {
	ID       string
	No       int64
	Kind     ChangeKind
	Day      edu.Date // the first day on which it is so
	Document string   // 文号
	Reason   string

	Units []edu.UnitID // what it happens to: of a merger, those that go into another
	Into  edu.UnitID   // the school that they are merged into, where it exists already
	New   []NewUnit    // opened, or made by a merger or split
	// Of a rename, recoding or move, what is new; a recoding may bring a new name.
	Name   edu.Text
	Code   string
	Parent edu.UnitID

	By, ByName    string
	At            time.Time
	Undone        time.Time
	UndoneBy      string
	Before, After []edu.Unit // as the register keeps them
}

// Apply gives the units as they are after the change, those that it makes among
// them. within tells what the one who asks may change. All that is wrong is said
// at once.
func (c *UnitChange) Apply(t *edu.Tree, within func(edu.UnitID) bool) ([]edu.Unit, error) {
	a := &applying{UnitChange: c, tree: t, within: within}
	a.check()
	if len(a.texts) == 0 {
		a.apply()
	}
	if len(a.texts) > 0 {
		return nil, &auth.Refusal{Kind: errors.Join(a.kinds...), Texts: a.texts}
	}
	return a.after, nil
}

type applying struct {
	*UnitChange
	tree   *edu.Tree
	within func(edu.UnitID) bool
	after  []edu.Unit
	kinds  []error
	texts  []edu.Text
}

func (a *applying) bad(kind error, zh, en string, args ...any) {
	a.kinds = append(a.kinds, kind)
	a.texts = append(a.texts, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
}

// check is what holds for every change.
func (a *applying) check() {
	if !slices.Contains(ChangeKinds, a.Kind) {
		a.bad(fault.Invalid, "变更类型“%s”无效", "%q is no kind of change", a.Kind)
	}
	if a.Day == 0 {
		a.bad(fault.Invalid, "未填生效日期", "the day from which it holds is missing")
	}
	if strings.TrimSpace(a.Document) == "" {
		a.bad(fault.Invalid, "未填文号", "the number of the document is missing")
	}
	want := map[ChangeKind][2]int{Opened: {0, 1}, Shut: {1, 0}, Merged: {1, 0}, Split: {1, 2}, Renamed: {1, 0}, Recoded: {1, 0}, Moved: {1, 0}}[a.Kind]
	if len(a.Units) < want[0] {
		a.bad(fault.Invalid, "未指明发生变更的学校", "no school is named that it happens to")
	}
	if a.Kind == Split && len(a.Units) > 1 || a.Kind == Renamed && len(a.Units) > 1 || a.Kind == Recoded && len(a.Units) > 1 {
		a.bad(fault.Invalid, "此类变更每次只登记一所学校，填了%d所", "it happens to one school at a time, not to %d", len(a.Units))
	}
	if len(a.New) < want[1] {
		a.bad(fault.Invalid, "填了%d所新学校，至少应填%d所", "%d new schools are named; want %d", len(a.New), want[1])
	}
	if most := map[ChangeKind]int{Opened: 100, Merged: 1, Split: 100}[a.Kind]; len(a.New) > most {
		a.bad(fault.Invalid, "填了%d所新学校，最多%d所", "%d new schools are named; want at most %d", len(a.New), most)
	}
	if a.Kind == Merged {
		switch {
		case a.Into == "" && len(a.New) == 0:
			a.bad(fault.Invalid, "未指明并入的学校", "the school that they are merged into is missing")
		case a.Into != "" && len(a.New) > 0:
			a.bad(fault.Invalid, "只能并入一所已有学校或一所新学校，不能两者都填", "they are merged into a school that exists or into a new one, not both")
		case a.Into == "" && len(a.Units) < 2:
			a.bad(fault.Invalid, "合并至少涉及两所学校", "a merger takes two schools at least")
		case slices.Contains(a.Units, a.Into):
			a.bad(fault.Invalid, "“%s”不能并入自身", "%q cannot go into itself", a.Into)
		}
	}
	seen := map[edu.UnitID]bool{}
	for _, id := range append(slices.Clone(a.Units), a.Into) {
		if id == "" {
			continue
		}
		if seen[id] {
			a.bad(fault.Invalid, "“%s”填了两次", "%q is named twice", id)
		}
		seen[id] = true
		a.unit(id)
	}
	for i := range a.New {
		a.checkNew(&a.New[i])
	}
}

// unit checks that a unit exists on the day, may be changed, and has no later
// change.
func (a *applying) unit(id edu.UnitID) {
	u, ok := a.tree.Unit(id)
	switch {
	case !ok:
		a.bad(fault.NotFound, "名册中没有“%s”", "%q is not in the register", id)
	case !a.within(id):
		a.bad(fault.Forbidden, "“%s”不在您的管辖范围内", "%q is outside your part", id)
	case u.Level != edu.School && (u.Level != edu.County && u.Level != edu.Township || a.Kind != Renamed && a.Kind != Recoded):
		a.bad(fault.Invalid, "“%[1]s”不是学校；只有学校可以开办、撤销、合并、分立、改隶", "%q is a %s; only schools are opened, closed, merged, split and moved", id, u.Level)
	case u.Ended != 0:
		a.bad(fault.Conflict, "“%s”已于%s撤销或并入他校", "%q has ended on %s", id, u.Ended)
	case !u.Exists(a.Day):
		a.bad(fault.Invalid, "“%s”自%s起才有，晚于变更日期", "%q begins on %s, after the change", id, u.Begins())
	case u.Attrs[len(u.Attrs)-1].From > a.Day:
		a.bad(fault.Conflict, "“%s”自%s起另有变更，晚于本次", "%q has a change from %s, after this one", id, u.Attrs[len(u.Attrs)-1].From)
	}
}

func (a *applying) checkNew(n *NewUnit) {
	if strings.TrimSpace(n.Name.ZH) == "" {
		a.bad(fault.Invalid, "新学校未填名称", "a new school has no name")
	}
	a.parent(n.Parent)
	a.code(n.Code, a.Units)
}

func (a *applying) parent(id edu.UnitID) {
	p, ok := a.tree.Unit(id)
	switch {
	case !ok || !p.Exists(a.Day):
		a.bad(fault.Invalid, "隶属单位“%s”在%s不存在", "the unit above, %q, does not exist on %s", id, a.Day)
	case p.Level >= edu.School || p.Level < edu.City:
		a.bad(fault.Invalid, "“%[1]s”不是县区或乡镇；学校只能隶属于县区或乡镇", "%q is a %s; a school stands under a county or a township", id, p.Level)
	case !a.within(id):
		a.bad(fault.Forbidden, "“%s”不在您的管辖范围内", "%q is outside your part", id)
	}
}

// code checks that nobody else has a code on the day; those in ending give
// theirs up.
func (a *applying) code(code string, ending []edu.UnitID) {
	if code == "" {
		a.bad(fault.Invalid, "未填代码", "the code is missing")
		return
	}
	for i := range a.tree.Units() {
		u := &a.tree.Units()[i]
		if at, ok := u.On(a.Day); ok && u.Exists(a.Day) && at.Code == code && !slices.Contains(ending, u.ID) {
			if !a.within(u.ID) { // whose it is, is not for everybody to know
				a.bad(fault.Conflict, "代码%s已被其他学校使用", "another school has the code %s", code)
				continue
			}
			a.bad(fault.Conflict, "代码%s已是“%s”（%s）的", "the code %s is that of %q (%s)", code, u.ID, at.Name.In("zh"))
		}
	}
}

func (a *applying) apply() {
	into := a.Into
	for i, n := range a.New {
		id := a.freshID(n.Code)
		if a.Kind == Merged {
			into = id
		}
		a.after = append(a.after, edu.Unit{ID: id, Level: edu.School, Attrs: []edu.Attrs{{From: a.Day, Code: n.Code, Name: n.Name, Parent: n.Parent, Kind: n.Kind,
			Ownership: n.Ownership, UrbanRural: n.UrbanRural, Source: a.Document}}})
		for _, m := range a.New[:i] {
			if m.Code == n.Code {
				a.bad(fault.Conflict, "两所新学校的代码同为%s", "two new schools have the code %s", n.Code)
			}
		}
	}
	made := make([]edu.UnitID, len(a.after))
	for i := range a.after {
		made[i] = a.after[i].ID
	}
	for _, id := range a.Units {
		u := *a.of(id)
		u.Attrs = slices.Clone(u.Attrs)
		switch a.Kind {
		case Shut:
			u.Ended = a.Day
		case Merged:
			u.Ended, u.Into = a.Day, []edu.UnitID{into}
		case Split:
			u.Ended, u.Into = a.Day, made
		default:
			a.alter(&u)
		}
		a.after = append(a.after, u)
	}
}

func (a *applying) of(id edu.UnitID) *edu.Unit {
	u, _ := a.tree.Unit(id)
	return u
}

// alter gives a unit new attributes from the day on.
func (a *applying) alter(u *edu.Unit) {
	at := u.Attrs[len(u.Attrs)-1]
	was := at
	if a.Kind == Renamed || a.Kind == Recoded && a.Name.ZH != "" {
		if strings.TrimSpace(a.Name.ZH) == "" {
			a.bad(fault.Invalid, "未填新名称", "the new name is missing")
		}
		at.Name = a.Name
	}
	if a.Kind == Recoded {
		a.code(a.Code, []edu.UnitID{u.ID})
		at.Code = a.Code
	}
	if a.Kind == Moved {
		a.parent(a.Parent)
		at.Parent = a.Parent
	}
	if at == was {
		a.bad(fault.Invalid, "“%s”已是如此，没有变化", "%q is like that already", u.ID)
	}
	at.From, at.Source = a.Day, a.Document
	if was.From == a.Day {
		u.Attrs = u.Attrs[:len(u.Attrs)-1]
	}
	u.Attrs = append(u.Attrs, at)
}

// freshID is a permanent id that nobody has.
func (a *applying) freshID(code string) edu.UnitID {
	for n := 1; ; n++ {
		id := edu.UnitID("school-" + code)
		if n > 1 {
			id = edu.UnitID(fmt.Sprintf("school-%s-%d", code, n))
		}
		if _, taken := a.tree.Unit(id); !taken && !slices.ContainsFunc(a.after, func(u edu.Unit) bool { return u.ID == id }) {
			return id
		}
	}
}

// Made are the units that the change made.
func (c *UnitChange) Made() (out []edu.UnitID) {
	for _, u := range c.After {
		if !slices.ContainsFunc(c.Before, func(b edu.Unit) bool { return b.ID == u.ID }) {
			out = append(out, u.ID)
		}
	}
	return out
}

// Same tells whether a change that was recorded is the one that is asked for:
// a page that is gone back to sends its id once more, with another change.
func (c *UnitChange) Same(recorded *UnitChange) bool {
	was := func(u []edu.Unit) (ids []edu.UnitID) {
		for _, x := range u {
			ids = append(ids, x.ID)
		}
		slices.Sort(ids)
		return ids
	}
	made := recorded.Made()
	if c.Kind != recorded.Kind || c.Day != recorded.Day || c.Document != recorded.Document || c.Reason != recorded.Reason ||
		!slices.Equal(slices.Sorted(slices.Values(c.Units)), was(recorded.Before)) || len(c.New) != len(made) {
		return false
	}
	for _, u := range recorded.After {
		at, isNew := u.Attrs[len(u.Attrs)-1], slices.Index(made, u.ID)
		switch {
		case isNew >= 0:
			n := c.New[isNew]
			if at.Code != n.Code || at.Name != n.Name || at.Parent != n.Parent || at.Kind != n.Kind || at.Ownership != n.Ownership || at.UrbanRural != n.UrbanRural {
				return false
			}
		case c.Kind == Merged && c.Into != "" && !slices.Equal(u.Into, []edu.UnitID{c.Into}),
			(c.Kind == Renamed || c.Kind == Recoded && c.Name.ZH != "") && at.Name != c.Name,
			c.Kind == Recoded && at.Code != c.Code,
			c.Kind == Moved && at.Parent != c.Parent:
			return false
		}
	}
	return true
}

// Undo gives the units as they were. What the change made cannot be taken out
// of the register: it ends on the day on which it began, and so never was.
func (c *UnitChange) Undo() []edu.Unit {
	out := slices.Clone(c.Before)
	made := c.Made()
	for _, u := range c.After {
		if slices.Contains(made, u.ID) {
			u.Ended, u.Into = u.Begins(), nil
			out = append(out, u)
		}
	}
	return out
}

// Touches are all the units that a change concerns.
func (c *UnitChange) Touches() []edu.UnitID {
	var out []edu.UnitID
	for _, u := range append(slices.Clone(c.Before), c.After...) {
		for _, id := range append(slices.Clone(u.Into), u.ID) {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
