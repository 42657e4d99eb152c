// Package cohort makes pupils who do not exist, for the tests and benchmarks of
// value-added estimates: what their schools truly add is known.
//
// A design with its seed gives the same rows on every machine.
package cohort

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"strconv"
)

// Design says how pupils are made.
type Design struct {
	Name    string
	Seed    uint64
	Schools int
	Pupils  int     // of a school, on average
	Uneven  float64 // spread of the logarithm of a school's size; 0 for equal sizes
	School  float64 // standard deviation of what schools add
	Pupil   float64 // and of what is left of a pupil
	Numbers int     // covariates x1, x2, … that are numbers
	Sex     bool    // a covariate of two texts
	Home    bool    // and of three
	Means   bool    // the school's mean prior matters too, and is asked for
	Base    float64 // added to every outcome
}

// The designs that estimates are compared on.
var Designs = []Design{
	{Name: "balanced", Seed: 1, Schools: 40, Pupils: 25, School: 4, Pupil: 9, Sex: true, Base: 60},
	{Name: "uneven", Seed: 2, Schools: 120, Pupils: 45, Uneven: 1.1, School: 5, Pupil: 10, Numbers: 2, Sex: true, Home: true, Base: 70},
	{Name: "none", Seed: 3, Schools: 60, Pupils: 20, Uneven: 0.5, Pupil: 10, Numbers: 1, Base: 65},
	{Name: "faint", Seed: 4, Schools: 60, Pupils: 20, Uneven: 0.5, School: 1, Pupil: 10, Base: 65},
	{Name: "many", Seed: 5, Schools: 80, Pupils: 60, Uneven: 0.6, School: 3, Pupil: 8, Numbers: 12, Sex: true, Home: true, Base: 50},
	{Name: "means", Seed: 6, Schools: 90, Pupils: 40, Uneven: 0.7, School: 4, Pupil: 9, Sex: true, Means: true, Base: 70},
	{Name: "tiny", Seed: 7, Schools: 150, Pupils: 3, Uneven: 0.6, School: 6, Pupil: 8, Base: 60},
	{Name: "far", Seed: 8, Schools: 50, Pupils: 30, Uneven: 0.4, School: 3, Pupil: 7, Base: 1e6},
}

// Find gives a design by name.
func Find(name string) (Design, bool) {
	for _, d := range Designs {
		if d.Name == name {
			return d, true
		}
	}
	return Design{}, false
}

// Row is one pupil.
type Row struct {
	School  int
	Outcome float64
	Prior   float64
	X       []float64 // valid until the next row
	Sex     string
	Home    string
}

// SchoolKey is the code of a school.
func SchoolKey(j int) string { return fmt.Sprintf("S%05d", j+1) }

// Effects are what the schools truly add.
func (d Design) Effects() []float64 {
	r := rand.New(rand.NewPCG(d.Seed, 1))
	out := make([]float64, d.Schools)
	for j := range out {
		out[j] = r.NormFloat64() * d.School
	}
	return out
}

// Rows gives the pupils school by school. Figures have two digits behind the
// point, so that a text file holds them exactly.
func (d Design) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		r := rand.New(rand.NewPCG(d.Seed, 2))
		add := d.Effects()
		row := Row{X: make([]float64, d.Numbers)}
		for j := range d.Schools {
			n := d.Pupils
			if d.Uneven > 0 {
				n = max(1, int(float64(d.Pupils)*math.Exp(r.NormFloat64()*d.Uneven-d.Uneven*d.Uneven/2)))
			}
			intake := r.NormFloat64() * 5
			for range n {
				row.School = j
				row.Prior = cents(65 + intake + r.NormFloat64()*12)
				y := d.Base + 0.7*(row.Prior-65) + add[j] + r.NormFloat64()*d.Pupil
				if d.Means {
					y += 0.4 * intake
				}
				for k := range row.X {
					row.X[k] = cents(float64(k) + r.NormFloat64()*float64(k+1) + 0.05*intake)
					y += float64(k%3-1) * 0.5 * row.X[k]
				}
				row.Sex, row.Home = "", ""
				if d.Sex {
					row.Sex = "男"
					if r.Float64() < 0.47 {
						row.Sex = "女"
						y += 1.5
					}
				}
				if d.Home {
					switch f := r.Float64(); {
					case f < 0.5:
						row.Home = "农村"
					case f < 0.8:
						row.Home = "县镇"
						y += 1
					default:
						row.Home = "城区"
						y += 2
					}
				}
				row.Outcome = cents(y)
				if !yield(row) {
					return
				}
			}
		}
	}
}

func cents(v float64) float64 { return math.Round(v*100) / 100 }

// Head is the heading of the file.
func (d Design) Head() []string {
	h := []string{"school", "outcome", "prior"}
	for k := range d.Numbers {
		h = append(h, "x"+strconv.Itoa(k+1))
	}
	if d.Sex {
		h = append(h, "sex")
	}
	if d.Home {
		h = append(h, "home")
	}
	return h
}

// CSV writes the pupils.
func (d Design) CSV(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	for i, h := range d.Head() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(h)
	}
	b.WriteByte('\n')
	var line []byte
	for r := range d.Rows() {
		line = append(line[:0], SchoolKey(r.School)...)
		for _, v := range append([]float64{r.Outcome, r.Prior}, r.X...) {
			line = strconv.AppendFloat(append(line, ','), v, 'f', 2, 64)
		}
		if d.Sex {
			line = append(append(line, ','), r.Sex...)
		}
		if d.Home {
			line = append(append(line, ','), r.Home...)
		}
		b.Write(append(line, '\n'))
	}
	return b.Flush()
}
