package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/incident"
)

// limitsPage is where the city sets within what time incidents are reported.
type limitsPage struct {
	Shell
	Said   string
	Error  string
	Levels []limitRow
	Table  Table
	Heads  []string
}

type limitRow struct {
	Level  string
	Name   string
	Fields []limitField
}

type limitField struct {
	Name, Label, Value string
	Words              string // the minutes as people say them
}

var limitNames = []incident.ClockKind{incident.PhoneClock, incident.WrittenClock, incident.PassClock, incident.FollowClock, incident.FinalClock}

func limitOf(l *incident.Limits, k incident.ClockKind) *int {
	switch k {
	case incident.PhoneClock:
		return &l.Phone
	case incident.WrittenClock:
		return &l.Written
	case incident.PassClock:
		return &l.Pass
	case incident.FollowClock:
		return &l.Follow
	case incident.FinalClock:
	}
	return &l.Final
}

func (s *Server) limitsPage(w http.ResponseWriter, r *request) error {
	p := limitsPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("limits.did")
	}
	rules, err := s.incidents.Rules(r.Context())
	if err != nil {
		return fmt.Errorf("limits of incidents: %w", err)
	}
	return s.showLimits(w, r, p, rules, http.StatusOK)
}

func (s *Server) showLimits(w http.ResponseWriter, r *request, p limitsPage, rules incident.Rules, status int) error {
	p.Shell = s.shell(r, r.T("limits.title"), "drills", Link{r.T("incident.title"), "/safety/incidents"})
	for _, k := range limitNames {
		p.Heads = append(p.Heads, r.Text(k.Name()))
	}
	for _, l := range incident.Levels {
		row, lim := limitRow{Level: string(l), Name: r.Text(l.Name())}, rules.Of(l)
		for _, k := range limitNames {
			row.Fields = append(row.Fields, limitField{string(l) + "." + string(k), r.Text(l.Name()) + " " + r.Text(k.Name()), strconv.Itoa(*limitOf(&lim, k)), r.lasting(*limitOf(&lim, k))})
		}
		p.Levels = append(p.Levels, row)
	}
	p.Table = r.limitTable(rules)
	return s.write(w, r, status, "limits.html", p)
}

// lasting is a limit in minutes as people say it; none has no words.
func (r *request) lasting(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return r.Text(incident.Lasting(time.Duration(minutes) * time.Minute))
}

// setLimits sets the limits, in minutes; "reset" takes the shipped ones back.
func (s *Server) setLimits(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	rules := incident.Rules{}
	var err error
	if r.PostFormValue("do") != "reset" {
		for _, l := range incident.Levels {
			lim := incident.Limits{}
			for _, k := range limitNames {
				n, e := strconv.Atoi(r.PostFormValue(string(l) + "." + string(k)))
				if e != nil {
					err = auth.Refuse(fault.Invalid, "时限应为整数（分钟）", "a limit is not a whole number of minutes")
				}
				*limitOf(&lim, k) = n
			}
			rules[l] = lim
		}
	}
	if err == nil {
		err = s.incidents.SetRules(r.Context(), r.who, rules)
	}
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showLimits(w, r, limitsPage{Error: why}, rules, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/safety/limits?did=save"}
}
