// Exchanges by file: the table to fill in, and the file that comes back.

package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/teams"
)

// sendMoves takes a table of exchanges from a file.
func (s *Server) sendMoves(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	back := r.askedIn([]string{"staff", "exchange"}, "file", movePlace...)
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of exchanges: %w", err)
	}
	list, bad, err := s.teams.ReadMoves(r.Context(), r.who, files[0].Filename, f)
	if err == nil && len(bad) > 0 {
		err = &auth.Refusal{Kind: fault.Invalid, Texts: bad[:min(len(bad), 20)]}
	}
	n := 0
	if err == nil {
		n, err = s.teams.KeepMoves(r.Context(), r.who, list)
	}
	if err != nil {
		return s.exchangeWrong(w, r, err)
	}
	return away{back + "&n=" + strconv.Itoa(n)}
}

// moveTemplate is a file with everybody who is due, to be filled in.
func (s *Server) moveTemplate(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
	if err != nil {
		return err
	}
	summer, err := p.summer(r)
	if err != nil {
		return err
	}
	if p.of == nil {
		return fmt.Errorf("no county is chosen: %w", fault.NotFound)
	}
	if err := s.noteRead(r, "staff list, exchange template", p.of.County); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="exchange.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that a spreadsheet reads it as UTF-8
		return nil
	}
	out := csv.NewWriter(w)
	out.Write([]string{"记录编号", "姓名", "学科", "原校", "交流校", "方式", "开始日期", "结束日期", "状态", "文号"})
	round := teams.Exchanges(&p.of.Input, summer)
	for i := range round.People {
		if j := &round.People[i]; j.State == teams.Due && j.Move == nil {
			out.Write([]string{string(j.Person.Person), p.of.Names[j.Person.Person], j.Person.Subject, p.schoolWords(j.School, j.Person.Unit), "", "", strconv.Itoa(summer) + "-09-01", "", "", ""})
		}
	}
	out.Flush()
	return nil
}
