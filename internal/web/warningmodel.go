// The page of a county's model: whether it is on, what it was worth beside the rule
// list, what it is made of, and how the county trains and switches it.

package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/warning"
)

type warningModelPage struct {
	Shell
	Sub      string
	Said     string
	Error    string
	Counties []Choice
	County   string
	State    Lamp
	Says     string
	Why      []string // it may not be switched on
	Rev      int
	MayOn    bool
	On       bool
	Seen     bool // the drift check switched it off, and nobody has said that they saw it
	Running  bool
	Waits    bool
	Step     int
	Steps    int
	Ended    string
	Trained  string
	Facts    []Fact
	Result   Table
	Table    Table
	Groups   Table
	GroupSay string
	Card     Table
	CardSays string
	Drift    Table
	DriftSay string
	Weeks    Table
	Capacity int
	Most     int
	Features []featureTick
	Link     string
}

// featureTick is a thing that a model may look at.
type featureTick struct {
	ID, Name string
	On       bool
	Context  bool
}

func (s *Server) warningPage(w http.ResponseWriter, r *request) error {
	return s.showWarning(w, r, http.StatusOK, edu.UnitID(r.query.Get("county")), "")
}

func (s *Server) showWarning(w http.ResponseWriter, r *request, status int, of edu.UnitID, why string) error {
	x, err := s.retention.Warnings().Page(r.Context(), r.who, of)
	if err != nil {
		return fmt.Errorf("early warning: %w", err)
	}
	p := warningModelPage{Shell: s.shell(r, r.T("warning.model"), "retention", Link{r.T("retention.title"), "/retention"}, Link{r.T("warning.visits"), "/retention/visits?county=" + url.QueryEscape(string(x.County))}), Sub: r.T("warning.model.sub", r.Text(x.Name)), Error: why, County: string(x.County), On: x.InForce, Capacity: x.Choice.Capacity, Most: flow.MaxCapacity, Steps: flow.WarningSteps}
	for i, id := range x.Counties {
		if len(x.Counties) > 1 {
			p.Counties = append(p.Counties, Choice{Link{r.Text(x.Names[i]), string(id)}, id == x.County})
		}
	}
	for _, f := range warning.Features {
		p.Features = append(p.Features, featureTick{f.ID, r.Text(f.Text), slices.Contains(x.Choice.Features, f.ID), f.Context})
	}
	p.warningState(r, &x)
	if x.Model.Rev > 0 {
		p.warningResult(r, &x.Model)
	}
	p.warningDrift(r, &x)
	p.Weeks = r.warningWeeks(x.County, x.Weeks)
	if p.Running && r.Method == http.MethodGet {
		w.Header().Set("Refresh", "2")
	}
	switch r.query.Get("did") {
	case "choose":
		p.Said = r.T("warning.did.choose")
	case "on":
		p.Said = r.T("warning.did.on")
	case "off":
		p.Said = r.T("warning.did.off")
	case "stop":
		p.Said = r.T("warning.did.stop")
	}
	return s.write(w, r, status, "retentionwarning.html", p)
}

// warningState says whether the model is on, and if not why not.
func (p *warningModelPage) warningState(r *request, x *flow.WarningPage) {
	m := &x.Model
	p.Rev, p.Seen = m.Rev, x.Choice.Drift != nil
	switch {
	case x.InForce:
		p.State, p.Says = Lamp{chart.Good, r.T("warning.on"), ""}, r.T("warning.on.says", x.Choice.By, r.Minute(x.Choice.At.In(collect.China)))
	case p.Seen:
		p.State, p.Says = Lamp{chart.Near, r.T("warning.off"), ""}, r.T("warning.off.drift", r.Minute(x.Choice.At.In(collect.China)))
		p.MayOn = m.Good
	case m.Rev == 0:
		p.State, p.Says = Lamp{chart.Open, r.T("warning.off"), ""}, r.T("warning.off.never")
	case m.Few != nil:
		p.State, p.Says = Lamp{chart.Open, r.T("warning.off"), ""}, r.T("warning.off.few", m.Closed)
		for _, t := range m.Few {
			p.Why = append(p.Why, r.Text(t))
		}
	case !m.Good:
		p.State, p.Says = Lamp{chart.Open, r.T("warning.off"), ""}, r.T("warning.off.worse")
		for _, t := range m.Why {
			p.Why = append(p.Why, r.Text(t))
		}
	default:
		p.State, p.Says, p.MayOn = Lamp{chart.Open, r.T("warning.off"), ""}, r.T("warning.off.good"), true
	}
	switch at := x.Training.Making; at.State {
	case flow.MakingNow:
		p.Running, p.Waits, p.Step = true, at.Waits, at.Progress.Nodes
	case flow.MakingCut:
		p.Ended = r.T("warning.train.cut")
	case flow.MakingStopped:
		p.Ended = r.T("warning.train.stopped")
	case flow.MakingFailed:
		p.Ended = r.T("warning.train.failed", r.Text(at.Why))
	}
	p.Trained = r.T("warning.train.never")
	if m.Rev > 0 {
		p.Trained = r.T("warning.train.at", r.Minute(m.Made.In(collect.China)), m.By)
	}
}

