package sheet_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

func open(t testing.TB, b []byte, lim sheet.Limits) (*sheet.Book, error) {
	t.Helper()
	return sheet.Open(io.NopCloser(bytes.NewReader(b)), lim)
}

// grid reads the first sheet of a file as texts, with row numbers, the header
// included.
func grid(t testing.TB, b []byte) ([]string, error) {
	t.Helper()
	return gridOf(t, b, 0, sheet.DefaultLimits)
}

func gridOf(t testing.TB, b []byte, index int, lim sheet.Limits) ([]string, error) {
	book, err := open(t, b, lim)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	head, err := book.Sheets[index].Head(context.Background(), 1)
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, nil
	}
	out := []string{fmt.Sprintf("1 %s", strings.Join(head[0].Cells, "|"))}
	cols := make([]sheet.Column, len(head[0].Cells))
	for i := range cols {
		cols[i] = sheet.Column{Index: i, Kind: sheet.Texts}
	}
	d, err := book.Sheets[index].Read(context.Background(), 2, len(cols), cols, nil)
	if err != nil {
		return nil, err
	}
	for i := range d.N {
		var cells []string
		for k := range cols {
			cells = append(cells, d.Text[k].At(i))
		}
		out = append(out, fmt.Sprintf("%d %s", d.Rows[i], strings.Join(cells, "|")))
	}
	for _, l := range d.Long {
		out = append(out, fmt.Sprintf("long %d %d", l.Row, l.Cells))
	}
	return out, nil
}

