package pack

import "testing"

// The catalogue says in words how every figure of a shipped pack comes about,
// also one that is only copied from a report; what is judged yes or no needs none.
func TestShippedIndicatorsAreSaidInWords(t *testing.T) {
	for _, ref := range Shipped() {
		p, err := Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Indicators {
			if d.Unit != YesNo && (d.Words.ZH == "" || d.Words.EN == "") {
				t.Errorf("%s: %s (%s) is not said in words", ref, d.ID, d.Name.ZH)
			}
		}
	}
}
