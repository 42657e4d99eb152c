package demo

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/partner"
)

// Links between schools: education groups within counties since 2021, city highs
// that help county highs since 2022, and partner schools since the newest year,
// of which nothing can be said yet.

// oneLink is a link before it is a row of a file; years count from the first.
type oneLink struct {
	kind         partner.Kind
	lead, member *school
	from, to     int // to is 0 while it lasts
	document     int
}

// Show lets the city's planner do what a visitor could not see otherwise: record
// links between schools, and switch value added on and have one estimate made.
// What is there is left as it is.
func (c *City) Show(ctx context.Context, into *flow.City) error {
	if err := c.link(ctx, into); err != nil {
		return fmt.Errorf("links of the demo city: %w", err)
	}
	if err := c.estimate(ctx, into); err != nil {
		return fmt.Errorf("value added of the demo city: %w", err)
	}
	if err := c.Council(ctx, into); err != nil {
		return err
	}
	return c.Inspections(ctx, into)
}

func (c *City) link(ctx context.Context, into *flow.City) error {
	who := c.actor("planner")
	have, err := into.Links(ctx, who)
	if err != nil || len(have) > 0 {
		return err
	}
	_, err = into.ImportLinks(ctx, who, io.NopCloser(strings.NewReader(c.linkFile())))
	return err
}

// linkFile is the file of links that the bureau would send.
func (c *City) linkFile() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(partner.Head()) // a Builder takes everything
	for _, l := range c.links() {
		to := ""
		if l.to > 0 {
			to = autumn(l.to).String()
		}
		_ = w.Write([]string{l.kind.Name().ZH, l.lead.code, l.member.code, autumn(l.from).String(), to, fmt.Sprintf("云岫教体〔%d〕示例%d号", firstYear+l.from, l.document)})
	}
	w.Flush()
	return b.String()
}

func (c *City) links() (all []oneLink) {
	given := map[*school]bool{}
	// take gives the next schools of a kind that have no link yet.
	take := func(n, county int, stage edu.Stage, at setting) (out []*school) {
		var pool []*school
		for _, s := range c.schools {
			if s.county == county && s.setting == at && !given[s] && s.opened == 0 && s.closed == years && s.ownership == edu.Public && len(s.sections) == 1 && s.sections[0].stage == stage {
				pool = append(pool, s)
			}
		}
		r := c.random("links "+string(stage), county)
		for ; n > 0 && len(pool) > 0; n-- {
			k := r.IntN(len(pool))
			given[pool[k]] = true
			out = append(out, pool[k])
			pool = slices.Delete(pool, k, k+1)
		}
		return out
	}
	add := func(kind partner.Kind, leads, members []*school, from, to, document int) {
		for i, m := range members {
			if len(leads) > 0 {
				all = append(all, oneLink{kind, leads[i%len(leads)], m, from, to, document})
			}
		}
	}
	for i := range counties {
		if counties[i].Zone {
			continue
		}
		for _, stage := range []edu.Stage{edu.Primary, edu.Junior} {
			add(partner.Group, take(1, i, stage, town), take(2, i, stage, centre), 2021-firstYear, 0, 7)
		}
		if i > 2 { // the districts' highs help those of the counties
			add(partner.Custody, take(1, []int{0, 2}[i%2], edu.Senior, town), take(1, i, edu.Senior, town), 2022-firstYear, []int{0, newest}[i/9], 11)
		}
	}
	for _, i := range []int{5, 8, 9} {
		add(partner.Paired, take(2, 0, edu.Primary, town), take(2, i, edu.Primary, village), newest, 0, 16)
	}
	return all
}

// colleague is a planner of whom the sign-in page has no account, so that
// everybody who signs in is the second person.
func colleague() auth.Actor {
	return auth.Actor{Account: "demo-planner-colleague", Name: "示例规划科同事", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}
}
