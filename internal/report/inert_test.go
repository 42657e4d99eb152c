package report_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/places"
	"shuren/internal/proposal"
	"shuren/internal/report"
)

// What somebody typed is no formula to the program that opens a CSV; negative
// figures stay figures.
func TestCSVsOfPlansHoldNoFormula(t *testing.T) {
	const evil = `=HYPERLINK("http://x","y")`
	p := &proposal.Proposal{County: evil, Lines: []proposal.Line{{Act: proposal.Hire, At: proposal.Place{Code: evil, Name: "+1", Township: "@x"}, From: &proposal.Place{Code: "-x", Name: evil}, Who: "\tx", Unit: evil, Price: evil, Basis: evil, Amount: 2, Cost: -3, Why: edu.Text{ZH: evil, EN: evil}, Authority: edu.Text{ZH: evil, EN: evil}}}}
	seats := &report.Places{Lang: "zh", Taken: &places.Taken{Scenario: evil, Input: places.Input{Years: []places.Year{{First: 2026}}, Stages: []places.Stage{{ID: "primary"}}, Schools: []places.School{{ID: evil, Name: "@x"}, {ID: "+1"}}}},
		Plan: &places.Plan{Lines: []places.Line{{School: 0, To: 1, Why: places.Protected}}}}
	for _, tt := range []struct {
		name  string
		write func(*strings.Builder) error
	}{
		{"proposal", func(b *strings.Builder) error {
			return report.WriteProposals(b, report.CSV, []*proposal.Proposal{p}, "en")
		}},
		{"places", func(b *strings.Builder) error { return report.WritePlaces(b, report.CSV, seats) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			if err := tt.write(&b); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
			if err != nil || len(rows) != 2 {
				t.Fatal(rows, err)
			}
			kept := 0
			for i, cell := range rows[1] {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") && rows[0][i] != "cost_yuan" {
					t.Errorf("%s is %q", rows[0][i], cell)
				}
				if strings.HasPrefix(cell, "'") {
					kept++
				}
			}
			if kept < 3 {
				t.Errorf("%d guarded cells: what was typed is not there", kept)
			}
		})
	}
}

// Without a plan the workbook has no cost: a dash, and not nothing to pay.
func TestAProposalWithoutAPlanHasNoCost(t *testing.T) {
	cost := func(p *proposal.Proposal) string {
		t.Helper()
		var b bytes.Buffer
		if err := report.WriteProposals(&b, report.XLSX, []*proposal.Proposal{p}, "en"); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Proposals")
		at := slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, "Cost, yuan") })
		if err != nil || at < 0 || at+1 == len(rows) {
			t.Fatal(rows, err)
		}
		return rows[at+1][slices.Index(rows[at], "Cost, yuan")]
	}
	if got := cost(&proposal.Proposal{Cost: proposal.NoPlan}); got != "—" {
		t.Errorf("without a plan the cost is %q", got)
	}
	if got := cost(&proposal.Proposal{}); got != "0" {
		t.Errorf("of doing nothing the cost is %q", got)
	}
}
