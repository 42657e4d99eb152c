// Finding a pack: among the shipped ones, in a folder, or as one file.

package pack

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"shuren/internal/fault"
	"shuren/internal/formula"
	"shuren/packs"
)

// Open loads a pack by the id of a shipped one ("cn-compulsory@2017", or
// "cn-compulsory" for its newest version), or by the path of a folder or of a
// single YAML file. A shipped one is read once: what comes with the program does
// not change while it runs, and nobody may change what is given.
func Open(ref string) (*Pack, error) {
	if name, ok := shippedName(ref); ok {
		return openShipped(name)
	}
	info, err := os.Stat(ref)
	switch {
	case err != nil:
		return nil, fmt.Errorf("no pack %q: neither shipped (%s) nor a folder or file%s: %w", ref, strings.Join(Shipped(), ", "), formula.DidYouMean(ref, Shipped()), fault.NotFound)
	case info.IsDir():
		return load(os.DirFS(ref), filepath.ToSlash(filepath.Clean(ref)))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is neither a folder nor a file: %w", ref, fault.Invalid)
	}
	f, err := os.Open(ref)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ref, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s: a pack's file has at most %d bytes: %w", ref, maxFile, fault.TooLarge)
	}
	return loadFiles(map[string][]byte{filepath.Base(ref): b}, filepath.ToSlash(filepath.Dir(ref)))
}

// opened are the shipped packs that were opened, by name. Each is a
// func() (*Pack, error).
var opened sync.Map

func openShipped(name string) (*Pack, error) {
	load, _ := opened.LoadOrStore(name, sync.OnceValues(func() (*Pack, error) {
		sub, err := fs.Sub(packs.FS, name)
		if err != nil {
			return nil, err
		}
		return Load(sub)
	}))
	return load.(func() (*Pack, error))()
}

// IsShipped tells whether a pack is, file by file, one that comes with the program.
func (p *Pack) IsShipped() bool {
	if !slices.Contains(Shipped(), p.Ref()) {
		return false
	}
	q, err := Open(p.Ref())
	return err == nil && q.Hash == p.Hash
}

// Kept loads a pack from its files as the store keeps them by hash: with all that
// it extends and uses, so that it is today what it was then.
func Kept(files map[string][]byte) (*Pack, error) { return loadFiles(files, "") }

// Shipped lists the packs that come with the program.
func Shipped() []string {
	entries, err := packs.FS.ReadDir(".")
	if err != nil {
		return nil // an embedded folder can always be read
	}
	var names []string
	for _, e := range entries {
		// Other folders are data of their own kind: lists of duties, checklists.
		if _, err := fs.Stat(packs.FS, e.Name()+"/pack.yaml"); e.IsDir() && err == nil {
			names = append(names, e.Name())
		}
	}
	return names
}

// shippedName finds a shipped pack by its full id, or the newest one by its id
// without a version.
func shippedName(ref string) (name string, ok bool) {
	for _, n := range Shipped() {
		if n == ref {
			return n, true
		}
		id, version, _ := strings.Cut(n, "@")
		if id == ref && (!ok || newer(version, strings.TrimPrefix(name, id+"@"))) {
			name, ok = n, true
		}
	}
	return name, ok
}

// newer compares versions part by part, numbers as numbers.
func newer(a, b string) bool { return CompareVersions(a, b) > 0 }

// CompareVersions orders versions part by part, numbers as numbers.
func CompareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		i, errX := strconv.Atoi(x)
		j, errY := strconv.Atoi(y)
		if errX == nil && errY == nil {
			return i - j
		}
		return strings.Compare(x, y)
	})
}

// shippedFiles are the files of a shipped pack.
func shippedFiles(name string) map[string][]byte {
	sub, err := fs.Sub(packs.FS, name)
	if err != nil {
		return nil
	}
	files, err := gather(sub)
	if err != nil {
		return nil
	}
	return files
}
