package web

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"html"
	"image"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// inspected makes an inspection and a hazard of a school, under the same id and each
// with the photo that [town.tasksOf] uses.
func (w *town) inspected(n *edu.Node) string {
	return w.inspectedAs("matrix", n)
}

// inspectedAs names visit and hazard by a prefix: what a test changes is its own.
func (w *town) inspectedAs(prefix string, n *edu.Node) string {
	w.t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 6))); err != nil {
		w.t.Fatal(err)
	}
	f, body, err := attach.Clean("整改前.png", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		w.t.Fatal(err)
	}
	photo := []flow.Attached{{File: f, Body: body}}
	id := prefix + strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(string(n.Unit.ID))) + "0000000000000000"
	id = id[:min(len(id), 36)]
	ctx, op := w.t.Context(), auth.Operator()
	x, err := w.s.safety.BeginVisit(ctx, op, flow.VisitBegun{ID: id, School: n.Unit.ID, Kind: inspection.Daily})
	if err == nil {
		_, err = w.s.safety.AddVisitPhotos(ctx, op, id, x.Items[0].ID, photo)
	}
	if err == nil {
		_, err = w.s.safety.ReportHazard(ctx, op, inspection.Hazard{ID: id, School: n.Unit.ID, Source: inspection.FromReport, Category: "fire", Part: "楼梯", Text: "堵塞", FoundAt: x.Day, Due: x.Day + 5}, photo)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// sendFile sends one file to be taken.
func (w *town) sendFile(path, secret, name, kind string, body []byte) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.sendAs(path, secret, "file", name, kind, body)
}

// field is what a page calls its photos.
func field(path, item string) string {
	if strings.Contains(path, "/hazards/") {
		return "file"
	}
	return "f:" + item
}

