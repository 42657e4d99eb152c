package nation

import (
	"io"

	"github.com/parquet-go/parquet-go"
)

// WriteParquet writes the columns of the CSV file as a Parquet file, packed with
// snappy as most programs do, in row groups of 131,072.
func WriteParquet(to io.Writer, n int, seed uint64) error {
	w := parquet.NewGenericWriter[Section](to, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(1<<17))
	batch := make([]Section, 0, 1<<12)
	var err error
	flush := func() {
		if _, e := w.Write(batch); err == nil {
			err = e
		}
		batch = batch[:0]
	}
	Each(n, seed, func(s *Section) {
		if batch = append(batch, *s); len(batch) == cap(batch) {
			flush()
		}
	})
	flush()
	if err != nil {
		return err
	}
	return w.Close()
}
