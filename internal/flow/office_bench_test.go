package flow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Of 20,000 tasks that 500 bodies owe, each body opens a list every 20 seconds, and
// every fifth time somebody reports. `make bench-tasks` runs it on two processors.
const (
	benchTasks  = 20_000
	benchOwners = 500
	benchRate   = benchOwners / 20.0 // lists a second
)

// benchOffice is an office with as many tasks, in all states, made in the store at
// once: their acts are not what is measured.
func benchOffice(b *testing.B) (*Office, []string) {
	b.Helper()
	ctx := context.Background()
	c, err := Open(ctx, filepath.Join(b.TempDir(), "tasks.db"), "cn-compulsory@2017")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	now := time.Date(2025, 6, 4, 10, 0, 0, 0, collect.China)
	c.now = func() time.Time { return now }
	units := []edu.Unit{{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "市"}}}}}
	var owners []string
	for i := range 10 {
		id := edu.UnitID(fmt.Sprint("c", i))
		units = append(units, edu.Unit{ID: id, Level: edu.County, Attrs: []edu.Attrs{{Code: fmt.Sprintf("9901%02d", i+1), Name: edu.Text{ZH: fmt.Sprintf("第%d县", i)}, Parent: "city"}}})
		owners = append(owners, task.BureauOf(id))
	}
	for i := range benchOwners - 10 {
		id := edu.UnitID(fmt.Sprint("s", i))
		units = append(units, edu.Unit{ID: id, Level: edu.School, Attrs: []edu.Attrs{{Code: fmt.Sprintf("21%08d", i), Name: edu.Text{ZH: fmt.Sprintf("第%d学校", i)}, Parent: edu.UnitID(fmt.Sprint("c", i%10))}}})
		owners = append(owners, task.InstitutionOf(id))
	}
	if err := c.Register(ctx, units); err != nil {
		b.Fatal(err)
	}
	o := NewOffice(c, "")
	env, bodies, err := o.env(ctx)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	today := collect.Today(now)
	var moves []store.TaskMove
	for i := range benchTasks {
		lead := owners[i%benchOwners]
		issuer := task.BureauOf("")
		if x, _ := bodies.find(lead); x.Kind == task.Institution {
			issuer = task.BureauOf(x.County)
		}
		opens := today - edu.Date(r.IntN(300))
		t := task.Task{ID: fmt.Sprintf("t%05d", i), Title: fmt.Sprintf("第%d项：推进义务教育优质均衡发展，落实学校标准化建设任务", i), Demand: "按方案要求逐校建立清单，明确责任人和完成时限，按月反馈进展。", Issuer: issuer, Lead: lead,
			With: []string{owners[(i+7)%10]}, State: task.Working, Opens: opens, Due: opens + edu.Date(60+r.IntN(400)), Key: i%20 == 0, Person: "某人", Leader: "某领导",
			Source: task.Source{Kind: task.FromPlan, Ref: "p", Item: fmt.Sprint("m", i%400), Name: "三年行动计划"}, Serves: []task.Serves{{Plan: "p", Measure: fmt.Sprint("m", i%400)}}, Made: now, Changed: now.Add(-time.Duration(i) * time.Minute)}
		t.FirstDue, t.Ball, t.Signed, t.SignBy = t.Due, collect.Opens(opens), collect.Opens(opens), collect.Closes(opens+1)
		if i%3 == 0 {
			t.Sheet = task.Sheet{Urgency: task.Ordinary, Year: 2025, No: i + 1}
		}
		switch n := r.IntN(100); {
		case n < 35:
			t.State, t.Outcome, t.Ended = task.Closed, task.Completed, today
		case n < 42:
			t.State = task.ToSign
		case n < 47:
			t.State = task.InReview
		case n < 50:
			t.State, t.Opens = task.Drafted, 0
		}
		if t.State == task.Working {
			t.Entries, t.Last = 1, task.Entry{No: 1, Day: today - edu.Date(r.IntN(40)), Text: "已完成摸底，正在推进。", At: now, Name: "某人"}
		}
		moves = append(moves, o.moveOf(t, task.Event{Act: task.Edit, From: task.Drafted, To: task.Drafted, At: now}, nil, env, bodies))
	}
	for chunk := range slices.Chunk(moves, 2000) {
		if _, err := c.store.NewTasks(ctx, local, chunk); err != nil {
			b.Fatal(err)
		}
	}
	return o, owners
}

