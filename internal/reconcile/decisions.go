// Decisions of persons, read back from the list of pairs that they were asked.

package reconcile

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

var decisionHeads = [3][]string{{"记录甲", "record a", "a"}, {"记录乙", "record b", "b"}, {"同一人?", "same child?", "same"}}

// ReadDecisions reads the pairs of which a person said yes or no. Pairs without an
// answer are left out.
func ReadDecisions(ctx context.Context, book *sheet.Book, name string) ([]Decision, error) {
	for _, sh := range book.Sheets {
		rows, err := sh.Head(ctx, headRows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var cols []sheet.Column
			for _, names := range decisionHeads {
				for i, c := range row.Cells {
					c = strings.ToLower(strings.ReplaceAll(c, "？", "?"))
					for _, n := range names {
						if strings.TrimSpace(c) == n {
							cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
						}
					}
				}
			}
			if len(cols) != 3 {
				continue
			}
			var out []Decision
			err := sh.Stream(ctx, row.Number+1, len(row.Cells), cols, nil, func(d *sheet.Data) error {
				for i := range d.N {
					var dec Decision
					switch said := strings.ToLower(d.Text[2].At(i)); said {
					case "":
						continue
					case "是", "同", "同一人", "yes", "y", "1", "true":
						dec.Same = true
					case "否", "不是", "不同", "no", "n", "0", "false":
					default:
						return fmt.Errorf("row %d: want 是 (yes) or 否 (no) of a pair: %w", d.Rows[i], fault.Invalid)
					}
					for c, to := range []*Key{&dec.A, &dec.B} {
						b, err := hex.DecodeString(d.Text[c].At(i))
						if err != nil || len(b) != len(to) {
							return fmt.Errorf("row %d: the pair is not named as in the list of pairs; was that written with --keys? %w", d.Rows[i], fault.Invalid)
						}
						copy(to[:], b)
					}
					out = append(out, dec)
				}
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return out, nil
		}
	}
	return nil, fmt.Errorf("%s: no heading with 记录甲 (record a), 记录乙 (record b) and 同一人？ (same child?): %w", name, fault.Invalid)
}
