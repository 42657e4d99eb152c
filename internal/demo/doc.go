// Package demo makes the fictional city: ten counties, some 3,300 sections and
// eight school years, the same for the same seed, entering through the front
// door as one workbook for each county and year.
//
// Everything in it is invented: places, schools, codes, document numbers and
// figures. Names are made of syllables no real place of the checked lists
// bears, and codes lie in a block that nobody issues, so that a demo can never
// be taken for a real city. Its size and spread follow the rough calibration
// of the domain pages; it fails where real cities fail.
//
// Schemes other than compulsory education report in a second workbook of each
// county, which comes in after the first, by the union of the packs. Each stands
// in a file of its own and registers what it adds:
//
//	var _ = register(scheme{pack: "cn-senior", sheet: "普通高中", record: (*City).seniorRecord})
//
//	func (c *City) seniorRecord(s *section, y int) figures { … }
//
// The sheet has the sections of the pack's stages (or of those that are named),
// and a column for each element that the pack itself declares (or for those that
// are named: shared ones such as pupils and teachers are named where the scheme
// gives them). What is not in the figures is an empty cell. What a school answers
// once for all of its sections comes from the field school. Rules:
//
//   - Chance comes from c.random(question, thing) with a question of the scheme's
//     own, so that nothing else in the city moves.
//   - A figure that another sheet gives too comes to the same. The first workbook
//     gives pupils, classes and teachers of every section: c.headcount(s, y) beyond
//     compulsory education, c.record(s, y) within.
//   - Rows of lists and answers of counties are fields of the scheme; a list that
//     another scheme gives for the same sections (the class list of primary and
//     junior sections) is not given again.
//   - found may add schools with c.found and c.add after all others; it fills in
//     their pupils itself.
package demo
