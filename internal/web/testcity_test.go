package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "shuren-web"); err != nil {
		panic(err)
	}
	code := m.Run()
	stopBrowser()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// Pages take what flow gives.
var (
	_ Accounts = (*flow.Accounts)(nil)
	_ City     = (*flow.View)(nil)
	_ City     = (*flow.City)(nil)
)

// The demo city with its last two years, made once for all tests.
var madeDemo = sync.OnceValues(func() (*flow.City, error) {
	ctx := context.Background()
	c, err := flow.Open(ctx, filepath.Join(scratch, "demo.db"), "cn-compulsory@2017")
	if err != nil {
		return nil, err
	}
	if err := c.UseKeys(filepath.Join(scratch, "demo.keys"), true, ident.AES); err != nil {
		return nil, err
	}
	d := demo.New(1)
	if err := d.Found(ctx, c); err != nil {
		return nil, err
	}
	years, err := d.Wanting(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, y := range years[:2] {
		if err := d.ReadIn(ctx, c, y, nil); err != nil {
			return nil, err
		}
	}
	if err := d.ActionPlan(ctx, c); err != nil {
		return nil, err
	}
	return c, d.Record(ctx, c)
})

func demoCity(t testing.TB) *flow.City {
	t.Helper()
	c, err := madeDemo()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newest is the assessment of the demo city's last year.
func newest(t testing.TB) *standard.Assessment {
	t.Helper()
	c := demoCity(t)
	ps, err := c.Periods(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Assessment(t.Context(), ps[len(ps)-1])
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func handlerOf(t testing.TB, c City) http.Handler {
	t.Helper()
	cfg := Config{Log: quiet()}
	if city, ok := c.(*flow.City); ok {
		cfg.Dossier, cfg.Versions = city, city
	}
	h, err := New(c, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// get asks for a page the way a Chinese browser does; pairs of headers follow.
func get(t testing.TB, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "zh-CN")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// stubCity is a City that says what a test tells it.
type stubCity struct {
	name    edu.Text
	periods []edu.Period
	all     map[edu.Period]*standard.Assessment
	err     error
}

func (c stubCity) Name() edu.Text                                { return c.name }
func (stubCity) Fictional() bool                                 { return false }
func (stubCity) Place(string) (x, y int, ok bool)                { return 0, 0, false }
func (stubCity) Tree(context.Context) (*edu.Tree, error)         { return edu.NewTree(nil) }
func (stubCity) Pending() int                                    { return 0 }
func (c stubCity) Periods(context.Context) ([]edu.Period, error) { return c.periods, nil }
func (stubCity) Current(_ context.Context, ps []edu.Period) (edu.Period, error) {
	return ps[len(ps)-1], nil
}
func (stubCity) English(context.Context, edu.Period) (map[string]string, error) {
	return nil, nil
}
func (stubCity) Version(context.Context, edu.Period) (string, error) { return "one file", nil }
func (stubCity) AsOf(context.Context, edu.Period) (time.Time, error) {
	return time.Time{}, nil
}
func (stubCity) Submission(context.Context, string) (time.Time, string, error) {
	return time.Time{}, "", errors.New("no submissions here")
}
func (c stubCity) Packs() []*pack.Pack {
	for _, a := range c.all {
		return []*pack.Pack{a.Pack}
	}
	return nil
}
func (c stubCity) Measure(_ context.Context, _ string, p edu.Period) (*standard.Assessment, error) {
	return c.all[p], c.err
}

// evaluated is a city of one file, measured without a database.
func evaluated(t *testing.T, file, ref string) stubCity {
	t.Helper()
	p, err := pack.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	m, err := flow.Evaluate(t.Context(), []intake.File{intake.Path(file)}, p, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := stubCity{name: edu.Text{ZH: ref, EN: ref}, all: map[edu.Period]*standard.Assessment{}}
	for _, a := range m.Periods {
		c.periods = append(c.periods, a.Period)
		c.all[a.Period] = a
	}
	return c
}

func testdata(name string) string { return filepath.Join(testkit.Root(), "testdata", name) }
