package task_test

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// Every act says all that it lacks, by the rule that asks for it.
func TestNeeds(t *testing.T) {
	with := func(change func(*task.Task)) task.Task { d := whole(); change(&d); return d }
	issued, sign := step{act: task.Issue}, step{act: task.Sign}
	inHand := []step{issued, sign}
	percent := func(f float64) *float64 { return &f }
	for _, tt := range []struct {
		name  string
		from  task.Task
		steps []step // but the last, which is the one that is tried
		kind  error  // nil where it is possible
		says  string // part of the Chinese refusal
	}{
		{"issue what is whole", whole(), []step{issued}, nil, ""},
		{"issue without content", with(func(d *task.Task) { d.Title = " " }), []step{issued}, fault.Invalid, "任务内容"},
		{"issue without a lead", with(func(d *task.Task) { d.Lead = "" }), []step{issued}, fault.Invalid, "有且只有一个"},
		{"issue to a lead that helps itself", with(func(d *task.Task) { d.With = []string{"bureau:east"} }), []step{issued}, fault.Invalid, "重复"},
		{"issue to nobody known", with(func(d *task.Task) { d.Lead = "bureau:nowhere" }), []step{issued}, fault.Invalid, "没有单位"},
		{"issue to a body that has ended", with(func(d *task.Task) { d.Lead = "dept:gone" }), []step{issued}, fault.Invalid, "停用"},
		{"issue without a limit", with(func(d *task.Task) { d.Due = 0 }), []step{issued}, fault.Invalid, "时限待定"},
		{"issue a standing one", with(func(d *task.Task) { d.Due, d.Standing = 0, true }), []step{issued}, nil, ""},
		{"issue a standing one with a limit", with(func(d *task.Task) { d.Standing = true }), []step{issued}, fault.Invalid, "不设时限"},
		{"issue without a basis", with(func(d *task.Task) { d.Source = task.Source{} }), []step{issued}, fault.Invalid, "督办依据"},
		{"issue to another department", with(func(d *task.Task) { d.Lead = "dept:finance" }), []step{issued}, fault.Forbidden, "提请"},
		{"issue to a county government", with(func(d *task.Task) { d.Lead = "gov:east" }), []step{issued}, fault.Forbidden, "提请"},
		{"issue over the head of a county's bureau", with(func(d *task.Task) { d.Lead = "unit:east1" }), []step{issued}, fault.Forbidden, "县级教育行政部门"},
		{"issue due within three working days", with(func(d *task.Task) { d.Due = day(4, 16) }), []step{issued}, fault.Invalid, "3个工作日"},
		{"the same with a named exception", with(func(d *task.Task) { d.Due = day(4, 16) }), []step{{act: task.Issue, o: task.Options{Exception: collect.Exception{Ground: collect.UrgentTop, By: "王局长"}}}}, nil, ""},
		{"the same with a nameless exception", with(func(d *task.Task) { d.Due = day(4, 16) }), []step{{act: task.Issue, o: task.Options{Exception: collect.Exception{Ground: collect.UrgentTop}}}}, fault.Invalid, "批准人"},
		{"issue due on a holiday", with(func(d *task.Task) { d.Due = day(5, 1) }), []step{issued}, fault.Invalid, "劳动节"},
		{"issue due in the first week of teaching", with(func(d *task.Task) { d.Due = day(9, 3) }), []step{issued}, fault.Invalid, "开学第一周"},
		{"issue twice", whole(), []step{issued, issued}, fault.Conflict, "待签收"},
		{"request where one can issue", whole(), []step{{act: task.Request}}, fault.Invalid, "不需提请"},
		{"request from a department", with(func(d *task.Task) { d.Lead = "dept:finance" }), []step{{act: task.Request}}, nil, ""},
		{"taken up without its number", with(func(d *task.Task) { d.Lead = "dept:finance" }), []step{{act: task.Request}, {act: task.TakenUp}}, fault.Invalid, "理由"},
		{"taken up", with(func(d *task.Task) { d.Lead = "dept:finance" }), []step{{act: task.Request}, {act: task.TakenUp, o: task.Options{Text: "市教组发〔2025〕3号"}}}, nil, ""},
		{"decline without a reason", whole(), []step{issued, {act: task.Decline}}, fault.Invalid, "理由"},
		{"report before it is signed", whole(), []step{issued, {act: task.Report, o: task.Options{NoChange: true}}}, fault.Conflict, "待签收"},
		{"report in a click", whole(), append(inHand, step{act: task.Report, o: task.Options{NoChange: true}}), nil, ""},
		{"report nothing", whole(), append(inHand, step{act: task.Report}), fault.Invalid, "填写进展"},
		{"report both", whole(), append(inHand, step{act: task.Report, o: task.Options{NoChange: true, Text: "有"}}), fault.Invalid, "填写进展"},
		{"report 200 characters", whole(), append(inHand, step{act: task.Report, o: task.Options{Text: strings.Repeat("字", 200)}}), nil, ""},
		{"report 201 characters", whole(), append(inHand, step{act: task.Report, o: task.Options{Text: strings.Repeat("字", 201)}}), fault.Invalid, "201字"},
		{"type a percentage", whole(), append(inHand, step{act: task.Report, o: task.Options{Text: "过半", Percent: percent(55)}}), nil, ""},
		{"type 101 percent", whole(), append(inHand, step{act: task.Report, o: task.Options{Text: "过半", Percent: percent(101)}}), fault.Invalid, "0至100"},
		{"type a percentage beside an indicator", with(func(d *task.Task) { d.Target = task.Target{Scheme: "s", Indicator: "i"} }), append(inHand, step{act: task.Report, o: task.Options{Text: "过半", Percent: percent(55)}}), fault.Invalid, "关联指标"},
		{"an entry of tomorrow", whole(), append(inHand, step{act: task.Report, o: task.Options{Text: "x", Day: day(4, 15)}}), fault.Invalid, "不晚于今天"},
		{"ask for more time", whole(), append(inHand, step{act: task.Ask, o: task.Options{Text: "场地未定", Progress: "已选址", Due: day(7, 31)}}), nil, ""},
		{"ask without a reason", whole(), append(inHand, step{act: task.Ask, o: task.Options{Progress: "已选址", Due: day(7, 31)}}), fault.Invalid, "理由"},
		{"ask without progress", whole(), append(inHand, step{act: task.Ask, o: task.Options{Text: "场地未定", Due: day(7, 31)}}), fault.Invalid, "目前进展"},
		{"ask for an earlier day", whole(), append(inHand, step{act: task.Ask, o: task.Options{Text: "场地未定", Progress: "已选址", Due: day(6, 30)}}), fault.Invalid, "晚于"},
		{"ask on the last day", whole(), append(inHand, step{act: task.Ask, days: 77, o: task.Options{Text: "场地未定", Progress: "已选址", Due: day(7, 31)}}), nil, ""},
		{"ask after the limit", whole(), append(inHand, step{act: task.Ask, days: 78, o: task.Options{Text: "场地未定", Progress: "已选址", Due: day(7, 31)}}), fault.Conflict, "已过时限"},
		{"refuse without a reason", whole(), append(inHand, step{act: task.Ask, o: task.Options{Text: "场地未定", Progress: "已选址", Due: day(7, 31)}}, step{act: task.Refuse}), fault.Invalid, "理由"},
		{"hand in without the head", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成"}}), fault.Invalid, "负责人审签"},
		{"hand in without a text", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Head: "李"}}), fault.Invalid, "办理情况"},
		{"close with three of four", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Close, o: task.Options{Review: task.Review{Facts: true, Solved: true, Done: true}}}), fault.Invalid, "尚缺：结论准确"},
		{"close what one handed in oneself", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Close, o: task.Options{Review: fourYes}, by: "a"}), fault.Forbidden, "不能审核自己报结"},
		{"return what one handed in oneself", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Return, o: task.Options{Text: "漏附件"}, by: "a"}), nil, ""},
		{"close with all four", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Close, o: task.Options{Review: fourYes}}), nil, ""},
		{"return without a reason", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Return}), fault.Invalid, "理由"},
		{"transfer to a department", whole(), append(inHand, step{act: task.Transfer, o: task.Options{Text: "职责在此", Lead: "dept:finance"}}), fault.Forbidden, "提请"},
		{"transfer to the same", whole(), append(inHand, step{act: task.Transfer, o: task.Options{Text: "职责在此", Lead: "bureau:east"}}), fault.Invalid, "新的牵头"},
		{"transfer", whole(), append(inHand, step{act: task.Transfer, o: task.Options{Text: "职责在此", Lead: "bureau:west"}}), nil, ""},
		{"transfer without time left", whole(), append(inHand, step{act: task.Transfer, days: 76, o: task.Options{Text: "职责在此", Lead: "bureau:west"}}), fault.Invalid, "3个工作日"},
		{"conclude what is adjusted without its number", whole(), append(inHand, step{act: task.Conclude, o: task.Options{Text: "政策调整", Outcome: task.Adjusted}}), fault.Invalid, "批准文号"},
		{"conclude what is adjusted", whole(), append(inHand, step{act: task.Conclude, o: task.Options{Text: "政策调整", Outcome: task.Adjusted, Approval: "市政办〔2025〕9号"}}), nil, ""},
		{"conclude what is carried on", whole(), append(inHand, step{act: task.Conclude, o: task.Options{Text: "转接续", Outcome: task.Carried}}), nil, ""},
		{"conclude as done without a review", whole(), append(inHand, step{act: task.Conclude, o: task.Options{Text: "完成", Outcome: task.Completed}}), fault.Invalid, "收官结论"},
		{"reopen without a limit", whole(), append(inHand, step{act: task.HandIn, o: task.Options{Text: "完成", Head: "李"}}, step{act: task.Close, o: task.Options{Review: fourYes}}, step{act: task.Reopen, o: task.Options{Text: "反弹"}}), fault.Invalid, "新的完成时限"},
		{"check a task that is not standing", whole(), append(inHand, step{act: task.Recheck, o: task.Options{Text: "好"}}), fault.Invalid, "长期坚持"},
		{"comment on what is withdrawn", whole(), []step{{act: task.Withdraw, o: task.Options{Text: "重复"}}, {act: task.Comment, o: task.Options{Text: "好"}}}, fault.Conflict, "已撤销"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := walk(tt.from, tt.steps[:len(tt.steps)-1]...)
			if err != nil {
				t.Fatalf("before the act: %v", err)
			}
			_, _, err = walk(tt.from, tt.steps...)
			if tt.kind == nil {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			var no *auth.Refusal
			if !errors.Is(err, tt.kind) || !errors.As(err, &no) || !strings.Contains(no.In("zh"), tt.says) || no.In("en") == "" {
				t.Errorf("got %v (%v), want a refusal with %q", err, no.In("zh"), tt.says)
			}
		})
	}
}

