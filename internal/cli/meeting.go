package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"shuren/internal/council"
	"shuren/internal/fault"
)

// Meetings, as the operator at the machine sees them: all of them.

type meetingCmd struct {
	List    meetingListCmd    `cmd:"" help:"List meetings."`
	Minutes meetingMinutesCmd `cmd:"" help:"Write the minutes of a meeting as text: as they were issued, or as the draft that follows from what is known."`
}

type meetingListCmd struct {
	DB    string `name:"db" required:"" help:"Database." placeholder:"DB"`
	State string `help:"Only meetings in this state." enum:",planned,open,held,minuted,dropped" default:""`
}

func (c *meetingListCmd) Run(a *app) error {
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	all, err := city.Office().Meetings(a.ctx, operatorNamed(""))
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(x, y council.Meeting) int { return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.ID, y.ID)) })
	t := table{head: []string{"id", a.say("日期", "day"), a.say("状态", "state"), a.say("议定事项", "decisions"), a.say("名称", "name")}, right: []bool{false, false, false, true}}
	for _, m := range all {
		if c.State == "" || string(m.State) == c.State {
			t.add(m.ID, m.Day.String(), m.State.Name().In(a.lang), fmt.Sprint(len(m.Decisions)), m.Name)
		}
	}
	t.print(a.Out)
	return nil
}

type meetingMinutesCmd struct {
	Meeting string `arg:"" help:"Id of the meeting."`
	DB      string `name:"db" required:"" help:"Database." placeholder:"DB"`
	Out     string `help:"File to write, .txt; without it the text is printed." placeholder:"FILE"`
}

func (c *meetingMinutesCmd) Run(a *app) error {
	if ext := filepath.Ext(c.Out); c.Out != "" && ext != ".txt" {
		return fmt.Errorf("%s: %s: %w", c.Out, a.say("纪要文本须为 .txt", "the text of minutes is .txt"), fault.Invalid)
	}
	city, err := openCity(a, c.DB, "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	v, err := city.Office().Meeting(a.ctx, operatorNamed(""), c.Meeting)
	if errors.Is(err, fault.NotFound) {
		return fmt.Errorf("%s %q: %w", a.say("没有会议", "there is no meeting"), c.Meeting, fault.NotFound)
	}
	if err != nil {
		return err
	}
	d := v.Draft // as signed, or as it reads now: the operator sees every meeting
	if c.Out == "" {
		_, err = fmt.Fprint(a.Out, d.Plain())
		return err
	}
	return os.WriteFile(c.Out, []byte(d.Plain()), 0o600) // it names people
}
