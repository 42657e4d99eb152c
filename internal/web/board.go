package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/bulletin"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/store"
)

// Board is the public's copy of the figures. flow implements it; nil leaves its page
// out.
type Board interface {
	Boards(ctx context.Context, who auth.Actor) (flow.Boards, error)
	Switch(ctx context.Context, who auth.Actor, on bool, rev int, reason string) error
	LockDown(ctx context.Context, who auth.Actor, title string) (*store.Snapshot, error)
	Propose(ctx context.Context, who auth.Actor, lockdown string, p edu.Period, note, sent string) (bulletin.Edition, error)
	Act(ctx context.Context, who auth.Actor, id string, rev int, act bulletin.Act, reason string) (bulletin.Edition, error)
	Files(ctx context.Context, who auth.Actor, id string) ([]bulletin.File, bulletin.Edition, time.Time, error)
}

func (s *Server) boardRoutes() []route {
	if s.board == nil {
		return nil
	}
	return []route{
		{"GET /board", auth.KeepReports, aboutWhole, s.boardPage},
		{"POST /board", auth.KeepReports, aboutWhole, s.keepBoard},
		{"GET /board/archive", auth.KeepReports, aboutWhole, s.boardArchive},
	}
}

type boardPage struct {
	Shell
	Said, Error string
	Lamp        Lamp
	On          bool
	Rev         int
	Since       string
	Sent        string
	Locks       bool // the reader may fix figures
	Locked      []Choice
	Periods     []Choice
	Editions    []editionView
}

type editionView struct {
	ID, Title, Href, Log string
	Rev                  int
	Lamp                 Lamp
	Steps                []meetingStepView
}

type meetingStepView struct {
	Act, Name string
	Reason    bool
}

func (s *Server) boardPage(w http.ResponseWriter, r *request) error {
	p := boardPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("board.did")
	}
	return s.showBoard(w, r, p, http.StatusOK)
}

func (s *Server) showBoard(w http.ResponseWriter, r *request, p boardPage, status int) error {
	all, err := s.board.Boards(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("public board: %w", err)
	}
	p.Shell = s.shell(r, r.T("board.title"), "board")
	p.On, p.Rev, p.Sent, p.Lamp = all.On.On, all.Rev, rand.Text(), Lamp{Word: r.T("settings.off")}
	if p.On {
		p.Lamp = Lamp{Tone: chart.Good, Word: r.T("settings.on")}
	}
	if !all.On.At.IsZero() {
		p.Since = r.T("settings.since", all.On.By, r.Minute(all.On.At.In(collect.China)), all.On.Reason)
	}
	p.Locks = r.who.Reach(auth.LockForm).Whole
	for _, x := range all.Locked {
		p.Locked = append(p.Locked, Choice{Link{joinWords(" · ", x.Title, r.Minute(x.At.In(collect.China))), x.ID}, false})
	}
	for i := len(all.Periods) - 1; i >= 0; i-- {
		p.Periods = append(p.Periods, Choice{Link{r.Period(all.Periods[i]), all.Periods[i].String()}, all.Periods[i] == all.Settled})
	}
	titles := map[string]string{}
	for _, x := range all.Locked {
		titles[x.ID] = x.Title
	}
	for _, e := range all.Editions {
		v := editionView{ID: e.ID, Rev: e.Rev, Title: joinWords(" · ", r.Period(e.Period), cmp.Or(titles[e.Lockdown], e.Lockdown), e.Note), Href: "/board/archive?edition=" + e.ID, Lamp: Lamp{Tone: chart.Near, Word: r.Text(e.State.Name())}}
		switch e.State {
		case bulletin.Published:
			v.Lamp.Tone = chart.Good
		case bulletin.Refused, bulletin.Withdrawn:
			v.Lamp.Tone = chart.Open
		case bulletin.Proposed:
		}
		var log []string
		for _, l := range e.Log {
			for _, st := range bulletin.Steps {
				if st.Act == l.Act {
					log = append(log, joinWords(" ", r.Text(st.Name), l.Name, r.Minute(l.At.In(collect.China)), l.Reason))
				}
			}
		}
		v.Log = strings.Join(log, r.T("list.semicolon"))
		for _, st := range bulletin.Steps {
			if st.From == e.State && e.State != "" && !(st.Other && e.Log[0].Account == r.who.Account) {
				v.Steps = append(v.Steps, meetingStepView{string(st.Act), r.Text(st.Name), st.Reason})
			}
		}
		p.Editions = append(p.Editions, v)
	}
	return s.write(w, r, status, "board.html", p)
}

// keepBoard switches the board, proposes an edition or moves one on.
func (s *Server) keepBoard(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	rev, _ := strconv.Atoi(v("rev"))
	var err error
	switch do := v("do"); do {
	case "on", "off":
		err = s.board.Switch(r.Context(), r.who, do == "on", rev, v("reason"))
	case "lock":
		_, err = s.board.LockDown(r.Context(), r.who, v("title"))
	case "propose":
		var p edu.Period
		if p, err = edu.ParsePeriod(v("period")); err != nil {
			err = auth.Refuse(fault.Invalid, "请选择学年", "choose a school year")
		} else {
			_, err = s.board.Propose(r.Context(), r.who, v("lockdown"), p, v("note"), v("sent"))
		}
	default:
		_, err = s.board.Act(r.Context(), r.who, v("edition"), rev, bulletin.Act(do), v("reason"))
		if v("edition") == "" {
			err = auth.Refuse(fault.Invalid, "未选版本", "which edition is not said")
		}
	}
	if err != nil {
		if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
			return s.showBoard(w, r, boardPage{Error: r.T("duties.conflict")}, http.StatusConflict)
		}
		return s.orSay(err, func(why string) error {
			return s.showBoard(w, r, boardPage{Error: why}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/board?did=save"}
}

// boardArchive is an edition as an archive, to be looked at before it is approved.
func (s *Server) boardArchive(w http.ResponseWriter, r *request) error {
	id := r.query.Get("edition")
	if id == "" {
		return auth.Refuse(fault.Invalid, "未选版本", "which edition is not said")
	}
	files, e, at, err := s.board.Files(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("public board: %w", err)
	}
	var b bytes.Buffer
	if err := bulletin.WriteZip(&b, files, at); err != nil {
		return fmt.Errorf("public board: %w", err)
	}
	s.sendKept(w, r, "board-"+e.Period.String()+".zip", "application/zip", "board.zip", b.Bytes())
	return nil
}

// boardLight tells that an address needs no assessment: an edition measures what its
// lock-down fixed by itself.
func boardLight(path string) bool { return path == "/board" || path == "/board/archive" }
