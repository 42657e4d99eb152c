package docx

import (
	"math"
	"strings"
	"testing"

	"shuren/internal/docx/docxtest"
)

// near fails where a measure in millimetres is off by more than it may be.
func near(t *testing.T, what string, got, want, off float64) {
	t.Helper()
	if math.Abs(got-want) > off {
		t.Errorf("%s at %.1f mm, want %.1f ± %.1f", what, got, want, off)
	}
}

// The layout of GB/T 9704-2012, measured on paper as LibreOffice prints it.
func TestPrinted(t *testing.T) {
	docs := map[string][]byte{
		// 国 is a closed box: every one is a piece of ink of its own.
		"grid": written(t, &Document{Body: []Block{Para{Set: Flush, Runs: []Run{{Text: strings.Repeat("国", 28*22*2)}}}}}),
	}
	for _, name := range []string{"issued", "letter", "upward", "plain"} {
		docs[name] = written(t, variants()[name])
	}
	long := Table{Caption: "表1", Head: [][]Cell{{{Text: "表头甲"}, {Text: "表头乙"}}}}
	for range 80 {
		long.Rows = append(long.Rows, []Cell{{Text: "甲"}, {Text: "乙"}})
	}
	docs["long"] = written(t, &Document{Body: []Block{long}})
	papers := docxtest.Print(t, docs)

	t.Run("22 lines of 28 characters", func(t *testing.T) {
		p := papers["grid"]
		if len(p.Pages) != 2 {
			t.Fatalf("%d pages, want 2", len(p.Pages))
		}
		area := docxtest.Box{Left: 0, Top: 0, Right: 210, Bottom: 265}
		for _, page := range p.Pages {
			lines := page.Lines(docxtest.Dark, area)
			if len(lines) != 22 {
				t.Fatalf("%d lines, want 22", len(lines))
			}
			for i, l := range lines {
				if n := len(page.Letters(docxtest.Dark, l)); n != 28 {
					t.Errorf("line %d has %d characters, want 28", i+1, n)
				}
			}
			// A letter stands in the middle of its square, 5.6 mm wide and 10.2 mm high.
			const wide, high = 156.0 / 28, 225.0 / 22
			for _, l := range []docxtest.Box{lines[0], lines[21]} {
				letters := page.Letters(docxtest.Dark, l)
				first, last := letters[0], letters[27]
				near(t, "left", (first.Left+first.Right)/2-wide/2, 28, 1)
				near(t, "right", (last.Left+last.Right)/2+wide/2, 184, 1)
			}
			near(t, "top", (lines[0].Top+lines[0].Bottom)/2-high/2, 37, 1)
			near(t, "bottom", (lines[21].Top+lines[21].Bottom)/2+high/2, 297-35, 1)
		}
	})
	t.Run("page numbers", func(t *testing.T) {
		foot := docxtest.Box{Left: 0, Top: 265, Right: 210, Bottom: 297}
		odd, even := papers["grid"].Pages[0].Ink(docxtest.Dark, foot), papers["grid"].Pages[1].Ink(docxtest.Dark, foot)
		const one = 14 * 25.4 / 72 // an empty character of 14 pt
		near(t, "odd, right", odd.Right, 184-one, 1)
		near(t, "even, left", even.Left, 28+one, 1)
		near(t, "top", odd.Top, 297-35+7, 1.5)
		if s := papers["grid"].Texts[1]; !strings.Contains(strings.ReplaceAll(s, " ", ""), "—2—") {
			t.Errorf("no page number in %q", s)
		}
	})
	t.Run("red head", func(t *testing.T) {
		lines := papers["issued"].Pages[0].Lines(docxtest.Red, docxtest.Whole)
		if len(lines) != 2 {
			t.Fatalf("%d red lines, want the agency and the rule", len(lines))
		}
		rule := papers["issued"].Pages[0].Ink(docxtest.Red, lines[1])
		near(t, "agency, top", lines[0].Top, 37+35, 1.5)
		near(t, "rule, left", rule.Left, 28, 1)
		near(t, "rule, right", rule.Right, 184, 1)
		number := papers["issued"].Pages[0].Ink(docxtest.Dark, docxtest.Box{Left: 0, Top: lines[0].Bottom, Right: 210, Bottom: rule.Top})
		near(t, "rule below the number", rule.Top-number.Bottom, 4, 1)
		near(t, "number, middle", (number.Left+number.Right)/2, 106, 1)
	})
	t.Run("letter", func(t *testing.T) {
		page := papers["letter"].Pages[0]
		lines := page.Lines(docxtest.Red, docxtest.Whole)
		near(t, "agency, top", lines[0].Top, 30, 1.5)
		for _, at := range []int{1, len(lines) - 1} {
			rule := page.Ink(docxtest.Red, lines[at])
			near(t, "rule, left", rule.Left, 20, 1)
			near(t, "rule, right", rule.Right, 190, 1)
		}
		near(t, "rule below the agency", lines[1].Top-lines[0].Bottom, 4, 1)
		near(t, "second rule", 297-lines[len(lines)-1].Bottom, 20, 1.5)
		if s := papers["letter"].Texts[0]; strings.Contains(s, "— 1 —") {
			t.Error("the first page of a letter has a number")
		}
	})
	t.Run("imprint", func(t *testing.T) {
		pages := papers["issued"].Pages
		last := pages[len(pages)-1].Ink(docxtest.Dark, docxtest.Box{Left: 0, Top: 200, Right: 210, Bottom: 265})
		near(t, "left", last.Left, 28, 1)
		near(t, "right", last.Right, 184, 1)
		near(t, "foot", last.Bottom, 297-35, 1)
	})
	t.Run("repeated head", func(t *testing.T) {
		p := papers["long"]
		if len(p.Pages) < 3 {
			t.Fatalf("%d pages", len(p.Pages))
		}
		for i, s := range p.Texts {
			if strings.Count(s, "表头甲") != 1 {
				t.Errorf("page %d has the head of the table %d times", i+1, strings.Count(s, "表头甲"))
			}
		}
	})
	t.Run("pages", func(t *testing.T) {
		for name, want := range map[string]int{"issued": 6, "letter": 5, "upward": 6, "plain": 5} {
			if got := len(papers[name].Pages); got != want {
				t.Errorf("%s has %d pages, want %d", name, got, want)
			}
		}
	})
}
