// Package sheet reads tables out of files: CSV, Excel workbooks and Parquet,
// told apart by their content, never by their name.
//
// Every cell is a text; what it means is the caller's business. The caller
// first looks at the head of a sheet, then says which columns it wants as
// numbers and which as texts, and gets them as columns whose rows know their
// row in the file. A cell of a number column that is not plainly a number is
// not dropped: it comes as an odd cell with its text.
//
// A file is refused, never cut: a limit that is passed, a broken end or an
// encrypted workbook is a [Refusal] that says so in both languages.
package sheet
