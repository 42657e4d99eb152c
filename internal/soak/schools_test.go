package soak_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
	"time"
)

// The process of the schools. It is given a plan on its standard input and goes
// on until that is closed; then every school finishes what it has begun.

func playSchools(in io.Reader, out io.Writer) error {
	dec := json.NewDecoder(in)
	var p plan
	if err := dec.Decode(&p); err != nil {
		return err
	}
	j, err := openJournal(p.Journal)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		stop()
	}()
	tally := newTally()
	var wg, reading sync.WaitGroup
	for i := range p.Schools {
		c := &clerk{plan: &p, school: &p.Schools[i], journal: j, tally: tally, rand: rand.New(rand.NewPCG(p.Seed, uint64(i)))}
		c.http = client(i)
		wg.Go(func() { c.play(ctx) })
	}
	for i := range p.Readers {
		reading.Go(func() { read(ctx, &p, &p.Readers[i], len(p.Schools)+i, tally) })
	}
	wg.Wait()
	stop()
	reading.Wait()
	return json.NewEncoder(out).Encode(tally.report())
}

// client is the machine of a school, with an address of its own where the system
// lets every address of 127.0.0.0/8 be used.
func client(no int) *http.Client {
	d := &net.Dialer{Timeout: 5 * time.Second}
	if runtime.GOOS == "linux" {
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 1, byte(no>>8), byte(no))}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it has no way to fail
	}
	return &http.Client{Jar: jar, Timeout: 90 * time.Second, Transport: &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func do(h *http.Client, req *http.Request) (int, []byte, error) {
	resp, err := h.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body) // half an answer is none
	return resp.StatusCode, b, err
}

// read looks at pages until the schools are done.
func read(ctx context.Context, p *plan, r *reader, no int, t *tally) {
	h := client(no)
	for n := 0; ctx.Err() == nil; n++ {
		req, err := http.NewRequestWithContext(ctx, "GET", p.Base+r.Pages[n%len(r.Pages)], nil)
		if err != nil {
			t.wrong("%v", err)
			return
		}
		req.Header.Set("Authorization", "Bearer "+r.Key)
		began := time.Now()
		status, body, err := do(h, req)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			t.failed("page: no answer")
		case status != http.StatusOK:
			t.failed(fmt.Sprintf("page: status %d", status))
			if status < 500 {
				t.wrong("page %s: status %d: %.200s", req.URL.Path, status, body)
			}
		default:
			t.took("page", time.Since(began))
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// startSchools starts the process of the schools; finish gives their report when
// they are done. Unless they hand in once each, it tells them to stop.
func (p *plan) startSchools(t testing.TB) (finish func() report) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), roleEnv+"=schools")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := false
	t.Cleanup(func() {
		if !over {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	if _, err := in.Write(append(p.JSON(t), '\n')); err != nil {
		t.Fatal(err)
	}
	return func() report {
		t.Helper()
		if !p.Once {
			in.Close()
		}
		err := cmd.Wait()
		over = true
		in.Close()
		if err != nil {
			t.Fatalf("schools: %v", err)
		}
		var r report
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			t.Fatalf("schools: %v: %s", err, out.Bytes())
		}
		return r
	}
}
