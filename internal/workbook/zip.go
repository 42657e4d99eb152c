package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/xuri/excelize/v2"
)

// compressors are used again: each one is over a megabyte, and a workbook has a
// dozen parts.
var compressors = sync.Pool{New: func() any {
	f, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // for a wrong level only
	}
	return f
}}

// pooled gives its compressor back once it is closed.
type pooled struct{ *flate.Writer }

func (p *pooled) Close() error {
	err := p.Writer.Close()
	compressors.Put(p.Writer)
	return err
}

// sortedZip writes the parts of a workbook in the order of their names. The
// library writes its streamed sheets in the random order of a map.
type sortedZip struct {
	*zip.Writer
	parts map[string]*bytes.Buffer
}

// SortedZip is for workbooks of which the same content must give the same bytes:
// it is set by SetZipWriter before a workbook is written.
func SortedZip(w io.Writer) excelize.ZipWriter {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		f := compressors.Get().(*flate.Writer)
		f.Reset(w)
		return &pooled{f}, nil
	})
	return &sortedZip{z, map[string]*bytes.Buffer{}}
}

// Create gives a part that is kept until Close.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	z.parts[name] = new(bytes.Buffer)
	return z.parts[name], nil
}

// Close writes all parts.
func (z *sortedZip) Close() error {
	for _, name := range slices.Sorted(maps.Keys(z.parts)) {
		w, err := z.Writer.Create(name)
		if err != nil {
			return err
		}
		if _, err := z.parts[name].WriteTo(w); err != nil {
			return err
		}
	}
	return z.Writer.Close()
}
