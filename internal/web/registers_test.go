package web

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/testkit"
)

// leaks is a city with registers, everything that came out of it, and what must not.
type leaks struct {
	t       *testing.T
	dsn     string
	h       http.Handler
	city    *flow.City
	out     map[string]string // what came out, by where
	planted []string
	mu      sync.Mutex
	log     bytes.Buffer
}

func (l *leaks) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(b)
}

func newLeaks(t *testing.T, dsn string) *leaks {
	t.Helper()
	l := &leaks{t: t, dsn: dsn, out: map[string]string{}}
	ctx := t.Context()
	city, err := flow.Open(ctx, dsn, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { city.Close() })
	unit := func(id string, lv edu.Level, code, name string, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: lv, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: name, EN: id}, Parent: up}}}
	}
	if err := city.Register(ctx, []edu.Unit{unit("city", edu.City, "990100", "云岫市", ""), unit("east", edu.County, "990101", "东县", "city"), unit("school", edu.School, "2199000001", "东县一小", "east")}); err != nil {
		t.Fatal(err)
	}
	if err := city.UseKeys(filepath.Join(t.TempDir(), "keys.json"), true, ident.AES); err != nil {
		t.Fatal(err)
	}
	policy := auth.DefaultPolicy
	policy.PerMinute = 1_000_000
	accounts := flow.NewAccounts(city, flow.AccountOptions{Policy: policy, Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}})
	h, err := New(city, Config{Log: slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})), Accounts: accounts, View: func(a auth.Actor) City { return city.As(a) }, Audit: cityLog{city}, Registers: city.Registers()})
	if err != nil {
		t.Fatal(err)
	}
	l.city, l.h = city, h
	for login, role := range map[string]auth.Role{"head": auth.SchoolHead, "clerk": auth.SchoolClerk, "officer": auth.RetentionOfficer} {
		unit := edu.UnitID("school")
		if role == auth.RetentionOfficer {
			unit = "east"
		}
		_, code, err := accounts.Make(ctx, auth.Operator(), auth.Account{Login: login, Name: "示例" + login, Unit: unit, Grants: []auth.Grant{{Role: role, Unit: unit}}})
		if err == nil {
			err = accounts.Recover(ctx, login, code, goodPassword)
		}
		if err != nil {
			t.Fatal(err)
		}
		secret, _, err := accounts.SignIn(ctx, auth.Attempt{Login: login, Password: goodPassword})
		if err != nil {
			t.Fatal(err)
		}
		l.out["secret "+login] = secret
	}
	return l
}

// ask sends a request and notes all that came back, unless it is the one that may tell.
func (l *leaks) ask(login, method, path string, form url.Values, file string, tells bool) *httptest.ResponseRecorder {
	l.t.Helper()
	var body io.Reader
	kind := ""
	switch {
	case file != "":
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for k, v := range form {
			_ = m.WriteField(k, v[0])
		}
		w, err := m.CreateFormFile("file", "pupils.csv")
		if err != nil {
			l.t.Fatal(err)
		}
		_, _ = io.WriteString(w, file)
		_ = m.Close()
		body, kind = &b, m.FormDataContentType()
	case form != nil:
		body, kind = strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	}
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Cookie", sessionName+"="+l.out["secret "+login])
	out := httptest.NewRecorder()
	l.h.ServeHTTP(out, r)
	if !tells {
		l.out[fmt.Sprintf("%s %s by %s, %d", method, path, login, out.Code)] = fmt.Sprint(out.Header()) + unzipped(out.Body.Bytes())
	}
	return out
}

// imported sends a file, waits for the end of its import and gives the page that tells
// what became of it.
func (l *leaks) imported(login, kind string, form url.Values, file string) string {
	l.t.Helper()
	sent := l.ask(login, "POST", "/registers/"+kind+"/upload", form, file, false)
	to := sent.Header().Get("Location")
	if sent.Code != http.StatusSeeOther || to == "" {
		l.t.Fatalf("sent: %d %s", sent.Code, sent.Body)
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		page := l.ask(login, "GET", to, nil, "", false)
		if page.Code != http.StatusOK {
			l.t.Fatalf("%s: %d %s", to, page.Code, page.Body)
		}
		if page.Header().Get("Refresh") == "" {
			return page.Body.String()
		}
		time.Sleep(5 * time.Millisecond)
	}
	l.t.Fatalf("%s does not end", to)
	return ""
}

// unzipped is a body with the parts of a workbook beside it.
func unzipped(b []byte) string {
	text := string(b)
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		for _, f := range z.File {
			if r, err := f.Open(); err == nil {
				part, _ := io.ReadAll(r)
				text += string(part)
				r.Close()
			}
		}
	}
	return text
}

