// Limits: what a file may ask of the machine.

package sheet

// Limits bound what one file may cost. Whatever passes one is refused with
// fault.TooLarge; nothing is cut silently.
type Limits struct {
	File     int64   // bytes of a file that must be held whole: a workbook or Parquet
	Text     int64   // bytes of a CSV file, after unpacking
	Unzipped int64   // bytes of a workbook after unpacking
	Ratio    float64 // unpacked bytes for each packed one, judged above 16 MiB
	Entries  int     // parts of a workbook
	Strings  int64   // bytes of the shared strings of a workbook
	Rows     int     // rows of a sheet
	Columns  int     // columns of a sheet
	Cells    int     // rows times columns wanted
	CellText int     // characters in one cell
	Record   int     // bytes of one CSV record
}

// DefaultLimits hold a nation's sections several times over; columns and cell
// text are Excel's own limits.
var DefaultLimits = Limits{
	File:     1 << 30,
	Text:     4 << 30,
	Unzipped: 2 << 30,
	Ratio:    200,
	Entries:  10_000,
	Strings:  256 << 20,
	Rows:     4_000_000,
	Columns:  16_384,
	Cells:    400_000_000,
	CellText: 32_767,
	Record:   8 << 20,
}
