package web

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// An upload of a register is read as it was sent, from anywhere in it, and what lies on
// the disk meanwhile has nothing of it; afterwards nothing lies there.
func TestUploadsOfRegistersAreSealed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(sealedBlock-2, sealedBlock+2), rapid.IntRange(2*sealedBlock-2, 3*sealedBlock)).Draw(t, "size")
		sent := bytes.Repeat([]byte("钱明远 53990020150310001X\n"), size/20+1)[:size]
		s, err := sealFile(bytes.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			f, err := s.Again()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, sent) || f.Close() != nil {
				t.Fatalf("%d bytes of %d, %v", len(got), len(sent), err)
			}
		}
		off := rapid.IntRange(0, size).Draw(t, "off")
		part := make([]byte, rapid.IntRange(0, sealedBlock+5).Draw(t, "part"))
		n, err := s.ReadAt(part, int64(off))
		if want := min(len(part), size-off); n != want || !bytes.Equal(part[:n], sent[off:off+n]) || (n < len(part)) != errors.Is(err, io.EOF) {
			t.Fatalf("%d bytes at %d, %v; want %d", n, off, err, want)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, f := range files {
			if b, err := os.ReadFile(f); err != nil || bytes.Contains(b, []byte("钱明远")) || bytes.Contains(b, []byte("53990020150310")) {
				t.Fatalf("%s can be read, %v", f, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 1 || left != nil {
			t.Fatalf("files %v, left %v", files, left)
		}
	})
}
