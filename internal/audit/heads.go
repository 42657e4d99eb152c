package audit

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shuren/internal/fault"
)

// headsLine begins a file of noted heads.
const headsLine = "# shuren audit heads: number, hash, shard"

// WriteHeads writes heads as text to be kept elsewhere: on paper, by mail, on
// another machine.
func WriteHeads(w io.Writer, heads []Head) error {
	if _, err := fmt.Fprintln(w, headsLine); err != nil {
		return err
	}
	for _, h := range heads {
		if _, err := fmt.Fprintf(w, "%d %s %s\n", h.No, h.Hash, h.Shard); err != nil {
			return err
		}
	}
	return nil
}

// ReadHeads reads what WriteHeads wrote. Several notes may stand in one file.
func ReadHeads(r io.Reader) ([]Head, error) {
	var heads []Head
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		no, rest, _ := strings.Cut(line, " ")
		hash, shard, _ := strings.Cut(rest, " ")
		i, err := strconv.ParseInt(no, 10, 64)
		if err != nil || i < 1 || len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" || strings.TrimSpace(shard) == "" {
			return nil, fmt.Errorf("line %d: want NUMBER HASH SHARD, as `shuren audit verify` prints them: %w", n, fault.Invalid)
		}
		heads = append(heads, Head{strings.TrimSpace(shard), i, hash})
	}
	return heads, lines.Err()
}
