//go:build !unix

package duck

import "time"

func cpu() time.Duration { return 0 }
