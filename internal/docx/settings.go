package docx

// Parts that are the same in every document.

const (
	nsWord = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/relationships"
	nsDraw = "http://schemas.openxmlformats.org/drawingml/2006/main"
	nsDWP  = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
	nsCht  = "http://schemas.openxmlformats.org/drawingml/2006/chart"
	relDoc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	ctDoc  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	ctXML  = "application/vnd.openxmlformats-officedocument."
)

// settingsXML: punctuation keeps its square, so that 28 characters stay 28; odd
// and even pages have their own footers.
const settingsXML = xmlHead + `<w:settings xmlns:w="` + nsWord + `"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="630"/>` +
	`<w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val="158"/><w:drawingGridVerticalSpacing w:val="579"/><w:displayHorizontalDrawingGridEvery w:val="0"/>` +
	`<w:characterSpacingControl w:val="doNotCompress"/>` +
	`<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>` +
	`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`

// footers: the page number between dashes, an empty character from the edge; on
// the right of odd pages and on the left of even ones.
func footerXML(side string) string {
	// The number ends 3 mm above the foot, so that its top is 7 mm below the type area.
	const up = `<w:spacing w:before="0" w:after="170" w:line="280" w:lineRule="exact"/>`
	ind, jc := up+`<w:ind w:right="280"/>`, `<w:jc w:val="right"/>`
	if side == "even" {
		ind, jc = up+`<w:ind w:left="280"/>`, `<w:jc w:val="left"/>`
	}
	if side == "first" { // of a letter: no number, the second double rule
		return xmlHead + `<w:ftr xmlns:w="` + nsWord + `"><w:p><w:pPr><w:pStyle w:val="` + stPage + `"/>` + letterRule("bottom", "thinThickSmallGap", "1") + `<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>` + letterIndent + `</w:pPr></w:p></w:ftr>`
	}
	return xmlHead + `<w:ftr xmlns:w="` + nsWord + `"><w:p><w:pPr><w:pStyle w:val="` + stPage + `"/>` + ind + jc + `</w:pPr>` +
		`<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
		`<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}

var (
	stylesPart   = fixedPart(stylesXML())
	fontsPart    = fixedPart(fontTable())
	settingsPart = fixedPart(settingsXML)
	oddPart      = fixedPart(footerXML("odd"))
	evenPart     = fixedPart(footerXML("even"))
	firstPart    = fixedPart(footerXML("first"))
	appPart      = fixedPart(xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Shuren</Application></Properties>`)
	rootPart     = fixedPart(rootRelations())
)
