package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/flow"
)

// ownProposal is the id of the change that waits.
const ownProposal = "demo-change"

// Propose lets one person propose a change of the city's own pack, so that it
// waits for a second one. It does nothing where changes were proposed before, or
// where the pack says something of its own already.
func (c *City) Propose(ctx context.Context, into *flow.City) error {
	who := colleague()
	list, err := into.OwnProposals(ctx, who)
	if err != nil || len(list) > 0 {
		return err
	}
	files, err := into.OwnFiles(ctx, who)
	if err != nil || len(files) != 1 || strings.Contains(files[0].Body, "standards:") {
		return err
	}
	document := fmt.Sprintf("云岫教体〔%d〕示例19号", lastYear)
	body := files[0].Body + "standards:\n  - id: balanced\n    thresholds:\n      - {indicator: r7, at_least: {junior: 2.6}, source: " + document + "（虚构）, evidence: P}\n"
	err = into.ProposeOwn(ctx, who, flow.OwnChange{ID: ownProposal, File: files[0].Name, Base: files[0].Hash, Body: body,
		Title: "初中每百名学生多媒体教室由2.4间提高到2.6间", Why: document + "（示例，虚构）"})
	if errors.Is(err, fault.Invalid) { // people made the pack another one
		return nil
	}
	return err
}
