// Documents that are archives of parts: what kind they are, and the parts that
// every kind may have.

package attach

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
)

// packageType finds which document an archive is.
func packageType(b []byte) (Type, error) {
	if i := bytes.LastIndex(b, []byte("PK\x05\x06")); i < 0 {
		return "", invalid("压缩格式的文件已损坏或不完整：请重新保存或传输", "the file is damaged or cut off: save or send it again")
	}
	left := int64(maxUnpacked)
	a, err := directory(DOCX, b, &left)
	if err != nil {
		return "", err
	}
	has := func(name string) bool { return a.parts[name] != nil }
	switch {
	case has("ofd.xml"):
		return OFD, nil
	case has("content.xml") && has("mimetype"):
		return "", invalid("这是 OpenDocument 文件（.odt、.ods、.odp）：请另存为 .docx、.xlsx 或 .pptx", "this is an OpenDocument file: save it as .docx, .xlsx or .pptx")
	case !has("[content_types].xml"):
		return "", invalid("这是压缩包：请解开后逐个上传", "this is an archive: unpack it and send the files one by one")
	}
	d, err := newOffice(a)
	if err != nil {
		return "", err
	}
	return d.mainType()
}

func checkPackage(t Type, b []byte) error {
	left := int64(maxUnpacked)
	a, err := directory(t, b, &left)
	if err != nil {
		return err
	}
	if t == OFD {
		return checkOFD(a)
	}
	return checkOffice(a, t, false)
}

// pictures are how parts begin that may lie in a document, by extension. A part
// that says one thing and is another is refused.
var pictures = map[string][]string{
	".png": {pngMagic}, ".jpg": {"\xff\xd8\xff"}, ".jpeg": {"\xff\xd8\xff"}, ".jpe": {"\xff\xd8\xff"}, ".gif": {"GIF87a", "GIF89a"}, ".bmp": {"BM"}, ".dib": {"BM"},
	".tif": {"II*\x00", "MM\x00*"}, ".tiff": {"II*\x00", "MM\x00*"}, ".emf": {"\x01\x00\x00\x00"}, ".wmf": {"\xd7\xcd\xc6\x9a", "\x01\x00\x09\x00", "\x02\x00\x09\x00"},
	".wdp": {"II\xbc"}, ".jxr": {"II\xbc"},
}

// crossed are pictures under another picture's extension, which Office writes.
var crossed = []string{pngMagic, "\xff\xd8\xff", "GIF87a", "GIF89a", "BM"}

// inner begin what must not lie in a document under any name: programs, old
// Office files and objects, archives, papers.
var inner = []string{"MZ", "\x7fELF", "\xd0\xcf\x11\xe0", "PK\x03\x04", "%PDF", "Rar!", "7z\xbc\xaf", "#!", "\x1f\x8b"}

func begins(b []byte, list []string) bool {
	return slices.ContainsFunc(list, func(m string) bool { return bytes.HasPrefix(b, []byte(m)) })
}

// picture tells that a part is a picture as its extension says.
func picture(name string, b []byte) bool {
	want := pictures[path.Ext(name)]
	return want != nil && (begins(b, want) || begins(b, crossed))
}

func unknownPart(name string) error {
	return active("不认得的部件 "+path.Base(name), "a part that is not known: "+path.Base(name), "请打开后另存（或导出为 PDF）再上传", "open it and save it anew, or export it as PDF")
}

// walkXML reads a part of XML from end to end and hands over each element and
// text. There is no other document type, and no entity, in what Office writes.
func walkXML(t Type, b []byte, element func(xml.StartElement) error, end func(xml.EndElement) error, text func([]byte)) error {
	dec := xml.NewDecoder(bytes.NewReader(b))
	depth, any := 0, false
	for {
		tok, err := dec.RawToken()
		if err == io.EOF {
			if depth != 0 || !any {
				return damaged(t)
			}
			return nil
		}
		if err != nil {
			return damaged(t)
		}
		switch x := tok.(type) {
		case xml.Directive:
			return active("不允许的声明（DOCTYPE）", "a declaration that is not allowed (DOCTYPE)", "请打开后另存再上传", "open it and save it anew")
		case xml.ProcInst:
			if x.Target != "xml" && x.Target != "mso-application" && x.Target != "mso-contentType" {
				return damaged(t)
			}
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return damaged(t)
			}
			any = true
			if element != nil {
				if err := element(x); err != nil {
					return err
				}
			}
		case xml.EndElement:
			depth--
			if end != nil {
				if err := end(x); err != nil {
					return err
				}
			}
		case xml.CharData:
			if text != nil {
				text(x)
			}
		}
	}
}
