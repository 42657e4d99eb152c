package docxtest

import (
	"fmt"
	"image"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// DPI is how finely pages are drawn: some five dots a millimetre.
const DPI = 120

// Paper is a document as LibreOffice prints it.
type Paper struct {
	Pages []Page
	Texts []string // of each page
}

// Page is one page as a picture.
type Page struct{ image.Image }

// Print opens documents in LibreOffice, all in one run, and prints them. A document
// that it cannot open fails the test.
func Print(t testing.TB, docs map[string][]byte) map[string]Paper {
	t.Helper()
	out := opened(t, docs)
	papers := map[string]Paper{}
	for name := range docs {
		pdf := filepath.Join(out, name+".pdf")
		run(t, "pdftoppm", "-r", fmt.Sprint(DPI), pdf, filepath.Join(out, name))
		files, err := filepath.Glob(filepath.Join(out, name+"-*.ppm"))
		if err != nil {
			t.Fatal(err)
		}
		p := Paper{Texts: texts(t, pdf)}
		slices.Sort(files)
		for _, f := range files {
			p.Pages = append(p.Pages, Page{picture(t, f)})
		}
		if len(p.Texts) != len(p.Pages) {
			t.Fatalf("%s has %d pages and texts of %d", name, len(p.Pages), len(p.Texts))
		}
		papers[name] = p
	}
	return papers
}

// Read opens documents as Print does and gives the text of each page, without pictures.
func Read(t testing.TB, docs map[string][]byte) map[string][]string {
	t.Helper()
	out := opened(t, docs)
	pages := map[string][]string{}
	for name := range docs {
		pages[name] = texts(t, filepath.Join(out, name+".pdf"))
	}
	return pages
}

// texts are those of the pages of a PDF: each ends with a form feed.
func texts(t testing.TB, pdf string) []string {
	t.Helper()
	text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
}

// opened lets LibreOffice make a PDF of each document; it gives their folder.
func opened(t testing.TB, docs map[string][]byte) (out string) {
	t.Helper()
	testkit.OutOfProcess(t)
	for _, tool := range []string{"soffice", "pdftoppm", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			testkit.Missing(t, "office", tool+" is not installed")
		}
	}
	dir := t.TempDir()
	out = t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", out}
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		file := filepath.Join(dir, name+".docx")
		if err := os.WriteFile(file, docs[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	run(t, "soffice", args...)
	for name := range docs {
		if _, err := os.Stat(filepath.Join(out, name+".pdf")); err != nil {
			t.Fatalf("LibreOffice did not open %s", name)
		}
	}
	return out
}

func run(t testing.TB, name string, args ...string) {
	t.Helper()
	if msg, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, msg)
	}
}

// picture reads what pdftoppm writes: a line that says how large it is, then three
// bytes a dot.
func picture(t testing.TB, file string) image.Image {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var w, h, most int
	if _, err := fmt.Sscanf(string(b[:min(len(b), 64)]), "P6\n%d %d\n%d\n", &w, &h, &most); err != nil || len(b) < 3*w*h {
		t.Fatalf("%s: no picture: %v", file, err)
	}
	b = b[len(b)-3*w*h:]
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		copy(m.Pix[4*i:], b[3*i:3*i+3])
		m.Pix[4*i+3] = 255
	}
	return m
}

// Box is a place on a page in millimetres from its upper left corner.
type Box struct{ Left, Top, Right, Bottom float64 }

// Width and Height are its sizes.
func (b Box) Width() float64  { return b.Right - b.Left }
func (b Box) Height() float64 { return b.Bottom - b.Top }

// Whole is a place that holds every page.
var Whole = Box{0, 0, 1000, 1000}

// Ink tells that a dot is printed on.
type Ink func(r, g, b uint32) bool

// Dark is black print, Red that of a red head.
func Dark(r, g, b uint32) bool { return r < 0x8000 && g < 0x8000 && b < 0x8000 }
func Red(r, g, b uint32) bool  { return r > 0xB000 && g < 0x8000 && b < 0x8000 }

const dot = 25.4 / DPI

func (p Page) dots(in Box) image.Rectangle {
	return image.Rect(int(in.Left/dot), int(in.Top/dot), int(in.Right/dot), int(in.Bottom/dot)).Intersect(p.Bounds())
}

// Ink is the smallest place inside another that holds all the ink in it.
func (p Page) Ink(ink Ink, in Box) Box {
	out := image.Rectangle{}
	for y := p.dots(in).Min.Y; y < p.dots(in).Max.Y; y++ {
		for x := p.dots(in).Min.X; x < p.dots(in).Max.X; x++ {
			if r, g, b, _ := p.At(x, y).RGBA(); ink(r, g, b) {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return Box{float64(out.Min.X) * dot, float64(out.Min.Y) * dot, float64(out.Max.X) * dot, float64(out.Max.Y) * dot}
}

// Lines are the bands of ink one below the other.
func (p Page) Lines(ink Ink, in Box) []Box { return p.split(ink, in, false) }

// Letters are the pieces of ink side by side.
func (p Page) Letters(ink Ink, in Box) []Box { return p.split(ink, in, true) }

func (p Page) split(ink Ink, in Box, across bool) []Box {
	r := p.dots(in)
	n, m := r.Dy(), r.Dx()
	if across {
		n, m = m, n
	}
	var out []Box
	begin := -1
	for i := 0; i <= n; i++ {
		inked := false
		for k := 0; k < m && i < n && !inked; k++ {
			x, y := r.Min.X+k, r.Min.Y+i
			if across {
				x, y = r.Min.X+i, r.Min.Y+k
			}
			cr, cg, cb, _ := p.At(x, y).RGBA()
			inked = ink(cr, cg, cb)
		}
		switch {
		case inked && begin < 0:
			begin = i
		case !inked && begin >= 0:
			b := in
			if across {
				b.Left, b.Right = float64(r.Min.X+begin)*dot, float64(r.Min.X+i)*dot
			} else {
				b.Top, b.Bottom = float64(r.Min.Y+begin)*dot, float64(r.Min.Y+i)*dot
			}
			out = append(out, b)
			begin = -1
		}
	}
	return out
}
