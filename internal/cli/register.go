package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// keysFlag is where the keys of the registers are: a file apart from the database.
type keysFlag struct {
	Keys string `help:"File with the keys of the registers; without it DB.keys beside a database file." placeholder:"FILE" env:"SHUREN_KEYS" type:"path"`
}

// path is the key file of a database; empty where nothing says which.
func (k keysFlag) path(db dbName) string {
	if k.Keys != "" || store.Shared(string(db)) {
		return k.Keys
	}
	return string(db) + ".keys"
}

// use gives a city its keys where there are some. Without them it has no registers.
func (k keysFlag) use(city *flow.City, db dbName) error {
	path := k.path(db)
	if path == "" {
		return nil
	}
	err := city.UseKeys(path, false, ident.AES)
	if errors.Is(err, os.ErrNotExist) && k.Keys == "" {
		return nil
	}
	return err
}

// must is use where the registers are what a command is about.
func (k keysFlag) must(a *app, db dbName) (*flow.City, error) {
	path := k.path(db)
	if path == "" {
		return nil, fmt.Errorf("--keys: say where the keys of the registers are: %w", fault.Invalid)
	}
	city, err := openCity(a, string(db), "", false)
	if err != nil {
		return nil, err
	}
	if err := city.UseKeys(path, false, ident.AES); err != nil {
		city.Close()
		return nil, fmt.Errorf("--keys: %w", err)
	}
	return city, nil
}

type registerCmd struct {
	Import  registerImportCmd  `cmd:"" help:"Read a file of pupils or staff into a register; broken off, the same command goes on where it was."`
	Compare registerCompareCmd `cmd:"" help:"Compare the lists of a year: household, register, roll, ex-poverty, last year. The ex-poverty list is deleted then."`
	Runs    registerRunsCmd    `cmd:"" help:"List imports of registers."`
	Drop    registerDropCmd    `cmd:"" help:"Give up an import that was broken off: nothing of it counts."`
	Keys    registerKeysCmd    `cmd:"" help:"Make a key file where a database has none yet."`
	Rotate  registerRotateCmd  `cmd:"" help:"Make a new key and seal all registers with it; broken off, the same command goes on where it was."`
}

