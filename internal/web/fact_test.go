package web

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/testkit"
)

// What a school has or has not is yes or no on every page of the school;
// percentages are for regions.
func TestFactOfOneSchool(t *testing.T) {
	c := manySchemes(t)
	p, err := pack.Open(filepath.Join(testkit.Root(), "internal", "web", "testdata", "t-facts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c.more = append(c.more, p)
	h := handlerOf(t, c)
	a, err := c.Measure(t.Context(), p.Ref(), newest(t).Set.Period)
	if err != nil {
		t.Fatal(err)
	}
	row := a.Stage(edu.Senior).Frame.Rows[0]
	county := codeOf(a.Units[edu.County][0])
	for _, path := range []string{"/schools/" + row.Code + "?", "/schools?stage=senior", "/trace/section/" + row.Code + "/staffed_well?stage=senior", "/trace/section/" + row.Code + "/staffed?stage=senior"} {
		for lang, words := range map[string][2]string{"zh-CN": {"是", "否"}, "en": {"yes", "no"}} {
			page := get(t, h, path+"&scheme=t-facts%401", "Accept-Language", lang).Body.String()
			if strings.Contains(page, "100.00") || strings.Contains(page, "≥100") {
				t.Errorf("%s in %s: a school's fact is a percentage: %q", path, lang, regexp.MustCompile(`.{60}(100\.00|≥100)`).FindString(page))
			}
			if !strings.Contains(page, words[0]+"<") && !strings.Contains(page, words[1]+"<") {
				t.Errorf("%s in %s does not say yes or no", path, lang)
			}
		}
	}
	if page := get(t, h, "/trace/county/"+county+"/staffed_well?stage=senior&scheme=t-facts%401").Body.String(); !regexp.MustCompile(`>[0-9.]+%<`).MatchString(page) {
		t.Error("a county's share is no percentage")
	}
}