// A refusal says everything that is missing at once.
func TestAllLacksAtOnce(t *testing.T) {
	_, _, err := task.Next(task.Task{State: task.Drafted, Issuer: "bureau:"}, task.Issue, task.Giver, task.Options{}, at(monday))
	var no *auth.Refusal
	if !errors.As(err, &no) || len(no.Texts) != 4 {
		t.Fatalf("got %v, want content, basis, lead and limit", err)
	}
}

// Only the sides that the table names may act.
func TestSides(t *testing.T) {
	for _, st := range task.Steps {
		for side := task.Side(0); side <= everybody; side++ {
			d := whole()
			d.State = st.From[0]
			_, _, err := task.Next(d, st.Act, side, task.Options{}, at(monday))
			var no *auth.Refusal
			refused := errors.As(err, &no) && strings.HasPrefix(no.In("zh"), "只有")
			if want := side&st.By == 0; refused != want {
				t.Errorf("%s by %b: refused for the side: %v, want %v (%v)", st.Act, side, refused, want, err)
			}
		}
	}
}

// More time is granted at most as often as the rules say.
func TestExtensions(t *testing.T) {
	d, _, err := walk(whole(), step{act: task.Issue}, step{act: task.Sign})
	if err != nil {
		t.Fatal(err)
	}
	due := d.Due
	for i := range 3 {
		due += 7
		d, _, err = walk(d, step{act: task.Ask, o: task.Options{Text: "因", Progress: "在办", Due: due}})
		if i == 2 {
			if !errors.Is(err, fault.Conflict) {
				t.Fatalf("a third one: %v, want a conflict", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if d, _, err = walk(d, step{act: task.Grant}); err != nil || d.Due != due || d.Extended != i+1 || d.Asked != (task.Asked{}) || d.FirstDue != day(6, 30) {
			t.Fatalf("granted: due %s, %d times, first %s, %v", d.Due, d.Extended, d.FirstDue, err)
		}
	}
}

// Whom a body may give to; towards all others it asks.
func TestAuthority(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"bureau:", "bureau:east", true}, {"bureau:", "unit:own", true}, {"bureau:", "sec:basic", true}, {"bureau:", "unit:east1", false}, {"bureau:", "gov:east", false},
		{"bureau:", "gov:", false}, {"bureau:", "dept:finance", false}, {"bureau:", "bureau:", false}, {"bureau:", "sec:east", false}, {"sec:basic", "bureau:east", true}, {"sec:basic", "bureau:", false},
		{"bureau:east", "unit:east1", true}, {"bureau:east", "unit:own", false}, {"bureau:east", "bureau:west", false}, {"bureau:east", "bureau:", false}, {"bureau:east", "sec:east", true}, {"bureau:east", "gov:east", false},
		{"gov:", "gov:east", true}, {"gov:", "dept:finance", true}, {"gov:east", "bureau:east", true}, {"gov:east", "unit:east1", true}, {"gov:east", "gov:", false}, {"gov:east", "bureau:west", false}, {"unit:own", "bureau:", false},
	} {
		if got := task.Authority(bodies[tt.from], bodies[tt.to]); got != tt.want {
			t.Errorf("%s to %s: %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

// What is merged serves on in the other; nothing is merged into itself, into a
// draft or into what is at its end, so that no chain comes back.
func TestMerge(t *testing.T) {
	a, _, err := walk(whole(), step{act: task.Issue})
	if err != nil {
		t.Fatal(err)
	}
	a.Serves = []task.Serves{{Plan: "p", Measure: "1"}}
	b := a
	b.ID, b.Serves = "t2", []task.Serves{{Plan: "q", Measure: "2"}}
	for _, tt := range []struct {
		name, into string
		state      task.State
		ok         bool
	}{{"an open one", "t2", task.ToSign, true}, {"itself", "t1", task.ToSign, false}, {"a draft", "t2", task.Drafted, false}, {"a closed one", "t2", task.Closed, false}, {"a merged one", "t2", task.Merged, false}, {"nothing", "t3", task.ToSign, false}} {
		env := at(monday)
		env.Tasks = func(id string) (task.Task, bool) {
			x := b
			if id == "t1" {
				x = a
			}
			x.State = tt.state
			return x, id == "t1" || id == "t2"
		}
		m, _, err := task.Next(a, task.Merge, task.Giver, task.Options{Text: "同一事项", Into: tt.into}, env)
		if (err == nil) != tt.ok || tt.ok && (m.State != task.Merged || m.Into != "t2" || m.Ended != day(4, 14)) {
			t.Errorf("into %s: %+v, %v", tt.name, m, err)
		}
		if !tt.ok {
			continue
		}
		joined, _, err := task.Next(b, task.Absorb, task.Giver, task.Options{Into: "t1"}, env)
		if err != nil || len(joined.Serves) != 2 || joined.State != task.ToSign {
			t.Errorf("taken in: %+v, %v", joined, err)
		}
	}
}

// The number of a sheet is of the year in which it is issued, and stays.
func TestSheetYear(t *testing.T) {
	d, _, err := walk(whole(), step{act: task.Issue})
	if err != nil || d.Sheet.Year != 2025 || d.Sheet.No != 0 {
		t.Fatalf("%+v, %v", d.Sheet, err)
	}
	d.Sheet.No = 7
	if d, _, err = walk(d, step{act: task.Decline, o: task.Options{Text: "非我职责"}}); err != nil || d.Opens != 0 {
		t.Fatal(err)
	}
	e := whole()
	e.Title = "改过"
	if d, _, err = walk(d, step{act: task.Edit, o: task.Options{Edit: &e}}, step{act: task.Issue}); err != nil || d.Sheet.Year != 2025 || d.Sheet.No != 7 || d.Title != "改过" {
		t.Errorf("issued again: %+v, %v", d.Sheet, err)
	}
}

// What is kept as a draft is cut to what people may say of a draft.
func TestDraft(t *testing.T) {
	d := whole()
	d.State, d.Late, d.Extended, d.Sheet.No, d.Signed = task.Closed, 9, 2, 4, monday
	got, err := task.Draft(d, at(monday))
	if err != nil || got.State != task.Drafted || got.Late != 0 || got.Extended != 0 || got.Sheet.No != 0 || !got.Signed.IsZero() || !got.Made.Equal(monday) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, change := range map[string]func(*task.Task){
		"no content": func(d *task.Task) { d.Title = "" }, "too long": func(d *task.Task) { d.Title = strings.Repeat("字", 501) }, "unknown basis": func(d *task.Task) { d.Source.Kind = "x" },
		"unknown duty": func(d *task.Task) { d.Duty = "x" }, "standing with a limit": func(d *task.Task) { d.Standing = true }, "lead helps": func(d *task.Task) { d.With = []string{d.Lead} },
		"empty milestone": func(d *task.Task) { d.Stones = []task.Milestone{{Day: 1}} }, "unknown urgency": func(d *task.Task) { d.Sheet.Urgency = "x" },
	} {
		d := whole()
		change(&d)
		if _, err := task.Draft(d, at(monday)); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
	open := whole()
	open.Due, open.Lead = 0, ""
	if _, err := task.Draft(open, at(monday)); err != nil {
		t.Errorf("a draft with lead and limit still open: %v", err)
	}
}

// An ordinary matter has ten working days, and falls due on a fair day.
func TestLimit(t *testing.T) {
	for _, tt := range []struct {
		now  edu.Date
		want edu.Date
	}{{day(4, 14), day(4, 27)}, {day(8, 18), day(9, 8)}} {
		env := at(collect.Opens(tt.now))
		if got := env.Limit(); got != tt.want {
			t.Errorf("given on %s: due %s, want %s", tt.now, got, tt.want)
		}
	}
}
