package pack

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "write the golden file anew")

// What is kept of an answer is the place of its choice. A choice of a shipped
// pack that is moved or taken away would change what cities have answered: new
// ones are appended. testdata/choices.txt has every list as it is; -update adds
// to it, and a moved choice fails even then.
func TestChoicesAreNeverMoved(t *testing.T) {
	file := filepath.Join("testdata", "choices.txt")
	var lines []string
	now := map[string][]string{}
	add := func(ref, name string, e *Element) {
		if len(e.Choices) == 0 {
			return
		}
		var ids []string
		for _, o := range e.Choices {
			ids = append(ids, o.ID)
		}
		key := ref + " " + name
		now[key] = ids
		lines = append(lines, key+": "+strings.Join(ids, " "))
	}
	for _, ref := range Shipped() {
		p, err := Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Elements {
			add(ref, e.ID, e)
		}
		for _, l := range p.Lists {
			for _, c := range l.Columns {
				add(ref, l.ID+"."+c.ID, c)
			}
		}
	}
	slices.Sort(lines)
	kept, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(kept)) {
		key, list, _ := strings.Cut(strings.TrimSpace(line), ": ")
		was := strings.Fields(list)
		is, there := now[key]
		if there && (len(is) < len(was) || !slices.Equal(is[:len(was)], was)) {
			t.Errorf("%s: the choices were %v, and are %v", key, was, is)
		}
		if !there {
			t.Errorf("%s has gone: who answered it reads nothing now", key)
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	switch {
	case *update && !t.Failed():
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	case !t.Failed() && text != string(kept):
		for _, l := range lines {
			if !strings.Contains(string(kept), l+"\n") {
				t.Errorf("not in %s yet; run the test with -update: %s", file, l)
			}
		}
	}
}

func TestMoved(t *testing.T) {
	of := func(ids ...string) *Pack {
		var b strings.Builder
		for _, id := range ids {
			b.WriteString("{id: " + id + ", name: {zh: " + id + ", en: " + id + "}}, ")
		}
		p, err := Load(fstest.MapFS{"pack.yaml": file("id: m\nname: {zh: 样, en: Sample}\nsource: made up\nelements:\n  - {id: roof, name: {zh: 屋顶, en: Roof}, type: choice, choices: [" + b.String() + "], source: made up, evidence: P}\n")})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		name     string
		was, now []string
		moved    bool
	}{
		{"the same", []string{"flat", "steep"}, []string{"flat", "steep"}, false},
		{"one more at the end", []string{"flat", "steep"}, []string{"flat", "steep", "none"}, false},
		{"one more in front", []string{"flat", "steep"}, []string{"none", "flat", "steep"}, true},
		{"turned round", []string{"flat", "steep"}, []string{"steep", "flat"}, true},
		{"one less", []string{"flat", "steep"}, []string{"flat"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Moved(of(tt.was...), of(tt.now...)); (len(got) > 0) != tt.moved {
				t.Errorf("%v", got)
			}
		})
	}
}
