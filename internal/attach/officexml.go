// What the parts of a document of Office say: fields of Word that fetch or run,
// formulas of Excel that call out, actions of PowerPoint that start programs,
// scripts in drawings.

package attach

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
)

func (d *office) checkXML(name string, b []byte) error {
	var fields fields
	var formula *strings.Builder // of the formula that is being read
	instr := false
	err := walkXML(d.t, b, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "fldSimple":
			if err := fieldAllowed(attr(e, "instr")); err != nil {
				return err
			}
		case "fldChar":
			if err := fields.mark(attr(e, "fldCharType")); err != nil {
				return err
			}
		case "instrText", "delInstrText":
			instr = true
		case "f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula":
			if formula == nil {
				formula = &strings.Builder{}
			}
		case "ddeLink", "oleLink", "OLEObject":
			return forbiddenType("externallink")
		case "altChunk", "subDoc":
			return embedded()
		}
		for _, a := range e.Attr {
			if action, ok := strings.CutPrefix(strings.ToLower(a.Value), "ppaction://"); ok {
				action, _, _ = strings.Cut(action, "?")
				if !slices.Contains([]string{"hlinksldjump", "hlinkshowjump", "noaction", "customshow"}, strings.TrimSuffix(action, "/")) {
					return active("启动程序或打开文件的动作", "actions that start programs or open files", "请删除动作后另存", "delete them and save it anew")
				}
			}
		}
		return nil
	}, func(e xml.EndElement) error {
		switch e.Name.Local {
		case "instrText", "delInstrText":
			instr = false
		case "f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula":
			if formula != nil && callsOut(formula.String()) {
				return active("调用外部程序或网络的公式", "formulas that call programs or the network", "请只保留数值后另存", "keep the values only and save it anew")
			}
			formula = nil
		}
		return nil
	}, func(text []byte) {
		if instr {
			fields.say(string(text))
		}
		if formula != nil {
			formula.Write(text)
		}
	})
	if err != nil {
		return err
	}
	return fields.end()
}

// fields are the fields of Word that are open at a place of the text.
type fields struct {
	open  []field
	stray string // what stands outside of all fields
}

type field struct {
	instr string
	done  bool // its result follows
}

func (f *fields) say(text string) {
	to := &f.stray
	if n := len(f.open); n > 0 {
		to = &f.open[n-1].instr
	}
	if len(*to) < 1024 { // the name stands first
		*to += text
	}
}

// mark takes the begin, the middle or the end of a field.
func (f *fields) mark(kind string) error {
	n := len(f.open)
	switch kind {
	case "begin":
		// A field whose name another field makes could have any name.
		if n > 0 && !f.open[n-1].done && !named(f.open[n-1].instr) {
			return fieldAllowed("?")
		}
		if n >= maxDepth {
			return damaged(DOCX)
		}
		f.open = append(f.open, field{})
	case "separate":
		if n > 0 {
			f.open[n-1].done = true
			return fieldAllowed(f.open[n-1].instr)
		}
	case "end":
		if n > 0 {
			last := f.open[n-1]
			f.open = f.open[:n-1]
			return fieldAllowed(last.instr)
		}
	}
	return nil
}

// end checks what a part leaves open.
func (f *fields) end() error {
	for _, o := range f.open {
		if err := fieldAllowed(o.instr); err != nil {
			return err
		}
	}
	return fieldAllowed(f.stray)
}

// named tells that the name of a field is written in full.
func named(instr string) bool {
	instr = strings.TrimLeft(instr, " \t\r\n\u00a0")
	return strings.HasPrefix(instr, "=") || strings.ContainsAny(instr, " \t\r\n\u00a0\\\"")
}

// allowedFields work out something of the document itself, or are links to click
// on. All others fetch, run or ask.
var allowedFields = strings.Fields(`PAGE NUMPAGES SECTION SECTIONPAGES TOC TOA TA TC XE INDEX HYPERLINK REF PAGEREF NOTEREF FTNREF SEQ STYLEREF BOOKMARK
	DATE TIME CREATEDATE SAVEDATE PRINTDATE EDITTIME AUTHOR TITLE SUBJECT KEYWORDS COMMENTS FILENAME FILESIZE LASTSAVEDBY REVNUM NUMWORDS NUMCHARS TEMPLATE INFO
	USERNAME USERINITIALS USERADDRESS EQ SYMBOL ADVANCE FORMTEXT FORMCHECKBOX FORMDROPDOWN BIBLIOGRAPHY CITATION DOCPROPERTY DOCVARIABLE IF COMPARE QUOTE SHAPE
	LISTNUM AUTONUM AUTONUMLGL AUTONUMOUT MERGEFIELD MERGEREC MERGESEQ ADDIN PRIVATE BARCODE DISPLAYBARCODE BIDIOUTLINE ADDRESSBLOCK GREETINGLINE`)

