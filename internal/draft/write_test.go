package draft

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestWrittenDraftHoldsWhatTheTextGives(t *testing.T) {
	d := Make("2023年9月12日，市政府召开会议。\n会议决定，由市教体局牵头，市财政局配合，10月31日前新建公办幼儿园不少于3所。\n=周明强调，要抓实控辍保学。", Options{})
	lines := d.Lines()
	want := []string{"1", "未确认", "议定事项", "由市教体局牵头，市财政局配合，10月31日前新建公办幼儿园不少于3所", "学前教育", "学前", "", "市教体局", "市财政局", "10月31日前", "2023-10-31", ">=3所", "会议", "会议决定，由市教体局牵头，市财政局配合，10月31日前新建公办幼儿园不少于3所。"}
	if len(lines) != 2 {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	if got := lines[0].Cells("1", "zh", Words()); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := lines[1].Cells("2", "en", Words()); got[7] != "to be set" || got[8] != "to be set" || got[9] != "to be set" || got[11] != "to be set" {
		t.Errorf("%q: what the text does not give is to be set", got)
	}

	var b bytes.Buffer
	if err := Write(&b, XLSX, lines, "zh", Words()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("任务草稿")
	if err != nil || len(rows) != 4 || strings.Join(rows[2], "|") != strings.Join(want, "|") || !strings.HasPrefix(rows[0][0], "草稿") {
		t.Errorf("%q, %v", rows, err)
	}

	b.Reset()
	if err := Write(&b, CSV, lines, "zh", Words()); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil || len(records) != 3 || records[2][13][0] != '\'' {
		t.Errorf("%q, %v: words of a notice must be no formula", records, err)
	}

	b.Reset()
	if err := Write(&b, JSON, nil, "zh", Words()); err != nil || strings.TrimSpace(b.String()) != "[]" {
		t.Errorf("%q, %v", b.String(), err)
	}
	b.Reset()
	var back []Line
	if err := Write(&b, JSON, lines, "zh", Words()); err != nil || json.Unmarshal(b.Bytes(), &back) != nil || back[0] != lines[0] {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := FormatOf("a.docx"); err == nil {
		t.Error("a draft was to be written as .docx")
	}
}
