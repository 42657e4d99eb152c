// Package pack reads and checks the definitions in packs/: elements,
// indicators, standards and rules, which are data and need no Go.
//
// A pack that loads is sound: names resolve, units of measure agree, formulas
// compile and its worked examples pass. Errors point to file, line and column.
package pack

import (
	"cmp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Pack is one scheme in one version.
type Pack struct {
	ID      string // "cn-compulsory"
	Version string // "2017"
	Name    edu.Text
	Note    edu.Text
	Source  string
	// Hash is the hex SHA-256 of the pack's files: what is kept beside a locked
	// figure.
	Hash string
	// Files are the pack's own files by name, as read: kept by hash so that an
	// old verdict can be recomputed.
	Files map[string][]byte
	// Members are the packs that this one is the union of, nil for a plain pack.
	Members []*Pack
	// Uses are the refs of the packs whose elements, lists, units and keys this
	// one names.
	Uses []string
	// Base is the pack that this one extends, nil for most. What it replaced
	// stays visible: see the Replaces fields.
	Base *Pack

	// Sources are the documents that items refer to by id.
	Sources []Source
	// MissingCodes are numbers that stand for "missing" in this pack's files
	// (-999).
	MissingCodes []float64
	Keys         []Key
	Units        []Unit
	Stages       []edu.Stage // in order; none if the pack does not tell stages apart
	Split        *Split      // how a school's shared resources fall to its sections, nil if the pack does not say
	Groups       []Group
	Elements     []*Element
	Lists        []*List
	Checks       []*Check
	Indicators   []*Indicator
	Standards    []*Standard
	Forms        []*Form
	Feeds        []*Feed
	Levers       []*Lever     // how what is counted can be changed; a union of packs has none
	Checklists   []*Checklist // what a visit looks at; a union of packs has none
	KeyParts     []*KeyPart
	Examples     []*Example

	element   map[string]*Element
	indicator map[string]*Indicator
	places    map[string]pos // where items stand, by kind and id
}

// Ref is the pack's full id, "cn-compulsory@2017", or just the id of a pack
// without versions.
func (p *Pack) Ref() string {
	if p.Version == "" {
		return p.ID
	}
	return p.ID + "@" + p.Version
}

// Element finds an element by id, or nil. "pupils.g7" finds pupils.
func (p *Pack) Element(id string) *Element {
	id, _, _ = strings.Cut(id, ".")
	return p.element[id]
}

// Form finds a form by id, or nil.
func (p *Pack) Form(id string) *Form {
	for _, f := range p.Forms {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Feed finds a feed by id, or nil.
func (p *Pack) Feed(id string) *Feed {
	for _, f := range p.Feeds {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Indicator finds an indicator by id, or nil.
func (p *Pack) Indicator(id string) *Indicator { return p.indicator[id] }

// List finds a list by id, or nil.
func (p *Pack) List(id string) *List {
	for _, l := range p.Lists {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// Source is a document that figures come from.
type Source struct {
	ID    string
	Title string // document and article, or where it was read
}

// Group is a heading over elements, in the order of the pack.
type Group struct {
	ID   string
	Name edu.Text

	taken bool
}

// Key is a column that identifies the unit of a record.
type Key struct {
	// Role is "code", "name", "stage", "period", or a level ("county") for the
	// code of the unit above at that level, or a level with "_name".
	Role    string
	Headers []string          // headers that mean this key, first one preferred
	Values  map[string]string // for stage: what stands in the cell -> stage id
}

// Unit is a base unit of measure that the pack declares: "teacher", "m2".
type Unit struct {
	ID   string
	Name edu.Text // 人, m²
}

// Element is something that is asked.
type Element struct {
	ID       string
	Name     edu.Text
	Help     edu.Text // the counting rule (填报说明)
	Type     edu.ElementType
	Unit     string // unit of measure in which it is measured: "pupil", "yuan"
	FilledIn string // unit in which it is filled where that differs: "10000 yuan"
	Level    edu.Level
	Stages   []edu.Stage // none: every stage of the pack
	Group    string      // id of the heading under which forms and pages show it
	By       *Breakdown
	Choices  []Option
	Headers  []string // further headers that mean this element in files
	Required bool     // a record without it is a warning that names it; never an error
	Always   bool     // the question always arises: "/" (not applicable) is no answer to it
	Min, Max *float64 // hard limits of a plausible figure
	Derive   *Derive  // computed from a list or from other rows, never typed
	Evidence bool     // a review item: its text column holds the evidence reference
	Dated    Dating   // when its figures are of; empty is the reference date, see [Element.Dating]
	Who      string   // who answers: school, township, county, department, city
	// Department names the department that answers, where that is not the
	// education bureau itself: 财政局.
	Department edu.Text
	Source     string
	Tag        string // evidence mark V, S, M, P or E
	Replaces   *Element
	// Pack is the pack that the item comes from.
	Pack string

	shift int
	taken bool // from a pack that this one uses
}

// Shift is how many places the decimal point of a filled figure is moved to
// measure it: 4 where 万元 are filled and yuan measured.
func (e *Element) Shift() int { return e.shift }

// StagesIn are the stages of a pack that an element is asked of.
func (e *Element) StagesIn(p *Pack) []edu.Stage {
	if e.Level == edu.County || len(e.Stages) == 0 {
		return p.Stages
	}
	return e.Stages
}

// Breakdown splits an element into parts: pupils by grade.
type Breakdown struct {
	ID    string
	Parts []Option
}

// Option is one choice, or one part of a breakdown.
type Option struct {
	ID      string
	Name    edu.Text
	Stages  []edu.Stage
	Headers []string
}

// Derive says how an element follows from rows that were filled.
type Derive struct {
	List  string   // rows of this list that belong to the section …
	Where *Formula // … and fulfil this condition over the list's columns
	Agg   string   // count, sum, max or min
	Of    string   // the list's column for sum, max and min
	// Over is set instead of List for a total over a unit's sections: with
	// Over = school, "sum of pupils over the school's sections"; with Over =
	// county, over those of a county. Where is then over the sections' elements.
	Over edu.Level
	// Stages are those of the sections that are added up: what the pack says, or
	// the stages of the pack that declares it, whatever it is put together with.
	Stages []edu.Stage
	// Formula is set instead of both: what follows from other elements of the
	// same record.
	Formula *Formula
}

// List is a list of rows that belong to sections: class list, room list.
type List struct {
	ID      string
	Name    edu.Text
	Sheets  []string   // sheet names that hold it
	Columns []*Element // its columns

	taken bool
}

// Check is a validation rule over one record.
type Check struct {
	ID      string
	Level   edu.Level
	Stages  []edu.Stage
	Rule    *Formula // must hold; a rule that cannot be computed is not broken
	Error   bool     // true: 必改, blocks; false: 需说明, a warning
	Message edu.Text
	Fields  []string // elements to point at
	Source  string
	Tag     string

	Replaces *Check
	Pack     string
}

// Asks tells whether a check of a pack concerns rows of a stage: of the check's
// own stages, or else of the pack's. What is not told apart concerns every one.
func (c *Check) Asks(p *Pack, st edu.Stage) bool {
	of := c.Stages
	if len(of) == 0 {
		of = p.Stages
	}
	return st == "" || len(of) == 0 || slices.Contains(of, st)
}

// Formula is a formula and where it stands.
type Formula struct {
	Src  string
	File string
	Line int
	Col  int
	Expr *formula.Expr
}

// Indicator is a measure.
type Indicator struct {
	ID       string // "r1"
	Code     string // as documents write it: "R1"
	Name     edu.Text
	Short    edu.Text // for table heads
	Words    edu.Text // the formula in words
	Notation string   // the formula as documents write it
	Unit     string   // YesNo for a judgement
	Decimals int      // digits shown; comparison never rounds
	Stages   []edu.Stage
	Level    edu.Level // edu.Section, or edu.County for county answers
	Section  *Formula
	Region   *Formula // nil where a region has no value of its own, as for a judgement
	Weight   string   // element that weights dispersion and means: the P of the difference coefficient
	Better   string   // "higher" or "lower"
	Needs    []string // elements its formulas read
	Dated    []Dated  // when the figures that it reads are of
	// Lack turns a shortfall into things to provide, where that is the
	// numerator's unit: target*pupils - teachers. Nil where it is not defined.
	Lack   *Lack
	Note   edu.Text // a caution that pages show beside it
	Group  string   // "resources", "guarantee", "quality" …
	Source string
	Tag    string

	Replaces *Indicator
	Pack     string
}

// Fact tells that the indicator says yes or no of one section and is a
// percentage only of a region: its formula of a section is "… ? 100 : 0".
func (i *Indicator) Fact() bool {
	return i.Unit == "%" && i.Level == edu.Section && i.Section != nil && i.Section.Expr.IsHundred()
}

// YesNo is the unit of an indicator whose value is a judgement: 1 yes, 0 no.
const YesNo = "yesno"

// Lack says what a section lacks when the indicator falls short of a target.
type Lack struct {
	Have  *Formula // what there is: teachers_qualified
	Per   *Formula // what one unit of the target stands for: pupils / 100
	Unit  string   // unit of what is lacking
	Whole bool     // persons and rooms: rounded up
}

// Standard is a set of thresholds and rules that units are held to.
type Standard struct {
	ID         string
	Name       edu.Text
	Scope      *Formula // section formula; outside it a section is exempt
	ScopeNote  edu.Text
	ScopeTag   string
	Thresholds []*Threshold
	Rules      []*Rule // in the order shown; a rule comes after those it refers to
	Root       string  // id of the rule that is the verdict of the whole
	Source     string
}

// Op is how a figure is compared with a threshold.
type Op string

const (
	AtLeast Op = ">="
	AtMost  Op = "<="
	Above   Op = ">"
	Below   Op = "<"
	Equal   Op = "=="
)

// Threshold holds one indicator to one value.
type Threshold struct {
	Indicator string
	Stage     edu.Stage // "" is every stage
	// Region: the region's value is held to it instead of every section's.
	Region  bool
	Op      Op
	Value   float64  // where Formula is nil
	Formula *Formula // section formula that gives the threshold of a section
	When    *Formula // section formula; where it is false the section is exempt
	// Scoped: the standard's scope applies (default); false judges every section.
	Scoped bool
	// EvidenceOf is the element whose text must hold evidence for a pass.
	EvidenceOf string
	From, To   edu.Date // in force from From until the day before To; 0 is open
	Note       edu.Text // what the figure rests on, where that needs saying
	Source     string
	Tag        string
	File       string
	Line       int

	Replaces *Threshold
	Pack     string
}

// Rule combines judgements.
type Rule struct {
	ID    string
	Code  string
	Name  edu.Text
	Block string // resources, guarantee, quality, recognition, veto: heading on pages
	// Level is where it is judged: edu.Section, or a region level (edu.County).
	Level edu.Level
	// Of are indicator ids whose thresholds are judged, or ids of earlier rules.
	// A section's judgement inside a region rule means every section in scope.
	Of []string
	// AtLeast of them must be met (0: all), and none may lie below Floor times
	// its threshold (0: no floor).
	AtLeast int
	Floor   float64
	// Share is, in a region rule over sections, the part of them that must meet
	// it (0: every one).
	Share float64
	// Statistic is set for a dispersion rule: "wcv" of each indicator in Of is
	// held to Limit of the stage.
	Statistic string
	Op        Op
	Limit     map[edu.Stage]float64
	// Mean: the mean over Of of the statistic is held to the limit, not each.
	Mean bool
	// First: the members are ways to one finding, the best first, and the first
	// that is neither unknown nor exempt decides.
	First  bool
	Source string
	Tag    string

	Replaces *Rule
	Pack     string
}

// Example is a worked example that must come out when the pack is loaded.
type Example struct {
	Name  string
	File  string
	Line  int
	Stage edu.Stage
	Given []map[string]float64 // one row a section
	// Expect holds "r1" (the first row's value), "r1.value" (over all rows),
	// "r1.wcv", "r1.cv", "r1.threshold", "r1.floor" and "r1.lack" (of the first
	// row); NaN is expected to be missing.
	Expect map[string]float64
	Within float64 // absolute tolerance, default 1e-9
	Source string

	words []word
}

// Form is a form on the list of forms (报表目录): what is asked of whom, when,
// on what basis, and how long it takes.
type Form struct {
	ID        string // "cn-annual-base"
	Name      edu.Text
	Basis     string    // 依据: the document that it rests on
	BasisEN   string    // the same for readers of English; may be empty
	Frequency string    // "yearly", "termly", "monthly"
	Fills     Filler    // who fills
	Level     edu.Level // edu.School (a paper holds the school's sections) or edu.County
	Stages    []edu.Stage
	Opens     MonthDay
	Closes    MonthDay
	Minutes   int      // expected minutes to fill it
	Approver  string   // who approved it
	ByEN      string   // the same for readers of English; may be empty
	Valid     edu.Date // the last day on which it may be issued; 0 is open
	Asks      []*Ask
	Lists     []*AskList
	Same      []Choice // groups of cells and lists that one act confirms (与上年一致, 核对无误)
	Reasons   []Choice // reasons that a 需说明 answer chooses from
	Sign      []edu.Text
	Note      edu.Text
	Source    string
	Tag       string
	Pack      string // the pack that it comes from
	// Joins is the form that this one is a part of where other packs of a city
	// have parts of it too; nil for most. See [Joint].
	Joins *Choice
}

// Rests is the document that a form rests on. What a city lists it by is told as the
// city wrote it, in either language.
func (f *Form) Rests() edu.Text {
	return edu.Text{ZH: f.Basis, EN: cmp.Or(f.BasisEN, f.Basis)}
}

// ApprovedBy is who approved a form.
func (f *Form) ApprovedBy() edu.Text {
	return edu.Text{ZH: f.Approver, EN: cmp.Or(f.ByEN, f.Approver)}
}

// Filler is who fills a form.
type Filler string

const (
	FillSchool   Filler = "school"   // 校, or the central school for it
	FillCounty   Filler = "county"   // 县
	FillTownship Filler = "township" // 中
)

// MonthDay is a day of every year: 10-31.
type MonthDay struct {
	Month int
	Day   int
}

// Ask is one element on a form.
type Ask struct {
	Element *Element
	// Part names the small form that asks it, in a form joined of several.
	Part edu.Text
	// From says where a figure may be known from, best first: "computed",
	// "register", "export", "last_year", "earlier". A known figure is confirmed, not typed.
	From []string
	// Same is the id of the form's group of cells that is confirmed in one act
	// (与上年一致), "" for none.
	Same string
	// Compute gives the figure from other cells of the same paper: pupils.g7 from
	// the class list. Such a cell is never typed while those are there.
	Compute *Compute
	// Earlier names the figure of some years ago that the answer is: the roll of
	// grade 7 three years before. nil for most.
	Earlier *Earlier
	// Whole: asked once for the whole school, and shared out by the pack's split.
	Whole    bool
	Required bool

	id       string
	required *bool // as the form says it; nil: as the element says
}

// Earlier is a figure of the same unit that was handed in some years ago.
type Earlier struct {
	Years int
	Of    string // element or part
}

// Compute adds up rows of a list into a cell, or parts of broken-down elements.
type Compute struct {
	List  string
	Where *Formula // condition over the list's columns, may be nil
	// Unless is a condition over the list's columns: where a row fulfils it, the
	// list cannot tell, and the cell is typed. A multigrade class does not say how
	// many of its pupils are in which grade.
	Unless *Formula
	Agg    string // count or sum
	Of     string // the column that is added up
	// PartBy is, for a broken-down element, the choice column that tells the
	// parts apart: grade.
	PartBy string
	// Parts is set instead of List: ids of elements ("staff_education", all parts
	// of it) and of parts ("staff_education.bachelor") that are added up, by stage
	// where stages differ.
	Parts map[edu.Stage][]string
}

// PartsOf are the parts that are added up in a stage.
func (c *Compute) PartsOf(stage edu.Stage) []string {
	if ids, ok := c.Parts[stage]; ok {
		return ids
	}
	return c.Parts[""]
}

// AskList is a list that a form asks.
type AskList struct {
	List     *List
	From     []string
	Same     string // group that is confirmed in one act, as of [Ask]
	Required bool   // at least one row for each section

	id string
}

// Choice is an item of a list of reasons, or a group of cells.
type Choice struct {
	ID   string
	Name edu.Text
}

// Feed is the export of another system (事业统计, 学籍, 教师系统) whose figures
// pre-fill forms and are compared with what is filled: its column map as data.
type Feed struct {
	ID      string // "feed-statistics"
	Name    edu.Text
	Kind    string            // "export" pre-fills; "register" is sure once locked; "staff" and "pupils" are counted in the city's own registers
	Headers map[string]string // header -> element, part, column of a list, key role, or "-"; of "staff" see Tally, of "pupils" Roll
	// Compare are the comparisons that ask for a reason.
	Compare []*Compare
	Source  string
	Tag     string
}

// Own tells that nobody reads it in: it is counted in one of the city's own registers.
func (f *Feed) Own() bool {
	return f.Kind == OwnStaff || f.Kind == OwnPupils || f.Kind == OwnDrills
}

// Compare holds a form's figure against the feed's.
type Compare struct {
	ID      string // "pupils_roll"
	Element string
	Within  float64 // allowed difference: a share of the feed's figure, or a number
	Share   bool
	Message edu.Text
	Source  string
	Tag     string
}
