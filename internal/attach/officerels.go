// Where the parts of a document of Office may lead.

package attach

import (
	"encoding/xml"
	"net/url"
	"path"
	"slices"
	"strings"
)

// relation is where a part leads.
type relation struct {
	kind, target string // the target as the name of a part where it is not external
	external     bool
}

// relations reads a part of relations.
func (d *office) relations(name string) ([]relation, error) {
	p := d.parts[name]
	if p == nil {
		return nil, damaged(d.t)
	}
	b, err := d.unpack(p)
	if err != nil {
		return nil, err
	}
	base := path.Dir(path.Dir(name)) // word/_rels/x.rels speaks of word/x
	var out []relation
	err = walkXML(d.t, b, func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" {
			return nil
		}
		r := relation{kind: strings.ToLower(path.Base(attr(e, "Type"))), target: attr(e, "Target")}
		switch strings.ToLower(attr(e, "TargetMode")) {
		case "external":
			r.external = true
		case "", "internal":
			if strings.HasPrefix(r.target, "#") {
				return nil // a place in the part itself
			}
			t, _, _ := strings.Cut(r.target, "#")
			if strings.Contains(t, ":") || strings.Contains(t, "\\") || strings.HasPrefix(t, "//") {
				return outward()
			}
			if strings.HasPrefix(t, "/") {
				t = path.Clean(t)[1:]
			} else {
				t = path.Join(base, t)
			}
			if t == ".." || strings.HasPrefix(t, "../") {
				return outward()
			}
			r.target = t
		default:
			return damaged(d.t)
		}
		out = append(out, r)
		return nil
	}, nil, nil)
	return out, err
}

func outward() error {
	return active("到外部文件的链接（图片、模板、数据等）", "links to outside files (pictures, templates, data)", "请改为嵌入，或断开链接后另存", "break them, or keep what they show in the file, and save it anew")
}

// forbiddenKinds are relations that let something be run, fetched or opened.
var forbiddenKinds = map[string]string{
	"vbaproject": "macro", "vbaprojectsignature": "macro", "wordvbadata": "macro", "xlmacrosheet": "macro", "xlintlmacrosheet": "macro", "dialogsheet": "macro", "attachedtoolbars": "macro", "extensibility": "macro",
	"control": "activex", "activexcontrolbinary": "activex", "oleobject": "oleobject", "externallink": "externallink", "externallinkpath": "externallink",
	"connections": "connections+xml", "querytable": "querytable", "powerpivotdata": "connections+xml", "webextension": "webextension", "webextensiontaskpanes": "webextension", "volatiledependencies": "volatiledependencies",
}

func (d *office) checkRelations(name string) error {
	rels, err := d.relations(name)
	if err != nil {
		return err
	}
	for _, r := range rels {
		if what := forbiddenKinds[r.kind]; what != "" {
			return forbiddenType(what)
		}
		switch r.kind {
		case "afchunk", "subdocument":
			return embedded()
		case "attachedtemplate", "frame", "mailmergesource", "mailmergeheadersource", "recipientdata":
			return outward()
		case "audio", "video", "media":
			return active("音频或视频", "sound or video", "请删除后另存", "delete it and save it anew")
		case "package":
			of := strings.TrimSuffix(path.Base(name), ".rels")
			if r.external || d.inner || !slices.Contains(chartTypes, d.kindOf(path.Join(path.Dir(path.Dir(name)), of))) {
				return embedded()
			}
			d.charts[strings.ToLower(r.target)] = true
		}
		if r.external && (r.kind != "hyperlink" || !webLink(r.target)) {
			return outward()
		}
	}
	return nil
}

// chartTypes are parts that keep their figures in a workbook of their own.
var chartTypes = []string{officeTypes + "drawingml.chart+xml", "application/vnd.ms-office.chartex+xml"}

func (d *office) kindOf(name string) string {
	if k := d.types[strings.ToLower(name)]; k != "" {
		return k
	}
	return d.extension[strings.TrimPrefix(path.Ext(name), ".")]
}

// webLink tells that a link leads to a page or a mailbox, and only when somebody
// clicks on it.
func webLink(target string) bool {
	u, err := url.Parse(strings.TrimSpace(target))
	return err == nil && slices.Contains([]string{"http", "https", "mailto"}, strings.ToLower(u.Scheme))
}
