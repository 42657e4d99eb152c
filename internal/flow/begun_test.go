package flow

import (
	"context"
	"os"
	"testing"

	"shuren/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// begun is a database after its first start, which every test would make anew.
var begun = testkit.Prepared{Fill: func(dsn string) error {
	c, err := Open(context.Background(), dsn, "cn-compulsory@2017")
	if err != nil {
		return err
	}
	return c.Close()
}}
