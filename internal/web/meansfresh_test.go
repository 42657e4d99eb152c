package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/means"
)

// moneyForm are the fields of the form of money on a page.
func moneyForm(page string) (kv []string) {
	_, form, _ := strings.Cut(page, `<input type="hidden" name="kind" value="money">`)
	form, _, _ = strings.Cut(form, "</form>")
	for _, m := range regexp.MustCompile(`name="(rev|year|wan|source)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		kv = append(kv, m[1], m[2])
	}
	return append(kv, "kind", "money")
}

// Keeping the form of money keeps every year that was kept, whichever years lie
// ahead; after a conflict the page can be sent as it is, with what came meanwhile.
func TestMoneyFormLosesNothing(t *testing.T) {
	w, city := gapTown(t)
	code, id := small(t, city)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	path := "/gaps/counties/" + code + "/means"
	m, err := city.Means(t.Context(), auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(years ...int) {
		t.Helper()
		m.Money.Lines = nil
		for _, y := range years {
			m.Money.Lines = append(m.Money.Lines, means.Budget{Year: edu.Year(y), Yuan: 1e6, Source: "县财政"})
		}
		if m.Money, err = city.KeepMoney(t.Context(), auth.Operator(), m.Money); err != nil {
			t.Fatal(err)
		}
	}
	years := func() (out []int) {
		now, err := city.Means(t.Context(), auth.Operator(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range now.Money.Lines {
			out = append(out, b.Year.Int())
		}
		return out
	}
	keep(2019, 2027, 2041)
	old := w.ask(http.MethodGet, path, "", clerk).Body.String()
	if n := strings.Count(old, `name="kind" value="money"`); n != 2 {
		t.Errorf("%d forms keep money, want one to type and one to send a file", n)
	}
	if out := w.form(path, clerk, moneyForm(old)...); out.Code != 303 || fmt.Sprint(years()) != "[2019 2027 2041]" {
		t.Errorf("%d: kept as it was, there are %v", out.Code, years())
	}
	old = w.ask(http.MethodGet, path, "", clerk).Body.String()
	if m, err = city.Means(t.Context(), auth.Operator(), id); err != nil {
		t.Fatal(err)
	}
	keep(2019, 2027, 2041, 2044)
	out := w.form(path, clerk, moneyForm(old)...)
	if out.Code != 409 {
		t.Fatalf("over what was not seen: %d", out.Code)
	}
	if out = w.form(path, clerk, moneyForm(out.Body.String())...); out.Code != 303 || fmt.Sprint(years()) != "[2019 2027 2041 2044]" {
		t.Errorf("seen and kept again: %d, %v", out.Code, years())
	}
	out = w.form(path, clerk, "kind", "prices", "rev", "1", "item", "", "name", "本县校车", "unit", "辆", "yuan", "很贵", "year", "2025", "basis", "x")
	if out.Code != 422 || !strings.Contains(out.Body.String(), `name="name" value="本县校车"`) || !strings.Contains(out.Body.String(), `name="unit" value="辆"`) {
		t.Errorf("the county's own item is lost: %d", out.Code)
	}
}
