package cli_test

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	_ "modernc.org/sqlite" // the tests that spoil a database

	"shuren/internal/testkit"
)

// code is a one-time code as it is printed.
var code = regexp.MustCompile(`\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b`)

// qujing is a new database with a tree and no figures.
func qujing(t *testing.T) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "q.db")
	if c, _, errs := run(t, "", "init", "--db="+db); c != 0 {
		t.Fatal(errs)
	}
	return db
}

func TestAccountCommands(t *testing.T) {
	db := "--db=" + qujing(t)
	for _, tt := range []struct {
		name string
		args []string
		code int
		says string // on either stream
	}{
		{"an account with a role", []string{"make", "zhang", "--name=Zhang", "--unit=530302", "--role=county_clerk"}, 0, "one-time code of zhang"},
		{"the same name again", []string{"make", "ZHANG", "--name=Other"}, 2, "taken"},
		{"a name that cannot be typed", []string{"make", "张", "--name=Other"}, 2, "2 to 32 letters"},
		{"a unit that is not there", []string{"make", "li", "--name=Li", "--unit=999999"}, 2, "999999"},
		{"a role that is not there", []string{"make", "li", "--name=Li", "--unit=530302", "--role=king"}, 2, "county_reviewer"},
		{"a role that the unit is too large for", []string{"make", "li", "--name=Li", "--unit=530302", "--role=school_clerk"}, 2, "this level"},
		{"neither a name nor a file", []string{"make"}, 2, "--from"},
		{"another role", []string{"grant", "zhang", "county_reviewer", "--unit=530302"}, 0, "done"},
		{"an administrator's beside it", []string{"grant", "zhang", "audit_admin", "--all"}, 2, "does not go with"},
		{"a role over nothing", []string{"grant", "zhang", "leader"}, 2, "--all"},
		{"nobody's role", []string{"grant", "nobody", "leader", "--all"}, 2, "nobody"},
		{"the list", []string{"list"}, 0, "zhang"},
		{"the list of a role", []string{"list", "--role=leader"}, 0, "0 accounts"},
		{"a recovery code", []string{"recover", "Zhang"}, 0, "good until"},
		{"an identity", []string{"link", "zhang", "--issuer=https://id.example", "--subject=7"}, 0, "done"},
		{"unlock", []string{"unlock", "zhang"}, 0, "done"},
		{"take a role away", []string{"revoke", "zhang", "county_reviewer", "--unit=530302"}, 0, "done"},
		{"take away what there is not", []string{"revoke", "zhang", "county_reviewer", "--unit=530302"}, 2, "does not have"},
		{"close without a reason", []string{"close", "zhang"}, 2, "--reason"},
		{"close", []string{"close", "zhang", "--reason=moved"}, 0, "done"},
		{"recover a closed one", []string{"recover", "zhang"}, 2, "closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, out, errs := run(t, "", append(append([]string{"account"}, tt.args...), db)...)
			if c != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d, saying %q\n%s%s", c, tt.code, tt.says, out, errs)
			}
		})
	}
	if c, out, errs := run(t, "", "audit", "verify", db); c != 0 || !strings.Contains(out, "records in") {
		t.Errorf("exit %d: %s%s", c, out, errs)
	}
	t.Setenv("SHUREN_LANG", "zh")
	if c, out, _ := run(t, "", "account", "list", db, "--lang=zh"); c != 0 || !strings.Contains(out, "已停用") {
		t.Errorf("in Chinese: exit %d, %s", c, out)
	}
}

