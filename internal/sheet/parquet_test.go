package sheet_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"shuren/internal/sheet"
)

type sample struct {
	Code  string    `parquet:"code,dict"`
	Name  *string   `parquet:"name,optional"`
	Whole *int64    `parquet:"whole,optional"`
	Small int32     `parquet:"small"`
	Real  float64   `parquet:"real,dict"`
	Text  string    `parquet:"text,dict"`
	Money int64     `parquet:"money,decimal(2:18)"`
	Day   int32     `parquet:"day,date"`
	Time  time.Time `parquet:"time,timestamp(millisecond)"`
	Yes   bool      `parquet:"yes"`
	Big   uint64    `parquet:"big"`
}

func samples() []sample {
	name, whole := "城关小学", int64(-7)
	at := time.Date(2024, 9, 1, 8, 0, 0, 0, time.UTC)
	return []sample{
		{"530302", &name, &whole, 1, 1.5, "12", 1234, 19967, at, true, math.MaxUint64},
		{"530302", nil, nil, 2, math.NaN(), "十二", -5, 0, at.Truncate(24 * time.Hour), false, 3},
		{" 530303", &name, &whole, 3, 0.1, "", 100, -1, at, true, 4},
	}
}

func parquetSample(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[sample](&b, parquet.MaxRowsPerRowGroup(2))
	if _, err := w.Write(samples()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	book, err := open(t, parquetSample(t), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	head, err := book.Sheets[0].Head(context.Background(), 5)
	if err != nil {
		t.Fatal(err)
	}
	names := head[0].Cells
	read := func(kind sheet.Kind, shift int) map[string]string {
		var cols []sheet.Column
		for i := range names {
			cols = append(cols, sheet.Column{Index: i, Kind: kind, Shift: shift})
		}
		d, err := book.Sheets[0].Read(context.Background(), 2, len(names), cols, nil)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(d.Rows) != "[2 3 4]" {
			t.Errorf("rows %v", d.Rows)
		}
		out := map[string]string{}
		for k, n := range names {
			var cells []string
			for i := range d.N {
				if kind == sheet.Texts {
					cells = append(cells, d.Text[k].At(i))
				} else {
					cells = append(cells, fmt.Sprint(d.Num[k][i]))
				}
			}
			out[n] = strings.Join(cells, "|")
		}
		for _, o := range d.Odd {
			out[names[o.Column]] += fmt.Sprintf(" odd %d %s", o.Record, d.OddText[o.Text])
		}
		return out
	}
	for name, want := range map[string][3]string{ // texts, numbers, numbers shifted by 1
		"code":  {"530302|530302|530303", "530302|530302|530303", "5.30302e+06|5.30302e+06|5.30303e+06"},
		"name":  {"城关小学||城关小学", "NaN|NaN|NaN odd 0 城关小学 odd 2 城关小学", "NaN|NaN|NaN odd 0 城关小学 odd 2 城关小学"},
		"whole": {"-7||-7", "-7|NaN|-7", "-70|NaN|-70"},
		"small": {"1|2|3", "1|2|3", "10|20|30"},
		"real":  {"1.5||0.1", "1.5|NaN|0.1", "15|NaN|1"},
		"text":  {"12|十二|", "12|NaN|NaN odd 1 十二", "120|NaN|NaN odd 1 十二"},
		"money": {"12.34|-0.05|1", "12.34|-0.05|1", "123.4|-0.5|10"},
		"day":   {"2024-09-01|1970-01-01|1969-12-31", "", ""},
		"time":  {"2024-09-01T08:00:00|2024-09-01|2024-09-01T08:00:00", "", ""},
		"yes":   {"TRUE|FALSE|TRUE", "1|0|1", "1|0|1"},
		"big":   {"18446744073709551615|3|4", "1.8446744073709552e+19|3|4", "1.844674407370955e+20|30|40"},
	} {
		for i, got := range []string{read(sheet.Texts, 0)[name], read(sheet.Numbers, 0)[name], read(sheet.Numbers, 1)[name]} {
			if want[i] != "" && got != want[i] {
				t.Errorf("%s, way %d: got %s, want %s", name, i, got, want[i])
			}
		}
	}
}
