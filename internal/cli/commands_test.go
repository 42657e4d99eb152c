package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"shuren/internal/cli"
	"shuren/internal/report"
	"shuren/internal/testkit"
)

func caschools() string {
	return filepath.Join(testkit.Root(), "testdata", "caschools", "caschools.csv")
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		name string
		in   string
		args []string
		code int
		says string
	}{
		{"whatever the verdicts, done is done", "district,county,students,teachers\n1,A,10,1\n", []string{"evaluate", "-", "--pack=california-1999"}, 0, ""},
		{"no command", "", []string{}, 2, "expected one of"},
		{"help", "", []string{"evaluate", "--help"}, 0, ""},
		{"an unknown command", "", []string{"measure"}, 2, "measure"},
		{"an unknown flag", "", []string{"evaluate", "-", "--pak=x"}, 2, "--pak"},
		{"no pack", "", []string{"evaluate", "-"}, 2, "--pack"},
		{"an unknown pack", "", []string{"evaluate", "-", "--pack=california-1998"}, 2, "california-1999"},
		{"an unknown level", "", []string{"evaluate", "-", "--pack=california-1999", "--by=village"}, 2, "township"},
		{"a level that the data do not have", "district,county,students,teachers\n1,A,10,1\n", []string{"evaluate", "-", "--pack=california-1999", "--by=township", "--out=-"}, 2, "all, county, section"},
		{"a header without records", "district,county,students,teachers\n", []string{"evaluate", "-", "--pack=california-1999"}, 3, "no records"},
		{"an unknown format", "", []string{"evaluate", "-", "--pack=california-1999", "--out=x.pdf"}, 2, ".parquet"},
		{"a file that is not there", "", []string{"evaluate", "nowhere.csv", "--pack=california-1999"}, 2, "nowhere.csv"},
		{"a database that is not there", "", []string{"export", "--db=" + dir + "/no.db", "--out=-"}, 2, "no.db"},
		{"a word where a number belongs", "district,county,students,teachers\n1,A,ten,1\n", []string{"evaluate", "-", "--pack=california-1999"}, 3, `row 2, column students: "ten"`},
		{"the same unit twice", "district,county,students,teachers\n1,A,10,1\n1,A,11,1\n", []string{"evaluate", "-", "--pack=california-1999"}, 3, "row 3"},
		{"a column that nobody reads is told", "district,county,students,teachers,computers_total\n1,A,10,1,4\n", []string{"evaluate", "-", "--pack=california-1999"}, 0, "computers_total"},
		{"junk", "\x00\x01\x02\xff\xfe junk", []string{"evaluate", "-", "--pack=california-1999"}, 3, "stdin"},
		{"a port that is none", "", []string{"serve", "--db=" + dir, "--addr=localhost:99999"}, 2, "invalid port"},
		{"only this machine is listened on", "", []string{"serve", "--db=" + dir, "--addr=0.0.0.0:0", "--local"}, 2, "sign-in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, tt.in, tt.args...)
			if code != tt.code {
				t.Errorf("exit %d, want %d\n%s%s", code, tt.code, out, errs)
			}
			if !strings.Contains(errs, tt.says) {
				t.Errorf("standard error does not say %q:\n%s", tt.says, errs)
			}
		})
	}
}

// However many cells are wrong, the number told is the true one, and the file
// of --problems has them.
func TestProblemsAreCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString("district,county,students,teachers\n")
	for i := range 1500 {
		fmt.Fprintf(&b, "%d,A,ten,1\n", i)
	}
	file := filepath.Join(t.TempDir(), "problems.txt")
	for _, args := range [][]string{nil, {"--problems=" + file}} {
		code, _, errs := run(t, b.String(), append([]string{"evaluate", "-", "--pack=california-1999"}, args...)...)
		if code != 3 || !strings.Contains(errs, "1500 in all") || !strings.Contains(errs, "1500 to mend") {
			t.Errorf("exit %d:\n%s", code, errs[max(0, len(errs)-300):])
		}
	}
	written, err := os.ReadFile(file)
	if n := strings.Count(string(written), "mend\t"); err != nil || n != 1500 {
		t.Errorf("%d written, %v", n, err)
	}
}

// All is the whole file, of one county or of several.
func TestAllIsTheWholeFile(t *testing.T) {
	t.Setenv("SHUREN_LANG", "") // set, but to nothing: as if it were not
	for _, county := range []string{"A", "B"} {
		data := "district,county,students,teachers\n1,A,10,1\n2," + county + ",20,3\n"
		args := []string{"evaluate", "-", "--pack=california-1999", "--by=all"}
		code, out, errs := run(t, data, args...)
		if code != 0 || !strings.Contains(out, "13.33") {
			t.Errorf("exit %d: the two districts have 4 teachers for 30 students:\n%s%s", code, out, errs)
		}
		_, out, _ = run(t, data, append(args, "--out=-")...)
		for _, l := range readCSV(t, out) {
			if l["level"] != "all" || l["indicator"] == "teachers_per_100_students" && l["statistic"] == "value" && l["n"] != "2" {
				t.Fatalf("want lines of all, of both districts; got %v", l)
			}
		}
	}
}

