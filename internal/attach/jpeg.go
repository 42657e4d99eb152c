// JPEG: every segment is read and the picture's own are kept, bit by bit as they
// are, so nothing of the picture is lost. Of what the camera wrote only the turn
// of the picture stays.

package attach

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
)

// Markers of segments.
const (
	mSOI, mEOI, mSOS, mDHT, mDQT, mDRI = 0xD8, 0xD9, 0xDA, 0xC4, 0xDB, 0xDD
	mSOF0, mSOF1, mSOF2                = 0xC0, 0xC1, 0xC2
	mAPP0, mAPP1, mAPP14               = 0xE0, 0xE1, 0xEE
)

func cleanJPEG(b []byte) ([]byte, error) {
	out, n, err := oneJPEG(b)
	if err != nil {
		return nil, err
	}
	// Phones put a second picture behind the first, for brightness or depth, or
	// fill up with zeros. It is not kept; anything else there is no camera's.
	for rest := bytes.TrimLeft(b[n:], "\x00"); len(rest) > 0; rest = bytes.TrimLeft(rest[n:], "\x00") {
		if !bytes.HasPrefix(rest, []byte{0xFF, mSOI, 0xFF}) {
			return nil, twoKinds()
		}
		if _, n, err = oneJPEG(rest); err != nil {
			return nil, err
		}
	}
	if _, err := jpeg.DecodeConfig(bytes.NewReader(out)); err != nil {
		return nil, damaged(JPEG)
	}
	return out, nil
}

// oneJPEG reads a picture to its end and gives what is kept of it.
func oneJPEG(b []byte) (kept []byte, n int, err error) {
	out := append(make([]byte, 0, len(b)), 0xFF, mSOI)
	turn, framed, scanned := 0, false, false
	for at := 2; ; {
		for at < len(b) && b[at] == 0xFF && at+1 < len(b) && b[at+1] == 0xFF { // fill bytes
			at++
		}
		if at+2 > len(b) || b[at] != 0xFF {
			return nil, 0, damaged(JPEG)
		}
		marker := b[at+1]
		if marker == mEOI {
			if !framed || !scanned {
				return nil, 0, damaged(JPEG)
			}
			return turned(append(out, 0xFF, mEOI), turn), at + 2, nil
		}
		if at+4 > len(b) {
			return nil, 0, damaged(JPEG)
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		end := at + 2 + size
		if size < 2 || end > len(b) {
			return nil, 0, damaged(JPEG)
		}
		body := b[at+4 : end]
		switch marker {
		case mSOF0, mSOF1, mSOF2:
			if framed || len(body) < 6 {
				return nil, 0, damaged(JPEG)
			}
			framed = true
			if err := checkSize(JPEG, int64(binary.BigEndian.Uint16(body[3:])), int64(binary.BigEndian.Uint16(body[1:]))); err != nil {
				return nil, 0, err
			}
			out = append(out, b[at:end]...)
		case mDHT, mDQT, mDRI:
			out = append(out, b[at:end]...)
		case mAPP14: // says how colours are coded
			if bytes.HasPrefix(body, []byte("Adobe")) && len(body) == 12 {
				out = append(out, b[at:end]...)
			}
		case mAPP1:
			if exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && turn == 0 {
				turn = orientation(exif)
			}
		case mSOS:
			if !framed {
				return nil, 0, damaged(JPEG)
			}
			scanned = true
			for end < len(b)-1 && (b[end] != 0xFF || b[end+1] == 0 || b[end+1] >= 0xD0 && b[end+1] <= 0xD7) {
				end++
			}
			out = append(out, b[at:end]...)
		default:
			// Other ways of packing are in no camera's photos, and readers differ.
			if marker >= 0xC0 && marker < 0xE0 || marker < 0xC0 || marker > 0xEF && marker != 0xFE {
				return nil, 0, damaged(JPEG)
			}
		}
		at = end
	}
}

// orientation is how the camera was held, 1 to 8, of the first directory of an
// Exif block; 0 where it does not say.
func orientation(b []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return 0
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(b, []byte("II*\x00")):
		return 0
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 0
	}
	n := int64(order.Uint16(b[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(b)) {
			return 0
		}
		if order.Uint16(b[e:]) != 0x0112 || order.Uint16(b[e+2:]) != 3 || order.Uint32(b[e+4:]) != 1 {
			continue
		}
		if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 0
	}
	return 0
}

// turned puts the turn of a picture back, in a block of Exif that says nothing
// else.
func turned(b []byte, turn int) []byte {
	if turn < 2 {
		return b
	}
	block := []byte{0xFF, mAPP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0}
	return append(append(b[:2:2], block...), b[2:]...)
}
