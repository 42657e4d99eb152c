package cli

import (
	"fmt"
	"os"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/region"
)

type initCmd struct {
	DB      dbName      `name:"db" required:"" help:"Database to make, or an empty one at postgres://…." placeholder:"DB"`
	City    string      `help:"Tree that ships with the program: qujing." default:"qujing"`
	Suite   ident.Suite `help:"Of the registers' first key: aes-256-gcm, or sm4-gcm where commercial cryptography is asked for." enum:"aes-256-gcm,sm4-gcm" default:"aes-256-gcm"`
	KeyFile keysFlag    `embed:""`
	Pack    []string    `sep:"none" help:"A shipped pack, a folder or a YAML file; give it again for further ones." default:"cn-compulsory@2017" placeholder:"P"`
}

func (c *initCmd) Run(a *app) error {
	var choice *region.Choice
	var ids []string
	for _, x := range region.Choices() {
		ids = append(ids, x.ID)
		if x.ID == c.City {
			choice = &x
		}
	}
	if choice == nil {
		return fmt.Errorf("--city %q: there is %s: %w", c.City, strings.Join(ids, ", "), fault.Invalid)
	}
	if _, err := os.Stat(string(c.DB)); err == nil {
		return fmt.Errorf("%s is there already; give another file, or remove it yourself: %w", c.DB, fault.Invalid)
	}
	if path := c.KeyFile.path(c.DB); path != "" {
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("%s is there already; a key file is never overwritten: give another with --keys: %w", path, fault.Invalid)
		}
	}
	units, err := region.Units(c.City)
	if err != nil {
		return err
	}
	city, err := openWith(a, string(c.DB), c.Pack, true)
	if err != nil {
		return err
	}
	defer city.Close()
	if city.Name() != (edu.Text{}) { // on a server nothing else says so
		return fmt.Errorf("%s holds a city already; give another database: %w", c.DB, fault.Invalid)
	}
	if err := city.Describe(a.ctx, choice.Name, nil); err != nil {
		return err
	}
	if err := city.Register(a.ctx, units); err != nil {
		return err
	}
	n := map[edu.Level]int{}
	for _, u := range units {
		n[u.Level]++
	}
	fmt.Fprintf(a.Out, a.say("● %s：%s，%d 个县级单位，%d 个乡镇级单位，没有任何数据\n", "● %s: %s, %d county-level and %d township-level units, no figures\n"),
		c.DB, choice.Name.In(a.lang), n[edu.County], n[edu.Township])
	fmt.Fprintln(a.Out, choice.Note.In(a.lang))
	return makeKeys(a, city, c.KeyFile.path(c.DB), c.Suite)
}
