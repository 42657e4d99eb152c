// The page on which a register is read in from a file: the import runs behind it.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/store"
)

// registerImportPage takes a file of a register, tells how far it is and what became
// of it.
type registerImportPage struct {
	Shell
	Base    string
	Year    string
	Lists   []Choice // of pupils
	Skip    bool
	Replace bool
	Run     runBlock
	Runs    Table
	Error   string
	Said    string
	Columns string // what a file may have
	list    string // that was chosen
}

func (s *Server) pupilImport(w http.ResponseWriter, r *request) error {
	return s.showImport(w, r, store.AChild, registerImportPage{}, http.StatusOK)
}

func (s *Server) staffImport(w http.ResponseWriter, r *request) error {
	return s.showImport(w, r, store.AStaff, registerImportPage{}, http.StatusOK)
}

func (s *Server) takePupilFile(w http.ResponseWriter, r *request) error {
	return s.takeRegister(w, r, store.AChild)
}

func (s *Server) takeStaffFile(w http.ResponseWriter, r *request) error {
	return s.takeRegister(w, r, store.AStaff)
}

// registerOf is the register that an address is about.
func registerOf(r *request) (kind store.PersonKind, base string) {
	if strings.HasPrefix(r.URL.Path, "/registers/staff") {
		return store.AStaff, "/registers/staff"
	}
	return store.AChild, "/registers/pupils"
}

// showImport shows the form, beside the import that is asked for; without one that
// which is under way or was broken off.
func (s *Server) showImport(w http.ResponseWriter, r *request, kind store.PersonKind, p registerImportPage, status int) error {
	title, name, fields := r.T("register.import.pupils"), "pupils", register.ChildFields
	if kind == store.AStaff {
		title, name, fields = r.T("register.import.staff"), "staff", register.StaffFields
	}
	if r.query.Get("as") == "template" {
		return s.registerTemplate(w, r, kind, fields)
	}
	p.Base = "/registers/" + name
	p.Shell = s.shell(r, title, "registers", Link{r.registerTitle(name), p.Base})
	runs, err := s.registers.Imports(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("imports: %w", err)
	}
	at, err := s.registers.Importing(r.Context(), r.who, kind)
	if err != nil {
		return fmt.Errorf("import under way: %w", err)
	}
	asked, _ := strconv.Atoi(r.query.Get("run")) // what is no number is none
	x, ok := importShown(runs, kind, asked)
	if asked != 0 && !ok {
		return fmt.Errorf("import %d: %w", asked, fault.NotFound)
	}
	if ok && p.Error == "" {
		p.Run = s.runBlock(r, x, at)
		if p.Run.Broken || x.State == store.RunRefused { // the same file, or a mended one, is read in the same way
			p.Year, p.list, p.Skip, p.Replace = strconv.Itoa(x.Year), string(x.List), x.Skip, x.Replace
		}
		if r.query.Get("as") == "xlsx" {
			return s.exportPlain(w, r, title, p.Run.Problems)
		}
		if p.Run.Running && r.Method == http.MethodGet {
			w.Header().Set("Refresh", "2")
		}
	}
	if p.Year == "" {
		p.Year = strconv.Itoa(s.now().Year() - yearTurned(s.now().Month()))
	}
	if kind == store.AChild {
		for _, t := range register.Lists {
			p.Lists = append(p.Lists, Choice{Link{r.Text(t.Text), t.ID}, p.list == t.ID})
		}
	}
	var names []string
	for _, f := range fields {
		names = append(names, register.FieldName(f.ID).In(r.Lang()))
	}
	p.Columns = strings.Join(names, r.T("register.and"))
	p.Runs = s.runTable(r, runs, kind)
	return s.write(w, r, status, "registerimport.html", p)
}

// takeRegister begins to read a file into a register. The page that follows tells how
// far it is, and whoever leaves it does not break it off.
func (s *Server) takeRegister(w http.ResponseWriter, r *request, kind store.PersonKind) error {
	file, form, err := sealedUpload(r, "file")
	if err != nil {
		return err
	}
	p := registerImportPage{Year: strings.TrimSpace(form.Get("y")), list: form.Get("list"), Skip: form.Get("skip") != "", Replace: form.Get("replace") != ""}
	opt := flow.RegisterOptions{Kind: kind, Skip: p.Skip, Replace: p.Replace}
	if kind == store.AChild {
		opt.List = register.List(oneTerm(register.Lists, p.list))
	}
	opt.Year, _ = strconv.Atoi(p.Year) // what is no year is refused
	at, err := s.registers.BeginImport(r.Context(), r.who, file, opt)
	if err != nil {
		return s.orSay(fmt.Errorf("register: %w", err), func(why string) error {
			p.Error = why
			return s.showImport(w, r, kind, p, statusOf(err))
		}, r)
	}
	_, base := registerOf(r)
	return away{base + "/import?run=" + strconv.Itoa(at.No)}
}

// stopImport stops an import under way; the same file goes on with it.
func (s *Server) stopImport(_ http.ResponseWriter, r *request) error {
	kind, base := registerOf(r)
	no, err := runTyped(r)
	if err != nil {
		return err
	}
	if err := s.registers.StopImport(r.Context(), r.who, kind, no); err != nil {
		return fmt.Errorf("stop import %d: %w", no, err)
	}
	return away{base + "/import?run=" + strconv.Itoa(no)}
}

// dropImport gives an import up that is under way or was broken off.
func (s *Server) dropImport(_ http.ResponseWriter, r *request) error {
	_, base := registerOf(r)
	no, err := runTyped(r)
	if err != nil {
		return err
	}
	if err := s.registers.DropImport(r.Context(), r.who, no); err != nil {
		return fmt.Errorf("drop import %d: %w", no, err)
	}
	return away{base + "/import?run=" + strconv.Itoa(no)}
}

func runTyped(r *request) (int, error) {
	if err := r.parse(); err != nil {
		return 0, err
	}
	no, err := strconv.Atoi(r.PostFormValue("run"))
	if err != nil {
		return 0, fmt.Errorf("run %q: %w", r.PostFormValue("run"), fault.Invalid)
	}
	return no, nil
}
