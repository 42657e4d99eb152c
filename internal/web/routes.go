package web

import (
	"net/http"
	"strings"

	"shuren/internal/auth"
)

// route is an address, who may ask for it, of which part of the tree it speaks,
// and who answers. The table is the only place where addresses are made, and a
// test walks all of it: no page exists without a row that says what it needs.
//
// An address below /api/ answers in JSON, one that ends in /upload or /workbook takes files
// up to the limit of Config; every other body is a form or a small document.
type route struct {
	pattern string
	needs   auth.Permission
	about   about
	handler handler
}

// about is the part of the tree of which a route speaks, and how the request
// names it. A unit that is named must lie where the reader has the permission;
// outside there is nothing to be found.
type about uint8

const (
	_            about = iota // a row that does not say; the test refuses it
	aboutNone                 // no unit: the own account, help, what every reader gets
	aboutReach                // whatever the reader may see; the rest is not in it
	aboutRegion               // counties side by side: only for who sees several of them
	aboutWhole                // everything: only for who has the permission over the whole tree
	aboutCounty               // {county}, by code
	aboutSchool               // {school}, by code
	aboutTraced               // {unit}, by code, of {level}
	aboutUnit                 // {unit}, by its id
	aboutAccount              // {account}, by its id: those of the reader's part
	aboutMeeting              // {meeting}, by its id: those that the reader's part attends or keeps
	aboutCase                 // {case}, by its id: those of dropout prevention that lie in the reader's part
	aboutTask                 // {task}, by its id: those of which a party lies in the reader's part
	aboutSafety               // {inspection} or {hazard}, by its id: those of schools of the reader's part
)

