// What a page says of the time that a figure is of.

package pack

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// maxNamed is how many elements a sentence about dates names one by one.
const maxNamed = 3

// AsOf says when the figures are of from which an indicator follows in a period:
// 截至2025年9月1日；经费为2024年度. Without a period it says it of any. It is
// empty where the source of the figures does not say.
func (i *Indicator) AsOf(p edu.Period) edu.Text {
	var zh, en []string
	for k, d := range i.Dated {
		if d.When == DatedUnsaid {
			continue
		}
		at := d.When.at(p, d.Before)
		switch now := i.sameNow(d); {
		case now:
			zh, en = append(zh, "比较期为"+at.ZH), append(en, "compared with "+at.EN)
		case k == 0 && (d.When == DatedStart || len(i.Dated) == 1):
			whole := d.When.asOf(p)
			zh, en = append(zh, whole.ZH), append(en, whole.EN)
		default:
			of := subject(d.Elements)
			zh, en = append(zh, of.ZH+"为"+at.ZH), append(en, of.EN+": "+at.EN)
		}
	}
	return edu.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

// sameNow tells whether a figure of an earlier year stands beside the same figure of
// now, to be compared with it.
func (i *Indicator) sameNow(d Dated) bool {
	return d.Before > 0 && slices.ContainsFunc(i.Dated, func(k Dated) bool {
		return k.Before == 0 && k.When == d.When && !slices.ContainsFunc(d.Elements, func(e *Element) bool { return !slices.Contains(k.Elements, e) })
	})
}

// AsOf says when the element's own figures are of in a period; empty where the
// source does not say.
func (e *Element) AsOf(p edu.Period) edu.Text { return e.Dating().asOf(p) }

// asOf is a dating as a sentence of its own.
func (d Dating) asOf(p edu.Period) edu.Text {
	at := d.at(p, 0)
	if d == DatedStart {
		return edu.Text{ZH: "截至" + at.ZH, EN: "as of " + at.EN}
	}
	return at
}

// at is the time itself: 2025年9月1日, 2024年度. Without a period it is told from
// the year of whatever period it will be.
func (d Dating) at(p edu.Period, before int) edu.Text {
	if p.IsZero() {
		return d.anyYear(before)
	}
	for range before {
		p = p.LastTime()
	}
	ref := p.Reference()
	start := ref.Year()
	if ref.Month() < time.September {
		start--
	}
	last := edu.Year(start - 1).Label()
	switch d {
	case DatedStart:
		return edu.Text{ZH: fmt.Sprintf("%d年%d月%d日", ref.Year(), ref.Month(), ref.Day()), EN: ref.Format("2 January 2006")}
	case DatedLastYear:
		return edu.Text{ZH: last + "学年", EN: "school year " + last}
	case DatedTerm:
		return edu.Text{ZH: last + "学年各学期", EN: "each term of the school year " + last}
	case DatedMonth:
		return edu.Text{ZH: last + "学年各月", EN: "each month of the school year " + last}
	case DatedCalendar:
		y := ref.Year() - 1
		if p.Kind() == edu.CalendarYear {
			y = p.Int()
		}
		return edu.Text{ZH: fmt.Sprintf("%d年度", y), EN: fmt.Sprintf("calendar year %d", y)}
	default:
		return edu.Text{}
	}
}

// anyYear is a time without a period.
func (d Dating) anyYear(before int) edu.Text {
	var t edu.Text
	switch d {
	case DatedStart:
		t = edu.Text{ZH: "9月1日", EN: "1 September"}
	case DatedLastYear:
		t = edu.Text{ZH: "上一学年", EN: "the last school year"}
	case DatedTerm:
		t = edu.Text{ZH: "上一学年各学期", EN: "each term of the last school year"}
	case DatedMonth:
		t = edu.Text{ZH: "上一学年各月", EN: "each month of the last school year"}
	case DatedCalendar:
		t = edu.Text{ZH: "上一自然年度", EN: "the calendar year before"}
	}
	switch {
	case t.ZH == "":
	case before == 1:
		t = edu.Text{ZH: "再早一年的" + t.ZH, EN: t.EN + ", a year earlier"}
	case before > 1:
		t = edu.Text{ZH: fmt.Sprintf("再早%d年的%s", before, t.ZH), EN: fmt.Sprintf("%s, %d years earlier", t.EN, before)}
	}
	return t
}

// subject is what a sentence calls some elements: 经费 where all are money,
// otherwise the first of their names.
func subject(es []*Element) edu.Text {
	if !slices.ContainsFunc(es, func(e *Element) bool { return e.Type != edu.TypeMoney }) {
		return edu.Text{ZH: "经费", EN: "money"}
	}
	var zh, en []string
	for _, e := range es[:min(len(es), maxNamed)] {
		zh, en = append(zh, e.Name.ZH), append(en, e.Name.EN)
	}
	t := edu.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	if n := len(es); n > maxNamed {
		t.ZH, t.EN = fmt.Sprintf("%s等%d项", t.ZH, n), fmt.Sprintf("%s and %d more", t.EN, n-maxNamed)
	}
	return t
}
