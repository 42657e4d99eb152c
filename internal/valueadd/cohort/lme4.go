// What lme4 estimated: the files of bench/valueadd/lme4.R.

package cohort

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Reference holds the estimates of another program for one design.
type Reference struct {
	By             string // program and version
	School, Pupil  float64
	Criterion      float64
	Fixed, SE      map[string]float64
	Effect, CondSE map[string]float64
}

// ReadReference reads a file of lines "design,what,name,value" whose first line
// names the program.
func ReadReference(r io.Reader) (map[string]*Reference, error) {
	out := map[string]*Reference{}
	sc := bufio.NewScanner(r)
	by := ""
	for n := 1; sc.Scan(); n++ {
		if after, ok := strings.CutPrefix(sc.Text(), "# "); ok {
			by = after
			continue
		}
		f := strings.Split(sc.Text(), ",")
		if len(f) != 4 {
			return nil, fmt.Errorf("line %d: %q", n, sc.Text())
		}
		v, err := strconv.ParseFloat(f[3], 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		d := out[f[0]]
		if d == nil {
			d = &Reference{By: by, Fixed: map[string]float64{}, SE: map[string]float64{}, Effect: map[string]float64{}, CondSE: map[string]float64{}}
			out[f[0]] = d
		}
		switch f[1] + " " + f[2] {
		case "variance school":
			d.School = v
			continue
		case "variance pupil":
			d.Pupil = v
			continue
		case "criterion reml":
			d.Criterion = v
			continue
		}
		to, ok := map[string]map[string]float64{"fixed": d.Fixed, "se": d.SE, "effect": d.Effect, "condse": d.CondSE}[f[1]]
		if !ok {
			return nil, fmt.Errorf("line %d: %q", n, sc.Text())
		}
		to[f[2]] = v
	}
	return out, sc.Err()
}
