package flow

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/ident"
)

// keyFile is the ring of a city as it is in its file now: a rotation adds a key
// there, which a running server must not miss.
type keyFile struct {
	mu   sync.Mutex
	path string
	at   time.Time
	size int64
	kept *ident.Ring
}

// UseKeys says where the keys of the registers are. Without them registers are
// neither read nor kept. Where make is set and there is no file, one with a first key
// is made; it belongs into a backup of its own, apart from the database.
func (c *City) UseKeys(path string, make bool, suite ident.Suite) error {
	if _, err := ident.OpenRing(path, make, suite); err != nil {
		return err
	}
	c.keys.mu.Lock()
	defer c.keys.mu.Unlock()
	c.keys.path, c.keys.kept = path, nil
	return nil
}

// HasKeys tells whether the registers can be used.
func (c *City) HasKeys() bool {
	c.keys.mu.Lock()
	defer c.keys.mu.Unlock()
	return c.keys.path != ""
}

var errNoKeys = auth.Refuse(fault.Invalid, "没有指定名册密钥文件：请用 --keys 指明，或用 shuren init 生成", "no key file of the registers: give it with --keys; shuren init makes one")

// read reads the ring anew.
func (k *keyFile) read() (*ident.Ring, error) {
	k.mu.Lock()
	k.kept = nil
	k.mu.Unlock()
	return k.ring()
}

// ring is the ring as the file has it now.
func (k *keyFile) ring() (*ident.Ring, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.path == "" {
		return nil, errNoKeys
	}
	fi, err := os.Stat(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoKeys
	case err != nil:
		return nil, err
	case k.kept != nil && fi.ModTime().Equal(k.at) && fi.Size() == k.size:
		return k.kept, nil
	}
	ring, err := ident.OpenRing(k.path, false, ident.AES)
	if err != nil {
		return nil, err
	}
	k.kept, k.at, k.size = ring, fi.ModTime(), fi.Size()
	return ring, nil
}
