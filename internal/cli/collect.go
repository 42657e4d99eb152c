package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/web"
)

var _ web.Desk = (*flow.Desk)(nil)

// operatorNamed is who acts on the machine itself.
func operatorNamed(by string) auth.Actor {
	return auth.Actor{Name: cmp.Or(by, "local"), Local: true}
}

type issueCmd struct {
	Form     string `arg:"" help:"Id of a form on the list; see: shuren forms list."`
	DB       string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Period   string `required:"" help:"Period that the figures are of: 2025, 2025T1, CY2025, 2025-09." placeholder:"Y"`
	Due      string `help:"Last day; the form's own closing day without." placeholder:"DATE"`
	Opens    string `help:"First day; today without." placeholder:"DATE"`
	By       string `help:"Who issues it." placeholder:"NAME" env:"USER"`
	Approver string `help:"Who approves that the yearly budget of a school is exceeded; with --reason." placeholder:"NAME"`
	Reason   string `help:"Why it may be exceeded." placeholder:"TEXT"`
	Urgent   string `help:"Ground of a short deadline: safety, dropout or top; with --urgent-by." enum:",safety,dropout,top" default:""`
	UrgentBy string `help:"Who answers for the short deadline." placeholder:"NAME"`
}

func (c *issueCmd) Run(a *app) error {
	period, err := edu.ParsePeriod(c.Period)
	if err != nil {
		return fmt.Errorf("--period: %w: %w", err, fault.Invalid)
	}
	due, err := parseDay("--due", c.Due)
	if err != nil {
		return err
	}
	opens, err := parseDay("--opens", c.Opens)
	if err != nil {
		return err
	}
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	desk := city.Desk(operatorNamed(c.By))
	is, err := desk.Issue(a.ctx, flow.Order{Form: c.Form, Period: period, Opens: opens, Due: due, Approver: c.Approver, Reason: c.Reason,
		Except: collect.Exception{Ground: collect.Urgency(c.Urgent), By: c.UrgentBy}})
	if err != nil {
		return a.refusal(err)
	}
	tasks, err := desk.Tasks(a.ctx, collect.Filter{Issue: is.ID, Limit: 1})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, a.say("● 已下发 %s：%d个单位，%s至%s\n", "● issued %s: %d units, %s to %s\n"), is.ID, tasks.Total, is.Opens, is.Due)
	return nil
}

// refusal words an error for people where it has words for them.
func (a *app) refusal(err error) error {
	var w interface {
		error
		Text() edu.Text
	}
	if !errors.As(err, &w) {
		return err
	}
	return fmt.Errorf("%s %w", w.Text().In(a.lang), fault.Invalid)
}

func parseDay(flag, s string) (edu.Date, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is not a day such as 2025-10-31: %w", flag, s, fault.Invalid)
	}
	return edu.DateOf(t), nil
}

type formsCmd struct {
	List formsListCmd `cmd:"" help:"List the forms that may be issued (报表目录)."`
	Add  packsAddCmd  `cmd:"" hidden:"" help:"The same as packs add."`
}

type formsListCmd struct {
	DB string `name:"db" required:"" help:"Database." placeholder:"DB"`
}

func (c *formsListCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	desk := city.Desk(operatorNamed(""))
	entries, err := desk.Forms(a.ctx)
	if err != nil {
		return err
	}
	say := i18n.For(a.lang)
	t := &table{head: []string{a.say("编号", "id"), a.say("名称", "name"), a.say("频次", "frequency"), a.say("填报对象", "filled by"),
		a.say("分钟", "minutes"), a.say("批准人", "approver"), a.say("有效至", "valid until"), a.say("依据", "basis")}}
	for _, e := range entries {
		valid := e.Form.Valid.String()
		if e.Why != (edu.Text{}) {
			valid = "■ " + e.Why.In(a.lang)
		}
		t.add(e.Form.ID, e.Form.Name.In(a.lang), say.T("frequency."+e.Form.Frequency), say.T("level."+string(e.Form.Fills)), fmt.Sprint(e.Form.Minutes), e.Form.ApprovedBy().In(a.lang), valid, e.Form.Rests().In(a.lang))
	}
	t.print(a.Out)
	return nil
}

type collectCmd struct {
	Folder    string `arg:"" help:"Folder of filled workbooks; its folders are searched too." type:"existingdir"`
	DB        string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Submit    bool   `help:"Hand in what is ready; the rest is saved as drafts."`
	Overwrite bool   `help:"Let the workbooks stand over what was saved since they were downloaded."`
	Marked    string `help:"Folder for the workbooks that have problems, with the bad cells marked." placeholder:"DIR"`
	By        string `help:"Who hands in." placeholder:"NAME" env:"USER"`
}

