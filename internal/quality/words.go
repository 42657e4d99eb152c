package quality

import (
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// maxCells is how many cells a finding lists.
const maxCells = 40

// cells are where the figures behind an item stand.
func cells(f *frame.Frame, row int, elements []string) (out []edu.Cell) {
	for _, e := range elements {
		out = append(out, f.Origin(row, e)...)
		if len(out) >= maxCells {
			return out[:maxCells]
		}
	}
	return out
}

func short(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func space(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// unit is how a unit of measure stands behind a figure, without what it is per:
// the indicator's name says that.
func unit(p *pack.Pack, u string) (zh, en string) {
	num, _, _ := strings.Cut(u, "/")
	num = strings.TrimSpace(num)
	switch num {
	case "", "1":
		return "", ""
	case "%":
		return "%", "%"
	}
	scale, base, scaled := strings.Cut(num, " ")
	if !scaled {
		scale, base = "", num
	}
	name := edu.Text{ZH: base, EN: base}
	for _, d := range p.Units {
		if d.ID == base {
			name = d.Name
		}
	}
	switch scale {
	case "":
		return " " + name.In("zh"), " " + name.In("en")
	case "10000":
		return " 万" + name.In("zh"), " ×10,000 " + name.In("en")
	}
	return " ×" + scale + " " + name.In("zh"), " ×" + scale + " " + name.In("en")
}

// stageZH names a stage in Chinese; unknown ones keep their id.
func stageZH(s edu.Stage) string {
	switch s {
	case "kindergarten", "preschool":
		return "幼儿园"
	case "primary":
		return "小学"
	case "junior":
		return "初中"
	case "senior":
		return "高中"
	}
	return string(s)
}
