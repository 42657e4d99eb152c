package bulletin

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/edu"
)

func sample() *Board {
	return &Board{
		City: edu.Text{ZH: "示例市", EN: "Sample"}, Period: edu.Year(2025), Lockdown: "lock-1", LockedAt: time.Date(2026, 1, 5, 3, 4, 5, 6, time.UTC), Engine: "v1", Fictional: "示例数据",
		Packs:  []Pack{{"cn-x@1", "abc", "示例办法", edu.Text{ZH: "示例方案", EN: "Sample scheme"}}},
		Places: []Place{{"", edu.Text{ZH: "示例市", EN: "Sample"}}, {"990121", edu.Text{ZH: "=东县<b>", EN: "East"}}},
		Tables: []Table{{"cn-x@1", edu.Primary, []Measure{{ID: "r1", Unit: "teacher", Name: edu.Text{ZH: "指标", EN: "Measure"}, Words: edu.Text{ZH: "教师除以学生", EN: "teachers over pupils"}, Decimals: 2, Limit: "≥4.2", Source: "第三条", Tag: "V", Values: []Value{{4.256, Shown}, {0, Hidden}}}}}},
		Counts: []CountTable{{edu.Primary, []edu.Text{{ZH: "城区", EN: "Urban"}}, []string{"urban"}, [][]Value{{{100, Shown}, {100, Shown}}, {{0, Hidden}, {0, Missing}}}}},
	}
}

// The same board is the same bytes, whenever and wherever it is made.
func TestSameBytes(t *testing.T) {
	made := func() []byte {
		files, err := Files(sample())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteZip(&b, files, sample().LockedAt); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := made()
	if !bytes.Equal(first, made()) {
		t.Error("the same board is not the same archive")
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil || len(z.File) != 10 {
		t.Fatal(len(z.File), err)
	}
}

var (
	hrefs = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	tags  = regexp.MustCompile(`(?i)<(script|iframe|object|embed|form|img|svg)|\son\w+=|javascript:|style=|https?://`)
)

// Pages work from a folder: no script, nothing from elsewhere, every link is a file
// of the board, and what came from data is text.
func TestPagesStandAlone(t *testing.T) {
	files, err := Files(sample())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range files {
		names[f.Name] = true
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".html") {
			continue
		}
		text := string(f.Body)
		if bad := tags.FindString(text); bad != "" {
			t.Errorf("%s has %q", f.Name, bad)
		}
		for _, m := range hrefs.FindAllStringSubmatch(text, -1) {
			if to := path.Join(path.Dir(f.Name), m[1]); !names[to] && !strings.HasPrefix(m[1], "#") {
				t.Errorf("%s leads to %s, which is not there", f.Name, m[1])
			}
		}
		for _, want := range []string{`<html lang="`, "<h1>", `<main id="main">`, "<title>", "示例数据"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s", f.Name, want)
			}
		}
		if strings.Contains(text, "<b>") {
			t.Errorf("%s: a name became markup", f.Name)
		}
		if strings.Count(text, "<table>") != strings.Count(text, "<caption>") {
			t.Errorf("%s: a table without a caption", f.Name)
		}
	}
}

// Data: a hidden figure has no digits anywhere, every measure is in the dictionary
// with its formula and source, and no cell is a formula of a spreadsheet.
func TestOpenData(t *testing.T) {
	files, err := Files(sample())
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) [][]string {
		i := slices.IndexFunc(files, func(f File) bool { return f.Name == name })
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(files[i].Body, []byte("\ufeff")))).ReadAll()
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, c := range r {
				if strings.HasPrefix(c, "=") {
					t.Errorf("%s: %q is a formula", name, c)
				}
			}
		}
		return rows
	}
	figures, dictionary := read("data/figures.csv"), read("data/dictionary.csv")
	if figures[1][6] != "4.256" || figures[2][6] != "" || figures[2][7] != "hidden" {
		t.Errorf("%v", figures)
	}
	if i := slices.IndexFunc(dictionary, func(r []string) bool { return r[1] == "cn-x@1:primary:r1" }); i < 0 || dictionary[i][5] == "" || dictionary[i][9] == "" || dictionary[i][10] != "V" {
		t.Errorf("the dictionary does not say what r1 is: %v", dictionary)
	}
	if rows := read("data/pupils.csv"); rows[3][5] != "" || rows[4][6] != "missing" {
		t.Errorf("%v", rows)
	}
}