func (w *town) sendAs(path, secret, field, name, kind string, body []byte) *httptest.ResponseRecorder {
	w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="`+field+`"; filename="`+name+`"`)
	h.Set("Content-Type", kind)
	p, err := m.CreatePart(h)
	if err != nil {
		w.t.Fatal(err)
	}
	p.Write(body)
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Cookie", sessionName+"="+secret)
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	return out
}

// What is no photo is refused at the page with words, and leaves nothing; a photo
// comes back without where it was taken, once however often it is sent, and only to
// those in whose part the school lies.
func TestPhotosAtThePage(t *testing.T) {
	w := newTown(t)
	id := w.inspected(w.school)
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	_, _, other := w.person(w.other.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.other.Unit.ID})
	x, err := w.s.safety.Visit(t.Context(), auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	to := "/api/v1/inspections/" + id + "/photos/" + x.Items[1].ID + "/upload"
	var plain, bomb bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&bomb)
	f, _ := z.Create("word/document.xml")
	f.Write(bytes.Repeat([]byte("0"), 30<<20))
	z.Close()
	var macro bytes.Buffer
	z = zip.NewWriter(&macro)
	for name, body := range map[string]string{"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`, "word/document.xml": "<a/>", "word/vbaProject.bin": "Sub AutoOpen()"} {
		f, _ := z.Create(name)
		f.Write([]byte(body))
	}
	z.Close()
	place := []byte("GPSLatitude 25.04 GPSLongitude 102.71")
	exif := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(place) + 8)}, append([]byte("Exif\x00\x00"), place...)...)
	for _, tt := range []struct {
		name, file, kind string
		body             []byte
		want             int
	}{
		{"script in a drawing", "照片.svg", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`), 422},
		{"a drawing that calls itself a photo", "照片.png", "image/png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 422},
		{"a page that calls itself a photo", "照片.jpg", "image/jpeg", []byte("<html><script>alert(1)</script>"), 422},
		{"a photo that is an archive too", "照片.jpg", "image/jpeg", append(bytes.Clone(plain.Bytes()), bomb.Bytes()...), 422},
		{"an archive that grows", "照片.zip", "application/zip", bomb.Bytes(), 413},
		{"an archive that calls itself a photo", "照片.png", "image/png", bomb.Bytes(), 413},
		{"a document", "说明.txt", "text/plain", []byte("不是照片"), 422},
		{"a document with macros", "照片.docm", "image/jpeg", macro.Bytes(), 422},
		{"macros that call themselves a photo", "照片.jpg", "image/jpeg", macro.Bytes(), 422},
		{"half of a photo", "照片.jpg", "image/jpeg", plain.Bytes()[:40], 422},
		{"nothing", "照片.jpg", "image/jpeg", nil, 422},
		{"with the place in it", "现场.jpg", "image/jpeg", append(exif, plain.Bytes()[2:]...), 200},
		{"the same again", "现场.jpg", "image/jpeg", append(bytes.Clone(exif), plain.Bytes()[2:]...), 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if out := w.sendFile(to, inspector, tt.file, tt.kind, tt.body); out.Code != tt.want || out.Code >= 400 && !strings.Contains(out.Body.String(), "detail") {
				t.Errorf("status %d, want %d: %.300s", out.Code, tt.want, out.Body)
			}
			// The page of the visit and that of the hazard take no more.
			for _, path := range []string{flow.VisitLink(id) + "/upload", flow.HazardLink(id) + "/acts/upload"} {
				if tt.want == 200 || tt.body == nil {
					continue
				}
				if out := w.sendAs(path, inspector, field(path, x.Items[1].ID), tt.file, tt.kind, tt.body); out.Code/100 != 4 {
					t.Errorf("%s: status %d", path, out.Code)
				}
			}
		})
	}
	x, err = w.s.safety.Visit(t.Context(), auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := x.Answers[x.Items[1].ID].Photos
	if len(got) != 1 {
		t.Fatalf("photos %v; want one", got)
	}
	href := flow.VisitLink(id) + "/photos/" + got[0]
	if out := w.ask(http.MethodGet, href, "", inspector); out.Code != 200 || bytes.Contains(out.Body.Bytes(), []byte("GPS")) || out.Header().Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(out.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("status %d, %v", out.Code, out.Header())
	}
	for _, path := range []string{href, href + "/small", flow.VisitLink(id), flow.HazardLink(id), flow.HazardLink(id) + "/photos/" + got[0]} {
		if out := w.ask(http.MethodGet, path, "", other); out.Code != 404 {
			t.Errorf("%s for another county: status %d", path, out.Code)
		}
	}
	if out := w.sendFile(to, other, "现场.jpg", "image/jpeg", plain.Bytes()); out.Code != 404 {
		t.Errorf("sent by another county: status %d", out.Code)
	}
}

// A sheet is printed, and a workbook downloaded, before an inspection begins, and keep
// nothing; the workbook that comes back filled in begins it. Who does not inspect that
// school gets none.
func TestSheetBeforeTheVisit(t *testing.T) {
	w := newTown(t)
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	count := func() int {
		_, n, err := w.s.safety.Visits(t.Context(), auth.Operator(), store.InspectionFilter{School: w.near.Unit.ID})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before, id := count(), strings.ToLower(rand.Text())
	ask := "/safety/inspections/sheet?kind=daily&way=page&list=gate&list=fire&pupils=1200&boarders=300&id=" + id + "&school=" + w.near.Key
	page := w.want(ask, inspector, http.StatusOK, "安全检查表", "疏散通道、安全出口畅通", "☐合格", "专职保安员人数")
	if !strings.Contains(page, "应配") && !strings.Contains(page, "名") {
		t.Error("the sheet does not say how many guards are wanted")
	}
	w.want(strings.Replace(ask, w.near.Key, w.foreign.Key, 1), inspector, http.StatusUnprocessableEntity, "safety/inspections/sheet")
	out := w.ask(http.MethodGet, ask+"&as=xlsx", "", inspector)
	if out.Code != http.StatusOK || count() != before {
		t.Fatalf("%d, %d inspections after %d", out.Code, count(), before)
	}
	f, err := excelize.OpenReader(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	fill := func(result string) []byte {
		if err := f.SetCellStr(f.GetSheetName(0), "F3", result); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	w.want("/safety/inspections/new?school="+w.near.Key, inspector, http.StatusOK, `id="norm"`, "专职保安员", "≥", `<span class="tag M" title=`)
	const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	to := "/safety/inspections/book/upload"
	if out := w.sendFile(to, inspector, "检查表.xlsx", xlsx, fill("还行")); out.Code != 422 || !strings.Contains(out.Body.String(), "F3：结果“还行”") || count() != before {
		t.Errorf("a wrong cell: %d, %d inspections", out.Code, count())
	}
	if out := w.sendFile(to, inspector, "检查表.xlsx", xlsx, []byte("PK nothing")); out.Code/100 != 4 {
		t.Errorf("no workbook: %d", out.Code)
	}
	for range 2 {
		out := w.sendFile(to, inspector, "检查表.xlsx", xlsx, fill("合格"))
		if out.Code != http.StatusSeeOther || !strings.HasPrefix(out.Header().Get("Location"), flow.VisitLink(id)+"?") {
			t.Fatalf("%d %s %s", out.Code, out.Header().Get("Location"), firstLine(out.Body.String()))
		}
	}
	x, err := w.s.safety.Visit(t.Context(), auth.Operator(), id)
	if err != nil || count() != before+1 || x.Way != inspection.Workbook || x.Answers[x.Items[0].ID].Result != inspection.Fit {
		t.Errorf("%+v, %v", x, err)
	}
	// A key part that an English reader chose is shown to each reader in the own language,
	// on the page and in the workbook.
	guards := x.Items[0].ID
	if _, err := w.s.safety.FillVisit(t.Context(), auth.Operator(), id, map[string]inspection.Answer{guards: {Result: inspection.Unfit, Part: "Gatehouse", Problem: "示例"}}, ""); err != nil {
		t.Fatal(err)
	}
	for lang, name := range map[string]string{"zh": "门卫室", "en": "Gatehouse"} {
		w.want(flow.VisitLink(id)+"?lang="+lang, inspector, http.StatusOK, `name="w:`+guards+`" value="`+name+`"`)
		out := w.ask(http.MethodGet, flow.VisitLink(id)+"/book?lang="+lang, "", inspector)
		f, err := excelize.OpenReader(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.GetCellValue(f.GetSheetName(0), "G3"); err != nil || got != name {
			t.Errorf("the workbook in %s is of %q, %v", lang, got, err)
		}
	}
	if _, err := w.s.safety.ScrapVisit(t.Context(), auth.Operator(), x.ID, "test"); err != nil {
		t.Error(err)
	}
}

// The norm of guards takes boarders that are not given for unknown and not for none,
// and stands nowhere where the city's checklists have none.
func TestGuardNormOfWhatIsKnown(t *testing.T) {
	w := newTown(t)
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	for boarders, want := range map[string]string{"": "按学生800人（寄宿生人数未填）：", "0": "按学生800人、其中寄宿生0人："} {
		out := w.post("/safety/inspections", inspector, "id", "guardnorm0000000", "school", "", "pupils", "800", "boarders", boarders, "kind", "daily", "way", "page")
		if out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), want) {
			t.Errorf("boarders %q: %d, no %s", boarders, out.Code, want)
		}
	}
	p := newVisitPage{Pupils: "800"}
	if err := (&Server{safety: noNorm{}}).guardNorm(nil, &p); err != nil || p.Norm != "" {
		t.Errorf("without a norm: %q, %v", p.Norm, err)
	}
}

// noNorm is a city whose checklists have no norm of guards.
type noNorm struct{ Safety }

func (noNorm) GuardsWanted(int, *int) (edu.Text, string, string, error) {
	return edu.Text{}, "", "", nil
}

// boardersOf is a city in whose inspections somebody stated boarders, or nobody did.
type boardersOf struct {
	Safety
	n *int
}

func (b boardersOf) Visit(ctx context.Context, who auth.Actor, id string) (*flow.Visit, error) {
	x, err := b.Safety.Visit(ctx, who, id)
	if err == nil {
		x.Fill, x.Pupils, x.Boarders = false, 800, b.n
	}
	return x, err
}

// Boarders that nobody stated are not none on the page of an inspection.
func TestBoardersOfAnInspectionMayBeUnknown(t *testing.T) {
	none := 0
	for want, n := range map[string]*int{"学生800人，寄宿生人数未填": nil, "学生800人，寄宿生0人": &none} {
		w := newTown(t, func(c *Config) { c.Safety = boardersOf{c.Safety, n} })
		id := w.inspectedAs("boarders", w.near)
		_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
		w.want(flow.VisitLink(id), inspector, http.StatusOK, want)
	}
}

// A form that was opened before somebody else filled in another item keeps what that
// one did, with and without the fields of a problem, and says where the problem is.
func TestVisitFormKeepsWhatOthersFilledIn(t *testing.T) {
	w := newTown(t)
	id := w.inspectedAs("stale"+strings.ToLower(rand.Text()[:12]), w.near)
	defer w.s.safety.ScrapVisit(context.Background(), auth.Operator(), id, "test")
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	ctx, op := t.Context(), auth.Operator()
	answers := func() map[string]inspection.Answer {
		x, err := w.s.safety.Visit(ctx, op, id)
		if err != nil {
			t.Fatal(err)
		}
		return x.Answers
	}
	x, err := w.s.safety.Visit(ctx, op, id)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs, both := x.Items[1].ID, x.Items[2].ID, x.Items[3].ID
	fill := func(patch map[string]inspection.Answer) {
		if _, err := w.s.safety.FillVisit(ctx, op, id, patch, ""); err != nil {
			t.Fatal(err)
		}
	}
	fill(map[string]inspection.Answer{theirs: {Result: inspection.Fit}, both: {Result: inspection.Unfit, Part: "楼梯", Problem: "堵塞"}})
	page := w.want(flow.VisitLink(id), inspector, http.StatusOK, `name="w:`+both+`" value="楼梯"`)
	_, shown, ok := strings.Cut(page, `name="shown" value="`)
	if !ok {
		t.Fatal("the form does not send back what it shows")
	}
	shown, _, _ = strings.Cut(shown, `"`)
	fill(map[string]inspection.Answer{theirs: {Result: inspection.Unfit, Part: "操场", Problem: "破损"}, both: {Result: inspection.Unfit, Part: "楼梯", Problem: "二楼堵塞"}})
	form := url.Values{"shown": {html.UnescapeString(shown)}, "r:" + mine: {"fit"}, "r:" + theirs: {"fit"}, "r:" + both: {"bad"}, "w:" + both: {"楼梯"}, "p:" + both: {"堵塞"}}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range form {
		m.WriteField(k, v[0])
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, flow.VisitLink(id)+"/upload", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Cookie", sessionName+"="+inspector)
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	got := answers()
	if out.Code != http.StatusSeeOther || got[mine].Result != inspection.Fit || got[theirs].Problem != "破损" || got[both].Problem != "二楼堵塞" {
		t.Errorf("%d: %+v", out.Code, got)
	}
	w.want(flow.VisitLink(id)+"/print", inspector, http.StatusOK, "操场：破损")
}
