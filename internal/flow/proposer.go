package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/proposal"
	"shuren/internal/solve"
)

// engine makes proposals by the solver and checks them by the standard.
type engine struct{}

func (engine) make(context.Context, ProposalInput, func(solve.Progress)) (*proposal.Proposal, error) {
	return nil, auth.Refuse(fault.Invalid, "测算引擎尚未接入", "the engine is not connected")
}

func (engine) check(context.Context, ProposalInput, *proposal.Proposal) (proposal.Met, error) {
	return proposal.Met{}, auth.Refuse(fault.Invalid, "测算引擎尚未接入", "the engine is not connected")
}
