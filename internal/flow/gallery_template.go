package flow

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/docx"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// Templates of the city's own are files that are used by the gallery, as evidence is
// used by a task: checked at the door, kept by hash.
const (
	FilesOfReports = "report-template"
	ownTemplates   = "city"
)

// Template is a Word file of the city's own with named fields.
type Template struct {
	store.FileUse
	Unknown []string // fields that no document of the gallery fills
	Known   []string
}

// Templates lists the city's own templates. Whoever makes documents may use them.
func (g *Gallery) Templates(ctx context.Context, who auth.Actor) ([]store.FileUse, error) {
	if who.Reach(auth.ReadReports).None() {
		return nil, nil
	}
	return g.city.store.Uses(ctx, readAll, FilesOfReports, ownTemplates)
}

// Trial fills a template with empty fields and tells which of them are known: by a
// name that any kind of document has.
func Trial(template []byte) (known, unknown []string, err error) {
	fields := map[string]string{}
	for _, n := range FieldNames() {
		fields[n] = ""
	}
	var b bytes.Buffer
	done, err := docx.Fill(&b, template, fields)
	return done.Filled, done.Unknown, err
}

// FieldNames are the names that fields of a template may have.
func FieldNames() []string {
	out := []string{"标题", "主送", "发文机关", "单位", "学年", "日期", "示例", "数据截至", "数据版本", "正文", "缘由", "附件1", "附件2", "附件3"}
	for _, k := range gallery.Kinds {
		for _, f := range k.Fields() {
			if !slices.Contains(out, f.Name.ZH) {
				out = append(out, f.Name.ZH)
			}
		}
	}
	return append(out, "总体情况", "主要成效", "存在问题", "下一步工作要求", "基本情况", "现状与差距", "现状与缺口", "回落情况", "各学段指标")
}

// AddTemplate keeps a template. One that could run, fetch or hide something is
// refused with what to do; one without any field that is known is none.
func (g *Gallery) AddTemplate(ctx context.Context, who auth.Actor, name string, body []byte) (Template, error) {
	var t Template
	if !who.Reach(auth.KeepReports).Whole {
		return t, fmt.Errorf("%s: %w", auth.KeepReports, fault.Forbidden)
	}
	if !strings.HasSuffix(strings.ToLower(name), ".docx") {
		return t, auth.Refuse(fault.Invalid, "模板须为 .docx 文件", "a template is a .docx file")
	}
	f, clean, err := attach.Clean(name, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return t, err
	}
	if t.Known, t.Unknown, err = Trial(clean); err != nil {
		return t, err
	}
	if len(t.Known) == 0 {
		return t, auth.Refuse(fault.Invalid, "模板里没有可填的字段；请在要填的地方写{{标题}}、{{正文}}等", "the template has no field that can be filled; write {{标题}}, {{正文}} and so on where they go")
	}
	uses, err := g.city.attach(ctx, who, FilesOfReports, ownTemplates, "", []Attached{{File: f, Body: clean}}, g.now())
	if err != nil {
		return t, err
	}
	t.FileUse = uses[0]
	return t, nil
}

// DropTemplate takes a template away. Documents keep their own content.
func (g *Gallery) DropTemplate(ctx context.Context, who auth.Actor, hash string) error {
	if !who.Reach(auth.KeepReports).Whole {
		return fmt.Errorf("%s: %w", auth.KeepReports, fault.Forbidden)
	}
	rec := record(who, fileDropped, hash, g.now())
	rec.Object = FilesOfReports + "/" + ownTemplates
	return g.city.store.DropUse(ctx, local, FilesOfReports, ownTemplates, hash, rec)
}

// Filled puts a document into one of the city's own templates, and tells which
// fields of it nobody filled.
func (g *Gallery) Filled(ctx context.Context, who auth.Actor, id, hash string) (name string, file []byte, unknown []string, err error) {
	r, err := g.Report(ctx, who, id)
	if err != nil {
		return "", nil, nil, err
	}
	use, body, err := g.city.store.File(ctx, readAll, FilesOfReports, ownTemplates, hash)
	if err != nil {
		return "", nil, nil, err
	}
	var b bytes.Buffer
	done, err := docx.Fill(&b, body, r.Draft.Named(r.Edits))
	if err != nil {
		return "", nil, nil, err
	}
	return strings.TrimSuffix(use.Name, ".docx") + "-" + r.Title, b.Bytes(), done.Unknown, nil
}
