// What a pack's files hold: the head of the pack, and lists of items.

package pack

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// sections gathers what the files of one pack say.
type sections struct {
	r       *reader
	p       *Pack
	extends string
	headAt  pos // where the pack says its id
	pointAt pos // where it says what it extends
	uses    []use
	sources []rawSource
	dated   Dating // what elements are that do not say otherwise
}

// rawSource is a source entry of an item, to be spelled out when all files are
// read.
type rawSource struct {
	to   *string
	refs []string
	at   pos
}

// singleKind says whether a file holds one item, and of which kind.
func singleKind(name string) (kind string, single bool) {
	dir, _, nested := strings.Cut(name, "/")
	switch {
	case name == "standard.yaml", nested && dir == "standards":
		return "standard", true
	case nested && dir == "indicators":
		return "indicator", true
	}
	return "", false
}

// document reads one file.
func (s *sections) document(name string, n *yaml.Node) {
	o, ok := s.r.object(n, "file")
	if !ok {
		return
	}
	if kind, single := singleKind(name); single && o.has("id") {
		if kind == "standard" {
			s.standard(o)
		} else {
			s.indicator(o)
		}
		return
	}
	if o.has("id") {
		s.head(o)
	}
	s.lists(o)
	o.done()
}

var (
	packID      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	packVersion = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]*$`)
)

// head reads what the pack says of itself.
func (s *sections) head(o *object) {
	r, p := s.r, s.p
	at := r.here(o.get("id"))
	if s.headAt.line > 0 {
		r.failAt(at, "the pack already has its id from %s:%d", s.headAt.file, s.headAt.line)
	}
	s.headAt = at
	p.ID, p.Version = o.str("id"), o.str("version")
	if !packID.MatchString(p.ID) {
		r.failAt(at, "pack id %q: want small letters and digits, with single hyphens between", p.ID)
	}
	if p.Version != "" && !packVersion.MatchString(p.Version) {
		r.failf(o.get("version"), "version %q: want digits, letters, dots and hyphens", p.Version)
	}
	o.need("name")
	p.Name, p.Note = o.text("name"), o.text("note")
	o.need("source")
	p.Source = o.str("source")
	if n := o.get("extends"); n != nil {
		s.extends, s.pointAt = o.str("extends"), r.here(n)
	}
	for _, n := range o.seq("uses") {
		ref := r.scalar(n, "uses")
		if slices.Contains(p.Uses, ref) {
			r.failf(n, "uses: %q stands here twice", ref)
			continue
		}
		p.Uses = append(p.Uses, ref)
		s.uses = append(s.uses, use{ref, r.here(n)})
	}
	s.dated = o.dated()
	for _, n := range o.seq("missing") {
		if v, ok := r.number(n, "missing"); ok {
			p.MissingCodes = append(p.MissingCodes, v)
		}
	}
	for _, n := range o.seq("stages") {
		if st, ok := r.stage(n); ok {
			p.Stages = append(p.Stages, st)
		}
	}
	if n := o.get("sources"); n != nil {
		m, ok := r.object(n, "sources")
		if ok {
			for i := 0; i+1 < len(n.Content); i += 2 {
				id := n.Content[i].Value
				p.Sources = append(p.Sources, Source{ID: id, Title: m.str(id)})
			}
		}
	}
	if n := o.get("split"); n != nil {
		p.Split = s.split(n)
	}
}

// lists reads the lists of items in a file.
func (s *sections) lists(o *object) {
	each := func(key string, read func(*object)) {
		for _, n := range o.seq(key) {
			if item, ok := s.r.object(n, key); ok {
				read(item)
			}
		}
	}
	each("units", s.unit)
	each("keys", s.key)
	each("elements", s.elementOrGroup)
	each("lists", s.list)
	each("checks", s.check)
	each("indicators", s.indicatorOrGroup)
	each("standards", s.standard)
	each("examples", s.example)
	each("forms", s.form)
	each("feeds", s.feed)
	each("levers", s.lever)
	each("checklists", s.checklist)
	each("key_parts", s.keyPart)
}

// finish says which pack the items come from; readable tells whether every file
// could be read.
func (s *sections) finish(label string, readable bool) {
	if s.headAt.line == 0 && readable {
		s.r.failAt(pos{file: label}, "no file says the pack's id, name and source")
	}
	for _, e := range s.p.Elements {
		e.Pack = s.p.Ref()
		e.Dated = cmp.Or(e.Dated, s.dated)
	}
	for _, c := range s.p.Checks {
		c.Pack = s.p.Ref()
	}
	for _, f := range s.p.Forms {
		f.Pack = s.p.Ref()
	}
	for _, i := range s.p.Indicators {
		i.Pack = s.p.Ref()
	}
	for _, c := range s.p.Checklists {
		c.Pack = s.p.Ref()
	}
	for _, l := range s.p.Levers {
		l.Pack = s.p.Ref()
	}
	for _, st := range s.p.Standards {
		for _, t := range st.Thresholds {
			t.Pack = s.p.Ref()
		}
		for _, ru := range st.Rules {
			ru.Pack = s.p.Ref()
		}
	}
}

// cite spells out the sources that items refer to by id, among the pack's own
// and those of the pack that it extends.
func (s *sections) cite(known []Source) {
	titles, ids := map[string]string{}, []string{}
	for _, k := range known {
		titles[k.ID] = k.Title
		ids = append(ids, k.ID)
	}
	for _, raw := range s.sources {
		var out []string
		for _, ref := range raw.refs {
			id, rest, _ := strings.Cut(ref, " ")
			title, ok := titles[id]
			if !ok {
				s.r.failAt(raw.at, "unknown source %q%s", id, formula.DidYouMean(id, ids))
				continue
			}
			out = append(out, strings.TrimSpace(title+" "+rest))
		}
		*raw.to = strings.Join(out, "；")
	}
	s.sources = nil
}

// cited reads the source and the evidence mark of an item: both must be there.
func (s *sections) cited(o *object, source, tag *string) {
	o.need("source")
	o.need("evidence")
	switch n := o.get("source"); {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		refs := o.texts("source")
		if len(refs) == 0 {
			s.r.failf(n, "source: the list is empty")
		}
		s.sources = append(s.sources, rawSource{source, refs, s.r.here(n)})
	default:
		*source = o.str("source")
	}
	*tag = o.oneOf("evidence", "V", "S", "M", "P", "E")
}

func (r *reader) stage(n *yaml.Node) (edu.Stage, bool) {
	st := edu.Stage(r.scalar(n, "stage"))
	if slices.Contains(edu.Stages, st) {
		return st, true
	}
	words := make([]string, len(edu.Stages))
	for i, k := range edu.Stages {
		words[i] = string(k)
	}
	r.failf(n, "unknown stage %q%s", st, formula.DidYouMean(string(st), words))
	return "", false
}

func (o *object) stages() []edu.Stage {
	var out []edu.Stage
	for _, n := range o.seq("stages") {
		if st, ok := o.r.stage(n); ok {
			out = append(out, st)
		}
	}
	return out
}

func (o *object) level(absent edu.Level) edu.Level {
	s := o.str("level")
	if s == "" {
		return absent
	}
	l, err := edu.ParseLevel(s)
	if err != nil {
		o.r.failf(o.get("level"), "level: %v", err)
		return absent
	}
	return l
}

// byStage reads a value that is the same for every stage, or one a stage:
// 2000, or {primary: 2000, junior: 2500}.
func (o *object) byStage(key string, read func(edu.Stage, *yaml.Node)) {
	n := o.get(key)
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		read("", n)
		return
	}
	m, ok := o.r.object(n, key)
	if !ok {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if st, ok := o.r.stage(n.Content[i]); ok {
			if v := m.get(string(st)); v != nil {
				read(st, v)
			}
		}
	}
}

func (s *sections) unit(o *object) {
	u := Unit{ID: o.id()}
	o.need("name")
	u.Name = o.text("name")
	if slices.ContainsFunc(s.p.Units, func(k Unit) bool { return k.ID == u.ID }) {
		s.r.failf(o.node, "unit of measure %q is declared twice", u.ID)
	}
	s.p.Units = append(s.p.Units, u)
	o.done()
}

func (s *sections) key(o *object) {
	o.need("role")
	o.need("headers")
	k := Key{Role: o.str("role"), Headers: o.texts("headers")}
	if !validRole(k.Role) && k.Role != "" {
		s.r.failf(o.get("role"), "role %q: want code, name, stage, period, a level such as county, or a level with _name", k.Role)
	}
	if n := o.get("values"); n != nil {
		if k.Role != "stage" {
			s.r.failf(n, "values belong to the role stage only")
		}
		if m, ok := s.r.object(n, "values"); ok {
			k.Values = map[string]string{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				word := n.Content[i].Value
				if v := m.get(word); v != nil {
					if v.Value == string(WholeSchool) {
						k.Values[word] = v.Value
						o.mark(s.p, "values")
					} else if st, ok := s.r.stage(v); ok {
						k.Values[word] = string(st)
					}
				}
			}
		}
	}
	o.done()
	s.p.Keys = append(s.p.Keys, k)
}

func validRole(role string) bool {
	switch role {
	case "code", "name", "stage", "period":
		return true
	}
	l, err := edu.ParseLevel(strings.TrimSuffix(role, "_name"))
	return err == nil && l > edu.Root && l < edu.School
}

// twice reports an id that an item of the same pack already has.
func (s *sections) twice(o *object, what, id string, taken any) {
	s.r.failf(o.get("id"), "%s %q is defined twice; first at %s", what, id, s.r.place(taken))
}

// place is where an item was defined, for a message.
func (r *reader) place(item any) string {
	p := r.at[field{item, "id"}]
	return fmt.Sprintf("%s:%d", p.file, p.line)
}
