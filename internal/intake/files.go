// Files to read, and where their periods are written beside their cells.

package intake

import (
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
)

// File is something to read, opened when its turn comes.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Path is a file on disk.
func Path(name string) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }}
}

// Stdin is the standard input.
func Stdin() File {
	return File{Name: "-", Open: func() (io.ReadCloser, error) { return io.NopCloser(os.Stdin), nil }}
}

var yearWords = regexp.MustCompile(`((?:19|20)\d\d)(?:\s*[-—–~至_]\s*((?:19|20)\d\d))?\s*(学年)?`)

// periodIn finds the school year that a name speaks of: 2025-2026, or 2025学年.
func periodIn(name string) edu.Period {
	for _, m := range yearWords.FindAllStringSubmatch(norm.NFKC.String(name), -1) {
		if m[2] == "" && m[3] == "" {
			continue
		}
		text := m[1]
		if m[2] != "" {
			text += "-" + m[2]
		}
		if p, err := edu.ParsePeriod(text); err == nil {
			return p
		}
	}
	return edu.Period{}
}

// periodOf reads a cell that gives a period: 2025, 2025—2026学年, 2025学年度.
func periodOf(text string) (edu.Period, error) {
	t := strings.ToUpper(strings.Join(strings.Fields(norm.NFKC.String(text)), ""))
	for _, end := range []string{"学年度", "学年", "年度", "年"} {
		t = strings.TrimSuffix(t, end)
	}
	t = strings.NewReplacer("~", "-", "至", "-", "/", "-", "_", "-", "－", "-").Replace(t)
	if p, err := edu.ParsePeriod(t); err == nil {
		return p, nil
	}
	return edu.ParsePeriod(text)
}
