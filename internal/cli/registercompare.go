package cli

import (
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/reconcile"
)

type registerCompareCmd struct {
	DB      dbName   `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Year    int      `required:"" help:"School year by the year in which it begins." placeholder:"Y"`
	KeyFile keysFlag `embed:""`
}

func (c *registerCompareCmd) Run(a *app) error {
	city, err := c.KeyFile.must(a, c.DB)
	if err != nil {
		return err
	}
	defer city.Close()
	bar := a.progress(a.say("比对", "comparing"), 100)
	got, err := city.Registers().Compare(a.ctx, auth.Operator(), c.Year, func(at flow.Comparing) {
		bar.Describe(at.Step.In(a.lang))
		_ = bar.Set(int(100 * at.Share))
	})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	doubts, err := city.Registers().Doubts(a.ctx, auth.Operator(), got)
	if err != nil {
		return err
	}
	t := table{head: []string{a.say("项目", "item"), a.say("人数", "children")}, right: []bool{false, true}}
	t.add(a.say("全部儿童", "All children"), fmt.Sprint(got.Children))
	for l := reconcile.Dropout; l > reconcile.NoLedger; l-- {
		t.add(l.Words().In(a.lang), fmt.Sprint(got.Ledgers[l.ID()]))
	}
	for _, reason := range reconcile.Reasons() {
		if n := got.Reasons[reason.ID()]; n > 0 {
			t.add(reason.Words().In(a.lang), fmt.Sprint(n))
		}
	}
	t.print(a.Out)
	open := 0
	for _, p := range doubts {
		if p.Said == "" {
			open++
		}
	}
	if open > 0 {
		fmt.Fprintf(a.Out, a.say("▲ %d 对记录可能是同一人，待人工判断\n", "▲ %d pairs of records may be one child: a person must decide\n"), open)
	}
	if got.Levels > 0 {
		fmt.Fprintf(a.Out, a.say("▲ %d 项学籍人数与报表在校生数不一致（见控辍保学“名单比对”页）\n", "▲ %d numbers of pupils in forms differ from the register (page “Compare lists”)\n"), got.Levels)
	}
	if got.Lists[reconcile.Poverty.ID()] > 0 {
		fmt.Fprintln(a.Out, a.say("● 脱贫户名单已删除", "● The ex-poverty list was deleted"))
	}
	return nil
}