func warnFigure(x float64, digits int) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

// warningResult is what the model was worth, and what it is.
func (p *warningModelPage) warningResult(r *request, m *flow.WarningModel) {
	p.Facts = []Fact{{Term: r.T("warning.closed"), Text: strconv.Itoa(m.Closed)}, {Term: r.T("warning.open"), Text: strconv.Itoa(m.Open)}, {Term: r.T("warning.learn"), Text: r.T("warning.people", m.Learn[0], m.Learn[1])}, {Term: r.T("warning.held"), Text: r.T("warning.people", m.Held[0], m.Held[1])}}
	if m.Trial == nil || m.Model == nil {
		return
	}
	t := m.Trial
	p.Result = Table{ID: "trial", Caption: r.T("warning.result.card"), Cols: []Col{{Label: r.T("warning.measure"), Wrap: true}, {Label: r.T("warning.by.model"), Num: true}, {Label: r.T("warning.by.rules"), Num: true}, {Label: r.T("warning.by.mean"), Num: true}}, Rows: []Row{
		{Cells: []Cell{text(r.T("warning.hits", t.Capacity)), text(strconv.Itoa(t.Hits)), text(strconv.Itoa(t.RuleHits)), text("–")}},
		{Cells: []Cell{text(r.T("warning.precision")), text(warnPercent(t.Precision)), text(warnPercent(t.Rule)), text("–")}},
		{Cells: []Cell{text(r.T("warning.auc")), text(warnFigure(t.AUC, 3)), text(warnFigure(t.RuleAUC, 3)), text("0.5")}},
		{Cells: []Cell{text(r.T("warning.brier")), text(warnFigure(t.Brier, 4)), text("–"), text(warnFigure(t.Base, 4))}},
	}}
	p.Table = Table{ID: "calibration", Caption: r.T("warning.calibration"), Empty: r.T("warning.calibration.none"), Cols: []Col{{Label: r.T("warning.bin")}, {Label: r.T("warning.children"), Num: true}, {Label: r.T("warning.mean"), Num: true}, {Label: r.T("warning.share"), Num: true}}}
	for _, b := range m.Table {
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{text(warnFigure(100*b.Low, 1) + "–" + warnFigure(100*b.High, 1) + "%"), text(strconv.Itoa(b.N)), text(warnFigure(100*b.Mean, 1) + "%"), text(warnFigure(100*b.Share, 1) + "%")}})
	}
	p.Groups = Table{ID: "groups", Caption: r.T("warning.groups"), Empty: r.T("warning.groups.none"), Cols: []Col{{Label: r.T("warning.group")}, {Label: r.T("warning.children"), Num: true}, {Label: r.T("warning.recall"), Num: true, Wrap: true}, {Label: r.T("warning.wrong"), Num: true, Wrap: true}}}
	for _, g := range m.Groups {
		p.Groups.Rows = append(p.Groups.Rows, Row{Cells: []Cell{text(r.warnGroup(g.Group)), text(strconv.Itoa(g.N)), text(warnShare(g.Recall)), text(warnShare(g.FPR))}})
	}
	p.GroupSay = r.T("warning.groups.hidden", m.Hidden)
	if !math.IsNaN(t.Widest) {
		p.GroupSay += r.T("warning.groups.widest", warnFigure(100*t.Widest, 1))
	}
	p.warningCard(r, m.Model)
}

func warnShare(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return warnFigure(100*x, 1) + "%"
}

// warningCard is the model as points, in words.
func (p *warningModelPage) warningCard(r *request, m *warning.Model) {
	card := m.Scorecard()
	p.CardSays = r.T("warning.card.says", card.Base, warning.PerDouble)
	p.Card = Table{ID: "card", Caption: r.T("warning.card"), Cols: []Col{{Label: r.T("warning.feature"), Wrap: true}, {Label: r.T("warning.points"), Wrap: true}, {Label: r.T("warning.from"), Num: true}, {Label: r.T("warning.unknown"), Num: true}}}
	for i, l := range card.Lines {
		f := m.Features[l.Feature]
		says, from := r.T("warning.per", signed(l.Per), r.Text(f.Unit)), r.T("warning.from.mean", warnFigure(l.Mean, 2))
		if f.Unit == (edu.Text{}) {
			says, from = r.T("warning.per.yes", signed(l.Per)), r.T("warning.from.share", warnFigure(100*l.Mean, 1))
		}
		unknown := "–"
		if l.Unknown != 0 || m.Missing[i] != 0 {
			unknown = signed(float64(l.Unknown))
		}
		p.Card.Rows = append(p.Card.Rows, Row{Cells: []Cell{text(r.Text(f.Text)), text(says), text(from), text(unknown)}})
	}
}

func signed(x float64) string { return fmt.Sprintf("%+.1f", x) }

