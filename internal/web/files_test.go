package web

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shuren/internal/attach"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// filesRequest is a form with files, given as name and content.
func filesRequest(t *testing.T, files ...string) *request {
	t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for i := 0; i < len(files); i += 2 {
		part, err := mw.CreateFormFile("file", files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := mw.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/upload", &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	return &request{Request: r}
}

// Of several files all are taken or none, and the answer names each that is not.
func TestTakeFiles(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	got, err := s.takeFiles(filesRequest(t, "说明.txt", "一", "名单.csv", "a,1\n", "", ""), "file")
	if err != nil || len(got) != 2 || got[0].Name != "说明.txt" || got[1].Type != attach.CSV || string(got[1].Body) != "a,1\n" {
		t.Fatalf("%+v %v", got, err)
	}
	got, err = s.takeFiles(filesRequest(t, "说明.txt", "一", "a.exe", "MZ\x00", "b.txt", "<script>"), "file")
	said, ok := errors.AsType[refusedFiles](err)
	if !ok || len(got) != 0 || !errors.Is(err, fault.Invalid) {
		t.Fatalf("%+v %v", got, err)
	}
	for _, want := range []string{"“a.exe”：", "；“b.txt”：", "程序", "网页"} {
		if !strings.Contains(said.In("zh"), want) {
			t.Errorf("%q does not say %q", said.In("zh"), want)
		}
	}
	if strings.Contains(said.Error(), "说明") || !strings.Contains(said.Error(), `; "b.txt": `) {
		t.Error(said.Error())
	}
	if got, err := s.takeFiles(filesRequest(t), "file"); err != nil || len(got) != 0 {
		t.Errorf("a form without files: %v %v", got, err)
	}
}

// A file is sent to be kept, under its own name, and may do nothing if a browser
// shows it after all.
func TestServeFile(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	w := httptest.NewRecorder()
	r := &request{Request: httptest.NewRequest(http.MethodGet, "/x", nil)}
	use := store.FileUse{Hash: strings.Repeat("a", 64), Type: attach.TXT, Name: `批复 "1";filename=x.html.txt`}
	secured := secure(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := s.serveFile(w, r, use, []byte("<script>")); err != nil {
			t.Error(err)
		}
	}))
	secured.ServeHTTP(w, r.Request)
	h := w.Header()
	for k, want := range map[string]string{"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"} {
		if h.Get(k) != want {
			t.Errorf("%s: %q, want %q", k, h.Get(k), want)
		}
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil || kind != "attachment" || params["filename"] != use.Name {
		t.Errorf("%s: %s %v %v", h.Get("Content-Disposition"), kind, params, err)
	}
}

// A small picture is drawn anew, is not sent again to who has it, and there is
// none of a paper.
func TestServeThumb(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 900, 600))); err != nil {
		t.Fatal(err)
	}
	reads := 0
	get := func(kind attach.Type, tag string) (*httptest.ResponseRecorder, error) {
		w := httptest.NewRecorder()
		r := &request{Request: httptest.NewRequest(http.MethodGet, "/x", nil)}
		r.Header.Set("If-None-Match", tag)
		return w, s.serveThumb(w, r, store.FileUse{Hash: strings.Repeat("a", 64), Type: kind}, func() ([]byte, error) { reads++; return b.Bytes(), nil })
	}
	w, err := get(attach.PNG, "")
	if err != nil {
		t.Fatal(err)
	}
	m, kind, err := image.Decode(w.Body)
	if err != nil || kind != "jpeg" || m.Bounds().Size() != image.Pt(320, 213) || w.Header().Get("Content-Security-Policy") != ownPolicy {
		t.Errorf("%s %v %v %v", kind, m, err, w.Header())
	}
	if w, err := get(attach.PNG, w.Header().Get("ETag")); err != nil || w.Code != http.StatusNotModified || reads != 1 {
		t.Errorf("sent again: %d, %d reads, %v", w.Code, reads, err)
	}
	if _, err := get(attach.PDF, ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("a paper: %v; want not found", err)
	}
}
