package opinion

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"shuren/internal/solve"
)

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

func cbcArgs(model, out string, left time.Duration) []string {
	args := []string{model, "-ratio", "1e-9"}
	if left > 0 {
		args = append(args, "-timeMode", "elapsed", "-sec", seconds(left))
	}
	return append(args, "-solve", "-solution", out, "-quit")
}

// highsOptions are in a file, since not every version takes them as arguments: it
// ends at a gap of 1e-4 otherwise.
const highsOptions = "mip_rel_gap = 1e-9\nmip_abs_gap = 1e-9\n"

func highsArgs(model, out string, left time.Duration) []string {
	args := []string{"--model_file", model, "--solution_file", out, "--options_file", filepath.Join(filepath.Dir(model), optionsFile)}
	if left > 0 {
		args = append(args, "--time_limit", seconds(left))
	}
	return args
}

// parseCBC reads what CBC writes of a point: a line that says what it is, then
// lines of number, name, value and reduced cost; ** marks what is out of bounds.
func parseCBC(text string, vars int) (answer, error) {
	head, rest, _ := strings.Cut(text, "\n")
	switch {
	case strings.HasPrefix(head, "Infeasible"), strings.HasPrefix(head, "Integer infeasible"):
		return answer{status: solve.Infeasible}, nil
	case strings.HasPrefix(head, "Unbounded"):
		return answer{status: solve.Unbounded}, nil
	case !strings.HasPrefix(head, "Optimal"):
		return answer{status: solve.Stopped}, nil
	}
	x := make([]float64, vars)
	for line := range strings.Lines(rest) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "**"))
		if len(f) < 3 {
			continue
		}
		if err := set(x, f[1], f[2]); err != nil {
			return answer{}, err
		}
	}
	return answer{solve.Optimal, x}, nil
}

// parseHiGHS reads what HiGHS writes: the model's status on the line after its
// heading, then, under the heading of primal values, one of columns with their
// number and as many lines of name and value.
func parseHiGHS(text string, vars int) (answer, error) {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	after := func(from int, heading string) int {
		for i := from; i < len(lines); i++ {
			if strings.HasPrefix(lines[i], heading) {
				return i + 1
			}
		}
		return len(lines)
	}
	at := after(0, "Model status")
	if at >= len(lines) {
		return answer{}, fmt.Errorf("an answer without a status: %.80q", text)
	}
	switch lines[at] {
	case "Infeasible":
		return answer{status: solve.Infeasible}, nil
	case "Unbounded":
		return answer{status: solve.Unbounded}, nil
	case "Optimal":
	default:
		return answer{status: solve.Stopped}, nil
	}
	x := make([]float64, vars)
	at = after(after(at, "# Primal solution values"), "# Columns")
	n := 0
	for ; at < len(lines) && !strings.HasPrefix(lines[at], "#"); at++ {
		f := strings.Fields(lines[at])
		if len(f) != 2 {
			break
		}
		if err := set(x, f[0], f[1]); err != nil {
			return answer{}, err
		}
		n++
	}
	if n != vars {
		return answer{}, fmt.Errorf("%d values of %d variables", n, vars)
	}
	return answer{solve.Optimal, x}, nil
}

// set notes the value of a variable, which WriteMPS calls C and its number.
func set(x []float64, name, value string) error {
	number, ok := strings.CutPrefix(name, "C")
	j, err := strconv.Atoi(number)
	if !ok || err != nil || j < 0 || j >= len(x) {
		return fmt.Errorf("a value of %.40q, which the model does not have", name)
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%.40q is no value of %s", value, name)
	}
	x[j] = v
	return nil
}
