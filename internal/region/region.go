// Package region holds the trees of units that ship as a set-up choice: names,
// codes and places, without any figures.
//
// A tree is a table with dated attributes in data/; each line says where it was
// read and how sure it is. Townships carry the codes of the edition that was
// read: codes that they had before are not known, so only counties have a past.
// A change of which only the year is known is dated the first of January, so
// that the school year that begins in that year is the first with the new code.
package region

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

//go:embed data/*.csv
var data embed.FS

// Choice is one tree that ships.
type Choice struct {
	ID   string
	Name edu.Text
	Note edu.Text // what a person who chooses it must know
}

// Choices lists the trees.
func Choices() []Choice {
	return []Choice{{
		ID:   "qujing",
		Name: edu.Text{ZH: "曲靖市", EN: "Qujing"},
		Note: edu.Text{
			ZH: "9个县(市、区)、138个乡镇级单位和经济技术开发区。经开区没有国家标准行政区划代码，编号为 QJ-JKQ;据一般了解由其管理的西城街道、翠峰街道未经核实，仍按代码列在麒麟区，不会重复统计。2016年前的沾益县、2018年前的马龙县按年份区分，未经核实。",
			EN: "9 counties, 138 township-level units and the economic and technological development zone. The zone has no GB/T 2260 code; its id is QJ-JKQ. The streets 西城街道 and 翠峰街道， which it is understood to run, stay under Qilin, as their codes say, until that is verified: nothing is counted twice. Zhanyi County (to 2016) and Malong County (to 2018) are told apart by year; this is not verified either.",
		},
	}}
}

// Units gives the units of a tree, ready to be registered.
func Units(id string) ([]edu.Unit, error) {
	f, err := data.Open("data/" + id + ".csv")
	if err != nil {
		var ids []string
		for _, c := range Choices() {
			ids = append(ids, c.ID)
		}
		return nil, fmt.Errorf("no tree %q ships; there is %s: %w", id, strings.Join(ids, ", "), fault.NotFound)
	}
	defer f.Close()
	return read(f)
}

var columns = []string{"id", "level", "from", "code", "name_zh", "name_en", "parent", "kind", "statutory", "source", "tag"}

// read reads a table: one line for each stretch of a unit's attributes, the
// lines of a unit together and the oldest first.
func read(r io.Reader) ([]edu.Unit, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = len(columns)
	head, err := lines.Read()
	if err != nil {
		return nil, err
	}
	if h := strings.Join(head, ","); h != strings.Join(columns, ",") {
		return nil, fmt.Errorf("the columns are %s; want %s", h, strings.Join(columns, ","))
	}
	var units []edu.Unit
	for {
		rec, err := lines.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		n, _ := lines.FieldPos(0)
		level, err := edu.ParseLevel(rec[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		a := edu.Attrs{Code: rec[3], Name: edu.Text{ZH: rec[4], EN: rec[5]}, Parent: edu.UnitID(rec[6]), Kind: rec[7], Statutory: edu.UnitID(rec[8]), Source: rec[9], Tag: rec[10]}
		if rec[2] != "" {
			day, err := time.Parse(time.DateOnly, rec[2])
			if err != nil {
				return nil, fmt.Errorf("line %d: the date %q: want 2006-01-02", n, rec[2])
			}
			a.From = edu.DateOf(day)
		}
		if k := len(units) - 1; k >= 0 && units[k].ID == edu.UnitID(rec[0]) && units[k].Level == level {
			units[k].Attrs = append(units[k].Attrs, a)
			continue
		}
		units = append(units, edu.Unit{ID: edu.UnitID(rec[0]), Level: level, Attrs: []edu.Attrs{a}})
	}
	_, err = edu.NewTree(units)
	return units, err
}