func gz(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func encoded(t *testing.T, s string, name string) []byte {
	t.Helper()
	var b []byte
	var err error
	switch name {
	case "gb18030":
		b, err = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	case "utf-16le":
		b, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	case "utf-16be":
		b, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCSV(t *testing.T) {
	const plain = "代码,学校\n1,城关小学\n2,二中\n"
	want := "1 代码|学校\n2 1|城关小学\n3 2|二中"
	for _, tt := range []struct {
		name string
		in   []byte
		want string
	}{
		{"plain", []byte(plain), want},
		{"no line end at the end", []byte(strings.TrimSpace(plain)), want},
		{"byte order mark", []byte("\xEF\xBB\xBF" + plain), want},
		{"lines end in CR LF", []byte(strings.ReplaceAll(plain, "\n", "\r\n")), want},
		{"lines end in CR", []byte(strings.ReplaceAll(plain, "\n", "\r")), want},
		{"tabs", []byte(strings.ReplaceAll(plain, ",", "\t")), want},
		{"semicolons", []byte(strings.ReplaceAll(plain, ",", ";")), want},
		{"gzip", gz([]byte(plain)), want},
		{"GB18030", encoded(t, plain, "gb18030"), want},
		{"UTF-16", encoded(t, plain, "utf-16le"), want},
		{"UTF-16, big end first", encoded(t, plain, "utf-16be"), want},
		{"quotes", []byte("\"代码\",\"学校\"\n\"1\",\"城关小学\"\r\n2,\"二中\"\n"), want},
		{"GB18030 in quotes", encoded(t, "\"代码\",\"学校\"\n\"1\",\"城关小学\"\r\n2,\"二中\"\n", "gb18030"), want},
		{"white space around, full-width too", []byte("代码 , 学校\n 1,\u3000城关小学\u00a0\n2 ,二中\n"), want},
		{"comma, quote and line end inside quotes", []byte("a,b\n\"1,5\",\"x \"\"y\"\"\nz\"\n2,b\n"), "1 a|b\n2 1,5|x \"y\"\nz\n3 2|b"},
		{"text behind a closing quote", []byte("a,b\n\"1\"x,2\n"), "1 a|b\n2 1x|2"},
		{"a quote inside a cell opens nothing", []byte("a,b\n5\" pipe,x\n6\",y\n"), "1 a|b\n2 5\" pipe|x\n3 6\"|y"},
		{"blank rows count but hold nothing", []byte("a,b\n\n1,2\n,,\n \"\",\n3,4\n"), "1 a|b\n3 1|2\n5 \"\"|\n6 3|4"},
		{"a short row", []byte("a,b,c\n1\n2,3\n"), "1 a|b|c\n2 1||\n3 2|3|"},
		{"a long row", []byte("a,b\n1,2,3\n4,5,\n"), "1 a|b\n2 1|2\n3 4|5\nlong 2 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := grid(t, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got, "\n"); g != tt.want {
				t.Errorf("got\n%s\nwant\n%s", g, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	small := sheet.DefaultLimits
	small.Rows, small.Columns, small.CellText, small.Record = 3, 4, 5, 1<<10
	short := sheet.DefaultLimits
	short.Text = 1 << 20
	big := bytes.Repeat([]byte("1,2\n"), 1<<19)
	for _, tt := range []struct {
		name string
		in   []byte
		lim  sheet.Limits
		kind error
		says string
	}{
		{"empty", nil, sheet.DefaultLimits, fault.Invalid, "empty"},
		{"an old or encrypted workbook", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1........"), sheet.DefaultLimits, fault.Invalid, "encrypted workbook or an old .xls"},
		{"a PDF", []byte("%PDF-1.7 \n"), sheet.DefaultLimits, fault.Invalid, "not a table"},
		{"binary", []byte("a,b\n\x00\x01,2\n"), sheet.DefaultLimits, fault.Invalid, "not a table"},
		{"binary later", append(bytes.Repeat([]byte("1,2\n"), 1<<18), "1,\x00\n"...), sheet.DefaultLimits, fault.Invalid, "row 262145: binary"},
		{"a quote that is never closed", []byte("a,b\n1,2\n3,\"4\n5,6\n"), sheet.DefaultLimits, fault.Invalid, "row 3: a quote"},
		{"a broken place in UTF-8", []byte("代码,学校名称\n一二三四五六七八九十一二三四五六七八九十,\xff\n"), sheet.DefaultLimits, fault.Invalid, "row 2: the text is not valid UTF-8"},
		{"neither UTF-8 nor GB18030", []byte("a,b\n\xff\xff\xff,2\n"), sheet.DefaultLimits, fault.Invalid, "row 2: the text is neither"},
		{"gzip that is cut off", gz(big)[:200], sheet.DefaultLimits, fault.Invalid, "gzip"},
		{"gzip that is not", append(gz(big)[:10:10], "garbage"...), sheet.DefaultLimits, fault.Invalid, "gzip"},
		{"too many rows", []byte("a,b\n1,2\n1,2\n1,2\n1,2\n"), small, fault.TooLarge, "more than 3 rows"},
		{"too many columns", []byte("a,b,c,d,e\n1,2\n"), small, fault.TooLarge, "columns"},
		{"a cell that is too long", []byte("a,b\n1,一二三四五六\n"), small, fault.TooLarge, "row 2: the cell in column B"},
		{"a row that is too long", append([]byte("a,b\n"), bytes.Repeat([]byte("x"), 1<<20-10)...), small, fault.TooLarge, ""},
		{"text that is too long", gz(big), short, fault.TooLarge, "more than 1 MB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := grid(t, nil)
			if tt.name != "empty" {
				_, err = gridOf(t, tt.in, 0, tt.lim)
			}
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v saying %q", err, tt.kind, tt.says)
			}
			var r *sheet.Refusal
			if !errors.As(err, &r) || r.Text.ZH == "" {
				t.Errorf("no refusal in Chinese: %v", err)
			}
		})
	}
}

// A record may lie across the border of two blocks, also one with quotes.
func TestBlocks(t *testing.T) {
	for _, cell := range []string{"%d", "\"%d\"", "\"%d,\"\"\n\"", "\"学校%d\n\""} {
		var b bytes.Buffer
		b.WriteString("a,b\n")
		n := 200_000
		for i := range n {
			fmt.Fprintf(&b, "%d,"+cell+"\n", i, i)
		}
		book, err := open(t, b.Bytes(), sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book.Sheets[0].Head(context.Background(), 3); err != nil {
			t.Fatal(err)
		}
		d, err := book.Sheets[0].Read(context.Background(), 2, 2, []sheet.Column{{Index: 0}, {Index: 1, Kind: sheet.Texts}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d.N != n {
			t.Fatalf("%q: %d records", cell, d.N)
		}
		form := strings.TrimSpace(strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(cell, "\""), "\""), "\"\"", "\""))
		for i := range n {
			if d.Num[0][i] != float64(i) || int(d.Rows[i]) != i+2 || d.Text[1].At(i) != fmt.Sprintf(form, i) {
				t.Fatalf("%q: record %d is %v %q in row %d", cell, i, d.Num[0][i], d.Text[1].At(i), d.Rows[i])
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		in    string
		shift int
		want  float64
		ok    bool
	}{
		{"0", 0, 0, true}, {"12", 0, 12, true}, {"-3", 0, -3, true}, {"+3", 0, 3, true}, {"1.5", 0, 1.5, true},
		{".5", 0, .5, true}, {"5.", 0, 5, true}, {"1e3", 0, 1000, true}, {"1E-2", 0, .01, true},
		{"12.34", 4, 123400, true}, {"0.1", 4, 1000, true}, {"1.1", 4, 11000, true}, {"0.07", 4, 700, true}, {"8.7", 1, 87, true},
		{"12.339999999999999857", 4, 123400, true}, // the float of 12.34, printed out
		{"4.35", 2, 435, true}, {"435", -2, 4.35, true},
		{"0.10000000000000001", 0, 0.1, true}, {"123456789012345678", 0, 123456789012345678, true},
		{"", 0, 0, false}, {"-", 0, 0, false}, {".", 0, 0, false}, {"1,234", 0, 0, false}, {"1 2", 0, 0, false}, {"0x10", 0, 0, false},
		{"inf", 0, 0, false}, {"nan", 0, 0, false}, {"1e999", 0, 0, false}, {"1_0", 0, 0, false}, {"1e", 0, 0, false}, {"\uff11\uff12", 0, 0, false}, {"1.2.3", 0, 0, false},
	} {
		if got, ok := sheet.Number(tt.in, tt.shift); got != tt.want || ok != tt.ok {
			t.Errorf("Number(%q, %d) = %v, %v, want %v, %v", tt.in, tt.shift, got, ok, tt.want, tt.ok)
		}
	}
}

func TestOdd(t *testing.T) {
	book, err := open(t, []byte("n,m\n1,1\n十二,2\n,\"1,234\"\n-,十二\n1e2,-5.25\n"), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Sheets[0].Head(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	d, err := book.Sheets[0].Read(context.Background(), 2, 2, []sheet.Column{{Index: 0}, {Index: 1, Shift: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range d.Odd {
		got = append(got, fmt.Sprintf("%d/%d %s", d.Rows[o.Record], o.Column, d.OddText[o.Text]))
	}
	if g, want := strings.Join(got, "; "), "3/0 十二; 4/1 1,234; 5/0 -; 5/1 十二"; g != want {
		t.Errorf("odd cells %s, want %s", g, want)
	}
	if !math.IsNaN(d.Num[0][1]) || !math.IsNaN(d.Num[0][2]) || d.Num[0][4] != 100 || d.Num[1][4] != -52.5 {
		t.Errorf("columns %v", d.Num)
	}
}

func TestLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := sheet.Letters(i); got != want {
			t.Errorf("Letters(%d) = %s, want %s", i, got, want)
		}
	}
}

func TestCancelled(t *testing.T) {
	book, err := open(t, bytes.Repeat([]byte("1,2\n"), 1<<20), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := book.Sheets[0].Head(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Sheets[0].Read(ctx, 2, 2, []sheet.Column{{Index: 0}}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
