package docx

import "strings"

// The styles of a document. Ids are what the writer names; names are what a clerk
// sees. Built-in names are kept where Word gives them a meaning (headings stand in
// its outline), with our own as an alias.
const (
	stNormal   = "Normal"
	stBody     = "GWBody"
	stTitle    = "GWTitle"
	stMark     = "GWMark"
	stNumber   = "GWNumber"
	stTo       = "GWTo"
	stFlush    = "GWFlush"
	stCentre   = "GWCentre"
	stRight    = "GWRight"
	stNote     = "GWNote"
	stBig      = "GWSubtitle"
	stEnclosed = "GWEnclosures"
	stAttachNo = "GWAttachNo"
	stSign     = "GWSign"
	stDay      = "GWDay"
	stCell     = "GWCell"
	stHeadCell = "GWHeadCell"
	stCaption  = "GWCaption"
	stFigure   = "GWFigure"
	stColophon = "GWColophon"
	stPage     = "GWPage"
	stStrong   = "GWStrong"
	stSigner   = "GWSigner"
	stLink     = "Hyperlink"
	stTable    = "GWTable"
)

// style is a style of paragraphs: what it adds to the one it is based on.
type style struct {
	id, name, alias, based, next string
	ppr, rpr                     string
}

// exact is the line of the grid, whatever the font is that a machine has.
const exact = `<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>`

func spaced(before, after int) string {
	return `<w:spacing w:before="` + itoa(before) + `" w:after="` + itoa(after) + `" w:line="579" w:lineRule="exact"/>`
}

const indent = `<w:ind w:firstLineChars="200" w:firstLine="630"/>`

func sized(halfPoints int) string {
	return `<w:sz w:val="` + itoa(halfPoints) + `"/><w:szCs w:val="` + itoa(halfPoints) + `"/>`
}

func paragraphStyles() []style {
	heading := func(level, chinese string) style {
		return style{id: "Heading" + level, name: "heading " + level, based: stNormal, next: stBody,
			ppr: `<w:keepNext/>` + indent + `<w:outlineLvl w:val="` + string(level[0]-1) + `"/>`, rpr: letters(chinese, latin)}
	}
	h := []style{heading("1", heiti), heading("2", kaiti), heading("3", fangsong), heading("4", fangsong)}
	for i, alias := range []string{"公文一级标题", "公文二级标题", "公文三级标题", "公文四级标题"} {
		h[i].alias = alias
	}
	return append(h,
		style{stBody, "公文正文", "", stNormal, "", indent, ""},
		style{stFlush, "公文顶格", "", stNormal, "", "", ""},
		style{stCentre, "公文居中", "", stNormal, "", `<w:jc w:val="center"/>`, ""},
		style{stRight, "公文右齐", "", stNormal, "", `<w:jc w:val="right"/>`, ""},
		style{stNote, "公文注释", "", stNormal, "", `<w:snapToGrid w:val="0"/><w:spacing w:before="60" w:after="120" w:line="320" w:lineRule="exact"/>`, sized(24)},
		style{stTitle, "Title", "公文标题", stNormal, stTo, `<w:keepNext/><w:keepLines/>` + spaced(0, line) + `<w:jc w:val="center"/>`, letters(title, latin) + sized(44)},
		style{stBig, "公文副标题", "", stNormal, stBody, `<w:keepNext/>` + spaced(0, line) + `<w:jc w:val="center"/>`, letters(title, latin) + sized(36)},
		style{stMark, "发文机关标志", "", stNormal, stNumber, `<w:keepNext/><w:snapToGrid w:val="0"/><w:jc w:val="center"/>`, letters(title, title) + `<w:color w:val="FF0000"/>`},
		style{stNumber, "发文字号", "", stNormal, stTitle, `<w:keepNext/>` + spaced(2*line, 2*line) + `<w:jc w:val="center"/>`, ""},
		style{stTo, "主送机关", "", stNormal, stBody, ``, ""},
		style{stEnclosed, "附件说明", "", stNormal, "", ``, ""},
		style{stAttachNo, "附件序号", "", stNormal, "", `<w:keepNext/>` + spaced(0, line), letters(heiti, latin)},
		style{stSign, "署名", "", stNormal, stDay, `<w:keepNext/><w:keepLines/><w:jc w:val="right"/>`, ""},
		style{stDay, "成文日期", "", stNormal, "", `<w:keepLines/><w:jc w:val="right"/>`, ""},
		style{stCell, "表格文字", "", stNormal, "", `<w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, sized(24)},
		style{stHeadCell, "表头", "", stCell, "", `<w:keepNext/>`, letters(heiti, latin)},
		style{stCaption, "caption", "图表标题", stNormal, "", `<w:keepNext/>` + `<w:jc w:val="center"/>`, letters(heiti, latin) + sized(28)},
		style{stFigure, "图表", "", stNormal, "", `<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, ""},
		style{stColophon, "版记", "", stNormal, "", `<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="480" w:lineRule="exact"/>`, sized(28)},
		style{stPage, "footer", "页码", stNormal, "", `<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>`, letters(songti, songti) + sized(28)},
	)
}

func stylesXML() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:styles xmlns:w="` + nsWord + `"><w:docDefaults><w:rPrDefault><w:rPr>` + letters(fangsong, latin) + sized(bodySize) +
		`<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="` + stNormal + `"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>` + exact + `<w:jc w:val="both"/></w:pPr><w:rPr><w:spacing w:val="` + itoa(tighter) + `"/>` + sized(bodySize) + `</w:rPr></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="GWLetters"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	for _, s := range paragraphStyles() {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + s.id + `"`)
		if !builtIn(s.name) {
			b.WriteString(` w:customStyle="1"`)
		}
		b.WriteString(`><w:name w:val="` + s.name + `"/>`)
		if s.alias != "" {
			b.WriteString(`<w:aliases w:val="` + s.alias + `"/>`)
		}
		b.WriteString(`<w:basedOn w:val="` + s.based + `"/>`)
		if s.next != "" {
			b.WriteString(`<w:next w:val="` + s.next + `"/>`)
		}
		b.WriteString(`<w:qFormat/>`)
		if s.ppr != "" {
			b.WriteString(`<w:pPr>` + s.ppr + `</w:pPr>`)
		}
		if s.rpr != "" {
			b.WriteString(`<w:rPr>` + s.rpr + `</w:rPr>`)
		}
		b.WriteString(`</w:style>`)
	}
	character := func(id, name, custom, rpr string) {
		b.WriteString(`<w:style w:type="character" w:styleId="` + id + `"` + custom + `><w:name w:val="` + name + `"/><w:basedOn w:val="GWLetters"/><w:qFormat/><w:rPr>` + rpr + `</w:rPr></w:style>`)
	}
	character(stStrong, "公文着重", ` w:customStyle="1"`, letters(heiti, latin))
	character(stSigner, "签发人姓名", ` w:customStyle="1"`, letters(kaiti, latin))
	character(stLink, "Hyperlink", "", `<w:u w:val="single"/>`)
	side := func(name string) string {
		return `<w:` + name + ` w:val="single" w:sz="4" w:space="0" w:color="auto"/>`
	}
	b.WriteString(`<w:style w:type="table" w:customStyle="1" w:styleId="` + stTable + `"><w:name w:val="公文表格"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>` +
		side("top") + side("left") + side("bottom") + side("right") + side("insideH") + side("insideV") + `</w:tblBorders></w:tblPr></w:style></w:styles>`)
	return b.String()
}

func builtIn(name string) bool {
	return name == "Title" || name == "caption" || name == "footer" || strings.HasPrefix(name, "heading ")
}
