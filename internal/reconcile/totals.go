// Numbers of pupils that somebody stated, read from a table: what levels are held
// against.

package reconcile

import (
	"context"
	"fmt"
	"strconv"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Totals are stated numbers of pupils with what lies above each unit.
type Totals struct {
	List []Total
	Up   map[edu.UnitID]edu.UnitID
}

// Above is the unit that a unit belongs to; empty at the top.
func (t *Totals) Above(u edu.UnitID) edu.UnitID { return t.Up[u] }

var totalHeads = [][]string{{"单位", "学校", "学校（单位）", "unit", "school"}, {"在校生数", "在校生", "学生数", "人数", "pupils"}, {"年级", "grade"}, {"上级", "区县", "上级单位", "above", "county"}}

// ReadTotals adds the numbers of a table: a unit, how many pupils, of which grade if of
// one, and which unit lies above. A unit is called as it is in the register.
func (t *Totals) ReadTotals(ctx context.Context, book *sheet.Book, name string) error {
	if t.Up == nil {
		t.Up = map[edu.UnitID]edu.UnitID{}
	}
	found, err := headed(ctx, book, totalHeads, 2, func(row int, cells []string) error {
		if cells[0] == "" && cells[1] == "" {
			return nil
		}
		x := Total{Unit: edu.UnitID(cells[0])}
		n, err := strconv.Atoi(cells[1])
		if err != nil || n < 0 || n > 1e9 || x.Unit == "" {
			return fmt.Errorf("row %d: want a unit and a whole number of pupils: %w", row, fault.Invalid)
		}
		x.Pupils = n
		if g := cells[2]; g != "" && g != "合计" && g != "all" {
			if x.Grade = grades[g]; x.Grade == 0 {
				return fmt.Errorf("row %d: want a grade, such as 三年级 or 3, or none: %w", row, fault.Invalid)
			}
		}
		if up := edu.UnitID(cells[3]); up != "" {
			if was := t.Up[x.Unit]; was != "" && was != up || up == x.Unit {
				return fmt.Errorf("row %d: this unit lies below two units, or below itself: %w", row, fault.Invalid)
			}
			t.Up[x.Unit] = up
		}
		t.List = append(t.List, x)
		return nil
	})
	if err == nil && !found {
		err = fmt.Errorf("no heading with 单位 (unit) and 在校生数 (pupils): %w", fault.Invalid)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
