package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/warning"
)

type warningCmd struct {
	Train warningTrainCmd `cmd:"" help:"Train a county's model on its closed cases and try it beside the rule list. It stays off until an officer switches it on."`
	Show  warningShowCmd  `cmd:"" help:"What the model was worth, whether it is on, and what came of the lists."`
	List  warningListCmd  `cmd:"" help:"This week's suggested visits: children by the end of their ids, no name."`
}

// warningOf is a county of a database.
type warningOf struct {
	DB     dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	County string `required:"" help:"Code of the county." placeholder:"CODE"`
}

func (c *warningOf) open(a *app) (*flow.City, edu.UnitID, error) {
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return nil, "", err
	}
	tree, err := city.Tree(a.ctx)
	if err == nil {
		for _, u := range tree.Units() {
			if u.Level == edu.County && u.Attrs[len(u.Attrs)-1].Code == c.County {
				return city, u.ID, nil
			}
		}
		err = fmt.Errorf("--county %q: there is no such county: %w", c.County, fault.Invalid)
	}
	city.Close()
	return nil, "", err
}

type warningTrainCmd struct {
	Of warningOf `embed:""`
}

func (c *warningTrainCmd) Run(a *app) error {
	city, of, err := c.Of.open(a)
	if err != nil {
		return err
	}
	defer city.Close()
	m, err := city.Warnings().TrainNow(a.ctx, auth.Operator(), of)
	if err != nil {
		return err
	}
	a.warningModel(&m)
	return nil
}

type warningShowCmd struct {
	Of warningOf `embed:""`
}

func (c *warningShowCmd) Run(a *app) error {
	city, of, err := c.Of.open(a)
	if err != nil {
		return err
	}
	defer city.Close()
	p, err := city.Warnings().Page(a.ctx, auth.Operator(), of)
	if err != nil {
		return err
	}
	switch {
	case p.InForce:
		fmt.Fprintln(a.Out, a.say("● 模型已启用", "● the model is on"))
	case p.Choice.Drift != nil:
		fmt.Fprintln(a.Out, a.say("▲ 数据漂移检查已停用模型", "▲ the drift check switched the model off"))
	default:
		fmt.Fprintln(a.Out, a.say("○ 模型未启用，名单按规则排列", "○ the model is off; lists are by the rules"))
	}
	if p.Model.Rev > 0 {
		a.warningModel(&p.Model)
	}
	for _, w := range p.Weeks {
		way := a.say("规则名单", "rule list")
		if w.Model {
			way = a.say("模型", "model")
		}
		fmt.Fprintf(a.Out, a.say("%s\t%s\t名单%d\t已走访%d\t无需走访%d\t立案%d\t确认%d\n", "%s\t%s\tlisted %d\tvisited %d\tnot needed %d\tcases %d\tconfirmed %d\n"), w.Week, way, w.Listed, w.Visited, w.Unneeded, w.Opened, w.Confirmed)
	}
	return nil
}

// warningModel prints what came of a training.
func (a *app) warningModel(m *flow.WarningModel) {
	fmt.Fprintf(a.Out, a.say("确认并已销号的个案%d件；训练：辍学%d名、未辍学%d名；留出：辍学%d名、未辍学%d名\n", "%d cases confirmed and closed; to learn from %d left and %d stayed; held back %d and %d\n"), m.Closed, m.Learn[0], m.Learn[1], m.Held[0], m.Held[1])
	for _, t := range append(m.Few, m.Why...) {
		fmt.Fprintln(a.Out, "■", t.In(a.lang))
	}
	if m.Trial == nil {
		return
	}
	t := m.Trial
	fmt.Fprintf(a.Out, a.say("AUC：模型%.3f，规则名单%.3f；Brier：%.4f，人人按平均%.4f；前%d次走访找到：%d，规则名单%d\n", "AUC: model %.3f, rule list %.3f; Brier %.4f, average for all %.4f; found in the first %d visits: %d, by the rule list %d\n"), t.AUC, t.RuleAUC, t.Brier, t.Base, t.Capacity, t.Hits, t.RuleHits)
	if m.Good {
		fmt.Fprintln(a.Out, a.say("● 模型胜过规则名单，可以由县级专员启用", "● the model beat the rule list; an officer of the county may switch it on"))
	}
}

type warningListCmd struct {
	Of   warningOf `embed:""`
	Make bool      `help:"Make this week's list where there is none yet."`
}

func (c *warningListCmd) Run(a *app) error {
	city, of, err := c.Of.open(a)
	if err != nil {
		return err
	}
	defer city.Close()
	w := city.Warnings()
	if c.Make {
		if err := w.MakeList(a.ctx, auth.Operator(), of); err != nil {
			return err
		}
	}
	v, err := w.Visits(a.ctx, auth.Operator(), of, 0)
	if err != nil {
		return err
	}
	if v.Made.IsZero() {
		fmt.Fprintln(a.Out, a.say("○ 本周名单尚未生成（--make 生成）", "○ this week's list was not made yet (--make makes it)"))
		return nil
	}
	t := table{head: []string{a.say("序号", "no."), a.say("学生", "child"), a.say("学校", "school"), a.say("依据", "reasons")}, right: []bool{true, false, false, false}}
	for _, l := range v.Lines {
		var why []string
		for _, x := range l.Rules {
			why = append(why, x.In(a.lang))
		}
		for _, x := range l.Why {
			if f, ok := warning.Named([]string{x.Feature}); ok {
				s := f[0].Text.In(a.lang)
				if !x.Unknown && !math.IsNaN(x.Value) {
					s += " " + strconv.FormatFloat(x.Value, 'f', -1, 64)
				}
				why = append(why, fmt.Sprintf("%s (+%d)", s, x.Points))
			}
		}
		t.add(strconv.Itoa(l.No), flow.ShortPerson(l.Person), l.SchoolAt.In(a.lang), strings.Join(why, a.say("；", "; ")))
	}
	t.print(a.Out)
	fmt.Fprintln(a.Out, a.say("仅供建议，由人决定。", "Suggested; people decide."))
	return nil
}