// atRest is all that the database holds: the bytes of its files, or every row.
func (l *leaks) atRest() {
	if !strings.HasPrefix(l.dsn, "postgres") {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if b, err := os.ReadFile(l.dsn + suffix); err == nil {
				l.out["file"+suffix] = string(b)
			}
		}
		return
	}
	db, err := sql.Open("pgx", l.dsn)
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	rows, err := db.Query(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`)
	if err != nil {
		l.t.Fatal(err)
	}
	for rows.Next() {
		var name string
		_ = rows.Scan(&name)
		tables = append(tables, name)
	}
	rows.Close()
	for _, table := range tables {
		var all sql.NullString
		if err := db.QueryRow(`SELECT string_agg(t::text, chr(10)) FROM "` + table + `" t`).Scan(&all); err != nil {
			l.t.Fatal(err)
		}
		l.out["table "+table] = all.String
	}
}

// exec changes what a SQLite file holds behind the back of the city.
func (l *leaks) exec(query string) {
	l.t.Helper()
	db, err := sql.Open("sqlite", l.dsn)
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`PRAGMA busy_timeout = 60000; ` + query); err != nil {
		l.t.Fatal(err)
	}
}

// neverIssued makes an identity number of a region code that was never issued.
func neverIssued(born string, serial int) string {
	first := "539901" + born + fmt.Sprintf("%03d", serial)
	return first + string(ident.Checksum(first))
}

// TestNothingOfAPersonLeaks plants names and numbers, goes through everything that a
// register does, also with files and requests that are wrong, and looks for them in all
// that came out: pages, exports, addresses, the log at its most talkative, the audit
// log, and the database itself.
func TestNothingOfAPersonLeaks(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { nothingLeaks(t, filepath.Join(t.TempDir(), "city.db")) })
	t.Run("postgres", func(t *testing.T) { nothingLeaks(t, testkit.Postgres(t)) })
}

func nothingLeaks(t *testing.T, dsn string) {
	l := newLeaks(t, dsn)
	head := "姓名,学籍号,身份证号,学校标识码,学段,年级,班级,监护人,联系电话,现住址\n"
	good, bad := head, head
	for i := range 4 {
		no := neverIssued("20150310", 100+i)
		name, guardian, phone, address := []string{"欧阳清霁", "司徒远黛", "上官怀瑾", "诸葛云岫"}[i], []string{"欧阳伯庸", "司徒伯安", "上官伯言", "诸葛伯均"}[i], fmt.Sprintf("1997654%04d", i), fmt.Sprintf("植入里%d号院", 9301+i)
		l.planted = append(l.planted, name, no, guardian, phone, address)
		good += fmt.Sprintf("%s,G%s,%s,2199000001,小学,4,1,%s,%s,%s\n", name, no, no, guardian, phone, address)
		// The same people with what is wrong: a digit changed, columns moved, no school.
		spoilt := no[:16] + string('0'+(no[16]-'0'+1)%10) + no[17:]
		l.planted = append(l.planted, spoilt)
		bad += fmt.Sprintf("%s,G%s,%s,2199000001,小学,4,1,%s,%s,%s\n", name, spoilt, spoilt, guardian, phone, address) +
			fmt.Sprintf("%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", no, name, guardian, name, guardian, name, phone, no, name, guardian) +
			fmt.Sprintf("%s,G%s,%s,%s,初中,一年级,1,%s,%s,%s\n", name, no, no, phone, guardian, phone, address)
	}
	year := url.Values{"y": {"2024"}}
	if got := l.imported("officer", "pupils", year, good); !strings.Contains(got, "已生效") {
		t.Fatalf("the good file: %s", got)
	}
	if got := l.imported("officer", "pupils", year, bad); !strings.Contains(got, "校验码") || !strings.Contains(got, "as=xlsx") {
		t.Fatalf("the bad file: %s", got)
	}
	if got := l.imported("officer", "pupils", year, "PK\x03\x04"+bad); !strings.Contains(got, "已退回") {
		t.Fatalf("a file that is none: %s", got)
	}
	for _, run := range []string{"1", "2", "3", "4"} {
		l.ask("officer", "GET", "/registers/pupils/import?run="+run, nil, "", false)
		l.ask("officer", "GET", "/registers/pupils/import?as=xlsx&run="+run, nil, "", false)
	}
	l.ask("clerk", "POST", "/registers/pupils/upload", year, good, false)
	list, _, err := l.city.Registers().Children(t.Context(), auth.Operator(), register.ChildFilter{})
	if err != nil || len(list) != 4 {
		t.Fatalf("%d pupils, %v", len(list), err)
	}
	person := "/registers/pupils/" + string(list[0].Person)
	for _, login := range []string{"head", "clerk", "officer"} {
		for _, path := range []string{"/registers/pupils", "/registers/pupils?as=xlsx", "/registers/pupils?grade=4&y=2024", person, person + "x", "/registers/staff", "/registers/pupils/import", "/registers/pupils/new"} {
			l.ask(login, "GET", path, nil, "", false)
		}
		l.ask(login, "POST", "/registers/pupils/export", url.Values{"reason": {"短"}}, "", false)
	}
	l.ask("clerk", "POST", person, url.Values{"reason": {"家访前核实监护人"}}, "", false)
	l.ask("clerk", "POST", "/registers/pupils/export", url.Values{"reason": {"家访前核实监护人"}}, "", false)
	l.ask("head", "POST", person, url.Values{"reason": {"家访 " + l.planted[0] + " " + l.planted[6] + " " + l.planted[12] + " " + l.planted[18]}}, "", false)
	// What the right and a reason show is shown, and not kept anywhere.
	if shown := l.ask("head", "POST", person, url.Values{"reason": {"家访前核实监护人"}}, "", true); shown.Code != 200 || !strings.Contains(shown.Body.String(), "身份证号") || !strings.Contains(shown.Body.String(), "伯") {
		t.Errorf("shown: %d", shown.Code)
	}
	// A reason that is refused is told beside the list, and stands in no address there.
	for _, reason := range []string{"短", "家访 " + l.planted[0] + " " + l.planted[1]} {
		got := l.ask("head", "POST", "/registers/pupils/export", url.Values{"reason": {reason}, "grade": {"4"}}, "", false)
		if body := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="wrong"`) || !strings.Contains(body, `href="/registers/pupils?as=xlsx&amp;grade=4"`) {
			t.Errorf("export with a reason that is refused: %d", got.Code)
		}
	}
	if sent := l.ask("head", "POST", "/registers/pupils/export", url.Values{"reason": {"办理入学手续核对"}}, "", true); sent.Code != 200 || !strings.Contains(unzipped(sent.Body.Bytes()), l.planted[1]) {
		t.Errorf("export with the right: %d", sent.Code)
	}
	// A whole number finds somebody, masked, for who may have names shown.
	for login, want := range map[string]int{"head": 200, "officer": 200, "clerk": 403} {
		got := l.ask(login, "POST", "/registers/pupils/find", url.Values{"number": {l.planted[1]}}, "", false)
		if got.Code != want || want == 200 && !strings.Contains(got.Body.String(), "**") {
			t.Errorf("%s looks up a number: %d", login, got.Code)
		}
	}
	if got := l.ask("head", "POST", "/registers/pupils/find", url.Values{"number": {l.planted[1][:17]}}, "", false); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `id="wrong"`) {
		t.Errorf("a part of a number: %d", got.Code)
	}
	// The same number again, typed: refused without saying whose it is.
	typed := url.Values{"y": {"2024"}, "school": {"2199000001"}, "stage": {"primary"}, "grade": {"4"}, "name": {l.planted[0]}, "citizen": {l.planted[1]}}
	if got := l.ask("head", "POST", "/registers/pupils", typed, "", true); got.Code != http.StatusConflict {
		t.Errorf("a number twice: %d", got.Code)
	}
	l.ask("head", "POST", "/registers/pupils", url.Values{"person": {string(list[1].Person)}, "y": {"2024"}, "school": {"2199000001"}, "stage": {"primary"}, "grade": {"4"}, "class": {"2"}}, "", false)
	// A correction of who it is, and the history that tells of it.
	who := url.Values{"person": {string(list[1].Person)}, "y": {"2024"}, "school": {"2199000001"}, "stage": {"primary"}, "grade": {"4"}, "class": {"2"}, "name": {"欧阳改名"}}
	l.planted = append(l.planted, "欧阳改名")
	if got := l.ask("head", "POST", "/registers/pupils", who, "", false); got.Code != http.StatusSeeOther {
		t.Errorf("a correction of who it is: %d", got.Code)
	}
	past := l.ask("head", "GET", "/registers/pupils/"+string(list[1].Person), nil, "", false).Body.String()
	_, past, _ = strings.Cut(past, `id="past"`)
	if past, _, _ = strings.Cut(past, "</section>"); !strings.Contains(past, "班级") || !strings.Contains(past, ">2<") || !strings.Contains(past, "身份信息已更正") || !strings.Contains(past, "示例head") {
		t.Errorf("what was corrected: %s", past)
	}
	if _, err := l.city.Registers().Rotate(t.Context(), auth.Operator(), flow.RotateOptions{}); err != nil {
		t.Fatal(err)
	}
	log, _, err := l.city.AuditLog(context.Background(), auth.Operator(), audit.Filter{Limit: 1000})
	if err != nil || len(log) < 5 {
		t.Fatalf("%d lines of the audit log, %v", len(log), err)
	}
	l.out["the audit log"] = fmt.Sprint(log)
	l.mu.Lock()
	l.out["the log"] = l.log.String()
	l.mu.Unlock()
	l.atRest()
	for where, text := range l.out {
		for _, p := range l.planted {
			if strings.Contains(text, p) || strings.Contains(text, url.QueryEscape(p)) || strings.Contains(text, hex.EncodeToString([]byte(p))) {
				t.Errorf("%s tells %q", where, p)
			}
		}
	}
}
