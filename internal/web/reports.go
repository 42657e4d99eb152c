package web

import (
	"context"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Reports are the documents that a bureau sends out. flow's gallery implements it;
// nil leaves the pages and their item of the navigation out.
type Reports interface {
	Make(ctx context.Context, who auth.Actor, o flow.ReportOrder) (flow.Report, error)
	Reports(ctx context.Context, who auth.Actor, f store.ReportFilter) ([]store.Report, int, error)
	// Report is one document as it is kept; outside the reader's part it is not found.
	Report(ctx context.Context, who auth.Actor, id string) (flow.Report, error)
	// Act answers fault.Conflict with what is kept now where it was changed meanwhile.
	Act(ctx context.Context, who auth.Actor, id string, rev int, a gallery.Act, e gallery.Edits) (flow.Report, error)
	Again(ctx context.Context, who auth.Actor, id string) (same bool, err error)
	Sheets(ctx context.Context, who auth.Actor) ([]task.Row, error)
	Templates(ctx context.Context, who auth.Actor) ([]store.FileUse, error)
	AddTemplate(ctx context.Context, who auth.Actor, name string, body []byte) (flow.Template, error)
	DropTemplate(ctx context.Context, who auth.Actor, hash string) error
	// Filled puts a document into one of the city's own templates; unknown are the
	// fields that nobody filled.
	Filled(ctx context.Context, who auth.Actor, id, hash string) (name string, file []byte, unknown []string, err error)
	Schedules(ctx context.Context, who auth.Actor) ([]gallery.Schedule, error)
	KeepSchedule(ctx context.Context, who auth.Actor, s gallery.Schedule) (gallery.Schedule, error)
}

// reportRoutes are the addresses of the gallery. Whose a document is the gallery
// itself asks: what lies outside the reader's part is not found.
func (s *Server) reportRoutes() []route {
	if s.reports == nil {
		return nil
	}
	return []route{
		{"GET /reports", auth.ReadReports, aboutReach, s.reportList},
		{"POST /reports", auth.MakeReports, aboutReach, s.makeReport},
		{"GET /reports/{report}", auth.ReadReports, aboutReach, s.reportPage},
		{"POST /reports/{report}", auth.MakeReports, aboutReach, s.actOnReport},
		{"GET /report-templates", auth.KeepReports, aboutWhole, s.reportTemplates},
		{"POST /report-templates/upload", auth.KeepReports, aboutWhole, s.takeReportTemplate},
		{"POST /report-templates/drop", auth.KeepReports, aboutWhole, s.dropReportTemplate},
		{"GET /report-schedules", auth.KeepReports, aboutWhole, s.reportSchedules},
		{"POST /report-schedules", auth.KeepReports, aboutWhole, s.keepReportSchedule},
	}
}

// reportLight tells that an address needs no assessment: a document holds its own
// figures, and what makes one measures by itself.
func reportLight(path string) bool { return strings.HasPrefix(path, "/report") }

// reportNavigation adds documents to the group of daily work, for who may read them.
func (s *Server) reportNavigation(r *request, sh *Shell) {
	if s.reports == nil || !r.who.May(auth.ReadReports) {
		return
	}
	sh.item("reports", r.T("report.title"), "", "M4 2h6l3 3v9H4zM10 2v3h3M6 8h5M6 10.5h5", "/reports", 0)
}

// reportLamp is how far a document has come.
func (l locale) reportLamp(st gallery.State) Lamp {
	out := Lamp{Word: l.Text(st.Name()), Tone: chart.Open}
	switch st {
	case gallery.Waiting:
		out.Tone = chart.Near
	case gallery.Final:
		out.Tone = chart.Good
	case gallery.Drafted, gallery.Dropped:
	}
	return out
}

// reportLinks lead to what the keeper of the gallery keeps.
func (r *request) reportLinks() []Link {
	if !r.who.Reach(auth.KeepReports).Whole {
		return nil
	}
	return []Link{{r.T("report.templates"), "/report-templates"}, {r.T("report.schedules"), "/report-schedules"}}
}
