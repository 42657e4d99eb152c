package intake_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"shuren/internal/intake"
)

// grid is a file's content as texts, its header first.
type grid [][]string

func (g grid) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(g)
	return b.Bytes()
}

func (g grid) xlsx(t testing.TB) []byte {
	var rows [][]any
	for i, rec := range g {
		var cells []any
		for _, c := range rec {
			f, err := strconv.ParseFloat(c, 64)
			switch {
			case c == "":
				cells = append(cells, nil)
			case i > 0 && err == nil:
				cells = append(cells, f)
			default:
				cells = append(cells, c)
			}
		}
		rows = append(rows, cells)
	}
	return book(t, []string{"S"}, map[string][][]any{"S": rows})
}

// parquet has texts in the columns whose cells are not all numbers.
func (g grid) parquet(t testing.TB) []byte {
	real := make([]bool, len(g[0]))
	group := parquet.Group{}
	for c, name := range g[0] {
		real[c] = true
		for _, rec := range g[1:] {
			if _, err := strconv.ParseFloat(rec[c], 64); err != nil && rec[c] != "" {
				real[c] = false
			}
		}
		node := parquet.Node(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
		if real[c] {
			node = parquet.Leaf(parquet.DoubleType)
		}
		group[name] = parquet.Optional(node)
	}
	schema := parquet.NewSchema("t", group)
	at := map[string]int{}
	for i, c := range schema.Columns() {
		at[c[0]] = i
	}
	var b bytes.Buffer
	w := parquet.NewWriter(&b, schema, parquet.MaxRowsPerRowGroup(7))
	for _, rec := range g[1:] {
		row := make(parquet.Row, len(rec))
		for c, s := range rec {
			i := at[g[0][c]]
			f, _ := strconv.ParseFloat(s, 64)
			switch {
			case s == "":
				row[i] = parquet.NullValue().Level(0, 0, i)
			case real[c]:
				row[i] = parquet.DoubleValue(f).Level(0, 1, i)
			default:
				row[i] = parquet.ByteArrayValue([]byte(s)).Level(0, 1, i)
			}
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawGrid is a file of sections with what clerks put into cells.
func drawGrid(t *rapid.T) grid {
	g := grid{{"学校标识码", "学校名称", "学段", "县区代码", "在校生数", "专任教师数", "教学仪器设备值", "教学及辅助用房面积", "办学类型", "建校年份"}}
	count := rapid.OneOf(rapid.Map(rapid.IntRange(0, 5000), strconv.Itoa), rapid.SampledFrom([]string{"", "十二", "1,234", "-5", "1.5", "/", "#N/A", "无"}))
	amount := rapid.OneOf(rapid.Map(rapid.IntRange(0, 1<<30), func(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) }), rapid.SampledFrom([]string{"", "—", "-0.5", "1e3"}))
	for i := range rapid.IntRange(1, 30).Draw(t, "rows") {
		g = append(g, []string{
			fmt.Sprint("s", rapid.IntRange(0, i*20).Draw(t, "code")), rapid.SampledFrom([]string{"城关小学", "二中", "A, \"B\"\nC"}).Draw(t, "name"),
			rapid.SampledFrom([]string{"小学", "初中", "大学"}).Draw(t, "stage"), rapid.SampledFrom([]string{"530302", "530303"}).Draw(t, "county"),
			count.Draw(t, "pupils"), count.Draw(t, "teachers"), amount.Draw(t, "equipment"), amount.Draw(t, "area"),
			rapid.SampledFrom([]string{"211", "九年一贯制", "", "x"}).Draw(t, "kind"), rapid.SampledFrom([]string{"1990", "2014", "3000", ""}).Draw(t, "built"),
		})
	}
	return g
}

// outcome is what a batch came to: tables and problems, without file names.
func outcome(b *intake.Batch) string {
	var lines []string
	for _, p := range b.Problems {
		p.File, p.Sheet = "", ""
		lines = append(lines, p.String())
	}
	return dump(b.Tables...) + strings.Join(lines, "\n")
}

// The same data give the same tables and problems, whatever the file.
func TestSameInEveryFormat(t *testing.T) {
	p := open(t, "cn-compulsory")
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGrid(rt)
		want := outcome(read(t, p, intake.Options{}, file("a", g.csv())))
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(g.csv())
		if err != nil {
			rt.Fatal(err)
		}
		for name, b := range map[string][]byte{"GB18030": gb, "BOM": append([]byte("\xEF\xBB\xBF"), g.csv()...), "XLSX": g.xlsx(t), "tabs": tabs(g)} {
			if got := outcome(read(t, p, intake.Options{}, file("a", b))); got != want {
				rt.Fatalf("%s: got\n%s\nwant\n%s", name, got, want)
			}
		}
		// Parquet sorts its columns by name here: letters differ, tables do not.
		if got, w := dump(read(t, p, intake.Options{}, file("a", g.parquet(t))).Tables...), dump(read(t, p, intake.Options{}, file("a", g.csv())).Tables...); got != w {
			rt.Fatalf("Parquet: got\n%s\nwant\n%s", got, w)
		}
	})
}

func tabs(g grid) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = '\t', false
	w.WriteAll(g)
	return b.Bytes()
}

// Shuffled columns and a file cut in two give the same figures.
func TestSplitAndShuffled(t *testing.T) {
	p := open(t, "cn-compulsory")
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGrid(rt)
		figures := func(b *intake.Batch) string {
			var lines []string
			for _, line := range strings.Split(dump(b.Tables...), "\n") {
				if _, rest, ok := strings.Cut(line, " "); ok && rest != "section" {
					lines = append(lines, rest)
				}
			}
			return strings.Join(lines, "\n")
		}
		want := figures(read(t, p, intake.Options{}, file("a", g.csv())))
		at := rapid.IntRange(0, len(g)-1).Draw(rt, "at")
		parts := []intake.File{file("a", g[:at+1].csv()), file("b", append(grid{g[0]}, g[at+1:]...).csv())}
		if got := figures(read(t, p, intake.Options{}, parts...)); got != want {
			rt.Fatalf("split at %d: got\n%s\nwant\n%s", at, got, want)
		}
		order := rand.New(rand.NewSource(rapid.Int64().Draw(rt, "seed"))).Perm(len(g[0]))
		shuffled := make(grid, len(g))
		for i, rec := range g {
			for _, c := range order {
				shuffled[i] = append(shuffled[i], rec[c])
			}
		}
		if got := figures(read(t, p, intake.Options{}, file("a", shuffled.csv()))); got != want {
			rt.Fatalf("order %v: got\n%s\nwant\n%s", order, got, want)
		}
	})
}
