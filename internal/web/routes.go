package web

import "net/http"

// routes are all the addresses that there are.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, h handler) { mux.Handle(pattern, s.handle(h)) }

	page("GET /{$}", s.overview)
	page("GET /counties", s.counties)
	page("GET /counties/{county}", s.county)
	page("GET /schools", s.schools)
	page("GET /schools/{school}", s.school)
	page("GET /indicators", s.indicators)
	page("GET /indicators/{indicator}", s.indicator)
	page("GET /trace/{level}/{unit}/{item}", s.trace)
	page("GET /search", s.search)
	page("GET /scope", s.scope)
	page("GET /help", s.help)
	page("/", s.nowhere)

	mux.Handle("GET /static/", s.files)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return secure(answersTo(s.hosts, compress(s.guard.Handler(mux))))
}
