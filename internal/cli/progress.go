package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing where output is a file: logs
// should not fill with bars.
func (a *app) progress(what string, total int64) *progressbar.ProgressBar {
	out := io.Discard
	if f, ok := a.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		out = f
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(28),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true),
		// It turns when there is news; by itself it would read what Describe writes.
		progressbar.OptionSetSpinnerChangeInterval(0),
	)
}
