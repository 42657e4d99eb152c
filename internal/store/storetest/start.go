package storetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"shuren/internal/store"
)

// What a child process of the suite does with the database in childEnv.
const (
	childEnv   = "SHUREN_STORETEST_DSN"
	childDoEnv = "SHUREN_STORETEST_DO"
	doImport   = "import"
	doOpen     = "open"
	doTasks    = "tasks"
)

func child(t *testing.T, dsn, do string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+dsn, childDoEnv+"="+do)
	cmd.Stderr = os.Stderr
	return cmd
}

// runChild is the whole of a child process.
func runChild(dsn string) error {
	switch os.Getenv(childDoEnv) {
	case doImport:
		return importForever(dsn)
	case doTasks:
		return reportForever(dsn)
	}
	// Ready; go when told, so that all begin together.
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	return s.Close()
}

// together: programs that start at once on a new database take turns at making
// its tables, and all of them can use it.
func together(t *testing.T, dsn string) {
	const programs = 3
	var tell []io.WriteCloser
	var wait []*exec.Cmd
	for range programs {
		cmd := child(t, dsn, doOpen)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
			t.Fatalf("a program says %q, %v", line, err)
		}
		tell, wait = append(tell, in), append(wait, cmd)
	}
	for _, in := range tell {
		if _, err := io.WriteString(in, "go\n"); err != nil {
			t.Error(err)
		}
	}
	var wg sync.WaitGroup
	for range programs {
		wg.Go(func() {
			s, err := store.Open(context.Background(), dsn)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			s.Close()
		})
	}
	wg.Wait()
	for _, cmd := range wait {
		if err := cmd.Wait(); err != nil {
			t.Errorf("a program that started with others: %v", err)
		}
	}
	s := open(t, dsn)
	put(t, s, submission("1", year), book(1, 3))
}
