package sheet_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"io"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/sheet"
)

// limits that keep one run of a fuzz target short.
func fuzzLimits() sheet.Limits {
	lim := sheet.DefaultLimits
	lim.File, lim.Text, lim.Unzipped, lim.Strings = 1<<20, 1<<22, 1<<22, 1<<20
	lim.Rows, lim.Columns, lim.Cells = 10_000, 200, 100_000
	return lim
}

// readEverything reads all sheets both ways; whatever comes, it must not panic
// and must agree with itself.
func readEverything(t *testing.T, b []byte) {
	book, err := open(t, b, fuzzLimits())
	if err != nil {
		return
	}
	defer book.Close()
	for i, s := range book.Sheets {
		head, err := s.Head(context.Background(), 5)
		if err != nil || len(head) == 0 {
			continue
		}
		width := len(head[len(head)-1].Cells)
		var cols []sheet.Column
		for i := range width {
			cols = append(cols, sheet.Column{Index: i, Kind: sheet.Kind(i % 2), Shift: i % 5})
		}
		d, err := s.Read(context.Background(), 2, width, cols, nil)
		sameStreamed(t, b, i, width, cols, d, err)
		if err != nil {
			continue
		}
		if len(d.Rows) != d.N {
			t.Fatalf("%d rows, %d numbers of rows", d.N, len(d.Rows))
		}
		for i := 1; i < d.N; i++ {
			if d.Rows[i] <= d.Rows[i-1] {
				t.Fatalf("row %d after row %d", d.Rows[i], d.Rows[i-1])
			}
		}
		for k, c := range cols {
			if c.Kind == sheet.Texts {
				if len(d.Text[k].Code) != d.N {
					t.Fatalf("column %d has %d codes for %d rows", k, len(d.Text[k].Code), d.N)
				}
				seen := map[string]bool{}
				for _, s := range d.Text[k].Dict {
					if seen[s] {
						t.Fatalf("%q twice in the dictionary of column %d", s, k)
					}
					seen[s] = true
				}
			} else if len(d.Num[k]) != d.N {
				t.Fatalf("column %d has %d numbers for %d rows", k, len(d.Num[k]), d.N)
			}
		}
		for _, o := range d.Odd {
			if v := d.Num[o.Column][o.Record]; v == v {
				t.Fatalf("odd cell %v is %v", o, v)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\r\n\"1;\"\"\n\";2", "\xEF\xBB\xBFa\tb\n1\t2", "\xFF\xFEa\x00,\x00b\x00\n\x00", "\xb4\xfa\xc2\xeb,b\n\xb6\xfe,1,3\n", "\"", "a\n\"x\"y,\"\n", "\r\r,\r", ",,\n,,\n", "a,b\n1,\"1,234\"\n,-\n"} {
		f.Add([]byte(s))
	}
	f.Add(gz([]byte("a,b\n1,2\n")))
	f.Fuzz(func(t *testing.T, b []byte) {
		readEverything(t, b)
		agree(t, b)
	})
}

// agree compares plain CSV with the standard library's reader, where both read
// it the same way by definition: commas, UTF-8, no stray quotes, no rows of
// nothing but white space and no lone carriage returns.
func agree(t *testing.T, b []byte) {
	if bytes.ContainsAny(b, "\r\x00;\t\u00a0\u0085\u3000") || !bytes.ContainsRune(b, ',') || !validText(b) || bytes.HasPrefix(b, []byte("\uFEFF")) ||
		bytes.HasPrefix(b, []byte("PK")) || bytes.HasPrefix(b, []byte("PAR1")) || bytes.HasPrefix(b, []byte("%PDF")) || bytes.HasPrefix(b, []byte("{\\rtf")) {
		return
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	want, err := r.ReadAll()
	if err != nil {
		return
	}
	var lines []string
	width := 0
	for i, rec := range want {
		for j := range rec {
			rec[j] = strings.TrimSpace(rec[j])
		}
		if i == 0 {
			for len(rec) > 0 && rec[len(rec)-1] == "" {
				rec = rec[:len(rec)-1]
			}
			width = len(rec)
			lines = append(lines, strings.Join(rec, "|"))
			continue
		}
		for len(rec) < width {
			rec = append(rec, "")
		}
		if strings.Join(rec, "") != "" {
			lines = append(lines, strings.Join(rec[:width], "|"))
		}
	}
	if width == 0 || b[0] == '\n' || len(b) > 1<<16 {
		return
	}
	got, err := gridOf(t, b, 0, fuzzLimits())
	if err != nil {
		return // a limit
	}
	var ours []string
	for _, g := range got {
		if !strings.HasPrefix(g, "long ") {
			_, g, _ = strings.Cut(g, " ")
			ours = append(ours, g)
		}
	}
	if g, w := strings.Join(ours, "\n"), strings.Join(lines, "\n"); g != w {
		t.Errorf("got\n%q\nwant\n%q", g, w)
	}
}

func validText(b []byte) bool { return strings.ToValidUTF8(string(b), "") == string(b) }

func FuzzXLSX(f *testing.F) {
	for _, rows := range []string{
		`<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`,
		`<row><c t="inlineStr"><is><t>a&amp;b</t></is></c><c t="s"><v>0</v></c></row>`,
		`<row r="3"><c r="B3" s="1"><f>1+1</f></c><c r="C3" t="e"><v>#N/A</v></c></row>`,
		`</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`,
	} {
		f.Add([]byte(worksheet(rows)), []byte(`<sst><si><t>x</t></si><si><r><t>y</t></r></si></sst>`), []byte(`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>`))
	}
	f.Fuzz(func(t *testing.T, sheetXML, strings, styles []byte) {
		parts := bare(string(sheetXML))
		parts["xl/sharedStrings.xml"], parts["xl/styles.xml"] = string(strings), string(styles)
		parts["xl/_rels/workbook.xml.rels"] = `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="a" Type="http://x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="b" Type="http://x/styles" Target="styles.xml"/></Relationships>`
		readEverything(t, packed(t, parts))
	})
}

// FuzzContainer changes the bytes of whole files.
func FuzzContainer(f *testing.F) {
	f.Add(packed(f, bare(worksheet(`<row r="1"><c r="A1" t="str"><v>a</v></c></row>`))))
	f.Add(parquetSample(f))
	f.Fuzz(readEverything)
}

// FuzzXML compares the pull parser with encoding/xml on what the latter takes.
func FuzzXML(f *testing.F) {
	for _, s := range []string{`<a b="1"><c/>x&lt;<!-- > --><![CDATA[<]]></a>`, `<x:a xmlns:x="u" r='">'>t</x:a>`, `<?xml version="1.0"?><a/>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		dec := xml.NewDecoder(strings.NewReader(s))
		var want []string
		text := ""
		flush := func() {
			if text != "" {
				want = append(want, "text "+text)
				text = ""
			}
		}
		depth, roots := 0, 0
		for {
			tok, err := dec.RawToken()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				flush()
				if depth == 0 {
					roots++
				}
				depth++
				r := ""
				for _, a := range tok.Attr {
					if a.Name.Space == "" && a.Name.Local == "r" {
						r = a.Value
						break
					}
				}
				want = append(want, "start "+tok.Name.Local+" "+r)
			case xml.EndElement:
				flush()
				depth--
				want = append(want, "end")
			case xml.CharData:
				if depth == 0 && strings.TrimSpace(string(tok)) != "" {
					return
				}
				if depth > 0 {
					text += string(tok)
				}
			case xml.Directive:
				return
			}
			if depth < 0 || depth > 60 {
				return
			}
		}
		if depth != 0 || roots == 0 || strings.ContainsAny(s, "\r") {
			return
		}
		got, err := sheet.XMLTokens(s)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("%q: got\n%s\nwant\n%s", s, g, w)
		}
	})
}

// A shifted number is the float nearest to the shifted decimal.
func TestNumberExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,6})?`).Draw(t, "text")
		shift := rapid.IntRange(-6, 8).Draw(t, "shift")
		got, ok := sheet.Number(text, shift)
		r, _ := new(big.Rat).SetString(text)
		ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, -shift))), nil))
		if shift < 0 {
			ten.Inv(ten)
		}
		want, _ := r.Mul(r, ten).Float64()
		if !ok || got != want {
			t.Fatalf("Number(%q, %d) = %v, %v, want %v", text, shift, got, ok, want)
		}
	})
}

// Reading the float that a spreadsheet keeps gives what reading the typed text
// gives, shifted or not.
func TestNumberFloat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[1-9][0-9]{0,8}(\.[0-9]{1,5})?`).Draw(t, "text")
		shift := rapid.IntRange(-4, 4).Draw(t, "shift")
		f, _ := strconv.ParseFloat(text, 64)
		kept, _ := sheet.Number(strconv.FormatFloat(f, 'g', 17, 64), shift)
		typed, _ := sheet.Number(text, shift)
		if kept != typed {
			t.Fatalf("%q shifted by %d is %v typed and %v kept", text, shift, typed, kept)
		}
	})
}
