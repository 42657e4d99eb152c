package demo

import (
	"context"
	"fmt"

	"shuren/internal/bulletin"
	"shuren/internal/flow"
)

// Board lets the city's section fix the figures and switch the public board on, its
// planner propose last year's and the section approve them, as people would: so a
// newcomer finds an edition to look at. The newest year is left out, because schools
// still hand it in. Where there is a lock-down already nothing is done.
func (c *City) Board(ctx context.Context, into *flow.City) error {
	b := into.Board()
	section, err := c.account(ctx, into, "city")
	if err != nil {
		return err
	}
	planner, err := c.account(ctx, into, "planner")
	if err != nil {
		return err
	}
	all, err := b.Boards(ctx, section)
	if err != nil || len(all.Locked) > 0 || len(all.Periods) < 2 {
		return err
	}
	last := all.Periods[len(all.Periods)-2]
	lock, err := b.LockDown(ctx, section, last.Label()+"学年数据定稿（示例）")
	if err == nil && !all.On.On {
		err = b.Switch(ctx, section, true, all.Rev, "示例：向社会公布上一学年数据")
	}
	if err != nil {
		return fmt.Errorf("board of the demo city: %w", err)
	}
	e, err := b.Propose(ctx, planner, lock.ID, last, "示例", "demo-board")
	if err == nil {
		_, err = b.Act(ctx, section, e.ID, e.Rev, bulletin.Approve, "")
	}
	if err != nil {
		return fmt.Errorf("edition of the demo city's board: %w", err)
	}
	return nil
}
