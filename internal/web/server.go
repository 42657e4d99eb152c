package web

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

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
	// Accounts is sign-in; nil serves one person at the machine, who may do all.
	Accounts Accounts
	// View is the city as an actor sees it. Accounts need one: without it
	// everybody would see everything.
	View func(auth.Actor) City
	// Audit is the log that audit administrators read; nil is none.
	Audit AuditLog
	// Checks, Units, Calendar, Inbox and Views are what their pages show; nil leaves a
	// page out.
	Checks   Checks
	Units    Units
	Calendar Calendar
	Inbox    Inbox
	Views    Views
	// Dossier is what counties keep beside their figures; nil leaves its pages out.
	Dossier Dossier
	// Versions are those of the packs; nil leaves their page out.
	Versions Versions
	// Own is the city's own pack and the changes that wait for a second person;
	// nil is none.
	Own OwnPack
	// Choices is what the city switches on; nil is nothing on, and no page of it.
	Choices Choices
	// Partners are the links between schools; nil leaves their page out.
	Partners Partners
	// ValueAdded is the estimate of what schools add; nil leaves its pages out.
	ValueAdded ValueAdded
	// Tasks are tasks, supervision and the five-ones cadence; nil leaves their pages out.
	Tasks Tasks
	// Council are meetings, the leading group's work and honours; nil leaves their pages out.
	Council Council
	// Incidents are drills and incidents; nil leaves their pages out.
	Incidents Incidents
	// Board is the public board; nil leaves its page out.
	Board Board
	// DutyLists are the lists of duties; nil leaves their pages out.
	DutyLists DutyLists
	// Todos are what people have to do; nil leaves their page out.
	Todos Todos
	// Forecasts are the forecast of pupils; nil leaves its page out.
	Forecasts Forecasts
	// Gaps are counties' means and proposals; nil leaves their pages out.
	Gaps Gaps
	// Registers are the registers of pupils and of staff; nil leaves their pages out.
	Registers Registers
	// Teams are the three teams, exchanges and merit pay; nil leaves their pages out.
	Teams Teams
	// Plans are the three-year action and who answers for it; nil leaves their pages out.
	Plans Plans
	// Safety are inspections and hazards; nil leaves their pages out.
	Safety Safety
	// Retention are cases of dropout prevention; nil leaves their pages out.
	Retention Retention
	// Reports are the documents of the gallery; nil leaves their pages out.
	Reports Reports
	// OIDC is an identity provider that may sign people in; the zero value is none.
	OIDC OIDC
	// DemoAccounts are shown on the sign-in page of a fictional city, with their
	// passwords.
	DemoAccounts []DemoAccount
	// TrustedProxies may say from where and by which scheme a request came.
	TrustedProxies []netip.Prefix
	Limits         Limits
	// Desk gives what a person can do with forms; nil has no pages of collection.
	Desk func(auth.Actor) Desk
	// Clock is the time; nil is the machine's.
	Clock func() time.Time
}

// DemoAccount is an account that everybody may use.
type DemoAccount struct {
	Login, Password string
	What            edu.Text // which role, of which unit
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

	accounts  Accounts
	view      func(auth.Actor) City
	audit     AuditLog
	checks    Checks
	units     Units
	days      Calendar
	inbox     Inbox
	views     Views
	dossier   Dossier
	added     ValueAdded
	underway  underway
	versions  Versions
	own       OwnPack
	choices   Choices
	partners  Partners
	todos     Todos
	tasks     Tasks
	council   Council
	plans     Plans
	safety    Safety
	retention Retention
	reports   Reports
	ahead     Forecasts
	gaps      Gaps
	registers Registers
	teams     Teams
	gapLists  gapLists
	oidc      *provider
	demo      []DemoAccount
	proxies   proxies
	limits    Limits
	counter   counter
	places    places
	finder    finder
	patterns  map[string]bool // routes that there are
	incidents Incidents
	duties    DutyLists
	board     Board
	// ownSchools are the codes of the first school of a part, by the part.
	ownSchools sync.Map
	clock      func() time.Time

	desk func(auth.Actor) Desk
	kept shelf

	checking sync.Mutex // held while an evidence file is unpacked
}

// New makes the handler of all pages.
func New(city City, cfg Config) (http.Handler, error) {
	s, err := newServer(city, cfg)
	if err != nil {
		return nil, err
	}
	return s.routes(), nil
}

func newServer(city City, cfg Config) (*Server, error) {
	if cfg.Accounts != nil && cfg.View == nil {
		return nil, errors.New("accounts without a view of the city for each: everybody would see everything")
	}
	s := &Server{
		city: city, log: cmp.Or(cfg.Log, slog.Default()), guard: http.NewCrossOriginProtection(), hosts: cfg.Hosts,
		accounts:  cfg.Accounts,
		view:      cfg.View,
		audit:     cfg.Audit,
		proxies:   cfg.TrustedProxies,
		limits:    cfg.Limits.filled(),
		checks:    cfg.Checks,
		units:     cfg.Units,
		days:      cfg.Calendar,
		inbox:     cfg.Inbox,
		views:     cfg.Views,
		dossier:   cfg.Dossier,
		added:     cfg.ValueAdded,
		versions:  cfg.Versions,
		own:       cfg.Own,
		choices:   cfg.Choices,
		partners:  cfg.Partners,
		todos:     cfg.Todos,
		tasks:     cfg.Tasks,
		council:   cfg.Council,
		plans:     cfg.Plans,
		ahead:     cfg.Forecasts,
		gaps:      cfg.Gaps,
		registers: cfg.Registers,
		teams:     cfg.Teams,
		safety:    cfg.Safety,
		retention: cfg.Retention,
		reports:   cfg.Reports,
		incidents: cfg.Incidents,
		duties:    cfg.DutyLists,
		board:     cfg.Board,
		patterns:  map[string]bool{}, clock: cfg.Clock, desk: cfg.Desk,
	}
	s.oidc = newProvider(cfg.OIDC, s.now)
	if city.Fictional() {
		s.demo = cfg.DemoAccounts
	}
	for _, origin := range cfg.TrustedOrigins {
		if err := s.guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	s.guard.SetDenyHandler(http.HandlerFunc(s.elsewhere))
	looks, err := parsed()
	if err != nil {
		return nil, err
	}
	s.files, s.pages = looks.files, looks.pages
	return s, nil
}
