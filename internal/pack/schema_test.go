package pack

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"shuren/internal/testkit"
	"shuren/packs"
)

var updateSchema = flag.Bool("update-schema", false, "write docs/pack.schema.json anew")

// kinds says which definitions a mapping is read by, under the name by which the
// loader calls it in messages.
var kinds = map[string][]string{
	"file": {"file", "standard", "indicator"}, "split": {"split"}, "units": {"unit"}, "keys": {"key"}, "elements": {"element", "elementGroup"},
	"items": {"elementInGroup", "indicatorInGroup"}, "group": {"named"}, "by": {"breakdown"}, "choice": {"choice"}, "derive": {"derive"}, "lists": {"list", "askList"},
	"columns": {"column"}, "checks": {"check"}, "indicators": {"indicator", "indicatorGroup"}, "lack": {"lack"}, "standards": {"standard"}, "thresholds": {"threshold"}, "rules": {"rule"},
	"examples": {"example"}, "forms": {"form"}, "sign": {"sign"}, "joins": {"joins"}, "same_groups": {"named"}, "reasons": {"named"}, "asks": {"ask"}, "earlier": {"earlier"}, "compute": {"compute"},
	"feeds": {"feed"}, "levers": {"lever"}, "checklists": {"checklist"}, "checked": {"checkItem"}, "key_parts": {"keyPart"}, "people": {"leverPeople"}, "compare": {"compare"},
}

// free are mappings whose keys are the pack's own words, and those of languages
// and stages.
var free = []string{"sources", "values", "headers", "given", "expect", "name", "note", "help", "what", "how", "short", "words", "message", "scope_note", "department", "authority", "subject", "least",
	"at_least", "at_most", "above", "below", "is", "limit_at_least", "limit_at_most", "limit_above", "limit_below", "weights", "sum"}

// everything is a pack that uses what the shipped ones do not.
const everything = `id: x
standards: [{id: st, root: r, rules: [{id: r, name: {zh: 甲, en: A}, of: [i], source: s, evidence: P}], thresholds: [{indicator: i, at_least: 1, source: s, evidence: P}]}]
indicators: [{id: i, name: {zh: 甲, en: A}, unit: a, section: one, better: higher, source: s, evidence: P, lack: {have: one, per: one, unit: a}}]
name: {zh: 甲, en: A}
source: s
units: [{id: a, name: {zh: 甲, en: A}}]
elements:
  - {id: one, name: {zh: 甲, en: A}, type: count, unit: a, source: s, evidence: P, derive: {list: l, agg: count}}
lists:
  - {id: l, name: {zh: 甲, en: A}, source: s, evidence: P, columns: [{id: c, name: {zh: 甲, en: A}, type: text}]}
split: {by: one, elements: [one], weights: {primary: 1}, source: s, evidence: P}
checks:
  - {id: c1, rule: one > 0, if_broken: warning, message: {zh: 甲, en: A}, source: s, evidence: P}
`

// The schema and the loader know the same keys: one that is added to the one and
// not to the other fails here.
func TestSchemaKnowsEveryKey(t *testing.T) {
	asked := map[string]map[string]bool{}
	read := func(files map[string][]byte) {
		r := &reader{at: map[any]pos{}, trace: func(what, key string) {
			if asked[what] == nil {
				asked[what] = map[string]bool{}
			}
			asked[what][key] = true
		}}
		r.pack(files, "", 0)
	}
	for _, name := range Shipped() {
		read(shippedFiles(name))
	}
	read(map[string][]byte{"pack.yaml": []byte(everything), "indicators/j.yaml": []byte("{id: j, name: {zh: 甲, en: A}, unit: a, section: one, better: higher, source: s, evidence: P}")})
	all := shapes()
	for what, keys := range asked {
		if slices.Contains(free, what) {
			continue
		}
		defs := kinds[what]
		if len(defs) == 0 {
			t.Errorf("the loader reads %q, of which the test knows no definition", what)
			continue
		}
		known := map[string]bool{}
		for _, d := range defs {
			for k := range all[d].keys {
				known[k] = true
			}
		}
		for k := range keys {
			if !known[k] {
				t.Errorf("the loader asks %q of %s; the schema does not know it", k, what)
			}
		}
		for k := range known {
			if !keys[k] {
				t.Errorf("the schema has %q in %s; the loader never asks for it", k, what)
			}
		}
	}
	for what := range kinds {
		if asked[what] == nil {
			t.Errorf("no pack has %q: the test shows nothing of it", what)
		}
	}
}

