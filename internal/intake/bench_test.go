package intake_test

import (
	"os"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// nationPack knows the columns of the nation that the program gen of the folder
// shared/bench writes (gen -what schools): 500,000 sections of 17 columns.
func nationPack() *pack.Pack {
	p := &pack.Pack{ID: "nation", Stages: []edu.Stage{edu.Primary, edu.Junior}, Keys: []pack.Key{
		{Role: "code", Headers: []string{"school_id"}}, {Role: "province"}, {Role: "city"}, {Role: "county"},
		{Role: "stage", Headers: []string{"stage"}, Values: map[string]string{"1": "primary", "2": "junior"}},
	}}
	for _, id := range []string{"students", "t_degree", "t_backbone", "t_art", "mm_rooms", "classes", "t_all", "books", "computers"} {
		p.Elements = append(p.Elements, &pack.Element{ID: id, Type: edu.TypeCount, Level: edu.Section})
	}
	for _, id := range []string{"room_area", "sport_area", "equip"} {
		p.Elements = append(p.Elements, &pack.Element{ID: id, Type: edu.TypeArea, Level: edu.Section})
	}
	return p
}

// BenchmarkNation reads the file named by SHUREN_NATION_CSV, or any other
// format of it, to tables.
func BenchmarkNation(b *testing.B) {
	name := os.Getenv("SHUREN_NATION_CSV")
	if name == "" {
		b.Skip("set SHUREN_NATION_CSV to the nation's file")
	}
	p := nationPack()
	b.ReportAllocs()
	for b.Loop() {
		batch := read(b, p, intake.Options{}, intake.Path(name))
		if batch.Total != 0 || batch.Tables[0].N != 500_000 || len(batch.Tables[0].Cols) != 12 {
			b.Fatal(batch.Problems)
		}
	}
}