// Every format holds the same lines.
func TestFormatsAgree(t *testing.T) {
	dir := t.TempDir()
	names := map[string]string{}
	for _, f := range []string{"csv", "json", "xlsx", "parquet"} {
		names[f] = filepath.Join(dir, "r."+f)
		if code, _, errs := run(t, "", "evaluate", caschools(), "--pack=california-1999", "--by=county", "--out="+names[f]); code != 0 {
			t.Fatalf("%s: %s", f, errs)
		}
	}
	b, err := os.ReadFile(names["csv"])
	if err != nil {
		t.Fatal(err)
	}
	lines := readCSV(t, string(b))
	if len(lines) != 45*3*19 {
		t.Errorf("%d lines, want 45 counties × 3 indicators × 19 statistics", len(lines))
	}

	x, err := excelize.OpenFile(names["xlsx"])
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(lines)+1 {
		t.Fatalf("the workbook has %d rows, want %d", len(rows), len(lines)+1)
	}
	type rec struct {
		Unit      string   `parquet:"unit"`
		Statistic string   `parquet:"statistic"`
		Value     *float64 `parquet:"value,optional"`
	}
	recs, err := parquet.ReadFile[rec](names["parquet"])
	if err != nil {
		t.Fatal(err)
	}
	if len(recs) != len(lines) {
		t.Fatalf("Parquet has %d rows, want %d", len(recs), len(lines))
	}
	for i, l := range lines {
		got := ""
		if recs[i].Value != nil {
			got = report.Number(*recs[i].Value)
		}
		if got != l["value"] || recs[i].Unit != l["unit"] || recs[i].Statistic != l["statistic"] {
			t.Fatalf("Parquet line %d = %+v, CSV %v", i, recs[i], l)
		}
		for k, c := range report.Columns {
			cell := ""
			if k < len(rows[i+1]) {
				cell = rows[i+1][k]
			}
			if c == "value" {
				continue // a spreadsheet writes its numbers with fifteen digits
			}
			if cell != l[c] {
				t.Fatalf("workbook line %d, %s = %q, CSV %q", i, c, cell, l[c])
			}
		}
	}
}

func TestExplainReachesTheCell(t *testing.T) {
	code, out, errs := run(t, "", "explain", "75119", "computers_per_100_students", caschools(), "--pack=california-1999")
	if code != 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"Sunol Glen Unified", "34.35897435897436", "100 * 67 / 195", "caschools.csv, row 2, column computer [I2]", "caschools.csv, row 2, column students [E2]"} {
		if !strings.Contains(out, want) {
			t.Errorf("the trace does not say %q:\n%s", want, out)
		}
	}
	if code, _, errs := run(t, "", "explain", "75119", "r1", caschools(), "--pack=california-1999"); code != 2 || !strings.Contains(errs, "teachers_per_100_students") {
		t.Errorf("an unknown indicator: exit %d, %s", code, errs)
	}
	if code, _, errs := run(t, "", "explain", "nobody", "expenditure_per_student", caschools(), "--pack=california-1999"); code != 2 || !strings.Contains(errs, "nobody") {
		t.Errorf("an unknown section: exit %d, %s", code, errs)
	}
}

func TestImportThenExport(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { importThenExport(t, filepath.Join(t.TempDir(), "ca.db")) })
	t.Run("postgres", func(t *testing.T) { importThenExport(t, testkit.Postgres(t)) })
}

// asOf is the last column of a line: when the newest figure came in, which is one
// time of a file and another of the database that read it later.
var asOf = regexp.MustCompile(`(?m),([0-9-]{10} [0-9:]{5})?$`)

func importThenExport(t *testing.T, db string) {
	for i, want := range []string{"420 records, 420 changed", "imported before"} {
		code, out, errs := run(t, "", "import", caschools(), "--db="+db, "--pack=california-1999", "--period=1998")
		if code != 0 || !strings.Contains(out, want) {
			t.Fatalf("import %d: exit %d, %s%s", i+1, code, out, errs)
		}
	}
	code, fromDB, errs := run(t, "", "export", "--db="+db, "--by=county", "--out=-")
	if code != 0 {
		t.Fatal(errs)
	}
	_, fromFile, _ := run(t, "", "evaluate", caschools(), "--pack=california-1999", "--period=1998", "--by=county", "--out=-")
	if dated := asOf.FindString(fromDB); len(dated) < 10 {
		t.Errorf("the database does not say when its newest figure came in: %q", dated)
	}
	if asOf.ReplaceAllString(fromDB, "") != asOf.ReplaceAllString(fromFile, "") {
		t.Error("the database gives other figures than the file")
	}
	code, out, errs := run(t, "", "explain", "75119", "computers_per_100_students", "--db="+db)
	if code != 0 || !strings.Contains(out, "caschools.csv, row 2, column computer [I2]") {
		t.Errorf("explain from the database: exit %d, %s%s", code, out, errs)
	}

	bad := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("district,county,students,teachers\n99,A,1,1\n98,A,x,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := run(t, "", "import", bad, "--db="+db, "--period=1998"); code != 3 || !strings.Contains(out, "refused") {
		t.Errorf("a bad file: exit %d, %s", code, out)
	}
	if _, again, _ := run(t, "", "export", "--db="+db, "--by=county", "--out=-"); again != fromDB {
		t.Error("a refused file left something behind")
	}
}

