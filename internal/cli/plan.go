package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/sheet"
)

type planCmd struct {
	List   planListCmd   `cmd:"" help:"List the plans with their versions."`
	Export planExportCmd `cmd:"" help:"Write a version of a plan as a workbook that can be edited and imported again."`
	Import planImportCmd `cmd:"" help:"Read an edited workbook into the draft of its plan, or a plan that is new here: all or nothing."`
	Check  planCheckCmd  `cmd:"" help:"Say what is wrong with a plan, how its targets stand, and whose measures have gaps."`
}

type planListCmd struct {
	DB string `name:"db" required:"" help:"Database." placeholder:"DB"`
}

func (c *planListCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	list, err := city.Office().Plans(a.ctx, operatorNamed(""))
	if err != nil {
		return err
	}
	t := table{head: []string{a.say("方案", "plan"), a.say("名称", "name"), a.say("年份", "years"), a.say("版本", "version"), a.say("状态", "state"), a.say("目标", "targets"), a.say("措施", "measures"), a.say("项目", "projects")}, right: []bool{false, false, false, true, false, true, true, true}}
	for _, p := range list {
		t.add(p.ID, p.Name, fmt.Sprintf("%d-%d", p.From, p.To), fmt.Sprint(p.Version), p.State.Name().In(a.lang), fmt.Sprint(p.Targets), fmt.Sprint(p.Measures), fmt.Sprint(p.Projects))
	}
	t.print(a.Out)
	return nil
}

type planExportCmd struct {
	Plan    string `arg:"" help:"Id of the plan."`
	DB      string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Version int    `help:"Version; the one in force without." placeholder:"N"`
	Out     string `required:"" help:"Workbook to write: .xlsx." placeholder:"FILE"`
}

func (c *planExportCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	return a.writeBeside(c.Out, 0o644, func(w io.Writer) error {
		return city.Office().ExportPlan(a.ctx, operatorNamed(""), c.Plan, c.Version, a.lang, w)
	})
}

type planImportCmd struct {
	File string `arg:"" help:"Workbook of a plan." type:"existingfile"`
	DB   string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Plan string `help:"Id of the plan whose draft it changes; without it the workbook is a plan that is new here." placeholder:"ID"`
	Dry  bool   `help:"Only say what it would change."`
	By   string `help:"Who imports it." placeholder:"NAME" env:"USER"`
}

func (c *planImportCmd) Run(a *app) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		f.Close()
		return err
	}
	defer city.Close()
	o, who := city.Office(), operatorNamed(c.By)
	if c.Plan == "" {
		v, err := o.ImportPlan(a.ctx, who, f)
		if err != nil {
			return a.bookFaults(c.File, err)
		}
		t, m, p := v.Size()
		fmt.Fprintf(a.Out, a.say("已建立方案 %s 第1版草案：目标 %d，措施 %d，项目 %d\n", "plan %s, draft of version 1: %d targets, %d measures, %d projects\n"), v.ID, t, m, p)
		return nil
	}
	got, err := o.ReadPlanBook(a.ctx, who, c.Plan, f)
	if err != nil {
		return a.bookFaults(c.File, err)
	}
	for _, x := range got.Changes {
		fmt.Fprintln(a.Out, x.Text.In(a.lang))
	}
	for _, n := range got.Notes {
		fmt.Fprintln(a.Err, n.In(a.lang))
	}
	if c.Dry || len(got.Changes) == 0 {
		fmt.Fprintf(a.Out, a.say("改动 %d 处，没有保存\n", "%d changes, nothing kept\n"), len(got.Changes))
		return nil
	}
	v, err := o.SavePlan(a.ctx, who, got.Plan, got.Version, got.Rev)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, a.say("改动 %d 处，已保存到第 %d 版草案\n", "%d changes, kept in the draft of version %d\n"), len(got.Changes), v.Version)
	return nil
}

// bookFaults prints every wrong cell.
func (a *app) bookFaults(file string, err error) error {
	if bad, ok := errors.AsType[sheet.Faults](err); ok {
		fmt.Fprintln(a.Err, bad.In(a.lang))
		return fmt.Errorf("%s: %s: %w", file, a.say("有错误，没有导入", "it has errors and was not imported"), fault.Invalid)
	}
	return err
}

type planCheckCmd struct {
	Plan    string `arg:"" help:"Id of the plan."`
	DB      string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Version int    `help:"Version; the one in force without." placeholder:"N"`
}

func (c *planCheckCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	o, who := city.Office(), operatorNamed("")
	v, err := o.Plan(a.ctx, who, c.Plan, c.Version)
	if err != nil {
		return err
	}
	live, err := o.PlanTargets(a.ctx, who, v)
	if err != nil {
		return err
	}
	a.planTargets(live)
	faults := v.Check()
	for _, f := range faults {
		mark := "○"
		if f.Grade >= plan.Blocks {
			mark = "■"
		}
		fmt.Fprintf(a.Out, "%s %s: %s\n", mark, f.Where.In(a.lang), f.Text.In(a.lang))
	}
	m := plan.MatrixOf(&v.Plan)
	fmt.Fprintf(a.Out, a.say("措施 %d 条：没有牵头 %d，多头牵头 %d\n", "%d measures: nobody leads %d, several lead %d\n"), len(m.Rows), m.NoLead, m.Double)
	if n := len(plan.Blocking(faults)); n > 0 {
		return fmt.Errorf("%d %s: %w", n, a.say("处必须先改", "faults must be mended"), fault.Blocked)
	}
	return nil
}

func (a *app) planTargets(live []flow.TargetLive) {
	t := table{head: []string{a.say("目标", "target"), a.say("进度", "progress"), a.say("规则", "rule")}}
	for _, x := range live {
		t.add(x.Target.Name, x.Progress.Track.Name().In(a.lang), x.Progress.Why.In(a.lang))
	}
	t.print(a.Out)
}
