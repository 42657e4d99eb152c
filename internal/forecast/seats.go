package forecast

// Balance is what so many seats are to the pupils of the years ahead. Years are
// numbers of the calendar, 0 for none.
type Balance struct {
	Short    int     // the first year of which the middle needs more seats than there are
	Most     float64 // the most seats that are short by the middle, in MostYear
	MostYear int
	May      int     // the first year of which the high scenario does
	Over     int     // from this year on to the end even the high scenario leaves seats empty
	Left     float64 // seats left by the middle in the last year; less than 0 where they are short
}

// Weigh holds seats against pupils from the first year ahead on.
func Weigh(seats float64, first int, mid, high []float64) (b Balance) {
	for h, x := range mid {
		if lack := x - seats; lack > 0 {
			if b.Short == 0 {
				b.Short = first + h
			}
			if lack > b.Most {
				b.Most, b.MostYear = lack, first+h
			}
		}
		switch {
		case high[h] <= seats:
			if b.Over == 0 {
				b.Over = first + h
			}
		default:
			b.Over = 0
			if b.May == 0 {
				b.May = first + h
			}
		}
		b.Left = seats - x
	}
	return b
}
