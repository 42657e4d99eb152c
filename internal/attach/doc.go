// Package attach decides which evidence files are taken: documents, pictures
// and plain texts that do nothing when they are opened.
//
// A name proves nothing, and neither does the first kilobyte: a file is taken
// apart whole, and what is not understood is refused, not passed on. Nothing in
// a file is run, followed or fetched. Pictures lose what a camera writes beside
// the picture, the place where it was taken first of all, so the bytes to store
// are those that Clean gives, never those that came.
package attach

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"shuren/internal/fault"
)

// Limits of what is taken.
const (
	MaxFile   = 20 << 20 // bytes of a file
	MaxPixels = 50_000_000
	MaxSide   = 30_000 // pixels
	MaxName   = 120    // characters
	MaxUses   = 50     // files of one thing, a task for instance

	maxParts    = 2_000
	maxUnpacked = 128 << 20 // bytes of all parts of a document
	maxObjects  = 32 << 20  // bytes of the packed objects of a PDF
	maxRatio    = 200       // unpacked bytes for each packed one, judged above freeRatio
	freeRatio   = 4 << 20
	maxDepth    = 256 // of elements
)

// File is a file that was taken: what is stored, under its hash.
type File struct {
	Hash string // SHA-256 of the bytes to store, in hex
	Type Type
	Size int64
	Name string // fit to be shown and sent
}

// Check takes a file apart and says what it is, or why it is refused. The hash
// and the size are those of the bytes that Clean gives.
func Check(name string, r io.ReaderAt, size int64) (File, error) {
	f, _, err := Clean(name, r, size)
	return f, err
}

// Clean is Check that also gives the bytes to store: those of a document or a
// text as they came, those of a picture without all that is not the picture.
func Clean(name string, r io.ReaderAt, size int64) (File, []byte, error) {
	name, err := cleanName(name)
	if err != nil {
		return File{}, nil, err
	}
	switch {
	case size > MaxFile:
		return File{}, nil, refuse(fault.TooLarge, fmt.Sprintf("文件超过 %d MB", MaxFile>>20), fmt.Sprintf("the file has more than %d MB", MaxFile>>20))
	case size <= 0:
		return File{}, nil, invalid("文件是空的", "the file is empty")
	}
	b := make([]byte, size)
	if n, err := r.ReadAt(b, 0); int64(n) < size {
		return File{}, nil, fmt.Errorf("read %s: %w", name, errors.Join(err, io.ErrUnexpectedEOF))
	}
	t, err := typeOf(name, b)
	if err != nil {
		return File{}, nil, err
	}
	if b, err = t.check(b); err != nil {
		return File{}, nil, err
	}
	sum := sha256.Sum256(b)
	return File{Hash: hex.EncodeToString(sum[:]), Type: t, Size: int64(len(b)), Name: name}, b, nil
}

// check gives the bytes to store.
func (t Type) check(b []byte) ([]byte, error) {
	// Whatever reads archives finds one by its end, so that a picture or a paper
	// may be an archive as well.
	if t.zipped() {
		return b, checkPackage(t, b)
	}
	if endsAsZip(b) {
		return nil, twoKinds()
	}
	switch t {
	case PDF:
		return b, checkPDF(b)
	case PNG:
		return cleanPNG(b)
	case JPEG:
		return cleanJPEG(b)
	}
	return b, checkText(t, b)
}

// endsAsZip tells that the end of a file holds the record by which an archive is
// found. Some programs let anything follow it, so it is refused wherever they
// would look.
func endsAsZip(b []byte) bool {
	return bytes.Contains(b[max(0, len(b)-1<<16-22):], []byte("PK\x05\x06"))
}
