package workbook

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/testkit"

	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write docs/bad-input.md anew")

// kit is what a case works on: a workbook of one school with two sections, or of
// a county's six schools.
type kit struct {
	testing.TB
	papers []*form.Paper
	file   *excelize.File // while it is edited
}

const (
	mainSheet    = "填报表"
	classesSheet = "班级名册"
)

// unit is the school whose cells are changed: two sections.
func (k *kit) unit() *form.Paper {
	for _, p := range k.papers {
		if len(p.Parts) == 2 {
			return p
		}
	}
	return k.papers[0]
}

func (k *kit) at(part edu.Stage, field string) string {
	return where(k, k.file, mainSheet, k.unit().Unit.ID, part, field)
}

func (k *kit) put(part edu.Stage, field string, v any) {
	set(k, k.file, mainSheet, k.at(part, field), v)
}

// row is the first row of classes.
func (k *kit) row() int {
	rows, err := k.file.GetRows(classesSheet)
	k.ok(err)
	for i, r := range rows {
		if len(r) > 0 && parseID(r[0]).Has(keyUnit) {
			return i + 1
		}
	}
	k.Fatal("no row of classes")
	return 0
}

// column finds the column of a list by its id, from 1.
func (k *kit) column(sheet, key, id string) int {
	rows, err := k.file.GetRows(sheet)
	k.ok(err)
	for i, c := range rows[0] {
		if parseID(c).Get(key) == id {
			return i + 1
		}
	}
	k.Fatalf("no column %s on %s", id, sheet)
	return 0
}

func (k *kit) class(column string, row int, v any) {
	set(k, k.file, classesSheet, at(k.column(classesSheet, keyColumn, column), row), v)
}

func (k *kit) ok(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// outcome is what was answered.
type outcome struct {
	kind     string // refused, mend, note, read
	rule     string
	text, do edu.Text
	units    int
}

const (
	isRefused = "refused" // nothing is read
	isMend    = "mend"    // read as a draft; it cannot be handed in before it is mended
	isNote    = "note"    // read, with a word
	isRead    = "read"    // read as meant
)

// badCase is one thing that people do to a file.
type badCase struct {
	zh, en string
	many   bool
	name   string // of the file; "填报.xlsx"
	edit   func(k *kit)
	bytes  func(k *kit, b []byte) []byte
	find   func(k *kit) func(Meta) ([]*form.Paper, error)
	kind   string
	rule   string
	check  func(t *testing.T, r *Reading)
	// plain: not marked as well, because that takes long.
	plain bool
	list  bool // the problem is one of a list
}

func (c badCase) run(t *testing.T) outcome {
	k := &kit{TB: t, papers: testPapers(t, 6)}
	if !c.many {
		k.papers = k.papers[1:2]
	}
	b := written(t, k.papers, Options{})
	if c.edit != nil {
		b = edited(t, b, func(f *excelize.File) {
			k.file = f
			c.edit(k)
		})
	}
	if c.bytes != nil {
		b = c.bytes(k, b)
	}
	find := finder(k.papers)
	if c.find != nil {
		find = c.find(k)
	}
	name := c.name
	if name == "" {
		name = "填报.xlsx"
	}
	r, err := Read(context.Background(), name, bytes.NewReader(b), int64(len(b)), find)
	if err != nil {
		t.Fatalf("an error instead of a problem: %v", err)
	}
	if r.Blocked() != (len(r.Units) == 0) {
		t.Errorf("blocked %v with %d units: a blocked file gives none, any other gives some", r.Blocked(), len(r.Units))
	}
	if err := r.Err(); r.Blocked() != errors.Is(err, fault.Blocked) {
		t.Errorf("Err is %v", err)
	}
	if c.check != nil {
		c.check(t, r)
	}
	// What was read is marked without harm; the marked file reads the same.
	if c.plain {
		return answer(r, c)
	}
	var back bytes.Buffer
	switch err := Mark(&back, bytes.NewReader(b), int64(len(b)), r, k.papers, "zh"); {
	case err != nil && !errors.Is(err, fault.Invalid):
		t.Errorf("mark: %v", err)
	case err == nil:
		again, err := Read(context.Background(), name, bytes.NewReader(back.Bytes()), int64(back.Len()), find)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Units) != len(r.Units) {
			t.Errorf("the marked file gives %d units, want %d: %+v", len(again.Units), len(r.Units), again.Problems)
		}
	}
	return answer(r, c)
}

