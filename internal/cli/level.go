// Which level of units a command shows.

package cli

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/standard"
)

// parseLevel reads --by; without it, no level is asked for.
func parseLevel(asked string) (edu.Level, error) {
	if asked == "" {
		return edu.NoLevel, nil
	}
	by, err := edu.ParseLevel(asked)
	if err != nil {
		return by, fmt.Errorf("--by: %w: %w", err, fault.Invalid)
	}
	return by, nil
}

// within is the level of an assessment that --by means. All is whatever holds
// everything: data of one city have that city at the top and no root above.
func within(as *standard.Assessment, by edu.Level) edu.Level {
	if have := as.Levels(); by == edu.Root && len(have) > 0 {
		return have[0]
	}
	return by
}

// hasLevel refuses a level that the data tell nothing of: an empty table would
// look like a result.
func hasLevel(periods []*standard.Assessment, by edu.Level) error {
	if by == edu.NoLevel || by == edu.Section {
		return nil
	}
	have := []string{edu.Root.String()}
	for _, as := range periods {
		levels := as.Levels()
		if slices.Contains(levels, within(as, by)) {
			return nil
		}
		for _, l := range levels {
			if !slices.Contains(have, l.String()) {
				have = append(have, l.String())
			}
		}
	}
	return fmt.Errorf("--by %s: the data tell no such units apart; they have %s, section: %w", by, strings.Join(have, ", "), fault.Invalid)
}
