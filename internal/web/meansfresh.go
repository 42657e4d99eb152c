// What forms of means need so that keeping one never loses what it did not show.

package web

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/flow"
)

// moneyFor are the years of the form of money: those that are kept and those ahead of
// a year, in order. A form keeps the whole list, so a year that it left out would be
// deleted.
func moneyFor(now edu.Period, m *flow.Means) (out []edu.Period) {
	for k := range moneyYears {
		out = append(out, edu.Year(now.Int()+1+k))
	}
	for _, b := range m.Money.Lines {
		if !slices.Contains(out, b.Year) {
			out = append(out, b.Year)
		}
	}
	slices.SortFunc(out, edu.Period.Compare)
	return out
}

// freshen puts a form that was typed over something older on what is kept now, which
// the page shows beside it: who keeps it again has seen that. Lines that came
// meanwhile join the form, so that they are not lost unseen.
func (v *meansView) freshen(r *request, m *flow.Means) {
	v.PriceRev, v.StaffRev, v.WaysRev, v.MoneyRev, v.LessonRev = m.Prices.Rev, m.Staff.Rev, m.Ways.Rev, m.Money.Rev, m.Lessons.Rev
	switch flow.MeansKind(v.Kind) {
	case flow.MeansPrices:
		for _, x := range r.pricesTyped(m) {
			if x.Item != "" && !slices.ContainsFunc(v.Prices, func(y priceTyped) bool { return y.Item == x.Item || y.Item == "" && y.Name == x.Name }) {
				v.Prices = append(v.Prices, x)
			}
		}
	case flow.MeansMoney:
		for _, x := range r.moneyTyped(m) {
			if !slices.ContainsFunc(v.Money, func(y moneyTyped) bool { return y.Year == x.Year }) {
				v.Money = append(v.Money, x)
			}
		}
		slices.SortStableFunc(v.Money, func(a, b moneyTyped) int {
			x, _ := edu.ParsePeriod(a.Year)
			y, _ := edu.ParsePeriod(b.Year)
			return x.Compare(y)
		})
	}
}
