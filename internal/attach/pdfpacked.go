// Objects of a PDF that are packed in a stream.

package attach

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"

	"shuren/internal/fault"
)

// packed reads a stream of objects.
func (p *pdf) packed(d pdfDict, body []byte) error {
	filter := d["Filter"]
	if list, ok := filter.(pdfList); ok && len(list) == 1 {
		filter = list[0]
	}
	switch filter {
	case nil:
	case pdfName("FlateDecode"), pdfName("Fl"):
		if !plainParms(d["DecodeParms"]) || !plainParms(d["DP"]) {
			return errPDF
		}
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			return errPDF
		}
		if body, err = io.ReadAll(io.LimitReader(z, p.left+1)); err != nil {
			return errPDF
		}
	default: // packed in a way that no writer uses for objects
		return errPDF
	}
	if p.left -= int64(len(body)); p.left < 0 {
		return refuse(fault.TooLarge, fmt.Sprintf("PDF 中压缩的对象解开后超过 %d MB", maxObjects>>20), fmt.Sprintf("the packed objects of the PDF unpack to more than %d MB", maxObjects>>20))
	}
	first, ok := d["First"].(int)
	count, ok2 := d["N"].(int)
	if !ok || !ok2 || first < 0 || first > len(body) {
		return errPDF
	}
	// The list of places may point into a text, so names count there as well.
	if err := p.everyName(body); err != nil {
		return err
	}
	l := &pdfLexer{b: body, name: forbiddenName, entry: p.entry}
	var numbers []int
	for l.at < first && len(numbers) < 2*count {
		v, _, err := l.next()
		if err != nil {
			return err
		}
		n, ok := v.(int)
		if !ok {
			return errPDF
		}
		numbers = append(numbers, n)
	}
	l.at = first
	for i := 0; ; i++ {
		v, done, err := l.next()
		if done || err != nil {
			return err
		}
		if 2*i < len(numbers) {
			p.objects[numbers[2*i]] = append(p.objects[numbers[2*i]], v)
		}
	}
}

func plainParms(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case pdfDict:
		n, ok := v["Predictor"]
		return !ok || n == 1
	case pdfList:
		return len(v) == 1 && plainParms(v[0])
	}
	return v == pdfWord("null")
}

// everyName looks at all that could be a name, wherever it stands.
func (p *pdf) everyName(b []byte) error {
	l := &pdfLexer{b: b}
	for {
		i := bytes.IndexByte(b[l.at:], '/')
		if i < 0 {
			return nil
		}
		l.at += i
		if err := forbiddenName(l.readName()); err != nil {
			return err
		}
	}
}
