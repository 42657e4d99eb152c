package flow

import (
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// A file that lacks a column leaves what the register has there as it is, an empty cell
// of a column that it has is an answer, and no file takes away a number, a guardian or a
// telephone: lists to compare with have the fewest columns, and must not empty the
// register of who its children are.
func TestWhatAFileDoesNotSayStays(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, head := newBooks(t, dsn), actor(auth.SchoolHead, "school")
		b.t, b.chunk = t, 2
		no := func(i int) string { return citizenNo("20150310", 101+2*i) }
		whole := "姓名,身份证号,学籍号,学校标识码,学段,年级,班级,是否住校,群体标记,证明材料,监护人,联系电话\n"
		for i, name := range []string{"甲一", "乙二", "丙三"} {
			whole += name + "," + no(i) + ",G" + no(i) + ",2199000001,小学,4,3,是,监测户、留守,证明" + "一,赵监护,1380000000" + string('0'+rune(i)) + "\n"
		}
		opt := RegisterOptions{Kind: store.AChild, Year: 2024}
		if got := b.imported(head, []byte(whole), opt); got.New != 3 || got.Unread != nil {
			t.Fatalf("%+v", got)
		}
		for _, tt := range []struct {
			name, file    string
			list          register.List
			changed, same int
			row           string // of the first pupil: class, boards, groups, proof
			who           string // guardian, phone, whether its student number finds it
		}{
			{"the same columns", whole, "", 0, 3, "3 true 监测户留守 证明一", "赵监护 13800000000 found"},
			{"few columns", "姓名,身份证号,学校标识码,年级\n甲一," + no(0) + ",2199000001,4\n", "", 0, 1, "3 true 监测户留守 证明一", "赵监护 13800000000 found"},
			{"a list to compare with", "姓名,身份证号,学校标识码,年级\n甲一," + no(0) + ",2199000001,4\n", register.InClass, 0, 0, "3 true 监测户留守 证明一", "赵监护 13800000000 found"},
			{"a new telephone, no guardian", "姓名,身份证号,学校标识码,年级,监护人,联系电话\n甲一," + no(0) + ",2199000001,4,,13900000000\n", "", 1, 0, "3 true 监测户留守 证明一", "赵监护 13900000000 found"},
			{"a column of one group", "姓名,身份证号,学校标识码,年级,是否留守儿童\n甲一," + no(0) + ",2199000001,4,否\n", "", 1, 0, "3 true 监测户 证明一", "赵监护 13900000000 found"},
			{"an empty cell is an answer", "姓名,身份证号,学校标识码,年级,班级,是否住校,证明材料\n甲一," + no(0) + ",2199000001,4,,,\n", "", 1, 0, " false 监测户 ", "赵监护 13900000000 found"},
			{"two lines of one person", "姓名,身份证号,学校标识码,年级\n甲一," + no(0) + ",2199000001,5\n甲一," + no(0) + ",2199000001,6\n", "", 1, 0, " false 监测户 ", "赵监护 13900000000 found"},
		} {
			o := opt
			o.List, o.Skip = tt.list, strings.Contains(tt.name, "two lines")
			got := b.imported(head, []byte(tt.file), o)
			if got.Changed != tt.changed || got.Same != tt.same || got.New != 0 {
				t.Errorf("%s: %+v", tt.name, got)
			}
			rows, err := b.FindChildren(b.ctx, head, RegisterQuery{Number: "G" + no(0)})
			if err != nil || len(rows) != 1 {
				t.Fatalf("%s: the student number finds %d, %v", tt.name, len(rows), err)
			}
			c, groups := rows[0].Child, ""
			for i, g := range register.GroupTerms {
				if c.Groups.Has(1 << i) {
					groups += g.Text.ZH
				}
			}
			if row := strings.Join([]string{c.Class, map[bool]string{true: "true", false: "false"}[c.Boards], groups, c.Proof}, " "); row != tt.row {
				t.Errorf("%s: the row is %q, want %q", tt.name, row, tt.row)
			}
			who, err := b.Show(b.ctx, head, c.Person, "核对名册中的信息")
			if is := who.Guardian + " " + who.Phone + " found"; err != nil || is != tt.who || who.Student != "G"+no(0) {
				t.Errorf("%s: %q, %v; want %q", tt.name, is, err, tt.who)
			}
		}
	})
}

// At another school class, state of schooling and proof are the file's alone; a child
// that left and is read in as enrolled is there again; why a teacher does not move has no
// column and is kept.
func TestWhatStaysAtAnotherSchoolAndOfStaff(t *testing.T) {
	b, city := newBooks(t, begun.SQLite(t)), auth.Operator()
	b.t = t
	no := citizenNo("20150310", 101)
	opt := RegisterOptions{Kind: store.AChild, Year: 2024}
	line := func(heads, cells string) []byte {
		return []byte("姓名,身份证号,学校标识码,年级" + heads + "\n甲一," + no + "," + cells + "\n")
	}
	for _, tt := range []struct {
		name        string
		file        []byte
		school      string
		class, left string
		state       register.Schooling
	}{
		{"first", line(",班级,证明材料", "2199000001,4,3,证明一"), "school", "3", "", register.Enrolled},
		{"it leaves", line(",离校日期,离校类型", "2199000001,4,2024-10-08,转学"), "school", "3", "2024-10-08", ""},
		{"of who left nothing is said", line(",监护人", "2199000001,4,赵监护"), "school", "3", "2024-10-08", ""},
		{"it is there again", line(",就学状态", "2199000001,4,本县在读"), "school", "3", "", register.Enrolled},
		{"at another school", line("", "2199000002,4"), "point", "", "", register.Enrolled},
	} {
		b.imported(city, tt.file, opt)
		rows, _, err := b.Children(b.ctx, city, register.ChildFilter{Year: 2024})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %d rows, %v", tt.name, len(rows), err)
		}
		c := rows[0].Child
		left := ""
		if c.Left != 0 {
			left = c.Left.String()
		}
		if c.Class != tt.class || left != tt.left || c.Schooling != tt.state || string(c.School) != tt.school || (c.Proof == "") != (tt.school != "school") {
			t.Errorf("%s: %+v", tt.name, c)
		}
	}
	m := register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher", Subject: "语文", Hours: 12, Hold: "ill"}
	teacher := citizenNo("19850310", 7)
	id, err := b.KeepStaff(b.ctx, city, m, &register.Identity{Name: "孙立人", Citizen: teacher, Phone: "13800000009"})
	if err != nil {
		t.Fatal(err)
	}
	file := []byte("姓名,身份证号,所在单位代码,人员类别,在岗状态,岗位,班主任\n孙立人," + teacher + ",2199000001,在编,在岗,专任,是\n")
	for i, want := range []int{1, 0} {
		if got := b.imported(city, file, RegisterOptions{Kind: store.AStaff, Year: 2024}); got.Changed != want || got.Same != 1-want {
			t.Errorf("read %d times: %+v", i+1, got)
		}
	}
	if row, err := b.Staff(b.ctx, city, id); err != nil || row.Hold != "ill" || row.Hours != 12 || row.Subject != "语文" || !row.ClassHead {
		t.Errorf("%+v, %v", row, err)
	}
	// New keys change nothing of that.
	if _, err := b.Rotate(b.ctx, city, RotateOptions{Suite: ident.SM4}); err != nil {
		t.Fatal(err)
	}
	if got := b.imported(city, line("", "2199000002,4"), opt); got.Same != 1 {
		t.Errorf("after a change of keys: %+v", got)
	}
}
