package pack

import (
	"errors"
	"io/fs"
	"math"
	"testing"
	"testing/fstest"

	"shuren/internal/fault"
	"shuren/packs"
)

// Whatever a file holds, a pack loads soundly or is refused with a reason.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(city))
	f.Add([]byte("id: x\nname: {zh: 一, en: One}\nsource: s\nelements: [&a {id: a, by: *a}]\n"))
	f.Add([]byte("&a [*a, *a]"))
	f.Add([]byte("id: &x !!binary aGk=\n? [a]\n: <<: *x\n"))
	f.Add([]byte("examples:\n  - {given: {a: 1e999}, expect: {r: .nan}}\n"))
	whole := ""
	for _, text := range small {
		whole += text
	}
	f.Add([]byte(whole))
	f.Add([]byte(whole + smallForms))
	f.Add([]byte("id: x\nname: {zh: 一, en: One}\nsource: s\nforms: [{id: f, asks: [{elements: [a, a], compute: {sum: {primary: [a.b]}}}]}]\nfeeds: [{id: g, within: 2%}]\n"))
	err := fs.WalkDir(packs.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := packs.FS.ReadFile(name)
		f.Add(b)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Load(fstest.MapFS{"pack.yaml": {Data: b}})
		if err != nil {
			var ps Problems
			if errors.As(err, &ps) && (len(ps) == 0 || len(ps) > maxProblems+1) || !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.TooLarge) {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		for _, st := range p.Standards {
			for _, th := range st.Thresholds {
				if th.Source == "" || th.Tag == "" || math.IsNaN(th.Value) || p.Indicator(th.Indicator) == nil {
					t.Fatalf("an unsound threshold: %+v", th)
				}
			}
		}
		for _, x := range p.Forms {
			if x.Basis == "" || x.Minutes == 0 || x.Closes.Month == 0 || x.Approver == "" {
				t.Fatalf("a form that is on no list: %+v", x)
			}
			for _, a := range x.Asks {
				if a.Element == nil || a.Element.Derive != nil {
					t.Fatalf("%s asks %+v", x.ID, a)
				}
			}
		}
		for _, i := range p.Indicators {
			if i.Section == nil || i.Section.Expr == nil || i.Source == "" || i.Tag == "" {
				t.Fatalf("an unsound indicator: %+v", i)
			}
		}
	})
}
