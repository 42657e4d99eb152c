// Forms and feeds as a pack's files write them.

package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
)

// formID is what forms and feeds are called: they are no fields of formulas, so
// hyphens do no harm.
var formID = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

// Ways in which a figure may be known already.
const (
	FromComputed = "computed"  // by the paper itself
	FromRegister = "register"  // a locked register: counts without a word
	FromExport   = "export"    // of another system
	OwnStaff     = "staff"     // kind of a feed: the city's own register of staff, counted
	OwnPupils    = "pupils"    // likewise that of pupils
	OwnDrills    = "drills"    // kind of a feed: the drills that schools entered, counted
	FromLastYear = "last_year" // the same unit's figure of a year ago
	FromEarlier  = "earlier"   // another figure of the same unit, of some years ago
)

// What a feed of the kind "drills" is counted by: its headers.
const (
	DrillTaught   = "教学月数"   // months with lessons, by the city's calendar
	DrillMonths   = "演练月数"   // of them those with a drill in which buildings were cleared
	DrillQuarters = "演练季度数"  // quarters with one
	DrillSeconds  = "疏散用时"   // of the last one in which the whole school took part
	DrillBuses    = "校车演练次数" // drills of bus incidents
)

// drillWord tells why a header is nothing that drills are counted by.
func drillWord(h string) (why string) {
	words := []string{DrillTaught, DrillMonths, DrillQuarters, DrillSeconds, DrillBuses}
	if slices.Contains(words, h) {
		return ""
	}
	return fmt.Sprintf("%q is nothing that drills are counted by: want one of %s", h, strings.Join(words, ", "))
}

var knownFrom = []string{FromComputed, FromRegister, FromExport, FromLastYear, FromEarlier}

func (s *sections) form(o *object) {
	f := &Form{
		ID:        o.name(),
		Basis:     o.str("basis"),
		BasisEN:   o.str("basis_en"),
		Frequency: o.oneOf("frequency", "yearly", "termly", "monthly"),
		Fills:     Filler(o.oneOf("fills", string(FillSchool), string(FillCounty), string(FillTownship))),
		Level:     o.level(edu.School),
		Stages:    o.stages(),
		Opens:     o.monthDay("opens"),
		Closes:    o.monthDay("closes"),
		Minutes:   o.whole("minutes", 0),
		Approver:  o.str("approver"),
		ByEN:      o.str("approver_en"),
		Valid:     o.date("valid"),
		Note:      o.text("note"),
	}
	for _, k := range []string{"id", "stages", "level"} {
		o.mark(f, k)
	}
	// A form without these is not on the list of forms (报表目录).
	for _, k := range []string{"name", "basis", "frequency", "fills", "minutes", "approver", "opens", "closes", "asks"} {
		o.need(k)
	}
	f.Name = o.text("name")
	s.cited(o, &f.Source, &f.Tag)
	if f.Level != edu.School && f.Level != edu.County {
		s.r.failf(o.get("level"), "level: a form is filled of a school, with its sections, or of a county")
	}
	if o.has("minutes") && f.Minutes == 0 {
		s.r.failf(o.get("minutes"), "minutes: say how long it takes to fill the form")
	}
	if o.has("joins") {
		if j, ok := s.r.object(o.get("joins"), "joins"); ok {
			j.need("name")
			f.Joins = &Choice{ID: j.name(), Name: j.text("name")}
			j.done()
		}
	}
	f.Same = s.choices(o, "same_groups")
	f.Reasons = s.choices(o, "reasons")
	for _, n := range o.seq("sign") {
		if line, ok := s.r.object(n, "sign"); ok {
			line.need("name")
			f.Sign = append(f.Sign, line.text("name"))
			line.done()
		}
	}
	for _, n := range o.seq("lists") {
		if l, ok := s.r.object(n, "lists"); ok {
			s.askList(f, l)
		}
	}
	for _, n := range o.seq("asks") {
		if a, ok := s.r.object(n, "asks"); ok {
			s.asks(f, a)
		}
	}
	o.done()
	if slices.ContainsFunc(s.p.Forms, func(k *Form) bool { return k.ID == f.ID }) {
		s.r.failf(o.get("id"), "form %q is defined twice", f.ID)
		return
	}
	s.p.Forms = append(s.p.Forms, f)
}

// choices reads a list of ids with names.
func (s *sections) choices(o *object, key string) []Choice {
	var out []Choice
	for _, n := range o.seq(key) {
		c, ok := s.r.object(n, key)
		if !ok {
			continue
		}
		x := Choice{ID: c.id()}
		c.need("name")
		x.Name = c.text("name")
		c.done()
		if slices.ContainsFunc(out, func(k Choice) bool { return k.ID == x.ID }) {
			s.r.failf(n, "%s: %q stands here twice", key, x.ID)
			continue
		}
		out = append(out, x)
	}
	return out
}

func (s *sections) from(o *object) []string {
	words := o.texts("from")
	for _, w := range words {
		if !slices.Contains(knownFrom, w) {
			s.r.failf(o.get("from"), "from: %q is not one of %s", w, strings.Join(knownFrom, ", "))
		}
	}
	return words
}

func (s *sections) askList(f *Form, o *object) {
	o.need("list")
	l := &AskList{From: s.from(o), Same: o.str("same"), Required: o.flag("required"), id: o.str("list")}
	o.mark(l, "list")
	o.mark(l, "same")
	o.done()
	f.Lists = append(f.Lists, l)
}