// docs/pack.schema.json is what Schema writes.
func TestSchemaIsWritten(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(testkit.Root(), "docs", "pack.schema.json")
	if *updateSchema {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/pack.schema.json is not what `shuren packs schema` writes; %v; write it anew with -update-schema", err)
	}
}

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	b, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pack.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("pack.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is a YAML value as an editor sees it: a date is a text.
func plain(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = plain(x[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k, y := range x {
			out[fmt.Sprint(k)] = plain(y)
		}
		return out
	case []any:
		for i := range x {
			x[i] = plain(x[i])
		}
	case time.Time:
		return x.Format(time.DateOnly)
	case int:
		return json.Number(fmt.Sprint(x))
	case float64:
		return json.Number(fmt.Sprint(x))
	}
	return v
}

func value(t testing.TB, b []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return plain(v)
}

func shippedTexts(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(packs.FS, ".", func(name string, d fs.DirEntry, err error) error {
		dir, _, _ := strings.Cut(name, "/")
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".yaml") && slices.Contains(Shipped(), dir) {
			out[name], err = fs.ReadFile(packs.FS, name)
		}
		return err
	})
	if err != nil || len(out) < 5 {
		t.Fatal(len(out), err)
	}
	return out
}

func TestShippedPacksFitTheSchema(t *testing.T) {
	s := compiled(t)
	for name, b := range shippedTexts(t) {
		if err := s.Validate(value(t, b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What an editor is to underline: a misspelt key, a value of the wrong kind, an
// item without its id.
func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	good := `id: x
name: {zh: 甲, en: A}
source: s
indicators:
  - {id: i, name: {zh: 甲, en: A}, unit: a, section: one, better: higher, source: s, evidence: P}
standards:
  - id: st
    thresholds: [{indicator: i, at_least: {primary: 1}, source: s, evidence: P, from: 2020-01-01}]
`
	if err := s.Validate(value(t, []byte(good))); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"a misspelt key":          {"better:", "beter:"},
		"a misspelt key on top":   {"indicators:", "indicatrs:"},
		"no id":                   {"{id: i, ", "{"},
		"no source":               {"higher, source: s, ", "higher, "},
		"no name of the pack":     {"name: {zh: 甲, en: A}\nsource", "source"},
		"a word that is none":     {"higher", "better"},
		"a mark that is none":     {"evidence: P}\n", "evidence: X}\n"},
		"one language":            {"{zh: 甲, en: A}, unit", "{zh: 甲}, unit"},
		"a list for a text":       {"section: one", "section: [one]"},
		"a text for a list":       {"thresholds: [{indicator: i, at_least: {primary: 1}, source: s, evidence: P, from: 2020-01-01}]", "thresholds: i"},
		"a stage that is none":    {"primary: 1", "primry: 1"},
		"a date that is none":     {"2020-01-01", "2020"},
		"an id that is no name":   {"{id: i,", "{id: I-1,"},
		"a version without an id": {"id: x\n", "version: 1\n"},
	} {
		text := strings.Replace(good, edit[0], edit[1], 1)
		if text == good {
			t.Fatalf("%s: nothing to change", name)
		}
		if s.Validate(value(t, []byte(text))) == nil {
			t.Errorf("%s is taken:\n%s", name, text)
		}
	}
}

// What the loader takes, the schema takes: an editor never underlines what runs.
func TestSchemaIsNoStricterThanTheLoader(t *testing.T) {
	s := compiled(t)
	texts := shippedTexts(t)
	names := slices.Sorted(maps.Keys(texts))
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(names).Draw(rt, "file")
		folder, file, _ := strings.Cut(name, "/")
		lines := strings.Split(string(texts[name]), "\n")
		at := rapid.IntRange(0, len(lines)-1).Draw(rt, "line")
		switch rapid.IntRange(0, 2).Draw(rt, "how") {
		case 0:
			lines = slices.Delete(slices.Clone(lines), at, at+1)
		case 1:
			old := rapid.SampledFrom([]string{"yes", "V", "S", "primary", "junior", "section", "county", "2017", "1", "higher", "count"}).Draw(rt, "old")
			lines[at] = strings.Replace(lines[at], old, rapid.SampledFrom([]string{"no", "true", "'5'", "x", "[a]", "{a: b}", "2020-01-01", "P"}).Draw(rt, "new"), 1)
		default:
			lines = slices.Insert(slices.Clone(lines), at, lines[at])
		}
		b := []byte(strings.Join(lines, "\n"))
		files := map[string][]byte{}
		for k, v := range texts {
			if dir, in, _ := strings.Cut(k, "/"); dir == folder {
				files[in] = v
			}
		}
		files[file] = b
		if _, err := Kept(files); err != nil {
			return
		}
		var v any
		if yaml.Unmarshal(b, &v) != nil || v == nil {
			return
		}
		if err := s.Validate(plain(v)); err != nil {
			rt.Errorf("%s loads and does not fit the schema: %v", name, err)
		}
	})
}
