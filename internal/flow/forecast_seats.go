package flow

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/forecast"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// seatElements are the elements in which packs say how many seats a section has, by
// stage. A city whose packs have none is told of none.
var seatElements = map[edu.Stage]string{edu.Preschool: "seats_preschool", edu.Primary: "seats_primary", edu.Junior: "seats_junior", edu.Senior: "seats_senior"}

// Seats are those of the last year of the past, by section of the forecast (as
// Result.Sections), and what they are to the pupils ahead.
type Seats struct {
	// Elements are those that seats are read from; nil where the packs have none.
	Elements []*pack.Element
	// At is by node and section.
	At [][]SeatsAt
}

// SeatsAt are the seats of a stage at a place. Where sections do not say how many
// they have, both their seats and their pupils are left out, so that the two can be
// compared: Missing tells of how many. Pupils low, mid and high add up to those of
// places above.
type SeatsAt struct {
	Seats          float64 // NaN where no section says
	Said, Missing  int     // sections that say, and that have pupils and do not
	Now            float64 // pupils of the sections that say, in the last year
	Mid, Low, High []float64
	forecast.Balance
}

// takeSeats reads how many seats the sections of a stage have.
func (g *gathering) takeSeats(f *frame.Frame) {
	col, ok := f.Column(seatElements[f.Stage])
	if !ok {
		return
	}
	for row, x := range col {
		if !math.IsNaN(x) && x >= 0 {
			g.seats[g.unit(edu.School, f.Rows[row].Code)+edu.UnitID(" "+string(f.Stage))] = x
		}
	}
}

// weigh holds the seats of every place against its pupils ahead.
func (g *gathering) weigh(r *forecast.Result, union *pack.Pack) (out Seats) {
	in := &g.in
	ahead := len(r.Years)
	out.Elements = make([]*pack.Element, len(r.Sections))
	any := false
	for s, stage := range r.Sections {
		out.Elements[s] = union.Element(seatElements[edu.Stage(stage)])
		any = any || out.Elements[s] != nil
	}
	if !any || len(g.seats) == 0 {
		return Seats{}
	}
	out.At = make([][]SeatsAt, len(in.Nodes))
	for i := range out.At {
		for range r.Sections {
			out.At[i] = append(out.At[i], SeatsAt{Seats: math.NaN(), Mid: make([]float64, ahead), Low: make([]float64, ahead), High: make([]float64, ahead)})
		}
	}
	for i := range in.Nodes {
		if in.Counts[i] == nil {
			continue
		}
		for s, stage := range r.Sections {
			w := &r.Section[i][s]
			seats, said := g.seats[g.places[i].Unit+edu.UnitID(" "+stage)]
			now := w.Past[len(w.Past)-1]
			for at := i; at >= 0; at = in.Nodes[at].Up {
				x := &out.At[at][s]
				switch {
				case !said && now > 0:
					x.Missing++
				case said:
					x.Said++
					if math.IsNaN(x.Seats) {
						x.Seats = 0
					}
					x.Seats += seats
					if now > 0 {
						x.Now += now
					}
					for h := range ahead {
						x.Mid[h], x.Low[h], x.High[h] = x.Mid[h]+w.Mid[h], x.Low[h]+w.Low[h], x.High[h]+w.High[h]
					}
				}
			}
		}
	}
	for i := range out.At {
		for s := range out.At[i] {
			if x := &out.At[i][s]; x.Said > 0 {
				x.Balance = forecast.Weigh(x.Seats, r.Years[0], x.Mid, x.High)
			}
		}
	}
	return out
}
