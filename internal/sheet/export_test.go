package sheet

import "strings"

// XMLTokens writes what the pull parser makes of a text.
func XMLTokens(s string) ([]string, error) {
	x := newXMLScanner(strings.NewReader(s))
	var out []string
	var text []byte
	flush := func() {
		if len(text) > 0 {
			out = append(out, "text "+string(text))
			text = text[:0]
		}
	}
	for {
		tok, err := x.next()
		if err != nil {
			return nil, err
		}
		switch tok {
		case xmlEOF:
			return out, nil
		case xmlStart:
			flush()
			r, err := unescape(nil, x.attr("r"))
			if err != nil {
				return nil, err
			}
			out = append(out, "start "+string(x.name)+" "+string(r))
		case xmlEnd:
			flush()
			out = append(out, "end")
		case xmlText:
			if text, err = x.appendText(text); err != nil {
				return nil, err
			}
		}
	}
}
