package web

import (
	"net/http"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
)

// Whoever gets to see a telephone number or a signature block stands in the log:
// who, of which unit, and nothing of what was read.
func TestReadsOfPersonalDataAreLogged(t *testing.T) {
	w := newTown(t)
	issue, err := issued()
	if err != nil {
		t.Fatal(err)
	}
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	_, _, keeper := w.person("", auth.Grant{Role: auth.SystemAdmin, Whole: true})
	made, _, err := w.accts.Make(t.Context(), auth.Operator(), auth.Account{Login: "telephone", Name: "某", Phone: "0000-0000", Unit: w.school.Unit.ID})
	if err != nil {
		t.Fatal(err)
	}
	noted := func() []audit.Record {
		t.Helper()
		list, _, err := w.s.audit.AuditLog(t.Context(), auth.Operator(), audit.Filter{Action: audit.PersonRead, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	paper := "/work/" + issue + "/" + string(w.school.Unit.ID)
	if r := w.ask(http.MethodPost, paper, "rev=0&sign.filler=某&sign.phone=0000-0000", clerk); r.Code != http.StatusSeeOther {
		t.Fatalf("save: status %d: %s", r.Code, r.Body)
	}
	for _, tt := range []struct{ name, path, secret string }{
		{"an account", "/admin/accounts/" + made.ID, keeper},
		{"the page to sign", paper + "/sign", clerk},
		{"a workbook", paper + "/template", clerk},
		{"the paper by API", "/api/v1/forms/" + issue + "/units/" + string(w.school.Unit.ID), clerk},
	} {
		before := noted()
		if r := w.ask(http.MethodGet, tt.path, "", tt.secret); r.Code != http.StatusOK {
			t.Fatalf("%s: status %d", tt.name, r.Code)
		}
		after := noted()
		if len(after) != len(before)+1 || after[0].Unit != w.school.Unit.ID || after[0].Account == "" {
			t.Errorf("%s: %d lines more, the last is %+v", tt.name, len(after)-len(before), after[0])
		}
	}
	before := noted()
	if r := w.ask(http.MethodGet, paper+"/blank", "", clerk); r.Code != http.StatusOK || len(noted()) != len(before) {
		t.Errorf("an empty page: status %d, %d lines more", r.Code, len(noted())-len(before))
	}
}
