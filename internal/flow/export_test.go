package flow

import "time"

// SetClock sets what time it is.
func (c *City) SetClock(now func() time.Time) { c.now = now }
