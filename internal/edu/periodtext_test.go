package edu

import (
	"encoding/json"
	"testing"
	"time"
)

// A period comes back from JSON as it went in, as a value and as a key: without
// that it would come back as no period at all.
func TestPeriodInJSON(t *testing.T) {
	type kept struct {
		At  Period
		How map[Period]int
	}
	for _, p := range []Period{{}, Year(2025), OnDay(2024, time.February, 29)} {
		in := kept{p, map[Period]int{p: 3}}
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out kept
		if err := json.Unmarshal(b, &out); err != nil || out.At != p || out.How[p] != 3 {
			t.Errorf("%s came back as %+v, %v", b, out, err)
		}
	}
	var p Period
	if err := json.Unmarshal([]byte(`"soon"`), &p); err == nil {
		t.Error("“soon” is a period")
	}
}
