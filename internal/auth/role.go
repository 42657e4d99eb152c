// Package auth holds who may do what: roles and their permissions, passwords,
// one-time codes and the rules of sign-in.
//
// It computes from its arguments. Accounts and sessions are kept by the store,
// and flow puts the two together.
package auth

import (
	"slices"

	"shuren/internal/edu"
)

// Role is what a person is in the system. A role is granted over a part of the
// tree of units; what it may do there is in Permissions.
type Role string

const (
	SchoolClerk      Role = "school_clerk"      // fills its school's forms
	SchoolHead       Role = "school_head"       // fills, confirms and submits its school's forms
	TownshipClerk    Role = "township_clerk"    // clerk of the central school: fills for the units of a township
	CountyClerk      Role = "county_clerk"      // fills the county's forms, chases schools
	CountyReviewer   Role = "county_reviewer"   // reviews and returns schools' forms
	CitySection      Role = "city_section"      // issues forms, locks
	CityPlanner      Role = "city_planner"      // analyses; keeps packs and the form list
	Leader           Role = "leader"            // reads
	Inspector        Role = "inspector"         // reads; inspections come with their own forms
	RetentionOfficer Role = "retention_officer" // named officer of dropout prevention
	SystemAdmin      Role = "system_admin"      // accounts, organisations, backup: no figures
	SecurityAdmin    Role = "security_admin"    // grants roles, unlocks, resets: no figures
	AuditAdmin       Role = "audit_admin"       // reads and verifies the audit log, nothing else
)

// Roles lists all roles in the order in which they are shown.
var Roles = []Role{SchoolClerk, SchoolHead, TownshipClerk, CountyClerk, CountyReviewer, CitySection, CityPlanner, Leader, Inspector, RetentionOfficer, SystemAdmin, SecurityAdmin, AuditAdmin}

// Permission is one thing that can be allowed. Every route names the one that
// it needs.
type Permission string

const (
	// Public needs no account: the sign-in page, style sheets, health.
	Public Permission = "public"
	// SignedIn needs an account and nothing more: the own account, sign-out, help.
	SignedIn Permission = "signed_in"

	ReadRegion  Permission = "figures.read.region" // overview, counties, indicators, lists of schools
	ReadSchool  Permission = "figures.read.school" // one school's own page and its traces
	ReadForm    Permission = "form.read"           // see a paper with what is filled in so far
	FillForm    Permission = "form.fill"           // fill a paper, save a draft, upload
	SubmitForm  Permission = "form.submit"
	ReviewTown  Permission = "form.review.township" // pass on to the county, or return
	ReviewForm  Permission = "form.review.county"   // pass on to the city, return, excuse, extend
	LockForm    Permission = "form.lock"            // lock, return, unlock
	WatchForms  Permission = "form.watch"           // completeness matrix, reminders
	IssueForm   Permission = "form.issue"           // issue a form on the list, keep the list and the calendar
	ImportFiles Permission = "import"               // files that are no template of ours; mappings
	CheckData   Permission = "quality.read"         // outliers, duplicates, comparisons
	ChangeUnits Permission = "units.change"         // open, close, merge, split, rename schools
	KeepLinks   Permission = "partners.keep"        // education groups, custody help, partner schools
	KeepChoices Permission = "settings.keep"        // what the city switches on: ranking, value added
	KeepCounty  Permission = "county.keep"          // a county's recognition, evidence and answering departments
	ProposePack Permission = "pack.propose"         // propose a change of the city's own pack
	DecidePack  Permission = "pack.decide"          // approve or reject what another person proposed
	ShareViews  Permission = "views.share"          // share a saved view of a list with the own county or city
	DraftPlan   Permission = "plan.draft"           // read a notice into a draft plan
	ReadTasks   Permission = "task.read"            // plans, tasks, supervision, meetings: of the reader's part
	DoTasks     Permission = "task.do"              // sign, report, ask, hand in, for the bodies that one acts for
	GiveTasks   Permission = "task.give"            // draft, issue, review, close
	KeepPlan    Permission = "plan.keep"            // edit plans and what their bodies are
	ApprovePlan Permission = "plan.approve"         // approve a version that another person handed in
	KeepMeeting Permission = "meeting.keep"         // meetings, decisions, check-in; the leading group's duties and honours
	KeepPupils  Permission = "pupils.keep"          // import and correct the register of pupils
	ReadPupils  Permission = "pupils.read"          // pupils one by one, names masked
	KeepStaff   Permission = "staff.keep"           // import and correct the register of staff
	ReadStaff   Permission = "staff.read"           // staff one by one, names masked
	ShowPersons Permission = "persons.show"         // see a masked name or number, with a reason that is logged
	DoRetention Permission = "retention.do"         // open, check and follow up cases of dropout prevention
	EndCases    Permission = "retention.end"        // confirm dropouts, send legal notices, close cases
	ReadSafety  Permission = "safety.read"          // inspections, hazards, drills and incidents of the reader's part
	DoSafety    Permission = "safety.do"            // mend hazards, enter drills and incidents of the own unit
	Inspect     Permission = "safety.inspect"       // check schools, sign, check hazards again
	KeepSafety  Permission = "safety.keep"          // plan inspections, put hazards under supervision
	DoDuties    Permission = "duties.do"            // tick off duty lists of the own unit
	KeepDuties  Permission = "duties.keep"          // switch duty lists on, send them out
	ReadReports Permission = "reports.read"         // documents of the gallery, of the reader's part
	MakeReports Permission = "reports.make"         // make documents, keep them in the archive
	KeepReports Permission = "reports.keep"         // a city's own templates, scheduled runs, the public board
	KeepUsers   Permission = "accounts.keep"        // make, close, recover accounts
	GrantRoles  Permission = "accounts.grant"       // give and take roles, unlock
	ReadAudit   Permission = "audit.read"
)

