// Two years of a register.

package duck

import "fmt"

// Registers makes the tables last and this of two CSV files, numbers and names as
// texts.
func (d *DB) Registers(last, this string) error {
	for name, path := range map[string]string{"last": last, "this": this} {
		if _, err := d.db.Exec("create table " + name + " as select * from read_csv(" + quoted(path) + ", types={'身份证号': 'VARCHAR', '学籍号': 'VARCHAR'})"); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Compared counts who is in the one year and not in the other, who is at two
// schools this year, and who rose by other than one grade: the plain comparisons.
func (d *DB) Compared() (left, entered, twice int, err error) {
	var steps int
	for q, to := range map[string]*int{
		`select count(*) from last anti join this using (身份证号)`:                                                                                             &left,
		`select count(distinct 身份证号) from this anti join last using (身份证号)`:                                                                                 &entered,
		`select count(*) from (select 身份证号 from this group by 身份证号 having count(distinct 就读学校) > 1)`:                                                        &twice,
		`select count(*) from last join this using (身份证号) where this.年级 <> last.年级 + 1`:                                                                     &steps,
		`select count(*) from (select 学籍号 from (select 学籍号, 身份证号 from last union all select 学籍号, 身份证号 from this) group by 1 having min(身份证号) <> max(身份证号))`: &steps,
	} {
		if err := d.db.QueryRow(q).Scan(to); err != nil {
			return 0, 0, 0, fmt.Errorf("%s: %w", q, err)
		}
	}
	return left, entered, twice, nil
}
