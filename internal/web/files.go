package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shuren/internal/attach"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// takenFile is a file of a form that may be stored.
type takenFile struct {
	attach.File
	Body []byte
}

// refusedFiles are the files of a form that may not, all at once.
type refusedFiles []refusedFile

type refusedFile struct {
	name string
	why  error
}

func (rs refusedFiles) Error() string { return rs.In("en") }

func (rs refusedFiles) Unwrap() (errs []error) {
	for _, r := range rs {
		errs = append(errs, r.why)
	}
	return errs
}

// In gives the names and the reasons in a language.
func (rs refusedFiles) In(lang string) (text string) {
	for i, r := range rs {
		why := r.why.Error()
		if said, ok := errors.AsType[interface {
			error
			In(lang string) string
		}](r.why); ok {
			why = said.In(lang)
		}
		switch {
		case lang == "zh" && i > 0:
			text += "；"
		case i > 0:
			text += "; "
		}
		if lang == "zh" {
			text += "“" + r.name + "”：" + why
		} else {
			text += strconv.Quote(r.name) + ": " + why
		}
	}
	return text
}

// takeFiles checks the files of a form: all of them are fit to be stored, or none
// is taken and the error says of each that is not why. A form without files gives
// none. The route must be one of files (ends in /upload).
func (s *Server) takeFiles(r *request, field string) (out []takenFile, err error) {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return nil, fmt.Errorf("files: %w: %w", err, fault.Invalid)
	}
	var refused refusedFiles
	files := r.MultipartForm.File[field]
	if len(files) > attach.MaxUses {
		return nil, fmt.Errorf("%d files: %w", len(files), fault.TooLarge)
	}
	for _, fh := range files {
		if fh.Filename == "" && fh.Size == 0 {
			continue // the field was left empty
		}
		f, err := fh.Open()
		if err != nil {
			return nil, fmt.Errorf("file: %w", err)
		}
		// Unpacking costs much, so one at a time is checked.
		s.checking.Lock()
		taken, body, err := attach.Clean(fh.Filename, f, fh.Size)
		s.checking.Unlock()
		f.Close()
		switch {
		case errors.Is(err, fault.Invalid), errors.Is(err, fault.TooLarge):
			refused = append(refused, refusedFile{fh.Filename, err})
		case err != nil:
			return nil, err
		default:
			out = append(out, takenFile{taken, body})
		}
	}
	if len(refused) > 0 {
		return nil, refused
	}
	return out, nil
}

// ownPolicy is what a file may do where a browser shows it after all: nothing.
const ownPolicy = "sandbox; default-src 'none'"

// serveFile sends an evidence file to be kept, never to be shown in the page.
func (s *Server) serveFile(w http.ResponseWriter, r *request, use store.FileUse, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", string(use.Type))
	h.Set("Content-Disposition", `attachment; filename="evidence"; filename*=UTF-8''`+strings.ReplaceAll(url.QueryEscape(use.Name), "+", "%20"))
	h.Set("Content-Security-Policy", ownPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}

// thumbSide is the longer side of a small picture, in pixels.
const thumbSide = 320

// serveThumb sends a small picture of an evidence photo, drawn anew: nothing of
// the file itself reaches a page. read gives the photo, where the reader does not
// have the small picture already.
func (s *Server) serveThumb(w http.ResponseWriter, r *request, use store.FileUse, read func() ([]byte, error)) error {
	if !use.Type.Image() {
		return fmt.Errorf("picture of %s: %w", use.Hash, fault.NotFound)
	}
	h := w.Header()
	tag := `"` + use.Hash[:min(32, len(use.Hash))] + `-` + strconv.Itoa(thumbSide) + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache") // to be asked for each time, by who may see it
	h.Set("Content-Security-Policy", ownPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, err := read()
	if err != nil {
		return err
	}
	s.checking.Lock()
	small, err := attach.Thumb(body, thumbSide)
	s.checking.Unlock()
	if err != nil {
		return fmt.Errorf("picture of %s: %w", use.Hash, err)
	}
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", "inline")
	if _, err := w.Write(small); err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}
