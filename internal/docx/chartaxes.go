package docx

import "math"

func (g *graph) axes(b *xmlPart) {
	x, y, order, cross := "b", "l", "minMax", "autoZero"
	if g.lying { // the first name stands on top
		x, y, order, cross = "l", "t", "maxMin", "autoZero"
	}
	line := `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="7F7F7F"/></a:solidFill></a:ln></c:spPr>`
	b.put(`<c:catAx><c:axId val="`, axisX, `"/><c:scaling><c:orientation val="`, order, `"/></c:scaling><c:delete val="0"/><c:axPos val="`, x, `"/>`)
	if g.close && g.spec.Target != nil {
		g.axisTitle(b, g.spec.XName+" "+g.spec.Target.Name+" "+float(g.spec.Target.Value), false)
	}
	b.put(`<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>`, line, small, `<c:crossAx val="`, axisY, `"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>`)
	b.put(`<c:valAx><c:axId val="`, axisY, `"/><c:scaling><c:orientation val="minMax"/>`)
	if lo, hi, ok := g.ends(); ok { // an office program leaves the ends of intervals out
		b.put(`<c:max val="`, float(hi), `"/><c:min val="`, float(lo), `"/>`)
	} else if !g.lines && !g.below() { // bars start at zero
		b.put(`<c:min val="0"/>`)
	}
	b.put(`</c:scaling><c:delete val="0"/><c:axPos val="`, y, `"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`)
	if g.spec.Unit != "" {
		g.axisTitle(b, g.spec.Unit, !g.lying)
	}
	b.put(`<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr>`, noLine, `</c:spPr>`, small, `<c:crossAx val="`, axisX, `"/><c:crosses val="`, cross, `"/><c:crossBetween val="between"/></c:valAx>`)
}

func (g *graph) axisTitle(b *xmlPart, text string, upright bool) {
	turn := "0"
	if upright {
		turn = "-5400000"
	}
	b.put(`<c:title><c:tx><c:rich><a:bodyPr rot="`, turn, `" vert="horz"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="900" b="0"><a:latin typeface="`+latin+`"/><a:ea typeface="`+songti+`"/></a:rPr><a:t>`)
	b.say(text)
	b.put(`</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`)
}

// ends is the scale that holds all intervals and figures, in whole steps; bars
// start at zero.
func (g *graph) ends() (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, c := range g.cols {
		ok = ok || c.low > 0
		for k, v := range c.values {
			if !c.drawn || !known(v) {
				continue
			}
			lo, hi = min(lo, v), max(hi, v)
			if c.low > 0 {
				if d := at(g.cols[c.low].values, k); known(d) {
					lo = min(lo, v-d)
				}
				if d := at(g.cols[c.high].values, k); known(d) {
					hi = max(hi, v+d)
				}
			}
		}
	}
	if !ok || !(lo < hi) {
		return 0, 0, false
	}
	if !g.lines {
		lo, hi = min(lo, 0), max(hi, 0)
	}
	step := math.Pow(10, math.Floor(math.Log10(hi-lo)))
	return math.Floor(lo/step) * step, math.Ceil(hi/step) * step, true
}

// below tells that a bar goes below zero.
func (g *graph) below() bool {
	for _, c := range g.cols {
		for _, v := range c.values {
			if known(v) && v < 0 {
				return true
			}
		}
	}
	return false
}
