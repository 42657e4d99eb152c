package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

const (
	bodyKind              = "body" // of documents
	bodyKept audit.Action = "body.keep"
)

// bodyList are the bodies of a city: those of the tree, which exist because their
// unit does, and those that a document names. A document of a tree's body says who
// acts for it.
type bodyList struct {
	stamp int64
	tree  *edu.Tree
	city  edu.Text
	named map[string]task.Body
	ids   []string // of named, in order
}

// bodyList reads the bodies, or gives what is still true from the last time.
func (o *Office) bodyList(ctx context.Context) (*bodyList, error) {
	tree, err := o.city.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	stamp, err := o.city.store.DocumentStamp(ctx, bodyKind)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if b := o.bodies; b != nil && b.stamp == stamp && b.tree == tree {
		return b, nil
	}
	docs, err := o.city.store.Documents(ctx, local, store.DocumentFilter{Kind: bodyKind})
	if err != nil {
		return nil, err
	}
	b := &bodyList{stamp: stamp, tree: tree, city: o.city.Name(), named: map[string]task.Body{}}
	for _, d := range docs {
		var x task.Body
		if err := json.Unmarshal([]byte(d.Body), &x); err != nil {
			return nil, fmt.Errorf("body %s: %w", d.ID, err)
		}
		x.ID, x.Rev, x.County = d.ID, d.Rev, b.countyOf(x.Unit)
		b.named[d.ID] = x
		b.ids = append(b.ids, d.ID)
	}
	slices.Sort(b.ids)
	o.bodies = b
	return b, nil
}

// countyOf is the county that a unit is or lies in.
func (b *bodyList) countyOf(id edu.UnitID) edu.UnitID {
	for range edu.NumLevels {
		u, ok := b.tree.Unit(id)
		if !ok || u.Level < edu.County {
			return ""
		}
		if u.Level == edu.County {
			return id
		}
		id = lastAttrs(u).Parent
	}
	return ""
}

// find gives a body by its id.
func (b *bodyList) find(id string) (task.Body, bool) {
	x, named := b.named[id]
	unit, ofTree := task.UnitOf(id)
	if !ofTree {
		return x, named
	}
	t, ok := b.ofTree(id, unit)
	if named && ok {
		t.Members, t.Rev, t.Ended = x.Members, x.Rev, t.Ended || x.Ended
	}
	return t, ok
}

// ofTree is a body that exists because its unit does.
func (b *bodyList) ofTree(id string, unit edu.UnitID) (task.Body, bool) {
	x := task.Body{ID: id, Unit: unit}
	kind, _, _ := strings.Cut(id, ":")
	if unit == "" {
		switch kind {
		case "bureau":
			x.Kind, x.Name = task.Bureau, edu.Text{ZH: b.city.ZH + "教育体育局", EN: strings.TrimSpace(b.city.In("en") + " Education and Sports Bureau")}
		case "gov":
			x.Kind, x.Name = task.Government, edu.Text{ZH: b.city.ZH + "人民政府", EN: strings.TrimSpace(b.city.In("en") + " Government")}
		default:
			return x, false
		}
		return x, true
	}
	u, ok := b.tree.Unit(unit)
	if !ok || len(u.Attrs) == 0 {
		return x, false
	}
	name := lastAttrs(u).Name
	x.County, x.Ended = b.countyOf(unit), u.Ended != 0
	switch {
	case kind == "unit" && u.Level == edu.School:
		x.Kind, x.Name = task.Institution, name
	case kind == "bureau" && u.Level == edu.County:
		x.Kind, x.Name = task.Bureau, edu.Text{ZH: name.ZH + "教育体育局", EN: name.In("en") + " Education and Sports Bureau"}
	case kind == "gov" && u.Level == edu.County:
		x.Kind, x.Name = task.Government, edu.Text{ZH: name.ZH + "人民政府", EN: name.In("en") + " Government"}
		if lastAttrs(u).Kind == edu.Zone {
			x.Name = edu.Text{ZH: name.ZH + "管理委员会", EN: name.In("en") + " Administrative Committee"}
		}
	default:
		return x, false
	}
	return x, true
}

// name is what a body is called, its id where nobody knows it.
func (b *bodyList) name(id string) edu.Text {
	if x, ok := b.find(id); ok {
		return x.Name
	}
	return edu.Text{ZH: id, EN: id}
}

