package opinion

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shuren/internal/solve"
)

// errEnded tells that the context ended before the program did.
var errEnded = errors.New("ended")

// saidMost is how much of what a program says is kept for an error.
const saidMost = 4 << 10

// optionsFile is beside the model, for programs that want one.
const optionsFile = "options"

// answerMost is the largest answer that is read.
const answerMost = 256 << 20

// run asks once.
func (s solver) run(ctx context.Context, program, dir string, m *solve.Model) (answer, error) {
	model, out := filepath.Join(dir, "model.mps"), filepath.Join(dir, "answer")
	if err := write(model, m); err != nil {
		return answer{}, err
	}
	if err := os.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
		return answer{}, err
	}
	left := time.Duration(0)
	if end, ok := ctx.Deadline(); ok {
		left = time.Until(end)
		if left <= 0 {
			return answer{}, errEnded
		}
	}
	cmd := exec.CommandContext(ctx, program, s.args(model, out, left)...)
	cmd.Dir, cmd.WaitDelay = dir, 5*time.Second
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	err := cmd.Run()
	if ctx.Err() != nil {
		return answer{}, errEnded
	}
	if err != nil {
		return answer{}, fmt.Errorf("%w: %s", err, said)
	}
	if info, err := os.Stat(out); err != nil || info.Size() > answerMost {
		return answer{}, fmt.Errorf("no answer that can be read: %s", said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return answer{}, err
	}
	return s.parse(string(text), m.Vars())
}

func write(path string, m *solve.Model) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(solve.WriteMPS(f, m), f.Close())
}

// A tail keeps the last of what is written to it.
type tail struct{ last []byte }

// Write is that of io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p...)
	if over := len(t.last) - saidMost; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.last)) }
