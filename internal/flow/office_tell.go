package flow

import (
	"cmp"
	"context"
	"fmt"
	"net/url"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// TaskLink is the page of a task.
func TaskLink(id string) string { return "/tasks/" + url.PathEscape(id) }

// told says to whom an act is told, and in which words. %s is the title.
var told = map[task.Act]struct {
	to     task.Side
	kind   string
	zh, en string
}{
	task.Issue:    {task.Owner | task.Helper, "task", "新任务：%s", "New task: %s"},
	task.Transfer: {task.Owner | task.Helper, "task", "转来任务：%s", "Task transferred to you: %s"},
	task.TakenUp:  {task.Owner | task.Helper, "task", "任务已交办：%s", "Task given: %s"},
	task.Sign:     {task.Giver, "task", "已签收：%s", "Signed: %s"},
	task.Decline:  {task.Giver, "return", "被退回拟制：%s", "Declined: %s"},
	task.Ask:      {task.Giver, "task", "申请延期：%s", "More time asked for: %s"},
	task.Grant:    {task.Owner, "task", "同意延期：%s", "Extension granted: %s"},
	task.Refuse:   {task.Owner, "return", "不同意延期：%s", "Extension refused: %s"},
	task.HandIn:   {task.Giver, "task", "待审核：%s", "To be reviewed: %s"},
	task.Close:    {task.Owner, "task", "已办结：%s", "Closed: %s"},
	task.Return:   {task.Owner, "return", "已退回：%s", "Returned: %s"},
	task.Urge:     {task.Owner, "remind", "催办：%s", "Reminder: %s"},
	task.Reopen:   {task.Owner | task.Helper, "return", "回头看重启：%s", "Reopened: %s"},
	task.Withdraw: {task.Owner | task.Helper, "task", "已撤销：%s", "Withdrawn: %s"},
	task.Merge:    {task.Owner, "task", "已并办：%s", "Merged: %s"},
	task.Conclude: {task.Owner, "task", "已收官：%s", "Concluded: %s"},
	task.Comment:  {task.Giver | task.Owner, "task", "留言：%s", "Comment: %s"},
}

// tell tells whoever is next of an act. Lists show the same, so that the act
// stands even where the message could not be kept.
func (o *Office) tell(ctx context.Context, b *bodyList, env task.Env, was, t task.Task, e task.Event) error {
	m, ok := told[e.Act]
	if !ok || e.From == task.Drafted && !t.State.Given() {
		return nil
	}
	var ids []string
	if m.to&task.Owner != 0 {
		ids = append(ids, t.Lead)
	}
	if m.to&task.Helper != 0 {
		ids = append(ids, t.With...)
	}
	if m.to&task.Giver != 0 {
		ids = append(ids, t.Issuer)
	}
	return o.tellAll(ctx, b, ids, e.By, collect.Message{
		ID: fmt.Sprintf("task:%s:%d", t.ID, t.Rev), At: env.Now, Kind: m.kind, Link: TaskLink(t.ID),
		Title: edu.Text{ZH: fmt.Sprintf(m.zh, t.Title), EN: fmt.Sprintf(m.en, t.Title)},
		Body:  taskBody(b, t, e.Text),
	})
}

// taskBody says what a message about a task says.
func taskBody(b *bodyList, t task.Task, said string) edu.Text {
	until := edu.Text{ZH: "时限" + t.Due.String(), EN: "due on " + t.Due.String()}
	if t.Standing {
		until = edu.Text{ZH: "长期坚持", EN: "standing"}
	} else if t.Due == 0 {
		until = edu.Text{ZH: "时限待定", EN: "no limit yet"}
	}
	lead := b.name(t.Lead)
	text := edu.Text{ZH: fmt.Sprintf("牵头单位：%s；%s；状态：%s。", lead.ZH, until.ZH, t.State.Name().ZH), EN: fmt.Sprintf("Lead: %s; %s; %s.", lead.In("en"), until.EN, t.State.Name().EN)}
	if said != "" {
		text.ZH += sentence(said, "。")
		text.EN += " " + sentence(said, ".")
	}
	return text
}

// tellAll tells all accounts that act for some bodies, but for the one that acted.
func (o *Office) tellAll(ctx context.Context, b *bodyList, ids []string, not string, m collect.Message) error {
	of, err := o.accountsOf(ctx, b, ids)
	if err != nil {
		return err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, id := range ids {
		for _, a := range of[id] {
			if _, again := accounts[a.ID]; again || a.ID == not {
				continue
			}
			accounts[a.ID] = a
			m.Account = a.ID
			messages = append(messages, m)
		}
	}
	_, err = o.city.Tell(ctx, messages, accounts, cmp.Or(o.site, ""))
	return err
}
