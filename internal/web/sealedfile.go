package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"os"

	"shuren/internal/fault"
)

// sealedFile is an upload of a register on the disk, sealed by a key that is in the
// memory alone: what a crash leaves behind cannot be read. Closing it removes it.
type sealedFile struct {
	f    *os.File
	aead cipher.AEAD
	size int64 // of what was sent
	at   int64
	no   int64  // block that is open, -1 for none
	room []byte // its text
}

// sealedBlock is how much is sealed at once.
const sealedBlock = 64 << 10

// sealFile takes all that a reader gives.
func sealFile(r io.Reader) (*sealedFile, error) {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	s := &sealedFile{no: -1}
	if s.aead, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	if s.f, err = os.CreateTemp("", "register-*"); err != nil {
		return nil, fmt.Errorf("keep an upload: %w", err)
	}
	plain := make([]byte, sealedBlock)
	for no := int64(0); ; no++ {
		n, err := io.ReadFull(r, plain)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, errors.Join(fmt.Errorf("upload: %w: %w", err, fault.Invalid), s.Close())
		}
		if n == 0 {
			break
		}
		s.size += int64(n)
		if _, err := s.f.Write(s.aead.Seal(nil, s.nonce(no), plain[:n], nil)); err != nil {
			return nil, errors.Join(fmt.Errorf("keep an upload: %w", err), s.Close())
		}
	}
	clear(plain)
	return s, nil
}

// nonce is the block's number: no other block has it, and no other file the key.
func (s *sealedFile) nonce(no int64) []byte {
	n := make([]byte, s.aead.NonceSize())
	binary.BigEndian.PutUint64(n, uint64(no))
	return n
}

// ReadAt reads what was sent. One goroutine uses it.
func (s *sealedFile) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off+int64(n) >= s.size {
			return n, io.EOF
		}
		no := (off + int64(n)) / sealedBlock
		if no != s.no {
			sealed := make([]byte, min(sealedBlock, s.size-no*sealedBlock)+int64(s.aead.Overhead()))
			if _, err := s.f.ReadAt(sealed, no*(sealedBlock+int64(s.aead.Overhead()))); err != nil {
				return n, err
			}
			s.no = -1
			if s.room, err = s.aead.Open(sealed[:0], s.nonce(no), sealed, nil); err != nil {
				return n, err
			}
			s.no = no
		}
		n += copy(p[n:], s.room[(off+int64(n))-no*sealedBlock:])
	}
	return n, nil
}

func (s *sealedFile) Read(p []byte) (int, error) {
	n, err := s.ReadAt(p, s.at)
	if s.at += int64(n); n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// Seek is for the size of the file, and to begin again.
func (s *sealedFile) Seek(off int64, whence int) (int64, error) {
	s.at = off + map[int]int64{io.SeekCurrent: s.at, io.SeekEnd: s.size}[whence]
	return s.at, nil
}

// Again is the file from its beginning; closing it keeps the file.
func (s *sealedFile) Again() (io.ReadCloser, error) {
	s.at = 0
	return readSealed{s}, nil
}

type readSealed struct{ *sealedFile }

func (readSealed) Close() error { return nil }

func (s *sealedFile) Close() error { return errors.Join(s.f.Close(), os.Remove(s.f.Name())) }

// sealedFields is how much a form beside a file may hold.
const sealedFields = 64 << 10

// sealedUpload takes a form with one file of persons, which never lies on the disk as
// it was sent, and the other fields.
func sealedUpload(r *request, field string) (file *sealedFile, values url.Values, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, fmt.Errorf("upload: %w: %w", err, fault.Invalid)
	}
	values = url.Values{}
	left := int64(sealedFields)
	defer func() {
		if err != nil && file != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if file == nil {
				return nil, nil, fmt.Errorf("%s: %w", r.T("upload.none"), fault.Invalid)
			}
			return file, values, nil
		}
		if err != nil {
			return file, nil, fmt.Errorf("upload: %w: %w", err, fault.Invalid)
		}
		if part.FileName() != "" {
			if part.FormName() == field && file == nil {
				if file, err = sealFile(part); err != nil {
					return nil, nil, err
				}
			}
			continue
		}
		if left, err = readField(part, values, left); err != nil {
			return file, nil, err
		}
	}
}

func readField(part *multipart.Part, values url.Values, left int64) (int64, error) {
	b, err := io.ReadAll(io.LimitReader(part, left+1))
	if err != nil {
		return 0, fmt.Errorf("upload: %w: %w", err, fault.Invalid)
	}
	if int64(len(b)) > left {
		return 0, fmt.Errorf("a form of more than %d bytes: %w", sealedFields, fault.TooLarge)
	}
	values.Add(part.FormName(), string(b))
	return left - int64(len(b)), nil
}
