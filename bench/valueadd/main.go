//go:build unix

// Command valueadd compares the product's value-added estimates with lme4's, on
// the same files in the same run: the estimates of all designs, then the cost of
// a nation's size.
//
//	go run ./valueadd [-golden FILE] [-pupils 1000000] [-schools 5000]
//
// It wants Rscript with the package lme4 (Debian: r-cran-lme4). With -golden it
// writes what lme4 says of the designs, which the tests of internal/valueadd read.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"shuren/internal/sheet"
	"shuren/internal/valueadd"
	"shuren/internal/valueadd/cohort"
)

// bound is how far, relatively, two programs may be apart.
const bound = 1e-4

func main() {
	golden := flag.String("golden", "", "write lme4's estimates of the designs here")
	pupils := flag.Int("pupils", 1_000_000, "pupils of the large file; 0 leaves it out")
	schools := flag.Int("schools", 5_000, "its schools")
	flag.Parse()
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "valueadd")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := designs(dir, *golden); err != nil {
		log.Fatal(err)
	}
	if *pupils > 0 {
		if err := large(dir, *schools, *pupils); err != nil {
			log.Fatal(err)
		}
	}
}

// write makes the file of a design and gives its name, with the mark that lme4.R reads.
func write(dir string, d cohort.Design) (path, arg string, err error) {
	path = filepath.Join(dir, d.Name+".csv")
	f, err := os.Create(path)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	if arg = path; d.Means {
		arg += ":means"
	}
	return path, arg, d.CSV(f)
}

// estimate reads and fits a file as the product does.
func estimate(d cohort.Design, path string) (*valueadd.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(f, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	h := d.Head()
	got, err := valueadd.Read(context.Background(), book, path, valueadd.Choice{School: h[0], Outcome: h[1], Priors: h[2:3], Covariates: h[3:]}, nil)
	if err != nil {
		return nil, err
	}
	return valueadd.Fit(got.Gather, valueadd.Options{SchoolMeans: d.Means})
}

// estimates names a result as lme4 does.
func estimates(r *valueadd.Result) *cohort.Estimates {
	out := &cohort.Estimates{School: r.Variances.School, Pupil: r.Variances.Pupil, Criterion: r.Criterion,
		Fixed: map[string]float64{}, SE: map[string]float64{}, Effect: map[string]float64{}, CondSE: map[string]float64{}}
	for _, c := range r.Fixed {
		name := c.Term + c.Level
		switch {
		case c.Intercept:
			name = "(Intercept)"
		case c.Mean:
			name += ".mean"
		}
		out.Fixed[name], out.SE[name] = c.Estimate, c.SE
	}
	for _, e := range r.Effects {
		out.Effect[e.School], out.CondSE[e.School] = e.Value, e.CondSE
	}
	return out
}

// reference runs lme4 on some files.
func reference(out string, args ...string) (map[string]*cohort.Reference, *os.ProcessState, error) {
	_, here, _, _ := runtime.Caller(0)
	cmd := exec.Command("Rscript", append([]string{filepath.Join(filepath.Dir(here), "lme4.R"), out}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("lme4: %w", err)
	}
	f, err := os.Open(out)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	refs, err := cohort.ReadReference(f)
	return refs, cmd.ProcessState, err
}

// designs compares the estimates of every design.
func designs(dir, golden string) error {
	var args []string
	paths := map[string]string{}
	for _, d := range cohort.Designs {
		path, arg, err := write(dir, d)
		if err != nil {
			return err
		}
		paths[d.Name], args = path, append(args, arg)
	}
	out := filepath.Join(dir, "lme4.out")
	if golden != "" {
		out = golden
	}
	refs, _, err := reference(out, args...)
	if err != nil {
		return err
	}
	fmt.Println("\n| design | schools | pupils | variances | coefficients | effects | standard errors |\n|---|---|---|---|---|---|---|")
	for _, d := range cohort.Designs {
		r, err := estimate(d, paths[d.Name])
		if err != nil {
			return fmt.Errorf("%s: %w", d.Name, err)
		}
		if err := compare(d.Name, r, refs[d.Name]); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the largest relative differences, and fails beyond the bound.
func compare(name string, r *valueadd.Result, ref *cohort.Reference) error {
	bad, worst := cohort.Differ(estimates(r), ref, bound)
	fmt.Printf("| %s | %d | %d | %.1e | %.1e | %.1e | %.1e |\n", name, r.Schools, r.Pupils, worst["variance"], worst["fixed"], worst["effect"], max(worst["se"], worst["condse"]))
	if len(bad) > 0 {
		return fmt.Errorf("%s: %d figures differ by more than %g, the first: %s", name, len(bad), bound, bad[0])
	}
	return nil
}

// large compares what a large file costs: the whole command against R's reading
// and fitting, seconds and peak memory of each process.
func large(dir string, schools, pupils int) error {
	d := cohort.Design{Name: "large", Seed: 99, Schools: schools, Pupils: pupils / schools, Uneven: 0.5, School: 4, Pupil: 9, Numbers: 2, Sex: true, Home: true, Base: 60}
	path, arg, err := write(dir, d)
	if err != nil {
		return err
	}
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	exe := filepath.Join(dir, "shuren")
	_, here, _, _ := runtime.Caller(0)
	build := exec.Command("go", "build", "-o", exe, "./cmd/shuren")
	build.Dir = filepath.Join(filepath.Dir(here), "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	var best time.Duration
	var memory int64
	out := filepath.Join(dir, "large.json")
	for range 5 {
		began := time.Now()
		cmd := exec.Command(exe, "valueadd", path, "--school=school", "--outcome=outcome", "--prior=prior", "--covariates=x1,x2,sex,home", "--out="+out)
		cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("shuren: %w", err)
		}
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
		memory = max(memory, peak(cmd.ProcessState))
	}
	began := time.Now()
	refs, state, err := reference(filepath.Join(dir, "large.out"), arg)
	if err != nil {
		return err
	}
	theirs := time.Since(began)
	r, err := estimate(d, path)
	if err != nil {
		return err
	}
	if err := agrees(out, r); err != nil {
		return err
	}
	fmt.Printf("\n%d schools, %d pupils, 6 predictors, a CSV file of %d MB; best of 5, %d processors, %s\n\n", r.Schools, r.Pupils, st.Size()>>20, runtime.NumCPU(), runtime.Version())
	fmt.Println("| program | seconds, file to estimates | peak memory |\n|---|---|---|")
	fmt.Printf("| shuren valueadd | %.2f | %d MB |\n| %s | %.1f | %d MB |\n\n", best.Seconds(), memory>>20, refs["large"].By, theirs.Seconds(), peak(state)>>20)
	return compare("large", r, refs["large"])
}

// peak is the largest resident memory of a process.
func peak(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

// agrees makes sure that what was timed is what is compared.
func agrees(file string, r *valueadd.Result) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var got struct {
		Model valueadd.Result `json:"model"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		return err
	}
	if got.Model.Criterion != r.Criterion || got.Model.Pupils != r.Pupils {
		return fmt.Errorf("the command's criterion is %v, the estimate's %v", got.Model.Criterion, r.Criterion)
	}
	return nil
}
