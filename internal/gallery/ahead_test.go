package gallery

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

// Lines of one item stand together only where they were counted by one price on one
// paper; without a price there is no unit of it either.
func TestFundsStandByTheirPrice(t *testing.T) {
	price := func(basis string, yuan ...Num) OfferPrice {
		x := OfferPrice{Name: "公招教师", Unit: "人·年", Basis: basis}
		if len(yuan) > 0 {
			x.Yuan = yuan[0]
		}
		return x
	}
	o := &Offer{Scenario: "综合", Cost: num(60)[0], Lines: []OfferLine{
		{Cost: num(9)[0], Price: price("甲号", num(90000)[0])}, {Cost: num(18)[0], Price: price("甲号", num(90000)[0])},
		{Cost: num(11)[0], Price: price("甲号")}, {Cost: num(22)[0], Price: price("乙号", num(90000)[0])}}}
	b := &builder{d: &Draft{}}
	b.funds(o)
	text := textOf(b.d)
	for _, want := range []string{"公招教师|90\u2009000|人·年|2|27.0|甲号|", "公招教师|—|—|1|11.0|甲号|", "公招教师|90\u2009000|人·年|1|22.0|乙号|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Where pupils of a year are too few to be told, neither they nor what is left of the
// seats is written, and nothing is said of whether seats are enough.
func TestSeatsOfFewPupilsAreNotWeighed(t *testing.T) {
	few := Num{Few: true, Href: "/forecast"}
	b := &builder{d: &Draft{}}
	b.seats([]Seats{{Stage: edu.Primary, Have: num(20)[0], Years: []SeatsIn{{2027, few}, {2029, num(30)[0]}}, Short: few}})
	text := textOf(b.d)
	for _, want := range []string{"|—|20|—|", "|30|20|", "小学有的年份学生人数过少，不列出，余缺不作判断。"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "能够满足需要") || strings.Contains(text, "起不足") {
		t.Errorf("it says whether seats are enough:\n%s", text)
	}
}
