package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// class is one row of the class list.
type class struct {
	grade            int // 1 to 9
	no               string
	kind             string // choice of the pack's class_kind
	pupils, boarders int
}

// classes divides the pupils of each grade into classes. In the smallest
// schools several grades sit in one room: that class stands under the lowest of
// its grades.
func (c *City) classes(s *section, y int) []class {
	r := c.random("classes", s.index*years+y)
	limit := s.limit
	if s.school.setting == town {
		limit += max(0, 6-3*y) // large classes were still being resolved
	}
	rate := s.boarding(c)
	var all []class
	put := func(grade, no, pupils int, kind string) {
		boarders := int(math.Round(float64(pupils) * min(1, rate*(.55+.1*float64(grade%7)))))
		all = append(all, class{grade, fmt.Sprintf("%d班", no), kind, pupils, boarders})
	}
	if n := s.total(y); s.school.setting == point && n <= 24 {
		together := 2
		if n <= 11 {
			together = 6
		}
		for g := 0; g < 6; g += together {
			sum, lowest := 0, -1
			for k := g; k < min(6, g+together); k++ {
				if s.pupils[y][k] > 0 && lowest < 0 {
					lowest = k
				}
				sum += s.pupils[y][k]
			}
			if sum > 0 {
				put(lowest+1, 1, sum, "multigrade")
			}
		}
		return all
	}
	for g, n := range s.pupils[y] {
		if n == 0 {
			continue
		}
		k := (n + limit - 1) / limit
		sizes := make([]int, k)
		for i := range sizes {
			sizes[i] = n / k
			if i < n%k {
				sizes[i]++
			}
		}
		for i := 0; i+1 < k; i += 2 {
			move := min(r.IntN(3), limit-sizes[i])
			sizes[i] += move
			sizes[i+1] -= move
		}
		for i, size := range sizes {
			kind := "regular"
			if i == 0 && r.chance(.04) {
				kind = "inclusive"
			}
			put(g+1, i+1, size, kind)
		}
	}
	return all
}

// classCount is how many classes a section has in a year if every grade has its
// own, and about how many pupils the largest of them.
func (s *section) classCount(y int) (n, largest int) {
	for _, pupils := range s.pupils[y] {
		if pupils > 0 {
			k := (pupils + s.limit - 1) / s.limit
			n += k
			largest = max(largest, (pupils+k-1)/k)
		}
	}
	return n, largest
}

// boarding is the part of a section's pupils who board.
func (s *section) boarding(c *City) float64 {
	r := c.random("boarding", s.index)
	if s.stage == edu.Junior {
		return [settings]float64{.3, .72, .6, .6}[s.school.setting] * r.between(.8, 1.2)
	}
	switch s.school.setting {
	case town:
		return .03 * r.Float64()
	case centre:
		return r.between(.15, .4)
	case village:
		if r.chance(.7) {
			return 0
		}
		return r.between(.05, .25)
	default:
		return 0
	}
}

// room is one row of the room list.
type room struct {
	no   string
	kind string // choice of the pack's room_kind
	area float64
	year int
}

// rooms are the special rooms in use in a year: a music and an art room for
// every twelve classes, where the section does not fall short of that.
func (c *City) rooms(s *section, y int) []room {
	r := c.random("rooms", s.index)
	most, largest := 0, 0
	for k := range years {
		if n, size := s.classCount(k); s.in(k) {
			most, largest = max(most, n), max(largest, size)
		}
	}
	need := (most + 11) / 12
	music, art := 96.0, 90.0
	switch {
	case s.school.urban >= "200" && largest < 28:
		music, art = 61, 61
	case s.school.built <= 2012 && r.chance(.6):
		music, art = 73, 67
	}
	rate := counties[s.school.county].guarantee
	lacksRoom, lacksArea := r.chance(rate/2), r.chance(rate/3)
	if s.school.setting == point && rate > 0 {
		lacksRoom = lacksRoom || r.chance(.1)
	}
	var all []room
	floor := 1
	put := func(kind string, n int, area float64, late bool) {
		for i := range n {
			x := room{fmt.Sprintf("%d%02d", floor, i+1), kind, math.Round(10*area*r.between(1, 1.14)) / 10, max(s.school.built, 1990+r.IntN(28))}
			if late && i == n-1 && r.chance(.25) {
				x.year = max(x.year, firstYear+r.IntN(years-1))
			}
			if firstYear+y >= x.year {
				all = append(all, x)
			}
		}
		floor++
	}
	musicRooms := need
	if lacksRoom {
		musicRooms--
	}
	put("music", musicRooms, music, true)
	if lacksArea {
		art = 46
	}
	put("art", need, art, true)
	if s.school.setting != point {
		put("computer", (most+17)/18, 88, false)
		labs := (most + 17) / 18
		if s.stage == edu.Junior {
			labs = max(2, (most+7)/8)
		}
		put("lab", labs, 84, false)
	}
	return all
}
