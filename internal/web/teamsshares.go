// What was decided of a pool: who gets what, to the fen, as a list to print.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

type sharesView struct {
	Shell
	Tabs  []Choice
	Facts []Fact
	Revs  []Choice
	Found string
	List  Table
	Pages []Choice
	Prev  string
	Next  string
	Sign  bool // the last page: who signs
}

const sharesRows = 100

// sharesPage lists a decision, the newest or an earlier revision. What one record
// gets is personal: that it was looked at is noted.
func (s *Server) sharesPage(w http.ResponseWriter, r *request) error {
	a, err := s.appraised(r)
	if err != nil {
		return err
	}
	x := &a.Scheme
	all, err := s.teams.Decisions(r.Context(), r.who, x.ID)
	if err != nil {
		return fmt.Errorf("shares of scheme %s: %w", x.ID, err)
	}
	var d *teams.Decision
	rev := r.query.Get("rev")
	v := &sharesView{Shell: s.shell(r, r.T("teams.shares"), "staff", Link{r.T("teams.pay.title"), r.to([]string{"staff", "pay"})}, Link{x.Name, r.to([]string{"staff", "pay", x.ID})}), Tabs: s.staffTabs(r, "pay")}
	for i := range all {
		on := rev == strconv.Itoa(all[i].Rev) || rev == "" && i == 0
		if on {
			d = &all[i]
		}
		v.Revs = append(v.Revs, Choice{Link{r.T("teams.decided.nth", all[i].Rev, all[i].Day.String()), r.here("rev", strconv.Itoa(all[i].Rev), "page", "")}, on})
	}
	if d == nil {
		return fmt.Errorf("shares of scheme %s, revision %q: %w", x.ID, rev, fault.NotFound)
	}
	if err := s.noteRead(r, "staff list, shares of merit pay", x.School); err != nil {
		return err
	}
	v.Facts = append([]Fact{{Term: r.T("teams.scheme"), Text: x.Name}, {Term: r.T("teams.approval"), Text: d.Approval}}, r.decisionFacts(d)...)
	names := map[register.PersonID]string{}
	for _, p := range a.People {
		names[p.Person] = p.Name
	}
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	v.List = Table{ID: "shares", Caption: x.Name, Sheet: r.T("teams.shares"), Tight: true, Cols: []Col{{Label: r.T("teams.name")}, {Label: r.T("teams.id")}, {Label: r.T("school"), Wrap: true}, {Label: r.T("teams.shares.points"), Num: true}, {Label: r.T("teams.scheme.level")}, {Label: r.T("teams.shares.equal"), Num: true}, {Label: r.T("teams.shares.amount"), Num: true}}}
	equal := teams.Fen(0)
	for _, l := range d.Lines {
		_, school := s.unitSays(r, tree, l.Unit)
		v.List.Rows = append(v.List.Rows, Row{Cells: []Cell{text(orElse(names[l.Person], r.T("teams.nameless"))), text(string(l.Person)), text(school), figure(l.Points, 3), text(orElse(l.Level, "–")), yuan(l.Equal), yuan(l.Amount)}})
		equal += l.Equal
	}
	sum := Row{Sum: true, Cells: []Cell{text(r.T("staff.whole")), {}, {}, {}, {}, yuan(equal), yuan(d.Pool)}}
	v.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		v.List.Rows = append(v.List.Rows, sum)
		return s.exportPlain(w, r, strings.Join([]string{x.Name, r.T("teams.shares"), strconv.Itoa(d.Rev)}, "-"), v.List)
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	n := len(v.List.Rows)
	pages := max(1, (n+sharesRows-1)/sharesRows)
	page = min(page, pages)
	lo, hi := (page-1)*sharesRows, min(page*sharesRows, n)
	v.Found = r.T("teams.found", n, min(lo+1, hi), hi)
	v.Pages, v.Prev, v.Next = r.pager(page, pages)
	v.List.Rows = v.List.Rows[lo:hi]
	if v.Sign = page == pages; v.Sign {
		v.List.Rows = append(v.List.Rows, sum)
	}
	return s.render(w, r, "teamsshares.html", v)
}

// decideShares keeps what an approved scheme makes of a pool.
func (s *Server) decideShares(w http.ResponseWriter, r *request, x *teams.Scheme) error {
	r.query.Set("pool", r.PostFormValue("pool"))
	err := func() error {
		pool, err := fenTyped(r.PostFormValue("pool"))
		if err != nil {
			return err
		}
		day, err := r.dayTyped(r.PostFormValue("day"))
		if err != nil {
			return err
		}
		rev, _ := strconv.Atoi(r.PostFormValue("decided")) // none is of nothing, and conflicts
		_, err = s.teams.Decide(r.Context(), r.who, x.ID, rev, pool, r.PostFormValue("source"), day)
		return err
	}()
	if err == nil {
		return away{r.to([]string{"staff", "pay", x.ID, "shares"})}
	}
	return s.orSay(err, func(why string) error {
		return s.showScheme(w, r, &schemeView{Error: why}, x, schemeForm{}, http.StatusUnprocessableEntity)
	}, r)
}
