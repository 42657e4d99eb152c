package soak_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"shuren/internal/testkit"
)

// buildDir holds the built program until the tests are done.
var buildDir string

// built is the program, built once for all tests.
var built = sync.OnceValues(func() (string, error) {
	var err error
	if buildDir, err = os.MkdirTemp("", "soak"); err != nil {
		return "", err
	}
	name := filepath.Join(buildDir, "shuren")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", name, filepath.Join(testkit.Root(), "cmd", "shuren")).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return name, nil
})

// program is the built program.
func program(t testing.TB) string {
	t.Helper()
	name, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// server is `shuren serve` as a process, at one address through all its lives.
type server struct {
	t    testing.TB
	name string // program
	env  []string
	dsn  string
	addr string
	log  string // file of what it prints

	cmd   *exec.Cmd
	ended chan error
}

func newServer(t testing.TB, dsn string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &server{t: t, name: program(t), dsn: dsn, addr: l.Addr().String(), log: filepath.Join(t.TempDir(), "server.log")}
	t.Cleanup(s.kill)
	return s
}

func (s *server) base() string { return "http://" + s.addr }

// start starts it and waits until it answers. The port may have been taken for a
// moment by a client of somebody else's: then once more.
func (s *server) start() {
	s.t.Helper()
	for try := 0; ; try++ {
		err := s.once()
		if err == nil {
			return
		}
		if try == 5 {
			s.t.Fatalf("server: %v\n%s", err, s.said())
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (s *server) once() error {
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	s.cmd = exec.Command(s.name, "serve", "--db", s.dsn, "--addr", s.addr)
	s.cmd.Env = append(append(os.Environ(), "SHUREN_LANG=en"), s.env...)
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		return err
	}
	cmd, ended := s.cmd, make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.ended = ended
	deadline := time.After(time.Minute)
	for {
		select {
		case err := <-ended:
			ended <- err
			return fmt.Errorf("ended at once: %w", errors.Join(errors.New(cmd.ProcessState.String()), err))
		case <-deadline:
			s.kill()
			return errors.New("does not answer within a minute")
		case <-time.After(20 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		req, err := http.NewRequestWithContext(ctx, "GET", s.base()+"/healthz", nil)
		if err == nil {
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(req); err == nil {
				resp.Body.Close()
			}
		}
		cancel()
		if err == nil {
			return nil
		}
	}
}

// kill ends it as a power cut would end the program: with no chance to say so.
func (s *server) kill() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill() // it may have ended
	err := <-s.ended
	s.ended <- err
}

// said is what it printed.
func (s *server) said() string {
	b, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// broken are the lines of the log that tell of an error of its own.
func (s *server) broken() (out []string) {
	for l := range strings.Lines(s.said()) {
		if strings.Contains(l, "level=ERROR") || strings.Contains(l, "panic") {
			out = append(out, strings.TrimSpace(l))
		}
	}
	return out
}