// warningDrift is how far today's children are from those that the model was made of.
func (p *warningModelPage) warningDrift(r *request, x *flow.WarningPage) {
	p.Drift = Table{ID: "drift", Caption: r.T("warning.drift"), Empty: r.T("warning.drift.none"), Cols: []Col{{Label: r.T("warning.feature"), Wrap: true}, {Label: r.T("warning.psi"), Num: true}, {Label: r.T("log.state")}}}
	if x.Model.Model == nil {
		return
	}
	for _, d := range x.Drift {
		if d.Feature >= len(x.Model.Model.Features) {
			continue
		}
		lamp := Lamp{chart.Good, r.T("warning.drift.steady"), ""}
		switch {
		case d.PSI >= warning.Drifted:
			lamp = Lamp{chart.Bad, r.T("warning.drift.drifted"), ""}
		case d.PSI >= warning.Steady:
			lamp = Lamp{chart.Near, r.T("warning.drift.watch"), ""}
		}
		p.Drift.Rows = append(p.Drift.Rows, Row{Cells: []Cell{text(r.Text(x.Model.Model.Features[d.Feature].Text)), text(warnFigure(d.PSI, 3)), lampCell(lamp)}})
	}
	if len(p.Drift.Rows) > 0 {
		p.DriftSay = r.T("warning.drift.at", x.DriftAt.String())
	}
}

// warnGroup is a group in words.
func (r *request) warnGroup(id string) string {
	switch id {
	case "sex:female":
		return r.T("warning.group.female")
	case "sex:male":
		return r.T("warning.group.male")
	case "left_behind:yes":
		return r.T("warning.group.left_behind")
	case "left_behind:no":
		return r.T("warning.group.left_behind.no")
	case "migrant:yes":
		return r.T("warning.group.migrant")
	case "migrant:no":
		return r.T("warning.group.migrant.no")
	case "disabled:yes":
		return r.T("warning.group.disabled")
	case "disabled:no":
		return r.T("warning.group.disabled.no")
	}
	if stage, ok := strings.CutPrefix(id, "stage:"); ok {
		return r.Stage(edu.Stage(stage))
	}
	return id
}

// warningWeeks is what came of the lists, by either way of making them.
func (r *request) warningWeeks(of edu.UnitID, list []flow.WarningWeek) Table {
	t := Table{ID: "weeks", Caption: r.T("warning.weeks"), Empty: r.T("warning.weeks.none"), Cols: []Col{{Label: r.T("warning.week.col")}, {Label: r.T("warning.way")}, {Label: r.T("warning.listed"), Num: true}, {Label: r.T("warning.visited"), Num: true}, {Label: r.T("warning.unneeded"), Num: true}, {Label: r.T("warning.opened"), Num: true}, {Label: r.T("warning.confirmed"), Num: true, Wrap: true}, {Label: r.T("warning.precision"), Num: true, Wrap: true}}}
	for i, x := range list {
		if i == 26 {
			break
		}
		way, right := r.T("warning.by.rules"), r.T("warning.notyet")
		if x.Model {
			way = r.T("warning.by.model")
		}
		if x.Over && x.Listed > 0 {
			right = warnPercent(float64(x.Confirmed) / float64(x.Listed))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: x.Week.String(), Href: "/retention/visits?county=" + url.QueryEscape(string(of)) + "&week=" + x.Week.String()}, text(way), text(strconv.Itoa(x.Listed)), text(strconv.Itoa(x.Visited)), text(strconv.Itoa(x.Unneeded)), text(strconv.Itoa(x.Opened)), text(strconv.Itoa(x.Confirmed)), text(right)}})
	}
	return t
}

// keepWarning chooses, trains, or switches.
func (s *Server) keepWarning(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	of, do := edu.UnitID(r.PostFormValue("county")), r.PostFormValue("do")
	x := s.retention.Warnings()
	var err error
	switch do {
	case "choose":
		capacity, bad := strconv.Atoi(r.PostFormValue("capacity"))
		if bad != nil {
			capacity = 0
		}
		err = x.Choose(r.Context(), r.who, of, capacity, r.PostForm["feature"])
	case "train":
		_, err = x.Train(r.Context(), r.who, of)
	case "stop":
		err = x.StopTraining(r.Context(), r.who, of)
	case "on":
		rev, bad := strconv.Atoi(r.PostFormValue("rev"))
		if bad != nil {
			return fmt.Errorf("rev %q: %w", r.PostFormValue("rev"), fault.Invalid)
		}
		err = x.Switch(r.Context(), r.who, of, true, rev)
	case "off":
		err = x.Switch(r.Context(), r.who, of, false, 0)
	default:
		return fmt.Errorf("do %q: %w", do, fault.Invalid)
	}
	if err == nil {
		return away{"/retention/warning?did=" + do + "&county=" + url.QueryEscape(string(of))}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("early warning: %w", err)
	}
	return s.showWarning(w, r, warnStatus(err), of, why)
}
