package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/solve"
	"shuren/internal/store"
	"shuren/internal/warning"
)

// WarningModel is what came of the last training: the model, and what it was worth on
// later days of other children, beside the rule list on the same. It holds nothing of
// any child.
type WarningModel struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Made   time.Time
	By     string
	Few    []edu.Text            `json:",omitempty"` // too few closed cases: how many there are, and are wanted
	Closed int                   // confirmed and closed cases of the county
	Open   int                   // children left out, whose case is open still
	Rounds int                   // half years of the trial
	Learn  [2]int                // children who left and who stayed, of those learned from
	Held   [2]int                // of those held back
	Model  *warning.Model        `json:",omitempty"`
	Trial  *warning.Trial        `json:",omitempty"`
	Like   warning.Profile       `json:",omitempty"` // of those learned from, for the drift check
	Good   bool                  // it may be switched on
	Why    []edu.Text            `json:",omitempty"` // why not
	Table  []warning.Bin         `json:",omitempty"` // calibration, rows of ten and more
	Groups []warning.GroupResult `json:",omitempty"` // families of which all may be told
	Hidden int                   // groups that are not told
}

// warningPenalty is that of the ridge (our judgement, E): weights of one standard
// deviation are near 1, and 30 cases weigh more than it.
const warningPenalty = 1

// WarningTraining is the training of a county's model.
type WarningTraining struct {
	County edu.UnitID
	Making
}

// WarningSteps are those of a training, as its progress counts them.
const WarningSteps = 4

// Train begins to train a county's model on its closed cases. Whatever comes of it is
// off until somebody switches it on.
func (w *Warnings) Train(ctx context.Context, who auth.Actor, of edu.UnitID) (WarningTraining, error) {
	d, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return WarningTraining{}, err
	}
	at, err := w.city.begin(ctx, job{kindWarningTraining, kindWarningTraining + "-" + string(of), of, "", local, who, func(m Making) any { return WarningTraining{of, m} }}, func(ctx context.Context, at *makingJob) (string, error) {
		step := func(n int) { at.tell(solve.Progress{Nodes: n, Best: math.Inf(1)}) }
		m, err := w.train(ctx, d, of, step)
		if err != nil {
			return "", err
		}
		if w.city.making.closing() {
			return "", nil
		}
		return w.keepModel(context.WithoutCancel(ctx), who, m)
	})
	return WarningTraining{of, at}, err
}

// TrainNow trains a county's model and waits, for a command.
func (w *Warnings) TrainNow(ctx context.Context, who auth.Actor, of edu.UnitID) (WarningModel, error) {
	d, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return WarningModel{}, err
	}
	m, err := w.train(ctx, d, of, func(int) {})
	if err != nil {
		return WarningModel{}, err
	}
	if _, err := w.keepModel(ctx, who, m); err != nil {
		return WarningModel{}, err
	}
	return w.model(ctx, of)
}

// train makes the model and tries it.
func (w *Warnings) train(ctx context.Context, d caseDesk, of edu.UnitID, step func(int)) (*WarningModel, error) {
	c, err := w.choice(ctx, of)
	if err != nil {
		return nil, err
	}
	chosen, ok := warning.Named(c.Features)
	if !ok || len(chosen) == 0 {
		return nil, fmt.Errorf("features of %s: %w", of, fault.Invalid)
	}
	step(1)
	today := w.today()
	s, err := w.source(ctx, d, of, today, halves/2)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	step(2)
	m := learn(s, today, chosen, c.Capacity, step)
	m.County, m.Made = of, w.now()
	return m, ctx.Err()
}

