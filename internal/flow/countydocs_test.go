package flow

import (
	"errors"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
)

// A county that told nothing has a document of revision 0; what it tells comes back
// with its county and revision, and another's is not to be written.
func TestCountyDocuments(t *testing.T) {
	c := forecastTown(t, 2025).City
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	b, d, err := birthDocs.of(ctx, c, "east")
	if err != nil || b.County != "east" || b.Rev != 0 || d.Rev != 0 {
		t.Fatalf("before: %+v, %v", b, err)
	}
	b = someBirths("east", 2017, 200)
	if b, err = birthDocs.keep(ctx, c, clerk, b, "", edu.DateOf(c.now())); err != nil || b.Rev != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
	if got, _, err := birthDocs.of(ctx, c, "east"); err != nil || got.Rev != 1 || len(got.Lines) != len(b.Lines) {
		t.Errorf("came back as %+v, %v", got, err)
	}
	if all, err := birthDocs.all(ctx, c); err != nil || len(all) != 1 || all[0].County != "east" {
		t.Errorf("all: %+v, %v", all, err)
	}
	for name, of := range map[string]edu.UnitID{"another county": "west", "no county": "2199012101"} {
		if _, err := birthDocs.keep(ctx, c, clerk, forecast.Births{County: of}, "", 1); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
