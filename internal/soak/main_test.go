package soak_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"shuren/internal/cli"
	"shuren/internal/testkit"
)

// roleEnv makes the test's own program play another part: the schools, or a
// command of Shuren that goes on when the system refuses to write.
const roleEnv = "SHUREN_SOAK_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "schools":
		if err := playSchools(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "schools:", err)
			os.Exit(1)
		}
		os.Exit(0)
	case "shuren":
		ignoreFileLimit()
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
		stop()
		os.Exit(code)
	}
	code := m.Run()
	if buildDir != "" {
		_ = os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// long gives how much the long form of a test does, and short where it does not
// run.
func long(t testing.TB, env string, short int) (n int, isLong bool) {
	t.Helper()
	testkit.OutOfProcess(t)
	s := os.Getenv(env)
	if s == "" {
		return short, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q: want a whole number", env, s)
	}
	return n, true
}