// table are all the addresses that there are.
func (s *Server) table() []route {
	list := []route{
		{"GET /{$}", auth.SignedIn, aboutNone, s.home},
		{"GET /counties", auth.ReadRegion, aboutRegion, s.counties},
		{"GET /recognition", auth.ReadRegion, aboutRegion, s.recognition},
		{"GET /counties/{county}", auth.ReadRegion, aboutCounty, s.county},
		{"GET /counties/{county}/summary", auth.ReadRegion, aboutCounty, s.countySummary},
		{"GET /counties/{county}/progress", auth.ReadRegion, aboutCounty, s.progress},
		{"POST /counties/{county}/progress", auth.KeepCounty, aboutCounty, s.keepProgress},
		{"GET /counties/{county}/evidence", auth.ReadRegion, aboutCounty, s.evidencePage},
		{"POST /counties/{county}/evidence", auth.KeepCounty, aboutCounty, s.keepEvidence},
		{"GET /schools", auth.ReadRegion, aboutReach, s.schools},
		{"GET /schools/{school}", auth.ReadSchool, aboutSchool, s.school},
		{"GET /indicators", auth.ReadSchool, aboutReach, s.indicators},
		{"GET /indicators/{indicator}", auth.ReadSchool, aboutReach, s.indicator},
		{"GET /what-if", auth.ReadSchool, aboutReach, s.whatIf},
		{"GET /versions", auth.ReadSchool, aboutReach, s.packVersions},
		{"GET /trace/{level}/{unit}/{item}", auth.ReadSchool, aboutTraced, s.trace},
		{"GET /search", auth.ReadRegion, aboutReach, s.search},
		{"GET /scope", auth.ReadRegion, aboutReach, s.scope},
		{"GET /compare", auth.ReadRegion, aboutReach, s.compare},
		{"GET /compare/schools/{school}", auth.ReadSchool, aboutSchool, s.schoolPeers},
		{"GET /compare/counties/{county}", auth.ReadRegion, aboutCounty, s.countyPeers},
		{"POST /views", auth.ReadSchool, aboutNone, s.saveView},
		{"POST /views/change", auth.ReadSchool, aboutNone, s.changeView},
		{"POST /views/default", auth.ReadSchool, aboutNone, s.openWith},
		{"GET /help", auth.SignedIn, aboutNone, s.help},

		{"GET /sign-in", auth.Public, aboutNone, s.signInPage},
		{"POST /sign-in", auth.Public, aboutNone, s.signIn},
		{"POST /sign-out", auth.SignedIn, aboutNone, s.signOut},
		{"POST /session", auth.SignedIn, aboutNone, s.stay},
		{"GET /recover", auth.Public, aboutNone, s.recoverPage},
		{"POST /recover", auth.Public, aboutNone, s.recover},

		{"GET /account", auth.SignedIn, aboutNone, s.account},
		{"GET /account/password", auth.SignedIn, aboutNone, s.passwordPage},
		{"POST /account/password", auth.SignedIn, aboutNone, s.changePassword},
		{"GET /account/totp", auth.SignedIn, aboutNone, s.totpPage},
		{"POST /account/totp", auth.SignedIn, aboutNone, s.changeTOTP},
		{"POST /account/keys", auth.SignedIn, aboutNone, s.makeKey},
		{"POST /account/keys/drop", auth.SignedIn, aboutNone, s.dropKey},

		{"GET /admin/accounts", auth.KeepUsers, aboutReach, s.accountsPage},
		{"POST /admin/accounts", auth.KeepUsers, aboutReach, s.makeAccount},
		{"GET /admin/new-account", auth.KeepUsers, aboutReach, s.newAccount},
		{"GET /admin/accounts/{account}", auth.KeepUsers, aboutAccount, s.accountPage},
		{"POST /admin/accounts/{account}/code", auth.KeepUsers, aboutAccount, s.recovery},
		{"POST /admin/accounts/{account}/close", auth.KeepUsers, aboutAccount, s.closeAccount},
		{"GET /admin/roles", auth.GrantRoles, aboutReach, s.rolesPage},
		{"GET /admin/roles/{account}", auth.GrantRoles, aboutAccount, s.rolePage},
		{"POST /admin/roles/{account}/grant", auth.GrantRoles, aboutAccount, s.grantRole},
		{"POST /admin/roles/{account}/revoke", auth.GrantRoles, aboutAccount, s.revokeRole},
		{"POST /admin/roles/{account}/unlock", auth.GrantRoles, aboutAccount, s.unlock},
		{"GET /admin/audit", auth.ReadAudit, aboutReach, s.auditLog},
		{"POST /admin/audit", auth.ReadAudit, aboutWhole, s.verifyAudit},

		{"GET /quality", auth.CheckData, aboutReach, s.quality},
		{"GET /quality/sources", auth.CheckData, aboutReach, s.sources},
		{"GET /value-added", auth.ReadSchool, aboutReach, s.valueAdded},
		{"GET /value-added/new", auth.CheckData, aboutWhole, s.newValueAdded},
		{"POST /value-added/new", auth.CheckData, aboutWhole, s.startValueAdded},
		{"POST /value-added/upload", auth.CheckData, aboutWhole, s.takePupils},
		{"GET /value-added/jobs/{job}", auth.CheckData, aboutWhole, s.valueAddedJob},
		{"GET /value-added/{run}", auth.ReadSchool, aboutReach, s.valueAddedResult},
		{"GET /value-added/{run}/schools/{estimate}", auth.ReadSchool, aboutReach, s.valueAddedSchool},
		{"POST /value-added/{run}/drop", auth.CheckData, aboutWhole, s.dropValueAdded},
		{"GET /draft", auth.DraftPlan, aboutNone, s.draftPage},
		{"POST /draft", auth.DraftPlan, aboutNone, s.reviewDraft},
		{"POST /draft/upload", auth.DraftPlan, aboutNone, s.readNotice},
		{"GET /changes", auth.ChangeUnits, aboutReach, s.changes},
		{"GET /changes/new", auth.ChangeUnits, aboutReach, s.newChange},
		{"POST /changes", auth.ChangeUnits, aboutReach, s.saveChange},
		{"POST /changes/undo", auth.ChangeUnits, aboutReach, s.undoChange},
		{"GET /partners", auth.ReadRegion, aboutReach, s.partnerList},
		{"POST /partners", auth.KeepLinks, aboutReach, s.addLink},
		{"POST /partners/end", auth.KeepLinks, aboutReach, s.changeLink("end", s.endLink)},
		{"POST /partners/undo", auth.KeepLinks, aboutReach, s.changeLink("undo", s.undoLink)},
		{"POST /partners/upload", auth.KeepLinks, aboutReach, s.takeLinks},
		{"GET /partners/template", auth.KeepLinks, aboutReach, s.linkTemplate},
		{"GET /settings", auth.KeepChoices, aboutWhole, s.settings},
		{"POST /settings", auth.KeepChoices, aboutWhole, s.saveSettings},
		{"GET /calendar", auth.SignedIn, aboutNone, s.calendar},
		{"POST /calendar/days", auth.IssueForm, aboutNone, s.keepDay},
		{"POST /calendar/terms", auth.IssueForm, aboutNone, s.keepTerm},
		{"GET /messages", auth.SignedIn, aboutNone, s.messages},
		{"POST /messages/read", auth.SignedIn, aboutNone, s.readMessage},

		{"GET /api/v1/me", auth.SignedIn, aboutNone, s.me},
		{"GET /api/v1/compare", auth.ReadRegion, aboutReach, s.apiCompare},
		{"GET /api/v1/switches", auth.SignedIn, aboutNone, s.apiSwitches},
		{"PUT /api/v1/switches/{switch}", auth.KeepChoices, aboutWhole, s.apiSetSwitch},

		{"/", auth.Public, aboutNone, s.nowhere},
	}
	if s.own != nil {
		list = append(list, []route{
			{"GET /own-pack", auth.ReadRegion, aboutReach, s.ownPack},
			{"POST /own-pack", auth.ProposePack, aboutWhole, s.proposeOwn},
			{"GET /own-pack/edit", auth.ProposePack, aboutWhole, s.editOwn},
			{"GET /own-pack/change", auth.ReadRegion, aboutReach, s.ownChange},
			{"POST /own-pack/decide", auth.DecidePack, aboutWhole, s.decideOwn},
		}...)
	}
	if s.oidc != nil {
		list = append(list, []route{
			{"GET /sign-in/oidc", auth.Public, aboutNone, s.signInOIDC},
			{"GET /sign-in/oidc/back", auth.Public, aboutNone, s.backFromOIDC},
			{"POST /account/oidc", auth.SignedIn, aboutNone, s.linkOIDC},
			{"POST /admin/accounts/{account}/oidc", auth.KeepUsers, aboutAccount, s.linkAccount},
		}...)
	}
	if s.desk != nil {
		list = append(list, s.collecting()...)
	}
	for _, more := range []func() []route{
		s.todoRoutes,
		s.planRoutes,
		s.forecastRoutes,
		s.gapRoutes,
		s.taskRoutes,
		s.councilRoutes,
		s.safetyRoutes,
		s.reportRoutes,
		s.retentionRoutes,
		s.warningRoutes,
		s.incidentRoutes,
		s.dutyRoutes,
		s.boardRoutes,
		s.seatPlanRoutes,
		s.cityPlanRoutes,
		s.registerRoutes,
	} {
		list = append(list, more()...)
	}
	return list
}

