package web

import (
	"embed"
	"html/template"
	"sync"

	"shuren/internal/i18n"
)

//go:embed templates/*.html
var templates embed.FS

// looks are the embedded files and the templates, by language. They are the same
// for every server of a process and are parsed once.
type looks struct {
	files *assets
	pages map[string]*template.Template
}

var parsed = sync.OnceValues(func() (looks, error) {
	files, err := newAssets()
	l := looks{files, map[string]*template.Template{}}
	for _, lang := range i18n.Languages {
		if err != nil {
			break
		}
		l.pages[lang], err = template.New("").Funcs(l.funcs(locale{i18n.For(lang)})).ParseFS(templates, "templates/*.html")
	}
	return l, err
})

// funcs are the words that templates have, in one language.
func (l looks) funcs(in locale) template.FuncMap {
	return template.FuncMap{
		"t":       in.T,
		"asset":   l.files.address,
		"draw":    draw,
		"pair":    func(col Col, cell Cell) colCell { return colCell{col, cell} },
		"classes": classes,
		"meansfile": func(v meansView, kind string, rev int) meansFile {
			return meansFile{v.Base, kind, rev, v.StaffAsOf, v.StaffSource}
		},
	}
}