// learn is training without a store.
func learn(s *warningSource, today edu.Date, chosen []warning.Feature, capacity int, step func(int)) *WarningModel {
	set := s.set(today, chosen)
	m := &WarningModel{Open: set.Open, Rounds: set.Rounds, Closed: s.closed()}
	m.Learn[0], m.Learn[1] = people(set.Train)
	m.Held[0], m.Held[1] = people(set.Trial)
	m.Few = tooFew(m)
	if m.Few != nil {
		return m
	}
	step(3)
	model, err := warning.Fit(set.Train, warningPenalty)
	if err != nil {
		m.Few = []edu.Text{{ZH: "模型无法估计，请减少依据项后再试", EN: "no model can be made of these: choose fewer things to look at"}}
		return m
	}
	step(4)
	m.Model, m.Like = model, warning.ProfileOf(set.Train)
	m.Trial = warning.Try(model, set.Trial, trialCapacity(capacity, set.Rounds))
	v := m.Trial.Judge()
	m.Good, m.Why = v.On, v.Why
	m.Table = warning.Told(m.Trial.Table)
	all := groupNames(set.Trial)
	m.Groups = warning.Families(m.Trial.Groups, all)
	m.Hidden = len(all) - len(m.Groups)
	m.Trial.Groups, m.Trial.Table = nil, nil // what is too small to be told is not kept either
	m.Trial.Widest = widest(m.Groups)
	return m
}

// trialCapacity is the same share of visits among those held back: one child in three,
// in each half year of the trial.
func trialCapacity(capacity, rounds int) int {
	return max(1, int(math.Round(float64(capacity*rounds)/3)))
}

