package cli

import (
	"context"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/web"
)

type demoCmd struct {
	DB      dbName   `name:"db" help:"Database to make, or to take up again." default:"shuren-demo.db" placeholder:"DB"`
	Addr    string   `help:"Address to listen on; only addresses of this machine." default:"localhost:8080"`
	Seed    uint64   `help:"The same seed makes the same city." default:"1"`
	Pack    []string `sep:"none" help:"A further pack to measure the demo city by; give it again for more." placeholder:"P"`
	OwnPack string   `name:"own-pack" help:"Folder with the city's own pack; made where it is not there. Without it: beside the database file." placeholder:"DIR" type:"path"`
	KeyFile keysFlag `embed:""`
	NoServe bool     `help:"Make all years and end, without serving pages."`
}

func (c *demoCmd) Run(a *app) error {
	l, err := listen(a.ctx, c.Addr, false) // before any work: a port in use is told at once
	if err != nil && !c.NoServe {
		return err
	}
	if l != nil {
		defer l.Close()
	}
	into, err := openCity(a, string(c.DB), defaultPack, true)
	if err != nil {
		return err
	}
	defer into.Close()
	if path := c.KeyFile.path(c.DB); path != "" {
		if err := into.UseKeys(path, true, ident.AES); err != nil {
			return err
		}
	}
	city, wanting, err := c.prepare(a, into)
	if err != nil {
		return err
	}
	if err := into.AddPacks(a.ctx, c.Pack...); err != nil {
		return err
	}
	if err := c.useOwn(a, city, into); err != nil {
		return err
	}
	if len(wanting) == 0 {
		fmt.Fprintf(a.Err, a.say("沿用已有数据库 %s\n", "using the database %s as it is\n"), c.DB)
	}
	if c.NoServe {
		if err := c.more(a.ctx, a, city, into); err != nil {
			return err
		}
		if err := c.readIn(a.ctx, a, city, into, wanting); err != nil {
			return err
		}
		if err := city.Settle(a.ctx, into); err != nil {
			return err
		}
		if err := c.collect(a.ctx, a, city, into); err != nil {
			return err
		}
		if err := city.Reports(a.ctx, into); err != nil {
			return err
		}
		if err := city.Board(a.ctx, into); err != nil {
			return err
		}
		return c.show(a, into)
	}
	// The newest year of the first scheme first: it is what the first page shows.
	years := city.Years()
	if newest := years[len(years)-1]; len(wanting) > 0 && wanting[0] == newest {
		if err := c.read(a.ctx, a, city, into, wanting[:1], city.ReadBase); err != nil {
			return err
		}
		wanting = wanting[1:]
	}
	if err := c.show(a, into); err != nil {
		return err
	}
	if err := city.Settle(a.ctx, into); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, a.say("\n登录页列出各角色的示例账号，密码均为 %s（仅示例城市有公开密码）\n", "\nThe sign-in page lists an account for each role; the password of all is %s (only the demo city has a known one)\n"), demo.Password)
	return a.serve(into, l, c.server(into, city), func(ctx context.Context) error {
		// Last year first: papers show it beside each cell.
		if err := c.more(ctx, a, city, into); err != nil {
			return err
		}
		if err := c.readIn(ctx, a, city, into, wanting); err != nil {
			return err
		}
		if err := c.collect(ctx, a, city, into); err != nil {
			return err
		}
		if err := city.Reports(ctx, into); err != nil {
			return err
		}
		if err := city.Board(ctx, into); err != nil {
			return err
		}
		return a.tick(ctx, into, nil, "")
	})
}

// server is how the demo city's pages are served: people sign in, as anywhere,
// with accounts that the sign-in page tells.
func (c *demoCmd) server(into *flow.City, city *demo.City) server {
	cfg := web.Config{Accounts: flow.NewAccounts(into, flow.AccountOptions{}), View: func(who auth.Actor) web.City { return into.As(who) }, Audit: auditLog{into}}
	if into.OwnPack() != nil {
		cfg.Own = into
	}
	for _, p := range city.People() {
		cfg.DemoAccounts = append(cfg.DemoAccounts, web.DemoAccount{Login: p.Login, Password: demo.Password, What: p.What})
	}
	return server{Config: cfg}
}

