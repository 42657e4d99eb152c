// What was corrected of a record by hand: when, by whom, and each field before and after.

package web

import (
	"fmt"
	"strconv"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/store"
)

// addHistory lists the corrections of a record, a row a field.
func (s *Server) addHistory(r *request, p *personPage, kind store.PersonKind, id register.PersonID) error {
	list, err := s.registers.Corrections(r.Context(), r.who, kind, id)
	if err != nil {
		return fmt.Errorf("history of a record: %w", err)
	}
	t := Table{ID: "history", Caption: r.T("register.history"), Sheet: r.T("register.history"), Empty: r.T("register.history.none"),
		Cols: []Col{{Label: r.T("register.history.at")}, {Label: r.T("register.history.by"), Wrap: true}, {Label: r.T("year")}, {Label: r.T("register.column"), Wrap: true}, {Label: r.T("register.history.was"), Wrap: true}, {Label: r.T("register.history.is"), Wrap: true}}}
	for _, c := range list {
		row := func(field, was, is string) {
			t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: r.Minute(c.At.In(collect.China))}, {Text: c.Name}, {Text: edu.Year(c.Year).Label()}, {Text: field}, {Text: was}, {Text: is}}})
		}
		if c.New {
			row(r.T("register.history.new"), "", "")
		}
		if c.Who {
			row(r.T("register.history.identity"), "", "")
		}
		for _, x := range c.Changes {
			row(register.FieldName(x.Field).In(r.Lang()), s.changedWord(r, x.Field, x.From), s.changedWord(r, x.Field, x.To))
		}
	}
	p.Past = t
	if r.query.Get("did") == "keep" {
		p.Said = r.T("register.kept")
	}
	return nil
}

// changedTerms are the closed lists of fields that the history tells of.
var changedTerms = map[string][]register.Term{
	"schooling": register.Schoolings, "proof_kind": register.ProofKinds, "leaving": register.Leavings, "category": register.Categories, "duty": register.Duties,
	"post": register.PostKinds, "backbone": register.Backbones, "mind": register.Minds, "groups": register.GroupTerms,
}

// changedWord says a value of a field as the page of the record does.
func (s *Server) changedWord(r *request, field, v string) string {
	if v == "" && field != "backbone" {
		return "–"
	}
	switch field {
	case "school", "home", "unit", "posts":
		return s.unitLabel(r, edu.UnitID(v))
	case "stage":
		return r.stageName(edu.Stage(v))
	case "sex":
		n, _ := strconv.Atoi(v) // our own
		return r.sexText(register.Sex(n))
	case "boards", "received", "class_head", "dual", "hold":
		if v == "1" {
			return r.T("register.yes")
		}
		return r.T("register.no")
	case "subject", "second":
		return r.Text(register.SubjectText(v))
	case "title":
		return r.Text(register.TitleText(v))
	}
	list := changedTerms[field]
	if list == nil {
		return v
	}
	var words []string
	for id := range strings.SplitSeq(v, ",") {
		words = append(words, r.Text(register.Words(list, id)))
	}
	return strings.Join(words, r.T("register.and"))
}
