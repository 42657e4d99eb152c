package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// Meetings are listed by day, and the minutes written are those of the page.
func TestMeetingCommands(t *testing.T) {
	ctx, db := context.Background(), filepath.Join(t.TempDir(), "meetings.db")
	c, err := flow.Open(ctx, db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Register(ctx, []edu.Unit{{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Name: edu.Text{ZH: "东县", EN: "East"}}}}}); err != nil {
		t.Fatal(err)
	}
	m, err := c.Office().SaveMeeting(ctx, auth.Operator(), council.Meeting{Name: "教育工作会议", Series: "工作会议", Session: "第一次", Sent: "s", Day: 20700, From: "09:00", Place: "一楼", Form: council.Mixed, Chair: "示例甲", Recorder: "示例记", Signer: "示例签",
		Level: council.Internal, Venues: []council.Venue{{Unit: "east"}}, People: []council.Person{{ID: "1", Name: "示例甲", As: council.Member}}, Items: []council.Item{{Title: "学位建设"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "minutes.txt")
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"meeting", "list", "--db=" + db}, 0, "教育工作会议"},
		{[]string{"meeting", "list", "--db=" + db, "--state=nonsense"}, 2, "nonsense"},
		{[]string{"meeting", "minutes", m.ID, "--db=" + db}, 0, "教育工作会议纪要\n届次：第一次\n时间：" + m.Day.Official() + "09:00"},
		{[]string{"meeting", "minutes", m.ID, "--db=" + db, "--out=" + file}, 0, ""},
		{[]string{"meeting", "minutes", m.ID, "--db=" + db, "--out=a.doc"}, 2, ".txt"},
		{[]string{"meeting", "minutes", "nobody", "--db=" + db}, 2, `"nobody"`},
	} {
		code, out, errs := run(t, "", tt.args...)
		if code != tt.code || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%v: code %d\n%s%s", tt.args, code, out, errs)
		}
	}
	if code, out, _ := run(t, "", "meeting", "list", "--db="+db, "--state=held"); code != 0 || strings.Contains(out, "教育工作会议") {
		t.Errorf("a planned meeting among those that were held:\n%s", out)
	}
	if b, err := os.ReadFile(file); err != nil || !strings.Contains(string(b), "学位建设") {
		t.Errorf("%q, %v", b, err)
	}
}
