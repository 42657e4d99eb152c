package attach

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strings"
)

// PhotoSide is the longer side of a photo as it is kept, in pixels.
const PhotoSide = 1600

// Photo is Clean for what must be a photo. The bytes to store are a JPEG that is
// drawn anew from the pixels: what a camera wrote beside them, where it was taken
// first of all, and whatever else came in the file is not in it. The same photo gives
// the same bytes, so one that is sent twice is stored once.
func Photo(name string, r io.ReaderAt, size int64) (File, []byte, error) {
	f, b, err := Clean(name, r, size)
	if err != nil {
		return File{}, nil, err
	}
	if !f.Type.Image() {
		return File{}, nil, invalid("只收照片（JPEG、PNG）", "only photos are taken here: JPEG or PNG")
	}
	if b, err = Thumb(b, PhotoSide); err != nil {
		return File{}, nil, err
	}
	sum := sha256.Sum256(b)
	return File{Hash: hex.EncodeToString(sum[:]), Type: JPEG, Size: int64(len(b)), Name: strings.TrimSuffix(f.Name, path.Ext(f.Name)) + ".jpg"}, b, nil
}
