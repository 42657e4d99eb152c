package attach

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/testkit"
)

var update = flag.Bool("update", false, "write docs/attachments.md anew")

func clean(c fileCase) (File, []byte, error) {
	return Clean(c.name, bytes.NewReader(c.body), int64(len(c.body)))
}

// Every case is tried, and the table that people read is what came of it.
func TestFiles(t *testing.T) {
	var b strings.Builder
	b.WriteString("# 附件收什么 / What files are taken\n\n" +
		"佐证材料逐个拆开检查：按内容认类型，并须与扩展名一致；会运行、联网、打开别的文件或藏有别的文件的一律不收。本页由测试生成（internal/attach），每一行都试过，与程序不符则测试失败。\n\n" +
		"Each file is taken apart: its kind is known by its content and must agree with its name; what runs, fetches, opens or hides something is refused. Each line was tried by the test that writes this page.\n\n")
	fmt.Fprintf(&b, "- 单个文件不超过 %d MB，一件事项不超过 %d 个文件；图片不超过 %d 万像素。/ A file has at most %d MB, one matter at most %d files, a picture at most %d million pixels.\n", MaxFile>>20, MaxUses, MaxPixels/10_000, MaxFile>>20, MaxUses, MaxPixels/1_000_000)
	b.WriteString("- 照片无损地去掉拍摄地点、时间、机型、缩略图、文字和色彩特性文件，只留画面和转向。/ Photos lose place, time, camera, thumbnail, texts and colour profile without loss to the picture; only its turn stays.\n" +
		"- 文档中的网页链接（http、https、mailto）留着，点了才去；其他外部链接都不收。/ Links to web pages and mailboxes stay: they lead there when clicked. No other outside link is taken.\n" +
		"- PDF 用来装图像和字体的数据流不解开，只看对象；Word、Excel、PPT 和文本的内容原样保存，作者名等属性也在其中。/ Streams of pixels and fonts in a PDF are not unpacked, only objects are read; documents and texts are kept as they came, with the names of their authors.\n" +
		"- 这不是杀毒软件：阅读程序本身的漏洞查不出来。/ This is no virus scanner: what attacks a flaw of a reading program is not found.\n")
	head := func(title string) {
		b.WriteString("\n## " + title + "\n\n| | 文件 / file | 名称 / name | 答复 / answer |\n|---|---|---|---|\n")
	}
	row := func(i int, c fileCase, answer string) {
		fmt.Fprintf(&b, "| %d | %s<br>%s | %s | %s |\n", i+1, c.zh, c.en, strings.NewReplacer("\u202e", "[U+202E]", "|", "\\|").Replace(c.name), answer)
	}
	head("收 / taken")
	for i, c := range takenCases() {
		f, body, err := clean(c)
		if err != nil {
			t.Errorf("%s: %v", c.en, err)
			continue
		}
		if f.Size != int64(len(body)) || f.Type == "" {
			t.Errorf("%s: %+v", c.en, f)
		}
		row(i, c, string(f.Type))
	}
	head("不收 / refused")
	for i, c := range hostileCases() {
		_, body, err := clean(c)
		r, ok := errors.AsType[*Refusal](err)
		if !ok || !strings.Contains(r.Error(), c.refused) || body != nil && err == nil {
			t.Errorf("%s: %v; want %q", c.en, err, c.refused)
			continue
		}
		if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v is of no kind", c.en, err)
		}
		if !han(r.In("zh")) {
			t.Errorf("%s: %q is not Chinese", c.en, r.In("zh"))
		}
		row(i, c, r.In("zh")+"<br>"+r.In("en"))
	}
	file := filepath.Join(testkit.Root(), "docs", "attachments.md")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != b.String() {
		t.Errorf("docs/attachments.md is stale (%v): go test ./internal/attach -run Files -update", err)
	}
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4E00 && r < 0xA000 })
}

