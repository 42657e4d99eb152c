package flow_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
)

// signed is a workbook with another name of the filler in each signature block.
func (o *office) signed(body []byte, who string) []byte {
	o.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	defer f.Close()
	n := 0
	put := func(sheet string, c, r int) {
		at, err := excelize.CoordinatesToCellName(c+1, r+1)
		if err == nil {
			err = f.SetCellValue(sheet, at, who)
		}
		if err != nil {
			o.t.Fatal(err)
		}
		n++
	}
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s)
		if err != nil {
			o.t.Fatal(err)
		}
		for r, row := range rows {
			switch {
			case r == 0 || len(row) == 0:
			case row[0] == "s=filler": // tall
				put(s, 3, r)
			default:
				for c, id := range rows[0] {
					if c > 0 && id == "s=filler" && strings.Contains(row[0], "u=") {
						put(s, c, r)
					}
				}
			}
		}
	}
	if n == 0 {
		o.t.Fatal("no signature block")
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		o.t.Fatal(err)
	}
	return out.Bytes()
}

// said is who filled in a unit's draft, as it is saved.
func (o *office) said(d *flow.Desk, issue string, unit edu.UnitID) string {
	o.t.Helper()
	p, _, _, err := d.Paper(o.ctx, issue, unit)
	if err != nil {
		o.t.Fatal(err)
	}
	return p.Content.Sign.Filler
}

func (o *office) saveAs(d *flow.Desk, issue string, unit edu.UnitID, who string) {
	o.t.Helper()
	p, f, _, err := d.Paper(o.ctx, issue, unit)
	if err != nil {
		o.t.Fatal(err)
	}
	c := p.Content
	c.Sign = form.Sign{Filler: who}
	if _, err := d.Save(o.ctx, issue, unit, f.Rev, c); err != nil {
		o.t.Fatal(err)
	}
}

func newerProblem(u *collect.Uploaded, says string) bool {
	for _, p := range u.Problems {
		if p.Blocking && p.Rule == "newer" && strings.Contains(p.Text.ZH, says) && strings.Contains(p.Do.ZH, "以工作簿为准") {
			return true
		}
	}
	return false
}

// A workbook does not stand over what was saved on the page since it was
// downloaded, unless it is told to; sending it again after its own upload is no
// such case.
func TestUploadDoesNotLoseLaterEdits(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head := o.as(auth.SchoolHead, place.Unit)
		body := o.book(head, is.ID, place.Unit)

		// Its own uploads, one after the other, the marked one too.
		u := o.upload(head, o.signed(body, "书一"), false)
		if u.Saved != 1 {
			t.Fatalf("first: %s %v", show(u), problems(u))
		}
		if u = o.upload(head, o.signed(u.Marked, "书二"), false); u.Saved != 1 || o.said(head, is.ID, place.Unit) != "书二" {
			t.Fatalf("the marked one: %s %v", show(u), problems(u))
		}

		o.saveAs(head, is.ID, place.Unit, "页上")
		late := o.signed(body, "书三")
		u = o.upload(head, late, false)
		if !u.Blocked() || u.Saved != 0 || !newerProblem(u, place.Name.ZH) || o.said(head, is.ID, place.Unit) != "页上" {
			t.Errorf("after an edit on the page: %s %v", show(u), problems(u))
		}
		// It is refused again, marked or not, and says what the page says without harm.
		if u = o.upload(head, u.Marked, true); !newerProblem(u, place.Name.ZH) {
			t.Errorf("the marked one of a refusal: %s %v", show(u), problems(u))
		}
		if u = o.upload(head, o.signed(body, "页上"), false); u.Blocked() {
			t.Errorf("the same as on the page: %v", problems(u))
		}
		o.saveAs(head, is.ID, place.Unit, "页上二")
		if u = o.upload(head, o.book(head, is.ID, place.Unit), false); u.Blocked() {
			t.Errorf("downloaded anew: %v", problems(u))
		}
		o.saveAs(head, is.ID, place.Unit, "页上三")
		u, err := head.Upload(o.ctx, "学校.xlsx", bytes.NewReader(late), int64(len(late)), collect.UploadOptions{Overwrite: true})
		if err != nil || u.Saved != 1 || o.said(head, is.ID, place.Unit) != "书三" {
			t.Errorf("the workbook counts: %v %v", err, problems(u))
		}
	})
}

// Two copies of a template are two: the later upload does not stand over the
// earlier; and one unit that was saved since holds back the whole file.
func TestUploadOfAnotherCopyIsLater(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head, clerk := o.as(auth.SchoolHead, place.Unit), o.as(auth.TownshipClerk, place.Township)
		own, all := o.book(head, is.ID, place.Unit), o.book(clerk, is.ID, place.Township)
		if u := o.upload(head, o.signed(own, "学校"), false); u.Saved != 1 {
			t.Fatalf("%s %v", show(u), problems(u))
		}
		u := o.upload(clerk, o.signed(all, "中心校"), false)
		if !u.Blocked() || u.Saved != 0 || !newerProblem(u, place.Name.ZH) || len(u.Problems) != 1 {
			t.Errorf("the township's: %s %v", show(u), problems(u))
		}
		if got := o.said(head, is.ID, place.Unit); got != "学校" {
			t.Errorf("the draft is %q's", got)
		}
		var got flow.Collected
		books := []flow.Book{{Name: "a.xlsx", Open: func() ([]byte, error) { return o.signed(all, "中心校"), nil }}}
		opt := flow.CollectOptions{Overwrite: true, Done: func(c flow.Collected) error { got = c; return nil }}
		if err := clerk.CollectBooks(o.ctx, books, opt); err != nil || got.Saved < 2 || o.said(head, is.ID, place.Unit) != "中心校" {
			t.Errorf("with overwrite: %v %+v", err, got)
		}
	})
}