// answer is the problem that the case is about: the one of its rule, or the first.
func answer(r *Reading, c badCase) outcome {
	out := outcome{kind: isRead, units: len(r.Units)}
	for _, p := range r.Problems {
		kind := isNote
		if p.Blocking {
			kind = isRefused
		}
		if p.Rule == c.rule && kind == c.kind {
			return outcome{kind, p.Rule, p.Text, p.Do, len(r.Units)}
		}
		if out.kind != isRefused {
			out = outcome{kind, p.Rule, p.Text, p.Do, len(r.Units)}
		}
	}
	for _, u := range r.Units {
		for _, p := range u.Problems {
			if p.Rule == c.rule && c.kind == isMend && (p.List != "" || !c.list) {
				return outcome{isMend, p.Rule, p.Text, p.Do, len(r.Units)}
			}
		}
	}
	return out
}

func TestBadInput(t *testing.T) {
	var doc strings.Builder
	doc.WriteString(docHead)
	if len(badCases) < 60 {
		t.Errorf("%d cases, want at least 60", len(badCases))
	}
	words := map[string]edu.Text{isRefused: both("不收：一个单位也不保存", "refused: nothing is saved"), isMend: both("收为草稿：改好才能提交", "kept as a draft; to be mended before handing in"),
		isNote: both("收下，并说明", "read, with a word"), isRead: both("照常读取", "read as meant")}
	for i, c := range badCases {
		t.Run(c.en, func(t *testing.T) {
			got := c.run(t)
			if got.kind != c.kind || c.rule != "" && got.rule != c.rule {
				t.Errorf("%s, rule %q: %s; want %s, rule %q", got.kind, got.rule, got.text.EN, c.kind, c.rule)
			}
			if got.kind != isRead && (got.text.ZH == "" || got.text.EN == "" || got.do.ZH == "" || got.do.EN == "") {
				t.Errorf("the answer lacks a language: %+v %+v", got.text, got.do)
			}
			cell := func(s string) string {
				return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s)
			}
			say := func(t edu.Text) string {
				if t == (edu.Text{}) {
					return "—"
				}
				return cell(t.ZH) + "<br>" + cell(t.EN)
			}
			fmt.Fprintf(&doc, "| %d | %s | %s | %s | %s |\n", i+1, say(both(c.zh, c.en)), say(words[got.kind]), say(got.text), say(got.do))
		})
	}
	file := filepath.Join(testkit.Root(), "docs", "bad-input.md")
	if *update {
		if err := os.WriteFile(file, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(was) != doc.String() {
		t.Error("docs/bad-input.md is stale: go test ./internal/workbook -run BadInput -update")
	}
}

const docHead = `# 坏文件会怎样 / What becomes of bad input

测试逐条试过，本页由测试生成（internal/workbook/badinput_test.go），与程序不符则测试失败。
每一条都从一份好的填报文件改坏；“不收”时一个单位也不保存，绝不导入一半。

Each line was tried by a test, which writes this page and fails when it is stale. A case takes a good workbook and spoils it; where the
file is refused, nothing of it is saved.

| | 做了什么 / what was done | 结果 / outcome | 答复 / answer | 怎么办 / what to do |
|---|---|---|---|---|
`

func wantCell(key, text string) func(*testing.T, *Reading) {
	return func(t *testing.T, r *Reading) {
		t.Helper()
		for _, u := range r.Units {
			if got, ok := u.Content.Cells[key]; ok && got == text {
				return
			}
		}
		t.Errorf("no unit has %s = %q", key, text)
	}
}

// wantWritten wants a cell, or a row of classes, that keeps what was written.
func wantWritten(key, text, written string) func(*testing.T, *Reading) {
	return func(t *testing.T, r *Reading) {
		t.Helper()
		for _, u := range r.Units {
			if u.Content.Cells[key] == text && u.Content.Cites[key].Text == written {
				return
			}
			if slices.ContainsFunc(u.Content.Lists["classes"], func(r form.Row) bool { return r.Cells[key] == text && r.Cite.Text == written }) {
				return
			}
		}
		t.Errorf("no unit has %s = %q, written %q", key, text, written)
	}
}

func wantClass(column, text string) func(*testing.T, *Reading) {
	return func(t *testing.T, r *Reading) {
		t.Helper()
		for _, u := range r.Units {
			if slices.ContainsFunc(u.Content.Lists["classes"], func(r form.Row) bool { return r.Cells[column] == text }) {
				return
			}
		}
		t.Errorf("no class has %s = %q", column, text)
	}
}

func failing(err error) func(*kit) func(Meta) ([]*form.Paper, error) {
	return func(*kit) func(Meta) ([]*form.Paper, error) {
		return func(Meta) ([]*form.Paper, error) { return nil, fmt.Errorf("find: %w", err) }
	}
}