// Bodies lists the bodies that somebody who sees tasks may choose from: the city's
// and the counties' bureaus and governments, those that documents name, the city's
// own schools, and the schools of the own part of the tree. Who acts for a body is
// shown to those who keep it.
func (o *Office) Bodies(ctx context.Context, who auth.Actor) ([]task.Body, error) {
	reach := who.Reach(auth.ReadTasks)
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return nil, err
	}
	keeps := who.Reach(auth.KeepPlan).Whole
	var out []task.Body
	add := func(id string) {
		if x, ok := b.find(id); ok && !x.Ended {
			if !keeps {
				x.Members = nil
			}
			out = append(out, x)
		}
	}
	add(task.BureauOf(""))
	add(task.GovernmentOf(""))
	var counties, schools []*edu.Unit
	for i := range b.tree.Units() {
		u := &b.tree.Units()[i]
		switch u.Level {
		case edu.County:
			counties = append(counties, u)
		case edu.School:
			if c := b.countyOf(u.ID); c == "" || !reach.Whole && (slices.Contains(reach.Units, c) || slices.ContainsFunc(reach.Units, func(top edu.UnitID) bool { return under(b.tree, u.ID, top) })) {
				schools = append(schools, u)
			}
		}
	}
	byCode := func(x, y *edu.Unit) int {
		return cmp.Or(cmp.Compare(lastAttrs(x).Code, lastAttrs(y).Code), cmp.Compare(x.ID, y.ID))
	}
	slices.SortFunc(counties, byCode)
	slices.SortFunc(schools, byCode)
	for _, id := range b.ids {
		if _, ofTree := task.UnitOf(id); !ofTree {
			add(id)
		}
	}
	for _, u := range counties {
		add(task.BureauOf(u.ID))
		add(task.GovernmentOf(u.ID))
	}
	for _, u := range schools {
		add(task.InstitutionOf(u.ID))
	}
	return out, nil
}

// KeepBody keeps a section, a department or an association, or who acts for a body
// of the tree. rev is the one that was seen, 0 for a new one.
func (o *Office) KeepBody(ctx context.Context, who auth.Actor, x task.Body, rev int) error {
	sc, err := inReach(who, auth.KeepPlan, store.Editor)
	if err != nil {
		return err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return err
	}
	x.ID, x.Name.ZH, x.Name.EN = strings.TrimSpace(x.ID), strings.TrimSpace(x.Name.ZH), strings.TrimSpace(x.Name.EN)
	if _, ofTree := task.UnitOf(x.ID); ofTree {
		known, ok := b.find(x.ID)
		if !ok {
			return auth.Refuse(fault.Invalid, "没有这个单位", "there is no such unit")
		}
		x.Name, x.Kind, x.Unit = known.Name, known.Kind, known.Unit
	} else if err := checkBody(b, x); err != nil {
		return err
	}
	for _, id := range x.Members {
		if _, err := o.city.store.Account(ctx, local, id); err != nil {
			return auth.Refuse(fault.Invalid, "没有账号“"+id+"”", "there is no account "+id)
		}
	}
	x.Rev = 0
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	rec := record(who, bodyKept, "", o.now())
	rec.Object, rec.Unit = x.ID, x.Unit
	_, err = o.city.store.PutDocument(ctx, sc, store.Document{Kind: bodyKind, ID: x.ID, Unit: x.Unit, Rev: rev, State: string(x.Kind), Title: x.Name.ZH, Body: string(body), By: rec.Account, Name: who.Name, At: rec.At}, rec)
	return err
}

func checkBody(b *bodyList, x task.Body) error {
	switch {
	case x.ID == "" || len(x.ID) > 80 || strings.ContainsAny(x.ID, " /?#&"):
		return auth.Refuse(fault.Invalid, "单位编号须为不含空格的短文本", "the id of a body is a short text without blanks")
	case x.Name.ZH == "" || len(x.Name.ZH) > 200:
		return auth.Refuse(fault.Invalid, "未填单位名称", "the name of the body is missing")
	case !slices.Contains([]task.BodyKind{task.Section, task.Department, task.Association, task.Institution, task.Government}, x.Kind):
		return auth.Refuse(fault.Invalid, "请选择单位类别", "choose what kind of body it is")
	}
	if _, ok := b.tree.Unit(x.Unit); x.Unit != "" && !ok {
		return noUnit(x.Unit)
	}
	return nil
}
