package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// Inspections of safe campuses at the machine: what is planned, the workbooks of a
// plan's schools in one go, those that were filled in, and who was visited.

type inspectionsCmd struct {
	Plans    inspectionPlansCmd    `cmd:"" help:"List the plans of inspections with how far they have come."`
	Sheets   inspectionSheetsCmd   `cmd:"" help:"Write a workbook for every school of a plan that nobody has visited."`
	Take     inspectionTakeCmd     `cmd:"" help:"Read workbooks that were filled in; an inspection that has not begun begins with it."`
	Coverage inspectionCoverageCmd `cmd:"" help:"Which schools were visited, by county, and those not visited for longest."`
}

// safety opens a database for a command about inspections.
func (a *app) safety(db string, write bool, do func(*flow.City, *flow.Safety) error) error {
	city, err := openCity(a, db, "", write)
	if err != nil {
		return err
	}
	defer city.Close()
	return do(city, city.Office().Safety())
}

type inspectionPlansCmd struct {
	DB string `name:"db" required:"" help:"Database." placeholder:"DB"`
}

func (c *inspectionPlansCmd) Run(a *app) error {
	return a.safety(c.DB, false, func(_ *flow.City, s *flow.Safety) error {
		plans, err := s.VisitPlans(a.ctx, operatorNamed(""))
		if err != nil {
			return err
		}
		t := table{head: []string{"id", a.say("起", "from"), a.say("止", "until"), a.say("类型", "kind"), a.say("应查学校", "schools"), a.say("已查", "visited"), a.say("名称", "name")}, right: []bool{false, false, false, false, true, true}}
		for _, p := range plans {
			t.add(p.ID, p.From.String(), p.Until.String(), p.Kind.Name().In(a.lang), fmt.Sprint(len(p.Due)), fmt.Sprint(len(p.Due)-len(p.Left())), p.Name)
		}
		t.print(a.Out)
		return nil
	})
}

type inspectionSheetsCmd struct {
	Plan string `arg:"" help:"Id of the plan; see: shuren inspections plans."`
	DB   string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Out  string `required:"" help:"Folder for the workbooks; it is made." placeholder:"FOLDER"`
}

func (c *inspectionSheetsCmd) Run(a *app) error {
	return a.safety(c.DB, false, func(city *flow.City, s *flow.Safety) error {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return err
		}
		note := ""
		if city.Fictional() {
			note = a.say("示例数据", "made-up figures")
		}
		bar := a.progress(a.say("生成检查表", "checklists"), -1)
		n := 0
		err := s.PlanSheets(a.ctx, operatorNamed(""), c.Plan, func(u flow.SafetyUnit, x *inspection.Inspection) error {
			n++
			bar.Add(1)
			return a.writeBeside(filepath.Join(c.Out, u.Code+".xlsx"), 0o644, func(w io.Writer) error {
				return inspection.WriteBook(w, x, u.Name.In(a.lang), a.lang, note)
			})
		})
		bar.Finish()
		if err != nil {
			return fmt.Errorf("%s: %w", c.Plan, err)
		}
		fmt.Fprintf(a.Out, a.say("已写入 %d 份检查表：%s\n", "wrote %d workbooks into %s\n"), n, c.Out)
		return nil
	})
}

type inspectionTakeCmd struct {
	Files []string `arg:"" help:"Workbooks that were filled in."`
	DB    string   `name:"db" required:"" help:"Database." placeholder:"DB"`
	Day   string   `help:"Day of the visits that begin with their workbook; without it today." placeholder:"YYYY-MM-DD"`
	By    string   `help:"Who reads them in, for the history." placeholder:"NAME"`
}

// Run reads each workbook for itself: what is wrong with one keeps no other back.
func (c *inspectionTakeCmd) Run(a *app) error {
	var day edu.Date
	if c.Day != "" {
		t, err := time.Parse(time.DateOnly, c.Day)
		if err != nil {
			return fmt.Errorf("--day: found %q, want YYYY-MM-DD: %w", c.Day, fault.Invalid)
		}
		day = edu.DateOf(t)
	}
	return a.safety(c.DB, true, func(_ *flow.City, s *flow.Safety) error {
		var problems int
		for _, name := range c.Files {
			x, err := c.take(a, s, name, day)
			if err != nil {
				problems++
				fmt.Fprintf(a.Err, "%s: %s\n", name, c.why(a, err))
				continue
			}
			n, _ := x.Count()
			fmt.Fprintf(a.Out, a.say("%s：第%d号检查，不合格 %d 项，未填 %d 项\n", "%s: inspection %d, %d unfit, %d not filled in\n"), name, x.No, n[inspection.Unfit], n[inspection.NoResult])
		}
		if problems > 0 {
			return fmt.Errorf("%d of %d workbooks: %w", problems, len(c.Files), fault.Blocked)
		}
		return nil
	})
}

// why is what an error says to a person.
func (c *inspectionTakeCmd) why(a *app, err error) string {
	if says, ok := errors.AsType[interface {
		error
		In(lang string) string
	}](err); ok {
		return says.In(a.lang)
	}
	return err.Error()
}

func (c *inspectionTakeCmd) take(a *app, s *flow.Safety, name string, day edu.Date) (inspection.Inspection, error) {
	f, err := os.Open(name)
	if err != nil {
		return inspection.Inspection{}, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, inspection.MaxBook+1))
	if err != nil {
		return inspection.Inspection{}, err
	}
	if len(body) > inspection.MaxBook {
		return inspection.Inspection{}, fmt.Errorf("more than %d MB: %w", inspection.MaxBook>>20, fault.Invalid)
	}
	return s.TakeBook(a.ctx, operatorNamed(c.By), body, day)
}

type inspectionCoverageCmd struct {
	DB     string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Oldest int    `help:"How many of the schools that were not visited for longest." default:"20"`
}

func (c *inspectionCoverageCmd) Run(a *app) error {
	return a.safety(c.DB, false, func(_ *flow.City, s *flow.Safety) error {
		cover, err := s.SafetyCover(a.ctx, operatorNamed(""), 0, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Out, a.say("%s至%s\n\n", "%s to %s\n\n"), cover.From, cover.Until)
		t := table{head: []string{a.say("区县", "county"), a.say("学校", "schools"), a.say("已查", "visited"), a.say("检查次数", "visits")}, right: []bool{false, true, true, true}}
		for _, x := range cover.Counties {
			t.add(x.Unit.Name.In(a.lang), fmt.Sprint(x.Schools), fmt.Sprint(x.Visited), fmt.Sprint(x.Visits))
		}
		t.add(a.say("合计", "total"), fmt.Sprint(cover.All.Schools), fmt.Sprint(cover.All.Visited), fmt.Sprint(cover.All.Visits))
		t.print(a.Out)
		fmt.Fprintln(a.Out)
		old := table{head: []string{a.say("学校", "school"), a.say("标识码", "code"), a.say("最近检查", "last visit")}}
		for i, x := range cover.Oldest {
			if i >= c.Oldest {
				break
			}
			last := a.say("从未", "never")
			if x.Last != 0 {
				last = x.Last.String()
			}
			old.add(x.Unit.Name.In(a.lang), x.Unit.Code, last)
		}
		old.print(a.Out)
		return nil
	})
}
