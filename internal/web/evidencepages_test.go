package web

import "testing"

// A page of a document is written as the reader's language writes it.
func TestPagesOfReferences(t *testing.T) {
	const kept = "示例9号 p.3；教督〔2024〕3号 p.12-14；step.5"
	for lang, want := range map[string]string{"zh": "示例9号 第3页；教督〔2024〕3号 第12-14页；step.5", "en": "示例9号 p. 3；教督〔2024〕3号 p. 12-14；step.5"} {
		if got := (locale{catalogue(lang)}).pages(kept); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
}
