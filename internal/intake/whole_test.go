package intake_test

import (
	"strings"
	"testing"

	"shuren/internal/intake"
)

const mixedHead = "学年,学校标识码,学校名称,学段,县区代码,在校生,专任教师,教学及辅助用房面积,教学仪器设备值(万元)\n"

func TestWholeSchoolRows(t *testing.T) {
	p := open(t, "cn-compulsory")
	for _, tt := range []struct {
		name, file, rows string
		want             string // the tables, without their places
		says             []string
		silent           string // what no problem may say
	}{
		{
			name: "a school-level table beside that of the sections",
			rows: "2025,2199000001,育才学校,小学,990101,166,12,,\n2025,2199000001,育才学校,初中,990101,210,20,,\n2025,2199000001,育才学校,全校,990101,,,23226,376\n2025,2199000002,城关小学,小学,990101,300,20,1500,90\n",
			want: `2025 section
2 2199000001/primary 育才学校 county:990101 area_teaching=_ equipment=_ pupils=166 teachers=12
3 2199000001/junior 育才学校 county:990101 area_teaching=_ equipment=_ pupils=210 teachers=20
5 2199000002/primary 城关小学 county:990101 area_teaching=1500 equipment=900000 pupils=300 teachers=20
2025 school
4 2199000001/ 育才学校 county:990101 area_teaching=23226 equipment=3760000
`,
			silent: "is required, but missing here",
		},
		{
			name: "other words, and two years",
			rows: "2024,2199000001,育才学校,小学,990101,166,12,,\n2024,2199000001,育才学校,全校共用,990101,,,100,1\n2025,2199000001,育才学校,小学,990101,166,12,,\n2025,2199000001,育才学校,whole_school,990101,,,200,2\n",
			want: `2024 section
2 2199000001/primary 育才学校 county:990101 area_teaching=_ equipment=_ pupils=166 teachers=12
2025 section
4 2199000001/primary 育才学校 county:990101 area_teaching=_ equipment=_ pupils=166 teachers=12
2024 school
3 2199000001/ 育才学校 county:990101 area_teaching=100 equipment=10000
2025 school
5 2199000001/ 育才学校 county:990101 area_teaching=200 equipment=20000
`,
		},
		{
			name: "what is no shared resource is not read there, and said so",
			rows: "2025,2199000001,育才学校,小学,990101,166,12,,\n2025,2199000001,育才学校,共用,990101,376,32,100,1\n",
			want: `2025 section
2 2199000001/primary 育才学校 county:990101 area_teaching=_ equipment=_ pupils=166 teachers=12
2025 school
3 2199000001/ 育才学校 county:990101 area_teaching=100 equipment=10000
`,
			says: []string{
				"s.csv, row 3, column 在校生: is asked of each section, so it was not read in rows about a whole school (rows 3)",
				"s.csv, row 3, column 专任教师: is asked of each section, so it was not read in rows about a whole school (rows 3)",
			},
		},
		{
			name: "an empty cell of the whole leaves the sections' own cells required",
			rows: "2025,2199000001,育才学校,小学,990101,166,12,,50\n2025,2199000001,育才学校,全校,990101,,,,\n",
			says: []string{"s.csv, row 2, column 教学及辅助用房面积: is required, but missing here"},
		},
		{
			name: "two rows of one whole school",
			rows: "2025,2199000001,育才学校,小学,990101,166,12,,\n2025,2199000001,育才学校,全校,990101,,,1,1\n2025,2199000001,育才学校,共用,990101,,,2,1\n",
			says: []string{`s.csv, row 4, column 学校标识码: "2199000001" is there already in row 3`},
		},
		{
			name: "the name of a file says nothing of its rows",
			file: "全校小学.csv",
			rows: "2025,2199000001,育才学校,全校,990101,,,1,1\n",
			want: `2025 school
2 2199000001/ 育才学校 county:990101 area_teaching=1 equipment=10000
`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := tt.file
			if name == "" {
				name = "s.csv"
			}
			b := read(t, p, intake.Options{}, text(name, mixedHead+tt.rows))
			if tt.want != "" {
				same(t, "tables", dump(b.Tables...), tt.want)
			}
			all := every(b)
			for _, want := range tt.says {
				if !strings.Contains(all, want) {
					t.Errorf("no problem says %q:\n%s", want, all)
				}
			}
			if tt.silent != "" && strings.Contains(all, tt.silent) {
				t.Errorf("a problem says %q:\n%s", tt.silent, all)
			}
		})
	}

	b := read(t, p, intake.Options{}, text("全校小学.csv", strings.ReplaceAll(mixedHead, "学段,", "")+"2025,2199000001,育才学校,990101,166,12,1,1\n"))
	if got := dump(b.Tables...); !strings.Contains(got, "2199000001/primary") {
		t.Errorf("a file named 全校小学 has\n%s", got)
	}
	b = read(t, p, intake.Options{}, text("班级名册.csv", "学年,学校标识码,学段,年级,班级,班级类型,班级人数\n2025,2199000001,全校,一年级,1,普通班,40\n"))
	if all := every(b); b.Blocking == 0 || !strings.Contains(all, `"全校" is not a known stage of schooling`) {
		t.Errorf("a class of the whole school:\n%s", all)
	}
}

// every lists all problems, a line each.
func every(b *intake.Batch) string {
	var out strings.Builder
	for _, p := range b.Problems {
		out.WriteString(p.String() + "\n")
	}
	return out.String()
}
