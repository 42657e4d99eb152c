package attach

import (
	"bytes"
	"strings"
)

func hostilePictures() []fileCase {
	var out []fileCase
	add := func(zh, en, name string, body []byte, refused string) {
		out = append(out, fileCase{zh, en, name, body, refused})
	}
	add("PNG 后面跟着压缩包", "an archive behind a PNG", "a.png", append(pngOf(4, 4), zipOf("a.exe", "MZ")...), "hidden")
	add("PNG 后面跟着网页", "a page behind a PNG", "a.png", append(pngOf(4, 4), "<html><script>"...), "hidden")
	add("PNG 尺寸荒唐", "a PNG of absurd size", "a.png", pngSaying(60_000, 60_000), "pixels")
	add("PNG 像素数超限", "a PNG of too many pixels", "a.png", pngSaying(10_000, 5_001), "pixels")
	add("PNG 尺寸与内容不符", "a PNG with fewer pixels than it says", "a.png", pngSaying(1000, 1000), "damaged")
	add("PNG 图像数据后藏内容", "something behind the pixels of a PNG", "a.png", []byte(pngMagic+chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")+chunk("IDAT", packed("\x00\x00")+"secret")+chunk("IEND", "")), "damaged")
	add("PNG 校验不符", "a PNG with a wrong check sum", "a.png", bytes.Replace(pngOf(4, 4), []byte("IHDR\x00\x00\x00\x04"), []byte("IHDR\x00\x00\x00\x05"), 1), "damaged")
	add("PNG 块长度越界", "a PNG with a chunk beyond its end", "a.png", []byte(pngMagic+"\xff\xff\xff\xf0IHDR"), "damaged")
	add("PNG 没有结尾", "a PNG without an end", "a.png", pngOf(4, 4)[:60], "damaged")
	add("JPG 后面跟着压缩包", "an archive behind a JPEG", "a.jpg", append(jpegOf(8, 8), zipOf("a.exe", "MZ")...), "hidden")
	add("JPG 后面跟着程序", "a program behind a JPEG", "a.jpg", append(jpegOf(8, 8), "MZ\x90\x00"...), "hidden")
	add("JPG 尺寸荒唐", "a JPEG of absurd size", "a.jpg", jpegSaying(60_000, 60_000), "pixels")
	add("JPG 没有结尾", "a JPEG without an end", "a.jpg", bytes.TrimSuffix(jpegOf(8, 8), []byte{0xFF, mEOI}), "damaged")
	add("JPG 段长度越界", "a JPEG with a segment beyond its end", "a.jpg", []byte("\xff\xd8\xff\xe1\xff\xff"+strings.Repeat("x", 9)), "damaged")
	add("JPG 两个画幅", "a JPEG with two frames", "a.jpg", twoFrames(), "damaged")
	return out
}

func twoFrames() []byte {
	b := jpegOf(8, 8)
	at := bytes.Index(b, []byte{0xFF, mSOF0})
	size := 2 + int(b[at+2])<<8 + int(b[at+3])
	return bytes.Join([][]byte{b[:at], b[at:]}, b[at:at+size])
}
