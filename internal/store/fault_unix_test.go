//go:build unix

package store_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// fillDisk imports in a process that may write no more than a little to any
// file, and gives how many workbooks it had acknowledged.
func fillDisk(t *testing.T, path string) (acknowledged int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fullEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v, %s", err, out)
	}
	if _, err := fmt.Sscanf(strings.TrimSpace(string(out)), "acknowledged %d", &acknowledged); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return acknowledged
}

// limitFiles lets the process write files up to a size only; beyond it a write
// fails instead of killing the process.
func limitFiles(bytes uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes})
}
