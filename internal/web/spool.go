package web

import (
	"errors"
	"fmt"
	"io"
	"os"

	"shuren/internal/fault"
)

// spooled is what a request sent, on the disk: a hundred workbooks that come
// slowly at once would not fit into the memory. Closing it removes it.
type spooled struct{ *os.File }

// spool takes all that a request sends.
func spool(r io.Reader) (*spooled, int64, error) {
	f, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, 0, fmt.Errorf("keep an upload: %w", err)
	}
	s := &spooled{f}
	n, err := io.Copy(f, r)
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("upload: %w: %w", err, fault.Invalid), s.Close())
	}
	return s, n, nil
}

func (s *spooled) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }
