// Documents of Office: which parts they may have. Where their relations may lead
// is in officerels.go, what the parts say inside in officexml.go.

package attach

import (
	"encoding/xml"
	"path"
	"strings"
)

// office is a document of Office that is being checked.
type office struct {
	*archive
	t         Type
	types     map[string]string // content type by lower-case part
	extension map[string]string // and by extension
	charts    map[string]bool   // workbooks that hold the figures of charts
	inner     bool
}

func newOffice(a *archive) (*office, error) {
	d := &office{archive: a, t: a.t, types: map[string]string{}, extension: map[string]string{}, charts: map[string]bool{}}
	p := a.parts["[content_types].xml"]
	if p == nil {
		return nil, damaged(a.t)
	}
	b, err := a.unpack(p)
	if err != nil {
		return nil, err
	}
	return d, walkXML(a.t, b, func(e xml.StartElement) error {
		kind := strings.ToLower(attr(e, "ContentType"))
		switch e.Name.Local {
		case "Default":
			d.extension[strings.ToLower(attr(e, "Extension"))] = kind
		case "Override":
			d.types[strings.ToLower(strings.TrimPrefix(attr(e, "PartName"), "/"))] = kind
		}
		return forbiddenType(kind)
	}, nil, nil)
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// forbiddenType refuses a document by what it says that its parts are.
func forbiddenType(kind string) error {
	for _, f := range []struct{ has, zh, en, doZH, doEN string }{
		{"macro", "宏", "macros", "请另存为不带宏的格式", "save it without macros"},
		{"vba", "宏", "macros", "请另存为不带宏的格式", "save it without macros"},
		{"activex", "ActiveX 控件", "ActiveX controls", "请删除控件后另存", "delete them and save it anew"},
		{"oleobject", "嵌入的对象", "embedded objects", "请改为粘贴图片或文字后另存", "paste them as pictures or text and save it anew"},
		{"externallink", "到其他工作簿的链接", "links to other workbooks", "请在“数据→编辑链接”中断开链接后另存", "break them under Data, Edit Links and save it anew"},
		{"connections+xml", "数据连接", "data connections", "请删除连接后另存", "delete them and save it anew"},
		{"querytable", "数据连接", "data connections", "请删除连接后另存", "delete them and save it anew"},
		{"webextension", "加载项", "add-ins", "请删除后另存", "delete them and save it anew"},
		{"volatiledependencies", "实时数据", "live data", "请只保留数值后另存", "keep the values only and save it anew"},
	} {
		if strings.Contains(kind, f.has) {
			return active(f.zh, f.en, f.doZH, f.doEN)
		}
	}
	return nil
}

const officeTypes = "application/vnd.openxmlformats-officedocument."

// mainType is what kind of document it is, by its main part.
func (d *office) mainType() (Type, error) {
	rels, err := d.relations("_rels/.rels")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.kind != "officedocument" || r.external {
			continue
		}
		main := strings.ToLower(r.target)
		kind := d.types[main]
		if kind == "" {
			kind = d.extension[strings.TrimPrefix(path.Ext(main), ".")]
		}
		if d.parts[main] == nil {
			return "", damaged(d.archive.t)
		}
		switch kind {
		case officeTypes + "wordprocessingml.document.main+xml":
			return DOCX, nil
		case officeTypes + "spreadsheetml.sheet.main+xml":
			return XLSX, nil
		case officeTypes + "presentationml.presentation.main+xml":
			return PPTX, nil
		}
	}
	return "", invalid("不是文档、工作簿或演示文稿（模板、放映文件等不收）：请另存为 .docx、.xlsx 或 .pptx", "no document, workbook or presentation (templates and shows are not taken): save it as .docx, .xlsx or .pptx")
}

// checkOffice checks a document. An inner one is the workbook with the figures
// of a chart, which may hold no other.
func checkOffice(a *archive, t Type, innerOne bool) error {
	d, err := newOffice(a)
	if err != nil {
		return err
	}
	d.t, d.inner = t, innerOne
	is, err := d.mainType()
	if err != nil {
		return err
	}
	if is != t {
		return damaged(t)
	}
	// Relations first: they say which part is the workbook of a chart.
	for _, name := range a.names {
		if strings.HasSuffix(name, ".rels") {
			if err := d.checkRelations(name); err != nil {
				return err
			}
		}
	}
	for _, name := range a.names {
		if name == "[content_types].xml" || strings.HasSuffix(name, ".rels") {
			continue
		}
		if err := d.checkPart(name); err != nil {
			return err
		}
	}
	return nil
}

func (d *office) checkPart(name string) error {
	b, err := d.unpack(d.parts[name])
	if err != nil {
		return err
	}
	ext := path.Ext(name)
	if d.charts[name] && ext == ".xlsx" {
		a, err := directory(XLSX, b, d.left)
		if err != nil {
			return err
		}
		return checkOffice(a, XLSX, true)
	}
	if strings.Contains(name, "vbaproject") || strings.HasPrefix(name, "xl/macrosheets/") || strings.HasPrefix(name, "xl/dialogsheets/") {
		return forbiddenType("macro")
	}
	if begins(b, []string{"\xd0\xcf\x11\xe0", "PK\x03\x04"}) {
		return embedded()
	}
	if begins(b, inner) {
		return unknownPart(name)
	}
	switch ext {
	case ".xml":
		return d.checkXML(name, b)
	case ".svg":
		return checkSVG(d.t, b)
	case ".vml":
		return d.checkVML(b)
	case ".odttf", ".fntdata": // fonts, their first bytes changed by a key
		return nil
	case ".bin":
		if dir := path.Base(path.Dir(name)); dir == "printersettings" {
			return nil
		}
	case ".mp3", ".mp4", ".wav", ".wma", ".wmv", ".avi", ".m4a", ".m4v", ".mov", ".mpg", ".mpeg":
		return active("音频或视频", "sound or video", "请删除后另存", "delete it and save it anew")
	}
	if picture(name, b) {
		return nil
	}
	return unknownPart(name)
}

func embedded() error {
	return active("嵌入的文件或对象", "embedded files or objects", "请改为粘贴图片或文字后另存，嵌入的文件单独上传", "paste them as pictures or text and save it anew; send embedded files one by one")
}
