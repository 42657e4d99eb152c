package flow

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/ident"
	"shuren/internal/register/family"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// BenchmarkRegisterImport reads a register of new pupils into an empty database, on
// SQLite and, where SHUREN_POSTGRES names a server, on PostgreSQL; SHUREN_REGISTERS
// says how many. Processor time is the whole process's, so of PostgreSQL it is ours
// alone.
func BenchmarkRegisterImport(b *testing.B) {
	pupils, err := strconv.Atoi(os.Getenv(registerScaleEnv))
	if err != nil {
		pupils = 50_000
	}
	for name, dsn := range map[string]func() string{"sqlite": func() string { return filepath.Join(b.TempDir(), "city.db") }, "postgres": func() string { return testkit.Postgres(b) }} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				c, codes := wide(b, dsn(), 1900)
				if err := c.UseKeys(filepath.Join(b.TempDir(), "keys.json"), true, ident.AES); err != nil {
					b.Fatal(err)
				}
				var file bytes.Buffer
				if err := family.Write(&file, family.Options{Pupils: pupils, Year: 2024, Schools: codes}); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				cpu, began := CPU(), time.Now()
				got, err := c.Registers().Import(context.Background(), auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }, RegisterOptions{Kind: store.AChild, Year: 2024})
				if err != nil || got.New != pupils {
					b.Fatalf("%v, %+v", err, got)
				}
				b.ReportMetric((CPU()-cpu).Seconds()*1e6/float64(pupils), "cpu-µs/row")
				b.ReportMetric(float64(pupils)/time.Since(began).Seconds(), "rows/s")
				c.Close()
			}
		})
	}
}
