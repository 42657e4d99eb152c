package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/parquet-go/parquet-go"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// sameStreamed holds the rows that Stream gives against those of Read.
func sameStreamed(t *testing.T, file []byte, number, width int, cols []sheet.Column, want *sheet.Data, failed error) {
	t.Helper()
	book, err := open(t, file, fuzzLimits())
	if err != nil {
		t.Fatalf("opened before, now: %v", err)
	}
	defer book.Close()
	if _, err := book.Sheets[number].Head(context.Background(), 5); err != nil {
		t.Fatalf("looked at before, now: %v", err)
	}
	n, odd := 0, 0
	err = book.Sheets[number].Stream(context.Background(), 2, width, cols, nil, func(d *sheet.Data) error {
		if failed != nil {
			return nil // what came before the fault
		}
		if n+d.N > want.N {
			return fmt.Errorf("more than %d rows", want.N)
		}
		for i := range d.N {
			if d.Rows[i] != want.Rows[n+i] {
				return fmt.Errorf("record %d is row %d, want %d", n+i, d.Rows[i], want.Rows[n+i])
			}
			for k, c := range cols {
				got, at := "", ""
				if c.Kind == sheet.Texts {
					got, at = d.Text[k].Dict[d.Text[k].Code[i]], want.Text[k].Dict[want.Text[k].Code[n+i]]
				} else {
					got, at = fmt.Sprint(d.Num[k][i]), fmt.Sprint(want.Num[k][n+i])
				}
				if got != at {
					return fmt.Errorf("column %d of row %d is %q, want %q", k, d.Rows[i], got, at)
				}
			}
		}
		for i, o := range d.Odd {
			w := want.Odd[odd+i]
			if n+o.Record != w.Record || o.Column != w.Column || d.OddText[o.Text] != want.OddText[w.Text] {
				return fmt.Errorf("odd cell %+v %q, want %+v %q", o, d.OddText[o.Text], w, want.OddText[w.Text])
			}
		}
		n, odd = n+d.N, odd+len(d.Odd)
		return nil
	})
	switch {
	case failed == nil && err != nil:
		t.Fatalf("sheet %d streamed: %v", number, err)
	case failed == nil && (n != want.N || odd != len(want.Odd)):
		t.Fatalf("%d rows and %d odd cells came, want %d and %d", n, odd, want.N, len(want.Odd))
	case failed != nil && err == nil && !errors.Is(failed, fault.TooLarge): // its bound on cells is for what is held
		t.Fatalf("streamed without the error of Read: %v", failed)
	}
}

// A file of many blocks comes as Read gives it, row numbers and odd cells too.
func TestStreamIsRead(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("school,score\n")
	for i := range 9000 {
		switch {
		case i%100 == 7:
			fmt.Fprintf(&b, "\n学校%d,缺考\n", i%50)
		default:
			fmt.Fprintf(&b, "学校%d,%d.5%s\n", i%50, i, fmt.Sprintf("%0100d", 0))
		}
	}
	readEverything(t, b.Bytes())
	book, err := open(t, b.Bytes(), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	batches := 0
	if err := book.Sheets[0].Stream(context.Background(), 2, 2, []sheet.Column{{Kind: sheet.Texts}, {Index: 1}}, nil, func(*sheet.Data) error { batches++; return nil }); err != nil {
		t.Fatal(err)
	}
	if batches < 2 {
		t.Errorf("%d batch: the file is too small for this test", batches)
	}
	stop := errors.New("enough")
	book, err = open(t, b.Bytes(), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if err := book.Sheets[0].Stream(context.Background(), 2, 2, []sheet.Column{{Index: 1}}, nil, func(*sheet.Data) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error came back as %v", err)
	}
}

// A Parquet file comes a row group at a time.
func TestStreamOfParquet(t *testing.T) {
	type row struct {
		School string   `parquet:"school"`
		Score  *float64 `parquet:"score,optional"`
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b)
	for group := range 3 {
		for i := range 5 {
			x := float64(10*group + i)
			r := row{School: fmt.Sprint("学校", i%2+group), Score: &x}
			if i == 3 {
				r.Score = nil
			}
			if _, err := w.Write([]row{r}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	readEverything(t, b.Bytes())
	book, err := open(t, b.Bytes(), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var rows []int32
	batches := 0
	err = book.Sheets[0].Stream(context.Background(), 2, 2, []sheet.Column{{Kind: sheet.Texts}, {Index: 1}}, nil, func(d *sheet.Data) error {
		batches++
		rows = append(rows, d.Rows...)
		return nil
	})
	if err != nil || batches != 3 || len(rows) != 15 || rows[0] != 2 || rows[14] != 16 {
		t.Errorf("%d batches with the rows %v, %v; want 3 with 2 to 16", batches, rows, err)
	}
}
