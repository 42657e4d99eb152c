package todo

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

// most is how many items of a part a digest lists.
const most = 12

// Digest is the mail of a morning: its subject and its text. There is none where
// nothing is to be done. site is the address of the pages, empty where there is
// none to name.
func Digest(items []Item, today edu.Date, lang, site string) (subject, body string, ok bool) {
	groups := Groups(items, today)
	if len(groups) == 0 {
		return "", "", false
	}
	zh := lang == "zh"
	var counts []string
	var b strings.Builder
	if zh {
		fmt.Fprintf(&b, "%s，您有待办%d项。\n", today, Count(items))
	} else {
		fmt.Fprintf(&b, "On %s you have %d to-dos.\n", today, Count(items))
	}
	for _, g := range groups {
		name, n := g.When.Name().In(lang), Count(g.Items)
		if zh {
			counts = append(counts, fmt.Sprintf("%s%d项", name, n))
			fmt.Fprintf(&b, "\n%s（%d）\n", name, n)
		} else {
			counts = append(counts, fmt.Sprintf("%s %d", strings.ToLower(name), n))
			fmt.Fprintf(&b, "\n%s (%d)\n", name, n)
		}
		for k := range g.Items {
			if k == most {
				if zh {
					fmt.Fprintf(&b, "… 另有%d项\n", Count(g.Items[most:]))
				} else {
					fmt.Fprintf(&b, "… and %d more\n", Count(g.Items[most:]))
				}
				break
			}
			i := &g.Items[k]
			line := "· " + i.outside(lang)
			switch {
			case i.N > 1 && zh:
				line += fmt.Sprintf(" %d份", i.N)
			case i.N > 1:
				line += fmt.Sprintf(" × %d", i.N)
			}
			if i.Due != 0 {
				line += " " + i.Due.String()
			}
			b.WriteString(line + "\n")
		}
	}
	if site = strings.TrimSuffix(site, "/"); site != "" {
		fmt.Fprintf(&b, "\n%s/todo\n", site)
	}
	if zh {
		b.WriteString("\n每个工作日早上发送；不再接收，请在“我的账号”中关闭。\n")
		return "待办：" + strings.Join(counts, "，"), b.String(), true
	}
	b.WriteString("\nSent on the morning of each working day; switch it off under My account.\n")
	return "To-dos: " + strings.Join(counts, ", "), b.String(), true
}

// Both is a digest for an account whose language nobody has kept: Chinese first, and
// English below.
func Both(items []Item, today edu.Date, site string) (subject, body string, ok bool) {
	subject, body, ok = Digest(items, today, "zh", site)
	if !ok {
		return "", "", false
	}
	s, b, _ := Digest(items, today, "en", site)
	return subject + " / " + s, body + "\n----\n\n" + b, true
}
