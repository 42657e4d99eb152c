// Decisions of persons, read back from the list of pairs that they were asked.

package reconcile

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

var decisionHeads = [3][]string{{"记录甲", "record a", "a"}, {"记录乙", "record b", "b"}, {"同一人?", "same child?", "same"}}

// ReadDecisions reads the pairs of which a person said yes or no. Pairs without an
// answer are left out.
func ReadDecisions(ctx context.Context, book *sheet.Book, name string) (out []Decision, err error) {
	found, err := headed(ctx, book, decisionHeads[:], len(decisionHeads), func(row int, cells []string) error {
		var dec Decision
		switch strings.ToLower(cells[2]) {
		case "":
			return nil
		case "是", "同", "同一人", "yes", "y", "1", "true":
			dec.Same = true
		case "否", "不是", "不同", "no", "n", "0", "false":
		default:
			return fmt.Errorf("row %d: want 是 (yes) or 否 (no) of a pair: %w", row, fault.Invalid)
		}
		for c, to := range []*Key{&dec.A, &dec.B} {
			b, err := hex.DecodeString(cells[c])
			if err != nil || len(b) != len(to) {
				return fmt.Errorf("row %d: the pair is not named as in the list of pairs; was that written with --keys? %w", row, fault.Invalid)
			}
			copy(to[:], b)
		}
		out = append(out, dec)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !found {
		return nil, fmt.Errorf("%s: no heading with 记录甲 (record a), 记录乙 (record b) and 同一人？ (same child?): %w", name, fault.Invalid)
	}
	return out, nil
}

// headed gives do the rows under the first heading that has the first need columns of
// heads, in the order of heads; a column that is not there is empty.
func headed(ctx context.Context, book *sheet.Book, heads [][]string, need int, do func(row int, cells []string) error) (found bool, err error) {
	for _, sh := range book.Sheets {
		rows, err := sh.Head(ctx, sheet.HeadRows)
		if err != nil {
			return false, err
		}
		for _, row := range rows {
			var cols []sheet.Column
			at := make([]int, len(heads)) // in cols, from 1
			for k, names := range heads {
				for i, c := range row.Cells {
					if c = strings.TrimSpace(strings.ToLower(strings.ReplaceAll(c, "？", "?"))); at[k] == 0 && slices.Contains(names, c) {
						cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
						at[k] = len(cols)
					}
				}
			}
			if slices.Contains(at[:need], 0) {
				continue
			}
			cells := make([]string, len(heads))
			return true, sh.Stream(ctx, row.Number+1, len(row.Cells), cols, nil, func(d *sheet.Data) error {
				for i := range d.N {
					for k, c := range at {
						if cells[k] = ""; c > 0 {
							cells[k] = strings.TrimSpace(d.Text[c-1].At(i))
						}
					}
					if err := do(int(d.Rows[i]), cells); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	return false, nil
}
