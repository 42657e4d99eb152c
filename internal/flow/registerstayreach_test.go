// A file fills in nothing of people whom another part of the tree keeps, and what it
// fills in is checked.

package flow

import (
	"errors"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// Whoever lists a child or a teacher of another school by name and number is shown what
// was typed, and nothing that the other school keeps: no guardian, telephone, address or
// student number. Of the own ones what was known stays.
func TestAListShowsNothingOfWhomAnotherUnitKeeps(t *testing.T) {
	const why = "核对名册中的信息"
	onBoth(t, func(t *testing.T, dsn string) {
		b, head, other := newBooks(t, dsn), actor(auth.SchoolHead, "school"), actor(auth.SchoolHead, "point")
		b.t = t
		pupil, teacher := citizenNo("20150310", 101), citizenNo("19850310", 7)
		b.imported(head, []byte("姓名,身份证号,学籍号,学校标识码,年级,监护人,与监护人关系,联系电话,户籍地址,家庭住址\n"+
			"甲一,"+pupil+",G"+pupil+",2199000001,4,赵监护,父亲,13800000000,某村一组,某街1号\n"), RegisterOptions{Kind: store.AChild, Year: 2024})
		id, err := b.KeepStaff(b.ctx, head, register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher"},
			&register.Identity{Name: "孙立人", Citizen: teacher, Phone: "13800000009", Address: "某街2号"})
		if err != nil {
			t.Fatal(err)
		}
		rows, _, err := b.Children(b.ctx, head, register.ChildFilter{})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		roll := func(code string) []byte {
			return []byte("姓名,身份证号,学校标识码,年级\n甲一," + pupil + "," + code + ",4\n")
		}
		staff := func(code string) []byte {
			return []byte("姓名,身份证号,所在单位代码,人员类别,在岗状态,岗位\n孙立人," + teacher + "," + code + ",在编,在岗,专任\n")
		}
		for _, tt := range []struct {
			name  string
			id    register.PersonID
			files func(code string) []byte
			opt   RegisterOptions
			typed register.Identity
		}{
			{"a child on a list", rows[0].Person, roll, RegisterOptions{Kind: store.AChild, Year: 2024, List: register.InClass}, register.Identity{Name: "甲一", Citizen: pupil}},
			{"a teacher of another year", id, staff, RegisterOptions{Kind: store.AStaff, Year: 2025}, register.Identity{Name: "孙立人", Citizen: teacher}},
		} {
			was, err := b.Show(b.ctx, head, tt.id, why)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Show(b.ctx, other, tt.id, why); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s, before: %v", tt.name, err)
			}
			b.imported(head, tt.files("2199000001"), tt.opt)
			if is, err := b.Show(b.ctx, head, tt.id, why); err != nil || is != was {
				t.Errorf("%s, by its own school: %+v, %v", tt.name, is, err)
			}
			opt := tt.opt
			opt.Year++ // the next year has no row of it
			b.imported(other, tt.files("2199000002"), opt)
			if is, err := b.Show(b.ctx, other, tt.id, why); err != nil || is != tt.typed {
				t.Errorf("%s: the other school is shown %+v, %v; want what it typed", tt.name, is, err)
			}
			opt.Year++ // now it has a row of its own: that is what it typed too
			b.imported(other, tt.files("2199000002"), opt)
			if is, err := b.Show(b.ctx, other, tt.id, why); err != nil || is != tt.typed {
				t.Errorf("%s, once more: %+v, %v", tt.name, is, err)
			}
		}
	})
}

// A row that is filled in is checked as it is then: nobody stays on leave for ever and
// without proof because a file empties that and says nothing of the leave.
func TestWhatWasFilledInIsCheckedAgain(t *testing.T) {
	b, head := newBooks(t, begun.SQLite(t)), actor(auth.SchoolHead, "school")
	b.t = t
	no, opt := citizenNo("20150310", 101), RegisterOptions{Kind: store.AChild, Year: 2024}
	b.imported(head, []byte("姓名,身份证号,学校标识码,年级,就学状态,证明材料,批准单位,到期日期\n甲一,"+no+",2199000001,4,休学,证明一,县教育局,2025-07-01\n"), opt)
	got, err := b.Import(b.ctx, head, bytesOf([]byte("姓名,身份证号,学校标识码,年级,证明材料,到期日期\n甲一,"+no+",2199000001,4,,\n")), opt)
	if !errors.Is(err, fault.Blocked) || got.Blocking != 2 || len(got.Problems) != 2 || got.Problems[0].Field != "proof" || got.Problems[1].Field != "until" || got.Problems[0].Row != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	rows, _, err := b.Children(b.ctx, head, register.ChildFilter{})
	if err != nil || len(rows) != 1 || rows[0].Schooling != register.OnLeave || rows[0].Proof != "证明一" || rows[0].Until == 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	if got := b.imported(head, []byte("姓名,身份证号,学校标识码,年级\n甲一,"+no+",2199000001,4\n"), opt); got.Same != 1 || got.Found != 0 {
		t.Errorf("a file that says nothing of it: %+v", got)
	}
}

// Of two lines of one person of which the first is refused the second is filled in all
// the same: else it would empty what the register knows.
func TestTheSecondLineOfAPersonIsFilledIn(t *testing.T) {
	b, head := newBooks(t, begun.SQLite(t)), actor(auth.SchoolHead, "school")
	b.t = t
	no, opt := citizenNo("20150310", 101), RegisterOptions{Kind: store.AChild, Year: 2024, Skip: true}
	b.imported(head, []byte("姓名,身份证号,学籍号,学校标识码,年级,班级,监护人,联系电话\n甲一,"+no+",G"+no+",2199000001,4,3,赵监护,13800000000\n"), opt)
	got := b.imported(head, []byte("姓名,身份证号,学校标识码,年级\n甲一,"+no+",2199000002,4\n甲一,"+no+",2199000001,4\n"), opt)
	if got.Skipped != 1 || got.Same != 1 || got.Changed != 0 {
		t.Errorf("%+v", got)
	}
	rows, err := b.FindChildren(b.ctx, head, RegisterQuery{Number: "G" + no})
	if err != nil || len(rows) != 1 || rows[0].Class != "3" {
		t.Fatalf("%+v, %v", rows, err)
	}
	if who, err := b.Show(b.ctx, head, rows[0].Person, "核对名册中的信息"); err != nil || who.Guardian != "赵监护" || who.Phone != "13800000000" {
		t.Errorf("%+v, %v", who, err)
	}
}