// A file of accounts is made whole or not at all, and every line that is wrong
// is named.
func TestAccountsOfAFile(t *testing.T) {
	dir := t.TempDir()
	db := "--db=" + qujing(t)
	write := func(text string) string {
		name := filepath.Join(dir, "people.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "--from=" + name
	}
	c, out, errs := run(t, "", "account", "make", db, write("\ufefflogin,name,unit,role\nzhang,Zhang,530302,county_clerk\n李,Li,530302,county_clerk\nwang,Wang,1,county_clerk\nZhang,Again,530302,\n"))
	if c != 2 || code.MatchString(out) {
		t.Errorf("exit %d: %s", c, out)
	}
	for _, want := range []string{"line 3", "line 4", "line 5", "on line 2 too"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %q: %s", want, errs)
		}
	}
	c, _, errs = run(t, "", "account", "make", db, write("login,name,unit,role\nzhang,Zhang,530302,county_clerk\nli,,530302,county_clerk\n"))
	if c != 2 || !strings.Contains(errs, "li: a name is wanted") {
		t.Errorf("exit %d: %s", c, errs)
	}
	if _, out, _ := run(t, "", "account", "list", db); !strings.Contains(out, "0 accounts") {
		t.Errorf("a refused file made accounts:\n%s", out)
	}
	codes := filepath.Join(dir, "codes.csv")
	if c, out, errs = run(t, "", "account", "make", db, write("login,name,unit,role\nzhang,Zhang,530302,county_clerk\nli,Li,530302,county_reviewer\n"), "--out="+codes); c != 0 || code.MatchString(out) {
		t.Fatalf("exit %d: %s%s", c, out, errs)
	}
	b, err := os.ReadFile(codes)
	if err != nil || len(code.FindAll(b, -1)) != 2 {
		t.Errorf("%s, %v", b, err)
	}
	if fi, err := os.Stat(codes); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("others may read the codes: %v, %v", fi.Mode(), err)
	}
}

// Whoever changes the log in the database itself is found out, and the row is
// named; on both databases.
func TestSpoiltLogIsFound(t *testing.T) {
	db := qujing(t)
	heads := six(t, db)
	whole, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		both bool
		do   []string
		says string
	}{
		{"nothing", true, nil, ""},
		{"a changed row", true, []string{`UPDATE audit SET detail = 'other' WHERE shard = 'central' AND no = 3`}, "central, row 3: was changed"},
		{"a changed time", false, []string{`UPDATE audit SET at_time = 'yesterday' WHERE shard = 'central' AND no = 3`}, "central, row 3: was changed"},
		{"a deleted row", true, []string{`DELETE FROM audit WHERE shard = 'central' AND no = 2`}, "central, row 2: missing"},
		{"two rows in each other's place", true, []string{`UPDATE audit SET no = 999 WHERE shard = 'central' AND no = 2`, `UPDATE audit SET no = 2 WHERE shard = 'central' AND no = 4`,
			`UPDATE audit SET no = 4 WHERE shard = 'central' AND no = 999`}, "central, row 2: was row 4: reordered"},
		{"the end cut off", true, []string{`DELETE FROM audit WHERE shard = 'central' AND no = 6`}, "central, row 6: missing"},
		{"everything deleted", false, []string{`DELETE FROM audit`}, "central, row 1: missing"},
		{"the end cut off, and the head set back", false, []string{`DELETE FROM audit WHERE shard = 'central' AND no = 6`,
			`UPDATE audit_heads SET no = 5, hash = (SELECT hash FROM audit WHERE shard = 'central' AND no = 5) WHERE shard = 'central'`}, "the end of the chain was cut off"},
		{"everything deleted, heads too", false, []string{`DELETE FROM audit`, `DELETE FROM audit_heads`}, "central, row 1: missing"},
		{"a row moved to another chain", false, []string{`UPDATE audit SET shard = 'other' WHERE shard = 'central' AND no = 6`}, "central, row 6: missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Run("sqlite", func(t *testing.T) {
				db := filepath.Join(t.TempDir(), "copy.db")
				if err := os.WriteFile(db, whole, 0o600); err != nil {
					t.Fatal(err)
				}
				spoil(t, db, "sqlite", heads, tt.do, tt.says)
			})
			if !tt.both {
				return
			}
			t.Run("postgres", func(t *testing.T) {
				db := testkit.Postgres(t)
				if c, _, errs := run(t, "", "init", "--db="+db); c != 0 {
					t.Fatal(errs)
				}
				spoil(t, db, "pgx", six(t, db), tt.do, tt.says)
			})
		})
	}
}