// collecting are the addresses of collection. A step's own permission is in the
// table of steps (collect.Steps), and the desk asks for it: whoever sees a paper
// may try.
func (s *Server) collecting() []route {
	list := []route{
		{"GET /work", auth.ReadSchool, aboutReach, s.work},
		{"POST /work/batch", auth.ReadSchool, aboutReach, s.takeBatch},
		{"GET /work/matrix", auth.WatchForms, aboutReach, s.matrix},
		{"POST /work/matrix", auth.WatchForms, aboutReach, s.remind},
		{"GET /work/upload", auth.FillForm, aboutReach, s.upload},
		{"POST /work/upload", auth.FillForm, aboutReach, s.takeUpload},
		{"GET /work/marked/{file}", auth.FillForm, aboutReach, s.marked},
		{"GET /work/{issue}/{unit}", auth.ReadForm, aboutUnit, s.paper},
		{"POST /work/{issue}/{unit}", auth.FillForm, aboutUnit, s.savePaper},
		{"PUT /work/{issue}/{unit}/draft", auth.FillForm, aboutUnit, s.apiDraft},
		{"POST /work/{issue}/{unit}/merge", auth.FillForm, aboutUnit, s.resolve},
		{"POST /work/{issue}/{unit}/step", auth.ReadForm, aboutUnit, s.step},
		{"POST /work/{issue}/{unit}/steps", auth.ReadForm, aboutUnit, s.apiStep},
		{"GET /work/{issue}/{unit}/trial", auth.ReadForm, aboutUnit, s.trial},
		{"GET /work/{issue}/{unit}/sign", auth.ReadForm, aboutUnit, s.sign},
		{"GET /work/{issue}/{unit}/blank", auth.ReadForm, aboutUnit, s.blank},
		{"GET /work/{issue}/{unit}/data", auth.ReadForm, aboutUnit, s.paperData},
		{"GET /work/{issue}/{unit}/template", auth.ReadForm, aboutUnit, s.template},

		{"GET /api/v1/tasks", auth.ReadSchool, aboutReach, s.apiTasks},
		{"GET /api/v1/matrix", auth.WatchForms, aboutReach, s.apiMatrix},
		{"GET /api/v1/forms/{issue}/units/{unit}", auth.ReadForm, aboutUnit, s.apiPaper},
		{"PUT /api/v1/forms/{issue}/units/{unit}/draft", auth.FillForm, aboutUnit, s.apiDraft},
		{"POST /api/v1/forms/{issue}/units/{unit}/steps", auth.ReadForm, aboutUnit, s.apiStep},
		{"GET /api/v1/forms/{issue}/units/{unit}/template", auth.ReadForm, aboutUnit, s.template},
		{"POST /api/v1/forms/{issue}/workbook", auth.FillForm, aboutReach, s.apiUpload},
	}
	desk := s.desk(auth.Actor{}) // what it can do does not depend on who asks
	if _, ok := desk.(FormList); ok {
		list = append(list,
			route{"GET /work/forms", auth.ReadSchool, aboutReach, s.forms},
			route{"POST /work/forms", auth.IssueForm, aboutReach, s.issueForm})
	}
	if _, ok := desk.(Adapter); ok {
		list = append(list, route{"PUT /api/v1/forms/{issue}/counties/{unit}", auth.ReviewForm, aboutUnit, s.apiAdapt})
	}
	if _, ok := desk.(Importer); ok {
		list = append(list,
			route{"GET /work/mapping", auth.ImportFiles, aboutReach, s.mapping},
			route{"POST /work/mapping", auth.ImportFiles, aboutReach, s.takeMapping},
			route{"POST /work/mapping/upload", auth.ImportFiles, aboutReach, s.chooseForeign})
	}
	return list
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		mux.Handle(r.pattern, s.handle(r))
		s.patterns[r.pattern] = true
	}
	mux.Handle("GET /static/", s.files)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return secure(answersTo(s.hosts, compress(s.guard.Handler(mux))))
}

// path is the address of a route without its method.
func (rt route) path() string {
	if _, path, ok := strings.Cut(rt.pattern, " "); ok {
		return path
	}
	return rt.pattern
}

// machine tells that the route speaks JSON.
func (rt route) machine() bool { return strings.HasPrefix(rt.path(), "/api/") }

// files tells that the route takes files.
func (rt route) files() bool {
	return strings.HasSuffix(rt.path(), "/upload") || strings.HasSuffix(rt.path(), "/workbook")
}

// light tells that a route is about forms or papers and needs no assessment. Hundreds of
// schools hand in within a minute, and each changes the figures: none of them
// waits for the city to be measured anew.
func (rt route) light() bool {
	path := rt.path()
	if path == "/work" || path == "/todo" || path == "/quality/sources" {
		return true
	}
	for _, start := range []string{"/value-added", "/draft", "/work/", "/views"} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	for _, light := range []func(string) bool{
		actionLight,
		councilLight,
		planLight,
		forecastLight,
		safetyLight,
		reportLight,
		retentionLight,
		incidentLight,
		dutyLight,
		registerLight,
		boardLight,
	} {
		if light(path) {
			return true
		}
	}
	return false
}
