//go:build !unix

package store_test

import (
	"errors"
	"testing"
)

func fillDisk(t *testing.T, _ string) int {
	t.Skip("skipped: this system has no limit on the size of files")
	return 0
}

func limitFiles(uint64) error { return errors.ErrUnsupported }
