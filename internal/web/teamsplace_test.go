// Forms of the page of exchanges: they come back to where one was, and take again what
// they were filled with.

package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// keptTeams keep nothing and say that they did, or that something stands in the way.
type keptTeams struct {
	Teams
	refuse bool
}

func (k *keptTeams) MoveTask(ctx context.Context, who auth.Actor, _ string, _ int) (teams.Exchange, error) {
	_, err := k.KeepMoves(ctx, who, nil)
	return teams.Exchange{}, err
}

func (k *keptTeams) ReadMoves(context.Context, auth.Actor, string, io.ReadCloser) ([]teams.Exchange, []edu.Text, error) {
	return nil, nil, nil
}

func (k *keptTeams) KeepMoves(context.Context, auth.Actor, []teams.Exchange) (int, error) {
	if k.refuse {
		return 0, auth.Refuse(fault.NotFound, "不行", "no")
	}
	return 3, nil
}

// Whoever makes a task of an exchange, or sends a file of them, comes back to the summer,
// the list and the page where they were, also where it was refused; the links of a page
// that refuses lead somewhere.
func TestFormsOfExchangesComeBackToTheirPlace(t *testing.T) {
	_, city, _, _, _, _ := staffTown(t)
	k := &keptTeams{Teams: city.Teams(city.RegisterStaff())}
	w := newTown(t, func(c *Config) { c.Teams = k })
	id := demoCounty(t, city, "990102")
	_, _, who := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id}, auth.Grant{Role: auth.CountyReviewer, Unit: id})
	place := url.Values{"summer": {"2026"}, "state": {"not_yet"}, "sort": {"years"}, "dir": {"asc"}, "page": {"2"}}
	carried := func(form string) {
		t.Helper()
		for key, v := range place {
			if !strings.Contains(form, `type="hidden" name="`+key+`" value="`+v[0]+`"`) {
				t.Errorf("the form does not carry %s", key)
			}
		}
	}
	upload := func(body string) string {
		_, form, _ := strings.Cut(body, `action="/staff/exchange/upload"`)
		form, _, _ = strings.Cut(form, "</form>")
		return form
	}
	carried(upload(w.ask(http.MethodGet, "/staff/exchange?"+place.Encode(), "", who).Body.String()))
	sends := map[string]func() *httptest.ResponseRecorder{
		"task": func() *httptest.ResponseRecorder {
			return w.ask(http.MethodPost, "/staff/exchange/task", place.Encode()+"&move=x+1", who)
		},
		"file": func() *httptest.ResponseRecorder {
			var b bytes.Buffer
			m := multipart.NewWriter(&b)
			for key, v := range place {
				m.WriteField(key, v[0])
			}
			p, err := m.CreateFormFile("file", "a.csv")
			if err != nil {
				t.Fatal(err)
			}
			p.Write([]byte("x"))
			m.Close()
			r := httptest.NewRequest(http.MethodPost, "/staff/exchange/upload", &b)
			r.Header.Set("Content-Type", m.FormDataContentType())
			r.Header.Set("Accept-Language", "zh-CN")
			r.Header.Set("Cookie", sessionName+"="+who)
			out := httptest.NewRecorder()
			w.h.ServeHTTP(out, r)
			return out
		},
	}
	for did, send := range sends {
		k.refuse = false
		out := send()
		to, err := url.Parse(out.Header().Get("Location"))
		if err != nil || out.Code != http.StatusSeeOther || to.Path != "/staff/exchange" || to.Query().Get("did") != did || (to.Query().Get("n") == "3") != (did == "file") {
			t.Fatalf("%s: %d, then %s", did, out.Code, to)
		}
		for key, v := range place {
			if to.Query().Get(key) != v[0] {
				t.Errorf("%s: %s is lost: %s", did, key, to)
			}
		}
		k.refuse = true
		out = send()
		body := out.Body.String()
		if out.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="wrong">不行`) {
			t.Fatalf("%s refused: %d", did, out.Code)
		}
		carried(upload(body))
		if dead := regexp.MustCompile(`href="/staff/exchange/(task|upload)[^"]*"`).FindString(body); dead != "" {
			t.Errorf("%s refused: a link to where only a form goes: %s", did, dead)
		}
	}
}

// An exchange that is opened names its school by code and name, as the schools that the
// field offers are named: a name alone may be that of two. It is taken as it stands.
func TestOpenedExchangeIsTakenUnchanged(t *testing.T) {
	w, city, clerk, _, _, school := staffTown(t)
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, _ := tree.Unit(school)
	a := u.Attrs[len(u.Attrs)-1]
	pair := a.Code + " " + a.Name.ZH
	list, _, err := city.Registers().StaffList(t.Context(), auth.Operator(), register.StaffFilter{Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.Unit == school {
			continue
		}
		// Of a summer that no other test looks at.
		form := []string{"person", string(p.Person), "from", string(p.Unit), "to", a.Code, "way", "support", "stage", "planned", "begins", "2019-09-01"}
		if out := w.form("/staff/exchange", clerk, form...); out.Code != http.StatusSeeOther {
			t.Fatalf("planned: %d", out.Code)
		}
		break
	}
	body := w.ask(http.MethodGet, "/staff/exchange?summer=2019", "", clerk).Body.String()
	id := regexp.MustCompile(`move=([^"&#]+)`).FindStringSubmatch(body[strings.Index(body, `id="t-moves"`):])[1]
	body = w.ask(http.MethodGet, "/staff/exchange?summer=2019&move="+id, "", clerk).Body.String()
	_, body, _ = strings.Cut(body, `id="plan"`)
	body, _, _ = strings.Cut(body, "</section>")
	if !strings.Contains(body, `name="to" value="`+pair+`"`) || strings.Contains(body, `id="targets"`) && !strings.Contains(body, `<option value="`+pair+`"`) {
		t.Errorf("the school is not named by code and name: %s", body)
	}
	var form []string
	for _, f := range regexp.MustCompile(`name="([a-z]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form = append(form, f[1], f[2])
	}
	if out := w.form("/staff/exchange", clerk, append(form, "way", "support", "stage", "called_off")...); out.Code != http.StatusSeeOther {
		t.Errorf("sent back as it was opened: %d", out.Code)
	}
}

// What a file came to is said for one exchange as for several; an address that does not
// say how many shows the page without it.
func TestFileOfExchangesIsCountedInWords(t *testing.T) {
	w, _, clerk, _, _, _ := staffTown(t)
	for query, want := range map[string]string{"&n=1": "1 exchange of the file is saved.", "&n=2": "2 exchanges of the file are saved.", "": "", "&n=x": ""} {
		out := w.ask(http.MethodGet, "/staff/exchange?lang=en&did=file"+query, "", clerk)
		_, said, _ := strings.Cut(out.Body.String(), `<p class="said" role="status">`)
		said, _, _ = strings.Cut(said, "</p>")
		if out.Code != http.StatusOK || said != want {
			t.Errorf("%q: %d %q", query, out.Code, said)
		}
	}
}
