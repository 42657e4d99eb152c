package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"shuren/internal/bulletin"
	"shuren/internal/fault"
)

// boardCmd writes what the city publishes: it is made from a database, and works
// from a folder or any server of files.
type boardCmd struct {
	DB      string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Out     string `required:"" help:"Folder, new or empty, or a .zip file." placeholder:"PATH"`
	Edition string `help:"Id of the edition; without it the newest that was approved." placeholder:"ID"`
}

func (c *boardCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	b, who := city.Board(), operatorNamed("")
	id := c.Edition
	if id == "" {
		e, err := b.Published(a.ctx, who)
		if err != nil {
			return err
		}
		id = e.ID
	}
	files, e, at, err := b.Files(a.ctx, who, id)
	if err != nil {
		return err
	}
	if e.State != bulletin.Published {
		return fmt.Errorf("%s: %w", a.say("这一版本没有批准公布，不写出", "this edition was not approved and is not written"), fault.Invalid)
	}
	if strings.EqualFold(filepath.Ext(c.Out), ".zip") {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		if err := bulletin.WriteZip(f, files, at); err != nil {
			f.Close()
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	} else if err := writeFolder(c.Out, files); err != nil {
		return err
	}
	fmt.Fprintln(a.Out, a.say(fmt.Sprintf("已写出%d个文件（版本%s，定稿%s）", len(files), e.ID, e.Lockdown), fmt.Sprintf("%d files written (edition %s of %s)", len(files), e.ID, e.Lockdown)))
	return nil
}

// writeFolder writes files below a folder, which must be new or empty: what is
// public is an edition as a whole, with nothing left over from another.
func writeFolder(dir string, files []bulletin.File) error {
	if have, err := os.ReadDir(dir); err == nil && len(have) > 0 {
		return fmt.Errorf("%s is not empty: %w", dir, fault.Invalid)
	}
	for _, f := range files {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, f.Body, 0o644); err != nil {
			return err
		}
	}
	return nil
}
