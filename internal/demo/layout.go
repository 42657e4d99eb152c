package demo

import (
	"strings"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// packRef is the pack whose words head the columns of the workbooks.
const packRef = "cn-compulsory@2017"

var openPack = sync.OnceValues(func() (*pack.Pack, error) { return pack.Open(packRef) })

// The keys of a record; the rest of the columns are elements.
const (
	keyCode     = "code"
	keyName     = "name"
	keyStage    = "stage"
	keyPeriod   = "period"
	keyCounty   = "county"
	keyTownship = "township"
	keyNameOf   = "_name"
)

// column is a column of a sheet, headed as the pack says.
type column struct {
	id      string // of the key or element
	header  string
	group   string
	width   float64
	scale   float64           // what a cell stands for: 10000 for 万元
	decimal bool              // shown with two decimals
	ratio   bool              // shown as it is
	choices map[string]string // what stands in the cell for a choice
	list    []string          // the choices in order, for the drop-down
	help    string
	key     bool
}

// layout is every sheet's columns.
type layout struct {
	sections, classes, rooms, others []column
	county                           []column // the items of the county's answers
	keys                             map[string]string
	stages                           map[edu.Stage]string
	classSheet, roomSheet            string
}

// newLayout reads the columns from the pack, so that headers never drift from
// what intake expects.
func newLayout(p *pack.Pack) *layout {
	group := map[string]string{}
	for _, g := range p.Groups {
		group[g.ID] = g.Name.ZH
	}
	l := &layout{keys: map[string]string{}, stages: map[edu.Stage]string{edu.Primary: "小学", edu.Junior: "初中", edu.Preschool: "幼儿园",
		edu.Senior: "普通高中", edu.Vocational: "中等职业", edu.Special: "特殊教育", edu.Higher: "高等教育"}}
	for _, k := range p.Keys {
		if len(k.Headers) > 0 {
			l.keys[k.Role] = k.Headers[0]
		}
	}
	key := func(id string, width float64) column {
		return column{id: id, header: l.keys[id], group: "单位", width: width, key: true}
	}
	identity := []column{key(keyCode, 13), key(keyName, 36), key(keyStage, 9)}
	where := []column{key(keyTownship, 12), key(keyTownship+keyNameOf, 13)}
	l.sections = append(append(l.sections, identity...), where...)
	l.others = append(append(l.others, identity...), where...)
	l.classes = append(l.classes, identity...)
	l.rooms = append(l.rooms, identity...)
	for _, e := range p.Elements {
		switch {
		case e.Derive != nil:
		case e.Level == edu.County:
			l.county = append(l.county, columns(e, group[e.Group])...)
		case e.Level == edu.Section:
			l.sections = append(l.sections, columns(e, group[e.Group])...)
		}
	}
	for _, list := range p.Lists {
		into := &l.classes
		sheet := &l.classSheet
		if list.ID == "rooms" {
			into, sheet = &l.rooms, &l.roomSheet
		}
		*sheet = list.Name.ZH
		for _, e := range list.Columns {
			*into = append(*into, columns(e, group[e.Group])...)
		}
	}
	for _, id := range []string{"pupils", "teachers"} {
		if e := p.Element(id); e != nil {
			l.others = append(l.others, column{id: id, header: e.Name.ZH, group: group[e.Group], width: 11, scale: 1})
		}
	}
	if e := p.Element("classes"); e != nil {
		l.others = append(l.others, column{id: "classes", header: e.Name.ZH, group: group[e.Group], width: 11, scale: 1})
	}
	return l
}

// columns are the columns of an element: one, or one for each part.
func columns(e *pack.Element, group string) []column {
	c := column{id: e.ID, header: headerOf(e), group: group, width: 11, scale: 1, help: e.Help.ZH}
	if strings.HasPrefix(e.FilledIn, "10000 ") {
		c.scale = 10000
	}
	c.decimal = e.Type == edu.TypeArea || e.Type == edu.TypeMoney
	c.ratio = e.Type == edu.TypeRatio
	if n := float64(len([]rune(c.header))); n > 14 {
		c.width = 14
	}
	if e.Type == edu.TypeChoice {
		c.choices = map[string]string{}
		for _, o := range e.Choices {
			c.choices[o.ID] = o.Name.ZH
			c.list = append(c.list, o.Name.ZH)
		}
	}
	if e.Type == edu.TypeYesNo {
		c.list = []string{"是", "否"}
	}
	if e.By == nil {
		return []column{c}
	}
	var all []column
	for _, part := range e.By.Parts {
		x := c
		x.id = e.ID + "." + part.ID
		x.header = part.Name.ZH
		if e.Level == edu.County {
			x.header = e.Name.ZH + "（" + part.Name.ZH + "）"
		}
		x.width = 8
		all = append(all, x)
	}
	return all
}

// headerOf adds the unit of measure to an element's name, as real forms do.
func headerOf(e *pack.Element) string {
	switch {
	case e.Type == edu.TypeArea:
		return e.Name.ZH + "(㎡)"
	case strings.HasPrefix(e.FilledIn, "10000 "):
		return e.Name.ZH + "(万元)"
	case e.Type == edu.TypeMoney:
		return e.Name.ZH + "(元)"
	case e.Unit == "%":
		return e.Name.ZH + "(%)"
	}
	return e.Name.ZH
}