// A file that knows its counties by name only gives the same counties from the
// database as without it.
func TestCountiesByName(t *testing.T) {
	dir := t.TempDir()
	file, db := filepath.Join(dir, "names.csv"), filepath.Join(dir, "names.db")
	text := "学年,学校标识码,学校名称,学段,县区,一年级,二年级,三年级,四年级,五年级,六年级,专任教师\n" +
		"2025,2153900001,甲小学,小学,甲县,10,10,10,10,10,10,5\n2025,2153900002,乙小学,小学,乙县,10,10,10,10,10,10,5\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := run(t, "", "import", file, "--db="+db); code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	code, fromDB, errs := run(t, "", "export", "--db="+db, "--by=county", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	_, fromFile, _ := run(t, "", "evaluate", file, "--pack=cn-compulsory@2017", "--by=county", "--out=-")
	if asOf.ReplaceAllString(fromDB, "") != asOf.ReplaceAllString(fromFile, "") {
		t.Errorf("from the database:\n%.600s\nfrom the file:\n%.600s", fromDB, fromFile)
	}
}

func TestInitMakesATreeWithoutData(t *testing.T) {
	db := filepath.Join(t.TempDir(), "qujing.db")
	code, out, errs := run(t, "", "init", "--db="+db, "--city=qujing")
	if code != 0 || !strings.Contains(out, "10 county-level and 138 township-level units") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if code, _, _ := run(t, "", "init", "--db="+db); code != 2 {
		t.Errorf("init over a database: exit %d, want 2", code)
	}
	if code, _, errs := run(t, "", "export", "--db="+db, "--out=-"); code != 2 || !strings.Contains(errs, "no figures") {
		t.Errorf("export of nothing: exit %d, %s", code, errs)
	}
}

// lockedBuffer is read while a command still writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The newcomer's first minute: one command makes the city, prints one screen
// and serves the pages; stopped in the middle and started again, it goes on.
func TestDemoFromNothing(t *testing.T) {
	db := filepath.Join(t.TempDir(), "demo.db")
	start := func() (out *lockedBuffer, address string, stop func() int) {
		ctx, cancel := context.WithCancel(context.Background())
		out = &lockedBuffer{}
		ended := make(chan int, 1)
		go func() {
			ended <- cli.Run(ctx, []string{"--lang=en", "demo", "--db=" + db, "--addr=localhost:0"}, cli.Streams{In: strings.NewReader(""), Out: out, Err: out})
		}()
		address = waitFor(t, out, ended)
		return out, address, func() int { cancel(); return <-ended }
	}
	out, address, stop := start()
	if !strings.Contains(out.String(), "all fictional") {
		t.Errorf("the summary does not say that the city is made up:\n%s", out)
	}
	if n := strings.Count(out.String(), "■ short") + strings.Count(out.String(), "● met"); n < 30 {
		t.Errorf("the summary has %d lamps for ten counties:\n%s", n, out)
	}
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != 200 || !bytes.Contains(body, []byte("示例数据")) {
		t.Errorf("the first page: %s, %v, marked as demo data: %v", res.Status, err, bytes.Contains(body, []byte("示例数据")))
	}
	stop()
	if b, err := os.ReadFile(filepath.Join(filepath.Dir(db), "demo-pack", "pack.yaml")); err != nil || !bytes.Contains(b, []byte("extends: cn-compulsory@2017")) {
		t.Errorf("the own pack beside the database: %v\n%s", err, b)
	}

	out, _, stop = start()
	defer stop()
	if strings.Contains(out.String(), "Error") {
		t.Error(out)
	}
}

// A folder of the own pack that cannot be made does not stop the demo; it says so.
func TestDemoWithoutItsOwnFolder(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "demo.db")
	if err := os.WriteFile(filepath.Join(dir, "demo-pack"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, ended := &lockedBuffer{}, make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, []string{"--lang=en", "demo", "--db=" + db, "--addr=localhost:0"}, cli.Streams{In: strings.NewReader(""), Out: out, Err: out})
	}()
	waitFor(t, out, ended)
	cancel()
	<-ended
	if !strings.Contains(out.String(), "demo-pack, cannot be used") {
		t.Errorf("nobody says that the folder cannot be used:\n%s", out)
	}
}

// waitFor waits until the pages are announced.
func waitFor(t *testing.T, out *lockedBuffer, ended chan int) string {
	t.Helper()
	address := regexp.MustCompile(`http://\S+/`)
	for range 30_000 { // ten minutes: a city is made, and machines are shared
		if m := address.FindString(out.String()); m != "" {
			return m
		}
		select {
		case code := <-ended:
			t.Fatalf("ended with %d:\n%s", code, out)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("no address after a minute:\n%s", out)
	return ""
}
