// Archives, as documents of Office and OFD are: only those of which every byte
// belongs to a part, so that no two programs read them differently.

package attach

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// archive is an archive that was taken apart.
type archive struct {
	t     Type // what the messages call it
	parts map[string]*part
	names []string // in the order of the directory
	left  *int64   // bytes that may still be unpacked, with those of nested ones
}

type part struct {
	name          string
	flags, method uint16
	crc           uint32
	at            int64 // where its own header begins
	packed, size  int64 // bytes, packed and unpacked
	body          []byte
}

var le = binary.LittleEndian

// endOf finds the record at the end of an archive. Only zeros may follow, with
// which some programs fill up.
func endOf(b []byte) (at int, ok bool) {
	at = bytes.LastIndex(b, []byte("PK\x05\x06"))
	return at, at >= 0 && at+22 <= len(b) && le.Uint16(b[at+20:]) == 0 && len(bytes.Trim(b[at+22:], "\x00")) == 0
}

// directory reads the directory at the end of an archive.
func directory(t Type, b []byte, left *int64) (*archive, error) {
	a := &archive{t: t, parts: map[string]*part{}, left: left}
	end, ok := endOf(b)
	switch {
	case !ok && end >= 0 && end+22 <= len(b):
		return nil, twoKinds() // something follows the end
	case !ok:
		return nil, damaged(t)
	}
	n, size, at := int(le.Uint16(b[end+10:])), int64(le.Uint32(b[end+12:])), int64(le.Uint32(b[end+16:]))
	switch {
	case le.Uint32(b[end+4:]) != 0 || le.Uint16(b[end+8:]) != uint16(n) || at+size > int64(end):
		return nil, damaged(t)
	case at+size < int64(end):
		return nil, twoKinds() // what came before was not counted
	}
	if n > maxParts {
		return nil, tooManyParts(t)
	}
	var unpacked int64
	dir := b[at:end]
	for range n {
		if len(dir) < 46 || !bytes.HasPrefix(dir, []byte("PK\x01\x02")) {
			return nil, damaged(t)
		}
		whole := 46 + int(le.Uint16(dir[28:])) + int(le.Uint16(dir[30:])) + int(le.Uint16(dir[32:]))
		if whole > len(dir) {
			return nil, damaged(t)
		}
		p := &part{name: string(dir[46 : 46+int(le.Uint16(dir[28:]))]), flags: le.Uint16(dir[8:]), method: le.Uint16(dir[10:]), crc: le.Uint32(dir[16:]),
			packed: int64(le.Uint32(dir[20:])), size: int64(le.Uint32(dir[24:])), at: int64(le.Uint32(dir[42:]))}
		if p.flags&0x41 != 0 {
			return nil, invalid("文件加了密码：请去掉密码再上传", "the file has a password: remove it")
		}
		// A link of a Unix file system is no part of a document.
		if mode := le.Uint32(dir[38:]) >> 16 & 0xF000; mode == 0xA000 || p.method != 0 && p.method != 8 {
			return nil, damaged(t)
		}
		if err := a.add(p); err != nil {
			return nil, err
		}
		if unpacked += p.size; p.size > maxUnpacked || unpacked > *left || unpacked > freeRatio && unpacked > maxRatio*int64(len(b)) {
			return nil, bomb(t)
		}
		dir = dir[whole:]
	}
	if len(dir) > 0 {
		return nil, twoKinds()
	}
	// From the first byte to the directory one part follows the other: what lies
	// before, between or in them would be none of them.
	next := int64(0)
	for _, p := range slices.SortedFunc(maps.Values(a.parts), func(p, q *part) int { return cmp.Compare(p.at, q.at) }) {
		if p.at != next {
			return nil, twoKinds()
		}
		var err error
		if next, err = p.locate(t, b[:at]); err != nil {
			return nil, err
		}
	}
	if next != at {
		return nil, twoKinds()
	}
	return a, nil
}

// locate finds the bytes of a part behind its own header, which must say the
// same as the directory, and where the next part begins.
func (p *part) locate(t Type, b []byte) (next int64, err error) {
	if p.at+30 > int64(len(b)) || !bytes.HasPrefix(b[p.at:], []byte("PK\x03\x04")) {
		return 0, damaged(t)
	}
	h := b[p.at:]
	from := 30 + int64(le.Uint16(h[26:])) + int64(le.Uint16(h[28:]))
	if from+p.packed > int64(len(h)) || string(h[30:30+int64(le.Uint16(h[26:]))]) != p.name || le.Uint16(h[8:]) != p.method || le.Uint16(h[6:])&8 != p.flags&8 {
		return 0, damaged(t)
	}
	p.body = h[from : from+p.packed]
	next = p.at + from + p.packed
	if p.flags&8 == 0 {
		// 0xFFFFFFFF: the header of a big archive, with sizes elsewhere.
		if s := le.Uint32(h[18:]); s != uint32(p.packed) && s != 0xFFFFFFFF {
			return 0, damaged(t)
		}
		return next, nil
	}
	// Check sum and sizes follow the part, with or without a mark, of 4 or 8 bytes.
	rest := b[next:]
	mark := 0
	if bytes.HasPrefix(rest, []byte("PK\x07\x08")) {
		mark = 4
	}
	for _, wide := range []int{4, 8} {
		n := mark + 4 + 2*wide
		if len(rest) == n || len(rest) > n && bytes.HasPrefix(rest[n:], []byte("PK\x03\x04")) {
			return next + int64(n), nil
		}
	}
	return 0, twoKinds()
}

// add keeps a part whose name is a plain path below the document.
func (a *archive) add(p *part) error {
	name := p.name
	if !utf8.ValidString(name) || name == "" || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") || path.Clean(name) != strings.TrimSuffix(name, "/") || strings.HasPrefix(name, "..") {
		return invalid("文件内部的路径不合规范（可能指向文件之外）：请打开后另存再上传", "a path inside the file leads out of it, or is not as it should be: open it and save it anew")
	}
	key := strings.ToLower(name)
	if a.parts[key] != nil {
		return damaged(a.t)
	}
	if strings.HasSuffix(name, "/") {
		if p.size != 0 {
			return damaged(a.t)
		}
	} else {
		a.names = append(a.names, key)
	}
	a.parts[key] = p
	return nil
}

// unpack gives a part. What comes out is counted: the directory may lie.
func (a *archive) unpack(p *part) ([]byte, error) {
	if p.size > *a.left {
		return nil, bomb(a.t)
	}
	out := p.body
	if p.method == 8 {
		packed := bytes.NewReader(p.body)
		buf := bytes.NewBuffer(make([]byte, 0, min(p.size, 1<<20)))
		_, err := io.Copy(buf, io.LimitReader(flate.NewReader(packed), p.size+1))
		switch {
		case int64(buf.Len()) > p.size:
			return nil, bomb(a.t)
		case err != nil || packed.Len() > 0:
			return nil, damaged(a.t)
		}
		out = buf.Bytes()
	}
	if int64(len(out)) != p.size || crc32.ChecksumIEEE(out) != p.crc {
		return nil, damaged(a.t)
	}
	*a.left -= p.size
	return out, nil
}
