// OFD, the fixed layout of GB/T 33190-2016: parts of XML, pictures, fonts and
// seals. Its actions are those of chapter 14: a link to click on is harmless, all
// others are refused.

package attach

import (
	"encoding/xml"
	"path"
	"strings"
)

var ofdBinary = map[string][]string{
	".ttf": {"\x00\x01\x00\x00", "true", "OTTO"}, ".otf": {"OTTO", "\x00\x01\x00\x00"}, ".ttc": {"ttcf"}, ".otc": {"ttcf"}, ".cff": {"\x01\x00"},
	".jb2": {"\x97JB2\r\n\x1a\n", "\x00\x00\x00\x00"}, ".dat": {"\x30"}, ".esl": {"\x30"},
}

func checkOFD(a *archive) error {
	root := false
	for _, name := range a.names {
		b, err := a.unpack(a.parts[name])
		if err != nil {
			return err
		}
		ext := path.Ext(name)
		switch {
		case ext == ".xml":
			is, err := checkOFDXML(b)
			if err != nil {
				return err
			}
			root = root || name == "ofd.xml" && is
		case begins(b, inner):
			return embedded()
		case ofdBinary[ext] != nil && begins(b, ofdBinary[ext]), picture(name, b):
		default:
			return unknownPart(name)
		}
	}
	if !root {
		return damaged(OFD)
	}
	return nil
}

// checkOFDXML tells besides whether the part is the root of a document.
func checkOFDXML(b []byte) (root bool, err error) {
	first, event := true, ""
	err = walkXML(OFD, b, func(e xml.StartElement) error {
		if first {
			root, first = e.Name.Local == "OFD", false
		}
		switch e.Name.Local {
		case "Action":
			event = strings.ToUpper(attr(e, "Event"))
		case "GotoA", "Sound", "Movie", "Script", "JavaScript":
			return active("打开附件或播放音视频的动作", "actions that open attachments or play media", "请删除动作后另存", "delete them and save it anew")
		case "URI":
			// Data that are attached, an invoice's for instance, have such elements too.
			if target := attr(e, "URI"); target != "" && (event != "CLICK" || !webLink(target)) {
				return outward()
			}
		}
		return nil
	}, nil, nil)
	return root, err
}
