package docxtest

import "strings"

// order is, for each element that the writer uses, which elements may stand in it
// and in which order, after ECMA-376 (parts 1 and 4). An element that is not here
// holds none. A star says that the order is free.
var order = map[string]string{
	"w:document": "w:body", "w:body": "* w:p w:tbl w:sdt w:sectPr", "w:hdr": "* w:p w:tbl", "w:ftr": "* w:p w:tbl",
	"w:p":       "w:pPr * w:r w:hyperlink w:sdt w:proofErr w:bookmarkStart w:bookmarkEnd",
	"w:pPr":     "w:pStyle w:keepNext w:keepLines w:pageBreakBefore w:framePr w:widowControl w:numPr w:pBdr w:shd w:tabs w:kinsoku w:wordWrap w:overflowPunct w:topLinePunct w:autoSpaceDE w:autoSpaceDN w:adjustRightInd w:snapToGrid w:spacing w:ind w:contextualSpacing w:jc w:textAlignment w:outlineLvl w:rPr w:sectPr",
	"w:pBdr":    "w:top w:left w:bottom w:right w:between",
	"w:tabs":    "w:tab",
	"w:r":       "w:rPr * w:t w:br w:tab w:drawing w:fldChar w:instrText",
	"w:rPr":     "w:rStyle w:rFonts w:b w:bCs w:i w:iCs w:color w:spacing w:w w:kern w:position w:sz w:szCs w:highlight w:u w:lang",
	"w:drawing": "wp:inline", "w:hyperlink": "* w:r",
	"w:tbl": "w:tblPr w:tblGrid w:tr", "w:tblGrid": "w:gridCol", "w:tr": "w:trPr w:tc", "w:tc": "w:tcPr * w:p w:tbl",
	"w:trPr":       "* w:cantSplit w:trHeight w:tblHeader",
	"w:tblPr":      "w:tblStyle w:tblpPr w:tblOverlap w:tblW w:jc w:tblInd w:tblBorders w:shd w:tblLayout w:tblCellMar w:tblLook w:tblCaption w:tblDescription",
	"w:tcPr":       "w:tcW w:gridSpan w:vMerge w:tcBorders w:shd w:noWrap w:tcMar w:textDirection w:vAlign",
	"w:tblCellMar": "w:top w:left w:bottom w:right", "w:tblBorders": "w:top w:left w:bottom w:right w:insideH w:insideV",
	"w:sectPr": "w:headerReference|w:footerReference w:type w:pgSz w:pgMar w:pgNumType w:cols w:vAlign w:titlePg w:docGrid",

	"w:styles": "w:docDefaults w:latentStyles w:style", "w:docDefaults": "w:rPrDefault w:pPrDefault", "w:rPrDefault": "w:rPr", "w:pPrDefault": "w:pPr",
	"w:style":    "w:name w:aliases w:basedOn w:next w:link w:uiPriority w:semiHidden w:unhideWhenUsed w:qFormat w:pPr w:rPr w:tblPr",
	"w:settings": "w:zoom w:mirrorMargins w:bordersDoNotSurroundHeader w:bordersDoNotSurroundFooter w:defaultTabStop w:evenAndOddHeaders w:drawingGridHorizontalSpacing w:drawingGridVerticalSpacing w:displayHorizontalDrawingGridEvery w:displayVerticalDrawingGridEvery w:characterSpacingControl w:compat w:themeFontLang",
	"w:compat":   "w:spaceForUL w:balanceSingleByteDoubleByteWidth w:doNotLeaveBackslashAlone w:ulTrailSpace w:doNotExpandShiftReturn w:adjustLineHeightInTable w:useFELayout w:compatSetting",
	"w:fonts":    "w:font", "w:font": "w:altName w:charset w:family w:pitch",

	"wp:inline": "wp:extent wp:effectExtent wp:docPr wp:cNvGraphicFramePr a:graphic", "a:graphic": "a:graphicData", "a:graphicData": "c:chart",

	"c:chartSpace": "c:date1904 c:lang c:roundedCorners c:style c:chart c:spPr c:txPr c:externalData c:printSettings",
	"c:chart":      "c:title c:autoTitleDeleted c:plotArea c:legend c:plotVisOnly c:dispBlanksAs",
	"c:plotArea":   "c:layout c:barChart|c:lineChart c:catAx|c:valAx c:spPr",
	"c:barChart":   "c:barDir c:grouping c:varyColors c:ser c:dLbls c:gapWidth c:overlap c:axId",
	"c:lineChart":  "c:grouping c:varyColors c:ser c:dLbls c:dropLines c:hiLowLines c:upDownBars c:marker c:smooth c:axId",
	"c:ser":        "c:idx c:order c:tx c:spPr c:invertIfNegative|c:marker c:dPt c:dLbls c:trendline c:errBars c:cat c:val c:smooth|c:shape",
	"c:tx":         "c:strRef|c:rich", "c:strRef": "c:f c:strCache", "c:strCache": "c:ptCount c:pt", "c:numRef": "c:f c:numCache", "c:numCache": "c:formatCode c:ptCount c:pt", "c:pt": "c:v",
	"c:cat": "c:strRef", "c:val": "c:numRef", "c:plus": "c:numRef", "c:minus": "c:numRef",
	"c:marker": "c:symbol c:size c:spPr", "c:dPt": "c:idx c:invertIfNegative c:marker c:bubble3D c:explosion c:spPr",
	"c:dLbls":   "c:dLbl c:numFmt c:spPr c:txPr c:dLblPos c:showLegendKey c:showVal c:showCatName c:showSerName c:showPercent c:showBubbleSize",
	"c:errBars": "c:errDir c:errBarType c:errValType c:noEndCap c:plus c:minus c:val c:spPr",
	"c:catAx":   "c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt c:majorTickMark c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:auto c:lblAlgn c:lblOffset c:noMultiLvlLbl",
	"c:valAx":   "c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt c:majorTickMark c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:crossBetween c:majorUnit c:minorUnit",
	"c:scaling": "c:logBase c:orientation c:max c:min", "c:majorGridlines": "c:spPr", "c:title": "c:tx c:layout c:overlay c:spPr c:txPr", "c:legend": "c:legendPos c:legendEntry c:layout c:overlay c:spPr c:txPr",
	"c:externalData": "c:autoUpdate", "c:rich": "a:bodyPr a:lstStyle a:p", "c:txPr": "a:bodyPr a:lstStyle a:p",
	"c:spPr": "a:noFill|a:solidFill|a:pattFill a:ln", "a:ln": "a:noFill|a:solidFill a:prstDash", "a:solidFill": "a:srgbClr", "a:pattFill": "a:fgClr a:bgClr", "a:fgClr": "a:srgbClr", "a:bgClr": "a:srgbClr",
	"a:p": "a:pPr a:r a:endParaRPr", "a:pPr": "a:defRPr", "a:r": "a:rPr a:t", "a:defRPr": "a:solidFill a:latin a:ea", "a:rPr": "a:solidFill a:latin a:ea",
}

// ranks gives the place of each child of an element; ok is false for an element
// that holds none. From the star on all have one place.
func ranks(name string) (map[string]int, bool) {
	words, ok := order[name]
	out := map[string]int{}
	free := -1
	for i, w := range strings.Fields(words) {
		if w == "*" {
			free = i
			continue
		}
		at := i
		if free >= 0 {
			at = free
		}
		for _, one := range strings.Split(w, "|") {
			out[one] = at
		}
	}
	return out, ok
}
