package draft

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     string // sentences, parted by |; headings in #
	}{
		{"sentences", "要抓实控辍保学。要守好阵地；要加强管理！", "要抓实控辍保学。|要守好阵地；|要加强管理！"},
		{"a title before anything is said", "全市教育大会召开\n会议强调，要落实。", "#全市教育大会召开|会议强调，要落实。"},
		{"a heading on its own line", "会议强调，要落实。\n一、总体要求\n坚持优先发展。", "会议强调，要落实。|#一、总体要求|坚持优先发展。"},
		{"a heading that opens a paragraph", "（一）实施学前教育行动。新建幼儿园3所。", "#（一）实施学前教育行动。|新建幼儿园3所。"},
		{"an item is a sentence", "要落实。\n1. 由市教体局牵头，2024年底前完成。", "要落实。|1. 由市教体局牵头，2024年底前完成。"},
		{"a note belongs to the sentence before it", "新建幼儿园3所。（责任单位：市教体局，各县（市、区）政府）建成后移交。", "新建幼儿园3所。（责任单位：市教体局，各县（市、区）政府）|建成后移交。"},
		{"a list with commas", "周明要求，一是抓项目，二是抓安全，三是抓改革。", "周明要求，一是抓项目，|二是抓安全，|三是抓改革。"},
		{"nothing ends inside quotes", "要落实“教育优先。教育公平。”要求。", "要落实“教育优先。教育公平。”要求。"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range split(tt.in) {
				if s.Heading {
					s.Text = "#" + s.Text
				}
				got = append(got, s.Text)
			}
			if j := strings.Join(got, "|"); j != tt.want {
				t.Errorf("%s\nwant %s", j, tt.want)
			}
		})
	}
}

func TestSpeaker(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		known          []string
	}{
		{"a name", "周明强调，要抓落实。", "周明", nil},
		{"titles are not the name", "市委副书记、市长周明强调，要抓落实。", "周明", nil},
		{"the meeting", "会议强调，要抓落实。", "会议", nil},
		{"the meeting decides without a comma", "会议研究通过了《办法》。", "会议", nil},
		{"in a report", "何川在报告中提出，要落实。", "何川", nil},
		{"asks of a known person", "会上，周明听取汇报，并就下一步提出三点要求：一是落实。", "周明", []string{"周明"}},
		{"an unknown one stays unknown", "会上，大家听取汇报，并就下一步提出三点要求：一是落实。", "", nil},
		{"nobody", "要抓落实。", "", nil},
		{"not a person", "加快补齐短板要求，必须落实。", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := Words().speaks(tt.in, tt.known); got.who != tt.want {
				t.Errorf("%q; want %q", got.who, tt.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		in, text, day string
		year          int
	}{
		{"于2025年底前完成", "2025年底前", "2025-12-31", 0},
		{"2024年2月底前完成", "2024年2月底前", "2024-02-29", 0},
		{"10月31日前完成", "10月31日前", "", 0},
		{"10月31日前完成", "10月31日前", "2023-10-31", 2023},
		{"9月前完成", "9月前", "2023-08-31", 2023},
		{"今年底前完成", "今年底前", "", 2023},
		{"到2025年达到", "到2025年", "2025-12-31", 0},
		{"到2025年末达到", "到2025年末", "2025-12-31", 0},
		{"15个工作日内组织", "15个工作日内", "", 2023},
		{"一个月内完成", "一个月内", "", 2023},
		{"2月30日前完成", "2月30日前", "", 2023},
		{"2023年9月12日上午召开", "", "", 2023},
		{"（2023—2025年）", "", "", 0},
		{"从2024年起", "", "", 0},
	} {
		t.Run(tt.in, func(t *testing.T) {
			var text, day string
			for _, f := range limits(tt.in, tt.year) {
				text, day = text+f.Text, day+f.Day
			}
			if text != tt.text || day != tt.day {
				t.Errorf("%q means %q; want %q, %q", text, day, tt.text, tt.day)
			}
		})
	}
	if f := limits("要长期坚持。", 0); len(f) != 1 || !f[0].Standing || f[0].Day != "" {
		t.Errorf("长期坚持: %+v: it is a limit without a day", f)
	}
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"with a unit", "新建幼儿园3所，新增学位1,800个", "3所 1,800个"},
		{"a bound", "覆盖率不低于90%，近视率控制在百分之四十以下", ">=90% <=百分之四十"},
		{"money", "投入1.2亿元", "1.2亿元"},
		{"in words", "新建幼儿园三所", "三所"},
		{"a set word is none", "建好三支队伍，开展四查三比对，24小时值守", ""},
		{"no unit is none", "第3次会议，教督〔2017〕6号", ""},
		{"a class size is none", "消除56人及以上大班额", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range Words().numbers(tt.in, nil) {
				got = append(got, f.Bound+f.Text)
			}
			if j := strings.Join(got, " "); j != tt.want {
				t.Errorf("%q; want %q", j, tt.want)
			}
		})
	}
}

