package web

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
)

const (
	// mostDraftText is how many characters the page reads: a plan of some sixty
	// pages. Longer ones are read by the command.
	mostDraftText = 30_000
	// draftShown is how many proposals a page shows.
	draftShown = 15
	// mostSaid is how many sentences that make no task a page shows.
	mostSaid = 60
)

// draftPage is the page of a draft: an empty form, or the proposals of a notice
// beside their sentences. Nothing of it is stored: the notice and what the clerk
// said of it travel in the form.
type draftPage struct {
	Shell
	Error  string
	Text   string // as it came in
	Edits  string // what was said of the proposals that this page does not show
	Page   int
	Pages  []Choice
	Read   bool
	Found  string
	Counts string
	Items  []draftItem
	Said   []draftSaid
	More   string
	Most   string
	// Into are the plans into which accepted proposals can be put; none where the
	// reader keeps no plans. Sent makes one press of the button one.
	Into   []Choice
	Sent   string
	Notice string
}

// draftSaid is a sentence that makes no task.
type draftSaid struct{ Text, Speaker string }

// draftPage shows the empty form.
func (s *Server) draftPage(w http.ResponseWriter, r *request) error {
	return s.render(w, r, "draft.html", s.newDraft(r))
}

func (s *Server) newDraft(r *request) draftPage {
	return draftPage{Shell: s.shell(r, r.T("draft.title"), "draft"), Most: r.T("draft.most", mostDraftText, draft.MaxFile>>20)}
}

// refuseDraft shows the form again, with what was wrong and the text kept.
func (s *Server) refuseDraft(w http.ResponseWriter, r *request, text string, err error) error {
	p := s.newDraft(r)
	if p.Error = r.why(err); p.Error == "" {
		return err
	}
	status := http.StatusBadRequest
	if utf8.RuneCountInString(text) <= 2*mostDraftText {
		p.Text = text
	}
	return s.write(w, r, status, "draft.html", p)
}

// readNotice reads a pasted text or a file and shows its proposals.
func (s *Server) readNotice(w http.ResponseWriter, r *request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("notice: %w: %w", err, fault.Invalid)
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	if files := r.MultipartForm.File["file"]; len(files) > 0 && files[0].Filename != "" {
		f, err := files[0].Open()
		if err != nil {
			return fmt.Errorf("notice: %w", err)
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, draft.MaxFile+1))
		if err != nil {
			return fmt.Errorf("notice: %w", err)
		}
		if text, err = draft.Read(files[0].Filename, b); err != nil {
			return s.refuseDraft(w, r, "", err)
		}
	}
	return s.showDraft(w, r, text, nil, 1)
}

// showDraft reads the text anew and lays what the clerk said over it.
func (s *Server) showDraft(w http.ResponseWriter, r *request, text string, edits draftEdits, page int) error {
	d, lines, err := s.draftOf(r, text, edits)
	if err != nil {
		return s.refuseDraft(w, r, text, err)
	}
	p := s.newDraft(r)
	p.Read, p.Text, p.Error = true, text, r.refused
	last := max(1, (len(lines)+draftShown-1)/draftShown)
	p.Page = min(max(1, page), last)
	if last > 1 {
		for i := 1; i <= last; i++ {
			p.Pages = append(p.Pages, Choice{Link{fmt.Sprint(i), fmt.Sprint(i)}, i == p.Page})
		}
	}
	from := (p.Page - 1) * draftShown
	to := min(from+draftShown, len(lines))
	for i := from; i < to; i++ {
		p.Items = append(p.Items, r.draftItem(d, i, lines[i]))
	}
	p.Edits = edits.without(from, to)
	said := 0
	count := map[draft.Class]int{}
	for _, st := range d.Statements {
		if !st.Heading {
			count[st.Class]++
		}
		if st.Class == draft.Principle {
			if said++; said <= mostSaid {
				p.Said = append(p.Said, draftSaid{d.OriginalOf(st.Span), st.Speaker})
			}
		}
	}
	if said > mostSaid {
		p.More = r.T("draft.said.more", said-mostSaid)
	}
	states := map[draft.State]int{}
	for _, l := range lines {
		states[l.State]++
	}
	p.Into, p.Sent, p.Notice = s.plansToDraftInto(r), rand.Text(), noticeName(d)
	p.Found = r.T("draft.found", len(lines), states[draft.Accepted], states[draft.Dropped], states[draft.Open])
	p.Counts = r.T("draft.counts", count[draft.Decision], count[draft.Requirement], count[draft.Principle])
	if p.Error != "" {
		return s.write(w, r, http.StatusUnprocessableEntity, "draft.html", p)
	}
	return s.render(w, r, "draft.html", p)
}

