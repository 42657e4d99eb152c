// Package cli reads flags, wires the parts together and prints.
//
// Exit codes: 0 done, whatever the verdicts; 1 something broke; 2 bad usage;
// 3 the input has blocking problems.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// Exit codes.
const (
	exitOK      = 0
	exitBroken  = 1
	exitUsage   = 2
	exitBlocked = 3
)

// Streams are the three standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is what every command gets.
type app struct {
	ctx context.Context
	Streams
	lang string
}

type commands struct {
	Lang string `help:"Language of what is printed: zh or en." enum:"zh,en,auto," default:"auto" env:"SHUREN_LANG"`

	Demo        demoCmd        `cmd:"" help:"Make the fictional demo city and serve its pages."`
	Evaluate    evaluateCmd    `cmd:"" help:"Measure and judge the units in files, without a database."`
	Explain     explainCmd     `cmd:"" help:"Trace one figure of one section to the cells that it came from."`
	Valueadd    valueaddCmd    `cmd:"" help:"Estimate what schools add, from a file of pupils: a two-level model with intervals. No pupil is kept."`
	Forecast    forecastCmd    `cmd:"" help:"Forecast pupils by place, stage, grade and year from a file of the past, with what the method was worth on it."`
	Teams       teamsCmd       `cmd:"" help:"Who must move to another school this summer, the ratios of exchange and training, from a roster of staff. No name is read."`
	Reconcile   reconcileCmd   `cmd:"" help:"Compare children's lists: household, register, roll, ex-poverty, last year. No name leaves it."`
	Places      placesCmd      `cmd:"" help:"Plan seats from files: which schools to enlarge, build, keep or convert, at the least cost and with proof, beside doing nothing."`
	Propose     proposeCmd     `cmd:"" help:"Work out the least that must be done for a county to pass, line by line, with proof and reasons."`
	Draft       draftCmd       `cmd:"" help:"Read a meeting notice or plan document and propose measures; nothing is saved."`
	Plan        planCmd        `cmd:"" help:"The three-year action: list, export, import and check plans."`
	Import      importCmd      `cmd:"" help:"Read files into a database."`
	Export      exportCmd      `cmd:"" help:"Write the assessment of a period in a database in long form."`
	Serve       serveCmd       `cmd:"" help:"Serve the pages of a database to the people who sign in."`
	Issue       issueCmd       `cmd:"" help:"Issue a form for a period: who must fill it, by when."`
	Forms       formsCmd       `cmd:"" help:"The list of forms that may be issued."`
	Collect     collectCmd     `cmd:"" help:"Read a folder of filled workbooks into a database."`
	Tasks       tasksCmd       `cmd:"" help:"List or export the tasks of plans, meetings and supervision."`
	Meeting     meetingCmd     `cmd:"" help:"List meetings, or write the minutes of one."`
	Register    registerCmd    `cmd:"" help:"Registers of pupils and staff: import files, change the keys."`
	Warning     warningCmd     `cmd:"" help:"Early warning of dropouts: train a county's model, show what it was worth, list this week's suggested visits."`
	Init        initCmd        `cmd:"" help:"Set up a database with the tree of a known city, without any data."`
	Account     accountCmd     `cmd:"" help:"Keep accounts at the machine: list, make, recover, grant, revoke, unlock, link, close."`
	Audit       auditCmd       `cmd:"" help:"Verify or export the audit log."`
	Packs       packsCmd       `cmd:"" help:"List the packs, or check one."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
	Report      reportCmd      `cmd:"" help:"Write a document of the gallery into a folder, or one for each school or county."`
	Board       boardCmd       `cmd:"" help:"Write the public board: plain pages and open data of an edition that was approved."`
	Inspections inspectionsCmd `cmd:"" help:"Safe campuses: plans of inspections, their workbooks, coverage."`
	Retention   retentionCmd   `cmd:"" help:"Report of the cases of dropout prevention: by month, quarter, term or year, with the zero reports that are owed. No name is in it."`
}

// Run runs one command and gives its exit code.
func Run(ctx context.Context, args []string, s Streams) (code int) {
	var c commands
	exited := false
	parser, err := kong.New(&c,
		kong.Name("shuren"),
		kong.Description("树人 Shuren: collect, measure by the official formula, find the gap."),
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(n int) { exited, code = true, n; panic(stop{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
	)
	if err != nil {
		fmt.Fprintln(s.Err, "shuren:", err)
		return exitBroken
	}
	defer func() {
		// kong ends --help by calling Exit and expects not to come back.
		if r := recover(); r != nil {
			if _, ok := r.(stop); !ok || !exited {
				panic(r)
			}
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.Err, "shuren: %v\nTry: shuren --help\n", err)
		return exitUsage
	}
	a := &app{ctx: ctx, Streams: s, lang: language(c.Lang)}
	return a.exit(k.Run(a))
}

type stop struct{}

// exit prints an error and gives its exit code.
func (a *app) exit(err error) int {
	no, refused := errors.AsType[*auth.Refusal](err)
	noFit, unfit := errors.AsType[*valueadd.Refusal](err)
	switch {
	case err == nil:
		return exitOK
	case refused:
		fmt.Fprintln(a.Err, "shuren:", no.In(a.lang))
		return exitUsage
	case unfit:
		fmt.Fprintln(a.Err, "shuren:", noFit.Text.In(a.lang))
		return exitUsage
	case errors.Is(err, context.Canceled) && a.ctx.Err() != nil:
		fmt.Fprintln(a.Err, "shuren: stopped")
		return exitBroken
	case errors.Is(err, fault.Blocked):
		fmt.Fprintln(a.Err, "shuren:", a.say("有必须先改的内容（见上面的“■”），改好前不作判定，也不保存", err.Error()))
		return exitBlocked
	case errors.Is(err, fault.Invalid), errors.Is(err, fault.NotFound), errors.Is(err, fault.TooLarge), errors.Is(err, os.ErrNotExist):
		fmt.Fprintln(a.Err, "shuren:", err)
		return exitUsage
	default:
		fmt.Fprintln(a.Err, "shuren:", err)
		return exitBroken
	}
}

// language chooses zh or en: the flag, then the locale; Chinese where the
// locale says nothing, since the first users are county clerks.
func language(flag string) string {
	if flag == "zh" || flag == "en" {
		return flag
	}
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		switch l := strings.ToLower(os.Getenv(v)); {
		case l == "", l == "c", strings.HasPrefix(l, "c."), l == "posix":
			continue
		case strings.HasPrefix(l, "zh"):
			return "zh"
		default:
			return "en"
		}
	}
	return "zh"
}

// say chooses between the two languages.
func (a *app) say(zh, en string) string {
	if a.lang == "en" {
		return en
	}
	return zh
}
