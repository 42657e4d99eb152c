// Who can go where, and how.

package places

import "math"

// arc is a way that children of an area may take to a school.
type arc struct {
	area, school int
	mode         Mode
	fen          int64 // a child and year
	length       int64 // in tens of metres, or of tenths of minutes where kilometres are not known
}

// within tells whether a way keeps the limits of a stage. What is limited and not
// known is not judged, but something must be.
func (st *Stage) within(w Way) bool {
	judged := st.Km == 0 && st.Minutes == 0
	if st.Km > 0 && !math.IsNaN(w.Km) {
		if judged = true; w.Km > st.Km {
			return false
		}
	}
	if st.Minutes > 0 && !math.IsNaN(w.Minutes) {
		if judged = true; w.Minutes > st.Minutes {
			return false
		}
	}
	return judged
}

// known tells that there is a way.
func (w Way) known() bool { return !math.IsNaN(w.Km) || !math.IsNaN(w.Minutes) }

func fen(yuan float64) int64 { return int64(math.Round(yuan * 100)) }

// arcs are all ways of a stage. Beyond the limit there is the bus, and the bed
// where the school has one.
func (in *Input) arcs(stage int) (out []arc) {
	st := &in.Stages[stage]
	for a := range in.Areas {
		for s := range in.Schools {
			if in.Schools[s].Stage != stage {
				continue
			}
			w := in.Ways[a][s]
			if !w.known() {
				continue
			}
			x := arc{area: a, school: s, length: int64(math.Round(w.Km * 100))}
			km := w.Km
			if math.IsNaN(km) {
				km, x.length = 0, int64(math.Round(w.Minutes*10))
			}
			x.fen = fen(st.Prices.PerKm * km)
			if st.within(w) {
				out = append(out, x)
				continue
			}
			if st.BusKm > 0 && !math.IsNaN(w.Km) && w.Km <= st.BusKm {
				x.mode, x.fen = Bus, fen(st.Prices.Bus+st.Prices.PerKm*km)
				out = append(out, x)
			}
			if in.Schools[s].Beds > 0 && st.Prices.Board >= 0 {
				x.mode, x.fen = Board, fen(st.Prices.Board)
				out = append(out, x)
			}
		}
	}
	return out
}