// draftOf reads a notice for the city: its packs, its counties.
func (s *Server) draftOf(r *request, text string, edits draftEdits) (*draft.Document, []draft.Line, error) {
	if n := utf8.RuneCountInString(text); n > mostDraftText {
		return nil, nil, auth.Refuse(fault.TooLarge, fmt.Sprintf("文字有 %d 个字，本页最多 %d 个字；请只保留正文，或用命令 shuren draft", n, mostDraftText),
			fmt.Sprintf("the text has %d characters, this page takes %d: keep the body, or use the command shuren draft", n, mostDraftText))
	}
	if err := draft.Check(text); err != nil {
		return nil, nil, err
	}
	opt := draft.Options{Packs: r.packs}
	t, err := s.city.Tree(r.Context())
	if err != nil {
		return nil, nil, fmt.Errorf("tree of units: %w", err)
	}
	for _, u := range s.places.on(t, collect.Today(s.now())).Nodes {
		if u.Unit.Level == edu.County {
			opt.Places = append(opt.Places, u.Name.ZH)
		}
	}
	d := draft.Make(text, opt)
	lines := d.Lines()
	for i, e := range edits {
		if i >= 0 && i < len(lines) {
			e.over(&lines[i])
		}
	}
	return d, lines, nil
}

// reviewDraft takes what the clerk said: it shows another page of the draft, or
// sends what was not dropped as a workbook.
func (s *Server) reviewDraft(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("draft: %w: %w", err, fault.Invalid)
	}
	text := strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n")
	edits, err := readEdits(r.PostForm)
	if err != nil {
		return err
	}
	switch act := r.PostForm.Get("act"); act {
	case "xlsx":
		_, lines, err := s.draftOf(r, text, edits)
		if err != nil {
			return s.refuseDraft(w, r, text, err)
		}
		return s.sendDraft(w, r, lines)
	case "plan":
		return s.draftIntoPlan(w, r, text, edits)
	case "accept":
		_, lines, err := s.draftOf(r, text, edits)
		if err != nil {
			return s.refuseDraft(w, r, text, err)
		}
		for i, l := range lines {
			if l.State == draft.Open {
				edits.accept(i)
			}
		}
	}
	return s.showDraft(w, r, text, edits, draftAt(r.PostForm))
}

// draftIntoPlan puts the accepted proposals into a plan, and drafts their tasks
// where that was asked for: all of it, or nothing.
func (s *Server) draftIntoPlan(w http.ResponseWriter, r *request, text string, edits draftEdits) error {
	if s.plans == nil {
		return fmt.Errorf("plans: %w", fault.NotFound)
	}
	_, lines, err := s.draftOf(r, text, edits)
	if err != nil {
		return s.refuseDraft(w, r, text, err)
	}
	var accepted []draft.Line
	for _, l := range lines {
		if l.State == draft.Accepted {
			accepted = append(accepted, l)
		}
	}
	year := s.now().Year()
	into := flow.DraftInto{Plan: r.PostForm.Get("into"), Name: r.PostForm.Get("into.name"), From: year, To: year + 2, Source: strings.TrimSpace(r.PostForm.Get("into.notice")), Tasks: r.PostForm.Get("into.tasks") != ""}
	v, ids, _, err := s.plans.FromDraft(r.Context(), r.who, into, accepted, r.PostForm.Get("sent"))
	if err != nil {
		why := r.why(err)
		if why == "" {
			return err
		}
		r.refused = why
		return s.showDraft(w, r, text, edits, draftAt(r.PostForm))
	}
	line := ""
	if l, _ := v.Measure(ids[0]); l != nil {
		line = l.ID
	}
	return away{toPlan(v.ID, "v", strconv.Itoa(v.Version), "line", line, "did", string(plan.Save))}
}

// noticeName is what a notice is called: its first heading.
func noticeName(d *draft.Document) string {
	for _, st := range d.Statements {
		if st.Heading {
			return d.OriginalOf(st.Span)
		}
	}
	return ""
}

// sendDraft sends the lines that were not dropped.
func (s *Server) sendDraft(w http.ResponseWriter, r *request, lines []draft.Line) error {
	var kept []draft.Line
	for _, l := range lines {
		if l.State != draft.Dropped {
			kept = append(kept, l)
		}
	}
	var b strings.Builder
	if err := draft.Write(&b, draft.XLSX, kept, r.Lang(), draft.Words()); err != nil {
		return fmt.Errorf("workbook of the draft: %w", err)
	}
	s.sendFile(w, r, r.T("draft.title")+".xlsx", []byte(b.String()))
	return nil
}