// asks reads one entry of a form: an element, or several that are asked alike.
func (s *sections) asks(f *Form, o *object) {
	ids := o.texts("elements")
	if n := o.get("element"); n != nil {
		ids = append(ids, s.r.scalar(n, "element"))
	}
	if len(ids) == 0 {
		s.r.failf(o.node, "an ask names its element, or several as elements")
	}
	var required *bool
	if o.has("required") {
		v := o.flag("required")
		required = &v
	}
	from, same, whole := s.from(o), o.str("same"), o.flag("whole")
	var earlier *Earlier
	if n := o.get("earlier"); n != nil {
		if x, ok := s.r.object(n, "earlier"); ok {
			x.need("years")
			x.need("of")
			earlier = &Earlier{Years: x.whole("years", 0), Of: x.str("of")}
			x.mark(earlier, "of")
			x.done()
		}
	}
	var compute *Compute
	if n := o.get("compute"); n != nil {
		compute = s.compute(n)
		if len(ids) > 1 {
			s.r.failf(n, "compute: each computed element is an ask of its own")
		}
	}
	o.done()
	for _, id := range ids {
		a := &Ask{From: from, Same: same, Whole: whole, Compute: compute, Earlier: earlier, id: id, required: required}
		p := s.r.here(o.node)
		for _, k := range []string{"element", "elements"} {
			if n := o.keys[k]; n != nil {
				p = s.r.here(n)
			}
		}
		s.r.at[field{a, "element"}] = p
		o.mark(a, "same")
		o.mark(a, "whole")
		f.Asks = append(f.Asks, a)
	}
}

func (s *sections) compute(n *yaml.Node) *Compute {
	o, ok := s.r.object(n, "compute")
	if !ok {
		return nil
	}
	c := &Compute{List: o.str("list"), Where: o.formula("where"), Unless: o.formula("unless"), Of: o.str("of"), PartBy: o.str("part_by")}
	for _, k := range []string{"list", "of", "part_by", "sum"} {
		o.mark(c, k)
	}
	if o.has("sum") {
		c.Agg, c.Parts = "sum", map[edu.Stage][]string{}
		o.byStage("sum", func(st edu.Stage, n *yaml.Node) {
			for _, m := range s.r.sequence(n, "sum") {
				c.Parts[st] = append(c.Parts[st], s.r.scalar(m, "sum"))
			}
		})
		if c.List != "" || c.Where != nil || c.Unless != nil || c.Of != "" || c.PartBy != "" {
			s.r.failf(n, "compute: want either a list or a sum of other cells")
		}
	} else {
		o.need("list")
		o.need("agg")
		c.Agg = o.oneOf("agg", "count", "sum")
		if (c.Agg == "count") != (c.Of == "") {
			s.r.failf(n, "compute: sum needs of; count has none")
		}
	}
	o.done()
	return c
}

func (s *sections) feed(o *object) {
	f := &Feed{ID: o.name(), Kind: o.oneOf("kind", FromExport, FromRegister, OwnStaff, OwnPupils, OwnDrills), Headers: map[string]string{}}
	o.mark(f, "id")
	o.need("name")
	o.need("kind")
	o.need("headers")
	f.Name = o.text("name")
	s.cited(o, &f.Source, &f.Tag)
	if n := o.get("headers"); n != nil {
		if m, ok := s.r.object(n, "headers"); ok {
			for i := 0; i+1 < len(n.Content); i += 2 {
				h := n.Content[i].Value
				if v := m.get(h); v != nil {
					f.Headers[h] = s.r.scalar(v, "headers")
					s.r.at[field{f, "headers " + h}] = s.r.here(v)
				}
			}
		}
	}
	for _, n := range o.seq("compare") {
		c, ok := s.r.object(n, "compare")
		if !ok {
			continue
		}
		x := &Compare{ID: c.id()}
		c.need("element")
		x.Element = c.str("element")
		c.mark(x, "element")
		c.need("within")
		x.Within, x.Share = c.tolerance("within")
		c.need("message")
		x.Message = c.text("message")
		s.cited(c, &x.Source, &x.Tag)
		c.done()
		f.Compare = append(f.Compare, x)
	}
	o.done()
	if slices.ContainsFunc(s.p.Feeds, func(k *Feed) bool { return k.ID == f.ID }) {
		s.r.failf(o.get("id"), "feed %q is defined twice", f.ID)
		return
	}
	s.p.Feeds = append(s.p.Feeds, f)
}

// name is the id of a form or feed.
func (o *object) name() string {
	o.need("id")
	id := o.str("id")
	if id != "" && !formID.MatchString(id) {
		o.r.failf(o.get("id"), "id %q: want small letters and digits, with single hyphens between", id)
	}
	return id
}

// tolerance is an allowed difference: a number, or a share written as "2%".
func (o *object) tolerance(key string) (v float64, share bool) {
	text := o.str(key)
	if text == "" {
		return 0, false
	}
	digits, share := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || !(v >= 0 && v < 1e9) {
		o.r.failf(o.get(key), "%s: want a number from 0 on, or a share such as 2%%, found %q", key, text)
		return 0, false
	}
	if share {
		v /= 100
	}
	return v, share
}

// monthDay is a day of every year, such as 10-31.
func (o *object) monthDay(key string) MonthDay {
	text := o.str(key)
	if text == "" {
		return MonthDay{}
	}
	t, err := time.Parse(time.DateOnly, "2000-"+text)
	if err != nil || text == "02-29" {
		o.r.failf(o.get(key), "%s: %q is not a day of every year; want one like 10-31", key, text)
		return MonthDay{}
	}
	return MonthDay{Month: int(t.Month()), Day: t.Day()}
}

// String is the day as packs write it.
func (d MonthDay) String() string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }
