package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

// recognitionYears are when the counties mean to be recognised: those that have
// least left to do come first. The figures are invented, as everything here.
var recognitionYears = [...]int{2028, 2029, 2026, 2027, 2028, 2029, 2027, 2026, 2030, 2030}

// Record lets each county enter how far its recognition has come, the documents
// that its answers cite and who answers for pay and funds. It goes the way that
// people go, and does no harm where that was done before.
func (c *City) Record(ctx context.Context, into *flow.City) error {
	scheme := into.Pack().ID
	for i := range counties {
		who := clerk(i, auth.CountyClerk, "填报员")
		id := counties[i].ID
		seen, err := into.Progress(ctx, auth.Operator(), id, scheme)
		if err != nil {
			return err
		}
		if len(seen) > 0 {
			continue
		}
		for k, p := range c.recognition(i, scheme) {
			if err := into.AddProgress(ctx, who, p, int64(k)); err != nil {
				return fmt.Errorf("demo city, recognition of %s: %w", counties[i].Name.EN, err)
			}
		}
		if err := c.documents(ctx, into, who, i); err != nil {
			return fmt.Errorf("demo city, evidence of %s: %w", counties[i].Name.EN, err)
		}
	}
	if err := c.Births(ctx, into); err != nil {
		return err
	}
	return c.Means(ctx, into)
}

// recognition are the entries of one county: its plan, and for those that come
// soon what has been done since.
func (c *City) recognition(i int, scheme string) []county.Progress {
	year := recognitionYears[i]
	day := func(y, m, d int) edu.Date { return edu.DateOf(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)) }
	p := county.Progress{County: counties[i].ID, Scheme: scheme, Year: year, Step: county.Planned, Dates: map[county.Step]edu.Date{county.Planned: day(2023, 6, 10+i)}, Note: "示例数据"}
	out := []county.Progress{p}
	if year > 2027 {
		return out
	}
	self := p
	self.Step, self.Issues, self.Closed = county.Self, 14+i, 6+i
	self.Dates = map[county.Step]edu.Date{county.Planned: p.Dates[county.Planned], county.Self: day(2025, 4, 8+i)}
	self.Conclusion = "自评基本达到，问题已列清单"
	out = append(out, self)
	if year > 2026 {
		return out
	}
	city := self
	city.Step, city.Closed = county.City, self.Issues-3
	city.Dates = map[county.Step]edu.Date{county.Planned: p.Dates[county.Planned], county.Self: self.Dates[county.Self], county.City: day(2025, 9, 12+i)}
	city.Conclusion = "同意申报，限期销号剩余问题"
	return append(out, city)
}

// documents enters what the county's answers of the newest year cite, and some
// more for the items that are figures.
func (c *City) documents(ctx context.Context, into *flow.City, who auth.Actor, i int) error {
	id, year := counties[i].ID, edu.Year(lastYear)
	_, texts := c.countyAnswers(i, newest)
	entered := map[string]bool{}
	enter := func(number, title, issuer string) (string, error) {
		entered[number] = true
		return into.KeepDocument(ctx, who, county.Document{County: id, Period: year, Number: number, Title: title, Issuer: issuer, Day: edu.DateOf(time.Date(lastYear, 3, 5+i, 0, 0, 0, 0, time.UTC))})
	}
	for k, item := range reviewItems {
		number := texts[item]
		if number == "" || entered[number] {
			continue
		}
		if _, err := enter(number, fmt.Sprintf("关于%s专项工作情况的报告（示例%d）", counties[i].Short.ZH, k+1), counties[i].Short.ZH+"教育体育局"); err != nil && !errors.Is(err, fault.Conflict) {
			return err
		}
	}
	for _, x := range []struct{ number, title, office, items string }{
		{"%s人社〔%d〕示例21号", "义务教育教师工资收入核定情况", "人力资源和社会保障局", "g8_pay"},
		{"%s财教〔%d〕示例9号", "教育经费预算批复", "财政局", "g7"},
	} {
		doc, err := enter(fmt.Sprintf(x.number, counties[i].Short.ZH, lastYear), x.title+"（示例）", counties[i].Short.ZH+x.office)
		if err != nil {
			return err
		}
		if err := into.CiteDocument(ctx, who, county.Cite{County: id, Period: year, Item: x.items, Document: doc, Page: "3"}, false); err != nil {
			return err
		}
		if err := into.NameAnswering(ctx, who, county.Answering{County: id, Item: x.items, Department: x.office}); err != nil {
			return err
		}
	}
	return nil
}
