package docx

import (
	"strconv"

	"shuren/internal/chart"
)

// Series differ by more than colour: bars by their pattern, lines by their marks.
var (
	colours  = []string{"1F5FA8", "C55A11", "548235", "7F6000", "7030A0"}
	patterns = []string{"", "wdUpDiag", "pct30", "wdDnDiag", "smGrid"}
	symbols  = []string{"circle", "square", "triangle", "diamond", "x"}
	tones    = map[chart.Tone]string{chart.Good: "2E7D32", chart.Near: "B26A00", chart.Bad: "B3261E", chart.Open: "8A94A0"}
)

const (
	axisX, axisY = "111111111", "222222222"
	small        = `<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"><a:solidFill><a:srgbClr val="262626"/></a:solidFill><a:latin typeface="` + latin + `"/><a:ea typeface="` + songti + `"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`
	noLine       = `<a:ln><a:noFill/></a:ln>`
)

// drawing is the part that says how the chart is drawn.
func (g *graph) drawing() []byte {
	b := newPart()
	defer b.done()
	b.put(xmlHead, `<c:chartSpace xmlns:c="`, nsCht, `" xmlns:a="`, nsDraw, `" xmlns:r="`, nsRel, `"><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>`)
	if !g.lines {
		g.bars(b)
	}
	g.curves(b)
	g.axes(b)
	b.put(`</c:plotArea>`)
	if n := g.drawn(); n > 1 {
		b.put(`<c:legend><c:legendPos val="t"/><c:overlay val="0"/>`, small, `</c:legend>`)
	}
	b.put(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/>`, noLine, `</c:spPr>`, small, `<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`)
	return append([]byte(nil), b.Bytes()...)
}

func (g *graph) drawn() (n int) {
	for _, c := range g.cols {
		if c.drawn {
			n++
		}
	}
	return n
}

func (g *graph) bars(b *xmlPart) {
	dir, gap := "col", "60"
	if g.lying {
		dir = "bar"
	}
	if g.close {
		gap = "4"
	}
	b.put(`<c:barChart><c:barDir val="`, dir, `"/><c:grouping val="clustered"/><c:varyColors val="0"/>`)
	k := 0
	for i, c := range g.cols {
		if c.series == nil || !c.drawn {
			continue
		}
		b.put(`<c:ser>`)
		g.named(b, i)
		b.put(`<c:spPr>`, fill(colours[k%5], patterns[k%5]), `</c:spPr><c:invertIfNegative val="0"/>`)
		for p, t := range c.series.Tones {
			if colour := tones[t]; colour != "" && p < len(g.x) {
				b.put(`<c:dPt><c:idx val="`, itoa(p), `"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>`, fill(colour, ""), `</c:spPr></c:dPt>`)
			}
		}
		if len(g.x)*len(g.spec.Series) <= 40 {
			b.put(`<c:dLbls><c:numFmt formatCode="`, g.format(), `" sourceLinked="0"/><c:spPr><a:noFill/>`, noLine, `</c:spPr>`, small, `<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`)
		}
		g.interval(b, c)
		g.figures(b, i)
		b.put(`</c:ser>`)
		k++
	}
	b.put(`<c:gapWidth val="`, gap, `"/><c:axId val="`, axisX, `"/><c:axId val="`, axisY, `"/></c:barChart>`)
}

// curves are the series of a line chart, and the standard of a bar chart.
func (g *graph) curves(b *xmlPart) {
	any := false
	k := 0
	for i, c := range g.cols {
		if !c.drawn || c.series != nil && !g.lines {
			continue
		}
		if !any {
			b.put(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
			any = true
		}
		b.put(`<c:ser>`)
		g.named(b, i)
		if c.target {
			b.put(`<c:spPr><a:ln w="19050"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:prstDash val="dash"/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>`)
		} else {
			g.curve(b, c, k)
			k++
		}
		g.interval(b, c)
		g.figures(b, i)
		b.put(`<c:smooth val="0"/></c:ser>`)
	}
	if any {
		b.put(`<c:marker val="1"/><c:axId val="`, axisX, `"/><c:axId val="`, axisY, `"/></c:lineChart>`)
	}
}

func (g *graph) curve(b *xmlPart, c column, k int) {
	colour := colours[k%5]
	b.put(`<c:spPr><a:ln w="28575">`)
	switch {
	case g.spec.Kind == chart.Caterpillar:
		b.put(`<a:noFill/>`)
	case c.series.Dashed:
		b.put(`<a:solidFill><a:srgbClr val="`, colour, `"/></a:solidFill><a:prstDash val="sysDash"/>`)
	default:
		b.put(`<a:solidFill><a:srgbClr val="`, colour, `"/></a:solidFill>`)
	}
	b.put(`</a:ln></c:spPr><c:marker><c:symbol val="`, symbols[k%5], `"/><c:size val="6"/><c:spPr>`, fill(colour, ""), `</c:spPr></c:marker>`)
	for _, cut := range c.series.Cuts {
		if cut.At > 0 && cut.At < len(g.x) { // the piece of line that leads to it
			b.put(`<c:dPt><c:idx val="`, itoa(cut.At), `"/><c:bubble3D val="0"/><c:spPr>`, noLine, `</c:spPr></c:dPt>`)
		}
	}
}

// interval are the ends around each figure of a series.
func (g *graph) interval(b *xmlPart, c column) {
	if c.low == 0 {
		return
	}
	b.put(`<c:errBars>`)
	if g.lines { // bars have one direction only
		b.put(`<c:errDir val="y"/>`)
	}
	b.put(`<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/><c:plus>`)
	g.numbers(b, c.high)
	b.put(`</c:plus><c:minus>`)
	g.numbers(b, c.low)
	b.put(`</c:minus><c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="262626"/></a:solidFill></a:ln></c:spPr></c:errBars>`)
}

func (g *graph) named(b *xmlPart, i int) {
	b.put(`<c:idx val="`, itoa(i), `"/><c:order val="`, itoa(i), `"/><c:tx><c:strRef><c:f>Sheet1!$`, letter(i+1), `$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>`)
	b.say(g.cols[i].name)
	b.put(`</c:v></c:pt></c:strCache></c:strRef></c:tx>`)
}

func (g *graph) figures(b *xmlPart, i int) {
	b.put(`<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$`, itoa(len(g.x)+1), `</c:f><c:strCache><c:ptCount val="`, itoa(len(g.x)), `"/>`)
	for k, x := range g.x {
		b.put(`<c:pt idx="`, itoa(k), `"><c:v>`)
		b.say(x)
		b.put(`</c:v></c:pt>`)
	}
	b.put(`</c:strCache></c:strRef></c:cat><c:val>`)
	g.numbers(b, i)
	b.put(`</c:val>`)
}

func (g *graph) numbers(b *xmlPart, i int) {
	col := letter(i + 1)
	b.put(`<c:numRef><c:f>Sheet1!$`, col, `$2:$`, col, `$`, itoa(len(g.x)+1), `</c:f><c:numCache><c:formatCode>`, g.format(), `</c:formatCode><c:ptCount val="`, itoa(len(g.x)), `"/>`)
	for k := range g.x {
		if v := at(g.cols[i].values, k); known(v) { // a missing figure has no point
			b.put(`<c:pt idx="`, itoa(k), `"><c:v>`, float(v), `</c:v></c:pt>`)
		}
	}
	b.put(`</c:numCache></c:numRef>`)
}

func fill(colour, pattern string) string {
	if pattern == "" {
		return `<a:solidFill><a:srgbClr val="` + colour + `"/></a:solidFill>`
	}
	return `<a:pattFill prst="` + pattern + `"><a:fgClr><a:srgbClr val="` + colour + `"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill><a:ln w="9525"><a:solidFill><a:srgbClr val="` + colour + `"/></a:solidFill></a:ln>`
}

// format is how figures are written: with as many decimals as the chart has.
func (g *graph) format() string {
	out := "0"
	for i := range min(g.spec.Decimals, 10) {
		if i == 0 {
			out += "."
		}
		out += "0"
	}
	return out
}

func float(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// letter is the name of a column of a sheet: 0 is A.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letter(i/26-1) + string(rune('A'+i%26))
}
