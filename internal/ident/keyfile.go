package ident

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"shuren/internal/fault"
)

// keyFile is a ring as a file. Whoever has it and the database has all.
type keyFile struct {
	Keys []fileKey `json:"keys"`
}

type fileKey struct {
	ID     uint32 `json:"id"`
	Suite  Suite  `json:"suite"`
	Secret []byte `json:"secret"`
}

// ReadKeys reads the keys of a file that nobody but its owner may read.
func ReadKeys(path string) ([]Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key file %s may be read by others (%04o); want 0600: %w", path, info.Mode().Perm(), fault.Invalid)
	}
	if info.Size() > 1<<20 {
		return nil, fmt.Errorf("key file %s of %d bytes: %w", path, info.Size(), fault.Invalid)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var f keyFile
	if err := d.Decode(&f); err != nil {
		// The decoder's words may hold a piece of a secret.
		return nil, fmt.Errorf("key file %s is not the JSON of a ring: %w", path, fault.Invalid)
	}
	keys := make([]Key, len(f.Keys))
	for i, k := range f.Keys {
		keys[i] = Key(k)
	}
	return keys, nil
}

// WriteKeys writes keys to a file of one's own, in one step: a file that is there
// is replaced whole, or stays as it is.
func WriteKeys(path string, keys []Key) (err error) {
	f := keyFile{Keys: make([]fileKey, len(keys))}
	for i, k := range keys {
		f.Keys[i] = fileKey(k)
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // 0600
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write key file: %w", err), os.Remove(tmp.Name()))
		}
	}()
	if _, err = tmp.Write(append(data, '\n')); err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// OpenRing reads the ring of a file; where there is none and make is true, one
// with a first key is made.
func OpenRing(path string, make bool, suite Suite) (*Ring, error) {
	keys, err := ReadKeys(path)
	if errors.Is(err, fs.ErrNotExist) && make {
		keys = []Key{NewKey(1, suite)}
		if err := WriteKeys(path, keys); err != nil {
			return nil, err
		}
		return NewRing(keys...)
	}
	if err != nil {
		return nil, err
	}
	return NewRing(keys...)
}
