package flow

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/register/family"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// Environment of a child process of this test, and of the long run (make
// bench-registers-import): how many pupils, and whether to print figures.
const (
	registerChildEnv = "SHUREN_REGISTER_CHILD" // dsn, keys, what to do, file, year
	registerScaleEnv = "SHUREN_REGISTERS"
)

// TestRegisterChild is the child process: it imports or rotates until it is killed.
func TestRegisterChild(t *testing.T) {
	args := strings.Split(os.Getenv(registerChildEnv), "\n")
	if len(args) < 5 {
		t.Skip("not a child")
	}
	ctx := context.Background()
	c, err := Open(ctx, args[0], "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.UseKeys(args[1], false, ident.AES); err != nil {
		t.Fatal(err)
	}
	r := c.Registers()
	r.chunk, _ = strconv.Atoi(args[5])
	if args[2] == "rotate" {
		_, err = r.Rotate(ctx, auth.Operator(), RotateOptions{Progress: func(done, _ int) { fmt.Println("child", done) }})
	} else {
		year, _ := strconv.Atoi(args[4])
		_, err = r.Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return os.Open(args[3]) }, RegisterOptions{Kind: store.AChild, Year: year, Progress: func(rows int, _, _ int64) { fmt.Println("child", rows) }})
	}
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("child ended")
}

// killedAfter runs the child and kills it once it has said so many rows.
func killedAfter(t *testing.T, rows, chunk int, dsn, keys, do, file string, year int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestRegisterChild$", "-test.v")
	cmd.Env = append(os.Environ(), registerChildEnv+"="+strings.Join([]string{dsn, keys, do, file, strconv.Itoa(year), strconv.Itoa(chunk)}, "\n"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), "child "); ok {
			if done, err := strconv.Atoi(n); err == nil && done >= rows {
				break
			} else if n == "ended" {
				t.Fatal("the child ended before it was killed")
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// wide is a city of nine counties with schools, and the codes of the schools.
func wide(t testing.TB, dsn string, schools int) (*City, []string) {
	t.Helper()
	c, err := Open(context.Background(), dsn, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	unit := func(id string, l edu.Level, code string, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: l, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: id, EN: id}, Parent: up}}}
	}
	units := []edu.Unit{unit("city", edu.City, "990100", "")}
	var codes []string
	for k := range 9 {
		county := fmt.Sprintf("county%d", k)
		units = append(units, unit(county, edu.County, fmt.Sprintf("99010%d", k+1), "city"))
		for i := range (schools + 8) / 9 {
			code := fmt.Sprint(2199000000 + k*1000 + i)
			units, codes = append(units, unit("s"+code, edu.School, code, edu.UnitID(county))), append(codes, code)
		}
	}
	if err := c.Register(context.Background(), units); err != nil {
		t.Fatal(err)
	}
	return c, codes
}

// peak watches how much memory the program holds.
func peak() (stop func() uint64) {
	var most atomic.Uint64
	done := make(chan struct{})
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.Sys-m.HeapReleased))
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(done); return most.Load() }
}

// Two years are imported and the keys changed, and a real process is killed in the
// middle of each: what it had written counts, the rest follows, and meanwhile readers
// see all of it or nothing. With SHUREN_REGISTERS it is 1,200,000 pupils with figures.
func TestRegistersSurviveKills(t *testing.T) {
	if os.Getenv(registerChildEnv) != "" {
		t.Skip("a child")
	}
	for name, dsn := range map[string]func(t *testing.T) string{"sqlite": func(t *testing.T) string { return filepath.Join(t.TempDir(), "city.db") }, "postgres": func(t *testing.T) string { return testkit.Postgres(t) }} {
		t.Run(name, func(t *testing.T) { surviveKills(t, dsn(t)) })
	}
}

