package edu

import "fmt"

// Level is a level of the tree of units, from the root down.
type Level uint8

const (
	NoLevel Level = iota
	// Root is the whole of a file that has no upper levels; it is written "all".
	Root
	Nation
	Province
	City
	County
	Township
	School
	Section
	NumLevels = int(Section) + 1
)

var levelNames = [...]string{"", "all", "nation", "province", "city", "county", "township", "school", "section"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel reads what String wrote.
func ParseLevel(s string) (Level, error) {
	for i := 1; i < len(levelNames); i++ {
		if levelNames[i] == s {
			return Level(i), nil
		}
	}
	return NoLevel, fmt.Errorf("%q is not a level: all, nation, province, city, county, township, school or section", s)
}

// Stage is a stage of schooling that a section teaches. The empty Stage is for
// data that do not tell stages apart, and for county-level answers.
type Stage string

const (
	Preschool  Stage = "preschool"
	Primary    Stage = "primary"
	Junior     Stage = "junior"
	Senior     Stage = "senior"
	Vocational Stage = "vocational"
	Special    Stage = "special"
	Higher     Stage = "higher"
)

// Stages lists the stages in the order in which they are shown.
var Stages = []Stage{Preschool, Primary, Junior, Senior, Vocational, Special, Higher}
