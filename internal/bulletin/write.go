package bulletin

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
)

// File is a file of the board; Name has slashes.
type File struct {
	Name string
	Body []byte
}

// Files are all files of a board, in their order. The same board is the same bytes.
func Files(b *Board) ([]File, error) {
	out := []File{{"style.css", []byte(style)}}
	for _, lang := range []string{"zh", "en"} {
		pages, err := pagesOf(b, lang)
		if err != nil {
			return nil, err
		}
		out = append(out, pages...)
	}
	for _, f := range []struct {
		name string
		rows [][]string
	}{{"data/figures.csv", figureRows(b)}, {"data/pupils.csv", pupilRows(b)}, {"data/dictionary.csv", dictionaryRows(b)}} {
		body, err := csvOf(f.rows)
		if err != nil {
			return nil, err
		}
		out = append(out, File{f.name, body})
	}
	return out, nil
}

// WriteZip writes files as one archive. Its times are the day of the lock-down, so
// that the same files are the same archive.
func WriteZip(w io.Writer, files []File, at time.Time) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: at.UTC().Truncate(24 * time.Hour)}
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Body); err != nil {
			return err
		}
	}
	return z.Close()
}

func csvOf(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff") // so that a spreadsheet reads it as UTF-8
	w := csv.NewWriter(&b)
	for _, r := range rows {
		for i, c := range r {
			r[i] = inert(c)
		}
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// inert keeps a spreadsheet from taking a text for a formula; a number is none.
func inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

// exact is a figure as data have it: with all its digits, empty where there is none.
func exact(v Value) string {
	if v.State != Shown {
		return ""
	}
	return strconv.FormatFloat(v.Number, 'g', 12, 64)
}

func figureRows(b *Board) [][]string {
	out := [][]string{{"period", "scheme", "stage", "place_code", "place_name", "measure", "value", "state"}}
	for _, t := range b.Tables {
		for _, m := range t.Measures {
			for i, v := range m.Values {
				out = append(out, []string{b.Period.String(), t.Pack, string(t.Stage), b.Places[i].Code, b.Places[i].Name.ZH, m.ID, exact(v), string(v.State)})
			}
		}
	}
	return out
}

func pupilRows(b *Board) [][]string {
	out := [][]string{{"period", "stage", "place_code", "place_name", "group", "pupils", "state"}}
	for _, c := range b.Counts {
		for p, row := range c.Cells {
			for g, v := range row {
				id := "all"
				if g < len(c.IDs) {
					id = c.IDs[g]
				}
				out = append(out, []string{b.Period.String(), string(c.Stage), b.Places[p].Code, b.Places[p].Name.ZH, id, exact(v), string(v.State)})
			}
		}
	}
	return out
}

// dictionaryRows say of each column and each measure what it is, how it is worked
// out, and where that was read.
func dictionaryRows(b *Board) [][]string {
	out := [][]string{{"file", "field", "name_zh", "name_en", "unit", "formula_zh", "formula_en", "notation", "held_to", "source", "evidence", "limit_source", "limit_evidence"}}
	for _, f := range fields {
		out = append(out, []string{f.file, f.id, f.name.ZH, f.name.EN, "", f.what.ZH, f.what.EN, "", "", "", "", "", ""})
	}
	for _, t := range b.Tables {
		for _, m := range t.Measures {
			out = append(out, []string{"figures.csv", t.Pack + ":" + string(t.Stage) + ":" + m.ID, m.Name.ZH, m.Name.EN, m.Unit, m.Words.ZH, m.Words.EN, m.Notation, m.Limit, m.Source, m.Tag, m.LimitSource, m.LimitTag})
		}
	}
	return out
}

var fields = []struct {
	file, id   string
	name, what edu.Text
}{
	{"*", "period", edu.Text{ZH: "学年", EN: "school year"}, edu.Text{ZH: "以开始的年份表示", EN: "by the year in which it begins"}},
	{"*", "stage", edu.Text{ZH: "学段", EN: "stage"}, edu.Text{ZH: "preschool 学前、primary 小学、junior 初中、senior 高中、vocational 中职、special 特教", EN: "preschool, primary, junior, senior, vocational, special"}},
	{"*", "place_code", edu.Text{ZH: "县级代码", EN: "code of the county"}, edu.Text{ZH: "空为全市", EN: "empty is the whole city"}},
	{"*", "state", edu.Text{ZH: "状态", EN: "state"}, edu.Text{ZH: "shown 公布；hidden 不足10人或为保护而不公布；missing 未报或没有", EN: "shown; hidden: below ten, or left out with it; missing: not reported, or there is none"}},
	{"figures.csv", "scheme", edu.Text{ZH: "方案", EN: "scheme"}, edu.Text{ZH: "按其公式计算", EN: "by whose formulas it is worked out"}},
	{"figures.csv", "value", edu.Text{ZH: "数值", EN: "value"}, edu.Text{ZH: "未修约", EN: "not rounded"}},
	{"pupils.csv", "group", edu.Text{ZH: "分组", EN: "group"}, edu.Text{ZH: "urban 城区、town 镇区、rural 乡村、none 未分组、all 合计", EN: "urban, town, rural, none: not grouped, all: the total"}},
	{"pupils.csv", "pupils", edu.Text{ZH: "在校生数", EN: "pupils"}, edu.Text{ZH: "不足10人的不公布", EN: "below ten not published"}},
}

var page = template.Must(template.New("page").Parse(pageText))

// view is one page.
type view struct {
	Lang, Root, Title, City, Other, OtherHref, Fictional, Sub, Skip, Home string
	Notes                                                                 []string
	Links                                                                 []link
	Files                                                                 []link
	Tables                                                                []grid
	Contents, Data                                                        string
}

type link struct{ Href, Text string }

type grid struct {
	Caption string
	Head    []string
	Rows    [][]string
}

func pagesOf(b *Board, lang string) ([]File, error) {
	t := func(zh, en string) string { return edu.Text{ZH: zh, EN: en}.In(lang) }
	dir, root, other := "", "", "en/"
	if lang == "en" {
		dir, root, other = "en/", "../", "../"
	}
	base := view{Lang: map[string]string{"zh": "zh-CN", "en": "en"}[lang], Root: root, City: b.City.In(lang), Other: t("English", "中文"), Fictional: b.Fictional, Skip: t("跳到正文", "Skip to the content"), Home: t("目录", "Contents"), Contents: t("目录", "Contents"), Data: t("开放数据", "Open data")}
	base.Sub = t("学年", "School year") + " " + b.Period.Label() + " · " + t("定稿", "fixed on") + " " + b.LockedAt.UTC().Format(time.DateOnly)
	state := func(v Value, decimals int) string {
		switch v.State {
		case Hidden:
			return "∗"
		case Missing:
			return "—"
		case Shown:
		}
		return strconv.FormatFloat(v.Number, 'f', decimals, 64)
	}
	var out []File
	put := func(name string, v view) error {
		v.OtherHref = other + name
		var buf bytes.Buffer
		if err := page.Execute(&buf, v); err != nil {
			return err
		}
		out = append(out, File{dir + name, buf.Bytes()})
		return nil
	}
	index := base
	index.Title = b.City.In(lang) + " " + t("教育公开数据", "education figures for the public")
	index.Notes = []string{
		t("只公布已定稿的数据；不含任何个人信息，不含单个学校的数据。", "Only figures that were fixed; nothing about a person, and no figure of one school."),
		t("“∗”为不足10人或为保护而不公布，“—”为未报或没有。", "“∗” is below ten, or left out with such a one; “—” is not reported, or there is none."),
		t("证据：V 已核对文件或其转载，S 其他来源，M 凭记忆，P 实践，E 推算。", "Evidence: V read in the document or its copy, S elsewhere, M from memory, P practice, E worked out here."),
		t("版本", "Edition") + " " + b.Lockdown + " · " + t("程序", "program") + " " + b.Engine,
	}
	for _, p := range b.Packs {
		index.Notes = append(index.Notes, t("方案", "Scheme")+" "+p.Name.In(lang)+" "+p.Ref+" · "+p.Source+" · "+p.Hash)
	}
	for n, x := range b.Tables {
		name := fmt.Sprintf("table-%02d.html", n+1)
		v := base
		v.Title = packName(b, x.Pack, lang) + " · " + stageName(x.Stage, lang)
		index.Links = append(index.Links, link{name, v.Title})
		head := []string{t("地区", "Place")}
		g := grid{Caption: v.Title, Head: head}
		def := grid{Caption: t("指标说明", "What the measures are"), Head: []string{t("指标", "Measure"), t("公式", "Formula"), t("单位", "Unit"), t("标准", "Held to"), t("出处", "Source"), t("证据", "Evidence")}}
		for _, m := range x.Measures {
			g.Head = append(g.Head, m.Name.In(lang))
			def.Rows = append(def.Rows, []string{m.Name.In(lang), strings.TrimSpace(m.Words.In(lang) + " " + m.Notation), m.Unit, m.Limit, join(m.Source, m.LimitSource), join(m.Tag, m.LimitTag)})
		}
		for i, p := range b.Places {
			row := []string{p.Name.In(lang)}
			for _, m := range x.Measures {
				row = append(row, state(m.Values[i], m.Decimals))
			}
			g.Rows = append(g.Rows, row)
		}
		v.Tables = []grid{g, def}
		if err := put(name, v); err != nil {
			return nil, err
		}
	}
	for n, c := range b.Counts {
		name := fmt.Sprintf("pupils-%02d.html", n+1)
		v := base
		v.Title = t("在校生数", "Pupils") + " · " + stageName(c.Stage, lang)
		index.Links = append(index.Links, link{name, v.Title})
		g := grid{Caption: v.Title, Head: []string{t("地区", "Place")}}
		for _, x := range c.Groups {
			g.Head = append(g.Head, x.In(lang))
		}
		g.Head = append(g.Head, t("合计", "All"))
		for i, row := range c.Cells {
			r := []string{b.Places[i].Name.In(lang)}
			for _, x := range row {
				r = append(r, state(x, 0))
			}
			g.Rows = append(g.Rows, r)
		}
		v.Tables = []grid{g}
		if err := put(name, v); err != nil {
			return nil, err
		}
	}
	index.Files = []link{{root + "data/figures.csv", t("指标数据", "Figures") + " figures.csv"}, {root + "data/pupils.csv", t("在校生数据", "Pupils") + " pupils.csv"}, {root + "data/dictionary.csv", t("数据字典（公式和出处）", "Data dictionary: formulas and sources") + " dictionary.csv"}}
	return out, put("index.html", index)
}

func join(a, b string) string {
	if a == b || b == "" {
		return a
	}
	if a == "" {
		return b
	}
	return a + "；" + b
}

func packName(b *Board, ref, lang string) string {
	for _, p := range b.Packs {
		if p.Ref == ref {
			return p.Name.In(lang)
		}
	}
	return ref
}

var stages = map[edu.Stage]edu.Text{edu.Preschool: {ZH: "学前", EN: "Preschool"}, edu.Primary: {ZH: "小学", EN: "Primary"}, edu.Junior: {ZH: "初中", EN: "Junior"}, edu.Senior: {ZH: "普通高中", EN: "Senior"}, edu.Vocational: {ZH: "中职", EN: "Vocational"}, edu.Special: {ZH: "特殊教育", EN: "Special"}, edu.Higher: {ZH: "高等教育", EN: "Higher"}}

func stageName(s edu.Stage, lang string) string {
	if n, ok := stages[s]; ok {
		return n.In(lang)
	}
	return edu.Text{ZH: "各学段", EN: "All stages"}.In(lang)
}

const pageText = `<!doctype html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title><link rel="stylesheet" href="{{.Root}}style.css"></head>
<body><a class="skip" href="#main">{{.Skip}}</a>
<header><p><a href="index.html">{{.City}} · {{.Home}}</a></p><p><a href="{{.OtherHref}}" hreflang="{{if eq .Lang "en"}}zh-CN{{else}}en{{end}}" lang="{{if eq .Lang "en"}}zh-CN{{else}}en{{end}}">{{.Other}}</a></p></header>
<main id="main"><h1>{{.Title}}</h1><p>{{.Sub}}</p>{{with .Fictional}}<p class="mark">{{.}}</p>{{end}}
{{range .Notes}}<p class="note">{{.}}</p>
{{end}}{{if .Links}}<h2>{{.Contents}}</h2><ul>{{range .Links}}<li><a href="{{.Href}}">{{.Text}}</a></li>
{{end}}</ul>{{end}}{{if .Files}}<h2>{{.Data}}</h2><ul>{{range .Files}}<li><a href="{{.Href}}">{{.Text}}</a></li>
{{end}}</ul>{{end}}{{range .Tables}}<div class="scroll" tabindex="0" role="region" aria-label="{{.Caption}}"><table><caption>{{.Caption}}</caption><thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead><tbody>
{{range .Rows}}<tr>{{range $i, $c := .}}{{if $i}}<td>{{$c}}</td>{{else}}<th scope="row">{{$c}}</th>{{end}}{{end}}</tr>
{{end}}</tbody></table></div>
{{end}}</main></body></html>
`

const style = `body{margin:0;font:16px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#1b2733;background:#fff}
header{display:flex;justify-content:space-between;padding:0 1rem;background:#e8f0fb}
main{padding:0 1rem 2rem;max-width:80rem;margin:auto}
h1{font-size:1.5rem}h2{font-size:1.2rem}
a{color:#174a85}a:focus,.scroll:focus{outline:2px solid #174a85}
.skip{position:absolute;left:-99rem}.skip:focus{left:0;background:#fff}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{border:1px solid #d7dde5;padding:.3rem .6rem;text-align:right;vertical-align:top}
th{background:#f3f5f8;text-align:left}thead th{min-width:5rem}
.note{color:#526070;margin:.3rem 0}.mark{font-weight:bold;color:#b3261e}
@media print{.scroll{overflow:visible}header,.skip{display:none}}
`