// Permissions lists all permissions that a role can have.
var Permissions = []Permission{ReadRegion, ReadSchool, ReadForm, FillForm, SubmitForm, ReviewTown, ReviewForm, LockForm, WatchForms, IssueForm, ImportFiles, CheckData, ChangeUnits, KeepLinks, KeepChoices, KeepCounty, ProposePack, DecidePack, ShareViews, DraftPlan, ReadTasks, DoTasks, GiveTasks, KeepPlan, ApprovePlan, KeepMeeting, KeepPupils, ReadPupils, KeepStaff, ReadStaff, ShowPersons, DoRetention, EndCases, ReadSafety, DoSafety, Inspect, KeepSafety, DoDuties, KeepDuties, ReadReports, MakeReports, KeepReports, KeepUsers, GrantRoles, ReadAudit}

var allowed = map[Role][]Permission{
	SchoolClerk:      {ReadSchool, ReadForm, FillForm, SubmitForm, ReadTasks, DoTasks, ReadPupils, ReadStaff, DoRetention, ReadSafety, DoSafety, DoDuties, ReadReports},
	SchoolHead:       {ReadSchool, ReadForm, FillForm, SubmitForm, ReadTasks, DoTasks, KeepPupils, ReadPupils, KeepStaff, ReadStaff, ShowPersons, DoRetention, ReadSafety, DoSafety, DoDuties, ReadReports, MakeReports},
	TownshipClerk:    {ReadSchool, ReadForm, FillForm, SubmitForm, ReviewTown, WatchForms, ReadTasks, DoTasks, ReadPupils, ReadStaff, DoRetention, ReadSafety, DoSafety, DoDuties, ReadReports},
	CountyClerk:      {ReadRegion, ReadSchool, ReadForm, FillForm, SubmitForm, WatchForms, ImportFiles, CheckData, ChangeUnits, KeepLinks, KeepCounty, ShareViews, ReadTasks, DoTasks, KeepMeeting, KeepPupils, ReadPupils, KeepStaff, ReadStaff, ReadSafety, DoSafety, DoDuties, ReadReports, MakeReports},
	CountyReviewer:   {ReadRegion, ReadSchool, ReadForm, ReviewForm, WatchForms, CheckData, KeepCounty, ShareViews, ReadTasks, DoTasks, GiveTasks, ReadStaff, ReadSafety, Inspect, KeepSafety, DoDuties, ReadReports, MakeReports},
	CitySection:      {ReadRegion, ReadSchool, ReadForm, LockForm, WatchForms, IssueForm, ImportFiles, CheckData, ChangeUnits, KeepLinks, KeepCounty, DecidePack, ShareViews, DraftPlan, ReadTasks, DoTasks, GiveTasks, KeepPlan, KeepMeeting, ReadStaff, ReadSafety, Inspect, KeepSafety, DoDuties, KeepDuties, ReadReports, MakeReports, KeepReports},
	CityPlanner:      {ReadRegion, ReadSchool, WatchForms, CheckData, KeepLinks, KeepChoices, KeepCounty, ProposePack, DecidePack, ShareViews, DraftPlan, ReadTasks, DoTasks, GiveTasks, KeepPlan, KeepMeeting, ReadSafety, KeepDuties, ReadReports, MakeReports, KeepReports},
	Leader:           {ReadRegion, ReadSchool, WatchForms, ReadTasks, ApprovePlan, ReadSafety, ReadReports},
	Inspector:        {ReadRegion, ReadSchool, ReadTasks, ReadSafety, Inspect, ReadReports},
	RetentionOfficer: {ReadRegion, ReadSchool, ReadTasks, KeepPupils, ReadPupils, ShowPersons, DoRetention, EndCases, ReadReports},
	SystemAdmin:      {KeepUsers},
	SecurityAdmin:    {GrantRoles},
	AuditAdmin:       {ReadAudit},
}