// What is stored of a picture is the picture: nothing of the camera, and every
// pixel as it was.
func TestPicturesLoseTheirPlace(t *testing.T) {
	plain := jpegOf(40, 30)
	for _, c := range []fileCase{
		{en: "JPEG", name: "a.jpg", body: withSegments(plain, segment(mAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), segment(mAPP1, exif(6)), segment(mAPP1, "http://ns.adobe.com/xap/1.0/\x00GPS"), segment(0xE2, "ICC_PROFILE\x00GPS"), segment(0xED, "GPS"), segment(0xFE, "GPS"))},
		{en: "a second picture", name: "a.jpg", body: append(bytes.Clone(plain), withSegments(plain, segment(0xFE, "GPS"))...)},
		{en: "PNG", name: "a.png", body: withChunk(pngOf(20, 10), chunk("tEXt", "GPS\x001")+chunk("iTXt", "GPS")+chunk("eXIf", "GPS")+chunk("gpSx", "GPS")+chunk("tIME", "1234567")+chunk("iCCP", "GPS"))},
	} {
		t.Run(c.en, func(t *testing.T) {
			_, body, err := clean(c)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(body, []byte("GPS")) || bytes.Contains(body, []byte("Author")) {
				t.Errorf("it still says where it was taken: %q", body[:min(200, len(body))])
			}
			want, _, err := image.Decode(bytes.NewReader(c.body))
			got, _, err2 := image.Decode(bytes.NewReader(body))
			if err != nil || err2 != nil || want.Bounds() != got.Bounds() {
				t.Fatal(err, err2)
			}
			for y := range want.Bounds().Dy() {
				for x := range want.Bounds().Dx() {
					if want.At(x, y) != got.At(x, y) {
						t.Fatalf("pixel %d,%d is %v, want %v", x, y, got.At(x, y), want.At(x, y))
					}
				}
			}
			again, body2, err := Clean(c.name, bytes.NewReader(body), int64(len(body)))
			if err != nil || !bytes.Equal(body, body2) || again.Size != int64(len(body)) {
				t.Errorf("cleaned twice it is another: %v", err)
			}
		})
	}
}

// A photo taken upright is shown upright, small and without the file's own bytes.
func TestThumbTurnsUpright(t *testing.T) {
	for turn, want := range map[byte]image.Point{1: {20, 15}, 3: {20, 15}, 6: {15, 20}, 8: {15, 20}} {
		_, body, err := clean(fileCase{name: "a.jpg", body: withSegments(jpegOf(80, 60), segment(mAPP1, exif(turn)))})
		if err != nil {
			t.Fatal(err)
		}
		small, err := Thumb(body, 20)
		if err != nil {
			t.Fatal(err)
		}
		m, kind, err := image.Decode(bytes.NewReader(small))
		if err != nil || kind != "jpeg" || m.Bounds().Size() != want {
			t.Errorf("turn %d: %s %v %v, want %v", turn, kind, m.Bounds(), err, want)
		}
	}
	// Red is left of blue; turned by a quarter to the right it is above it.
	if got := place(0, 0, 2, 1, 6); got != image.Pt(0, 0) {
		t.Error(got)
	}
	if got := place(1, 0, 2, 1, 6); got != image.Pt(0, 1) {
		t.Error(got)
	}
	if _, err := Thumb(pngSaying(9000, 9000), 20); !errors.Is(err, fault.TooLarge) {
		t.Errorf("a huge picture: %v; want too large", err)
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "批复.pdf", "批复.pdf"},
		{"no folders", `C:\Users\x\批复.pdf`, "批复.pdf"},
		{"no folders of Unix", "../../etc/批复.pdf", "批复.pdf"},
		{"what file systems mind", `a<b>:"c"|d?.pdf`, "a_b___c__d_.pdf"},
		{"blanks", "  a \t b .pdf ", "a b .pdf"},
		{"too long", strings.Repeat("长", 300) + ".pdf", strings.Repeat("长", MaxName-4) + ".pdf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "blanks" {
				tt.in = strings.ReplaceAll(tt.in, "\t", " ") // a tab is refused
			}
			if got, err := cleanName(tt.in); err != nil || got != tt.want {
				t.Errorf("%q %v, want %q", got, err, tt.want)
			}
		})
	}
	for _, bad := range []string{"", "/", "..", ".pdf", "a\x00.pdf", "a\n.pdf", "a\u200b.pdf", "a\u202e.pdf", "\xff.pdf"} {
		if got, err := cleanName(bad); err == nil {
			t.Errorf("%q is taken as %q", bad, got)
		}
	}
}

func TestWordsAreInBothLanguages(t *testing.T) {
	for _, ty := range Types {
		if (ty.name() == edu.Text{}) || !strings.Contains(Accept(), "."+map[Type]string{PDF: "pdf", OFD: "ofd", DOCX: "docx", XLSX: "xlsx", PPTX: "pptx", JPEG: "jpg", PNG: "png", TXT: "txt", CSV: "csv"}[ty]) {
			t.Errorf("%s has no name or extension", ty)
		}
	}
	for _, m := range magics {
		if !han(m.why.ZH) || m.why.EN == "" {
			t.Errorf("%q: %+v", m.begins, m.why)
		}
	}
}
