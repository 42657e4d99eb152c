package web

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"

	"shuren/internal/i18n"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the server can be told; the zero Config works.
type Config struct {
	Log *slog.Logger
	// TrustedOrigins may send unsafe requests from elsewhere: a proxy's own
	// origin, "https://edu.example".
	TrustedOrigins []string
	// Hosts are the names that the server answers to; none is any name. A local
	// server without sign-in must give its own: otherwise a page from elsewhere
	// that points its name at this machine could read everything.
	Hosts []string
}

// Server serves the pages of one city.
type Server struct {
	city  City
	log   *slog.Logger
	pages map[string]*template.Template // by language
	files *assets
	guard *http.CrossOriginProtection
	sums  summaries
	hosts []string
}

// New makes the handler of all pages.
func New(city City, cfg Config) (http.Handler, error) {
	s := &Server{city: city, log: cmp.Or(cfg.Log, slog.Default()), pages: map[string]*template.Template{}, guard: http.NewCrossOriginProtection(), hosts: cfg.Hosts}
	for _, origin := range cfg.TrustedOrigins {
		if err := s.guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	var err error
	if s.files, err = newAssets(); err != nil {
		return nil, err
	}
	for _, lang := range i18n.Languages {
		t := template.New("").Funcs(s.funcs(locale{i18n.For(lang)}))
		if s.pages[lang], err = t.ParseFS(templates, "templates/*.html"); err != nil {
			return nil, err
		}
	}
	return s.routes(), nil
}

// funcs are the words that templates have, in one language.
func (s *Server) funcs(l locale) template.FuncMap {
	return template.FuncMap{
		"t":       l.T,
		"asset":   s.files.address,
		"draw":    draw,
		"pair":    func(col Col, cell Cell) colCell { return colCell{col, cell} },
		"classes": classes,
	}
}
