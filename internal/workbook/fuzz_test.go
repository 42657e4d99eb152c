package workbook

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"shuren/internal/form"
)

// FuzzRead changes the text of the sheet of figures: no text makes the reader
// fail, and a file that blocks gives no unit.
func FuzzRead(f *testing.F) {
	papers := testPapers(f, 2)[1:]
	k := &kit{TB: f}
	good := written(f, papers, Options{})
	var sheet string
	with("xl/worksheets/sheet1.xml", func(s string) string { sheet = s; return s })(k, good)
	for _, s := range []string{sheet, "", "<worksheet>", strings.Replace(sheet, "f=boarders", "f=%zz", 1), strings.ReplaceAll(sheet, "p=junior", "p=primary"),
		strings.ReplaceAll(sheet, "shuren:1?", "shuren:2?"), strings.Replace(sheet, "k=head", "f=area_hall&p=school", 1)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := with("xl/worksheets/sheet1.xml", func(string) string { return s })(&kit{TB: t}, good)
		r, err := Read(context.Background(), "a.xlsx", bytes.NewReader(b), int64(len(b)), finder(papers))
		if err != nil {
			t.Fatal(err)
		}
		if r.Blocked() && len(r.Units) > 0 {
			t.Errorf("blocked, with %d units", len(r.Units))
		}
		for _, u := range r.Units {
			for key := range u.Content.Cells {
				if k, ok := form.ParseKey(key); !ok || !papers[0].Has(k) {
					t.Errorf("a cell that the paper has not: %q", key)
				}
			}
		}
	})
}

// FuzzBytes changes the file itself.
func FuzzBytes(f *testing.F) {
	papers := testPapers(f, 1)
	good := written(f, papers, Options{})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("a,b\n1,2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Read(context.Background(), "a.xlsx", bytes.NewReader(b), int64(len(b)), finder(papers))
		if err != nil {
			t.Fatal(err)
		}
		if r.Blocked() && len(r.Units) > 0 {
			t.Errorf("blocked, with %d units", len(r.Units))
		}
	})
}

func FuzzIDs(f *testing.F) {
	for _, s := range []string{"f=a&u=b", "k=%", "e=1&sheet=x", "shuren:1?form=a&period=2025", "a=b=c&&;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v := parseID(s); len(v) > 0 {
			if again := parseID("e=1&" + v.Encode()); len(v.Encode()) < 1900 && len(again) == 0 {
				t.Errorf("%q is lost", s)
			}
		}
		if m, v, ok := parseMark(s); ok {
			back, w, ok := parseMark(m.mark(v))
			if !ok || !back.same(m) || w.Encode() != v.Encode() {
				t.Errorf("%q reads as %+v %v, then %+v %v", s, m, v, back, w)
			}
		}
	})
}
