package flow

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/inspection"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// Safety is where acts of people on inspections and hazards meet the store, as
// [Office] is for tasks: it asks the permission, works the act out and writes it with
// its line in the audit log.
type Safety struct {
	city   *City
	office *Office
	now    func() time.Time
}

// Safety gives the inspections of the city. Tasks that follow from them are the
// office's.
func (o *Office) Safety() *Safety { return &Safety{o.city, o, o.now} }

// What the audit log calls what is done.
const (
	visitPlanned  audit.Action = "inspection.plan"
	visitBegun    audit.Action = "inspection.begin"
	visitFilled   audit.Action = "inspection.fill"
	visitSigned   audit.Action = "inspection.sign"
	visitCounter  audit.Action = "inspection.countersign"
	visitScrapped audit.Action = "inspection.scrap"
	hazardMade    audit.Action = "hazard.report"
)

// Kinds of files that are evidence; the id is the inspection's or the hazard's.
const (
	FilesOfInspections = "inspection"
	FilesOfHazards     = "hazard"
)

func (s *Safety) today() edu.Date { return collect.Today(s.now()) }

func (s *Safety) env(who auth.Actor) inspection.Env {
	return inspection.Env{Now: s.now(), Today: s.today(), Account: record(who, "", "", s.now()).Account, Name: who.Name}
}

// reach is where an actor may do something.
func (s *Safety) reach(ctx context.Context, who auth.Actor, p auth.Permission) (reachIn, error) {
	return s.office.reach(ctx, who, p)
}

func (s *Safety) record(who auth.Actor, a audit.Action, unit edu.UnitID, object, detail string) audit.Record {
	rec := record(who, a, detail, s.now())
	rec.Unit, rec.Object = unit, object
	return rec
}

// SafetyUnit is a school, or a county, as pages of safety name it.
type SafetyUnit struct {
	ID     edu.UnitID
	Code   string
	Name   edu.Text
	County edu.UnitID
	Level  edu.Level
}

// units finds what units are called.
type safetyUnits struct {
	tree *edu.Tree
	b    *bodyList
}

func (s *Safety) units(ctx context.Context) (safetyUnits, error) {
	b, err := s.office.bodyList(ctx)
	if err != nil {
		return safetyUnits{}, err
	}
	return safetyUnits{b.tree, b}, nil
}

func (u safetyUnits) of(id edu.UnitID) SafetyUnit {
	x, ok := u.tree.Unit(id)
	if !ok || len(x.Attrs) == 0 {
		return SafetyUnit{ID: id, Name: edu.Text{ZH: string(id), EN: string(id)}}
	}
	a := lastAttrs(x)
	return SafetyUnit{ID: id, Code: a.Code, Name: a.Name, County: u.b.countyOf(id), Level: x.Level}
}

// schools are the open schools within reach, in the order of the tree.
func (u safetyUnits) schools(r reachIn) (out []SafetyUnit) {
	for _, x := range u.tree.Units() {
		if x.Level == edu.School && x.Ended == 0 && len(x.Attrs) > 0 && r.holds(x.ID) {
			out = append(out, u.of(x.ID))
		}
	}
	return out
}

