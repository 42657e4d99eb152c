package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// Tasks of plans, meetings and supervision, as the operator at the machine sees
// them: all of them.

type tasksCmd struct {
	List   tasksListCmd   `cmd:"" help:"List tasks with their lamps."`
	Export tasksExportCmd `cmd:"" help:"Write tasks as a ledger: .xlsx, .csv or .json."`
	Import tasksImportCmd `cmd:"" help:"Read an edited workbook back: new tasks and changes of drafts."`
}

// taskChoice chooses tasks.
type taskChoice struct {
	DB     string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Lamp   string `help:"Only tasks with this lamp: red, amber, green or grey." enum:",red,amber,green,grey" default:""`
	State  string `help:"Only tasks in this state." enum:",drafted,requested,to_sign,working,extension,in_review,closed,merged,withdrawn" default:""`
	County string `help:"Only tasks in which a body of this county is; its unit's id." placeholder:"ID"`
	Body   string `help:"Only tasks of this body." placeholder:"ID"`
	Plan   string `help:"Only tasks that serve this plan." placeholder:"ID"`
	Sheets bool   `help:"Only matters under supervision."`
	Key    bool   `help:"Only key tasks."`
	All    bool   `help:"Also what is closed, merged or withdrawn."`
}

func (c *taskChoice) filter() task.Filter {
	f := task.Filter{Lamp: task.Lamp(c.Lamp), County: edu.UnitID(c.County), Body: c.Body, Plan: c.Plan, Sheet: c.Sheets, Key: c.Key, Live: !c.All && c.State == "", Size: -1}
	if c.State != "" {
		f.State = []task.State{task.State(c.State)}
	}
	return f
}

type tasksListCmd struct{ taskChoice }

func (c *tasksListCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	p, err := flow.NewOffice(city, "").Tasks(a.ctx, auth.Operator(), c.filter())
	if err != nil {
		return err
	}
	t := &table{head: []string{a.say("序号", "no."), a.say("灯", "lamp"), a.say("状态", "state"), a.say("时限", "limit"), a.say("逾期", "late"), a.say("牵头", "lead"), a.say("任务", "task")}, right: []bool{true, false, false, false, true}}
	for _, r := range p.Tasks {
		due := r.Due.String()
		if r.Standing {
			due = a.say("长期坚持", "standing")
		}
		t.add(fmt.Sprint(r.No), r.Lamp.Mark()+" "+r.Lamp.Name().In(a.lang), r.State.Name().In(a.lang), due, fmt.Sprint(r.Overdue), r.LeadName.In(a.lang), r.Title)
	}
	t.print(a.Out)
	fmt.Fprintf(a.Out, a.say("共%d项：■%d ▲%d ●%d ○%d\n", "%d tasks: ■ %d, ▲ %d, ● %d, ○ %d\n"), p.Total, p.Counts[task.Red], p.Counts[task.Amber], p.Counts[task.Green], p.Counts[task.Grey])
	return nil
}

type tasksExportCmd struct {
	taskChoice
	Out    string `required:"" help:"File to write; its ending says the format: .xlsx, .csv or .json." placeholder:"FILE"`
	Ledger string `help:"Columns: plan (任务分解表), sheet (督办台账), or book: a workbook that can be edited and imported." enum:"plan,sheet,book" default:"plan"`
}

func (c *tasksExportCmd) Run(a *app) (err error) {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	p, err := flow.NewOffice(city, "").Tasks(a.ctx, auth.Operator(), c.filter())
	if err != nil {
		return err
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Out)), ".")
	var b strings.Builder
	if c.Ledger == "book" {
		if format != "xlsx" {
			return fmt.Errorf("%s: %s: %w", c.Out, a.say("可编辑的工作簿须为 .xlsx", "a workbook to be edited is .xlsx"), fault.Invalid)
		}
		err = flow.NewOffice(city, "").WriteTaskBook(a.ctx, p.Tasks, a.lang, &b)
	} else {
		err = task.WriteLedger(&b, format, task.Ledger(c.Ledger), p.Tasks, a.lang, city.Mark(a.lang))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Out, err)
	}
	if err := os.WriteFile(c.Out, []byte(b.String()), 0o600); err != nil { // it names people
		return err
	}
	fmt.Fprintf(a.Out, a.say("已写出%d项任务：%s\n", "%d tasks written: %s\n"), len(p.Tasks), c.Out)
	return nil
}

type tasksImportCmd struct {
	File string `arg:"" help:"Workbook of \"tasks export --ledger book\", edited." type:"existingfile"`
	DB   string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Dry  bool   `help:"Only say what it would change."`
	By   string `help:"Who imports it." placeholder:"NAME" env:"USER"`
}

func (c *tasksImportCmd) Run(a *app) error {
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
	book, err := o.ReadTaskBook(a.ctx, who, f)
	if err == nil {
		for _, x := range book.Changes() {
			fmt.Fprintln(a.Out, x.In(a.lang))
		}
		for _, n := range book.Notes {
			fmt.Fprintln(a.Err, n.In(a.lang))
		}
		if c.Dry || len(book.Rows) == 0 {
			fmt.Fprintf(a.Out, a.say("新增、改动%d项任务，没有保存\n", "%d tasks new or changed, nothing kept\n"), len(book.Rows))
			return nil
		}
		err = o.KeepTaskBook(a.ctx, who, book.Rows, "")
	}
	if err != nil {
		return a.bookFaults(c.File, err)
	}
	fmt.Fprintf(a.Out, a.say("已保存%d项任务\n", "%d tasks kept\n"), len(book.Rows))
	return nil
}
