package workbook

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// What WPS makes of a workbook, as far as the files in testdata/wps, which WPS
// saved, tell: it names itself and drops the properties of others, counts shared
// strings once, marks them phonetic, says that a sheet is as large as can be, and
// gives rows their spans.
var byWPS = []struct {
	part     string // prefix
	old, new string
}{
	{"docProps/app.xml", `(?s)^.*$`, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><Application>WPS Office 个人版</Application></Properties>`},
	{"docProps/custom.xml", `(?s)^.*$`, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-11.1.0.9662</vt:lpwstr></property></Properties>`},
	{"xl/sharedStrings.xml", ` uniqueCount="\d+"`, ``},
	{"xl/sharedStrings.xml", `</t></si>`, `</t><phoneticPr fontId="1" type="noConversion"/></si>`},
	{"xl/worksheets/", `<dimension ref="[^"]*"`, `<dimension ref="A1:XFD1048576"`},
	{"xl/worksheets/", `<row r="`, `<row spans="1:7" r="`},
	{"xl/workbook.xml", `<workbookPr`, `<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr`},
}

// likeWPS is a workbook written in the manner of WPS.
func likeWPS(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	changed := map[int]bool{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range byWPS {
			if re := regexp.MustCompile(c.old); strings.HasPrefix(f.Name, c.part) && re.Match(text) {
				text = re.ReplaceAllLiteral(text, []byte(c.new))
				changed[i] = true
			}
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for i, c := range byWPS {
		if !changed[i] {
			t.Fatalf("no part %s has %s: the workbook is not what this test thinks", c.part, c.old)
		}
	}
	return out.Bytes()
}

// A workbook in the manner of WPS says the same as before, and is marked alike.
// WPS itself was not at hand.
func TestLikeWPSSaysWhatWasFilled(t *testing.T) {
	papers := testPapers(t, 4)
	const u = edu.UnitID("u530000000002")
	b := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
		set(t, f, mainSheet, where(t, f, mainSheet, u, edu.Junior, "boarders"), 123)
		set(t, f, mainSheet, where(t, f, mainSheet, u, edu.Primary, "boarders"), "十二")
		set(t, f, mainSheet, where(t, f, mainSheet, u, form.Whole, "area_teaching"), 4000.25)
	})
	want := reading(t, b, papers)
	wps := likeWPS(t, b)
	got := reading(t, wps, papers)
	same := cmpopts.IgnoreUnexported(Reading{}, Filled{}, edu.Period{}, edu.Value{}, form.Content{})
	if d := cmp.Diff(want, got, same); d != "" {
		t.Errorf("in the manner of WPS it differs (-want +got)\n%s", d)
	}
	m := likeWPS(t, marked(t, wps, got, papers))
	f := openFile(t, m)
	cell := where(t, f, mainSheet, u, edu.Primary, "boarders")
	if got := colour(t, f, mainSheet, cell); got != lightRed {
		t.Errorf("%s is %q, not marked", cell, got)
	}
	if d := cmp.Diff(want, reading(t, m, papers), same); d != "" {
		t.Errorf("marked and saved once more it differs (-want +got)\n%s", d)
	}
}
