package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shuren/internal/cli"
	"shuren/internal/demo"
	"shuren/internal/flow"
)

// Who reads in a folder of workbooks sees how far it is. On a terminal only: a
// log keeps the lines that matter.
func TestCollectShowsProgressOnATerminal(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db, folder := filepath.Join(dir, "city.db"), filepath.Join(dir, "in")
	city, err := flow.Open(ctx, db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.New(1).Found(ctx, city); err != nil {
		t.Fatal(err)
	}
	if err := city.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".xlsx")), []byte("no workbook"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"collect", folder, "--db=" + db, "--lang=zh"}

	screen, typed := terminal(t)
	shown := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(screen) // ends with an error once nobody holds the terminal
		shown <- string(b)
	}()
	if code := cli.Run(ctx, args, cli.Streams{In: strings.NewReader(""), Out: io.Discard, Err: typed}); code != 3 {
		t.Errorf("exit code %d, want 3: no file is a workbook", code)
	}
	if err := typed.Close(); err != nil {
		t.Fatal(err)
	}
	got := <-shown
	for _, want := range []string{"收表", "/3"} {
		if !strings.Contains(got, want) {
			t.Errorf("the terminal shows no %q:\n%q", want, got)
		}
	}
	if !strings.Contains(got, "\r") {
		t.Errorf("nothing was drawn over: %q", got)
	}

	var log bytes.Buffer
	cli.Run(ctx, args, cli.Streams{In: strings.NewReader(""), Out: io.Discard, Err: &log})
	if s := log.String(); strings.Contains(s, "\r") || strings.Contains(s, "/3") {
		t.Errorf("a bar stands in the log:\n%s", s)
	}
}

// terminal makes a pseudo-terminal: what is written to typed is read from
// screen.
func terminal(t *testing.T) (screen, typed *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	fd := int(screen.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if typed, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return screen, typed
}
