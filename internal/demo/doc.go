// Package demo makes the fictional city: ten counties, some 3,300 sections and
// eight school years, the same for the same seed, entering through the front
// door as one workbook for each county and year.
//
// Everything in it is invented: places, schools, codes, document numbers and
// figures. Names are made of syllables no real place of the checked lists
// bears, and codes lie in a block that nobody issues, so that a demo can never
// be taken for a real city. Its size and spread follow the rough calibration
// of the domain pages; it fails where real cities fail.
package demo