func groupNames(d *warning.Data) (out []string) {
	for _, c := range d.Cases {
		for _, g := range c.Groups {
			if !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	slices.Sort(out)
	return out
}

func widest(groups []warning.GroupResult) float64 {
	lo, hi, n := 1.0, 0.0, 0
	for _, g := range groups {
		if !math.IsNaN(g.Recall) {
			lo, hi, n = min(lo, g.Recall), max(hi, g.Recall), n+1
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return hi - lo
}

// closed counts cases that were confirmed and closed.
func (s *warningSource) closed() (n int) {
	for _, t := range s.of {
		for i, x := range t.steps {
			if x.Act == retention.Confirm && t.endOf(x.Case, i) == retention.Closed {
				n++
			}
		}
	}
	return n
}

// tooFew says how many closed cases there are and how many are wanted.
func tooFew(m *WarningModel) []edu.Text {
	var out []edu.Text
	lack := func(zh, en string, have, want int) {
		if have < want {
			out = append(out, edu.Text{ZH: fmt.Sprintf("%s：现有%d名，需要%d名", zh, have, want), EN: fmt.Sprintf("%s: there are %d, %d are wanted", en, have, want)})
		}
	}
	lack("训练部分中确认辍学且已销号的儿童", "children to learn from who left and whose case is closed", m.Learn[0], warning.FewestLeft)
	lack("训练部分中未辍学的儿童", "children to learn from who stayed", m.Learn[1], warning.FewestStay)
	lack("留出部分中确认辍学且已销号的儿童", "children held back who left and whose case is closed", m.Held[0], warning.Smallest)
	lack("留出部分中未辍学的儿童", "children held back who stayed", m.Held[1], warning.Smallest)
	return out
}

// keepModel keeps what came of a training. A model that was on is off: what is in force
// is what somebody switched on.
func (w *Warnings) keepModel(ctx context.Context, who auth.Actor, m *WarningModel) (string, error) {
	id := kindWarningModel + "-" + string(m.County)
	old, err := w.city.store.Document(ctx, local, kindWarningModel, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return id, err
	}
	state := "off"
	switch {
	case m.Few != nil:
		state = "few"
	case m.Good:
		state = "good"
	}
	m.By = who.Name
	doc, err := document(who, kindWarningModel, id, m.County, old.Rev, state, "", edu.DateOf(m.Made), m.storable(), w.now())
	if err != nil {
		return id, err
	}
	rec := record(who, warningTrained, state, w.now())
	rec.Unit, rec.Object = m.County, id
	docs := []store.Document{doc}
	if c, err := w.choice(ctx, m.County); err != nil {
		return id, err
	} else if c.On || c.Drift != nil {
		c.On, c.Model, c.Drift, c.By, c.At = false, 0, nil, who.Name, w.now()
		off, err := document(who, kindWarningChoice, kindWarningChoice+"-"+string(c.County), c.County, c.Rev, "off", "", w.today(), c, w.now())
		if err != nil {
			return id, err
		}
		docs = append(docs, off)
	}
	_, err = w.city.store.PutDocuments(ctx, local, docs, rec)
	return id, err
}

// storable is the model without what JSON cannot say: what is not known is -1.
func (m *WarningModel) storable() *WarningModel {
	out := *m
	if m.Trial != nil {
		t := *m.Trial
		for _, x := range []*float64{&t.AUC, &t.RuleAUC, &t.Brier, &t.Base, &t.Widest} {
			*x = nanless(*x)
		}
		out.Trial = &t
	}
	out.Groups = slices.Clone(m.Groups)
	for i := range out.Groups {
		out.Groups[i].Recall, out.Groups[i].FPR = nanless(out.Groups[i].Recall), nanless(out.Groups[i].FPR)
	}
	return &out
}

// model is what came of the last training of a county; a zero one before the first.
func (w *Warnings) model(ctx context.Context, of edu.UnitID) (WarningModel, error) {
	m, _, err := warningDoc(ctx, w.city, kindWarningModel, of, func(m *WarningModel, rev int) { m.Rev = rev })
	if m.Trial != nil {
		t := m.Trial
		for _, x := range []*float64{&t.AUC, &t.RuleAUC, &t.Brier, &t.Base, &t.Widest} {
			*x = nanned(*x)
		}
	}
	for i := range m.Groups {
		m.Groups[i].Recall, m.Groups[i].FPR = nanned(m.Groups[i].Recall), nanned(m.Groups[i].FPR)
	}
	return m, err
}

// StopTraining ends a training; nothing comes of it.
func (w *Warnings) StopTraining(ctx context.Context, who auth.Actor, of edu.UnitID) error {
	_, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return err
	}
	return w.city.making.halt(ctx, kindWarningTraining+"-"+string(of))
}

// WarningPage is all that a county's page of the model shows.
type WarningPage struct {
	County   edu.UnitID
	Name     edu.Text
	Counties []edu.UnitID
	Names    []edu.Text
	Choice   WarningChoice
	Model    WarningModel // zero before the first training
	Training WarningTraining
	InForce  bool
	Drift    []warning.Drift // of the last list
	DriftAt  edu.Date
	Weeks    []WarningWeek
}

// Page is the page of a county's model, for who keeps it.
func (w *Warnings) Page(ctx context.Context, who auth.Actor, of edu.UnitID) (p WarningPage, err error) {
	d, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return p, err
	}
	p.County, p.Name = of, d.name(of)
	for _, id := range d.warned(who, auth.EndCases) {
		if who.Reach(auth.EndCases).Covers(id, d.holds) {
			p.Counties, p.Names = append(p.Counties, id), append(p.Names, d.name(id))
		}
	}
	if p.Choice, err = w.choice(ctx, of); err != nil {
		return p, err
	}
	if p.Model, err = w.model(ctx, of); err != nil {
		return p, err
	}
	p.InForce = inForce(&p.Choice, &p.Model)
	doc, err := w.city.store.Document(ctx, local, kindWarningTraining, kindWarningTraining+"-"+string(of))
	if err == nil {
		p.Training, err = standing(ctx, w.city, doc, func(t *WarningTraining, m Making) { t.Making = m })
	}
	if err != nil && !isNotFound(err) {
		return p, err
	}
	if p.Weeks, err = w.weeks(ctx, of); err != nil {
		return p, err
	}
	if len(p.Weeks) > 0 {
		p.Drift, p.DriftAt = p.Weeks[0].drift, p.Weeks[0].Week
	}
	if p.Choice.Drift != nil {
		p.Drift = p.Choice.Drift
	}
	return p, nil
}

// inForce tells that lists are the model's: it is on, and the one that was switched on.
func inForce(c *WarningChoice, m *WarningModel) bool {
	return c.On && m.Model != nil && m.Good && c.Model == m.Rev
}
