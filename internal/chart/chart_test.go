package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		name     string
		in       float64
		decimals int
		want     string
	}{
		{"thousands are apart", 1234567.891, 1, "1\u2009234\u2009567.9"},
		{"three digits are not", 999, 0, "999"},
		{"a true minus", -1234, 0, "\u22121\u2009234"},
		{"no minus on what rounds to zero", -0.04, 1, "0.0"},
		{"missing is a dash, never zero", math.NaN(), 1, "—"},
		{"infinity is no figure", math.Inf(1), 1, "—"},
		{"zero is a figure", 0, 0, "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Number(tt.in, tt.decimals); got != tt.want {
				t.Errorf("Number(%v, %d) = %q, want %q", tt.in, tt.decimals, got, tt.want)
			}
		})
	}
	if got := Percent(0.4825); got != "48.2%" && got != "48.3%" {
		t.Errorf("Percent(0.4825) = %q", got)
	}
	if got := Change(0.31, 1); got != "+0.3" {
		t.Errorf("Change(0.31) = %q, want +0.3", got)
	}
	if got := Change(0.01, 1); got != "0.0" {
		t.Errorf("Change(0.01) = %q: what rounds to zero has no sign", got)
	}
}

// elements reads the SVG as XML: it must be well formed whatever the texts.
func elements(t interface{ Fatalf(string, ...any) }, svg string) []xml.StartElement {
	var got []xml.StartElement
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok {
			got = append(got, e.Copy())
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// The name of a bar has room on its left: a dash between two years is as wide as a
// Chinese character.
func TestNamesOfBarsAreNotClipped(t *testing.T) {
	const dash, digit = 12.0, 6.8 // at 12 px, of the widest of the fonts that pages ask for
	for name, width := range map[string]float64{"2026—2027": 8*digit + dash, "甲县": 24, "2026": 4 * digit} {
		s := Spec{Kind: Bars, Says: "x", X: []string{name}, Series: []Series{{Values: []float64{3}}}}
		for _, e := range elements(t, s.SVG()) {
			if attr(e, "class") != "lb" {
				continue
			}
			if at, err := strconv.ParseFloat(attr(e, "x"), 64); err != nil || at < width {
				t.Errorf("%s ends at %s and is %v wide", name, attr(e, "x"), width)
			}
		}
	}
}

// Whatever the figures and texts: well-formed XML, no style attribute (the
// content security policy refuses it), no NaN as a coordinate, a name for
// those who cannot see it, and no bar that is negative or outside the picture.
func TestEveryChartIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		figure := rapid.OneOf(rapid.Float64Range(0, 1e7), rapid.Just(math.NaN()), rapid.Just(0.0))
		s := Spec{
			Kind:  rapid.SampledFrom([]Kind{Spark, Line, Bars, Bullet, Histogram, Interval, Caterpillar, Tiles}).Draw(t, "kind"),
			Title: rapid.String().Draw(t, "title"), Says: "says <&\"> 结论", Unit: "人", Decimals: rapid.IntRange(0, 3).Draw(t, "decimals"),
			XName: "x",
		}
		for range n {
			s.X = append(s.X, "<"+rapid.StringMatching(`[a-z&"'>一-龥]{0,6}`).Draw(t, "x"))
		}
		for range rapid.IntRange(0, 5).Draw(t, "series") {
			s.Series = append(s.Series, Series{Name: "s<&", Values: rapid.SliceOfN(figure, n, n).Draw(t, "values")})
			if s.Kind == Interval || s.Kind == Caterpillar {
				r := &s.Series[len(s.Series)-1]
				for _, v := range r.Values {
					r.Low, r.High = append(r.Low, v-rapid.Float64Range(0, 1e4).Draw(t, "low")), append(r.High, v+rapid.Float64Range(0, 1e4).Draw(t, "high"))
				}
				s.Full = rapid.Float64Range(0, 1e4).Draw(t, "full")
			}
		}
		if rapid.Bool().Draw(t, "target") {
			s.Target = &Target{Name: "标准", Value: rapid.Float64Range(0, 1e4).Draw(t, "at")}
		}
		if s.Kind == Tiles {
			for i := range n {
				s.Cells = append(s.Cells, Cell{X: i % 3, Y: i / 3, Label: "<县>", Value: "1%", Tone: Bad, Href: "/counties/1?a=1&b=2"})
			}
		}
		svg := s.SVG()
		all := elements(t, svg)
		if len(all) == 0 || all[0].Name.Local != "svg" || attr(all[0], "aria-label") != s.Says {
			t.Fatalf("no named svg: %s", svg)
		}
		for _, e := range all {
			for _, a := range e.Attr {
				if a.Name.Local == "style" {
					t.Fatalf("style attribute: %s", svg)
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				}
				if (a.Name.Local == "width" || a.Name.Local == "height") && strings.HasPrefix(a.Value, "-") {
					t.Fatalf("negative %s in %s", a.Name.Local, svg)
				}
			}
		}
		tab := s.Table()
		want := n
		if len(tab.Rows) != want {
			t.Fatalf("%d rows for %d categories", len(tab.Rows), want)
		}
		for _, r := range tab.Rows {
			if len(r) != len(tab.Head) {
				t.Fatalf("row of %d under a head of %d", len(r), len(tab.Head))
			}
		}
	})
}

