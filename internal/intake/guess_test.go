package intake

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

func compulsory(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := pack.Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGuess(t *testing.T) {
	feed := &pack.Feed{Headers: map[string]string{"XX_BXS": "boarders", "备注": "-"}}
	columns := []Unknown{
		{"A", "学校标识码", []string{"3530302001", "3530302002"}},
		{"B", "學校(xué xiào)名稱", []string{"霁川一小", "霁川二小"}},
		{"C", "学段", []string{"小学", "初中"}},
		{"D", "XX_BXS", []string{"12", "0"}},
		{"E", "专任教师数（人）", []string{"38", "41"}},
		{"F", "体育馆建筑面积（㎡）", []string{"0", "820.5"}},
		{"G", "在校生数", []string{"很多", "不少"}},
		{"H", "校长最喜欢的颜色", []string{"蓝", "绿"}},
		{"I", "专任教师", []string{"38", "41"}},
		{"J", "备注", nil},
	}
	got, err := Guess(columns, compulsory(t), feed)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		why    string
		target string
		lo, hi float64
	}{
		{"exact key", "code", Certain, 1},
		{"traditional, with pinyin", "name", Certain, 0.94},
		{"exact key", "stage", Certain, 1},
		{"the feed says so", "boarders", Certain, 1},
		{"exact name with a unit", "teachers", Certain, 1},
		{"similar name, fitting unit", "area_hall", Likely, Certain},
		{"words where figures belong", "pupils", Possible, Likely},
		{"means nothing", "", 0, 0},
		{"what another column has already", "", 0, 0},
		{"left out by the feed", "-", Certain, 1},
	} {
		m := got[i]
		if m.Target != want.target || m.Sure < want.lo || m.Sure > want.hi {
			t.Errorf("%s: %q is %q (%.2f, %s); want %q between %.2f and %.2f", want.why, m.Header, m.Target, m.Sure, m.Why.EN, want.target, want.lo, want.hi)
		}
		if m.Target != "" && (m.Why.ZH == "" || m.Why.EN == "" || m.Name.ZH == "") {
			t.Errorf("%q: no reason is given", m.Header)
		}
	}
	if len(got[8].Others) == 0 || got[8].Others[0].Target != "teachers" {
		t.Errorf("the column that came second has no proposal: %+v", got[8])
	}
}

const foreign = "某县学校情况统计表,,,,\n单位代码,单位,学段,教师人数,住校的学生\n3530302001,霁川一小,小学,38,12\n3530302002,霁川二小,小学,41,0\n"

func textFile(name, text string) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// Columns are matched once; the same kind of file is read by that ever after.
func TestMappingIsSavedAndReused(t *testing.T) {
	p := compulsory(t)
	look, err := Look(context.Background(), textFile("a.csv", foreign), p, Options{}.Limits)
	if err != nil || len(look) != 1 || len(look[0].Columns) != 5 || look[0].Row != 2 {
		t.Fatalf("%+v, %v", look, err)
	}
	m := &Mapping{Signature: look[0].Signature, Pack: p.Ref(), Headers: map[string]string{"单位代码": "code", "单位": "name", "学段": "stage", "教师人数": "teachers", "住校的学生": "boarders"}}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadMapping(b, p)
	if err != nil {
		t.Fatal(err)
	}
	// Next year: columns in another order, the same signature.
	next := "住校的学生,学段,单位,单位代码,教师人数\n7,小学,霁川一小,3530302001,39\n"
	look, err = Look(context.Background(), textFile("b.csv", next), p, Options{}.Limits)
	if err != nil || len(look) != 1 || look[0].Signature != again.Signature {
		t.Fatalf("the moved columns are another kind: %+v, %v", look, err)
	}
	batch, err := ReadForeign(context.Background(), []File{textFile("b.csv", next)}, p, again, Options{Period: edu.Year(2025)})
	if err != nil {
		t.Fatal(err)
	}
	if err := batch.Err(); err != nil || len(batch.Tables) != 1 {
		t.Fatalf("%v: %v", err, batch.Problems)
	}
	if got := batch.Tables[0].Cols["boarders"]; len(got) != 1 || got[0] != 7 {
		t.Errorf("boarders %v, want 7", got)
	}
}

func TestMappingIsRefused(t *testing.T) {
	p := compulsory(t)
	for _, tt := range []struct{ name, text, want string }{
		{"not JSON", `{`, "mapping"},
		{"an unknown element", `{"headers":{"a":"pupilz"}}`, "did you mean"},
		{"two columns for one element", `{"headers":{"a":"pupils","b":"pupils"}}`, "both mean"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadMapping([]byte(tt.text), p); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func FuzzGuess(f *testing.F) {
	p := compulsory(f)
	f.Add("在校生数（人）", "12")
	f.Add("(", "")
	f.Add("\xff\xfe", "二")
	f.Fuzz(func(t *testing.T, header, sample string) {
		got, err := Guess([]Unknown{{"A", header, []string{sample}}, {"B", header, nil}}, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got {
			if m.Sure < 0 || m.Sure > 1 || m.Target == "" && m.Sure != 0 {
				t.Errorf("%q: %+v", header, m)
			}
		}
		if got[0].Target != "" && got[0].Target != roleIgnored && got[0].Target == got[1].Target {
			t.Errorf("%q: both columns are %s", header, got[0].Target)
		}
	})
}