// SafetySchools lists the schools that somebody may inspect, or whose inspections
// they may read.
func (s *Safety) SafetySchools(ctx context.Context, who auth.Actor, p auth.Permission) ([]SafetyUnit, error) {
	r, err := s.reach(ctx, who, p)
	if err != nil {
		return nil, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	return u.schools(r), nil
}

// SafetyNames gives the names of units by id.
func (s *Safety) SafetyNames(ctx context.Context) (func(edu.UnitID) SafetyUnit, error) {
	u, err := s.units(ctx)
	return u.of, err
}

// SafetyPack is the pack of whose checklists visits are made: the first of the city's
// that has some, or the one that comes with the program.
func (s *Safety) SafetyPack() (*pack.Pack, error) {
	for _, p := range s.city.Packs() {
		if len(p.Checklists) > 0 {
			return p, nil
		}
	}
	return pack.Open("cn-safety")
}

// Facts are what the figures say of a school, by which the checklist is cut to it.
// Nil is not known.
type Facts struct {
	Period                                   edu.Period
	Pupils, Boarders, Children, Buses, Guard *float64
	Floors                                   *float64 // of the highest teaching building
}

// Facts gives what the newest figures say of a school.
func (s *Safety) Facts(ctx context.Context, school edu.UnitID) (f Facts, err error) {
	periods, err := s.city.Periods(ctx)
	if err != nil || len(periods) == 0 {
		return f, err
	}
	if f.Period, err = s.city.Current(ctx, periods); err != nil {
		return f, err
	}
	set, err := s.city.withFrames(ctx, f.Period)
	if err != nil || set == nil {
		return f, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return f, err
	}
	code := u.of(school).Code
	sum := func(to **float64, fr *frame.Frame, row int, element string, once bool) {
		v, ok := fr.Value(row, element).Number()
		if !ok || math.IsNaN(v) {
			return
		}
		if *to == nil {
			*to = new(float64)
		}
		if once {
			**to = v
		} else {
			**to += v
		}
	}
	for _, fr := range set.Sections {
		row, ok := fr.Find(code)
		if !ok {
			continue
		}
		if fr.Stage == edu.Preschool {
			sum(&f.Children, fr, row, "children", false)
		} else {
			sum(&f.Pupils, fr, row, "pupils", false)
			sum(&f.Boarders, fr, row, "boarders", false)
		}
		sum(&f.Buses, fr, row, "school_buses", true)
		sum(&f.Guard, fr, row, "guards", true)
		sum(&f.Floors, fr, row, "floors_max", true)
	}
	return f, nil
}

// wanted are the figures that the standards of a pack want of a school, in words:
// the number of guards from pupils and boarders. What is not known gives nothing.
func wanted(p *pack.Pack, norms []string, f Facts, day edu.Date) (out edu.Text) {
	value := func(v *float64) edu.Value {
		if v == nil {
			return edu.Value{}
		}
		return edu.Some(*v)
	}
	get := func(field string) edu.Value {
		switch field {
		case "campus_pupils":
			return value(f.Pupils)
		case "campus_boarders":
			return value(f.Boarders)
		case "children":
			return value(f.Children)
		}
		return edu.Value{}
	}
	var zh, en []string
	for _, id := range norms {
		for _, st := range p.Standards {
			for _, t := range st.Thresholds {
				if t.Indicator != id || day < t.From || t.To != 0 && day >= t.To || slices.ContainsFunc(zh, func(s string) bool { return strings.HasPrefix(s, p.Indicator(id).Name.ZH+"≥") }) {
					continue
				}
				if t.When != nil {
					if yes, ok := t.When.Expr.Explain(get).Value.Number(); !ok || yes <= 0 {
						continue
					}
				}
				n, ok := t.Value, t.Formula == nil
				if t.Formula != nil {
					n, ok = t.Formula.Expr.Explain(get).Value.Number()
				}
				if ok {
					num, name := strconv.FormatFloat(n, 'f', -1, 64), p.Indicator(id).Name
					zh, en = append(zh, name.ZH+"≥"+num), append(en, name.EN+" ≥ "+num)
				}
			}
		}
	}
	return edu.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

// GuardsWanted says how many guards the standard wants of a school of so many pupils
// and boarders, with its source and evidence mark. Boarders that are not known are
// nil, never none. Nothing is said where the city's checklists have no such norm.
func (s *Safety) GuardsWanted(pupils int, boarders *int) (says edu.Text, source, tag string, err error) {
	p, err := s.SafetyPack()
	if err != nil {
		return says, "", "", err
	}
	a := float64(pupils)
	f := Facts{Pupils: &a}
	if boarders != nil {
		b := float64(*boarders)
		f.Boarders = &b
	}
	says, source, tag = guardsWanted(p, f, s.today())
	return says, source, tag, nil
}

func guardsWanted(p *pack.Pack, f Facts, day edu.Date) (says edu.Text, source, tag string) {
	for _, c := range p.Checklists {
		for _, it := range c.Items {
			if slices.Contains(it.Norms, "sf_guards") {
				return wanted(p, it.Norms, f, day), it.Source, it.Tag
			}
		}
	}
	return says, "", ""
}

// checklist is a pack's checklists as a visit to a school takes them.
func checklist(p *pack.Pack, lists []string, f Facts, day edu.Date) (groups []inspection.Group, items []inspection.Item, preset map[string]inspection.Answer) {
	preset = map[string]inspection.Answer{}
	none := func(v *float64) bool { return v != nil && *v == 0 }
	for _, c := range p.Checklists {
		if len(lists) > 0 && !slices.Contains(lists, c.ID) {
			continue
		}
		groups = append(groups, inspection.Group{ID: c.ID, Name: c.Name})
		for _, it := range c.Items {
			items = append(items, inspection.Item{ID: it.ID, Group: c.ID, What: it.What, How: it.How, For: it.For, Parts: it.Parts, Where: partWhere(p, it.Parts), Wanted: wanted(p, it.Norms, f, day), Source: it.Source, Tag: it.Tag})
			// What the figures say that the school does not have is set beforehand; the
			// checkers may say otherwise.
			if slices.Contains(it.For, "boarding") && none(f.Boarders) || slices.Contains(it.For, "bus") && none(f.Buses) {
				preset[it.ID] = inspection.Answer{Result: inspection.NotHere}
			}
		}
	}
	return groups, items, preset
}

// partSaid is a place as it is kept: a key part that was chosen by its name, in
// whichever language it was offered, is its id; other places are words.
func partSaid(p *pack.Pack, said string) string {
	if k := p.KeyPart(said); k != nil {
		return k.ID
	}
	return said
}

// partWhere is what the one key part is called that an item is about; nothing where it
// is about none or several.
func partWhere(p *pack.Pack, parts []string) edu.Text {
	for _, k := range p.KeyParts {
		if len(parts) == 1 && k.ID == parts[0] {
			return k.Name
		}
	}
	return edu.Text{}
}

// scope is the part of the store in which somebody may read, or write, with a
// permission.
func safetyScope(who auth.Actor, p auth.Permission, role store.Role) store.Scope {
	return scopeOf(who.Reach(p), role)
}
