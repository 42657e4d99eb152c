package sheet

import "io"

func openXLSX(io.ReaderAt, int64, Limits) (*Book, error) { return nil, nil }
