package web

import (
	"net/http"

	"shuren/internal/auth"
)

// route is an address, who may ask for it, and who answers. The table is the
// only place where addresses are made, and a test walks all of it: no page
// exists without a row that says what it needs.
type route struct {
	pattern string
	needs   auth.Permission
	handler handler
}

// table are all the addresses that there are.
func (s *Server) table() []route {
	return []route{
		{"GET /{$}", auth.ReadRegion, s.overview},
		{"GET /counties", auth.ReadRegion, s.counties},
		{"GET /counties/{county}", auth.ReadRegion, s.county},
		{"GET /schools", auth.ReadRegion, s.schools},
		{"GET /schools/{school}", auth.ReadSchool, s.school},
		{"GET /indicators", auth.ReadRegion, s.indicators},
		{"GET /indicators/{indicator}", auth.ReadRegion, s.indicator},
		{"GET /trace/{level}/{unit}/{item}", auth.ReadSchool, s.trace},
		{"GET /search", auth.ReadRegion, s.search},
		{"GET /scope", auth.ReadRegion, s.scope},
		{"GET /help", auth.SignedIn, s.help},
		{"/", auth.Public, s.nowhere},
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		mux.Handle(r.pattern, s.handle(r))
	}
	mux.Handle("GET /static/", s.files)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return secure(answersTo(s.hosts, compress(s.guard.Handler(mux))))
}
