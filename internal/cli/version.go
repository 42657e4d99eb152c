package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is what the next release will be called; a release sets it.
const version = "0.1.0-dev"

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	rev := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	fmt.Fprintf(a.Out, "shuren %s%s (%s, %s/%s)\n", version, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
