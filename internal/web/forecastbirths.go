package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
)

// typeBirths keeps births that were typed or pasted: a line a township and year.
func (s *Server) typeBirths(w http.ResponseWriter, r *request) error {
	typed := r.PostFormValue("lines")
	lines := strings.TrimSpace(typed)
	if !strings.Contains(lines, "出生") && !strings.Contains(strings.ToLower(lines), "births") && !strings.Contains(lines, "男") {
		lines = "乡镇\t出生年份\t出生人数\n" + typed
	}
	return s.keepBirths(w, r, r.T("forecast.typed"), io.NopCloser(strings.NewReader(lines)))
}

// sendBirths keeps births of a file.
func (s *Server) sendBirths(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of births: %w", err)
	}
	return s.keepBirths(w, r, files[0].Filename, f)
}

func (s *Server) keepBirths(w http.ResponseWriter, r *request, name string, f io.ReadCloser) error {
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	wrong := func(why string, status int) error {
		p := forecastView{Error: why, staleBirths: status == http.StatusConflict}
		p.Form = birthsForm{Counties: []Choice{{Link{"", v("county")}, true}}, Bases: []Choice{{Link{"", v("basis")}, true}}, Source: v("source"), AsOf: v("asof"), Lines: r.PostFormValue("lines")}
		p.Form.Rev, _ = strconv.Atoi(v("rev")) // what is no number was seen of nothing
		return s.showForecast(w, r, p, status)
	}
	rev, err := strconv.Atoi(v("rev"))
	if err != nil {
		return errors.Join(fmt.Errorf("rev %q: %w", v("rev"), fault.Invalid), f.Close())
	}
	b := forecast.Births{County: edu.UnitID(v("county")), Rev: rev, Basis: forecast.Basis(v("basis")), Source: v("source")}
	if b.AsOf, err = dayOf(v("asof")); err != nil {
		return errors.Join(wrong(r.T("forecast.asof.wrong"), http.StatusUnprocessableEntity), f.Close())
	}
	lines, problems, err := s.ahead.ReadBirths(r.Context(), name, f)
	if no, ok := errors.AsType[*sheet.Refusal](err); ok {
		return wrong(r.Text(no.Text), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return fmt.Errorf("births: %w", err)
	}
	if len(problems) > 0 {
		var says []string
		for _, p := range problems[:min(len(problems), 5)] {
			says = append(says, p.In(r.Lang()))
		}
		return wrong(strings.Join(says, r.T("forecast.and")), http.StatusUnprocessableEntity)
	}
	b.Lines = lines
	_, err = s.ahead.KeepBirths(r.Context(), r.who, b)
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		return wrong(r.T("forecast.conflict"), http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error { return wrong(why, http.StatusUnprocessableEntity) }, r)
	}
	return away{"/forecast?did=births"}
}