func (c *collectCmd) Run(a *app) error {
	if err := apart(c.Folder, c.Marked); err != nil {
		return err
	}
	names, err := workbooks(c.Folder)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s holds no .xlsx file: %w", c.Folder, fault.NotFound)
	}
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	var books []flow.Book
	for _, n := range names {
		books = append(books, flow.Book{Name: n, Open: func() ([]byte, error) { return os.ReadFile(filepath.Join(c.Folder, filepath.FromSlash(n))) }})
	}
	bar := a.progress(a.say("收表", "collecting"), int64(len(books)))
	var sum collectSum
	var lines []string
	err = city.Desk(operatorNamed(c.By)).CollectBooks(a.ctx, books, flow.CollectOptions{Submit: c.Submit, Overwrite: c.Overwrite, Marked: c.Marked != "", Done: func(r flow.Collected) error {
		_ = bar.Add(1)
		lines = append(lines, a.collected(&sum, r)...)
		if c.Marked == "" || len(r.Marked) == 0 {
			return nil
		}
		to := filepath.Join(c.Marked, filepath.FromSlash(r.File))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, r.Marked, 0o644)
	}})
	_ = bar.Finish()
	for _, l := range lines {
		fmt.Fprintln(a.Out, l)
	}
	fmt.Fprintf(a.Out, a.say("共%d个文件：提交%d个单位，存为草稿%d个单位；此前已读%d个文件，退回%d个文件，其中有问题须看的%d个文件\n",
		"%d files: %d units handed in, %d saved as drafts; %d files read before, %d refused, %d with problems to look at\n"),
		sum.files, sum.handed, sum.saved, sum.repeated, sum.refused, sum.problems)
	if err == nil && sum.refused > 0 {
		err = fmt.Errorf("%d of %d files refused: %w", sum.refused, sum.files, fault.Blocked)
	}
	return err
}

// apart refuses to put marked workbooks among those that are read: they would be
// written over what schools sent, or be read as such the next time.
func apart(folder, marked string) error {
	if marked == "" {
		return nil
	}
	real := func(path string) string { // as far as it is there already
		abs, err := filepath.Abs(path)
		if err != nil {
			return path
		}
		if to, err := filepath.EvalSymlinks(abs); err == nil {
			return to
		}
		return abs
	}
	to, err := filepath.Rel(real(folder), real(marked))
	if err == nil && (to == "." || filepath.IsLocal(to)) {
		return fmt.Errorf("--marked %s: want a folder outside %s, whose workbooks stay as they were sent: %w", marked, folder, fault.Invalid)
	}
	return nil
}

// workbooks lists the workbooks in a folder and below it, by name. What office
// programs leave beside an open file is none.
func workbooks(folder string) ([]string, error) {
	var out []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if base := filepath.Base(name); strings.EqualFold(filepath.Ext(base), ".xlsx") && !strings.HasPrefix(base, "~$") && !strings.HasPrefix(base, ".") {
			out = append(out, name)
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

type collectSum struct{ files, saved, handed, repeated, refused, problems int }

// maxPerFile is how many problems of one file are printed; the marked workbook
// has them all.
const maxPerFile = 10

// collected counts what became of a file, and words what is to be looked at.
func (a *app) collected(sum *collectSum, r flow.Collected) []string {
	sum.files++
	sum.saved += r.Saved
	sum.handed += r.Handed
	var lines []string
	n := 0
	add := func(blocks bool, at, text string) {
		if n++; n <= maxPerFile {
			mark := "○"
			if blocks {
				mark = "■"
			}
			lines = append(lines, fmt.Sprintf("%s %s%s", mark, at, text))
		}
	}
	for _, q := range r.Problems {
		at := r.File + a.say("：", ": ")
		if q.Cell.Sheet != "" {
			at = r.File + a.say("，", ", ") + q.Cell.Sheet + a.say("：", ": ")
		}
		add(q.Blocking, at, q.Text.In(a.lang))
	}
	for _, u := range r.Units {
		for _, q := range u.Problems {
			if q.Blocking || q.Reason == nil {
				add(q.Blocking, r.File+a.say("，", ", ")+u.Unit.Name.In(a.lang)+a.say("：", ": "), q.Text.In(a.lang))
			}
		}
	}
	if n > maxPerFile {
		lines = append(lines, fmt.Sprintf(a.say("  …另有%d个问题", "  … and %d more"), n-maxPerFile))
	}
	switch {
	case r.Repeated:
		sum.repeated++
	case r.Refused:
		sum.refused++
	}
	if n > 0 {
		sum.problems++
	}
	return lines
}
