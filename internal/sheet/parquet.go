package sheet

import "io"

func openParquet(io.ReaderAt, int64, Limits) (*Book, error) { return nil, nil }