type registerImportCmd struct {
	File     string        `arg:"" help:"CSV, XLSX or Parquet." type:"existingfile"`
	DB       dbName        `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Kind     string        `required:"" enum:"pupils,staff" help:"pupils or staff."`
	Year     int           `required:"" help:"School year by the year in which it begins." placeholder:"Y"`
	List     register.List `help:"Of pupils: household, in_class, ex_poverty or platform, a list to compare the register with." enum:",household,in_class,ex_poverty,platform" default:""`
	Skip     bool          `help:"Leave rows out that have blocking problems; without it such a file is refused whole."`
	Replace  bool          `help:"The file is the whole register of every unit in it: who is not in it is ended."`
	Problems string        `help:"Write the list of problems to this file (CSV)." placeholder:"FILE" type:"path"`
	KeyFile  keysFlag      `embed:""`
}

func (c *registerImportCmd) Run(a *app) error {
	city, err := c.KeyFile.must(a, c.DB)
	if err != nil {
		return err
	}
	defer city.Close()
	if made, err := city.Demo(a.ctx); err != nil {
		return err
	} else if made != "" {
		return fmt.Errorf("%s holds the fictional demo city; real people would stand beside its own. Give another database: %w", c.DB, fault.Invalid)
	}
	opt := flow.RegisterOptions{Kind: store.AChild, List: c.List, Year: c.Year, Skip: c.Skip, Replace: c.Replace}
	if c.Kind == "staff" {
		opt.Kind = store.AStaff
	}
	bar := a.progress(a.say("导入名册", "importing"), -1)
	opt.Progress = func(rows int, _, _ int64) { _ = bar.Set(rows) }
	got, err := city.Registers().Import(a.ctx, auth.Operator(), func() (io.ReadCloser, error) { return os.Open(c.File) }, opt)
	_ = bar.Finish()
	if werr := c.write(a, got); werr != nil {
		return errors.Join(err, werr)
	}
	if err != nil && !errors.Is(err, fault.Blocked) {
		return err
	}
	if got.Resumed {
		fmt.Fprintln(a.Out, a.say("● 接着上次中断的地方继续", "● went on where it was broken off"))
	}
	if len(got.Lacks) > 0 {
		var names []string
		for _, f := range got.Lacks {
			names = append(names, register.FieldName(f).In(a.lang))
		}
		fmt.Fprintf(a.Out, a.say("■ 缺少列：%s\n", "■ columns are lacking: %s\n"), strings.Join(names, a.say("、", ", ")))
	}
	if len(got.Unread) > 0 {
		fmt.Fprintf(a.Out, a.say("△ 表头认不得、没有读入的列：%s\n", "△ columns with heads that are not known, not read: %s\n"), strings.Join(got.Unread, a.say("、", ", ")))
	}
	fmt.Fprintf(a.Out, a.say("● 读了 %d 行：新增 %d 人，另有 %d 人本学年首次登记，更新 %d，不变 %d，结束 %d；有问题 %d 处（其中须改 %d），略过 %d 行\n",
		"● %d rows: %d new, %d more for the first time in this year, %d changed, %d as before, %d ended; %d problems (%d blocking), %d rows left out\n"),
		got.Rows, got.New, got.Moved, got.Changed, got.Same, got.Ended, got.Found, got.Blocking, got.Skipped)
	return err
}

// write tells the problems: the first on the screen, all that were kept in a file.
func (c *registerImportCmd) write(a *app, got flow.RegisterReceipt) error {
	const shown = 20
	for i, p := range got.Problems {
		if i == shown {
			fmt.Fprintf(a.Err, a.say("… 另有 %d 处\n", "… and %d more\n"), got.Found-shown)
			break
		}
		mark := "△"
		if p.Blocking {
			mark = "■"
		}
		fmt.Fprintln(a.Err, mark, p.Words().In(a.lang))
	}
	if c.Problems == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("\ufeff" + a.say("行,栏目,须改,内容,问题\n", "row,column,blocking,found,problem\n"))
	for _, p := range got.Problems {
		fmt.Fprintf(&b, "%d,%s,%t,%q,%q\n", p.Row, register.FieldName(p.Field).In(a.lang), p.Blocking, p.Found, p.Why.In(a.lang))
	}
	return os.WriteFile(c.Problems, []byte(b.String()), 0o600)
}

type registerRunsCmd struct {
	DB dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
}

func (c *registerRunsCmd) Run(a *app) error {
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	runs, err := city.Registers().Imports(a.ctx, auth.Operator())
	if err != nil {
		return err
	}
	for _, r := range runs {
		fmt.Fprintf(a.Out, "%d\t%s\t%d\t%s\t%s\t%d\t%s\n", r.Run, r.State, r.Year, kindOf(r.Kind), r.List, r.Rows, r.Began.Local().Format("2006-01-02 15:04"))
	}
	return nil
}

func kindOf(k store.PersonKind) string {
	if k == store.AStaff {
		return "staff"
	}
	return "pupils"
}

type registerDropCmd struct {
	Run_ int    `arg:"" name:"run" help:"Number of the import, as runs lists it."`
	DB   dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
}

func (c *registerDropCmd) Run(a *app) error {
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	if err := city.Registers().DropImport(a.ctx, auth.Operator(), c.Run_); err != nil {
		return err
	}
	fmt.Fprintln(a.Out, a.say("● 已放弃，没有任何改动生效", "● dropped; nothing of it counts"))
	return nil
}

// makeKeys makes the key file of a new database and says where it is.
func makeKeys(a *app, city *flow.City, path string, suite ident.Suite) error {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s is there already; a key file is never overwritten: %w", path, fault.Invalid)
	}
	if err := city.UseKeys(path, true, suite); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, a.say("● 名册密钥：%s（%s）。请与数据库分开备份：丢失后名册中的姓名和号码无法恢复\n",
		"● keys of the registers: %s (%s). Back it up apart from the database: without it no name or number comes back\n"), path, suite)
	return nil
}

type registerKeysCmd struct {
	DB      dbName      `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Suite   ident.Suite `help:"aes-256-gcm, or sm4-gcm where commercial cryptography is asked for." enum:"aes-256-gcm,sm4-gcm" default:"aes-256-gcm"`
	KeyFile keysFlag    `embed:""`
}

func (c *registerKeysCmd) Run(a *app) error {
	path := c.KeyFile.path(c.DB)
	if path == "" {
		return fmt.Errorf("--keys: say where the key file is to be: %w", fault.Invalid)
	}
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	if n, err := city.Registers().Sealed(a.ctx); err != nil {
		return err
	} else if n > 0 {
		return fmt.Errorf("the database holds %d people sealed with keys that were made before; a new key file would not open them: %w", n, fault.Invalid)
	}
	return makeKeys(a, city, path, c.Suite)
}

type registerRotateCmd struct {
	DB      dbName      `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Suite   ident.Suite `help:"Of the new key: aes-256-gcm or sm4-gcm." enum:"aes-256-gcm,sm4-gcm" default:"aes-256-gcm"`
	Forget  bool        `help:"Take the older keys out of the file afterwards. Backups of the database from before cannot be opened then."`
	KeyFile keysFlag    `embed:""`
}

func (c *registerRotateCmd) Run(a *app) error {
	city, err := c.KeyFile.must(a, c.DB)
	if err != nil {
		return err
	}
	defer city.Close()
	bar := a.progress(a.say("重新加密", "sealing anew"), -1)
	got, err := city.Registers().Rotate(a.ctx, auth.Operator(), flow.RotateOptions{Suite: c.Suite, Forget: c.Forget, Progress: func(done, _ int) { _ = bar.Set(done) }})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	if got.Resumed {
		fmt.Fprintln(a.Out, a.say("● 接着上次中断的地方继续", "● went on where it was broken off"))
	}
	fmt.Fprintf(a.Out, a.say("● 现在由第 %d 号密钥加密，重新加密 %d 人，移除旧密钥 %d 个\n", "● key %d seals all now, %d people were sealed anew, %d older keys were taken out\n"), got.Key, got.People, got.Forgot)
	return nil
}
