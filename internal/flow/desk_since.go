// A workbook does not stand over what was saved since it was made.

package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/store"
	"shuren/internal/workbook"
)

// ruleNewer is the rule of the problem that something else was saved since.
const ruleNewer = "newer"

// newer tells whether a draft is neither what the workbook was made from, nor
// what an upload of the same workbook left, nor what the workbook says. An empty
// draft is lost by nobody.
func newer(was, now *form.Paper, base, wrote string) bool {
	d := was.Content.Digest()
	return d != "" && d != base && d != wrote && was.Code(0) != now.Code(0)
}

func digestOf(draft []byte) (string, error) {
	c, err := contentOf(draft)
	return c.Digest(), err
}

// templateKey is what the last upload of a copy of a template is found by, ""
// where the workbook does not say which copy it is.
func templateKey(m workbook.Meta) string {
	if m.Template == "" {
		return ""
	}
	return "template:" + m.Issue + ":" + m.Template
}

// wroteBefore is what uploads of this copy of the template left of its units.
func (d *Desk) wroteBefore(ctx context.Context, scope store.Scope, m workbook.Meta) (map[edu.UnitID]string, error) {
	out := map[edu.UnitID]string{}
	key := templateKey(m)
	if key == "" {
		return out, nil
	}
	b, err := d.city.store.Upload(ctx, scope, key)
	if err != nil || b == nil {
		return out, err
	}
	var k uploadNote
	if err := json.Unmarshal(b, &k); err != nil {
		return nil, fmt.Errorf("earlier upload of the template: %w", err)
	}
	if k.Wrote != nil {
		out = k.Wrote
	}
	return out, nil
}

// savedSince is the problem of a unit that was saved since by something else.
func (d *Desk) savedSince(ctx context.Context, u form.Unit, f collect.Filing, at edu.Cell) workbook.FileProblem {
	by := cmp.Or(f.By, "local")
	if a, err := d.city.store.Account(ctx, local, f.By); err == nil {
		by = cmp.Or(a.Name, by)
	}
	when := f.At.In(collect.China).Format("2006-01-02 15:04")
	return workbook.FileProblem{Blocking: true, Rule: ruleNewer, Cell: at,
		Text: edu.Text{ZH: fmt.Sprintf("%s的数据在下载这份模板之后改过，与文件中的不同（%s，%s）", u.Name.ZH, by, when), EN: fmt.Sprintf("%s was changed after this template was downloaded and differs from the file (%s, %s)", u.Name.In("en"), by, when)},
		Do:   edu.Text{ZH: "请重新下载模板再填；或在文件中删除该校的行；确认文件为准的，勾选“以工作簿为准”重新上传。", EN: "Download the template anew; or take its rows out of the file; or upload it again with “the workbook counts” if it does."}}
}
