package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/i18n"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// request is a request with who asks and its scope: language, period, and the
// assessment of the part that the reader sees.
type request struct {
	*http.Request
	locale
	who     auth.Actor
	session *auth.Session // nil without one
	secret  string        // of the session, empty for a program's key
	keyed   bool          // a program's key, not a session
	ended   bool          // a session was sent that is no more
	city    City          // as the reader sees it
	packs   []*pack.Pack  // that the city is measured by
	scheme  *pack.Pack    // the one of them that is shown
	english map[string]string
	query   url.Values
	periods []edu.Period
	period  edu.Period           // zero while there are no data
	a       *standard.Assessment // nil while there are no data
	lens    *lens
	ranks   bool   // the city has switched ranking on
	refused string // why what the form asked for was not done, where it is shown again
}

// begin reads what pages with figures need, for who may see figures. Whatever
// it could not read, an error page can be written with the request.
func (s *Server) begin(req *request, rt route) error {
	if s.view != nil && !req.who.Local {
		req.city = s.view(req.who)
	}
	sees := req.who.May(auth.ReadRegion) || req.who.May(auth.ReadSchool)
	if !sees || rt.machine() || rt.needs == auth.Public && rt.pattern != "/" {
		return nil
	}
	ctx := req.Context()
	var err error
	if err := req.choose(); err != nil {
		return err
	}
	if req.periods, err = req.city.Periods(ctx); err != nil {
		return fmt.Errorf("periods: %w", err)
	}
	if len(req.periods) == 0 {
		return nil
	}
	p, err := req.city.Current(ctx, req.periods)
	if err != nil {
		return fmt.Errorf("periods: %w", err)
	}
	if y := req.query.Get("year"); y != "" {
		if p, err = edu.ParsePeriod(y); err != nil {
			return fmt.Errorf("year: %w: %w", err, fault.Invalid)
		}
		if !slices.Contains(req.periods, p) {
			return fmt.Errorf("year %s: %w", p, fault.NotFound)
		}
	}
	req.period = p
	if rt.light() {
		return nil
	}
	if req.ranks, err = s.ranking(ctx); err != nil {
		return err
	}
	if req.a, err = req.measure(req.ref(), p); err != nil {
		return err
	}
	req.lens = newLens(req.a)
	return nil
}

// language is what the reader chose, then what the browser asks for. A choice
// in the address is kept in a cookie.
func (s *Server) language(w http.ResponseWriter, r *http.Request) string {
	if l := r.URL.Query().Get("lang"); slices.Contains(i18n.Languages, l) {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: l, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.proxies.secure(r)})
		return l
	}
	if c, err := r.Cookie("lang"); err == nil && slices.Contains(i18n.Languages, c.Value) {
		return c.Value
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

// to is an address in the scope of the request: path segments are escaped, and
// pairs of keys and values follow the year and the scheme.
func (r *request) to(path []string, kv ...string) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(p))
	}
	if b.Len() == 0 {
		b.WriteByte('/')
	}
	q := with(nil, append([]string{"scheme", r.schemeParam()}, kv...)...)
	if !r.period.IsZero() && q.Get("year") == "" {
		q.Set("year", r.period.String())
	}
	if len(q) > 0 {
		b.WriteString("?" + q.Encode())
	}
	return b.String()
}

// here is the address of this page with some keys changed.
func (r *request) here(kv ...string) string {
	q := with(r.query, append([]string{"lang", ""}, kv...)...)
	if len(q) == 0 {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + q.Encode()
}

// toSignIn is the sign-in page, with the way back to what was asked for.
func (r *request) toSignIn() string {
	q := url.Values{}
	if to := backTo(r.Request); to != "/" {
		q.Set("to", to)
	}
	if r.ended {
		q.Set("why", "ended")
	}
	if len(q) == 0 {
		return "/sign-in"
	}
	return "/sign-in?" + q.Encode()
}

func (r *request) toCounty(code string, kv ...string) string {
	return r.to([]string{"counties", code}, kv...)
}

func (r *request) toSchool(code string, kv ...string) string {
	return r.to([]string{"schools", code}, kv...)
}

func (r *request) toTrace(level edu.Level, code, item string, kv ...string) string {
	if code == "" {
		code = noCode
	}
	return r.to([]string{"trace", level.String(), code, item}, kv...)
}

// stage is the index of the stage that the address names, otherwise the first
// in which something is measured; -1 where nothing is.
func (r *request) stage() (int, error) {
	want := edu.Stage(r.query.Get("stage"))
	if len(r.lens.stages) == 0 {
		return -1, nil
	}
	if want == "" {
		return r.lens.stages[0], nil
	}
	for i, st := range r.a.Stages {
		if st.Frame.Stage == want {
			return i, nil
		}
	}
	return 0, fmt.Errorf("stage %q: %w", want, fault.NotFound)
}

// stages is the switch between the stages that the data have.
func (r *request) stages(now int) []Choice {
	var out []Choice
	if len(r.lens.stages) < 2 {
		return nil
	}
	for _, i := range r.lens.stages {
		st := r.a.Stages[i]
		out = append(out, Choice{Link{r.Stage(st.Frame.Stage), r.here("stage", string(st.Frame.Stage), "page", "")}, i == now})
	}
	return out
}

// called is the name of a school, or of what else a row is, in the reader's
// language where it has one.
func (r *request) called(row frame.Row) string { return cmp.Or(r.english[row.Code], row.Name) }

// unitName is what a region is called in the reader's language.
func (r *request) unitName(reg frame.Region) string {
	if i := r.a.Unit(reg.Level, reg.ID); i >= 0 {
		return r.a.Units[reg.Level][i].Name
	}
	return reg.Name
}
