package retention

import (
	"reflect"
	"testing"
)

// Every rule has words, a mark and a source on its page, and each names another number.
func TestRuleTermsNameEveryRule(t *testing.T) {
	var r Rules
	seen := map[*int]string{}
	for _, x := range RuleTerms {
		p := x.Of(&r)
		if was := seen[p]; was != "" {
			t.Errorf("%s and %s are one number", was, x.ID)
		}
		seen[p] = x.ID
		if x.Name.ZH == "" || x.Name.EN == "" || x.Does.ZH == "" || x.Does.EN == "" || x.Source.ZH == "" || x.Tag != "E" && x.Tag != "P" {
			t.Errorf("%s lacks words, mark or source", x.ID)
		}
	}
	if n := reflect.TypeFor[Rules]().NumField(); len(seen) != n {
		t.Errorf("%d rules have words; there are %d", len(seen), n)
	}
}