// collect shows links and value added, lets the counties enter what they keep of themselves, gives the tasks of the action, issues the newest
// year's forms, where that was not done before, and lets the schools hand theirs in, county by county.
func (c *demoCmd) collect(ctx context.Context, a *app, city *demo.City, into *flow.City) error {
	if err := city.Show(ctx, into); err != nil {
		return err
	}
	if err := city.StaffRegister(ctx, into); err != nil {
		return err
	}
	if err := city.Record(ctx, into); err != nil {
		return err
	}
	if err := city.ActionPlan(ctx, into); err != nil {
		return err
	}
	if err := city.Proposal(ctx, into); err != nil {
		return err
	}
	if err := city.Places(ctx, into); err != nil {
		return err
	}
	if err := city.Registers(ctx, into); err != nil {
		return err
	}
	now := time.Now()
	if err := city.ActionTasks(ctx, into, now); err != nil {
		return err
	}
	if err := city.Duties(ctx, into, now); err != nil {
		return err
	}
	if err := city.Cases(ctx, into, now); err != nil {
		return err
	}
	done, err := city.Issued(ctx, into)
	if err != nil || done {
		return err
	}
	if err := city.Issue(ctx, into, now); err != nil {
		return err
	}
	bar := a.progress(a.say("示例学校填报", "demo schools fill in"), int64(len(city.Counties())))
	defer bar.Finish()
	for i := range city.Counties() {
		if err := city.HandIn(ctx, into, i, now); err != nil {
			return err
		}
		_ = bar.Add(1)
	}
	return nil
}

// prepare makes the city and finds the years that are still to be read in.
func (c *demoCmd) prepare(a *app, into *flow.City) (*demo.City, []edu.Period, error) {
	made, err := into.Demo(a.ctx)
	if err != nil {
		return nil, nil, err
	}
	want := fmt.Sprintf("seed=%d", c.Seed)
	if made == "" {
		ps, err := into.Periods(a.ctx)
		if err != nil {
			return nil, nil, err
		}
		if len(ps) > 0 {
			return nil, nil, fmt.Errorf("%s holds figures that are not the demo city's; give another file with --db: %w", c.DB, fault.Invalid)
		}
	} else if made != want {
		return nil, nil, fmt.Errorf("%s holds a demo city of another kind (%s, asked for %s); give another file with --db: %w", c.DB, made, want, fault.Invalid)
	}
	city := demo.New(c.Seed)
	if made == "" {
		if err := city.Found(a.ctx, into); err != nil {
			return nil, nil, err
		}
	}
	if err := city.Measured(a.ctx, into); err != nil { // one made before further packs came
		return nil, nil, err
	}
	wanting, err := city.Wanting(a.ctx, into)
	return city, wanting, err
}

// more reads in what the years that are there lack of further schemes.
func (c *demoCmd) more(ctx context.Context, a *app, city *demo.City, into *flow.City) error {
	years, err := city.WantingMore(ctx, into)
	if err != nil {
		return err
	}
	return c.read(ctx, a, city, into, years, city.ReadMore)
}

func (c *demoCmd) readIn(ctx context.Context, a *app, city *demo.City, into *flow.City, years []edu.Period) error {
	return c.read(ctx, a, city, into, years, city.ReadIn)
}

// read reads years in by one of the city's ways.
func (c *demoCmd) read(ctx context.Context, a *app, city *demo.City, into *flow.City, years []edu.Period, in func(context.Context, *flow.City, edu.Period, func(string)) error) error {
	if len(years) == 0 {
		return nil
	}
	into.SetPending(len(years))
	bar := a.progress(a.say("生成示例数据", "making the demo city"), int64(len(years)*len(city.Counties())))
	defer bar.Finish()
	for i, y := range years {
		bar.Describe(a.say("示例数据 ", "demo city ") + y.Label())
		if err := in(ctx, into, y, func(string) { _ = bar.Add(1) }); err != nil {
			return fmt.Errorf("demo city, %s: %w", y.Label(), err)
		}
		into.SetPending(len(years) - i - 1)
	}
	return nil
}

// show prints one screen: counties against verdicts, for the newest year.
func (c *demoCmd) show(a *app, into *flow.City) error {
	period, err := choosePeriod(a, into, "")
	if err != nil {
		return err
	}
	as, err := into.Assessment(a.ctx, period)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "\n%s · %s\n", into.Name().In(a.lang), a.say("示例数据：城市、区县、学校和数字全部虚构", "demo data: the city, its counties, schools and figures are all fictional"))
	a.summary(as, edu.County)
	return nil
}
