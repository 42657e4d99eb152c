package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"shuren/internal/collect"
	"shuren/internal/standard"
)

// Of when figures are that are read from files: the long form says it as it does
// of a database's, since a figure without its date is taken for today's.

// lastSaved is when the newest of some files was saved, in China time: no figure
// of them came later. It is zero where standard input is among them, of which
// nobody knows.
func lastSaved(names []string) (at time.Time) {
	for _, n := range names {
		fi, err := os.Stat(n)
		if n == "-" || err != nil {
			return time.Time{}
		}
		if t := fi.ModTime(); t.After(at) {
			at = t
		}
	}
	return at.In(collect.China)
}

// undated tells which indicators have an empty reference, since their pack does
// not say of when its figures are: an empty cell is not to be taken for an
// oversight of the file.
func (a *app) undated(as []*standard.Assessment) {
	said := map[string]bool{}
	for _, x := range as {
		var ids []string
		for _, d := range x.Pack.Indicators {
			if t := d.AsOf(x.Period); t.In(a.lang) == "" {
				ids = append(ids, d.ID)
			}
		}
		if len(ids) > 0 && !said[x.Pack.Ref()] {
			said[x.Pack.Ref()] = true
			fmt.Fprintf(a.Err, a.say("▲ 提示 %s 没有写明这些指标的数据时点，reference 列为空：%s\n", "▲ note %s does not say of when the figures of these indicators are; their reference is empty: %s\n"), x.Pack.Ref(), strings.Join(ids, ", "))
		}
	}
}
