package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

type accountMakeCmd struct {
	DB    dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login string `arg:"" optional:"" help:"Login name; or --from a file."`
	Name  string `help:"Name of the person." placeholder:"NAME"`
	Unit  string `help:"Code, name or id of the person's unit." placeholder:"UNIT"`
	Role  string `help:"Role over that unit, such as school_clerk; with --all over the whole tree." placeholder:"ROLE"`
	All   bool   `help:"The role is over the whole tree."`
	From  string `help:"CSV with the columns login,name,unit,role,phone,mail: all accounts of it, or none." placeholder:"FILE"`
	Out   string `help:"Write the one-time codes here instead of printing them." placeholder:"FILE"`
}

func (c *accountMakeCmd) Run(a *app) error {
	if (c.Login == "") == (c.From == "") {
		return fmt.Errorf("give a login name, or --from FILE: %w", fault.Invalid)
	}
	o, err := a.office(c.DB)
	if err != nil {
		return err
	}
	defer o.city.Close()
	var xs []auth.Account
	if c.From != "" {
		if xs, err = o.readAccounts(c.From); err != nil {
			return err
		}
	} else {
		x, err := o.account(map[string]string{"login": c.Login, "name": c.Name, "unit": c.Unit, "role": c.Role}, c.All)
		if err != nil {
			return err
		}
		xs = []auth.Account{x}
	}
	made, err := o.MakeAll(o.ctx, operator(), xs)
	if err != nil {
		return err
	}
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o600, func(w io.Writer) error { return o.writeCodes(w, made) })
	}
	if c.From != "" {
		return o.writeCodes(a.Out, made)
	}
	a.code(made[0].Login, made[0].Code, made[0].Until)
	return nil
}

// account is an account as the cells of a line describe it.
func (o *office) account(cell map[string]string, all bool) (x auth.Account, err error) {
	x = auth.Account{Login: cell["login"], Name: cell["name"], Phone: cell["phone"], Mail: cell["mail"]}
	if cell["unit"] != "" {
		if x.Unit, err = o.city.UnitNamed(o.ctx, cell["unit"]); err != nil {
			return x, err
		}
	}
	if cell["role"] != "" {
		unit := string(x.Unit)
		if all {
			unit = ""
		}
		g, err := o.grant(cell["role"], unit, all)
		if err != nil {
			return x, err
		}
		x.Grants = []auth.Grant{g}
	}
	return x, nil
}

// readAccounts reads accounts from a CSV file and reports all that is wrong in
// it at once.
func (o *office) readAccounts(name string) ([]auth.Account, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no header: %w", name, fault.Invalid)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	known := map[string]bool{"login": true, "name": true, "unit": true, "role": true, "phone": true, "mail": true}
	var wrong []error
	for i, h := range head {
		head[i] = strings.ToLower(strings.TrimSpace(h))
		if !known[head[i]] {
			wrong = append(wrong, fmt.Errorf("%s, line 1: column %q: want login, name, unit, role, phone, mail: %w", name, h, fault.Invalid))
		}
	}
	var xs []auth.Account
	at := map[string]int{}
	for n := 2; len(wrong) < 100; n++ {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w: %w", name, err, fault.Invalid))
			break
		}
		cell := map[string]string{}
		for i, v := range rec {
			cell[head[i]] = strings.TrimSpace(v)
		}
		x, err := o.account(cell, false)
		if err == nil {
			err = auth.CheckLogin(x.Login)
		}
		if key := strings.ToLower(x.Login); err == nil && at[key] > 0 {
			err = fmt.Errorf("the login name %s is on line %d too: %w", x.Login, at[key], fault.Invalid)
		} else {
			at[key] = n
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s, line %d: %w", name, n, err))
		}
		xs = append(xs, x)
	}
	if len(wrong) > 0 {
		// Joined and made plain: one of them alone must not speak for all.
		return nil, fmt.Errorf("%s: %w", errors.Join(wrong...).Error(), fault.Invalid)
	}
	return xs, nil
}

func (o *office) writeCodes(w io.Writer, made []flow.Made) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"login", "name", "unit", "code", "until"}}
	for _, m := range made {
		unit := ""
		if m.Unit != "" {
			unit = o.city.UnitTitle(o.ctx, m.Unit, o.app.lang)
		}
		rows = append(rows, []string{m.Login, m.Name, unit, m.Code, m.Until.Local().Format("2006-01-02 15:04")})
	}
	return out.WriteAll(rows)
}
