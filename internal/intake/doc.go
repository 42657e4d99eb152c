// Package intake turns the rows of files into tables of figures, or into
// problems that a clerk can mend.
//
// Columns are found by what stands above them: an element's id or names in
// either language, a further header that the pack lists, or a line of a map
// file. Whatever is not understood is said, not dropped: a header that means
// nothing, a sheet nobody knows, a row of totals. All problems of all files
// come at once, each with its cell.
//
// What cells may hold: an empty cell, a dash (-, —, ……) or the words NA, NaN
// and null are missing; "/" and 不适用 are not applicable; thousands may be
// set off by commas or spaces; full-width digits are digits. 无, 十二, 45人,
// a date, an Excel error or a formula without a value in a number's place are
// problems. Missing is never taken for zero.
package intake
