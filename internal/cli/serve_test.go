package cli

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is what a command prints while it runs.
type output struct {
	mu sync.Mutex
	b  strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// running starts a command and waits until it prints its address.
func running(t *testing.T, args ...string) (base, printed string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var out, errs output
	done := make(chan int, 1)
	go func() { done <- Run(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}) }()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("%v ended with %d: %s", args, code, errs.String())
		}
	})
	at := regexp.MustCompile(`open (https?://\S+)/\n`)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if m := at.FindStringSubmatch(out.String()); m != nil {
			return m[1], out.String() + errs.String()
		}
		if time.Now().After(deadline) {
			t.Fatalf("no address: %s %s", out.String(), errs.String())
		}
	}
}

// The first start prints codes for three administrators, once; with one of them
// a password is set, and that signs in. Nobody else gets in.
func TestServeSetsUp(t *testing.T) {
	db := filepath.Join(t.TempDir(), "city.db")
	var out, errs output
	if code := Run(t.Context(), []string{"--lang=en", "init", "--db", db}, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}); code != 0 {
		t.Fatalf("init: %s", errs.String())
	}
	cert, key := certificate(t)
	base, printed := running(t, "--lang=en", "serve", "--db", db, "--addr=localhost:0", "--tls-cert", cert, "--tls-key", key)
	codes := regexp.MustCompile(`(?m)^  (sysadmin|secadmin|auditadmin) +([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) `).FindAllStringSubmatch(printed, -1)
	if len(codes) != 3 {
		t.Fatalf("printed %q", printed)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	post := func(path string, kv ...string) *http.Response {
		t.Helper()
		q := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			q.Set(kv[i], kv[i+1])
		}
		res, err := client.PostForm(base+path, q)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	get := func(path string) string {
		t.Helper()
		res, err := client.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.Request.URL.Path
	}
	if at := get("/schools"); at != "/sign-in" {
		t.Errorf("without signing in one is at %s", at)
	}
	const password = "A-Long-Enough-Phrase-1"
	if res := post("/recover", "login", "sysadmin", "code", codes[0][2], "new", password, "again", password); res.Request.URL.Path != "/sign-in" {
		t.Fatalf("the code sets no password: %s at %s", res.Status, res.Request.URL.Path)
	}
	if res := post("/recover", "login", "sysadmin", "code", codes[0][2], "new", password+"2", "again", password+"2"); res.StatusCode != 400 {
		t.Errorf("the code is good twice: %s", res.Status)
	}
	if res := post("/sign-in", "login", "sysadmin", "password", password); res.Request.URL.Path != "/admin/accounts" {
		t.Errorf("signed in, one is at %s: %s", res.Request.URL.Path, res.Status)
	}
	_, printed = running(t, "--lang=en", "serve", "--db", db, "--addr=localhost:0")
	if strings.Contains(printed, "First start") {
		t.Error("the second start makes codes anew")
	}
	if code := Run(t.Context(), []string{"--lang=en", "serve", "--db", db, "--addr=localhost:0", "--local"}, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}); code != exitUsage || !strings.Contains(errs.String(), "has accounts") {
		t.Errorf("--local with accounts: code %d, %s", code, errs.String())
	}
}

// certificate makes a certificate for this machine.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for _, f := range []struct {
		name, kind string
		body       []byte
	}{{cert, "CERTIFICATE", der}, {key, "PRIVATE KEY", kb}} {
		if err := os.WriteFile(f.name, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.body}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// Flags that would leave a door open, or none, are refused before anything starts.
func TestServeFlags(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		says string
	}{
		{"a certificate without its key", []string{"--tls-cert=x"}, "go together"},
		{"a certificate that is none", []string{"--tls-cert=x", "--tls-key=y"}, "tls-cert"},
		{"an unknown role", []string{"--totp-roles=king"}, "no such role"},
		{"a provider without a client", []string{"--oidc-issuer=https://id.example"}, "oidc-client"},
		{"a provider that sends people elsewhere", []string{"--oidc-issuer=https://id.example", "--oidc-client=x", "--oidc-redirect=https://edu.example/"}, "/sign-in/oidc/back"},
		{"a proxy that is no network", []string{"--trusted-proxy=somewhere"}, "trusted-proxy"},
		{"no sign-in for the whole network", []string{"--local", "--addr=0.0.0.0:0"}, "no sign-in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs output
			code := Run(t.Context(), append([]string{"--lang=en", "serve", "--db", filepath.Join(t.TempDir(), "none.db")}, tt.args...), Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
			if code != exitUsage || !strings.Contains(errs.String(), tt.says) {
				t.Errorf("code %d: %s", code, errs.String())
			}
		})
	}
}