func TestMissingFigureBreaksTheLine(t *testing.T) {
	nan := math.NaN()
	svg := Spec{Kind: Line, X: []string{"a", "b", "c", "d", "e"}, Series: []Series{{Values: []float64{1, 2, nan, 3, 4}}}}.SVG()
	for _, e := range elements(t, svg) {
		if attr(e, "class") == "ln s0" {
			if got := strings.Count(attr(e, "d"), "M"); got != 2 {
				t.Errorf("line has %d strokes, want 2: a missing year must show as a gap", got)
			}
			return
		}
	}
	t.Error("no line drawn")
}

// A bullet bar's length is the figure over the standard, from zero.
func TestBulletStartsAtZero(t *testing.T) {
	svg := Spec{Kind: Bullet, Width: 150, Series: []Series{{Values: []float64{3}, Tones: []Tone{Near}}}, Target: &Target{Value: 4}}.SVG()
	var bar, tick xml.StartElement
	for _, e := range elements(t, svg) {
		switch attr(e, "class") {
		case "b b-y":
			bar = e
		case "tick":
			tick = e
		}
	}
	if attr(bar, "x") != "0" || attr(bar, "width") != "75" || attr(tick, "x") != "99" {
		t.Errorf("bar from %s wide %s, tick at %s; want 0, 75 (3 of 6 in 150 px) and 99 (4 of 6, 2 px wide)", attr(bar, "x"), attr(bar, "width"), attr(tick, "x"))
	}
}

func TestNice(t *testing.T) {
	for _, tt := range []struct{ span, want float64 }{{100, 25}, {10, 2.5}, {0.37, 0.1}, {7, 2}, {0, 1}} {
		if got := nice(tt.span, 4); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("nice(%v) = %v, want %v", tt.span, got, tt.want)
		}
	}
	for _, tt := range []struct {
		step float64
		want int
	}{{25, 0}, {2.5, 1}, {0.25, 2}, {0.1, 1}} {
		if got := decimalsOf(tt.step); got != tt.want {
			t.Errorf("decimalsOf(%v) = %d, want %d", tt.step, got, tt.want)
		}
	}
}

// A figure that does not go on from the one before is not joined to it: the line
// begins anew, a mark stands between, and it says why.
func TestLineIsCut(t *testing.T) {
	s := Spec{Kind: Line, Says: "x", X: []string{"2022", "2023", "2024"}, Series: []Series{{Name: "a", Values: []float64{1, 2, 3}, Cuts: []Cut{{At: 2, Says: "merged <in> 2024"}}}}}
	svg := s.SVG()
	line := regexp.MustCompile(`<path class="ln s0" d="([^"]*)"`).FindStringSubmatch(svg)
	if line == nil || strings.Count(line[1], "M") != 2 || strings.Count(line[1], "L") != 1 {
		t.Errorf("the line is %v; want it lifted once", line)
	}
	if !strings.Contains(svg, `class="cut"`) || !strings.Contains(svg, "merged &lt;in&gt; 2024") {
		t.Errorf("no mark at the break: %s", svg)
	}
	s.Series[0].Cuts = nil
	if svg := s.SVG(); strings.Contains(svg, "cut") {
		t.Error("a mark without a break")
	}
}

// Charts that hold each other's figures have the same scale.
func TestChartsShareAScale(t *testing.T) {
	axis := regexp.MustCompile(`<text class="ax"[^>]*text-anchor="end">([^<]*)<`)
	of := func(v ...float64) (out []string) {
		s := Spec{Kind: Line, X: []string{"2023", "2024"}, Series: []Series{{Values: v}}, Holds: []float64{0, 100}}
		for _, m := range axis.FindAllStringSubmatch(s.SVG(), -1) {
			out = append(out, m[1])
		}
		return out
	}
	if a, b := of(1, 2), of(90, 95); len(a) < 3 || !slices.Equal(a, b) {
		t.Errorf("axes %v and %v", a, b)
	}
}
