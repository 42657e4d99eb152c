package cli

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"

	"shuren/internal/edu"
)

// table is a table for a terminal, its columns aligned by display width: a
// Chinese character takes two places.
type table struct {
	head  []string
	right []bool
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.head))
	for i, h := range t.head {
		widths[i] = cells(h)
	}
	for _, r := range t.rows {
		for i, c := range r {
			widths[i] = max(widths[i], cells(c))
		}
	}
	line := func(r []string) {
		var b strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-cells(c))
			if i > 0 {
				b.WriteString("  ")
			}
			if i < len(t.right) && t.right[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	line(t.head)
	total := -2
	for _, n := range widths {
		total += n + 2
	}
	fmt.Fprintln(w, strings.Repeat("─", total))
	for _, r := range t.rows {
		line(r)
	}
}

// cells is how many places a text takes on a terminal.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// lamp is a verdict as shape and word, so that it reads without colour.
func (a *app) lamp(v edu.Verdict) string {
	switch v {
	case edu.Met:
		return a.say("● 达标", "● met")
	case edu.Short:
		return a.say("■ 不达标", "■ short")
	case edu.Exempt:
		return a.say("– 不适用", "– exempt")
	default:
		return a.say("○ 无法判定", "○ unknown")
	}
}