func TestOwners(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"who leads", "由市教体局牵头，市财政局配合", "市教体局* 市财政局"},
		{"a note", "新建3所。（牵头单位：市教体局；责任单位：各县（市、区）政府）", "市教体局* 各县（市、区）政府"},
		{"together", "各县（市、区）教育体育局要会同公安机关排查", "各县（市、区）教育体育局 公安机关"},
		{"who receives is none", "请各县（市、区）将名单报市教体局", ""},
		{"a person is no body", "市教育局局长何川作报告", ""},
		{"several in charge are none alone", "由市公安局、市交通运输局负责整治", "市公安局 市交通运输局"},
		{"a county of the city", "霁川县、枕溪县政府要完成", "霁川县 枕溪县政府"},
		{"a word that ends like one", "全县要完成，城区要完成", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range Words().owners(tt.in, 0, []string{"霁川县", "枕溪县"}) {
				if f.Lead {
					f.Text += "*"
				}
				got = append(got, f.Text)
			}
			if j := strings.Join(got, " "); j != tt.want {
				t.Errorf("%q; want %q", j, tt.want)
			}
		})
	}
}

func TestMergeOnlyWhatIsTheSame(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     int
	}{
		{"two speeches", "周明强调，要推进平安校园创建。\n陈立强调，要深入推进平安校园创建。", 1},
		{"another figure", "周明强调，要新建公办幼儿园3所。\n陈立强调，要新建公办幼儿园5所。", 2},
		{"another date", "周明强调，要在6月底前建成公办幼儿园。\n陈立强调，要在8月底前建成公办幼儿园。", 2},
		{"another row", "周明强调，要抓实控辍保学。\n陈立强调，要推进平安校园创建。", 2},
		{"another thing of the row", "周明强调，要整治学校食堂。\n陈立强调，要加强防溺水教育。", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := Make(tt.in, Options{}); len(d.Proposals) != tt.want {
				t.Errorf("%d proposals; want %d: %+v", len(d.Proposals), tt.want, d.Proposals)
			}
		})
	}
}

func TestPrincipleMakesNoTask(t *testing.T) {
	for _, s := range []string{"周明指出，校园安全事关千家万户。", "要提高政治站位，深刻认识控辍保学的重要意义。", "坚持以习近平新时代中国特色社会主义思想为指导，落实立德树人根本任务。"} {
		d := Make(s, Options{})
		if len(d.Proposals) > 0 || d.Statements[0].Class != Principle {
			t.Errorf("%s: %q, %+v", s, d.Statements[0].Class, d.Proposals)
		}
	}
}

func TestGlossaryIsSound(t *testing.T) {
	if _, err := ReadGlossary(shipped); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"version: [", "rows: [{id: S1, words: [a, a], source: [x]}]", "unknown: 1", "stages: [{id: nursery, words: [a], source: [x]}]"} {
		if _, err := ReadGlossary([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzReadGlossary(f *testing.F) {
	f.Add(shipped)
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := ReadGlossary(b); err == nil {
			sound(t, Make("会议决定，由市教体局牵头，2025年底前新建幼儿园3所。", Options{Glossary: g}))
		}
	})
}