func surviveKills(t *testing.T, dsn string) {
	ctx := context.Background()
	pupils, schools, chunk := 3000, 27, 300
	if n, err := strconv.Atoi(os.Getenv(registerScaleEnv)); err == nil {
		pupils, schools, chunk = n, 1900, registerChunk
	}
	c, codes := wide(t, dsn, schools)
	keys := filepath.Join(t.TempDir(), "keys.json")
	if err := c.UseKeys(keys, true, ident.AES); err != nil {
		t.Fatal(err)
	}
	r := c.Registers()
	r.chunk = chunk
	count := func(year int) int {
		t.Helper()
		_, n, err := r.Children(ctx, auth.Operator(), register.ChildFilter{Year: year, Size: 1})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, year := range []int{2023, 2024} {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.csv", year))
		f, err := os.Create(file)
		if err == nil {
			err = family.Write(f, family.Options{Pupils: pupils, Year: year, Schools: codes})
		}
		if err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		killedAfter(t, pupils/5, chunk, dsn, keys, "import", file, year)
		if n := count(year); n != 0 {
			t.Errorf("%d rows of half an import count", n)
		}
		began, last, at := time.Now(), time.Now(), 0
		cpu, cpuAll := CPU(), CPU()
		memory := peak()
		got, err := r.Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return os.Open(file) }, RegisterOptions{Kind: store.AChild, Year: year, Progress: func(rows int, _, _ int64) {
			if rows/100_000 > at {
				at = rows / 100_000
				t.Logf("%d: %7d rows, the last 100,000 in %.1f s, %.1f s of a processor", year, rows, time.Since(last).Seconds(), (CPU() - cpu).Seconds())
				last, cpu = time.Now(), CPU()
			}
		}})
		if err != nil || !got.Resumed || got.Rows != pupils || got.New+got.Moved != pupils || year == 2024 && got.Moved < pupils*8/10 {
			t.Fatalf("%v, %+v", err, got)
		}
		took := time.Since(began)
		t.Logf("%d: %d pupils (a fifth before a kill) in %.1f s, %.1f s of a processor, peak %d MB", year, pupils, took.Seconds(), (CPU() - cpuAll).Seconds(), memory()>>20)
		if n := count(year); n != pupils {
			t.Errorf("%d: %d rows count; want %d", year, n, pupils)
		}
	}
	began, counted := time.Now(), 0
	classes, err := c.store.ClassCounts(ctx, local, 2024)
	for _, k := range classes {
		counted += k.Pupils
	}
	if err != nil || counted != pupils {
		t.Errorf("the classes come to %d pupils, %v; want %d", counted, err, pupils)
	}
	t.Logf("%d classes counted in %.2f s", len(classes), time.Since(began).Seconds())
	killRotation(t, c, r, dsn, keys, chunk, pupils)
}

func killRotation(t *testing.T, c *City, r *Registers, dsn, keys string, chunk, pupils int) {
	ctx := context.Background()
	list, _, err := r.Children(ctx, auth.Operator(), register.ChildFilter{Size: 20})
	if err != nil {
		t.Fatal(err)
	}
	killedAfter(t, pupils/3, chunk, dsn, keys, "rotate", "-", 0)
	by, err := c.store.SealedBy(ctx, local)
	if err != nil || len(by) != 2 {
		t.Fatalf("after the kill sealed by %v, %v; want two keys", by, err)
	}
	again, _, err := r.Children(ctx, auth.Operator(), register.ChildFilter{Size: 20})
	for i := range again {
		if again[i].Name != list[i].Name || err != nil {
			t.Fatalf("after the kill: %+v, %v", again[i], err)
		}
	}
	// A number is found whichever key its hash is by: of the first and of the last.
	found := func(when string) {
		t.Helper()
		for _, f := range []register.ChildFilter{{Size: 1}, {Size: 1, Page: pupils}} {
			rows, _, err := c.store.Children(ctx, local, f)
			if err != nil || len(rows) != 1 {
				t.Fatalf("%v", err)
			}
			ring, _ := c.keys.ring()
			id, err := openIdentity(ring, rows[0].Person, rows[0].Sealed)
			if err != nil {
				t.Fatal(err)
			}
			hit, err := c.store.FindPersons(ctx, local, takenBy(ring, store.AChild, id))
			if err != nil || len(hit) != 1 || hit[0].Person != rows[0].Person {
				t.Errorf("%s: found %v, %v", when, hit, err)
			}
		}
	}
	found("after the kill")
	began, cpu := time.Now(), CPU()
	memory := peak()
	got, err := r.Rotate(ctx, auth.Operator(), RotateOptions{Forget: true})
	if err != nil || !got.Resumed || got.Key != 2 || got.Forgot != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	t.Logf("the rest of the rotation, %d people, in %.1f s, %.1f s of a processor, peak %d MB", got.People, time.Since(began).Seconds(), (CPU() - cpu).Seconds(), memory()>>20)
	if by, _ := c.store.SealedBy(ctx, local); len(by) != 1 {
		t.Errorf("sealed by %v", by)
	}
	found("after the rotation")
}
