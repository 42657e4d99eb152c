package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// A table is found by its head wherever that stands among the first rows, its lines come
// with their rows in the file, blank ones not, and too many are refused.
func TestTablesByTheirHeads(t *testing.T) {
	read := func(text string, most int) (lines []string, found bool, err error) {
		book, err := Open(io.NopCloser(strings.NewReader(text)), DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		found, err = book.Tables(context.Background(), func(s *Sheet, head Row) (bool, error) {
			if len(head.Cells) < 2 || head.Cells[0] != "name" {
				return false, nil
			}
			return true, s.Lines(context.Background(), head, map[string]int{"n": 0, "v": 1}, most, func(row int, text func(string) string) {
				lines = append(lines, fmt.Sprint(row, text("n"), text("v"), text("none")))
			})
		})
		return lines, found, err
	}
	const text = "a title,\nname,value,more\n x , 1,z\n,,\n , ,\ny,,2\n"
	if got, found, err := read(text, 5); err != nil || !found || fmt.Sprint(got) != "[3x1 6y]" {
		t.Errorf("%q, %v, %v", got, found, err)
	}
	if _, _, err := read(text, 1); !errors.Is(err, fault.TooLarge) {
		t.Errorf("more rows than may be: %v", err)
	}
	if got, found, err := read(strings.Repeat("no head,at all\n", HeadRows)+"name,value\nx,1\n", 5); err != nil || found || got != nil {
		t.Errorf("a head below the first rows: %q, %v, %v", got, found, err)
	}
}

func TestProblemsSayWhere(t *testing.T) {
	p := Problem{Cell: edu.Cell{File: "a.csv", Row: 3, Header: "姓名"}, Text: edu.Text{ZH: "没有填写", EN: "is empty"}}
	for lang, want := range map[string][]string{"zh": {"a.csv", "第 3 行", "姓名", "：没有填写"}, "en": {"a.csv", "row 3", "姓名", ": is empty"}} {
		for _, w := range want {
			if !strings.Contains(p.In(lang), w) {
				t.Errorf("%s: %s", lang, p.In(lang))
			}
		}
	}
}