func BenchmarkTaskLists(b *testing.B) {
	o, owners := benchOffice(b)
	ctx := context.Background()
	city := auth.Actor{Account: "city", Name: "市", Grants: []auth.Grant{{Role: auth.CitySection, Whole: true}}}
	countyOf := func(i int) auth.Actor {
		return auth.Actor{Account: fmt.Sprint("county", i), Name: "县", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: edu.UnitID(fmt.Sprint("c", i))}}}
	}
	school := auth.Actor{Account: "school", Name: "校", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: "s3"}}}
	lists := []struct {
		name string
		who  auth.Actor
		f    task.Filter
	}{
		{"city", city, task.Filter{Live: true}}, {"city_all_deep", city, task.Filter{Page: 200}}, {"city_red", city, task.Filter{Lamp: task.Red, Live: true}}, {"city_amber", city, task.Filter{Lamp: task.Amber, Live: true}},
		{"city_sheets", city, task.Filter{Sheet: true}}, {"city_changed", city, task.Filter{Sort: "-changed"}}, {"city_words", city, task.Filter{Query: "第123项"}}, {"city_county", city, task.Filter{County: "c4", Live: true}},
		{"city_owner", city, task.Filter{Body: owners[77]}}, {"city_measure", city, task.Filter{Plan: "p", Measure: "m17"}}, {"city_mine", city, task.Filter{Mine: true, Live: true}},
		{"county", countyOf(3), task.Filter{Live: true}}, {"county_red", countyOf(3), task.Filter{Lamp: task.Red}}, {"school", school, task.Filter{}},
	}
	// First one after the other: what each costs of a processor, whatever else runs.
	spent := make([]time.Duration, len(lists))
	for i, l := range lists {
		from := CPU()
		for range 10 {
			if _, err := o.Tasks(ctx, l.who, l.f); err != nil {
				b.Fatal(err)
			}
		}
		spent[i] = (CPU() - from) / 10
	}
	took, late := make([][]time.Duration, len(lists)), []time.Duration(nil)
	var mu sync.Mutex
	var all sync.WaitGroup
	r := rand.New(rand.NewPCG(3, 4))
	writer := countyOf(0)
	p, err := o.Tasks(ctx, writer, task.Filter{Lead: owners[0], State: []task.State{task.Working}, Size: 40})
	if err != nil || len(p.Tasks) == 0 {
		b.Fatalf("writer: %d tasks, %v", len(p.Tasks), err)
	}
	var writing sync.Mutex
	report := func(i int) {
		writing.Lock()
		defer writing.Unlock()
		t := &p.Tasks[i%len(p.Tasks)].Task
		next, err := o.Act(ctx, writer, t.ID, t.Rev, task.Report, task.Options{Text: "本周完成两校改造。"})
		if err != nil {
			b.Error(err)
			return
		}
		*t = next
	}
	b.ResetTimer()
	// People come when they come, whether the ones before were served or not: what
	// waits is counted from its coming.
	began, due := time.Now(), time.Duration(0)
	for i := range b.N * len(lists) {
		due += time.Duration(r.ExpFloat64() * float64(time.Second) / benchRate)
		time.Sleep(time.Until(began.Add(due)))
		at := began.Add(due)
		if i%5 == 0 {
			all.Go(func() {
				report(i)
				mu.Lock()
				late = append(late, time.Since(at))
				mu.Unlock()
			})
		}
		all.Go(func() {
			k := i % len(lists)
			if _, err := o.Tasks(ctx, lists[k].who, lists[k].f); err != nil {
				b.Error(err)
				return
			}
			mu.Lock()
			took[k] = append(took[k], time.Since(at))
			mu.Unlock()
		})
	}
	all.Wait()
	b.StopTimer()
	ms := func(ds []time.Duration, q float64) float64 {
		slices.Sort(ds)
		return float64(ds[min(len(ds)-1, int(q*float64(len(ds))))].Microseconds()) / 1000
	}
	var every []time.Duration
	for i, l := range lists {
		b.ReportMetric(ms(took[i], 0.95), l.name+"-p95-ms")
		b.ReportMetric(ms(spent[i:i+1], 0), l.name+"-cpu-ms")
		every = append(every, took[i]...)
	}
	b.ReportMetric(ms(every, 0.5), "p50-ms")
	b.ReportMetric(ms(every, 0.95), "p95-ms")
	b.ReportMetric(ms(late, 0.95), "report-p95-ms")
}
