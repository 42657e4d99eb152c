//go:build !unix

package flow

import "time"

func CPU() time.Duration { return 0 }
