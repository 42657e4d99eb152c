package han

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"simplified stays", "云岫市霁川县第一小学", "云岫市霁川县第一小学"},
		{"traditional", "雲南省曲靖市第一中學", "云南省曲靖市第一中学"},
		{"a phrase decides", "乾隆年間的乾燥", "乾隆年间的干燥"},
		{"a mark behind each character", "树(shù)人(rén)小学", "树人小学"},
		{"full-width, two syllables", "曲靖（qǔ jìng）市", "曲靖市"},
		{"written together", "曲靖（qǔjìng）市", "曲靖市"},
		{"with an apostrophe", "西安(xī'ān)路小学", "西安路小学"},
		{"tones as digits", "树(shu4)人(ren2)", "树人"},
		{"tones as digits, together", "曲靖(qu3jing4)市", "曲靖市"},
		{"combining marks", "树(shu\u0300)人", "树人"},
		{"ü", "绿(lǜ)色学校", "绿色学校"},
		{"mixed brackets", "树（shù)人", "树人"},
		{"square brackets", "树[shù]人【rén】", "树人"},
		{"blanks around it", "曲靖 (qǔ jìng) 市", "曲靖市"},
		{"twice", "树(shù)(shù)人", "树人"},
		{"a campus stays", "实验小学（东校区）", "实验小学（东校区）"},
		{"a letter stays", "实验小学(A)", "实验小学(A)"},
		{"a building stays", "教学楼(A1)", "教学楼(A1)"},
		{"a number stays", "第一小学（1）", "第一小学（1）"},
		{"a word stays", "北京大学(PKU)附中", "北京大学(PKU)附中"},
		{"pinyin without tones stays", "曲靖(qujing)市", "曲靖(qujing)市"},
		{"more syllables than characters", "市(qǔ jìng)", "市(qǔ jìng)"},
		{"nothing before it", "(shù)人", "(shù)人"},
		{"not pinyin", "学校(ŝùx)", "学校(ŝùx)"},
		{"open bracket", "树(shù人", "树(shù人"},
		{"both at once", "樹(shù)人學校（東校區）", "树人学校（东校区）"},
		{"invisible characters", "\ufeff第一\u200b小学\u3000", "第一小学"},
		{"English", "  No. 1 School\t", "No. 1 School"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := Normalise(tt.in)
			if got != tt.want || changed != (tt.in != tt.want) {
				t.Errorf("Normalise(%q) = %q, %v; want %q", tt.in, got, changed, tt.want)
			}
		})
	}
}

// pieces are what names with noise are made of.
var pieces = rapid.SampledFrom([]string{"樹", "树", "人", "學", "乾", "隆", "么", "麼", "瞭", "解", "(", ")", "（", "）", "shù", "ren2", "rén", " ", "'", "A", "1", "[", "】", "曲", "靖", "u\u0308", "\u0300", "\u200d", "於", "著", "徵", "鍾"})

func TestCleaningACleanTextChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 14).Draw(t, "pieces"), "") + rapid.String().Draw(t, "more")
		once, _ := Normalise(s)
		if again, changed := Normalise(once); changed {
			t.Fatalf("%q -> %q -> %q", s, once, again)
		}
	})
}

// Names as a map service had them in 2019: all simplified, campuses in brackets.
func TestRealNamesStay(t *testing.T) {
	f, err := os.Open(testkit.Shared(t, "data/yunnan-school-names/yunnan_school_poi_names_2019.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 1000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows[1:] {
		name := r[len(r)-1]
		if got, changed := Normalise(name); changed && strings.TrimSpace(name) != got {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"树(shù)人(rén)", "曲靖（qǔ jìng）市", "雲南", "(((", "树(shu4", "\xff", "么麼"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := Normalise(s)
		if again, changed := Normalise(once); changed {
			t.Errorf("%q -> %q -> %q", s, once, again)
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for b.Loop() {
		Normalise("曲靖（qǔ jìng）市第一中學（東校區）")
	}
}
