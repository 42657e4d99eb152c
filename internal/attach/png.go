// PNG: every chunk is read, the picture's own are kept, and the picture is
// unpacked to see that it is one and has the size that it says.

package attach

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"shuren/internal/fault"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that make the picture. Texts, Exif, times, profiles
// and whatever a program adds for itself are not among them.
var pngKept = map[string]bool{"IHDR": true, "PLTE": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "sBIT": true, "bKGD": true, "pHYs": true, "IDAT": true, "IEND": true}

func cleanPNG(b []byte) ([]byte, error) {
	out := bytes.NewBufferString(pngMagic)
	var head []byte
	var data [][]byte
	rest := b[len(pngMagic):]
	for ended := false; !ended; {
		if len(rest) < 12 {
			return nil, damaged(PNG)
		}
		n := binary.BigEndian.Uint32(rest)
		if n > uint32(len(rest)-12) {
			return nil, damaged(PNG)
		}
		kind, body, whole := string(rest[4:8]), rest[8:8+n], rest[:12+n]
		if crc32.ChecksumIEEE(rest[4:8+n]) != binary.BigEndian.Uint32(rest[8+n:]) {
			return nil, damaged(PNG)
		}
		switch {
		case (kind == "IHDR") != (head == nil), kind == "IHDR" && n != 13, kind == "IEND" && n != 0:
			return nil, damaged(PNG)
		case kind == "IHDR":
			head = body
		case kind == "IDAT":
			data = append(data, body)
		case kind[0]&0x20 == 0 && !pngKept[kind]: // one that no reader may skip
			return nil, damaged(PNG)
		}
		if pngKept[kind] {
			out.Write(whole)
		}
		rest, ended = rest[12+n:], kind == "IEND"
	}
	if len(rest) > 0 {
		return nil, twoKinds()
	}
	return out.Bytes(), checkPixels(head, data)
}

// checkPixels unpacks the picture without keeping it.
func checkPixels(head []byte, data [][]byte) error {
	w, h := int64(binary.BigEndian.Uint32(head)), int64(binary.BigEndian.Uint32(head[4:]))
	if err := checkSize(PNG, w, h); err != nil {
		return err
	}
	channels := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[head[9]]
	depth := int64(head[8])
	if channels == 0 || depth != 1 && depth != 2 && depth != 4 && depth != 8 && depth != 16 || head[10] != 0 || head[11] != 0 || head[12] > 1 {
		return damaged(PNG)
	}
	pass := func(x0, y0, dx, dy int64) int64 {
		w, h := (w-x0+dx-1)/dx, (h-y0+dy-1)/dy
		if w <= 0 || h <= 0 {
			return 0
		}
		return h * (1 + (w*channels*depth+7)/8)
	}
	want := pass(0, 0, 1, 1)
	if head[12] == 1 {
		want = 0
		for _, p := range [][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
			want += pass(p[0], p[1], p[2], p[3])
		}
	}
	packed := bytes.NewReader(bytes.Join(data, nil))
	z, err := zlib.NewReader(packed)
	if err != nil {
		return damaged(PNG)
	}
	got, err := io.Copy(io.Discard, io.LimitReader(z, want+1))
	if err != nil || got != want || packed.Len() > 0 {
		return damaged(PNG)
	}
	return nil
}

// checkSize refuses pictures that no reader could hold.
func checkSize(t Type, w, h int64) error {
	if w == 0 || h == 0 {
		return damaged(t)
	}
	if w > MaxSide || h > MaxSide || w*h > MaxPixels {
		return refuse(fault.TooLarge, fmt.Sprintf("图片有 %d×%d 像素，超过 %d 万像素或一边超过 %d：请缩小后再上传", w, h, MaxPixels/10_000, MaxSide),
			fmt.Sprintf("the picture has %d×%d pixels, more than %d million or more than %d on a side: make it smaller", w, h, MaxPixels/1_000_000, MaxSide))
	}
	return nil
}