// May tells whether a role has a permission.
func (r Role) May(p Permission) bool {
	_, known := allowed[r]
	return p == Public || p == SignedIn && known || slices.Contains(allowed[r], p)
}

// Admin tells whether the role is one of the three separated administrators,
// who see no figures and of whom nobody may be two.
func (r Role) Admin() bool { return r == SystemAdmin || r == SecurityAdmin || r == AuditAdmin }

// Grant is a role over a part of the tree. The zero Grant allows nothing.
type Grant struct {
	Role  Role
	Whole bool       // the whole tree
	Unit  edu.UnitID // otherwise this unit and everything below it
}

// Actor is who does something: every page, export, call and log line has one.
// The zero Actor may do nothing.
type Actor struct {
	Account string // id; never a name
	Name    string // as shown to others
	Grants  []Grant
	// Local is the operator at the machine itself: a command, or the local
	// server without accounts. It may do everything.
	Local bool
	// Session is the id of the sign-in by which the actor came, empty for a
	// command or an API key: it is spared when the account's others end.
	Session string
}

// Operator is whoever sits at the machine itself: a command, or the local
// server without accounts.
func Operator() Actor { return Actor{Name: "local", Local: true} }

// Reach is the part of the tree over which an actor has a permission. The zero
// Reach is nothing.
type Reach struct {
	Whole bool
	Units []edu.UnitID
}

// None tells that nothing is within reach.
func (r Reach) None() bool { return !r.Whole && len(r.Units) == 0 }

// Reach is where the actor has a permission.
func (a Actor) Reach(p Permission) Reach {
	if a.Local {
		return Reach{Whole: true}
	}
	var r Reach
	for _, g := range a.Grants {
		switch {
		case !g.Role.May(p):
		case g.Whole:
			return Reach{Whole: true}
		case g.Unit != "" && !slices.Contains(r.Units, g.Unit):
			r.Units = append(r.Units, g.Unit)
		}
	}
	return r
}

// May tells whether the actor has a permission anywhere.
func (a Actor) May(p Permission) bool {
	switch p {
	case Public:
		return true
	case SignedIn:
		return a.Local || a.Account != ""
	}
	return !a.Reach(p).None()
}
