// Refusal: why a file, or a sheet of it, is not read.

package sheet

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Refusal says why a file is not read, for the person who sent it. It wraps
// fault.Invalid or fault.TooLarge.
type Refusal struct {
	Kind error
	Row  int // 1-based where a row is to blame, otherwise 0
	Text edu.Text
}

func (r *Refusal) Error() string {
	if r.Row > 0 {
		return fmt.Sprintf("row %d: %s", r.Row, r.Text.EN)
	}
	return r.Text.EN
}

func (r *Refusal) Unwrap() error { return r.Kind }

// In is what whoever sent the file is told.
func (r *Refusal) In(lang string) string {
	switch {
	case r.Row == 0:
		return r.Text.In(lang)
	case lang == "en":
		return fmt.Sprintf("row %d: %s", r.Row, r.Text.EN)
	}
	return fmt.Sprintf("第 %d 行：%s", r.Row, r.Text.ZH)
}

func invalid(zh, en string) *Refusal {
	return &Refusal{Kind: fault.Invalid, Text: edu.Text{ZH: zh, EN: en}}
}

func tooLarge(zh, en string) *Refusal {
	return &Refusal{Kind: fault.TooLarge, Text: edu.Text{ZH: zh, EN: en}}
}

func (r *Refusal) at(row int) *Refusal {
	r.Row = row
	return r
}

// megabytes words a limit for people.
func megabytes(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d B", n)
}

func tooManyRows(lim Limits) *Refusal {
	return tooLarge(fmt.Sprintf("超过 %d 行，请分成几个文件", lim.Rows), fmt.Sprintf("more than %d rows; split it into several files", lim.Rows))
}

func tooManyCells(lim Limits) *Refusal {
	return tooLarge(fmt.Sprintf("超过 %d 个单元格，请分成几个文件", lim.Cells), fmt.Sprintf("more than %d cells; split it into several files", lim.Cells))
}

func tooManyColumns(lim Limits) *Refusal {
	return tooLarge(fmt.Sprintf("超过 %d 列", lim.Columns), fmt.Sprintf("more than %d columns", lim.Columns))
}

func cellTooLong(column int, lim Limits) *Refusal {
	return tooLarge(fmt.Sprintf("%s 列单元格超过 %d 个字符", Letters(column), lim.CellText), fmt.Sprintf("the cell in column %s has more than %d characters", Letters(column), lim.CellText))
}
