// Package nation makes the synthetic nation of the benchmarks: half a million
// sections in 2,844 counties. The same seed gives the same bytes, so every
// engine is asked about the same figures and must give the same answer.
package nation

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
)

// The size of the nation, and what comes out when it is judged by the pack in
// packs/bench-nation@1.
const (
	Sections  = 500_000
	Provinces = 31
	Cities    = 333
	Counties  = 2844

	SectionsMet = 212_227
	CountiesMet = 1_063
)

// Section is one row.
type Section struct {
	School     int     `parquet:"school_id"`
	Province   int     `parquet:"province"`
	City       int     `parquet:"city"`
	County     int     `parquet:"county"`
	Stage      int     `parquet:"stage"` // 1 primary, 2 junior
	Students   int     `parquet:"students"`
	Degree     int     `parquet:"t_degree"` // teachers
	Backbone   int     `parquet:"t_backbone"`
	Art        int     `parquet:"t_art"`
	RoomArea   float64 `parquet:"room_area"`
	SportArea  float64 `parquet:"sport_area"`
	Equip      float64 `parquet:"equip"`
	MMRooms    int     `parquet:"mm_rooms"`
	Classes    int     `parquet:"classes"` // these and what follows no indicator reads
	AllTeacher int     `parquet:"t_all"`
	Books      int     `parquet:"books"`
	Computers  int     `parquet:"computers"`
}

// random is splitmix64.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func (r *random) float() float64               { return float64(r.next()>>11) / (1 << 53) }
func (r *random) intn(n int) int               { return int(r.next() % uint64(n)) }
func (r *random) between(a, b float64) float64 { return a + (b-a)*r.float() }

// Each calls do for every section of a nation of n.
func Each(n int, seed uint64, do func(*Section)) {
	r := random(seed)
	for i := range n {
		s := Section{School: 1000000000 + i, County: i % Counties, Stage: 1}
		s.City = s.County * Cities / Counties
		s.Province = s.City * Provinces / Cities
		if r.intn(10) < 3 {
			s.Stage = 2
		}
		// A county has a level of its own; around it every figure varies by school.
		own := random(uint64(s.County)*7919 + seed)
		level := own.between(0.9, 1.15)
		s.Students = 80 + r.intn(2000)
		students := float64(s.Students)
		around := func(mean, spread float64) float64 {
			return max(0, mean*level*(1+spread*(r.float()+r.float()+r.float()-1.5)))
		}
		whole := func(x float64) int { return int(x + .5) }
		s.AllTeacher = whole(students * around(0.065, .2))
		s.Degree = whole(students / 100 * around(5.2, .35))
		s.Backbone = whole(students / 100 * around(1.25, .4))
		s.Art = whole(students / 100 * around(1.15, .4))
		s.RoomArea = cents(students * around(5.6, .4))
		s.SportArea = cents(students * around(8.9, .45))
		s.Equip = cents(students * around(2600, .5))
		s.MMRooms = whole(students / 200 * around(2.9, .35))
		s.Classes = (s.Students + 44) / 45
		s.Books = r.intn(30000)
		s.Computers = r.intn(400)
		do(&s)
	}
}

// cents is a figure with two decimals, as it is written to a file.
func cents(x float64) float64 {
	var b [32]byte
	f, err := strconv.ParseFloat(string(strconv.AppendFloat(b[:0], x, 'f', 2, 64)), 64)
	if err != nil {
		panic(err) // it was just written as a number
	}
	return f
}

// Header is the head of the CSV file.
const Header = "school_id,province,city,county,stage,students,t_degree,t_backbone,t_art,room_area,sport_area,equip,mm_rooms,classes,t_all,books,computers"

// WriteCSV writes a nation of n sections.
func WriteCSV(to io.Writer, n int, seed uint64) error {
	w := bufio.NewWriterSize(to, 1<<20)
	w.WriteString(Header + "\n")
	var b []byte
	Each(n, seed, func(s *Section) {
		b = strconv.AppendInt(b[:0], int64(s.School), 10)
		for _, k := range [...]int{s.Province, s.City, s.County, s.Stage, s.Students, s.Degree, s.Backbone, s.Art} {
			b = strconv.AppendInt(append(b, ','), int64(k), 10)
		}
		for _, f := range [...]float64{s.RoomArea, s.SportArea, s.Equip} {
			b = strconv.AppendFloat(append(b, ','), f, 'f', 2, 64)
		}
		for _, k := range [...]int{s.MMRooms, s.Classes, s.AllTeacher, s.Books, s.Computers} {
			b = strconv.AppendInt(append(b, ','), int64(k), 10)
		}
		w.Write(append(b, '\n'))
	})
	return w.Flush()
}

// WriteFile makes a file, or leaves none where it cannot be written whole.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