// six makes six lines of the log of a new database and notes its heads.
func six(t *testing.T, db string) (heads string) {
	t.Helper()
	people := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(people, []byte("login,name\na1,X\na2,X\na3,X\na4,X\na5,X\na6,X\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, _, errs := run(t, "", "account", "make", "--from="+people, "--db="+db); c != 0 {
		t.Fatal(errs)
	}
	heads = filepath.Join(t.TempDir(), "heads.txt")
	if c, out, errs := run(t, "", "audit", "verify", "--db="+db, "--note="+heads); c != 0 || !strings.Contains(out, "6 records") {
		t.Fatalf("exit %d: %s%s", c, out, errs)
	}
	return heads
}

func spoil(t *testing.T, db, driver, heads string, do []string, says string) {
	t.Helper()
	raw, err := sql.Open(driver, db)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range do {
		if r, err := raw.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		} else if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("%s changed nothing", q)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	c, out, errs := run(t, "", "audit", "verify", "--db="+db, "--head="+heads)
	if says == "" {
		if c != 0 {
			t.Errorf("exit %d: %s%s", c, out, errs)
		}
		return
	}
	if c != 1 || !strings.Contains(out, says) {
		t.Errorf("exit %d, want 1, saying %q\n%s%s", c, says, out, errs)
	}
}

func TestAuditExport(t *testing.T) {
	dir := t.TempDir()
	db := "--db=" + qujing(t)
	if c, _, errs := run(t, "", "account", "make", "zhang", "--name=Zhang", db); c != 0 {
		t.Fatal(errs)
	}
	// A formula where a person writes freely.
	if c, _, errs := run(t, "", "account", "close", "zhang", "--reason==1+1", db); c != 0 {
		t.Fatal(errs)
	}
	lines := map[string]int{}
	for _, ext := range []string{"csv", "jsonl", "xlsx"} {
		name := filepath.Join(dir, "log."+ext)
		if c, _, errs := run(t, "", "audit", "export", db, "--out="+name); c != 0 {
			t.Fatalf("%s: %s", ext, errs)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		switch ext {
		case "csv":
			rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			lines[ext] = len(rows) - 1
			if !slices.ContainsFunc(rows, func(r []string) bool { return r[5] == "account.close" && r[8] == "'=1+1" }) {
				t.Errorf("a spreadsheet would run a cell of\n%s", b)
			}
		case "jsonl":
			for l := range bytes.Lines(b) {
				var r map[string]any
				if err := json.Unmarshal(l, &r); err != nil || r["hash"] == "" || r["no"] == nil {
					t.Errorf("%s: %v", l, err)
				}
				lines[ext]++
			}
		case "xlsx":
			x, err := excelize.OpenReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := x.GetRows(x.GetSheetName(0))
			if err != nil {
				t.Fatal(err)
			}
			lines[ext] = len(rows) - 1
			for i := range rows {
				if f, _ := x.GetCellFormula(x.GetSheetName(0), fmt.Sprint("I", i+1)); f != "" {
					t.Errorf("row %d holds the formula %s", i+1, f)
				}
			}
		}
	}
	// Each export is a line itself.
	if lines["csv"] != 3 || lines["jsonl"] != 4 || lines["xlsx"] != 5 {
		t.Errorf("lines %v; want 3, 4, 5", lines)
	}
	if c, _, errs := run(t, "", "audit", "export", db, "--out="+filepath.Join(dir, "log.pdf")); c != 2 || !strings.Contains(errs, ".jsonl") {
		t.Errorf("exit %d: %s", c, errs)
	}
	if c, _, errs := run(t, "", "audit", "verify", db, "--head="+filepath.Join(dir, "log.csv")); c != 2 || !strings.Contains(errs, "NUMBER HASH SHARD") {
		t.Errorf("a file that holds no heads: exit %d, %s", c, errs)
	}
}
