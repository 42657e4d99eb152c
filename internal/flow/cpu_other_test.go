//go:build !unix

package flow_test

import "time"

func cpu() time.Duration { return 0 }
