package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/fault"
)

// A duty, a link of a leader and a visit are changed and taken off on a page of
// their own, with the forms by which they are made.

type leadingEditPage struct {
	Shell
	Of    string // duty, link or visit
	Error string
	Now   []Fact // what is kept, where it was changed while one typed
	Form  leadingForm
	Fixed []string // problems that have become tasks
	Drops bool
}

// leadingKinds are the documents behind the words of the addresses.
var leadingKinds = map[string]string{"duty": "duty", "link": "linked-school", "visit": "visit"}

func toLeading(of, id string) string {
	return "/leading/edit?of=" + of + "&id=" + url.QueryEscape(id)
}

func (f leadingTyped) rev() int {
	n, _ := strconv.Atoi(f.Rev) // none is that of a new one
	return n
}

func (s *Server) editLeading(w http.ResponseWriter, r *request) error {
	return s.showLeadingEdit(w, r, http.StatusOK, r.query.Get("of"), leadingTyped{ID: r.query.Get("id")}, "", false)
}

// showLeadingEdit shows the form of what is kept, or, with an error, what was typed
// beside what is kept now.
func (s *Server) showLeadingEdit(w http.ResponseWriter, r *request, status int, of string, typed leadingTyped, wrong string, stale bool) error {
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	p := leadingEditPage{Of: of, Error: wrong}
	var now leadingTyped
	title := ""
	switch of {
	case "duty":
		title = r.T("leading.edit.duty")
		all, err := s.council.Duties(r.Context(), r.who)
		if err != nil {
			return fmt.Errorf("duties: %w", err)
		}
		i := slices.IndexFunc(all, func(d council.Duty) bool { return d.ID == typed.ID })
		if i < 0 {
			return fmt.Errorf("duty %s: %w", typed.ID, fault.NotFound)
		}
		d := &all[i]
		now = leadingTyped{ID: d.ID, Rev: strconv.Itoa(d.Rev), Every: string(d.Every), Words: d.Words, Basis: d.Basis, Owner: d.Owner, From: d.From.String(), Until: d.Until.String()}
		p.Drops = len(d.Marks) == 0
		p.Now = []Fact{{Term: r.T("leading.duty"), Text: d.Words}, {Term: r.T("leading.basis"), Text: d.Basis}, {Term: r.T("leading.owner"), Text: d.Owner}, {Term: r.T("leading.every"), Text: r.Text(d.Every.Name())}, {Term: r.T("partners.from"), Text: d.From.String()}, {Term: r.T("partners.to"), Text: orElse(d.Until.String(), r.T("partners.lasts"))}}
	case "link":
		title = r.T("leading.edit.link")
		all, err := s.council.LinkedSchools(r.Context(), r.who)
		if err != nil {
			return fmt.Errorf("linked schools: %w", err)
		}
		i := slices.IndexFunc(all, func(l council.Linked) bool { return l.ID == typed.ID })
		if i < 0 {
			return fmt.Errorf("link %s: %w", typed.ID, fault.NotFound)
		}
		l := &all[i]
		now = leadingTyped{ID: l.ID, Rev: strconv.Itoa(l.Rev), Leader: l.Leader, Post: l.Post, School: units(l.School), Basis: l.Basis, From: l.From.String(), To: l.To.String()}
		p.Drops = true
		p.Now = []Fact{{Term: r.T("leading.leader"), Text: l.Leader}, {Term: r.T("leading.post"), Text: l.Post}, {Term: r.T("leading.basis"), Text: l.Basis}, {Term: r.T("partners.from"), Text: l.From.String()}, {Term: r.T("partners.to"), Text: orElse(l.To.String(), r.T("partners.lasts"))}}
	case "visit":
		title = r.T("leading.edit.visit")
		v, err := s.visitOf(r, typed.ID)
		if err != nil {
			return err
		}
		var lines []string
		for _, x := range v.Problems {
			if x.Made != "" {
				p.Fixed = append(p.Fixed, x.Text)
				continue
			}
			line := x.Text
			if x.Lead != "" || x.Due != 0 {
				line += "|" + x.Lead + "|" + x.Due.String()
			}
			lines = append(lines, line)
		}
		now = leadingTyped{ID: v.ID, Rev: strconv.Itoa(v.Rev), Leader: v.Leader, School: units(v.School), Day: v.Day.String(), Seen: v.Seen, Problems: strings.Join(lines, "\n")}
		p.Drops = !v.Given()
		p.Now = []Fact{{Term: r.T("leading.leader"), Text: v.Leader}, {Term: r.T("leading.day"), Text: v.Day.String()}, {Term: r.T("leading.seen"), Text: v.Seen}, {Term: r.T("leading.problems"), Text: r.List(lines)}}
	default:
		return fmt.Errorf("%q of the leading group: %w", of, fault.NotFound)
	}
	p.Form.leadingTyped = now
	if wrong != "" && typed.Do != "drop" {
		typed.School, typed.Rev = now.School, orElse(typed.Rev, now.Rev)
		p.Form.leadingTyped = typed
	}
	if stale {
		p.Form.Rev = now.Rev // who saves again has seen it
	} else {
		p.Now = nil
	}
	p.Shell = s.shell(r, title, "leading", Link{r.T("leading.title"), "/leading"})
	p.Form.Everies, p.Form.Sent = options(r, council.Everies, council.Every.Name, council.Every(cmp.Or(p.Form.Every, now.Every))), rand.Text()
	return s.write(w, r, status, "leadingedit.html", p)
}

func (s *Server) leadingEditWrong(w http.ResponseWriter, r *request, err error, f leadingTyped, of string) error {
	if of == "" {
		of = f.Do
	}
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		return s.showLeadingEdit(w, r, http.StatusConflict, of, f, r.T("leading.edit.conflict"), true)
	}
	return s.orSay(err, func(why string) error {
		return s.showLeadingEdit(w, r, http.StatusUnprocessableEntity, of, f, why, false)
	}, r)
}

func (s *Server) dropLeading(r *request, f leadingTyped, of string) error {
	if leadingKinds[of] == "" || f.Rev == "" {
		return auth.Refuse(fault.Invalid, "未选要移除的内容", "what is to be taken off is not said")
	}
	return s.council.DropLeading(r.Context(), r.who, leadingKinds[of], f.ID, f.rev())
}

func (s *Server) visitOf(r *request, id string) (council.Visit, error) {
	all, err := s.council.Visits(r.Context(), r.who)
	if err != nil {
		return council.Visit{}, fmt.Errorf("visits: %w", err)
	}
	if i := slices.IndexFunc(all, func(v council.Visit) bool { return v.ID == id }); i >= 0 {
		return all[i], nil
	}
	return council.Visit{}, fmt.Errorf("visit %s: %w", id, fault.NotFound)
}

// problemNos are the numbers of the problems that a visit has, by their words: a
// line that was not changed is the same problem. Of several with the same words
// each has its own.
func (s *Server) problemNos(r *request, id string) (map[string][]int, error) {
	if id == "" {
		return nil, nil
	}
	v, err := s.visitOf(r, id)
	nos := map[string][]int{}
	for _, p := range v.Problems {
		if p.Made == "" {
			nos[p.Text] = append(nos[p.Text], p.No)
		}
	}
	return nos, err
}
