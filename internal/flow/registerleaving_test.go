package flow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Who left and whose new school has not answered is found from the stored register
// alone: of those who left long ago it is a suspicion, of others the receipt is
// awaited, and a receipt, a proof or another kind of leaving ends it.
func TestTransfersWithoutReceiptAreFoundInTheStoredRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east := actor(auth.RetentionOfficer, "east")
		today := edu.DateOf(b.now())
		day := func(before int) string { return (today - edu.Date(before)).Time().Format(time.DateOnly) }
		row := func(serial int, rest string) string {
			return citizenNo("20150310", serial) + ",学生" + string(rune('一'+serial)) + ",2199000001,四年级," + rest + "\n"
		}
		file := "身份证号,姓名,学校标识码,年级,就学状态,离校日期,离校类型,去向学校,转学回执,证明类型,批准文号\n" +
			row(1, ",,,,,,") + // stays
			row(2, ","+day(90)+",转学,外县一小,,,") + // no receipt in time
			row(3, ","+day(3)+",转学,外县一小,否,,") + // awaited
			row(4, ","+day(90)+",转学,外县一小,"+day(60)+",,") + // answered
			row(5, ","+day(90)+",死亡,,,户籍证明,") + // no transfer
			row(6, ","+day(90)+",出国（境）,外国小学,,在读证明,") // elsewhere, with proof
		b.imported(auth.Operator(), []byte(file), RegisterOptions{Year: 2024})
		b.imported(auth.Operator(), []byte("身份证号,姓名,学校标识码,年级\n"+citizenNo("20150310", 7)+",学生甲,2199000001,三年级\n"), RegisterOptions{Year: 2023})
		got, err := b.Compare(ctx, east, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		found, err := b.Found(ctx, east, got, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := b.Children(ctx, east, register.ChildFilter{Year: 2024, Size: -1, Left: true})
		if err != nil || len(list) != 5 {
			t.Fatalf("%d left, %v", len(list), err)
		}
		want := map[string]string{day(90) + " transfer  false": "no_receipt", day(3) + " transfer  false": "receipt_awaited", day(90) + " dead household false": "dead", day(90) + " abroad certificate false": "elsewhere"}
		for _, c := range list {
			key := strings.Join([]string{c.Left.String(), c.Leaving, c.ProofKind, map[bool]string{true: "true", false: "false"}[c.Received]}, " ")
			i := slices.IndexFunc(found, func(r Reconciled) bool { return r.Person == c.Person })
			if w := want[key]; w == "" && i >= 0 || w != "" && w != "elsewhere" && (i < 0 || !slices.Contains(found[i].Reasons, w)) {
				t.Errorf("%s: record %d; want %q in %+v", key, i, w, found)
			} else if w == "no_receipt" && found[i].Ledger != "suspected" {
				t.Errorf("%+v is no suspicion", found[i])
			}
			delete(want, key)
		}
		if len(want) > 0 || got.Reasons["no_receipt"] != 1 || got.Reasons["elsewhere"] != 1 {
			t.Errorf("not found: %v, reasons %v", want, got.Reasons)
		}
		if _, n, err := b.Children(ctx, east, register.ChildFilter{Year: 2024, Awaited: true}); err != nil || n != 3 {
			t.Errorf("%d without a receipt, %v; want 3: two transfers and one abroad", n, err)
		}
	})
}

// What was said of leaving is held to itself.
func TestLeavingIsChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		for name, move := range map[string]register.Move{
			"a kind without its day": {Leaving: register.Transfer}, "a kind that is none": {Left: 19700, Leaving: "perhaps"}, "before birth": {Left: 10000},
			"a receipt to come": {Left: 19700, Receipt: 40000}, "a number in a school's name": {Left: 19700, ToSchool: citizenNo("20150310", 1)}, "a proof that is none": {ProofKind: "word"},
		} {
			c, who := pupil("钱明远", 1)
			c.Move = move
			if _, err := b.KeepChild(ctx, auth.Operator(), c, who); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		c, who := pupil("钱明远", 1)
		c.Move = register.Move{Left: 19700, ToSchool: "外县一小", Receipt: 19710}
		id, err := b.KeepChild(ctx, auth.Operator(), c, who)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Child(ctx, auth.Operator(), id)
		if want := (register.Move{Left: 19700, Leaving: register.Transfer, ToSchool: "外县一小", Received: true, Receipt: 19710}); err != nil || got.Move != want || got.Schooling != "" {
			t.Errorf("%+v, %q, %v; want %+v", got.Move, got.Schooling, err, want)
		}
	})
}

// A child that left is taken over by the import of the county that it went to; of one
// that did not, that county's file is told that the child is elsewhere.
func TestWhoLeftIsTakenOverByTheNewCounty(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east, west := actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west")
		file := "身份证号,姓名,学校标识码,年级,离校日期,离校类型\n" + citizenNo("20150310", 1) + ",学生甲,2199000001,四年级,2024-10-08,转学\n" + citizenNo("20150310", 2) + ",学生乙,2199000001,四年级,,\n"
		b.imported(east, []byte(file), RegisterOptions{Year: 2024})
		got := b.imported(west, []byte("身份证号,姓名,户籍地单位\n"+citizenNo("20150310", 1)+",学生甲,990102\n"+citizenNo("20150310", 2)+",学生乙,990102\n"), RegisterOptions{Year: 2024, Skip: true})
		if got.Changed != 1 || got.Skipped != 1 {
			t.Errorf("%+v", got)
		}
		for name, tt := range map[string]struct {
			who  auth.Actor
			want int
		}{"east": {east, 1}, "west": {west, 1}} {
			if list, n, err := b.Children(ctx, tt.who, register.ChildFilter{Year: 2024}); err != nil || n != tt.want || list[0].Left != 0 {
				t.Errorf("%s: %d, %v, %+v", name, n, err, list)
			}
		}
	})
}
