package council

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

// Service is the yearly report on duties (述职) of a leader or of a unit's leading
// group. Every figure in it is counted from what the system has; nothing can be
// typed.
type Service struct {
	Year   int
	Day    edu.Date   // of which it speaks: the end of the year, or today while it runs
	Leader string     // empty where it is of the whole unit
	Unit   edu.UnitID // of whom the report is; empty is the city
	Figures
	Turns   []Turn
	Links   []Linked
	Visits  []Visit
	Honours []Honour
}

// Figures are a year's counts.
type Figures struct {
	Given, Closed, ClosedLate, Open, Overdue, Extended int // tasks
	Meetings, Decisions, Decided                       int // meetings held; decisions that became tasks; of those closed
	Duties, OnTime, Late, Owed                         int // turns whose cycle is over
	Schools, Visited, Problems, Solved                 int // linked schools; those visited; problems that became tasks; of those closed
}

// Count fills in what follows from the lists of the report on a day.
func (s *Service) Count(day edu.Date) {
	s.Duties, s.OnTime, s.Late, s.Owed = 0, 0, 0, 0
	for _, t := range s.Turns {
		switch t.On(day) {
		case OnTime:
			s.Duties, s.OnTime = s.Duties+1, s.OnTime+1
		case DoneLate:
			s.Duties, s.Late = s.Duties+1, s.Late+1
		case Owed:
			s.Duties, s.Owed = s.Duties+1, s.Owed+1
		case Ahead:
		}
	}
	schools, visited := map[edu.UnitID]bool{}, map[edu.UnitID]bool{}
	for _, l := range s.Links {
		schools[l.School] = true
	}
	for _, v := range s.Visits {
		if schools[v.School] {
			visited[v.School] = true
		}
	}
	s.Schools, s.Visited = len(schools), len(visited)
}

// Says is the report in sentences, by plain rules. A part of which there is
// nothing is left out.
func (s *Service) Says() (out []edu.Text) {
	say := func(n int, zh, en string) {
		if n > 0 {
			out = append(out, edu.Text{ZH: zh, EN: en})
		}
	}
	say(s.Meetings, fmt.Sprintf("召开会议%d次，议定事项和工作要求转为任务%d项，已办结%d项。", s.Meetings, s.Decisions, s.Decided),
		fmt.Sprintf("Meetings held: %d; decisions and demands that became tasks: %d, closed: %d.", s.Meetings, s.Decisions, s.Decided))
	say(s.Given, fmt.Sprintf("承担任务%d项：已办结%d项（其中逾期办结%d项），在办%d项（其中逾期%d项），延期%d项。", s.Given, s.Closed, s.ClosedLate, s.Open, s.Overdue, s.Extended),
		fmt.Sprintf("Tasks: %d; closed: %d, of these late: %d; open: %d, of these overdue: %d; extended: %d.", s.Given, s.Closed, s.ClosedLate, s.Open, s.Overdue, s.Extended))
	say(s.Duties, fmt.Sprintf("应履行职责%d次：按期%d次，逾期补做%d次，未做%d次。", s.Duties, s.OnTime, s.Late, s.Owed),
		fmt.Sprintf("Duties that came round: %d; done in time: %d, late: %d, not done: %d.", s.Duties, s.OnTime, s.Late, s.Owed))
	say(s.Schools, fmt.Sprintf("挂联学校%d所，走访%d次，走访到%d所；发现的问题转为任务%d项，已办结%d项。", s.Schools, len(s.Visits), s.Visited, s.Problems, s.Solved),
		fmt.Sprintf("Linked schools: %d; visited: %d, in %d visits; problems that became tasks: %d, closed: %d.", s.Schools, s.Visited, len(s.Visits), s.Problems, s.Solved))
	say(len(s.Honours), fmt.Sprintf("获得荣誉%d项（%s）。", len(s.Honours), s.byRank("zh")), fmt.Sprintf("Honours: %d (%s).", len(s.Honours), s.byRank("en")))
	return out
}

func (s *Service) byRank(lang string) string {
	var parts []string
	for _, r := range Ranks {
		n := 0
		for _, h := range s.Honours {
			if h.Level == r {
				n++
			}
		}
		switch {
		case n == 0:
		case lang == "zh":
			parts = append(parts, fmt.Sprintf("%s%d项", r.Name().ZH, n))
		default:
			parts = append(parts, fmt.Sprintf("%s %d", r.Name().EN, n))
		}
	}
	if lang == "zh" {
		return strings.Join(parts, "，")
	}
	return strings.Join(parts, ", ")
}
