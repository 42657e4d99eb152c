package attach

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // a picture of either kind is made small

	"shuren/internal/fault"
)

// maxThumbPixels bounds what a small picture is made of: what is unpacked takes
// some bytes for each pixel.
const maxThumbPixels = 24_000_000

// Thumb makes a small picture of one that was taken: a JPEG of at most side
// pixels, drawn anew, so nothing of the file itself reaches the page.
func Thumb(b []byte, side int) ([]byte, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("picture: %w: %w", err, fault.Invalid)
	}
	if c.Width*c.Height > maxThumbPixels {
		return nil, fmt.Errorf("picture of %d×%d: %w", c.Width, c.Height, fault.TooLarge)
	}
	src, kind, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("picture: %w: %w", err, fault.Invalid)
	}
	turn := 1
	if kind == "jpeg" && len(b) > 40 && bytes.Equal(b[2:4], []byte{0xFF, mAPP1}) {
		turn = max(1, orientation(b[12:min(len(b), 38)]))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(src, side, turn), &jpeg.Options{Quality: 80}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// shrink gives every pixel of the small picture the mean of those that it stands
// for, on white, and turns it upright.
func shrink(src image.Image, side, turn int) *image.RGBA {
	in := src.Bounds()
	w, h := in.Dx(), in.Dy()
	sw, sh := w, h
	if m := max(w, h); m > side {
		sw, sh = max(1, w*side/m), max(1, h*side/m)
	}
	dw, dh := sw, sh
	if turn >= 5 {
		dw, dh = sh, sw
	}
	out := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range sh {
		for x := range sw {
			at := place(x, y, sw, sh, turn)
			out.SetRGBA(at.X, at.Y, mean(src, in.Min.X+x*w/sw, in.Min.Y+y*h/sh, in.Min.X+(x+1)*w/sw, in.Min.Y+(y+1)*h/sh))
		}
	}
	return out
}

// place is where a pixel comes to stand when the picture is turned upright.
func place(x, y, w, h, turn int) image.Point {
	switch turn {
	case 2:
		return image.Pt(w-1-x, y)
	case 3:
		return image.Pt(w-1-x, h-1-y)
	case 4:
		return image.Pt(x, h-1-y)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(h-1-y, x)
	case 7:
		return image.Pt(h-1-y, w-1-x)
	case 8:
		return image.Pt(y, w-1-x)
	}
	return image.Pt(x, y)
}

// mean is the colour of a part of a picture. Of a large part some pixels do.
func mean(src image.Image, x0, y0, x1, y1 int) color.RGBA {
	x1, y1 = max(x1, x0+1), max(y1, y0+1)
	dx, dy := max(1, (x1-x0)/4), max(1, (y1-y0)/4)
	var r, g, b, n uint32
	for y := y0; y < y1; y += dy {
		for x := x0; x < x1; x += dx {
			cr, cg, cb, ca := src.At(x, y).RGBA()
			white := 0xFFFF - ca
			r, g, b, n = r+(cr+white)>>8, g+(cg+white)>>8, b+(cb+white)>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 0xFF}
}