func fieldAllowed(instr string) error {
	instr = strings.Trim(instr, " \t\r\n\u00a0")
	if instr == "" || strings.HasPrefix(instr, "=") {
		return nil
	}
	word := instr
	if i := strings.IndexAny(word, " \t\r\n\u00a0\\\""); i >= 0 {
		word = word[:i]
	}
	// A reference to a bookmark may stand without REF; what it names is in the document.
	if slices.Contains(allowedFields, strings.ToUpper(word)) || strings.HasPrefix(word, "_Ref") || strings.HasPrefix(word, "_Toc") {
		return nil
	}
	if r := []rune(word); len(r) > 20 {
		word = string(r[:20])
	}
	return active("会取用外部内容或运行程序的域（"+word+"）", "a field that fetches or runs something ("+word+")", "请选中后按 Ctrl+Shift+F9 变为文字再另存", "turn it into text with Ctrl+Shift+F9 and save it anew")
}

var (
	stringsOf = regexp.MustCompile(`"[^"]*"`)
	namesOf   = regexp.MustCompile(`'[^']*'`)
	calls     = regexp.MustCompile(`(?i)(?:^|[^A-Z0-9_.])(?:_xlfn\.|_xlws\.|_xludf\.)*(?:WEBSERVICE|RTD|CALL|REGISTER|REGISTER\.ID|EXEC|EVALUATE|RUN|DDE|IMAGE|PY|SQL\.REQUEST)\s*\(`)
)

// callsOut tells that a formula asks a program or the network: by name, or as
// program|topic!item.
func callsOut(f string) bool {
	f = stringsOf.ReplaceAllString(f, "")
	return calls.MatchString(f) || strings.Contains(namesOf.ReplaceAllString(f, ""), "|")
}

func scripted() error {
	return active("带脚本的图形", "a drawing with a script", "请改为粘贴图片后另存", "paste it as a picture and save it anew")
}

// checkSVG refuses drawings that run or fetch something.
func checkSVG(t Type, b []byte) error {
	found := false
	text := func(s string) {
		s = strings.ToLower(s)
		found = found || strings.Contains(s, "javascript:") || strings.Contains(s, "@import") || strings.Contains(strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "url(#", ""), "url(")
	}
	err := walkXML(t, b, func(e xml.StartElement) error {
		switch strings.ToLower(e.Name.Local) {
		case "script", "foreignobject", "handler", "iframe", "object", "embed", "listener", "set", "animate":
			found = true
		}
		for _, a := range e.Attr {
			text(a.Value)
			local := strings.ToLower(a.Name.Local)
			link := local == "href" || local == "src"
			found = found || strings.HasPrefix(local, "on") || link && !strings.HasPrefix(a.Value, "#") && !strings.HasPrefix(a.Value, "data:image/png;") && !strings.HasPrefix(a.Value, "data:image/jpeg;")
		}
		return nil
	}, nil, func(b []byte) { text(string(b)) })
	if err == nil && found {
		return scripted()
	}
	return err
}

// checkVML reads the old drawings of Office, which are not always well-formed.
func (d *office) checkVML(b []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(b))
	dec.Strict = false
	for {
		tok, err := dec.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return damaged(d.t)
		}
		switch e := tok.(type) {
		case xml.Directive:
			return damaged(d.t)
		case xml.StartElement:
			switch strings.ToLower(e.Name.Local) {
			case "oleobject", "script", "iframe", "object", "embed":
				return scripted()
			}
			for _, a := range e.Attr {
				local := strings.ToLower(a.Name.Local)
				switch {
				case local == "src" && a.Value != "", local == "href" && a.Value != "" && !strings.HasPrefix(a.Value, "#") && !webLink(a.Value):
					return outward()
				case a.Name.Space == "" && strings.HasPrefix(local, "on") && len(local) > 2:
					return scripted()
				}
			}
		}
	}
}
