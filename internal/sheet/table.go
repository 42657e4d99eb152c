// Tables that are known by their heads and read line by line.

package sheet

import (
	"context"
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

// HeadRows are the rows of a sheet among which its head is looked for.
const HeadRows = 12

// Problem is one cell of a table to mend, as whoever sent the file is told of it.
type Problem struct {
	Cell edu.Cell
	Text edu.Text
}

// In is the problem in one line.
func (p Problem) In(lang string) string {
	if lang == "en" {
		return frame.Place(p.Cell) + ": " + p.Text.EN
	}
	return frame.PlaceZH(p.Cell) + "：" + p.Text.ZH
}

// Tables gives the first rows of each sheet that is not hidden to read, until it takes
// one of them for the head of a table and reads that. found tells whether any was taken.
func (b *Book) Tables(ctx context.Context, read func(s *Sheet, head Row) (taken bool, err error)) (found bool, err error) {
	for _, s := range b.Sheets {
		if s.Hidden {
			continue
		}
		rows, err := s.Head(ctx, HeadRows)
		if err != nil {
			return found, err
		}
		for _, row := range rows {
			taken, err := read(s, row)
			if err != nil {
				return found, err
			}
			if taken {
				found = true
				break
			}
		}
	}
	return found, nil
}

// Lines gives the rows below a head that are not blank, each cell by the name of its
// column in at, trimmed; a column that at does not have is empty. More than most rows are
// too many.
func (s *Sheet) Lines(ctx context.Context, head Row, at map[string]int, most int, take func(row int, text func(column string) string)) error {
	var cols []Column
	place := make(map[string]int, len(at))
	for name, i := range at {
		place[name] = len(cols)
		cols = append(cols, Column{Index: i, Kind: Texts})
	}
	lines := 0
	return s.Stream(ctx, head.Number+1, len(head.Cells), cols, nil, func(d *Data) error {
		if lines += d.N; lines > most {
			return fmt.Errorf("more than %d rows: %w", most, fault.TooLarge)
		}
		for i := range d.N {
			blank := true
			for _, c := range d.Text {
				blank = blank && strings.TrimSpace(c.At(i)) == ""
			}
			if blank {
				continue
			}
			take(int(d.Rows[i]), func(column string) string {
				if k, ok := place[column]; ok {
					return strings.TrimSpace(d.Text[k].At(i))
				}
				return ""
			})
		}
		return nil
	})
}
