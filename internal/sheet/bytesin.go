// Ways in which the bytes of a file come: counted, unpacked, or held whole.

package sheet

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"sync/atomic"
)

// counter counts the bytes read, for progress.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// gunzip words the errors of a damaged archive.
type gunzip struct{ r *gzip.Reader }

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if err != nil && err != io.EOF {
		var corrupt flate.CorruptInputError
		if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
			return n, invalid("压缩文件已损坏或不完整", "the gzip file is damaged or cut off")
		}
	}
	return n, err
}

// whole gives random access to a file: in place where r allows it, otherwise
// from memory.
func whole(r io.Reader, buf *bufio.Reader, size int64, lim Limits) (io.ReaderAt, int64, error) {
	if at, ok := r.(io.ReaderAt); ok {
		if size == 0 {
			if s, ok := r.(io.Seeker); ok {
				n, err := s.Seek(0, io.SeekEnd)
				if err != nil {
					return nil, 0, err
				}
				size = n
			}
		}
		if size > lim.File {
			return nil, 0, tooLargeFile(lim)
		}
		if size > 0 {
			return at, size, nil
		}
	}
	b, err := io.ReadAll(io.LimitReader(buf, lim.File+1))
	if err != nil {
		return nil, 0, err
	}
	if int64(len(b)) > lim.File {
		return nil, 0, tooLargeFile(lim)
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

func tooLargeFile(lim Limits) *Refusal {
	return tooLarge("文件超过 "+megabytes(lim.File), "the file has more than "+megabytes(lim.File))
}
