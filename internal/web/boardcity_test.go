package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/bulletin"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/testkit"
)

// The demo city publishes last year's figures: a newcomer finds an approved edition
// whose archive has pages, open data and a dictionary, names no school and no person,
// and has no count below ten. A second start adds nothing.
func TestTheDemoCitysBoard(t *testing.T) {
	testkit.Sequential(t) // one request after the other; flow tests the acts of a board
	w := newTown(t)
	ctx, city := t.Context(), demoCity(t)
	b := city.Board()
	who := auth.Operator()
	for range 2 {
		if err := demo.New(1).Board(ctx, city); err != nil {
			t.Fatal(err)
		}
	}
	all, err := b.Boards(ctx, who)
	if err != nil || len(all.Locked) != 1 || len(all.Editions) != 1 || !all.On.On {
		t.Fatalf("%d lock-downs, %d editions, %v", len(all.Locked), len(all.Editions), err)
	}
	e := all.Editions[0]
	t.Cleanup(func() { // others find the board as it was
		if _, err := b.Act(context.Background(), who, e.ID, e.Rev, bulletin.Withdraw, "测试"); err != nil {
			t.Error(err)
		}
		if err := b.Switch(context.Background(), who, false, all.Rev, "测试"); err != nil {
			t.Error(err)
		}
	})
	newest := all.Periods[len(all.Periods)-1]
	if e.State != bulletin.Published || e.Period != newest.LastTime() || e.Log[0].Account == e.Log[1].Account {
		t.Errorf("%s of %s: %+v", e.State, e.Period, e.Log)
	}
	if _, err := issued(); err != nil { // this year's forms are open
		t.Fatal(err)
	}
	_, _, secret := w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	if page := w.ask(http.MethodGet, "/board", "", secret).Body.String(); !strings.Contains(page, `<option value="`+e.Period.String()+`" selected>`) || strings.Contains(page, `<option value="`+newest.String()+`" selected>`) {
		t.Error("the form offers a year first whose forms are still open")
	}
	if page := w.ask(http.MethodGet, "/board", "", secret).Body.String(); !strings.Contains(page, "edition="+e.ID) || !strings.Contains(page, "value=\"lock\"") {
		t.Errorf("the page of the board does not show the edition: %s", firstLine(page))
	}
	out := w.ask(http.MethodGet, "/board/archive?edition="+e.ID, "", secret)
	z, err := zip.NewReader(bytes.NewReader(out.Body.Bytes()), int64(out.Body.Len()))
	if err != nil {
		t.Fatalf("status %d: %v", out.Code, err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
	}
	for _, name := range []string{"index.html", "en/index.html", "data/figures.csv", "data/pupils.csv", "data/dictionary.csv"} {
		if files[name] == "" {
			t.Errorf("no %s among %d files", name, len(files))
		}
	}
	tree, err := city.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var schools []string
	for _, u := range tree.Units() {
		if u.Level == edu.School && len(u.Attrs) > 0 && len(schools) < 400 {
			schools = append(schools, u.Attrs[0].Code, u.Attrs[0].Name.ZH)
		}
	}
	person := regexp.MustCompile(`(?:^|[^\d.a-f])(?:\d{17}[\dX]|1[3-9]\d{9})(?:[^\d.a-f]|$)`) // by itself: no part of a decimal or a hash
	for name, body := range files {
		for _, s := range schools {
			if s != "" && strings.Contains(body, s) {
				t.Errorf("%s names %s", name, s)
			}
		}
		if person.MatchString(body) {
			t.Errorf("%s has the number of a person or a telephone", name)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(files["data/pupils.csv"], "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatalf("%d lines of pupils, %v", len(rows), err)
	}
	counts, column := 0, slices.Index(rows[0], "pupils")
	if column < 0 {
		t.Fatalf("no column of pupils: %v", rows[0])
	}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[column])
		if err != nil {
			continue
		}
		if counts++; n > 0 && n < 10 {
			t.Errorf("a count of %d: %v", n, row)
		}
	}
	if counts < 10 {
		t.Errorf("only %d counts of pupils: %v", counts, rows[:2])
	}
}
