package docx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"strings"
	"sync"
)

// archive writes the parts of a package in the order in which they come, and
// without a time.
type archive struct{ z *zip.Writer }

// compressors are used again: each one is over half a megabyte.
var compressors = sync.Pool{New: func() any {
	f, err := flate.NewWriter(nil, flate.DefaultCompression)
	if err != nil {
		panic(err) // for a wrong level only
	}
	return f
}}

type pooled struct{ *flate.Writer }

func (p *pooled) Close() error {
	err := p.Writer.Close()
	compressors.Put(p.Writer)
	return err
}

func newArchive(w io.Writer) archive {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		f := compressors.Get().(*flate.Writer)
		f.Reset(w)
		return &pooled{f}, nil
	})
	return archive{z}
}

func (a archive) add(name string, body []byte) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if strings.HasSuffix(name, ".xlsx") {
		h.Method = zip.Store // it is packed already
	}
	w, err := a.z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

// fixed is a part that is the same in every document, packed once.
type fixed struct {
	body, packed []byte
	crc          uint32
}

func fixedPart(body string) *fixed {
	var b bytes.Buffer
	f, err := flate.NewWriter(&b, flate.BestCompression)
	must(err)
	_, err = f.Write([]byte(body))
	must(err)
	must(f.Close())
	return &fixed{[]byte(body), b.Bytes(), crc32.ChecksumIEEE([]byte(body))}
}

func (a archive) addFixed(name string, f *fixed) error {
	w, err := a.z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: f.crc, CompressedSize64: uint64(len(f.packed)), UncompressedSize64: uint64(len(f.body))})
	if err != nil {
		return err
	}
	_, err = w.Write(f.packed)
	return err
}
