package sheet

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The cells of the formulas that were asked for are noted, those of constants
// and of other formulas are not.
func TestFormulasAreNoted(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, formula := range map[string]string{"A1": "COUNTA(C1:C9)", "B1": "1+1", "A2": "", "B3": "COUNTA(C1)"} {
		if err := f.SetCellValue("Sheet1", cell, 2); err != nil {
			t.Fatal(err)
		}
		if formula == "" {
			continue
		}
		if err := f.SetCellFormula("Sheet1", cell, formula); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	book, err := Open(io.NopCloser(bytes.NewReader(b.Bytes())), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	s := book.Sheets[0]
	s.NoteFormulas(func(formula []byte) bool { return bytes.HasPrefix(formula, []byte("COUNTA(")) })
	for range 2 { // reading again notes them anew
		if _, err := s.Read(context.Background(), 1, 9, []Column{{Index: 0, Kind: Texts}}, nil); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			row, column int
			want        bool
		}{{1, 0, true}, {1, 1, false}, {2, 0, false}, {3, 1, true}, {3, 0, false}, {9, 9, false}} {
			if got := s.Formula(tt.row, tt.column); got != tt.want {
				t.Errorf("row %d, column %d: %v", tt.row, tt.column, got)
			}
		}
	}
}
