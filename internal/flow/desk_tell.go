package flow

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// tellReturned tells whoever fills the paper of a unit that it came back, and
// why. The list of work says the same, so that the step stands even where the
// message could not be kept.
func (d *Desk) tellReturned(ctx context.Context, m *matter, at collect.Place, f collect.Filing) error {
	fillers, err := d.city.Fillers(ctx, []edu.UnitID{f.Unit})
	if err != nil {
		return err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, a := range fillers[f.Unit] {
		accounts[a.ID] = a
		messages = append(messages, collect.Message{Account: a.ID, ID: fmt.Sprintf("return:%s:%s:%d", m.ID, f.Unit, f.Rev), At: m.now, Kind: "return",
			Link:  collect.PaperLink(m.ID, f.Unit),
			Title: edu.Text{ZH: "已退回：" + m.form.Name.ZH, EN: "Returned: " + m.form.Name.In("en")},
			Body: edu.Text{
				ZH: fmt.Sprintf("%s的%s被退回，原因：%s 请修改后重新提交，截止%s。", at.Name.ZH, m.form.Name.ZH, sentence(f.Reason, "。"), f.Due),
				EN: fmt.Sprintf("%s of %s was returned: %s Mend it and hand it in again; it is due on %s.", m.form.Name.In("en"), at.Name.In("en"), sentence(f.Reason, "."), f.Due),
			},
		})
	}
	_, err = d.city.Tell(ctx, messages, accounts, "")
	return err
}

// sentence ends what somebody typed with a full stop, once.
func sentence(text, stop string) string {
	for _, end := range []string{"。", "！", "？", "；", ".", "!", "?"} {
		if n := len(text) - len(end); n > 0 && text[n:] == end {
			return text
		}
	}
	return text + stop
}
