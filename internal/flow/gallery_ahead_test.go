package flow

import (
	"fmt"
	"slices"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/forecast"
	"shuren/internal/proposal"
)

// offerOf is what a county's plan says of its proposal.
func (c *town) offerOf(p proposal.Proposal) *offerRead {
	c.t.Helper()
	o, err := c.Gallery().offerNow(c.t.Context(), auth.Operator(), p.County, p.Pack)
	if err != nil || o == nil {
		c.t.Fatalf("%+v, %v", o, err)
	}
	return o
}

// What is rejected is neither in the cost nor in the table, so what passes is of the rest
// too, as it was checked last; what was never checked nor decided stands as promised.
func TestACountysPlanPromisesWhatStillStands(t *testing.T) {
	c, p := proposed(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	p, err := c.DecideProposal(ctx, clerk, p.ID, p.Rev, []int{1, 3}, proposal.Choice{Decision: proposal.Reject, Note: "已有安排"})
	if err != nil || p.After.Passing != 2 || p.Checked.Passing != 1 {
		t.Fatalf("%+v, %v", p.Checked, err)
	}
	if o := c.offerOf(p); o.After != 1 || o.Sections != 2 || o.Row != "现在各行做完" || len(o.Lines) != 1 {
		t.Errorf("without two of three lines: %+v", o)
	}
	p.Checked = proposal.Met{}
	if p, err = c.putProposal(ctx, clerk, p, record(clerk, proposalDecided, "", c.now())); err != nil {
		t.Fatal(err)
	}
	if o := c.offerOf(p); o.After != 2 || o.Sections != 2 || o.Row != "方案承诺" {
		t.Errorf("without a check: %+v", o)
	}
}

// Amounts are at the price of the proposal: a unit price of today stands beside them only
// while it comes to them, and what the price rests on is what it rested on then.
func TestACountysPlanKeepsThePriceOfItsProposal(t *testing.T) {
	c, p := proposed(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	l := &p.Lines[1] // a hire, who is paid in both years
	p.Years = []proposal.Year{{Period: edu.Year(2026)}, {Period: edu.Year(2027)}}
	l.Price, l.PriceName, l.Basis, l.Cost = "hire", edu.Text{ZH: "公招教师"}, "东财〔2025〕1号", l.Amount*2*9e4
	p, err := c.putProposal(ctx, clerk, p, record(clerk, proposalDecided, "", c.now()))
	if err != nil {
		t.Fatal(err)
	}
	if l := c.offerOf(p).Lines[1]; l.Each != 9e4 || l.Unit != "人·年" || l.Basis != "东财〔2025〕1号" || l.Price != "公招教师" {
		t.Errorf("by the list as it was: %+v", l)
	}
	later := somePrices("east")
	later.Rev, later.Lines[0].Yuan, later.Lines[0].Name, later.Lines[0].Basis = 1, 1e5, "聘用人员", "东财〔2026〕2号"
	if later, err = c.KeepPrices(ctx, clerk, later); err != nil {
		t.Fatal(err)
	}
	if l := c.offerOf(p).Lines[1]; l.Each != 0 || l.Unit != "" || l.Basis != "东财〔2025〕1号" || l.Price != "公招教师" || l.Yuan != 18e4 {
		t.Errorf("by a list that has changed: %+v", l)
	}
	// The same price on a newer paper is still the one by which it was counted.
	later.Lines[0].Yuan = 9e4
	if _, err := c.KeepPrices(ctx, clerk, later); err != nil {
		t.Fatal(err)
	}
	if l := c.offerOf(p).Lines[1]; l.Each != 9e4 || l.Basis != "东财〔2025〕1号" {
		t.Errorf("by the same price on a newer paper: %+v", l)
	}
	if p, err = c.DecideProposal(ctx, clerk, p.ID, p.Rev, []int{2}, proposal.Choice{Decision: proposal.Edit, Amount: 3, Year: edu.Year(2027)}); err != nil {
		t.Fatal(err)
	}
	if l := c.offerOf(p).Lines[1]; l.Each != 9e4 || l.Yuan != 27e4 {
		t.Errorf("three from the second year on: %+v", l)
	}
}

// A plan goes to everybody: of few pupils ahead it tells nothing, whoever makes it, nor
// what they could be worked out from beside the seats.
func TestACountysPlanNeverTellsOfFewPupils(t *testing.T) {
	for _, tt := range []struct {
		name     string
		pupils   int     // of each grade of the county
		said     float64 // in every year, of the sections that say their seats; 0: as the forecast has it
		first    float64 // in the first year, which no row shows
		few, row bool
	}{{"many", 60, 0, 0, false, false}, {"few", 1, 50, 0, true, true}, {"few where seats are told", 60, 5, 0, true, true}, {"few in a year that no row shows", 60, 0, 4, true, false}} {
		t.Run(tt.name, func(t *testing.T) {
			c := newTown(t)
			for year := 2023; year <= 2025; year++ {
				c.year(year, fmt.Sprintf("9901210001 甲小 990121 %d", tt.pupils), "9901220001 丙小 990122 80")
			}
			f, err := c.forecast(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			east := slices.IndexFunc(f.Places, func(p ForecastPlace) bool { return p.Unit == "east" })
			f.Seats = Seats{At: make([][]SeatsAt, len(f.Places))} // the file of the town says no seats
			for i := range f.Seats.At {
				f.Seats.At[i] = make([]SeatsAt, len(f.Result.Sections))
			}
			mid := slices.Clone(f.Result.Section[east][0].Mid)
			if tt.said > 0 {
				mid = slices.Repeat([]float64{tt.said}, len(mid))
			}
			if tt.first > 0 {
				mid[0] = tt.first
			}
			f.Seats.At[east][0] = SeatsAt{Seats: 2, Said: 1, Mid: mid, Balance: forecast.Weigh(2, f.Result.Years[0], mid, mid)}
			out, err := c.Gallery().seatsNow(t.Context(), "east")
			if err != nil || len(out) != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
			r := out[0]
			if r.Few != tt.few || (r.Short == 0) != tt.few || (r.Most == 0) != tt.few || (r.Worst == 0) != tt.few {
				t.Errorf("%+v", r)
			}
			if len(r.Pupils) != 3 {
				t.Fatalf("%d years", len(r.Pupils))
			}
			for i, n := range r.Pupils {
				if (n < 0) != tt.row {
					t.Errorf("%d: %v pupils", r.Years[i], n)
				}
			}
		})
	}
}
