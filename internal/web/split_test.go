package web

import (
	"html"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A share of what a mixed school gave once says so, with its rule and the cells
// of the whole and of the pupils.
func TestTraceOfAShare(t *testing.T) {
	file := filepath.Join(t.TempDir(), "school.csv")
	text := "学年,学校标识码,学校名称,学段,县区代码,在校生,教学仪器设备值(万元)\n" +
		"2025,2199000001,育才学校,小学,990101,166,\n2025,2199000001,育才学校,初中,990101,210,\n2025,2199000001,育才学校,全校,990101,,376\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	h := handlerOf(t, evaluated(t, file, "cn-compulsory"))
	for _, item := range []string{"r6", "equipment"} {
		w := get(t, h, "/trace/section/2199000001/"+item+"?stage=junior")
		body := html.UnescapeString(w.Body.String())
		if w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, body)
		}
		for _, want := range []string{"全校 3760000 的 58.2%，按加权在校生数拆分：210×1.1 / (166×1 + 210×1.1)", "地方计算口径", "测算均衡系数拆分公式", "G4", "F2", "F3"} {
			if !strings.Contains(body, want) {
				t.Errorf("the trace of %s does not say %q", item, want)
			}
		}
	}
}
