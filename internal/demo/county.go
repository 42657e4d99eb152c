package demo

import (
	"cmp"

	"shuren/internal/edu"
)

// County is one of the ten county-level units, as pages and importers need it.
type County struct {
	ID    edu.UnitID
	Code  string // empty for the development zone, which has none
	Name  edu.Text
	Short edu.Text // for tiles and table heads
	Zone  bool     // a development zone without a division code
	// Column and Row are the county's place on the tile map, from 0 at the top
	// left: roughly where it would lie, never a boundary.
	Column, Row int
}

const (
	cityID   = edu.UnitID("YX")
	cityCode = "990100"
)

var cityName = edu.Text{ZH: "云岫市", EN: "Yunxiu City"}

// key is how workbooks name the county: by its code, or by its id where it has
// none. A false code would be worse.
func (c County) key() string { return cmp.Or(c.Code, string(c.ID)) }

// countGaps is the part of sections with a gap in what a county must reach to
// the last person (certificates, training, zoned enrolment); the better
// counties have none, for one would undo the item.
func (p *countyPlan) countGaps() float64 {
	if p.guarantee < .045 {
		return 0
	}
	return p.guarantee
}

// countyPlan is what is decided of a county before chance fills it in.
type countyPlan struct {
	County
	people       float64 // rough residents, in thousands: they share out the cohorts
	pull         float64 // yearly growth of its share of each cohort: families move to where the schools are
	streets      int
	towns        int
	rural        int // townships proper (乡)
	villages     int // complete primary schools in villages, in the first year
	points       int // teaching points, in the first year
	nineYear     int
	complete     int // junior sections in complete secondary schools
	twelveYear   int
	townPrimary  float64 // mean pupils of a primary school in the county town
	townJunior   float64
	crowding     float64 // part of county-town schools with classes over the norm
	failing      float64 // part of assessed sections that fail the resources rule in the newest year
	guarantee    float64 // part of sections that miss one of the guarantee items kept by section
	uneven       bool    // sports grounds lie very unevenly
	silent       int     // sections that have not reported everything in the newest year
	answers      answers
	statutoryOf  int // of a zone: index of the statutory county
	kindergarten int
}

