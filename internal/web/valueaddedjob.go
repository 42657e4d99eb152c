package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// estimate is one estimate on its way.
type estimate struct {
	owner, file string
	done        chan struct{}

	mu          sync.Mutex
	read, total int64
	receipt     *valueadd.Receipt
	err         error
	until       time.Time
}

// underway are the estimates on their way, and those that have just ended.
type underway struct {
	mu  sync.Mutex
	all map[string]*estimate
}

// maxUnderway is how many estimates run at once.
const maxUnderway = 4

// start begins an estimate; one that has begun by the id is given back.
func (u *underway) start(id, owner, file string, now time.Time, run func(e *estimate)) (*estimate, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if e := u.all[id]; e != nil {
		return e, nil
	}
	running := 0
	for k, e := range u.all {
		select {
		case <-e.done:
			if now.After(e.until) {
				delete(u.all, k)
			}
		default:
			running++
		}
	}
	if running >= maxUnderway {
		return nil, tooMany{10 * time.Second}
	}
	e := &estimate{owner: owner, file: file, done: make(chan struct{}), until: now.Add(shelfTime)}
	if u.all == nil {
		u.all = map[string]*estimate{}
	}
	u.all[id] = e
	go func() {
		defer close(e.done)
		run(e)
	}()
	return e, nil
}

func (u *underway) get(id, owner string) (*estimate, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	e := u.all[id]
	return e, e != nil && e.owner == owner
}

// valueAddedJob is the page of an estimate on its way.
type valueAddedJob struct {
	Shell
	Running  bool
	Read     int // per cent
	Lamp     Lamp
	Says     string
	Problems Table
	More     string
	Result   string // address
	Again    string // address of the columns
}

// valueAddedJob shows how far an estimate is, and what came of it. The browser
// asks again by itself, without a script.
func (s *Server) valueAddedJob(w http.ResponseWriter, r *request) error {
	if s.added == nil {
		return fmt.Errorf("value added: %w", fault.NotFound)
	}
	id := r.PathValue("job")
	e, ok := s.underway.get(id, r.who.Account)
	if !ok {
		return fmt.Errorf("%s: %w", r.T("va.gone"), fault.NotFound)
	}
	p := valueAddedJob{Shell: s.shell(r, r.T("va.new"), "valueadded", Link{r.T("va.title"), "/value-added"})}
	select {
	case <-e.done:
	case <-r.Context().Done():
		return r.Context().Err()
	case <-time.After(time.Second):
		e.mu.Lock()
		if p.Running = true; e.total > 0 {
			p.Read = int(min(100, 100*e.read/e.total))
		}
		e.mu.Unlock()
		w.Header().Set("Refresh", "1")
		return s.render(w, r, "vajob.html", p)
	}
	e.mu.Lock()
	receipt, err := e.receipt, e.err
	e.mu.Unlock()
	status := http.StatusOK
	switch {
	case err == nil:
		p.Result = "/value-added/" + id
		if len(receipt.Problems) == 0 {
			s.redirect(w, r, p.Result)
			return nil
		}
		p.Lamp, p.Says = Lamp{chart.Good, r.T("va.done"), ""}, r.Text(receipt.Run.Result.Conclusion())
	case errors.Is(err, fault.Blocked), errors.Is(err, fault.Invalid), errors.Is(err, fault.TooLarge):
		status, p.Again = http.StatusUnprocessableEntity, "/value-added/new?file="+e.file
		p.Lamp, p.Says = Lamp{chart.Bad, r.T("va.refused"), ""}, r.T("va.refused.says")
		if !errors.Is(err, fault.Blocked) {
			p.Says = strings.TrimSuffix(r.inWords(err).Error(), ": "+fault.Invalid.Error())
		}
	default:
		return err
	}
	if receipt != nil {
		p.problems(r, receipt.Problems)
	}
	return s.write(w, r, status, "vajob.html", p)
}

func (p *valueAddedJob) problems(r *request, all []valueadd.Problem) {
	p.Problems = Table{Caption: r.T("upload.problems"), Tight: true, Cols: []Col{{Label: r.T("upload.level")}, {Label: r.T("upload.where"), Wrap: true}, {Label: r.T("upload.what"), Wrap: true}}}
	for _, blocking := range []bool{true, false} {
		for _, q := range all {
			if q.Blocking != blocking {
				continue
			}
			if len(p.Problems.Rows) == maxListed {
				p.More = r.T("upload.more", maxListed)
				return
			}
			lamp := Lamp{chart.Open, r.T("va.note"), ""}
			if q.Blocking {
				lamp = Lamp{chart.Bad, r.T("problem.must"), ""}
			}
			where := ""
			if q.Cell != (edu.Cell{}) {
				where = r.place(q.Cell)
			}
			p.Problems.Rows = append(p.Problems.Rows, Row{Cells: []Cell{lampCell(lamp), text(where), text(r.Text(q.Text))}})
		}
	}
}
