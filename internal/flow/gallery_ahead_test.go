package flow

import (
	"testing"

	"shuren/internal/auth"
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