// The census bands of a prefecture of 5.77 million (domain page 13.2) shape the
// ten: one over a million, four from half to a million, and so on. The two that
// are the farthest pass the whole resources block; the two largest have most
// left to do.
var counties = []countyPlan{
	{County: County{ID: "YX-QW", Code: "990102", Name: edu.Text{ZH: "栖梧区", EN: "Qiwu District"}, Short: edu.Text{ZH: "栖梧区", EN: "Qiwu"}, Column: 1, Row: 2},
		people: 814, pull: 1.013, streets: 8, towns: 3, rural: 2, villages: 42, points: 8, nineYear: 5, complete: 4, twelveYear: 1,
		townPrimary: 1950, townJunior: 1850, crowding: .35, failing: .14, guarantee: .05, silent: 2, answers: answers{}, kindergarten: 250},
	{County: County{ID: "YX-JKQ", Name: edu.Text{ZH: "云岫经济技术开发区", EN: "Yunxiu ETDZ"}, Short: edu.Text{ZH: "经开区", EN: "Dev. Zone"}, Zone: true, Column: 0, Row: 2},
		people: 180, pull: 1.02, streets: 3, villages: 4, nineYear: 4, complete: 1,
		townPrimary: 1800, townJunior: 1700, crowding: .3, failing: .17, guarantee: .04, answers: answers{paylow: true}, statutoryOf: 0, kindergarten: 56},
	{County: County{ID: "YX-DP", Code: "990103", Name: edu.Text{ZH: "荻浦区", EN: "Dipu District"}, Short: edu.Text{ZH: "荻浦区", EN: "Dipu"}, Column: 1, Row: 1},
		people: 418, pull: 1.0, streets: 3, towns: 5, rural: 3, villages: 44, points: 24, nineYear: 2, complete: 2,
		townPrimary: 1500, townJunior: 1450, failing: 0, guarantee: 0, answers: answers{silent: true}, kindergarten: 112},
	{County: County{ID: "YX-JC", Code: "990121", Name: edu.Text{ZH: "霁川县", EN: "Jichuan County"}, Short: edu.Text{ZH: "霁川县", EN: "Jichuan"}, Column: 2, Row: 3},
		people: 620, pull: .999, streets: 2, towns: 7, rural: 3, villages: 70, points: 30, nineYear: 3, complete: 2, twelveYear: 1,
		townPrimary: 1700, townJunior: 1650, crowding: .05, failing: .022, guarantee: .02, answers: answers{}, kindergarten: 166},
	{County: County{ID: "YX-ZX", Code: "990122", Name: edu.Text{ZH: "枕溪县", EN: "Zhenxi County"}, Short: edu.Text{ZH: "枕溪县", EN: "Zhenxi"}, Column: 0, Row: 3},
		people: 536, pull: .998, streets: 2, towns: 7, rural: 4, villages: 68, points: 40, nineYear: 4, complete: 2,
		townPrimary: 1800, townJunior: 1750, crowding: .2, failing: .17, guarantee: .05, silent: 9, answers: answers{quota: true}, kindergarten: 142},
	{County: County{ID: "YX-WH", Code: "990123", Name: edu.Text{ZH: "望鹤县", EN: "Wanghe County"}, Short: edu.Text{ZH: "望鹤县", EN: "Wanghe"}, Column: 0, Row: 1},
		people: 684, pull: .997, streets: 2, towns: 7, rural: 3, villages: 80, points: 44, nineYear: 4, complete: 2,
		townPrimary: 1850, townJunior: 1800, crowding: .3, failing: .23, guarantee: .06, uneven: true, answers: answers{exchange: true}, kindergarten: 182},
	{County: County{ID: "YX-QC", Code: "990124", Name: edu.Text{ZH: "青岑县", EN: "Qingcen County"}, Short: edu.Text{ZH: "青岑县", EN: "Qingcen"}, Column: 1, Row: 3},
		people: 336, pull: .997, streets: 2, towns: 4, rural: 4, villages: 46, points: 34, nineYear: 3, complete: 1,
		townPrimary: 1600, townJunior: 1500, crowding: .05, failing: .045, guarantee: .03, answers: answers{monitor: true}, kindergarten: 90},
	{County: County{ID: "YX-YD", Code: "990125", Name: edu.Text{ZH: "雁渡县", EN: "Yandu County"}, Short: edu.Text{ZH: "雁渡县", EN: "Yandu"}, Column: 2, Row: 2},
		people: 191, pull: .999, streets: 2, towns: 4, rural: 4, villages: 26, points: 20, nineYear: 2, complete: 1,
		townPrimary: 1350, townJunior: 1300, failing: 0, guarantee: 0, answers: answers{}, kindergarten: 52},
	{County: County{ID: "YX-HL", Code: "990126", Name: edu.Text{ZH: "泓岭县", EN: "Hongling County"}, Short: edu.Text{ZH: "泓岭县", EN: "Hongling"}, Column: 2, Row: 0},
		people: 797, pull: .994, streets: 3, towns: 10, rural: 12, villages: 116, points: 96, nineYear: 7, complete: 3,
		townPrimary: 1950, townJunior: 1900, crowding: .45, failing: .33, guarantee: .09, silent: 6, answers: answers{paylow: true, exchange: true, monitor: true, silent: true}, kindergarten: 208},
	{County: County{ID: "YX-LX", Code: "990181", Name: edu.Text{ZH: "鹿衔市", EN: "Luxian City"}, Short: edu.Text{ZH: "鹿衔市", EN: "Luxian"}, Column: 1, Row: 0},
		people: 1189, pull: .996, streets: 4, towns: 15, rural: 10, villages: 154, points: 104, nineYear: 6, complete: 4, twelveYear: 1,
		townPrimary: 1950, townJunior: 1900, crowding: .4, failing: .29, guarantee: .08, silent: 4, answers: answers{quota: true, disabled: true}, kindergarten: 302},
}
